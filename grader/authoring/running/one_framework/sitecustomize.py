"""Makes the packages named in TANDEM_HIDE impossible to find.

Python imports this module at its start if this folder is on PYTHONPATH. Then a kernel
behaves as if the other framework were not installed: importing it raises
ModuleNotFoundError, and ``find_spec`` gives None.
``grader.authoring.running.environments`` sets PYTHONPATH; nothing imports this by name.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

HIDDEN = frozenset(filter(None, os.environ.get("TANDEM_HIDE", "").split(",")))


class HidingFinder(PathFinder):
    """Finds what PathFinder finds, except the hidden packages."""

    @classmethod
    def find_spec(
        cls,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """None for a hidden package, as if it were not installed."""
        if fullname.partition(".")[0] in HIDDEN:
            return None
        return super().find_spec(fullname, path, target)


sys.meta_path[:] = [HidingFinder if f is PathFinder else f for f in sys.meta_path]
