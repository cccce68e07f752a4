"""Which kernel a submission was written for, as its file says.

What runs is this environment's Python 3, whatever the name. Jupyter writes down the
language beside it, and that decides: conda, VS Code and others name their Pythons as
they please. Where there is no language, the name has to be one that Python 3 has. Work
in another language would be run as Python and get nothing, so it waits for the
instructor.
"""

from nbformat import NotebookNode

from grader.common.printable import one_line
from grader.grading.intake.notebook_format import Unreadable

PYTHON_3 = ("python3", "python")
PYTHON_2 = "python2"
LANGUAGES = ("python", "ipython")


def note_of_kernel(notebook: NotebookNode) -> str | None:
    """What to note of a submission's kernel; None where there is nothing.

    Raises:
        Unreadable: it is not Python 3.
    """
    spec, info = (_table(notebook, name) for name in ("kernelspec", "language_info"))
    name, language = _text(spec, "name"), _text(spec, "language") or _text(info, "name")
    if name in PYTHON_3 or not (name or language):
        return None
    python = (language or "").casefold() in LANGUAGES and name != PYTHON_2
    major = (_text(info, "version") or "").partition(".")[0]
    if not python or major == "2":
        kernel = " ".join(filter(None, (_text(spec, "display_name"), f"({name})")))
        told = one_line(kernel if name else language, 100)
        raise Unreadable(
            f"was written for the kernel {told}, and the assignment is run with "
            "Python 3: have it handed in with that kernel, or set the kernel and save "
            "it if it is Python 3 after all"
        )
    if name is None:
        return None
    return f"was written with the kernel {one_line(name, 100)}; run as Python 3 here"


def _table(notebook: NotebookNode, name: str) -> dict[str, object]:
    value = notebook.metadata.get(name)
    return value if isinstance(value, dict) else {}


def _text(table: dict[str, object], name: str) -> str | None:
    """A text that says something; None for an empty one and for anything else."""
    value = table.get(name)
    return value if isinstance(value, str) and value else None
