"""The folder ``.grading/`` in a course: one command at a time, and what it leaves.

A command may be killed at any moment. What it was running is swept away by the next
one; what had run waits in ``pending/`` until it is in the gradebook.
"""

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.common.errors import CourseError, Stopped
from grader.grading.place.lock import note, only_one
from grader.grading.place.troubles import in_words
from grader.kernels.jail.layers.view import place_of_sockets

FOLDER = ".grading"
TEMPORARY = re.compile(r"tandem-[0-9a-f]{12}")


@contextmanager
def at_work(root: Path) -> Iterator[None]:
    """Hold the course for one command, with a temporary folder of its own.

    The folder's name is noted before it is made, so that the next command finds it.

    Raises:
        CourseError: another command holds it, or no folder can be written.
        Stopped: the user pressed Ctrl-C.
    """
    place = root / FOLDER
    try:
        place.mkdir(exist_ok=True)
        home = Path(place_of_sockets())
    except OSError as error:
        raise CourseError(
            in_words(error) or f"can't write into {root}: {error.strerror}"
        ) from error
    with only_one(place) as noted:
        left = [folder for folder in noted if _swept(folder)]
        for running in place.glob("*/running"):
            shutil.rmtree(running, ignore_errors=True)
        own = home / f"tandem-{secrets.token_hex(6)}"
        try:
            note(place, [*left, str(own)])
            own.mkdir(mode=0o700)
            if not os.getuid():  # kernels are other users, whose sockets lie in here
                own.chmod(0o711)
        except OSError as error:
            raise CourseError(in_words(error) or str(error)) from error
        before, tempfile.tempdir = tempfile.tempdir, str(own)
        try:
            yield
        except KeyboardInterrupt as error:
            raise Stopped(
                "stopped; nothing is lost: the same command goes on from here"
            ) from error
        finally:
            tempfile.tempdir = before
            shutil.rmtree(own, ignore_errors=True)


def _swept(folder: str) -> bool:
    """Remove a killed command's temporary folder; whether some of it is still there.

    Its kernels end by themselves, but may take a moment.
    """
    path = Path(folder)
    try:
        about = path.lstat()
    except OSError:
        return False
    ours = TEMPORARY.fullmatch(path.name) and about.st_uid == os.getuid()
    if not ours or path.is_symlink():
        return False
    shutil.rmtree(path, ignore_errors=True)
    return path.exists()


@dataclass(frozen=True)
class Workplace:
    """One assignment's part of the folder."""

    root: Path
    assignment: str

    def _folder(self, step: str) -> Path:
        return self.root / FOLDER / self.assignment / step

    @property
    def log(self) -> Path:
        """What failed on our side in the last command."""
        return self.root / FOLDER / f"{self.assignment}.log"

    def shown(self, learner: str) -> Path:
        """Which marks a learner's feedback page shows."""
        return self._folder("shown") / learner

    def begin(self, learner: str) -> Path:
        """An empty folder in which a submission is to be staged and run."""
        folder = self._folder("running") / learner
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def forget(self, learner: str) -> None:
        """Nothing came of it."""
        shutil.rmtree(self._folder("running") / learner, ignore_errors=True)

    def keep(self, learner: str) -> None:
        """It has run: from now on it waits to be written, whatever happens."""
        self.drop(learner)
        folder = self.pending(learner)
        folder.parent.mkdir(parents=True, exist_ok=True)
        (self._folder("running") / learner).rename(folder)

    def pending(self, learner: str) -> Path:
        """Where a submission that has run waits, as ``<assignment>/<notebook>``."""
        return self._folder("pending") / learner

    def failed(self, learner: str) -> Path:
        """The file that says why a submission can't be graded."""
        return self._folder("failed") / learner / "why.json"

    def drop(self, learner: str) -> None:
        """It is written."""
        folder = self.pending(learner)
        with suppress(FileNotFoundError):
            # At once, so that no half of it is ever taken for the whole.
            gone = self._folder("running") / f".{learner}"
            gone.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
