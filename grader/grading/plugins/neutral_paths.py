"""Outputs without a trace of where on this machine the grader works."""

import os
import re
import site
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

import grader
from grader.grading.place.course_folder import directory_of

PACKAGES, PYTHON, COURSE, HOME = "site-packages", "python", "course", "~"


class NeutralPaths(NbGraderPreprocessor):
    """In all outputs, folders of Python, of the course and of users lose their names.

    What a traceback tells of a package stays: ``site-packages/torch/...``, line and
    code.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the folders' names in every text of every output."""
        run_in = resources.get("metadata", {}).get("path")
        course = directory_of(self.parent)
        names = _names(None if course is None else course.root, run_in)
        longest_first = sorted(map(re.escape, names), key=len, reverse=True)
        # A colour's code ends in a digit and an m; no other word goes on as a path.
        begin, end = r"(?:(?<![\w.~-])|(?<=\dm))", r"(?![\w.-])"
        pattern = re.compile(f"{begin}(?:{'|'.join(longest_first)}){end}", re.ASCII)

        def neutral(value: object) -> object:
            if isinstance(value, str):
                return pattern.sub(lambda match: names[match.group()], value)
            if isinstance(value, list):
                return [neutral(item) for item in value]
            if isinstance(value, dict):
                return NotebookNode(
                    {neutral(key): neutral(item) for key, item in value.items()}
                )
            return value

        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = neutral(cell.outputs)
        return nb, resources


def _names(root: str | None, run_in: str | None) -> dict[str, str]:
    """By folder, what it is called instead; the former may be links to others."""
    scheme = sysconfig.get_paths()
    homes = [str(Path.home()), tempfile.gettempdir(), run_in]
    known = [
        (sys.prefix, PYTHON),
        (sys.base_prefix, PYTHON),
        (sys.exec_prefix, PYTHON),
        (scheme["stdlib"], PYTHON),
        *((home, HOME) for home in homes),
        (str(Path(grader.__file__).parents[1]), COURSE),
        (root, COURSE),
        *((folder, PACKAGES) for folder in site.getsitepackages()),
        (site.getusersitepackages(), PACKAGES),
        (scheme["purelib"], PACKAGES),
        (scheme["platlib"], PACKAGES),
    ]
    names = {}
    for folder, name in known:
        for path in (folder, os.path.realpath(folder)) if folder else ():
            if path != os.sep:
                names[path] = name
    return names
