"""``check``, ``hint`` and progress, as a learner meets them without a framework."""

import json
import os
import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest

from grader import check, hint
from grader.common.errors import CourseError
from grader.common.status import Status
from grader.exercises import catalogue
from grader.judging.verdict import Verdict
from grader.judging.wire import encode_inputs
from grader.learner import progress_record
from grader.learner.answering import answers
from grader.learner.check import GRADED_RUN, NotCorrect

EXERCISE = "autograd.mse_gradient"
NEUTRAL = "defaults.share_left"
STATISTICS = "defaults.running_stats"


def right(momentum, steps, convention):
    return (1 - momentum if convention == "torch" else momentum) ** steps


statistics = catalogue.find(STATISTICS).reference


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A learner's copy of the course, as working directory."""
    (tmp_path / ".tandem").mkdir()
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path / "exercises")
    return tmp_path


def test_a_right_answer_is_shown_and_raises_nothing(capsys):
    check(NEUTRAL, right)
    assert "correct" in capsys.readouterr().out


def test_a_wrong_answer_is_shown_and_raises_one_line(capsys):
    with pytest.raises(NotCorrect) as raised:
        check(NEUTRAL, lambda m, steps, convention: right(1 - m, steps, convention))
    assert isinstance(raised.value, AssertionError)
    assert raised.value._render_traceback_() == [f"✗ {NEUTRAL}: wrong"]
    said = capsys.readouterr().out
    assert "Likely mistake: the other framework's momentum." in said


def test_an_oversized_answer_is_the_learners_error(capsys):
    with pytest.raises(NotCorrect, match="error"):
        check(NEUTRAL, lambda momentum, steps, convention: np.zeros(2**22))
    assert "larger than 16 MiB" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((EXERCISE, np.ones(3)), "check needs the function itself"),
        ((EXERCISE, "right"), "got the text 'right'"),
        ((EXERCISE,), "check needs your function, and got None"),
        (("autograd.mse_gradeint", right), "did you mean 'autograd.mse_gradient'"),
        (("autogard.mse_gradient", right), "did you mean 'autograd.mse_gradient'"),
        (("mse_gradient", right), "did you mean 'autograd.mse_gradient'"),
        (("", right), "no exercise is called ''; course list shows all"),
        ((EXERCISE, right, "jax"), 'framework \'jax\': use "torch" or "tensorflow"'),
        ((EXERCISE, right, "pytorch"), "framework 'pytorch': write \"torch\""),
        ((EXERCISE, right, "Torch"), "framework 'Torch': write \"torch\""),
        ((EXERCISE, right, "tf"), "framework 'tf': write \"tensorflow\""),
        ((EXERCISE, right, np), r"framework numpy \(module\)"),
        ((EXERCISE, right, np.ones(2)), "There is no framework a ndarray"),
        ((right, right, "torch"), r"got right \(function\) for the id"),
        ((3, right), "got a int for the id"),
        (
            (NEUTRAL, right, "torch"),
            r"defaults.share_left needs no framework, and is checked once, with NumPy "
            r'arrays: write check\("defaults.share_left", right\)\.',
        ),
        (
            (EXERCISE, right),
            r"autograd.mse_gradient is checked in each framework by itself: write "
            r'check\("autograd.mse_gradient", right, "torch"\), or "tensorflow" in',
        ),
    ],
)
def test_what_can_not_be_checked_is_one_sentence(arguments, sentence):
    with pytest.raises(CourseError, match=sentence) as raised:
        check(*arguments)
    assert raised.value._render_traceback_() == [str(raised.value)]


@pytest.mark.parametrize(
    "arguments",
    [
        (right, EXERCISE, "torch"),
        (EXERCISE, "torch", right),
        ("torch", right, EXERCISE),
        (right, "torch", EXERCISE),
    ],
)
def test_arguments_in_another_order_are_shown_in_the_right_one(arguments):
    with pytest.raises(CourseError) as raised:
        check(*arguments)
    assert str(raised.value) == (
        "check takes the exercise's id, then your function, then the framework: write "
        f'check("{EXERCISE}", right, "torch").'
    )


def test_a_changed_argument_is_not_correct(capsys):
    def spoils(batches, momentum, convention):
        answer = statistics(batches, momentum, convention)
        batches -= 1
        return answer

    with pytest.raises(NotCorrect, match="wrong"):
        check(STATISTICS, spoils)
    shown = capsys.readouterr().out
    assert "are right, but your function changed its argument batches." in shown


def test_a_neutral_exercise_gets_float32_arrays():
    def seen(batches, momentum, convention):
        assert type(batches) is np.ndarray and batches.dtype == np.float32
        return statistics(batches.astype(float), momentum, convention)

    check(STATISTICS, seen)


def test_a_forgotten_return_is_told(capsys):
    def forgetful(momentum, steps, convention):
        right(momentum, steps, convention)

    with pytest.raises(NotCorrect, match="wrong"):
        check(NEUTRAL, forgetful)
    assert "returned None: is the return missing?" in capsys.readouterr().out


