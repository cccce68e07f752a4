"""``course grade`` ended by SIGKILL, and run again: the same gradebook."""

import functools
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.preprocessors import SaveAutoGrades, SaveCells

from grader.grading.pipeline import Pipeline
from grader.grading.place.workplace import Workplace
from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import (
    GRADE,
    SEED,
    Running,
    by_hand,
    course,
    expected,
    grade,
    gradebook,
    left_behind,
    verdicts,
)

MOMENTS = 10
CLASS = {
    "ann": toy.RIGHT,
    "bob": {"double": toy.RIGHT["double"]},
    "cy": {"double": "def double(x):\n    return x * x", "total": toy.RIGHT["total"]},
    "dee": {},
    "eve": toy.RIGHT,
}


def graded_by_hand(folder: Path) -> Path:
    """The class, of which ann is graded, also by hand; the others have just come."""
    course(folder, ann=CLASS["ann"])
    assert grade(folder).code == 0
    by_hand(folder, "ann", 1.5, "well argued")
    return course_with_all(folder)


def course_with_all(folder: Path) -> Path:
    for learner, cells in CLASS.items():
        if learner != "ann":
            toy.submit(folder, learner, toy.submission(**cells))
    return folder


def state(folder: Path) -> tuple:
    """What must be the same however often grading was killed."""
    pages = {
        path.parent.parent.name: path.read_text(encoding="utf-8").endswith("</html>\n")
        for path in (folder / "feedback").glob(f"*/{toy.ASSIGNMENT}/*.html")
    }
    return gradebook(folder), verdicts(folder), pages


def written(folder: Path) -> dict[str, int]:
    """When each complete autograded notebook was written, in nanoseconds."""
    found = {}
    for path in (folder / "autograded").glob(f"*/{toy.ASSIGNMENT}/*.ipynb"):
        with suppress(OSError):
            if '"recorded": true' in path.read_text(encoding="utf-8"):
                page = folder / "feedback" / path.relative_to(folder / "autograded")
                if page.with_suffix(".html").exists():
                    found[str(path)] = path.stat().st_mtime_ns
    return found


@drill(f"SIGKILL at {MOMENTS} random moments of course grade, then run to its end")
def ten_random_kills(folder: Path) -> str:
    fresh = graded_by_hand(folder / "a")
    start = Path(shutil.copytree(fresh, folder / "b"))
    killed = Path(shutil.copytree(fresh, folder / "c"))
    begin = time.monotonic()
    assert grade(start).code == 0
    whole, undisturbed = time.monotonic() - begin, state(start)
    moments, kills = random.Random(4), 0
    while kills < MOMENTS:
        running = Running(killed, *GRADE)
        deadline = time.monotonic() + moments.uniform(0.05, 0.5) * whole
        while (over := running.poll()) is None and time.monotonic() < deadline:
            time.sleep(0.005)
        if over is None:
            running.kill()
            code = running.end().code
            assert code == -signal.SIGKILL, code
            kills += 1
            processes = [one for one in left_behind(killed) if "process" in one]
            assert not processes, processes
            continue
        # It came through: compare, and go on with a class as at the beginning.
        compare(killed, undisturbed)
        shutil.rmtree(killed)
        shutil.copytree(fresh, killed)
    before = written(killed)
    ended = grade(killed)
    assert ended.code == 0, ended.err
    compare(killed, undisturbed)
    again = {path: then for path, then in written(killed).items() if path in before}
    assert again == before, "something was graded twice"
    return f"killed {kills} times; the same gradebook row by row"


def compare(folder: Path, undisturbed: tuple) -> None:
    found = state(folder)
    for one, other in zip(found, undisturbed, strict=True):
        assert one == other, (one, other)
    assert not left_behind(folder), left_behind(folder)


