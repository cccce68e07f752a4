"""Lets cells that need what is not installed show what they did in the course's run.

Such a cell says what it needs in its first line::

    # needs: onnx, onnxruntime
    session = onnxruntime.InferenceSession("model.onnx")

After ``needs()`` has been called in the notebook, a cell whose needs are not all here
is not run. It says what is missing, and how to get it, and shows the outputs that are
stored in the course's own notebook.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from grader.common.course import course_root
from grader.common.errors import CourseError
from grader.common.optional import OPTIONAL, named


def needs(*names: str) -> None:
    """Say which of ``names`` are missing here, and let the cells that need them rest.

    Args:
        names: what cells of this notebook need, from ``grader.common.optional``; their
            first line is then ``# needs:`` and some of these names.

    Raises:
        ValueError: the course knows nothing of such a name.
    """
    for name in names:
        if name not in OPTIONAL:
            known = ", ".join(sorted(OPTIONAL))
            raise ValueError(f"unknown need {name!r}: use one of {known}")
    missing = _missing(names)
    if not missing:
        print("Installed here:", ", ".join(names))
    for name in missing:
        optional = OPTIONAL[name]
        print(f"Not installed here: {optional.title}. To get it, {optional.bring}.")
    if missing:
        print("Until then, cells that need it show what the course's own run showed.")
    shell = get_ipython()
    if shell is not None and _resting not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_resting)


def show_stored(source: str) -> None:
    """Display, instead of running a cell, what it printed in the course's own run.

    Args:
        source: the cell, with its ``# needs:`` line first.
    """
    missing = _missing(named(source))
    ways = dict.fromkeys(OPTIONAL[name].bring for name in missing)
    outputs = _stored(source)
    titles = " and ".join(OPTIONAL[name].title for name in missing)
    print(f"This cell needs {titles}, not installed here, and was not run.")
    print(f"To run it, {'; and '.join(ways)}.")
    if outputs:
        print("The course's own run showed:\n")
    for output in outputs:
        if output["output_type"] == "stream":
            print("".join(output["text"]), end="")
        elif output["output_type"] == "error":
            print(f"{output['ename']}: {output['evalue']}")
        else:
            display(output["data"], metadata=output["metadata"], raw=True)


def _resting(lines: list[str]) -> list[str]:
    """The cell's lines as they are, or a call in their place if something is missing.

    IPython calls it for half-typed cells as well, so it displays nothing.
    """
    source = "".join(lines)
    names = named(source)
    if not _missing(names):
        return lines
    call = f"show_stored({source!r})"
    return ["from grader.learner.needs import show_stored\n", f"{call}\n"]


def _missing(names: Sequence[str]) -> list[str]:
    return [n for n in names if n in OPTIONAL and not OPTIONAL[n].found()]


def _stored(source: str) -> list[dict[str, Any]]:
    """The outputs of the course's cell with this source; none if it was changed."""
    key = cell_id(source)
    for cell in _course_cells():
        if cell.get("id") == key:
            return list(cell["outputs"])
    return []


def cell_id(source: str) -> str:
    """The id that the course gives to a code cell; see ``authoring.texts.sources``."""
    text = source.rstrip("\n")
    return hashlib.sha256(f"code\n{text}".encode()).hexdigest()[:10]


def _course_cells() -> Iterator[dict[str, Any]]:
    try:
        folder = course_root() / "notebooks"
        for path in sorted(folder.glob("*.ipynb")):
            yield from json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (CourseError, OSError, ValueError, KeyError):
        return
