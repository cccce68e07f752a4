"""Missing modules that a learner's code tried to import in a graded run."""

import sys

_names: list[str] = []


class Names:
    """Names of modules; Jupyter sees them as ``application/json``."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def _repr_json_(self) -> dict[str, object]:
        return {"names": self.names}


def note(error: BaseException | None) -> None:
    """Keep the name of the missing module, if ``error`` is about one."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        _names.append(error.name)


def names() -> Names:
    """The names noted since the last call, and the name that the last cell lacked."""
    note(getattr(sys, "last_value", None))
    sys.last_value = None
    found = Names(list(dict.fromkeys(_names)))
    _names.clear()
    return found
