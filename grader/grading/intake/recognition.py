"""Which of an assignment's cells each cell of a submission is.

nbgrader knows a cell by one key in its metadata, which other programs drop. So a cell
is known by that key, else by Jupyter's id, else by its text or by the words of its
check, else by what it defines and where it stands. Of several copies the one that was
worked on counts; where two were, the choice is the instructor's.
"""

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from nbformat import NotebookNode

from grader.grading.intake.copies import Found, settle
from grader.grading.intake.graded_cells import check_words
from grader.grading.intake.recognised import Recognised, Way
from grader.grading.intake.released import ReleasedCell, plain

BEGINS = re.compile(
    r"^(?:(?:(?:async\s+)?def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]*)?=(?!=))", re.MULTILINE
)
LIKE = 0.5  # the share of text that makes a cell like another
COMPARED = 1_000  # characters of a cell, and
COMPARISONS = 500  # of two cells in a notebook: each costs a millisecond
FRAMEWORKS = {
    "torch": re.compile(r"\btorch\b"),
    "tensorflow": re.compile(r"\b(?:tf|tensorflow|keras)\b"),
}


def recognise(
    cells: Sequence[NotebookNode], released: Sequence[ReleasedCell]
) -> Recognised:
    """What a submission's cells are; nothing is changed.

    Raises:
        Undecided: of an exercise two copies were worked on, and they differ.
    """
    return _Recognition(cells, released).recognised()


class _Recognition:
    def __init__(
        self, cells: Sequence[NotebookNode], released: Sequence[ReleasedCell]
    ) -> None:
        texts = [plain(cell.source) for cell in cells]
        # Told without a parser: an answer need not be Python to be its author's.
        defined = [
            {name for pair in BEGINS.findall(text) for name in pair if name}
            for text in texts
        ]
        self.cells, self.released = cells, released
        self.found = Found(released, texts, defined)
        self.positions, self.texts = self.found.positions, texts
        self.compared = 0

    def recognised(self) -> Recognised:
        self._by_grade_id()
        self._by_cell_id()
        self._by_text()
        self._by_check()
        for cell in self.released:
            if cell.solution and not self.positions[cell.name]:
                self._by_place(cell)
        return settle(self.found)

    def _free(self, kind: str = "") -> list[int]:
        return [
            at
            for at, cell in enumerate(self.cells)
            if at not in self.found.ways and kind in ("", cell.cell_type)
        ]

    def _by_grade_id(self) -> None:
        for at, cell in enumerate(self.cells):
            claim = cell.metadata.get("nbgrader")
            name = claim.get("grade_id") if isinstance(claim, dict) else None
            if isinstance(name, str) and name in self.found.by_name:
                self.found.take(at, name, Way.GRADE_ID)

    def _by_cell_id(self) -> None:
        known = {cell.cell_id: cell.name for cell in self.released if cell.cell_id}
        for at in self._free():
            cell_id = self.cells[at].get("id")
            if cell_id in known:
                self.found.take(at, known[cell_id], Way.CELL_ID)

    def _by_text(self) -> None:
        """Cells that are as released, where no two of the assignment's are alike."""
        known: dict[tuple[str, str], list[str]] = {}
        for cell in self.released:
            known.setdefault((cell.cell_type, plain(cell.source)), []).append(cell.name)
        for at in self._free():
            names = known.get((self.cells[at].cell_type, self.texts[at]), [])
            if len(names) == 1 and not self.found.by_name[names[0]].grade:
                self.found.take(at, names[0], Way.TEXT)

    def _by_check(self) -> None:
        """Checks by exercise and framework, then the functions right before them."""
        known: dict[tuple[str, ...], list[str]] = {}
        for cell in self.released:
            words = check_words(cell.source) if cell.grade else None
            if words:
                known.setdefault(words, []).append(cell.name)
        for at in self._free("code"):
            names = known.get(check_words(self.cells[at].source) or (), [])
            if len(names) == 1 and not self._before(names[0]):
                self.found.take(at, names[0], Way.CHECK)
        for check, answer in self.found.answers.items():
            if not self._before(answer):
                for at in sorted(self.positions[check]):
                    last = max((p for p in self._checks() if p < at), default=-1)
                    definers = [p for p in self._definers(answer) if last < p < at]
                    if definers:
                        self.found.take(definers[-1], answer, Way.CHECK)

    def _before(self, name: str) -> bool:
        """Whether surer ways have found it."""
        return any(self.found.ways[at] is not Way.CHECK for at in self.positions[name])

    def _checks(self) -> list[int]:
        return [at for check in self.found.answers for at in self.positions[check]]

    def _definers(self, name: str) -> list[int]:
        """Cells not recognised yet that define what a released cell defines."""
        names = self.found.by_name[name].defines
        return [at for at in self._free("code") if self.found.defined[at] & names]

    def _by_place(self, cell: ReleasedCell) -> None:
        """Between the cells that stand before and after it in the assignment."""
        left, right = self._gap(cell)
        if cell.defines:
            between = [at for at in self._definers(cell.name) if left < at < right]
            other = self._other_framework(cell.name)
            between = [at for at in between if not other(self.texts[at])]
        else:
            between = [at for at in self._free(cell.cell_type) if left < at < right]
            if len(between) > 1:
                between = self._likest(cell, between)
        if between:
            self.found.take(between[0], cell.name, Way.PLACE)

    def _gap(self, cell: ReleasedCell) -> tuple[int, int]:
        at = self.released.index(cell)
        left = next(
            (max(p) for c in self.released[:at][::-1] if (p := self.positions[c.name])),
            -1,
        )
        after = (at for c in self.released[at:] for at in self.positions[c.name])
        return left, next((p for p in after if p > left), len(self.cells))

    def _other_framework(self, answer: str) -> Callable[[str], bool]:
        """Tells a text that names the other framework and not the answer's own."""
        words = [
            check_words(self.found.by_name[check].source)
            for check, its in self.found.answers.items()
            if its == answer
        ]
        own = words[0][1] if words and words[0] else ""
        if own not in FRAMEWORKS:
            return lambda text: False
        others = [one for name, one in FRAMEWORKS.items() if name != own]
        return lambda text: (
            not FRAMEWORKS[own].search(text) and any(o.search(text) for o in others)
        )

    def _likest(self, cell: ReleasedCell, between: list[int]) -> list[int]:
        stub, best, share = plain(cell.source)[:COMPARED], [], LIKE
        for at in between:
            self.compared += 1
            if self.compared > COMPARISONS:
                break
            text = self.texts[at][:COMPARED]
            alike = SequenceMatcher(None, stub, text, autojunk=False)
            if alike.quick_ratio() > share and alike.ratio() > share:
                best, share = [at], alike.ratio()
        return best
