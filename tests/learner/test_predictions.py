"""``predict`` and ``reveal``: kept, shown again, and compared."""

import json

import numpy as np
import pytest

from grader import predict, reveal
from grader.authoring.texts import sources
from grader.common.errors import CourseError
from grader.learner import predictions

PUZZLE = "start.axis"
OPTIONS = {"a": [3, 7], "b": [4, 6]}


@pytest.fixture(autouse=True)
def copy(tmp_path, monkeypatch):
    """A learner's copy of the course, as working directory, in a new kernel."""
    (tmp_path / ".tandem").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    reopen(monkeypatch)
    return tmp_path


def reopen(monkeypatch) -> None:
    monkeypatch.setattr(predictions, "_guesses", {})
    monkeypatch.setattr(predictions, "_options", {})


def said(capsys) -> str:
    return capsys.readouterr().out.strip()


def test_as_shipped_nothing_is_kept_and_it_says_how_to_predict(copy, capsys):
    predict(PUZZLE, ...)
    assert said(capsys) == "Predict first: write your answer in place of the dots."
    predict(PUZZLE, ..., **OPTIONS)
    assert said(capsys) == (
        "Predict first: a ([3, 7]) or b ([4, 6])? "
        "Write the letter in place of the dots."
    )
    reveal(PUZZLE, np.array([4.0, 6.0]))
    assert said(capsys) == "You made no prediction; it is b ([4, 6])."
    assert list((copy / ".tandem").iterdir()) == []


@pytest.mark.parametrize(
    ("guess", "outcome", "tolerance", "sentence"),
    [
        (30, 30.0, 0, "✓ Agrees. You predicted 30; it is 30."),
        (3, 30, 0, "✗ Differs. You predicted 3; it is 30."),
        (
            *(2.3, 2.3114159, 0.1),
            "✓ Agrees, within 0.1. You predicted 2.3; it is 2.311.",
        ),
        (
            *(2.3, 9, 0.1),
            "✗ Differs, more than 0.1 away. You predicted 2.3; it is 9.",
        ),
        (
            *((10, 11), np.float32([10, 13]), 0),
            "✗ Differs. You predicted [10, 11]; it is [10, 13].",
        ),
        ([1], [1, 2], 0, "✗ Differs. You predicted [1]; it is [1, 2]."),
        ("Float32 ", "float32", 0, "✓ Agrees. You predicted Float32 ; it is float32."),
        (None, None, 0, "✓ Agrees. You predicted None; it is None."),
        (True, np.bool_(False), 0, "✗ Differs. You predicted True; it is False."),
        (float("nan"), np.nan, 0, "✓ Agrees. You predicted nan; it is nan."),
    ],
)
def test_a_guess_is_shown_beside_what_happened(
    guess, outcome, tolerance, sentence, capsys
):
    predict(PUZZLE, guess)
    said(capsys)
    reveal(PUZZLE, outcome, tolerance=tolerance)
    assert said(capsys) == sentence


@pytest.mark.parametrize("guess", ["B", [4, 6], np.array([4.0, 6.0])])
def test_an_option_is_meant_by_letter_or_value(guess, capsys):
    predict(PUZZLE, guess, **OPTIONS)
    assert said(capsys) == "Your prediction: b ([4, 6])."
    reveal(PUZZLE, "a")
    assert said(capsys) == ("✗ Differs. You predicted b ([4, 6]); it is a ([3, 7]).")


@pytest.mark.parametrize(
    ("guess", "sentence"),
    [("c", "c is none of the options: write a or b"), (7, "7 is none of the options")],
)
def test_another_letter_is_one_sentence(guess, sentence):
    with pytest.raises(CourseError, match=sentence):
        predict(PUZZLE, guess, **OPTIONS)


endless = []
endless.append(endless)


@pytest.mark.parametrize(
    "guess", [print, {1}, {"a": 1}, 1j, b"a", 10**400, endless, [object()]]
)
def test_what_is_no_plain_value_is_one_sentence(guess, copy):
    with pytest.raises(CourseError, match="A prediction is a number, a text or a list"):
        predict(PUZZLE, guess)
    assert list((copy / ".tandem").iterdir()) == []


def test_a_guess_of_before_is_shown_when_the_lesson_is_opened_again(
    copy, capsys, monkeypatch
):
    predict(PUZZLE, "a", **OPTIONS)
    predict("start.other", 3)
    stored = json.loads((copy / ".tandem/predictions.json").read_text())
    assert stored == {PUZZLE: "a", "start.other": 3}
    reopen(monkeypatch)
    said(capsys)
    predict(PUZZLE, ..., **OPTIONS)
    assert said(capsys) == "Your prediction, made before: a ([3, 7])."
    reveal(PUZZLE, "b")
    assert said(capsys).startswith("✗ Differs. You predicted a ([3, 7])")


@pytest.mark.parametrize(
    "damage",
    [
        *(b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000),
        *(b'{"start.axis": {"guess": 1}}', b'{"start.axis": [[[[[[1]]]]]]}'),
        b'{"start.axis": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda damage: damage[:30],
)
def test_a_damaged_file_is_as_good_as_none(damage, copy, capsys):
    path = copy / ".tandem/predictions.json"
    path.write_bytes(damage)
    predict(PUZZLE, ...)
    reveal(PUZZLE, 3)
    assert "You made no prediction; it is 3." in said(capsys)
    predict(PUZZLE, 3)
    assert json.loads(path.read_text()) == {PUZZLE: 3}


def test_outside_of_a_copy_a_guess_lasts_as_long_as_the_kernel(
    copy, tmp_path_factory, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    predict(PUZZLE, 3)
    reveal(PUZZLE, 3)
    assert "✓ Agrees" in said(capsys)
    assert list((copy / ".tandem").iterdir()) == []


def test_a_guess_that_can_not_be_saved_says_so_and_is_still_compared(
    monkeypatch, capsys
):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    predict(PUZZLE, 3)
    assert "could not be saved (No space left on device)" in said(capsys)
    reveal(PUZZLE, 3)
    assert "✓ Agrees" in said(capsys)


def test_html_of_a_learners_is_escaped(monkeypatch):
    pages = []
    monkeypatch.setattr(predictions, "show_both", lambda text, html: pages.append(html))
    predict(PUZZLE, "<img src=x onerror=alert(1)>")
    assert "<img" not in pages[0] and "&lt;img" in pages[0]


@pytest.mark.parametrize(
    "source", sources.find(sources.ROOT, "lessons"), ids=lambda source: source.stem
)
def test_each_lesson_asks_and_answers_its_puzzles_as_shipped(source):
    text = source.path.read_text(encoding="utf-8")
    asked = [line for line in text.splitlines() if line.startswith("predict(")]
    puzzles = [line.split('"')[1] for line in asked]
    assert puzzles and all(f'predict("{puzzle}", ...' in text for puzzle in puzzles)
    for puzzle in puzzles:
        assert puzzle.split(".")[0] == source.lesson
        assert 0 < text.index(f'predict("{puzzle}"') < text.index(f'reveal("{puzzle}"')
