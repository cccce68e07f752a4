"""``hint``: help for an exercise, one tier at a time."""

from html import escape

from grader.errors import CourseError
from grader.learner.display import show_both

TIERS = ("the idea", "the functions to use", "a skeleton")


def hint(exercise: str, tier: int = 1) -> None:
    """Show a hint: 1 the idea, 2 the functions to use, 3 a skeleton.

    Raises:
        CourseError: when there is no such exercise or tier.

    Example:
        >>> hint("autograd.mse_gradient", 2)
    """
    from grader import references

    if tier not in (1, 2, 3):
        raise CourseError(f"There are hints 1, 2 and 3, no hint {tier!r}.")
    try:
        found = references.find(exercise)
    except KeyError as error:
        raise CourseError(error.args[0]) from None
    text = found.hints[tier - 1]
    head = f"Hint {tier} of 3, {TIERS[tier - 1]}: {found.title}"
    more = f'Next: hint("{exercise}", {tier + 1})' if tier < 3 else ""
    show_both(
        "\n".join(filter(None, [head, text, more])),
        '<div style="border-left:4px solid var(--jp-brand-color1, #1976d2);'
        'padding:.4em .9em;color:var(--jp-content-font-color1, inherit)">'
        f"<strong>{escape(head)}</strong>"
        '<pre style="white-space:pre-wrap;color:inherit;background:transparent;'
        f'margin:.4em 0">{escape(text)}</pre>{escape(more)}</div>',
    )
