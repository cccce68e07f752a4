"""What of the course a wheel carries beside the package's modules."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Course(BuildHookInterface):
    """Adds the course to a wheel, so that an installation needs no checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files of the course.

        With ``TANDEM_SOLUTIONS=no`` in the environment the model solutions stay out:
        for a class that shall not have them.
        """
        if version == "editable":  # reads the course from the checkout's own folders
            return
        carried = ["nbgrader_config.py", "notebooks", "exercises"]
        asked = os.environ.get("TANDEM_SOLUTIONS", "yes")
        if asked == "yes":
            carried.append("solutions")
        elif asked != "no":
            self.app.abort(f"TANDEM_SOLUTIONS is {asked!r}: use yes or no")
        root = Path(self.root)
        for name in carried:
            for path in (root / name, *sorted((root / name).rglob("*"))):
                inside = path.relative_to(root)
                hidden = any(part.startswith((".", "__")) for part in inside.parts)
                if path.is_file() and not hidden:
                    target = Path("grader/_course", inside).as_posix()
                    build_data["force_include"][str(path)] = target
