"""Pages of submissions that can be read and do nothing.

Formgrader shows an instructor's browser, logged in, what a learner's notebook holds;
feedback shows it to learners. nbconvert's own ``sanitize_html`` has no effect on
formgrader's template, so here a notebook is prepared for its page, and the filters that
make HTML of its texts take the place of nbconvert's.
"""

from itertools import groupby
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from grader.common.printable import whole
from grader.grading.markup.apart import Page
from grader.grading.run.messages import measures

# Kinds of output that are shown as they are: text, which the page escapes, and
# pictures. An SVG is put into the page as a picture, where its scripts do not run.
SHOWN = ("text/plain", "text/latex", "image/png", "image/jpeg", "image/svg+xml")
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
COLOURED = 50_000  # characters of a cell of code that are worth its colours
ESCAPE = "\x1b"


def _page(context: Context) -> Page:
    """What the page being made may still cost."""
    return context.get("resources", {}).get("page") or Page()


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """nbconvert's filter of that name: cleaned, or as plain text."""
    page = _page(context)
    attachments = context.get("cell", {}).get("attachments", {})
    return page.made("markdown", source, attachments) or page.plain(source)


@pass_context
def highlight_code(context: Context, source: str, **_: object) -> str:
    """nbconvert's filter of that name: in colours, or as plain text."""
    page = _page(context)
    made = page.made("code", source) if len(source) <= COLOURED else None
    return made or page.plain(source)


@pass_context
def ansi2html(context: Context, text: str) -> str:
    """nbconvert's filter of that name: in colours, or as plain text."""
    page = _page(context)
    made = page.made("terminal", text) if ESCAPE in text else None
    return made or page.escaped(text)


@pass_context
def clean_html(context: Context, html: str) -> str:
    """nbconvert's filter of that name: cleaned, or as plain text."""
    page = _page(context)
    return page.made("html", html) or page.plain(html)


def strip_files_prefix(html: str) -> str:
    """nbconvert's filter of that name, which would undo what was cleaned.

    Without ``files/``, an address that begins with it may be a script.
    """
    return html


FILTERS = {
    one.__name__: one
    for one in (
        markdown2html,
        highlight_code,
        ansi2html,
        clean_html,
        strip_files_prefix,
    )
}


class Inert(Preprocessor):
    """Leaves of a notebook what a page can show unharmed."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the notebook's metadata, and make each of its cells harmless."""
        resources["page"] = page = Page()
        nb.metadata = NotebookNode(language_info={"name": "ipython3"})
        for cell in nb.cells:
            _prepare(cell, page)
        return nb, resources


def _prepare(cell: NotebookNode, page: Page) -> None:
    cell.source = whole(cell.source)
    # Of tags the template makes classes, and it obeys some other metadata.
    about = cell.metadata.get("nbgrader")
    cell.metadata = NotebookNode({"nbgrader": about} if about else {})
    if "attachments" in cell:
        cell.attachments = {
            name: {kind: data for kind, data in bundle.items() if kind in PICTURES}
            for name, bundle in cell.attachments.items()
        }
    if cell.cell_type == "raw":
        cell.source = page.plain(cell.source)
    if cell.cell_type == "code":
        if type(cell.get("execution_count")) is not int:
            cell.execution_count = None
        cell.outputs = _as_printed(cell.outputs)
        for output in cell.outputs:
            if "data" in output:
                _make_inert(output, page)


def _make_inert(output: NotebookNode, page: Page) -> None:
    kinds = (*SHOWN, "text/markdown")
    data = {k: whole(output.data[k]) for k in kinds if _is_text(output.data, k)}
    if _is_text(output.data, "text/html"):
        html = page.made("html", whole(output.data["text/html"]))
        if html is not None:
            data["text/html"] = html
    if not data:
        data["text/plain"] = "[an output that can't be shown here]"
    output.data = NotebookNode(data)
    said = output.metadata
    output.metadata = NotebookNode(
        {kind: measures(said[kind]) for kind in PICTURES if kind in said}
    )


def _is_text(data: dict[str, Any], kind: str) -> bool:
    return isinstance(data.get(kind), str)


def _as_printed(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs as a terminal shows them: what is printed in parts is one text."""
    made: list[NotebookNode] = []
    for name, group in groupby(outputs, lambda one: one.get("name")):
        if name is None:
            made += group
            continue
        first, *others = group
        text = "".join([first.text, *(one.text for one in others)])
        first.text = whole("\n".join(map(_overwritten, text.split("\n"))))
        made.append(first)
    return made


def _overwritten(line: str) -> str:
    """A line of which parts were written anew, after going back to its beginning."""
    return line.removesuffix("\r").rpartition("\r")[2]
