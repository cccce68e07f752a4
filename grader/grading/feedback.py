"""nbgrader's feedback pages, made in a fraction of the time.

nbconvert compiles its templates anew for each page, and parses each page that it has
made once more. For a class this costs about as much as running it.
"""

import re

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode

UNDESCRIBED = re.compile(r"<img\b(?![^>]*\salt=)")
DESCRIBED = '<img alt="No description has been provided for this image"'


class Compiled(BytecodeCache):
    """Templates compiled by this process, by the name and the text of each."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()


class FeedbackExporter(HTMLExporter):
    """``HTMLExporter`` for nbgrader's template, whose pages hold no widgets."""

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **options: object
    ) -> tuple[str, dict]:
        """The page as the template makes it, each picture with a description."""
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        highlight = Highlight2HTML(pygments_lexer=lexer, parent=self)
        self.register_filter("highlight_code", highlight)
        page, resources = TemplateExporter.from_notebook_node(
            self, nb, self._init_resources(resources), **options
        )
        return UNDESCRIBED.sub(DESCRIBED, page), resources
