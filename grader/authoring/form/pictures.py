"""Finds pictures of a lesson that has run, and that have no text alternative."""

from collections.abc import Iterator

from nbformat import NotebookNode


def undescribed(notebook: NotebookNode) -> Iterator[tuple[int, str, str]]:
    """Each cell with such a picture, by its number, and how to mend it."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            pictures = [k for k in output.get("data", {}) if k.startswith("image/")]
            about = output.get("metadata", {})
            if any(not about.get(kind, {}).get("alt") for kind in pictures):
                yield (
                    number,
                    "its picture has no text alternative",
                    "Show it with grader.pictures.described.show",
                )
