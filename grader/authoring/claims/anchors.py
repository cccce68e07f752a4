"""The anchors in a lesson's prose: HTML comments, which a reader does not see.

`backward` *adds* to `.grad`. <!-- shown: twice `w.grad == 6` -->
Open PyTorch's documentation beside this. <!-- no claim -->
**You try:** double it. <!-- try: twice `w = 1` with `w = 2` -->
"""

import re
from dataclasses import dataclass

NAME = r"[\w-]+"
# A text without backtick, formula or comment.
QUOTE = r"`((?:(?!--)[^`$])+)`"
ONE = re.compile(rf"({NAME})(?: {QUOTE})?")
SHOWN = re.compile(rf"<!-- ?shown: ?({ONE.pattern}(?:, ?{ONE.pattern})*) ?-->")
NO_CLAIM = re.compile(r"<!-- ?no claim ?-->")
EDIT = re.compile(rf"({NAME}) (?:{QUOTE} with {QUOTE}|\+ {QUOTE})")
EDITS = rf"nothing|(?P<edits>{EDIT.pattern}(?:; ?{EDIT.pattern})*)"
TRY = re.compile(rf"<!-- ?try: ?(?:{EDITS})(?P<raises> raises)? ?-->")


@dataclass(frozen=True)
class Named:
    """One cell that shows a sentence.

    Attributes:
        cell: its name.
        quote: a part of the assertion's source; "" if the cell has only one assertion.
    """

    cell: str
    quote: str = ""


@dataclass(frozen=True)
class Shown:
    """The cells that show a sentence."""

    by: tuple[Named, ...]


@dataclass(frozen=True)
class NoClaim:
    """The sentence claims nothing."""


@dataclass(frozen=True)
class Replaced:
    """An edit: in the cell of that name, ``old`` becomes ``new``."""

    cell: str
    old: str
    new: str


@dataclass(frozen=True)
class Added:
    """An edit: the cell of that name gets one more line at its end."""

    cell: str
    line: str


@dataclass(frozen=True)
class Try:
    """The edits, in order, that a **You try** asks for; maybe none.

    ``raises`` is true if the text says that the edited cells raise.
    """

    edits: tuple[Replaced | Added, ...] = ()
    raises: bool = False


def read(comment: str) -> Shown | NoClaim | Try | None:
    """The anchor that a comment holds; None if it is not an anchor."""
    if NO_CLAIM.fullmatch(comment):
        return NoClaim()
    if found := SHOWN.fullmatch(comment):
        names = ONE.finditer(found[1])
        return Shown(tuple(Named(name[1], name[2] or "") for name in names))
    if found := TRY.fullmatch(comment):
        edits = EDIT.finditer(found["edits"] or "")
        return Try(tuple(map(_edit, edits)), raises=bool(found["raises"]))
    return None


def _edit(found: re.Match[str]) -> Replaced | Added:
    cell, old, new, line = found.groups()
    return Added(cell, line) if line else Replaced(cell, old, new)
