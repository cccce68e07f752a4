"""A fresh environment that holds the built package and what it asks for, alone.

No network is needed: the distributions that it asks for are linked from the
environment that runs the tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def required(name: str, extras: Iterable[str] = ()) -> set[str]:
    """All that installing a distribution brings along here, and itself."""
    found, left = set(), [(canonicalize_name(name), frozenset(extras))]
    while left:
        found.add(wanted := left.pop())
        for requirement in map(Requirement, distribution(wanted[0]).requires or ()):
            extras = [{"extra": extra} for extra in wanted[1]] or [{"extra": ""}]
            marker = requirement.marker
            if marker is None or any(marker.evaluate(extra) for extra in extras):
                new = (
                    canonicalize_name(requirement.name),
                    frozenset(requirement.extras),
                )
                left += {new} - found - set(left)
    return {name for name, _ in found}


def install(wheel: Path, folder: Path, extras: Iterable[str]) -> Path:
    """Make an environment in ``folder`` with the wheel; gives its Python."""
    python = folder / "bin" / "python"
    _run("-m", "venv", "--without-pip", str(folder))
    for name in sorted(required("tandem-course", extras) - {"tandem-course"}):
        _link(distribution(name), folder)
    pip = ("-m", "pip", "--disable-pip-version-check", "--python", str(python))
    _run(*pip, "install", "--no-index", "--no-deps", str(wheel))
    _run(*pip, "check")
    return python


def _run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"{arguments}:\n{done.stdout}{done.stderr}"


def _link(found: Distribution, folder: Path) -> None:
    """Put a distribution's files into an environment, its scripts for that Python."""
    for file in found.files or ():
        source = Path(os.path.normpath(found.locate_file(file)))
        target = folder / source.relative_to(sys.prefix)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.parent.name == "bin":
            text = source.read_bytes()
            target.write_bytes(text.replace(sys.prefix.encode(), bytes(folder)))
            shutil.copymode(source, target)
            continue
        _link_file(source, target)
        if source.suffix == ".py":
            compiled = Path(cache_from_source(str(source)))
            if compiled.exists():
                _link_file(compiled, target.parent / "__pycache__" / compiled.name)


def _link_file(source: Path, target: Path) -> None:
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        os.link(source, target)
