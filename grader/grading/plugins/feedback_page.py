"""nbgrader's feedback pages, made in a fraction of the time, and one for everybody.

nbconvert compiles its templates anew for each page, and parses each page that it has
made once more. For a class this costs about as much as running it.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode

from grader.common.printable import whole
from grader.grading.plugins.inert import FILTERS
from grader.grading.plugins.shown import note_size

UNDESCRIBED = re.compile(r"<img\b(?![^>]*\salt=)")
DESCRIBED = '<img alt="No description has been provided for this image"'
PLAIN_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>Your notebook could not be shown on this page. It was graded all the same, and
its marks count:</p>
{cells}
<p>Does one of its cells show something unusual? Ask your instructor.</p>
</body>
</html>
"""


class Compiled(BytecodeCache):
    """Templates compiled by this process, by the name and the text of each."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in the code of a template of the same name and text, if there is one."""
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code for as long as this process lives."""
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class FeedbackExporter(HTMLExporter):
    """``HTMLExporter`` for nbgrader's template, whose pages hold no widgets.

    A notebook that the template fails at gets a plain page with its marks.
    """

    def default_filters(self) -> Iterator[tuple[str, Callable[..., str]]]:
        """nbconvert's filters, with ours in place of those of the same name."""
        yield from super().default_filters()
        yield from FILTERS.items()

    @property
    def environment(self) -> Environment:
        """The templates' environment, in which they are compiled once."""
        environment = super().environment
        environment.bytecode_cache = COMPILED
        return environment

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._prepared = super()._preprocess(nb, resources)
        return self._prepared

    # nbconvert says of all exporters that they give a notebook; a template gives text.
    def from_notebook_node(  # type: ignore[override]
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **options: object,
    ) -> tuple[str, dict[str, Any]]:
        """The page as the template makes it, each picture with a description."""
        self._prepared = None
        try:
            page, resources = TemplateExporter.from_notebook_node(
                self, nb, resources, **options
            )
        except Exception as error:
            if self._prepared is None:  # not the page's fault: no marks to show
                raise
            self.log.warning("A plain page of feedback: %s", type(error).__name__)
            page, resources = _plain(*self._prepared)
        page = whole(UNDESCRIBED.sub(DESCRIBED, page))
        note_size(resources, page)
        return page, resources


def _plain(nb: NotebookNode, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A page of points and verdicts alone."""
    cells = []
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            name = escape(f"{about.grade_id}: {about.score:g} / {about.points:g}")
            shown = [
                one.data.get("text/plain", "")
                for one in cell.get("outputs", ())
                if "data" in one
            ]
            cells.append(f"<h2>{name}</h2>\n<pre>{escape(''.join(shown[:1]))}</pre>")
        if about.get("comment"):
            cells.append(f"<pre>{escape(about.comment)}</pre>")
    about = resources["nbgrader"]
    total = f"{about['score']:g} / {about['max_score']:g}"
    if about["late_penalty"]:
        total += f" (late submission penalty: −{about['late_penalty']:g})"
    cells.insert(0, f"<p>Score: {total}</p>")
    title = escape(about["notebook"])
    return PLAIN_PAGE.format(title=title, cells="\n".join(cells)), resources
