"""A session of kernels, with kernels that end as a test wants."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from grader.grading.run import session
from grader.grading.run.allowed import Allowed
from grader.grading.run.problem import Ending, Problem
from grader.grading.run.running_kernel import KernelDied, TimeIsUp, Unstoppable

OK = {"status": "ok", "user_expressions": {}}


class Kernel:
    """Does what its cells' and questions' texts say, and notes what it was given."""

    started: list["Kernel"]
    limits, excess = None, "it used more than it may"

    def __init__(self, *given):
        self.ran, self.closed = [], False

    async def start(self):
        self.started.append(self)

    async def close(self):
        self.closed = True

    async def run(self, cell, outputs, seconds):
        outputs.begin(cell)
        return self.reply(cell.source)

    async def ask(self, expression, seconds, code=""):
        self.ran += [code] if code else []
        return self.reply(code or expression)

    def reply(self, text):
        match text.split():
            case ["die"]:
                raise KernelDied
            case ["hang"]:
                return None
            case ["late"]:
                raise TimeIsUp
            case ["unstoppable"]:
                raise Unstoppable
            case ["raise", kind]:
                error = {"ename": kind, "evalue": "why", "traceback": []}
                return {"status": "error"} | error
        return OK


@pytest.fixture
def started(monkeypatch):
    Kernel.started = []
    monkeypatch.setattr(session, "RunningKernel", Kernel)
    return Kernel.started


def opened(**allowed):
    return session.KernelSession(new_notebook(), "", Allowed(**allowed), Config())


def endings(running, *sources):
    problems = [running.run(new_code_cell(source)) for source in sources]
    return [problem and problem.ending for problem in problems]


def test_cells_run_in_one_kernel_that_ends_with_the_session(started):
    with opened() as running:
        assert endings(running, "1", "raise ValueError", "2") == [
            *(None, Ending.RAISED, None)
        ]
    assert [kernel.closed for kernel in started] == [True]


def test_what_is_no_code_is_not_run(started):
    with opened() as running:
        skipped = new_code_cell("die", metadata={"tags": ["skip-execution"]})
        for cell in (new_markdown_cell("die"), new_code_cell(" "), skipped):
            assert running.run(cell) is None


@pytest.mark.parametrize("name", ["CellTimeoutError", "timeout", "KernelDied"])
def test_a_name_that_a_learner_chose_is_no_ending(started, name):
    with opened() as running:
        cell = new_code_cell(f"raise {name}")
        assert running.run(cell) == Problem(Ending.RAISED, "why", name)
        assert [output.ename for output in cell.outputs] == [name]
        assert endings(running, "1") == [None]
    assert len(started) == 1


def test_a_cell_that_is_late_says_so_in_its_outputs(started):
    with opened(cell=9) as running:
        cell = new_code_cell("hang")
        assert running.run(cell) == Problem(Ending.LATE, "9 s")
        assert [output.ename for output in cell.outputs] == ["CellTimeoutError"]
        assert endings(running, "1") == [None]
    assert len(started) == 1


def test_a_new_kernel_runs_what_had_run_before(started):
    with opened() as running:
        assert endings(running, "1", "raise ValueError", "die", "2") == [
            *(None, Ending.RAISED, Ending.DIED, None)
        ]
    first, second = started
    assert first.closed and second.closed
    assert second.ran == ["1", "raise ValueError"]


def test_kernels_are_not_replaced_without_end(started):
    with opened(restarts=1) as running:
        assert endings(running, "die", "die", "1", "1") == [
            *(Ending.DIED, Ending.DIED, Ending.GONE, Ending.GONE)
        ]
    assert len(started) == 2


def test_no_cell_runs_after_the_notebooks_time(started):
    with opened(notebook=0) as running:
        assert endings(running, "1") == [Ending.OUT_OF_TIME]


@pytest.mark.parametrize(
    ("question", "ending", "kernels"),
    [
        ("die", Ending.DIED, 2),
        ("late", Ending.LATE, 1),
        ("unstoppable", Ending.LATE, 2),
        ("anything else", Ending.UNREADABLE, 1),
    ],
)
def test_a_question_can_end_a_kernel_as_well(started, question, ending, kernels):
    with opened() as running:
        assert running.ask(question).ending is ending
        assert endings(running, "1") == [None]
    assert len(started) == kernels
