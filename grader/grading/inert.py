"""Pages of submissions that can be read and do nothing.

Formgrader shows an instructor's browser, logged in, what a learner's notebook holds;
feedback shows it to learners. nbconvert's own ``sanitize_html`` has no effect on
formgrader's template, so HTML is cleaned here before and while it is made.
"""

from functools import lru_cache
from html import escape

import bleach
from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

# Kinds of output that are shown as they are: text, which the page escapes, and
# pictures. An SVG is put into the page as a picture, where its scripts do not run.
SHOWN = ("text/plain", "text/latex", "image/png", "image/jpeg", "image/svg+xml")
CLEANED = ("text/html", "text/markdown")
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/svg+xml")
MEASURES = ("width", "height")
LONG = 10_000  # characters of a text that is not kept in memory
TAGS = bleach.ALLOWED_TAGS | {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "span", "pre"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("img", "del", "ins", "sub", "sup", "small", "u", "s", "kbd", "dl", "dt", "dd"),
}


def _is_kept(tag: str, name: str, value: str) -> bool:
    """Whether an attribute stays. Only a picture's address may be its own content."""
    if name in ("href", "src") and value.strip().lower().startswith("data:"):
        return name == "src" and value.strip().lower().startswith("data:image/")
    return name in KEPT["*"] or name in KEPT.get(tag, ())


KEPT = {
    "*": ("class", "id", "style", "title", "role", "align", "colspan", "rowspan"),
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
}
STYLES = CSSSanitizer(
    allowed_css_properties=ALLOWED_CSS_PROPERTIES
    | {
        *("border", "border-left", "padding", "margin", "outline", "background"),
        *("caption-side", "font-family", "line-height", "text-align", "white-space"),
        *("color", "cursor", "display", "font-weight"),
    }
)


def clean(html: str) -> str:
    """``html`` without whatever a browser would run; the rest stays as it is."""
    return bleach.clean(
        html,
        tags=TAGS,
        attributes=_is_kept,
        css_sanitizer=STYLES,
        protocols={"http", "https", "mailto", "data"},
    )


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """nbconvert's filter of that name, cleaned."""
    attachments = context.get("cell", {}).get("attachments", {})
    if attachments or len(source) > LONG:
        return _html(source, attachments)
    return _common_html(source)


def _html(source: str, attachments: dict) -> str:
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:
        # A picture that is missing, for one, must not take the page with it.
        html = f"<pre>{escape(source)}</pre>"
    return clean(html)


@lru_cache(maxsize=500)
def _common_html(source: str) -> str:
    """The texts of an assignment are the same in each submission."""
    return _html(source, {})


class Inert(Preprocessor):
    """Leaves of outputs, attachments and metadata what a page can show unharmed."""

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        for name in ("widgets", "title", "authors"):
            nb.metadata.pop(name, None)
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        if "attachments" in cell:
            cell.attachments = {
                name: {kind: data for kind, data in bundle.items() if kind in PICTURES}
                for name, bundle in cell.attachments.items()
            }
        if cell.cell_type == "raw":
            cell.source = clean(cell.source)
        for output in cell.get("outputs", []):
            if "data" in output:
                _make_inert(output)
        return cell, resources


def _make_inert(output: NotebookNode) -> None:
    data = {kind: output.data[kind] for kind in SHOWN if _is_text(output.data, kind)}
    for kind in CLEANED:
        if _is_text(output.data, kind):
            data[kind] = clean(output.data[kind])
    output.data = NotebookNode(data)
    about = {}
    for kind in PICTURES:
        said = output.metadata.get(kind)
        if isinstance(said, dict):
            numbers = {
                n: said[n] for n in MEASURES if type(said.get(n)) in (int, float)
            }
            about[kind] = numbers
    output.metadata = NotebookNode(about)


def _is_text(data: dict, kind: str) -> bool:
    return isinstance(data.get(kind), str)
