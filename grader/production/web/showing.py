"""Opens the page from a notebook."""

from dataclasses import dataclass
from pathlib import Path

from IPython.display import display

from grader.common.errors import CourseError
from grader.production.web.local_server import serve
from grader.production.web.registry import register

HEIGHT = 1100  # pixels
LOCAL = (
    "This Jupyter was not started as the course's own, so the page comes from a small "
    "server in this kernel, which only a browser on this machine can reach. Elsewhere, "
    "start Jupyter with: course lab"
)


@dataclass(frozen=True)
class Page:
    """A link to the page, and the page in a frame."""

    address: str
    note: str

    def __repr__(self) -> str:
        return f"The page: {self.address}" + (f"\n{self.note}" if self.note else "")

    def _repr_html_(self) -> str:
        note = f"<p>{self.note}</p>" if self.note else ""
        return (
            f'<p><a href="{self.address}" target="_blank" rel="noopener">Open the page '
            f"in a tab of its own</a></p>{note}"
            f'<iframe src="{self.address}" width="100%" height="{HEIGHT}" '
            'style="border: 0" title="One model in three runtimes"></iframe>'
        )


def page(folder: Path) -> None:
    """Show the page that runs the models of a folder in the browser.

    Args:
        folder: with ``tfjs/model.json`` and its ``.bin``, ``model.onnx``,
            ``model.tflite`` and ``digits.json``. The page names what is missing.

    Raises:
        CourseError: there is no such folder.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; write the models there first")
    address = register(folder)
    display(Page(address or serve(folder), "" if address else LOCAL))
