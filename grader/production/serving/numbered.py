"""The versions in a model's folder, and how another is added."""

import os
import re
from pathlib import Path

_NUMBER = re.compile("[1-9][0-9]{0,17}")


def numbers(folder: Path) -> list[int]:
    """Return the numbers of a model's versions, the newest last.

    A version is a folder whose name is a whole number. Others are ignored.
    """
    names = [entry.name for entry in folder.glob("*") if entry.is_dir()]
    return sorted(int(name) for name in names if _NUMBER.fullmatch(name))


def publish(made: Path, folder: Path, number: int) -> Path:
    """Move a version, which is complete, into a model's folder.

    A rename happens as a whole, so that a server never sees half of a version.

    Args:
        made: the version's folder, on the same disk.
        folder: the model's folder; it is made if it is not there.
        number: of the version.

    Returns:
        The folder in which it lies now.

    Raises:
        OSError: the folder has such a version already.
    """
    folder.mkdir(exist_ok=True)
    place = folder / str(number)
    if place.exists():  # or the rename would replace an empty folder
        raise FileExistsError(f"{place} is there already: a version never changes")
    os.rename(made, place)
    return place
