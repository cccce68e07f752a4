"""Which files a branch has changed."""

import subprocess
from pathlib import Path

from grader.common.errors import CourseError

MAIN = ("origin/main", "main")


def since_main(root: Path) -> list[str]:
    """The files that differ from where this branch left ``main``, sorted.

    They are named from ``root``. Those that are not committed, or that git does not
    know yet, are among them, and those that are gone.

    Raises:
        CourseError: this is no checkout with a branch ``main``.
    """
    base = _base(root)
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", base)
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted(filter(None, f"{changed}{new}".split("\0")))


def _base(root: Path) -> str:
    for name in MAIN:
        try:
            return _git(root, "merge-base", name, "HEAD").strip()
        except subprocess.CalledProcessError:
            continue
    raise CourseError(
        f"git finds no branch {' or '.join(MAIN)} to compare with in {root}: "
        "make quick is for a checkout that has one, make test for any"
    )


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout
