"""The files that come with an assignment, put over those of a submission."""

import os
import shutil
from collections import defaultdict
from importlib.machinery import all_suffixes
from pathlib import Path, PurePosixPath

from nbgrader.converters import Autograde
from nbgrader.utils import find_all_files


def source_files(converter: Autograde, assignment: str) -> dict[PurePosixPath, Path]:
    """What nbgrader copies over each submission, by the path in it."""
    directory = converter.coursedir
    source = directory.format_path(directory.source_directory, ".", assignment)
    kept = {Path(name) for name in converter.exclude_overwriting.get(assignment, [])}
    found = {}
    for file in find_all_files(source, [*directory.ignore, "*.ipynb"]):
        name = Path(os.path.relpath(file, source))
        if name not in kept:
            found[PurePosixPath(name.as_posix())] = Path(file)
    return found


def lay_over(files: dict[PurePosixPath, Path], folder: Path) -> list[str]:
    """Put these files into a submission's folder, over what is there by their names.

    What Python would import in place of one of their modules goes. The folder is a
    copy of what was handed in, without links.

    Returns:
        The names of what was there and different, and of what went.
    """
    changed = [str(name) for name in _in_place_of(files, folder)]
    for former in changed:
        _remove(folder / former)
    for name, file in sorted(files.items()):
        target = folder / name
        for above in reversed(name.parents[:-1]):
            if (folder / above).is_file():
                changed.append(str(above))
                _remove(folder / above)
        if os.path.lexists(target):
            if not target.is_file() or target.read_bytes() != file.read_bytes():
                changed.append(str(name))
            _remove(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return changed


def _in_place_of(files: dict[PurePosixPath, Path], folder: Path) -> list[PurePosixPath]:
    """What is not theirs and bears the name of one of their modules or packages."""
    ours = defaultdict(set)
    for file in files:
        if file.suffix == ".py":
            ours[file.parent].add(file.stem)
            for package in file.parents[:-1]:
                ours[package.parent].add(package.name)
                ours[package].add("__init__")
    folders = {above for file in files for above in file.parents}
    found = []
    for place, modules in ours.items():
        if not (folder / place).is_dir():
            continue
        for entry in sorted(os.listdir(folder / place)):
            name = place / entry
            if (folder / name).is_dir():
                taken = entry in modules and name not in folders
                if taken and _is_package(folder / name):
                    found.append(name)
            elif name not in files and _module(entry) in modules:
                found.append(name)
    return found


def _module(file: str) -> str | None:
    """The module that Python finds in a file of this name; None where it is none."""
    for suffix in sorted(all_suffixes(), key=len, reverse=True):
        if file.endswith(suffix):
            return file.removesuffix(suffix)
    return None


def _is_package(folder: Path) -> bool:
    return any(_module(entry) == "__init__" for entry in os.listdir(folder))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
