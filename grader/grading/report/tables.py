"""A report as tables for a terminal; letters say what colour would."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.common.grade_id import GradeId
from grader.common.printable import one_line
from grader.common.status import Status
from grader.grading.report.class_report import Report
from grader.grading.report.regrade import Change
from grader.grading.report.rows import BY_HAND, Row, Waits

LETTERS = {
    Status.CORRECT: "✓",
    Status.WRONG: "w",
    Status.ERROR: "e",
    Status.NOT_ATTEMPTED: "·",
    Status.TIMEOUT: "t",
    Status.CRASHED: "c",
    Status.GRADER_FAULT: "?",
    BY_HAND: "h",
}
# What to do about cells that wait, by the reason.
TO_DO = {
    Waits.FAULT: "grader fault in {}: mark by hand",
    Waits.FIRST: "to mark by hand: {}",
    Waits.AGAIN: "marked by hand before this run, look whether it still holds: {}",
}
MOST = 10_000  # characters of a table's cell
LEGEND = "  ".join(f"{letter} {status}" for status, letter in LETTERS.items())


def tables(report: Report) -> Group:
    """Learners, then exercises, then all that waits for the instructor."""
    parts: list[RenderableType] = [
        *(_learners(report), Text(f"{LEGEND}\n"), _exercises(report)),
    ]
    waiting = [row for row in report.learners if row.notes or row.by_hand]
    if waiting:
        parts += [Text(), _attention(waiting)]
    if report.missing:
        parts.append(_text(_missing(report)))
    return Group(*parts)


def _missing(report: Report) -> str:
    named = [
        f"{name} ({'1 learner' if number == 1 else f'{number} learners'})"
        for name, number in report.missing.items()
    ]
    return (
        f"Submissions import packages that are not installed where they run: "
        f"{', '.join(named)}. Install those that you know and allow, then run course "
        f"regrade {report.assignment}. Tell the learners about the others."
    )


def _text(words: str) -> Text:
    """Words in which nothing is markup or a code for the terminal."""
    return Text(one_line(words, MOST))


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)


def _learners(report: Report) -> Table:
    number = len(report.learners)
    learners = "1 learner" if number == 1 else f"{number} learners"
    table = _table(f"{report.assignment}: {learners}")
    table.add_column("learner", overflow="fold")
    table.add_column("state")
    table.add_column("points", justify="right")
    table.add_column("exercises, in the order of the next table", overflow="fold")
    for row in report.learners:
        points = "" if row.score is None else f"{row.score:g} / {row.max_score:g}"
        if row.late_submission_penalty:
            points += f" (late: −{row.late_submission_penalty:g})"
        letters = "".join(
            LETTERS.get(row.marks[summary.grade_id].status, "-")
            for summary in report.exercises
            if summary.grade_id in row.marks
        )
        table.add_row(_text(row.learner), row.state, points, letters)
    return table


def _exercises(report: Report) -> Table:
    table = _table("Exercises")
    table.add_column("exercise", no_wrap=True)
    table.add_column("correct", justify="right")
    table.add_column("mistakes, with the number of learners", overflow="fold")
    for summary in report.exercises:
        share = f"{summary.correct / summary.graded:.0%}" if summary.graded else ""
        counts = [f"{name} ({n})" for name, n in summary.mistakes.items()]
        others = [
            f"{status} ({n})"
            for status, n in summary.statuses.items()
            if status not in (Status.CORRECT, Status.WRONG)
        ]
        table.add_row(
            _text(_readable(summary.grade_id)), share, _text("; ".join(counts + others))
        )
    return table


def _readable(grade_id: str) -> str:
    """``mse_gradient (PyTorch)`` for ``autograd-mse_gradient-torch``."""
    found = GradeId.parse(grade_id)
    return f"{found.name} ({found.title})" if found else grade_id


def _attention(rows: list[Row]) -> Table:
    table = _table("To look at")
    table.add_column("learner", overflow="fold")
    table.add_column("state")
    table.add_column("why", overflow="fold")
    for row in rows:
        why = list(row.notes)
        for kind in Waits:
            cells = [n for n, mark in row.marks.items() if mark.waits_for is kind]
            if cells:
                why.append(TO_DO[kind].format(", ".join(cells)))
        table.add_row(_text(row.learner), row.state, _text("; ".join(why)))
    return table


def changes_table(found: list[Change]) -> Table | Text:
    """Whose marks change in a regrade, from what to what, and why."""
    if not found:
        return Text("No mark changes.")
    number = len(found)
    table = _table("1 change" if number == 1 else f"{number} changes")
    for name in ("learner", "graded cell", "before", "after", "why"):
        table.add_column(name, overflow="fold")
    for one in found:
        table.add_row(
            *map(_text, (one.learner, one.grade_id, one.before, one.after, one.why))
        )
    return table
