"""Any notebook that can be walked, as a valid one of the current format.

Tools differ in what they write beside a cell's type and text. Grading ignores or
overwrites nearly all of it, so what breaks the format's rules is put right here; a
notebook is refused only where its cells or their text can't be told.
"""

import re

import nbformat
from nbformat import NotebookNode, ValidationError

from grader.common.printable import whole
from grader.grading.intake.notebook_metadata import CELL, NOTEBOOK, Rules

MAJOR, MINOR = 4, 5
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TYPES = ("code", "markdown", "raw")
MAX_DEPTH = 50
ASK = "open it in Jupyter, save it and hand it in again"
# What notes call the parts that were put right.
IDS, KEYS, METADATA = "cell ids", "extra keys", "metadata"
COUNTS, ATTACHED, TEXT = "execution counts", "attachments", "broken characters"
NUMBER, KINDS = "the format's number", "cell types"


class Unreadable(Exception):
    """Why a file can't be graded: words that follow its name."""


def current(data: dict[str, object]) -> tuple[NotebookNode, list[str]]:
    """A notebook's data as a valid notebook of the current format, without outputs.

    ``data`` may be of any version up to 4 and breaks its rules in any way.

    Returns:
        The notebook, which shares nothing with ``data``, and the kinds of things that
        were put right in it.

    Raises:
        Unreadable: its cells or a cell's text can't be told.
    """
    return _Reading().read(data)


def as_note(kinds: list[str]) -> str:
    """One line on what was put right."""
    return f"its format was put right: {', '.join(kinds)}"


class _TooDeep(Exception):
    pass


class _Reading:
    def __init__(self) -> None:
        self.mended: dict[str, None] = {}  # in the order in which it was met

    def read(self, data: dict[str, object]) -> tuple[NotebookNode, list[str]]:
        cells = data.get("cells")
        if not isinstance(cells, list):
            raise Unreadable(f"is a damaged notebook: it has no list of cells; {ASK}")
        minor = _count(data.get("nbformat_minor"))
        ids = any(isinstance(cell, dict) and "id" in cell for cell in cells)
        if minor is None or (ids and minor < MINOR):
            self._note(NUMBER)
        taken: set[str] = set()
        notebook = {
            "nbformat": MAJOR,
            "nbformat_minor": MINOR,
            "metadata": self._metadata(data.get("metadata", {}), NOTEBOOK),
            "cells": [
                self._cell(cell, number, taken)
                for number, cell in enumerate(cells, start=1)
            ],
        }
        if data.keys() - notebook.keys():
            self._note(KEYS)
        whole = nbformat.from_dict(notebook)
        try:
            nbformat.validate(whole)
        except ValidationError as error:
            message = str(error).splitlines()[0][:200]
            raise Unreadable(f"is a damaged notebook ({message}): {ASK}") from error
        return whole, list(self.mended)

    def _note(self, kind: str) -> None:
        self.mended[kind] = None

    def _cell(self, cell: object, number: int, taken: set[str]) -> dict[str, object]:
        if not isinstance(cell, dict):
            raise Unreadable(f"is a damaged notebook: cell {number} is no cell; {ASK}")
        kind = cell.get("cell_type")
        if kind not in TYPES:
            self._note(KINDS)
            runs = kind in (None, "input") and cell.keys() & {"outputs", "input"}
            kind = "code" if runs else "markdown" if kind == "heading" else "raw"
        made = {
            "cell_type": kind,
            "id": self._id(cell, number, taken),
            "metadata": self._metadata(cell.get("metadata", {}), CELL),
            "source": self._source(cell, number),
        }
        if kind == "code":
            count = cell.get("execution_count")
            if count is not None and _count(count) is None:
                self._note(COUNTS)
            made |= {"outputs": [], "execution_count": None}
        elif "attachments" in cell:
            attachments = self._attachments(cell["attachments"])
            made |= {"attachments": attachments} if attachments else {}
        if cell.keys() - made.keys() - {"attachments", "outputs", "execution_count"}:
            self._note(KEYS)
        elif kind != "code" and cell.keys() & {"outputs", "execution_count"}:
            self._note(KEYS)
        elif kind == "code" and "attachments" in cell:
            self._note(KEYS)
        return made

    def _id(self, cell: dict[str, object], number: int, taken: set[str]) -> str:
        """The cell's own id where it is valid and no cell before has it."""
        given = cell.get("id")
        own = given if isinstance(given, str) and CELL_ID.fullmatch(given) else None
        if "id" in cell and (own is None or own in taken):
            self._note(IDS)
        name, tries = own or f"cell-{number}", 0
        while name in taken:
            tries += 1
            name = f"cell-{number}-{tries}"
        taken.add(name)
        return name

    def _source(self, cell: dict[str, object], number: int) -> str:
        source = cell["source"] if "source" in cell else cell.get("input")
        if source is None and "source" in cell:
            source = ""
        if isinstance(source, list) and all(isinstance(one, str) for one in source):
            source = "".join(source)
        if not isinstance(source, str):
            raise Unreadable(f"is a damaged notebook: cell {number} has no text; {ASK}")
        return self._text(source)

    def _text(self, text: str) -> str:
        """Without halves of surrogate pairs, which no file and no message can hold."""
        sound = whole(text)
        if sound != text:
            self._note(TEXT)
        return sound

    def _metadata(self, found: object, rules: Rules) -> dict[str, object]:
        if not isinstance(found, dict):
            self._note(METADATA)
            return {}
        made = {}
        for key, value in found.items():
            rule = rules.get(key)
            mended = rule(value) if rule else value
            if mended is not value and mended != value:
                self._note(METADATA)
            if mended is None and rule:
                continue
            try:
                made[self._text(key)] = self._sound(mended, 1)
            except _TooDeep:
                self._note(METADATA)
        return made

    def _sound(self, value: object, depth: int) -> object:
        """A copy that can be written and read again, whoever does it."""
        if depth > MAX_DEPTH:
            raise _TooDeep
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {
                self._text(str(key)): self._sound(item, depth + 1)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._sound(item, depth + 1) for item in value]
        return value

    def _attachments(self, found: object) -> dict[str, object]:
        kept = {}
        for name, bundle in found.items() if isinstance(found, dict) else ():
            if isinstance(bundle, dict) and all(map(_is_lines, bundle.values())):
                kept[self._text(name)] = self._sound(bundle, 1)
        if not isinstance(found, dict) or len(kept) < len(found):
            self._note(ATTACHED)
        return kept


def _count(value: object) -> int | None:
    """A whole number from 0; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def _is_lines(value: object) -> bool:
    lines = value if isinstance(value, list) else [value]
    return all(isinstance(line, str) for line in lines)
