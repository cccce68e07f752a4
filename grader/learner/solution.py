"""``solution``: the course's own answer to an exercise, once it has been solved."""

import json
import os
from html import escape
from typing import TYPE_CHECKING

from grader.common import course
from grader.common.course import recorded_track
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, NEUTRAL, TITLES
from grader.common.places import cell_id, places, text
from grader.common.tracks import BOTH, frameworks_of
from grader.learner.answering.answers import GRADED_RUN
from grader.learner.display import show_both, show_markdown
from grader.learner.progress_record import ever_correct, load, progress_file

if TYPE_CHECKING:
    from grader.judging import Exercise

OFFER = (
    '<div style="padding:.2em .9em;color:var(--jp-content-font-color1, inherit);'
    'line-height:1.5">{}</div>'
)
LINK = '<a href="{}" target="_blank" rel="noopener">{}</a>'
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


def solution(exercise: str, anyway: bool = False) -> None:
    """Show the model solution of an exercise that you have solved.

    One correct check, in any framework, unlocks the solutions in all frameworks of your
    copy.

    Args:
        exercise: its id, such as ``"autograd.mse_gradient"``.
        anyway: show the solution even though the exercise is not solved.

    Raises:
        CourseError: there is no such exercise, it has no model solution, it is not
            solved yet, or this installation has none.

    Example:
        >>> solution("autograd.mse_gradient")
    """
    if os.environ.get(GRADED_RUN):
        print(f"{exercise}: solutions are not shown in a graded run.")
        return
    from grader.exercises import catalogue

    try:
        catalogue.find(exercise)
    except KeyError as error:
        raise CourseError(error.args[0]) from None
    if not course.has_solutions():
        raise CourseError(
            "There are no model solutions in this installation: whoever set it up for "
            "your class left them out."
        )
    stored = progress_file()
    records = load(stored).get(exercise, {}).values()
    if not anyway and not any(map(ever_correct, records)):
        tries = sum(record["tries"] for record in records)
        so_far = f" after {tries} {'try' if tries == 1 else 'tries'}" if tries else ""
        raise CourseError(
            f"{exercise} is not solved yet{so_far}. There are three hints: "
            f'hint("{exercise}") begins with the idea. To see the solution all the '
            f'same: solution("{exercise}", anyway=True)'
        )
    track = recorded_track(stored.parents[1]) if stored else None
    texts = solutions(exercise, (*frameworks_of(track or BOTH), NEUTRAL))
    if not texts:
        raise CourseError(f"{exercise} has no model solution.")
    title = f"{exercise}, solved by the course"
    show_markdown(
        "\n\n".join([title, *(f"{TITLES[f]}:\n{code}" for f, code in texts.items())]),
        "\n\n".join(
            [
                f"**{title}**",
                *(f"{TITLES[f]}:\n```python\n{code}\n```" for f, code in texts.items()),
            ]
        ),
    )


def offer(exercise: "Exercise", framework: str | None) -> None:
    """After a right answer, show how to see the solution, and what to read further."""
    from grader.exercises import catalogue

    lines, items = [], []
    if solutions(exercise.id, (*FRAMEWORKS, NEUTRAL)):
        call = f'from grader import solution; solution("{exercise.id}")'
        lines.append(f"Compare with the course's answer:\n  {call}")
        items.append(f"Compare with the course's answer: <code>{escape(call)}</code>")
    links = catalogue.reading(exercise.lesson, framework)
    if links:
        lines += ["Read further:", *(f"  {title}: {url}" for title, url in links)]
        shown = (LINK.format(escape(url), escape(title)) for title, url in links)
        items.append(f"Read further: {' · '.join(shown)}")
    if lines:
        show_both("\n".join(lines), OFFER.format("<br>".join(items)))


def solutions(exercise: str, frameworks: tuple[str, ...]) -> dict[str, str]:
    """The code of the model solutions, by framework; empty if there are none.

    Args:
        frameworks: those that are wanted; ``NEUTRAL`` for that of a neutral exercise.
    """
    root = course.course_root()
    place = places(root).get(exercise)
    if place is None or not place.notebook.startswith("exercises/"):
        return {}
    path = root / place.notebook.replace("exercises", course.SOLUTIONS, 1)
    if not path.is_file():
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = {cell_id(cell): text(cell) for cell in cells}
    ids = {name: place.cells[name][0] for name in frameworks if name in place.cells}
    return {name: _unmarked(code[i]) for name, i in ids.items() if i in code}


def _unmarked(code: str) -> str:
    lines = code.splitlines()
    return "\n".join(line for line in lines if line.strip() not in MARKS)