def test_a_graded_run_records_the_function_and_judges_nothing(monkeypatch, capsys):
    monkeypatch.setenv(GRADED_RUN, "1")
    monkeypatch.setattr(answers, "_recorded", {})
    check(EXERCISE, lambda w, X, y: None, "torch")
    assert capsys.readouterr().out == (
        f"{EXERCISE}: recorded; judged outside this notebook.\n"
    )
    assert list(answers._recorded) == [(EXERCISE, "torch")]


def test_a_graded_kernel_needs_nothing_of_the_graders_half():
    """The learner's half alone, as in the sandbox: the rest can't be imported."""
    cases = encode_inputs(catalogue.find(EXERCISE).public_cases())
    code = f"""
import json, sys
for name in ("judging", "exercises", "grading", "authoring", "cli"):
    sys.modules["grader." + name] = None
from grader import check
check("{EXERCISE}", lambda w, X, y: X.sum())
collect = __import__("grader.learner.answering.answers", fromlist=["_"]).collect
reply = collect("{EXERCISE}", None, {cases!r})._repr_json_()
print(len(reply["replies"]), all("value" in r for r in reply["replies"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, GRADED_RUN: "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "3 True"


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_each_tier_of_hints_is_shown(tier, capsys):
    hint(EXERCISE, tier)
    shown = capsys.readouterr().out
    assert catalogue.find(EXERCISE).hints[tier - 1] in shown
    assert f"Hint {tier} of 3" in shown
    assert (f'hint("{EXERCISE}", {tier + 1})' in shown) == (tier < 3)


@pytest.mark.parametrize("arguments", [(EXERCISE, 0), (EXERCISE, 4), ("no.such",)])
def test_a_hint_that_is_not_there_is_one_sentence(arguments):
    with pytest.raises(CourseError, match=r"no hint|no exercise"):
        hint(*arguments)


def status(value: Status = Status.CORRECT, framework: str | None = "torch") -> Verdict:
    return Verdict(EXERCISE, framework, value, "A summary.")


def test_progress_is_kept_beside_the_copy(copy):
    check(NEUTRAL, right)
    progress_record.remember(status(Status.WRONG))
    progress_record.remember(status(Status.CORRECT))
    stored = json.loads((copy / ".tandem/progress.json").read_text())
    found = {e: {f: r["status"] for f, r in kept.items()} for e, kept in stored.items()}
    assert found == {NEUTRAL: {"numpy": "correct"}, EXERCISE: {"torch": "correct"}}
    assert progress_record.load(progress_record.progress_file()) == stored


def test_tries_are_counted_up_to_the_first_right_answer(copy):
    def record():
        return progress_record.load(progress_record.progress_file())[EXERCISE]["torch"]

    progress_record.remember(status(Status.NOT_ATTEMPTED))
    assert record() == {"status": "not attempted", "tries": 0}
    progress_record.remember(status(Status.ERROR))
    progress_record.remember(status(Status.WRONG))
    assert record() == {"status": "wrong", "tries": 2}
    progress_record.remember(status())
    solved = record()["solved"]
    assert datetime.fromisoformat(solved).tzinfo is not None
    progress_record.remember(status(Status.WRONG))
    assert record() == {"status": "wrong", "tries": 3, "solved": solved}
    assert progress_record.ever_correct(record())


def test_a_file_from_before_tries_were_counted_is_understood(copy):
    path = copy / ".tandem/progress.json"
    path.write_text(json.dumps({EXERCISE: {"torch": "correct", "numpy": "wrong"}}))
    assert progress_record.load(path)[EXERCISE]["numpy"] == {
        "status": "wrong",
        "tries": 0,
    }
    assert progress_record.ever_correct(progress_record.load(path)[EXERCISE]["torch"])
    progress_record.remember(status(Status.WRONG))
    assert progress_record.load(path)[EXERCISE]["torch"] == {
        "status": "wrong",
        "tries": 1,
    }


def test_what_is_forgotten_was_never_attempted(copy):
    path = copy / ".tandem/progress.json"
    progress_record.remember(status())
    progress_record.remember(status(framework="tensorflow"))
    progress_record.forget(path, EXERCISE, ("torch",))
    assert list(progress_record.load(path)[EXERCISE]) == ["tensorflow"]
    progress_record.forget(path, "autograd.hvp", ("torch",))


def test_outside_of_a_copy_nothing_is_stored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    progress_record.remember(status())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"autograd.mse_gradient": "correct"}',
        b'{"autograd.mse_gradient": {"torch": ["correct"]}, "x": 7}',
        b'{"autograd.mse_gradient": {"torch": {"status": 1}}}',
        b"[" * 100_000,
    ],
    ids=lambda damage: damage[:50],
)
def test_a_damaged_file_is_replaced(copy, damage):
    path = copy / ".tandem/progress.json"
    path.write_bytes(damage)
    assert progress_record.load(path) in ({}, {EXERCISE: {}})
    progress_record.remember(status())
    assert progress_record.load(path)[EXERCISE]["torch"]["status"] == "correct"


def test_a_failed_write_leaves_the_old_file_and_says_so(copy, monkeypatch, capsys):
    progress_record.remember(status())
    path = copy / ".tandem/progress.json"
    before = path.read_bytes()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    progress_record.remember(status(Status.WRONG))
    assert path.read_bytes() == before
    assert "could not be saved (No space left on device)" in capsys.readouterr().out
