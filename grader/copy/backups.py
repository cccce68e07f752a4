"""Copies each of the learner's files before a command changes it."""

from datetime import datetime
from pathlib import Path

from grader.common.course import KEPT
from grader.common.whole_file import write

BACKUPS = KEPT / "backups"


class Backups:
    """The backups of one command, in a folder named by its date and time."""

    def __init__(self, home: Path) -> None:
        self.home = home
        # No colons: Windows does not allow them in names.
        begin = f"{datetime.now():%Y-%m-%d_%H-%M-%S}"
        self.folder, number = BACKUPS / begin, 1
        while (home / self.folder).exists():
            number += 1
            self.folder = BACKUPS / f"{begin}_{number}"

    def keep(self, name: Path) -> Path:
        """Back up a file of the learner's copy; return the backup's relative path."""
        write(self.home / self.folder / name, (self.home / name).read_bytes())
        return self.folder / name
