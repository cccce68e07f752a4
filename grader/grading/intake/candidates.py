"""The one notebook that counts, among all that a learner handed in.

Files are told apart by their cells, and copies by the work in them: a copy that was
worked on counts before one that is as released, and one that has all the work of
another before that. Where two hold different work, the choice is the instructor's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.common.printable import one_line
from grader.grading.intake import archive
from grader.grading.intake.folders import is_notebook, listed
from grader.grading.intake.notebook_file import MAX_SIZE, parse, read_file
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.intake.recognised import Recognised, Undecided
from grader.grading.intake.recognition import recognise
from grader.grading.intake.released import Released
from grader.grading.intake.submission import TIMESTAMP

MAX_LOOKED_AT = 100  # notebooks of one learner,
MAX_BYTES = 5 * MAX_SIZE  # and their size together


@dataclass(frozen=True)
class Candidate:
    """A notebook that was handed in.

    Attributes:
        path, inside: the file, and the notebook's name in it where it is a zip, else
            None.
        label: what notes call it.
    """

    path: Path
    inside: str | None
    label: str
    recognised: Recognised

    @property
    def work(self) -> dict[str, str]:
        """The learner's own text, by grade id."""
        return self.recognised.work


class Candidates:
    """The notebooks in a learner's folder.

    Args:
        folder: the learner's folder of the assignment.
        paths: the plain files in it.
    """

    def __init__(
        self,
        folder: Path,
        paths: Sequence[Path],
        released: Released,
    ) -> None:
        self.folder, self.paths, self.released = folder, paths, released
        self.exact = folder / f"{released.notebook}.ipynb"
        self.reasons: list[str] = []

    def chosen(self) -> Candidate:
        """The notebook that counts.

        Raises:
            Unreadable: none can be graded, or several hold different work.
            FileNotFoundError: there is none.
        """
        loose = [path for path in self.paths if is_notebook(path.name)]
        loose.sort(key=lambda path: (path != self.exact, len(path.parts), path))
        zips = [path for path in self.paths if path.suffix.lower() == ".zip"]
        if not loose and not zips:
            raise self._nothing()
        found = self._readable([(path, None) for path in loose])
        ours = [one for one in found if one.recognised.sure]
        if not ours:
            packed = self._readable(self._packed(zips))
            ours = [one for one in packed if one.recognised.sure]
        if ours:
            return self._best(ours)
        if found and found[0].path == self.exact:
            return found[0]
        raise Unreadable(
            "; ".join(self.reasons)
            or f"no {self.exact.name}, and {listed(loose or zips, self.folder)} has "
            "none of the assignment's cells"
        )

    def _nothing(self) -> Exception:
        where = f"{self.folder.parent.name}/{self.folder.name}"
        others = [path for path in self.paths if path.name != TIMESTAMP]
        if not others:
            return FileNotFoundError(f"no notebook in {where}")
        return Unreadable(f"no notebook in {where}, but {listed(others, self.folder)}")

    def _packed(self, zips: list[Path]) -> list[tuple[Path, str | None]]:
        found: list[tuple[Path, str | None]] = []
        for path in zips:
            try:
                notebooks, _ = archive.members(read_file(path))
            except Unreadable as error:
                self._not_read(path, error)
                continue
            if not notebooks:
                self._not_read(path, Unreadable("holds no notebook"))
            found += [(path, name) for name in notebooks]
        return found

    def _readable(self, files: list[tuple[Path, str | None]]) -> list[Candidate]:
        """Those that can be read, up to a bound on their number and size.

        Raises:
            Unreadable: the one with the assignment's name can't be.
        """
        found, size = [], 0
        for path, inside in files[:MAX_LOOKED_AT]:
            if size > MAX_BYTES:
                break
            label = one_line(
                path.relative_to(self.folder) if inside is None else inside
            )
            try:
                raw = read_file(path)
                body = raw if inside is None else archive.member(raw, inside)
                size += len(body)
                recognised = recognise(parse(body).notebook.cells, self.released.cells)
            except Undecided as error:
                raise Undecided(f"{label} {error}") from error
            except Unreadable as error:
                if path == self.exact:
                    raise
                self._not_read(label, error)
                continue
            found.append(Candidate(path, inside, label, recognised))
        return found

    def _not_read(self, name: str | Path, error: Unreadable) -> None:
        label = listed([name], self.folder if isinstance(name, Path) else "")
        self.reasons.append(f"{label} {error}")

    def _best(self, ours: list[Candidate]) -> Candidate:
        """The copy that has all the work of the others, the first of those."""
        best = max(ours, key=lambda one: len(one.work))
        rivals = [one for one in ours if not one.work.items() <= best.work.items()]
        if rivals:
            names = [one.label for one in (best, *rivals)]
            raise Undecided(
                f"several copies were worked on, and they differ: "
                f"{listed(sorted(names))}; keep the one that counts"
            )
        return best
