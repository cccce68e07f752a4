"""``hint``: help for an exercise, one tier at a time.

In a notebook the tiers are HTML ``<details>``, each inside the previous one: the second
can be opened only once the first is open, and so on. They need no JavaScript, no widget
and no kernel. So they also open in a saved notebook, and in one that is not trusted.
"""

import os
from html import escape
from typing import TYPE_CHECKING

from grader.common.errors import CourseError
from grader.learner.answering.answers import GRADED_RUN
from grader.learner.display import show_both

if TYPE_CHECKING:
    from grader.judging import Exercise

TIERS = ("the idea", "the functions to use", "a skeleton")
# Plain colours, legible on light and dark. The sanitizer of an untrusted notebook
# removes styles with the theme's variables or currentColor.
BOX = "border-left:4px solid #1976d2;padding:.4em .9em"
TEXT = (
    "white-space:pre-wrap;word-break:normal;color:inherit;background:transparent;"
    "margin:.4em 0"
)
# JupyterLab hides the marker of a <summary>; this style shows it.
SUMMARY = "display:list-item;list-style-position:inside;cursor:pointer;margin:.4em 0"
BUTTON = "border:1px solid #808080;border-radius:4px;padding:.15em .7em"


def hint(exercise: str, tier: int = 1) -> None:
    """Show a hint: 1 the idea, 2 the functions to use, 3 a skeleton.

    A notebook also shows the later tiers, folded.

    Raises:
        CourseError: when there is no such exercise or tier.

    Example:
        >>> hint("autograd.mse_gradient", 2)
    """
    if os.environ.get(GRADED_RUN):
        print(f"{exercise}: hints are not shown in a graded run.")
        return
    from grader.exercises import catalogue

    if tier not in (1, 2, 3):
        raise CourseError(f"There are hints 1, 2 and 3, no hint {tier!r}.")
    try:
        found = catalogue.find(exercise)
    except KeyError as error:
        raise CourseError(error.args[0]) from None
    head = f"{_title(tier)}: {found.title}"
    more = f'Next: hint("{exercise}", {tier + 1})' if tier < 3 else ""
    show_both(
        "\n".join(filter(None, [head, found.hints[tier - 1], more])),
        f'<div style="{BOX}"><strong>{escape(head)}</strong>'
        f"{_opened(found, tier)}</div>",
    )


def folded(exercise: "Exercise") -> str:
    """All hints as HTML, each folded inside the one before it."""
    return f'<div style="{BOX}">{_folded(exercise, 1)}</div>'


def _folded(exercise: "Exercise", tier: int) -> str:
    return (
        f'<details><summary style="{SUMMARY}">'
        f'<span style="{BUTTON}">{_title(tier)}</span></summary>'
        f"{_opened(exercise, tier)}</details>"
    )


def _opened(exercise: "Exercise", tier: int) -> str:
    """One tier's text, with the next tier folded below it."""
    text = f'<pre style="{TEXT}">{escape(exercise.hints[tier - 1])}</pre>'
    return text + (_folded(exercise, tier + 1) if tier < 3 else "")


def _title(tier: int) -> str:
    return f"Hint {tier} of 3, {TIERS[tier - 1]}"
