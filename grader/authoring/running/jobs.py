"""Lists the notebooks to run, each with its way and track."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal, get_args

import nbformat
from nbformat import NotebookNode

from grader.authoring.running.ways import (
    bare,
    compared,
    edited,
    executed,
    in_tf32,
    watched,
)
from grader.authoring.texts import sources
from grader.common.errors import CourseError
from grader.common.optional import NEED
from grader.common.tracks import BOTH
from grader.kernels.warm import Warm

# Runs a notebook in a track and returns what went wrong.
Runner = Callable[[NotebookNode, str, Path, Warm], list[str]]
Way = Literal["plain", "bare", "edits", "tf32", "claims"]
WAYS: tuple[Way, ...] = get_args(Way)
LESSON: dict[Way, Runner] = {
    "plain": compared,
    "bare": bare,
    "edits": edited,
    "tf32": in_tf32,
    "claims": watched,
}
SOLUTION: dict[Way, Runner] = {"plain": executed}
TITLES: dict[Way, str] = {
    "plain": "",
    "bare": ", without extras",
    "edits": ", edited",
    "tf32": ", in TF32",
    "claims": ", its claims",
}
# In these tracks, these ways find nothing more than they find in "both".
IN_BOTH = {
    ("bare", "torch"),
    ("bare", "tensorflow"),
    ("tf32", "tensorflow"),
    ("claims", "torch"),
    ("claims", "tensorflow"),
}


@dataclass(frozen=True)
class Job:
    """A notebook to run.

    Attributes:
        name: names the notebook and the way, for people.
    """

    name: str
    notebook: Path
    track: str
    runner: Runner

    def run(self, folder: Path, warm: Warm) -> list[str]:
        """Run in an empty folder; return each thing that went wrong."""
        if not self.notebook.is_file():
            return ["it is not built: run python -m grader.authoring.build"]
        notebook = nbformat.read(self.notebook, as_version=4)
        return self.runner(notebook, self.track, folder, warm)


def jobs(
    root: Path, tracks: Sequence[str], ways: Sequence[Way], names: Sequence[str]
) -> Iterator[Job]:
    """The jobs for the lessons, then the solutions, of ``root``.

    Args:
        tracks: the tracks to run in.
        ways: some of ``WAYS``.
        names: the sources whose notebooks run; all sources if empty.

    Raises:
        CourseError: one of ``names`` is the name of no source.
    """
    lessons = [(s, s.notebook, LESSON) for s in sources.find(root, "lessons")]
    solutions = [(s, s.solution, SOLUTION) for s in sources.find(root, "exercises")]
    known = {source.stem for source, *_ in lessons + solutions}
    for unknown in sorted(set(names) - known):
        raise CourseError(f"sources/ has no {unknown}.py")
    for source, path, possible in lessons + solutions:
        if source.stem not in (names or known):
            continue
        name = path.relative_to(root).with_suffix("").as_posix()
        for way, track in product(ways, tracks):
            covered = BOTH in tracks and (way, track) in IN_BOTH
            bare = way == "bare" and NEED not in source.path.read_text("utf-8")
            if way in possible and not covered and not bare:
                yield Job(name + TITLES[way], path, track, possible[way])
