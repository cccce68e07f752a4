"""``solution`` opens after success, and ``check`` says so."""

from urllib.parse import urlsplit

import pytest

from grader import check, solution
from grader.common import course
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, TITLES
from grader.copy.learners_copy import start
from grader.exercises import catalogue
from grader.learner.progress_record import progress_file
from grader.learner.solution import solutions

EXERCISE = "autograd.mse_gradient"
NEUTRAL = "defaults.share_left"
# Official documentation, papers, and one essay that everyone quotes.
HOSTS = {
    *("pytorch.org", "docs.pytorch.org", "kornia.readthedocs.io"),
    *("onnx.ai", "ai.google.dev", "github.com", "packaging.python.org"),
    *("pip.pypa.io", "docs.python.org", "pandera.readthedocs.io"),
    *("dl.acm.org", "karpathy.github.io"),
    *("www.tensorflow.org", "keras.io", "numpy.org", "arxiv.org"),
}


def right(momentum, steps, convention):
    return (1 - momentum if convention == "torch" else momentum) ** steps


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    start(folder / "both")
    start(folder / "torch", "torch")
    return folder


@pytest.fixture
def work(copies, monkeypatch, request):
    folder = copies / getattr(request, "param", "both")
    monkeypatch.chdir(folder / "exercises")
    yield folder
    progress_file().unlink(missing_ok=True)


def test_a_right_answer_opens_the_courses_own(work, capsys):
    check(NEUTRAL, right)
    said = capsys.readouterr().out
    assert f'from grader import solution; solution("{NEUTRAL}")' in said
    assert "https://arxiv.org/abs/1502.03167" in said
    solution(NEUTRAL)
    shown = capsys.readouterr().out
    assert shown.index("NumPy:") < shown.index("return kept**steps")
    assert "SOLUTION" not in shown and "NotImplementedError" not in shown
    assert "PyTorch:" not in shown and "TensorFlow:" not in shown


def test_both_frameworks_answers_are_shown_one_after_the_other(work, capsys):
    solution(EXERCISE, anyway=True)
    shown = capsys.readouterr().out
    assert shown.index("PyTorch:") < shown.index("return w.grad")
    assert shown.index("return w.grad") < shown.index("TensorFlow:")


@pytest.mark.parametrize("work", ["torch"], indirect=True)
def test_a_copy_of_one_track_shows_that_one(work, capsys):
    solution(EXERCISE, anyway=True)
    shown = capsys.readouterr().out
    assert "PyTorch:" in shown and "TensorFlow" not in shown


def test_before_that_it_says_how_to_go_on(work, capsys):
    with pytest.raises(CourseError, match=r"not solved yet\. There are three hints"):
        solution(NEUTRAL)
    with pytest.raises(AssertionError):
        check(NEUTRAL, lambda momentum, steps, convention: 0)
    assert "from grader import solution" not in capsys.readouterr().out
    with pytest.raises(CourseError, match=r"not solved yet after 1 try.*anyway=True"):
        solution(NEUTRAL)
    assert capsys.readouterr().out == ""
    solution(NEUTRAL, anyway=True)
    assert "return kept**steps" in capsys.readouterr().out


def test_a_later_mistake_does_not_close_it(work, capsys):
    check(NEUTRAL, right)
    with pytest.raises(AssertionError):
        check(NEUTRAL, lambda momentum, steps, convention: 0)
    solution(NEUTRAL)
    assert "return kept**steps" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("exercise", "sentence"),
    [("autograd.mse", "no exercise is called"), ("start.celsius", "no model solution")],
)
def test_what_has_no_solution_is_one_sentence(work, exercise, sentence):
    with pytest.raises(CourseError, match=sentence):
        solution(exercise, anyway=True)


def test_where_a_class_got_none_it_says_so(work, monkeypatch, capsys):
    monkeypatch.setattr(course, "SOLUTIONS", "left-out")
    check(NEUTRAL, right)
    assert "solution(" not in capsys.readouterr().out
    for anyway in (False, True):
        with pytest.raises(CourseError, match="There are no model solutions in this"):
            solution(NEUTRAL, anyway)


def test_every_assigned_exercise_has_one_in_each_framework():
    for lesson in catalogue.lessons():
        for exercise in catalogue.exercises(lesson) if lesson != "start" else ():
            found = solutions(exercise.id, tuple(TITLES))
            assert set(found) == {half or "numpy" for half in exercise.halves()}
            assert all(f"def {exercise.name}(" in code for code in found.values())


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_further_reading_is_there_for_each_framework(framework):
    for lesson in catalogue.lessons():
        links = catalogue.reading(lesson, framework)
        assert links or lesson == "start"
        for title, url in links:
            parts = urlsplit(url)
            assert title and parts.scheme == "https" and parts.hostname in HOSTS
