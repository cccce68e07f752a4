"""``course release``, ``grade``, ``regrade`` and ``report``."""

import json
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from grader.common.errors import CourseError
from grader.common.printable import in_json, one_line
from grader.common.tracks import BOTH, TRACKS
from grader.grading.cohort import DEFAULT_JOBS, Cohort
from grader.grading.execution import require_frameworks
from grader.grading.place.assignment import Assignment
from grader.grading.place.course_folder import find_course
from grader.grading.place.workplace import at_work
from grader.grading.plugins.export import write_csv
from grader.grading.release import known_cells, points, register, submissions
from grader.grading.report.class_report import Report, csv_rows, make_report
from grader.grading.report.page import show_page
from grader.grading.report.page.render import render
from grader.grading.report.tables import changes_table, tables
from grader.grading.report.today import Stale
from grader.grading.to_do import as_log
from grader.kernels.jail import probe

if TYPE_CHECKING:
    from grader.grading.dask_cluster import Cluster


def release(name: str, track: str | None = None) -> int:
    """Write the release notebook, and the assignment into the gradebook.

    With a track, the notebook goes to ``release/<track>/<assignment>/`` and the
    gradebook holds that track's cells and points: in submissions, cells of the
    other framework are run and not marked.

    Raises:
        CourseError: unknown assignment or track, or submissions are already graded
            against other cells.
    """
    assignment = Assignment.of(find_course(), name)
    track = track or BOTH
    if track not in TRACKS:
        raise CourseError(f"unknown track {track!r}: use one of {', '.join(TRACKS)}")
    course = assignment.course
    folder = course.folder("release")
    if track != BOTH:
        folder = course.root / "release" / track
    with at_work(course.root), tempfile.TemporaryDirectory() as scratch:
        former = points(assignment)
        # nbgrader empties its release folder first, even if it then fails.
        register(assignment, track, Path(scratch))
        shutil.copytree(scratch, folder, dirs_exist_ok=True)
        now = points(assignment)
        graded = submissions(assignment)
    print(f"{assignment.inside(folder)} ({sum(now.values()):g} points)")
    if graded:
        _tell_points(name, former, now, graded)
    return 0


def _tell_points(
    assignment: str, former: dict[str, float], now: dict[str, float], graded: int
) -> None:
    """What marks that are given already do not follow yet."""
    changed = [name for name in now if former.get(name, now[name]) != now[name]]
    for name in changed:
        print(f"{name}: {now[name]:g} points instead of {former[name]:g}")
    if changed:
        learners = "1 learner has" if graded == 1 else f"{graded} learners have"
        print(f"{learners} marks by the former points: run course grade {assignment}")


def grade(
    name: str,
    as_json: bool = False,
    timeout: int | None = None,
    seed: int | None = None,
    unsafe: bool = False,
    jobs: int | None = None,
    cluster: "Cluster | None" = None,
) -> int:
    """Grade what is in ``submitted/`` and not graded yet; then report on all.

    Args:
        timeout: seconds for one cell.
        seed: of the fresh cases, to repeat a run; what was graded on other cases is
            graded again.
        unsafe: whether learners' code may run without isolation.
        jobs: how many submissions run at once.
        cluster: where they run; by default here.

    Returns:
        0 when everything is graded, 1 when something waits for the instructor.

    Raises:
        CourseError: unknown assignment, nothing submitted, a framework missing, no
            isolation and not ``unsafe``.
    """
    course = find_course()
    console = Console(stderr=True)
    if seed is not None:
        course.app.config.ExecuteAndJudge.seed = seed
    assignment = Assignment.of(course, name)
    with at_work(course.root):
        cohort = _cohort(
            assignment,
            console,
            timeout=timeout,
            unsafe=unsafe,
            jobs=jobs,
            cluster=cluster,
        )
        done = cohort.grade(console, seed)
        if done.before:
            console.print(f"{done.before} graded before; regrade would run them again.")
        _tell(done.marked, console)
        if done.pages:
            pages = "1 page" if done.pages == 1 else f"{done.pages} pages"
            console.print(f"{pages} of feedback written anew.")
        _keep(assignment, done.faults, console)
    report = make_report(assignment)
    _show(report, as_json)
    return 0 if report.clean else 1


