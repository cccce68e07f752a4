"""The undefined name on which a cell of a graded run failed."""

import sys


class Name:
    """A name; Jupyter sees it as ``application/json``."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def _repr_json_(self) -> dict[str, object]:
        return {"name": self.name}


def name() -> Name:
    """The undefined name in the last failed cell; None if it failed otherwise."""
    error = getattr(sys, "last_value", None)
    return Name(error.name if isinstance(error, NameError) else None)
