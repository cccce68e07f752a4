"""The name that a cell of a graded run asked for, and that nothing defines."""

import sys


class Name:
    """A name; Jupyter sees it as ``application/json``."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def _repr_json_(self) -> dict[str, object]:
        return {"name": self.name}


def name() -> Name:
    """What the last cell that failed did not find; None where it failed otherwise."""
    error = getattr(sys, "last_value", None)
    return Name(error.name if isinstance(error, NameError) else None)