def regrade(
    name: str,
    dry_run: bool = False,
    timeout: int | None = None,
    unsafe: bool = False,
    jobs: int | None = None,
    cluster: "Cluster | None" = None,
) -> int:
    """Run all submissions again, on the inputs they had, and list whose marks change.

    Scores and comments given by hand stay. With ``dry_run`` nothing is written.

    Returns:
        0 when nothing changed, otherwise 1.

    Raises:
        CourseError: as :func:`grade`.
    """
    assignment = Assignment.of(find_course(), name)
    console = Console(stderr=True)
    with at_work(assignment.course.root):
        cohort = _cohort(
            assignment,
            console,
            timeout=timeout,
            unsafe=unsafe,
            jobs=jobs,
            cluster=cluster,
        )
        done = cohort.regrade(not dry_run, console)
        _keep(assignment, done.faults, console)
    if done.missing:
        console.print(f"{done.missing} not graded yet, and left out: run course grade.")
    Console().print(changes_table(done.changes))
    if done.changes and dry_run:
        console.print("Nothing was written: run it without --dry-run to do so.")
    return 1 if done.changes else 0


def _cohort(
    assignment: Assignment,
    console: Console,
    *,
    timeout: int | None,
    unsafe: bool,
    jobs: int | None,
    cluster: "Cluster | None",
) -> Cohort:
    """The class to grade, once it is sure that it can be graded here."""
    course = assignment.course
    if unsafe:
        course.app.config.ExecuteAndJudge.unsafe = True
        console.print("Learners' code runs without isolation: --unsafe was given.")
    elif cluster is None:
        probe.level()
    submitted = course.folder("submitted")
    if not submitted.is_dir() or not any(submitted.iterdir()):
        raise CourseError(
            f"nothing to grade: put each notebook into "
            f"{assignment.inside(Path(submitted.name, '<learner>'))}"
        )
    if timeout is not None:
        course.app.config.ExecuteAndJudge.timeout = timeout
    if known_cells(assignment) is None:
        with tempfile.TemporaryDirectory() as scratch:
            register(assignment, BOTH, Path(scratch))
    if cluster is None:
        require_frameworks(known_cells(assignment) or ())
        return Cohort(assignment, jobs or DEFAULT_JOBS)
    # The others are on their way: staged, or waiting to be written.
    at_once = jobs or cluster.threads + DEFAULT_JOBS
    return Cohort(assignment, at_once, cluster.execute)


def _tell(marked: dict[str, list[Stale]], console: Console) -> None:
    """Whose marks were written anew, by what had changed."""
    by_reason: dict[str, list[str]] = {}
    for learner, changed in marked.items():
        by_reason.setdefault(", ".join(changed), []).append(learner)
    for reason, learners in by_reason.items():
        done = f"{len(learners)} marked anew, without another run"
        names = one_line(", ".join(learners))
        console.print(Text(f"{done} (changed: {reason}): {names}"))


def _keep(
    assignment: Assignment, faults: dict[str, list[str]], console: Console
) -> None:
    """What failed on our side, in a file that the instructor is told of."""
    if any(faults.values()):
        path = assignment.place.log
        path.write_text(as_log(faults), encoding="utf-8")
        where = path.relative_to(assignment.course.root)
        console.print(f"Grading failed in places: see {where}")


def report(
    name: str,
    csv: Path | None = None,
    as_json: bool = False,
    page: bool = False,
    to: Path | None = None,
    browser: bool = True,
) -> int:
    """Show what came of an assignment; with ``csv``, also write a file.

    Args:
        page: whether an HTML page takes the place of the tables.
        to: the page's file; without one it lies in the course's folder ``reports``.
        browser: whether to open the page.

    Raises:
        CourseError: unknown or never graded assignment, or a file can't be written.
    """
    course = find_course()
    made = make_report(Assignment.of(course, name))
    if csv is not None:
        columns, rows = csv_rows(made)
        try:
            write_csv(str(csv), columns, rows)
        except OSError as error:
            raise CourseError(f"can't write {csv}: {error.strerror}") from error
    if page or to is not None:
        path = to or course.root / "reports" / f"{name}.html"
        show_page.write(path, render(made, datetime.now()))
        print(path, file=sys.stderr if as_json else sys.stdout, flush=True)
        if browser:
            show_page.open_in_browser(path)
        if not as_json:
            return 0
    _show(made, as_json)
    return 0


def _show(made: Report, as_json: bool) -> None:
    if as_json:
        print(in_json(json.dumps(made.to_dict(), indent=2, ensure_ascii=False)))
    else:
        Console().print(tables(made))
