"""Writing a page whole or not at all, and opening it."""

import os
import sys
import webbrowser
from pathlib import Path

from grader.common import whole_file
from grader.common.errors import CourseError

SUFFIXES = (".html", ".htm")


def write(path: Path, text: str) -> None:
    """Write a page.

    Raises:
        CourseError: the name is not a page's, or the file can't be written.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CourseError(
            f"{path} is no name for a page: give one that ends in .html, after the "
            "assignment"
        )
    try:
        whole_file.write(path, text.encode(errors="backslashreplace"))
    except OSError as error:
        raise CourseError(f"can't write {path}: {error.strerror}") from error


def open_in_browser(path: Path) -> None:
    """Open a page where there is a screen; otherwise do nothing."""
    if _has_screen():
        webbrowser.open(path.resolve().as_uri())


def _has_screen() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    # BROWSER: an editor that works on a distant machine opens its own.
    return any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