def die_in(owner: type, name: str, after: bool, times: int = 1) -> Callable[[], None]:
    """Make the process kill itself before or after the n-th call of a method."""

    def install() -> None:
        method, calls = getattr(owner, name), []

        @functools.wraps(method)
        def deadly(*arguments: object, **options: object) -> object:
            calls.append(1)
            last = len(calls) == times
            if last and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = method(*arguments, **options)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, deadly)

    return install


POINTS = {
    "before a result is kept": die_in(Workplace, "keep", after=False),
    "after a result is kept": die_in(Workplace, "keep", after=True, times=2),
    "between two scores": die_in(SaveAutoGrades, "_add_score", after=True, times=3),
    "before the graded notebook": die_in(Autograde, "set_permissions", after=False),
    "after the graded notebook": die_in(Autograde, "start", after=True, times=2),
    "in the feedback": die_in(GenerateFeedback, "init_assignment", after=False),
    "after the feedback": die_in(GenerateFeedback, "start", after=True, times=2),
    "after the last": die_in(Pipeline, "__exit__", after=True),
}


@drill(f"SIGKILL at {len(POINTS)} chosen steps of writing, marks by hand in between")
def kills_between_writes(folder: Path) -> str:
    start = graded_by_hand(folder / "a")
    killed = Path(shutil.copytree(start, folder / "b"))
    assert grade(start).code == 0
    for name, inside in POINTS.items():
        step = Path(shutil.copytree(killed, folder / "c"))
        code = grade(step, inside=inside).code
        assert code == -signal.SIGKILL, (name, code)
        assert gradebook(step)["scores"][0][:4] == (
            "ann",
            *("toy-double-torch", 2, 1.5),
        )
        before = written(step)
        ended = grade(step)
        assert ended.code == 0, (name, ended.err)
        compare(step, state(start))
        again = {path: then for path, then in written(step).items() if path in before}
        assert again == before, f"{name}: something was graded twice"
        shutil.rmtree(step)
    return f"each of {len(POINTS)}: the same gradebook, nothing graded twice"


@drill("SIGKILL while the first course grade makes the gradebook and enters the cells")
def kill_before_the_gradebook_is_whole(folder: Path) -> str:
    toy.make_course(folder)
    (folder / "tmp").mkdir()
    toy.submit(folder, "ann", toy.submission(**toy.RIGHT))
    for inside in (
        die_in(Gradebook, "check_course", after=False),
        die_in(SaveCells, "_create_notebook", after=False),
        die_in(Gradebook, "update_or_create_source_cell", after=True, times=2),
    ):
        code = Running(folder, *GRADE, inside=inside).end().code
        assert code == -signal.SIGKILL, code
    ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, ann=(2, 3))
    return "the last run enters all cells, and marks them"


@drill("SIGKILL in the middle of a regrade after an exercise had changed")
def kill_while_regrading(folder: Path) -> str:
    start = graded_by_hand(folder / "a")
    assert grade(start).code == 0
    killed = Path(shutil.copytree(start, folder / "b"))
    regrade = ("regrade", toy.ASSIGNMENT, "--jobs", "2")
    assert Running(start, *regrade, inside=squared_is_right).end().code == 1

    def dies() -> None:
        squared_is_right()
        die_in(SaveAutoGrades, "_add_score", after=True, times=3)()

    code = Running(killed, *regrade, inside=dies).end().code
    assert code == -signal.SIGKILL, code
    assert Running(killed, *regrade, inside=squared_is_right).end().code in (0, 1)
    ended = Running(killed, *GRADE, inside=squared_is_right).end()
    assert ended.code == 1, ended.err  # ann's mark by hand waits to be looked at
    compare(killed, state(start))
    ann = gradebook(killed)["scores"][0]
    assert ann == ("ann", "toy-double-torch", 0, 1.5, None, 1), ann
    return f"regraded again on seed {SEED}: the same marks, those by hand kept"


def squared_is_right() -> None:
    """From now on the first exercise asks for another function."""
    object.__setattr__(toy.DOUBLE, "reference", lambda x: x * x)
    object.__setattr__(toy.DOUBLE, "mistakes", ())
