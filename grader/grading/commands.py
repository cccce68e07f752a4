"""``course release``, ``course grade`` and ``course report``."""

import json
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.progress import TimeElapsedColumn as Elapsed

from grader.errors import CourseError
from grader.grading.course import Course, find_course
from grader.grading.execute import FAULT_LOGGED
from grader.grading.export import write_csv
from grader.grading.intake import Arrival, Submission, scan, stage
from grader.grading.report import Report, csv_rows, make_report
from grader.grading.sandbox import probe
from grader.grading.tables import tables
from grader.learner.frameworks import FRAMEWORKS, TITLES, installed
from grader.learner.tracks import BOTH, TRACKS, filter_track


def release(assignment: str, track: str | None = None) -> int:
    """Write the release notebook, and the assignment into the gradebook.

    With a track, the notebook goes to ``release/<track>/<assignment>/`` and the
    gradebook holds that track's cells and points: in submissions, cells of the
    other framework are run and not marked.

    Raises:
        CourseError: unknown assignment or track, or submissions are already graded
            against other cells.
    """
    course = find_course()
    name = course.notebook(assignment)
    track = track or BOTH
    if track not in TRACKS:
        raise CourseError(f"unknown track {track!r}: use one of {', '.join(TRACKS)}")
    folder = course.folder("release")
    if track != BOTH:
        folder = course.root / "release" / track
    with tempfile.TemporaryDirectory() as scratch:
        # nbgrader empties its release folder first, even if it then fails.
        _register(course, assignment, name, track, Path(scratch))
        shutil.copytree(scratch, folder, dirs_exist_ok=True)
    print(
        f"{folder / assignment / name}.ipynb ({_points(course, assignment):g} points)"
    )
    return 0


def grade(
    assignment: str,
    as_json: bool = False,
    timeout: int | None = None,
    seed: int | None = None,
    unsafe: bool = False,
) -> int:
    """Grade what is in ``submitted/``; running it again gives the same marks.

    Returns:
        0 when everything is graded, 1 when something waits for the instructor.

    Raises:
        CourseError: unknown assignment, nothing submitted, a framework missing, no
            isolation and not ``unsafe``.
    """
    course = find_course()
    name = course.notebook(assignment)
    console = Console(stderr=True)
    if unsafe:
        course.app.config.SturdyExecute.unsafe = True
        console.print("Learners' code runs without isolation: --unsafe was given.")
    else:
        probe.level()
    submitted = course.folder("submitted")
    if not submitted.is_dir() or not any(submitted.iterdir()):
        raise CourseError(
            f"nothing to grade: put each notebook into {submitted.name}/<learner>/"
            f"{assignment}/{name}.ipynb"
        )
    if timeout is not None:
        course.app.config.Execute.timeout = timeout
    if seed is not None:
        course.app.config.ExecuteAndJudge.seed = seed
    if _known_cells(course, assignment, name) is None:
        with tempfile.TemporaryDirectory() as scratch:
            _register(course, assignment, name, BOTH, Path(scratch))
    cells = _known_cells(course, assignment, name)
    _require_frameworks(cells)
    found = scan(submitted, assignment, name, cells)
    accepted = [one for one in found if one.arrival is Arrival.ACCEPTED]
    with tempfile.TemporaryDirectory() as scratch:
        log = _grade_all(course, assignment, name, accepted, Path(scratch), console)
    _enrol(course, found)
    if log:
        path = course.folder("autograded") / f"{assignment}.log"
        path.parent.mkdir(exist_ok=True)
        path.write_text(log, encoding="utf-8")
        where = path.relative_to(course.root)
        console.print(f"Grading failed in places: see {where}")
    report = make_report(course, assignment)
    _show(report, as_json)
    return 0 if report.clean else 1


def report(assignment: str, csv: Path | None = None, as_json: bool = False) -> int:
    """Show what came of an assignment; with ``csv``, also write a file.

    Raises:
        CourseError: unknown or never graded assignment, or the file can't be written.
    """
    made = make_report(find_course(), assignment)
    if csv is not None:
        columns, rows = csv_rows(made)
        try:
            write_csv(str(csv), columns, rows)
        except OSError as error:
            raise CourseError(f"can't write {csv}: {error.strerror}") from error
    _show(made, as_json)
    return 0


def _show(made: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(made.to_dict(), indent=2, ensure_ascii=False))
    else:
        Console().print(tables(made))


def _register(
    course: Course, assignment: str, name: str, track: str, folder: Path
) -> None:
    """nbgrader's generate_assignment, on the track's cells."""
    source = course.folder("source") / assignment / f"{name}.ipynb"
    with tempfile.TemporaryDirectory() as sources:
        filtered = Path(sources, assignment, source.name)
        shutil.copytree(source.parent, filtered.parent)
        notebook = nbformat.read(source, as_version=4)
        nbformat.write(filter_track(notebook, track), filtered)
        done, log = course.convert(
            GenerateAssignment,
            assignment,
            source_directory=sources,
            release_directory=str(folder),
        )
    if not done:
        if "submissions associated with it" in log:
            raise CourseError(
                f"{assignment} has graded submissions, and this release has other "
                "cells: release it before grading, or start a new gradebook"
            )
        raise CourseError(f"nbgrader could not release {assignment}:\n{log}")


def _known_cells(course: Course, assignment: str, name: str) -> set[str] | None:
    """The grade ids that the gradebook has of a notebook; None before a release."""
    with course.gradebook() as gradebook:
        try:
            notebook = gradebook.find_notebook(name, assignment)
        except MissingEntry:
            return None
        return {cell.name for cell in notebook.source_cells}


def _points(course: Course, assignment: str) -> float:
    with course.gradebook() as gradebook:
        return gradebook.find_assignment(assignment).max_score


def _require_frameworks(cells: set[str]) -> None:
    # Without one, every submission would fail on the machine's account.
    for framework in FRAMEWORKS:
        needed = any(cell.endswith(f"-{framework}") for cell in cells)
        if needed and not installed(framework):
            raise CourseError(
                f"{TITLES[framework]} is not installed here, and the assignment uses "
                "it: install it, or release and grade one track"
            )


def _grade_all(
    course: Course,
    assignment: str,
    name: str,
    accepted: list[Submission],
    staging: Path,
    console: Console,
) -> str:
    """Grade and write feedback one by one; the log where something failed."""
    logs = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, Elapsed(), console=console, transient=True) as progress:
        task = progress.add_task("Grading", total=len(accepted))
        for submission in accepted:
            progress.update(task, description=f"Grading {submission.learner[:30]}")
            stage(submission, staging, assignment, name)
            learner = submission.learner
            done, log = course.convert(
                Autograde, assignment, learner, submitted_directory=str(staging)
            )
            if done:
                done, more = course.convert(GenerateFeedback, assignment, learner)
                log += more
            if not done or FAULT_LOGGED in log:
                logs.append(f"== {learner}\n{log}")
            progress.advance(task)
    return "\n".join(logs)


def _enrol(course: Course, found: list[Submission]) -> None:
    """Learners whose submission can't be graded appear in nbgrader's exports too."""
    with course.gradebook() as gradebook:
        for submission in found:
            if submission.folder.is_dir():
                gradebook.update_or_create_student(submission.learner)
