"""The modules that a learner's code asked for in a graded run, and that are missing."""

import sys

_names: list[str] = []


class Names:
    """Names of modules; Jupyter sees them as ``application/json``."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def _repr_json_(self) -> dict[str, object]:
        return {"names": self.names}


def note(error: BaseException | None) -> None:
    """Keep the name of the module that ``error`` is about, if it is about one."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        _names.append(error.name)


def names() -> Names:
    """What was noted since the last call, and what the last failed cell lacked."""
    note(getattr(sys, "last_value", None))
    sys.last_value = None
    found = Names(list(dict.fromkeys(_names)))
    _names.clear()
    return found
