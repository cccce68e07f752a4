"""Shows text or HTML, in a terminal or in a notebook."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.judging.verdict import Verdict

# The key, in a display message, of our own data, which notebooks don't store.
TRANSIENT = "tandem"


class Shown:
    """Something in two forms, text and HTML; the frontend chooses one."""

    def __init__(self, text: str, html: str) -> None:
        self.text, self.html = text, html

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def show(verdict: "Verdict", below: str = "") -> None:
    """Display a verdict: HTML in a notebook, with ``below`` under it, else text."""
    from grader.judging.render import as_html, as_text

    told = {TRANSIENT: {"status": str(verdict.status)}}
    show_both(as_text(verdict), as_html(verdict) + below, told)


def show_both(
    text: str, html: str, transient: Mapping[str, object] | None = None
) -> None:
    """Display ``html`` where it can be rendered, ``text`` elsewhere.

    The message also takes ``transient`` to the program that runs the notebook.
    """
    if _in_ipython():
        shown = Shown(text, html)
        sys.modules["IPython"].display.display(shown, transient=transient)
    else:
        print(text)


def show_markdown(text: str, markdown: str) -> None:
    """Display ``markdown``, its code in the theme's colours; ``text`` elsewhere."""
    if _in_ipython():
        data = {"text/plain": text, "text/markdown": markdown}
        sys.modules["IPython"].display.display(data, raw=True)
    else:
        print(text)


def _in_ipython() -> bool:
    # Without a running IPython, nothing can render more than text.
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
