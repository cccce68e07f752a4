"""A submission runs in the sandbox and nowhere else, whatever the settings name."""

import sys

import nbformat
import pytest
from nbgrader.converters import Autograde
from rich.console import Console

from grader.common.errors import CourseError
from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.cohort import Cohort
from grader.grading.place.course_folder import find_course
from grader.grading.plugins.execute_and_judge import Ran
from grader.grading.run.running_kernel import RunningKernel
from tests.classes import toy_course as toy

pytestmark = pytest.mark.slow
OURS = "grader.grading.plugins.execute_and_judge.ExecuteAndJudge"
STOCK = "nbgrader.preprocessors.Execute"
FROM_NBCONVERT = "nbconvert.preprocessors.ExecutePreprocessor"
OWN = """
from grader.grading.plugins.execute_and_judge import ExecuteAndJudge
from nbgrader.preprocessors import Execute, NbGraderPreprocessor

class Noted(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        ran = any(cell.get("execution_count") for cell in nb.cells)
        noted = nb.metadata.setdefault("noted", [])
        noted.append(f"{type(self).__name__}, {'after' if ran else 'before'}")
        return nb, resources

class Early(Noted): pass
class Late(Noted): pass
class Mine(Execute): pass
class Ours(ExecuteAndJudge): pass
"""
ROUND = "c.Autograde.autograde_preprocessors"


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "own.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(modules))
    yield tmp_path
    sys.modules.pop("own", None)


def configured(course, *lines):
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(lines) + "\n")


def graded(runs):
    """The class graded; ``runs`` collects what would have been run."""

    def execute(notebook, folder, settings):
        runs.append(notebook)
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                cell.execution_count = number + 1
        notebook.metadata.tandem.update(seed=1)
        return Ran(notebook, [])

    commands.release(toy.ASSIGNMENT)
    cohort = Cohort(toy.assignment(), 1, execute)
    return cohort.grade(Console(quiet=True))


def autograded(course, learner="ann"):
    path = course / "autograded" / learner / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    return nbformat.read(path, as_version=4)


def test_an_instructors_own_steps_run_in_their_places(course):
    toy.submit(course, "ann", toy.submission(**toy.RIGHT))
    configured(course, f"{ROUND}.insert(0, 'own.Early')", f"{ROUND}.append('own.Late')")
    runs = []
    done = graded(runs)
    assert (done.before, [*done.faults.values()]) == (0, [[]])
    assert len(runs) == 1
    noted = autograded(course).metadata.noted
    assert noted == ["Early, before", "Late, after"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{ROUND}.insert(0, '{STOCK}')", "Execute, which runs submissions without"),
        (f"{ROUND}.append('{STOCK}')", "Execute, which runs submissions without"),
        (f"{ROUND}[0] = '{STOCK}'", "Execute, which runs submissions without"),
        (f"{ROUND}.append('{FROM_NBCONVERT}')", "ExecutePreprocessor, which runs"),
        (f"{ROUND}[0] = 'own.Mine'", "own.Mine, which runs"),
        (f"{ROUND}[0] = 'own.Ours'", "own.Ours, which runs"),
        (f"import own\n{ROUND}.append(own.Mine)", "own.Mine, which runs"),
        (f"import own\n{ROUND}.append(own.Mine())", "own.Mine, which runs"),
        (f"{ROUND}.append('{OURS}')", "2 times: name it exactly once"),
        (f"del {ROUND}[0]", "nowhere: name it exactly once"),
        (f"del {ROUND}\n{ROUND}.append('own.Late')", "Execute, which runs"),
        (f"del {ROUND}\n{ROUND}.prepend(['own.Late'])", "Execute, which runs"),
        (f"del {ROUND}", "Execute, which runs"),
        (f"{ROUND}.append('own.Nothing')", "own.Nothing, which can't be imported"),
        (f"{ROUND} = 3", "autograde_preprocessors"),
        (
            f"c.Autograde.sanitize_preprocessors.append('{STOCK}')",
            "Autograde.sanitize_preprocessors names a preprocessor that runs",
        ),
        (
            f"c.GenerateFeedback.preprocessors = ['{STOCK}']",
            "GenerateFeedback.preprocessors names a preprocessor that runs",
        ),
        (
            f"c.HTMLExporter.preprocessors.append('{FROM_NBCONVERT}')",
            "HTMLExporter.preprocessors names a preprocessor that runs",
        ),
    ],
)
def test_another_way_to_run_a_submission_is_refused(course, line, words):
    toy.submit(course, "ann", toy.submission(**toy.RIGHT))
    configured(course, line)
    runs = []
    with pytest.raises(CourseError, match=r"nbgrader_config\.py") as raised:
        graded(runs)
    assert words in str(raised.value)
    assert runs == []


def test_steps_added_to_nbgraders_own_list_are_taken(course):
    """Until nbgrader's class is asked, traitlets holds what is to be added alone."""
    toy.submit(course, "ann", toy.submission(**toy.RIGHT))
    steps = "c.Autograde.sanitize_preprocessors"
    configured(course, f"del {steps}\n{steps}.append('own.Late')")
    configured(course, f"{steps}.prepend(['own.Early'])")
    runs = []
    done = graded(runs)
    assert (done.before, [*done.faults.values()]) == (0, [[]])
    # nbgrader reads the file of the present folder twice, and so adds them twice.
    noted = list(dict.fromkeys(autograded(course).metadata.noted))
    assert noted == ["Early, before", "Late, before"]


@pytest.mark.parametrize(
    "line", [f"{ROUND}.insert(0, '{STOCK}')", f"{ROUND}[0] = '{STOCK}'"]
)
def test_nbgrader_autograde_refuses_it_as_well(course, line):
    mark = course / "mark"
    open_door = f"open({str(mark)!r}, 'w').close()\n{toy.RIGHT['double']}"
    toy.submit(course, "ann", toy.submission(double=open_door))
    commands.release(toy.ASSIGNMENT)
    configured(course, line)
    converted = find_course().convert(Autograde, toy.ASSIGNMENT, "ann")
    assert isinstance(converted.error, CourseError)
    assert not mark.exists()


@pytest.mark.parametrize("road", ["course grade", "nbgrader autograde"])
@pytest.mark.parametrize(
    ("lines", "noted"),
    [
        ([f"{ROUND}.insert(0, 'own.Early')"], ["Early, before"]),
        ([f"{ROUND}.insert(1, 'own.Late')"], ["Late, after"]),
        (
            [f"{ROUND}.insert(0, 'own.Early')", f"{ROUND}.append('own.Late')"],
            ["Early, before", "Late, after"],
        ),
    ],
    ids=["before", "after", "both"],
)
def test_the_code_runs_once_wherever_ours_stands(
    course, monkeypatch, road, lines, noted
):
    started = []
    start = RunningKernel.start

    async def counted(kernel):
        started.append(kernel)
        await start(kernel)

    monkeypatch.setattr(RunningKernel, "start", counted)
    toy.submit(course, "ann", toy.submission(**toy.RIGHT))
    configured(course, *lines)
    commands.release(toy.ASSIGNMENT)
    if road == "course grade":
        assert commands.grade(toy.ASSIGNMENT) == 0
    else:
        assert find_course().convert(Autograde, toy.ASSIGNMENT, "ann").done
    assert len(started) == 1
    assert autograded(course).metadata.noted == noted
    with find_course().gradebook() as gradebook:
        found = gradebook.find_submission(toy.ASSIGNMENT, "ann")
        assert found.score == found.max_score == 5
