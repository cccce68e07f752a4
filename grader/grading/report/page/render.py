"""A report as HTML text."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from grader.common.frameworks import TITLES
from grader.common.printable import one_line
from grader.common.status import Status
from grader.grading.report.class_report import UNNAMED, Report
from grader.grading.report.page.runs import how_marks_came
from grader.grading.report.page.tasks import column_of, tasks
from grader.grading.report.page.waiting import all_notes, waiting
from grader.grading.report.rows import State
from grader.grading.report.tables import LETTERS

FIFTHS = 5
# More of them would bury the exercises; the notes at the end have them all.
MOST_GROUPS = 6
MOST_LEARNERS = 12
MOST_CHARACTERS = 10_000


def render(report: Report, made: datetime) -> str:
    """The page.

    Args:
        made: when the report was made.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = tasks(report)
    used = {title for task in found for title in task.columns}
    return environment.get_template("report.html").render(
        report=report,
        made=made,
        tasks=found,
        frameworks=[title for title in ("", *TITLES.values()) if title in used],
        states=Counter(row.state for row in report.learners),
        ungraded=(State.NOT_GRADED, State.QUARANTINED, State.MISSING),
        correct=Status.CORRECT,
        points=_points(report),
        waiting=waiting(report),
        notes=all_notes(report),
        matrix=_matrix(report),
        runs=how_marks_came(report),
        letters=LETTERS,
        unnamed=UNNAMED,
        most_groups=MOST_GROUPS,
        most_learners=MOST_LEARNERS,
    )


def _clean(value: object) -> object:
    """What a page shows of a value; what macros and templates make is left alone."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return one_line(value, MOST_CHARACTERS)
    return value


def _points(report: Report) -> dict[str, object] | None:
    """How the points of all with marks are spread; None when nobody has any."""
    scores = [row.score for row in report.learners if row.score is not None]
    if not scores:
        return None
    lower, middle, upper = np.quantile(scores, (0.25, 0.5, 0.75))
    edges = np.linspace(0, report.max_score or 1, FIFTHS + 1)
    inside = np.clip(scores, edges[0], edges[-1])
    numbers, _ = np.histogram(inside, edges)
    return {
        "number": len(scores),
        "median": middle,
        "lower": lower,
        "upper": upper,
        "full": sum(score >= report.max_score for score in scores),
        "fifths": list(zip(edges[:-1], edges[1:], map(int, numbers), strict=True)),
    }


def _matrix(report: Report) -> dict[str, list[tuple[int, str]]]:
    """By framework, the numbers of its exercises and their grade ids."""
    numbers: dict[str, int] = {}
    columns: dict[str, list[tuple[int, str]]] = {}
    for summary in report.exercises:
        name, framework = column_of(summary.grade_id)
        number = numbers.setdefault(name, len(numbers) + 1)
        columns.setdefault(framework, []).append((number, summary.grade_id))
    return columns
