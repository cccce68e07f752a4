"""Updates a learner's notebook to a new release, cell by cell.

It is a three-way merge of the old release, the learner's notebook made from it, and the
new release:

- a cell that the learner did not change becomes the new release's; running a cell is
  no change, and its outputs stay while its text is the same. The old release may have
  had outputs of its own, which go unless the learner has run the cell,
- a cell that the learner changed stays; when the course changed it as well, the
  course's text follows in a note,
- the learner's own cells stay behind the cell that they followed; the course's cells
  have the course's order,
- a cell that the learner deleted stays away until the course changes it,
- a cell that the course removed goes, unless the learner changed it.

Two cells are the same if they have the same id: nbgrader's for solutions and graded
cells, otherwise Jupyter's. When the course changes a cell, its text and its id may both
be new. So the cells between two known pairs are paired in their order.
"""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from grader.common.grade_id import check_id

RUNNING = ("outputs", "execution_count")  # what running a code cell changes
NOTE = (
    "**The course changed this cell, and so did you.** Yours stays, above. This is "
    "the course's new text: take from it what you want, then delete this note."
)


@dataclass(frozen=True)
class Merged:
    """The merged notebook, and the names of cells by what happened to them.

    Attributes:
        added: new in the course.
        updated: changed in the course and not by the learner.
        removed: removed from the course, and not changed by the learner.
        kept: removed from the course, but changed by the learner.
        conflicts: changed by both; the learner's is followed by a note.
    """

    notebook: NotebookNode
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


def merge(base: NotebookNode, mine: NotebookNode, new: NotebookNode) -> Merged:
    """Update ``mine``, which was made from ``base``, to ``new``; changes none of them.

    All are nbformat 4 notebooks. The result depends on them alone. Merging the result
    with ``new`` again changes nothing.
    """
    return _Merge(base, mine, new).merged()


class _Merge:
    def __init__(
        self, base: NotebookNode, mine: NotebookNode, new: NotebookNode
    ) -> None:
        self.base, self.mine, self.new = base, mine, new
        # The position in base of each cell of mine, and of each cell of new.
        self.from_base = _same(mine.cells, base.cells)
        self.ran = self._last_run()
        self.released = _same(new.cells, base.cells)
        _pair_gaps(new.cells, base.cells, self.released)
        # New cells that mine has already, by an interrupted update or by hand.
        own = [at for at in range(len(mine.cells)) if at not in self.from_base]
        present = set(self.from_base.values())
        left = [
            at for at in range(len(new.cells)) if self.released.get(at) not in present
        ]
        arrived = _same([mine.cells[i] for i in own], [new.cells[i] for i in left])
        by_base = {at: number for number, at in self.released.items()}
        self.place = {
            at: by_base[number]
            for at, number in self.from_base.items()
            if number in by_base
        } | {own[i]: left[j] for i, j in arrived.items()}
        self.added: list[str] = []
        self.updated: list[str] = []
        self.removed: list[str] = []
        self.kept: list[str] = []
        self.conflicts: list[str] = []

    def merged(self) -> Merged:
        extras = self._extras()
        cells = extras[None]
        counterpart = {at: number for number, at in self.place.items()}
        for at, fresh in enumerate(self.new.cells):
            if at in counterpart:
                cells += self._both(counterpart[at], at)
            elif (base := self._base(at)) is None or _text(base) != _text(fresh):
                self.added.append(name_of(fresh))
                cells.append(deepcopy(fresh))
            cells += extras[at]
        notebook = deepcopy(self.new)
        notebook.cells = cells
        notebook.metadata.update(
            (key, value)
            for key, value in self.mine.metadata.items()
            if value != self.base.metadata.get(key)
        )
        told = self.added, self.updated, self.removed, self.kept, self.conflicts
        return Merged(notebook, *map(tuple, told))

    def _extras(self) -> dict[int | None, list[NotebookNode]]:
        """The learner's cells that new lacks, by the position that they follow."""
        extras: dict[int | None, list[NotebookNode]] = {
            at: [] for at in (None, *range(len(self.new.cells)))
        }
        ids = {cell.id for cell in self.new.cells}
        anchor = None
        for number, cell in enumerate(self.mine.cells):
            if number in self.place:
                anchor = self.place[number]
            elif number not in self.from_base:
                # So the next merge does not take this copy for the course's cell.
                own = _freed(cell) if "nbgrader" in cell.metadata else deepcopy(cell)
                extras[anchor].append(_with_own_id(own, ids))
            elif _text(cell) == _text(self.base.cells[self.from_base[number]]):
                self.removed.append(name_of(cell))
            else:
                self.kept.append(name_of(cell))
                extras[anchor].append(_with_own_id(_freed(cell), ids))
        return extras

    def _last_run(self) -> int:
        """The position of the last cell that the learner has evidently run, or -1.

        A notebook is run from top to bottom. So the cells above it have been run as
        well, even where they show the same as in the old release.
        """
        last = -1
        for number, cell in enumerate(self.mine.cells):
            at = self.from_base.get(number)
            shipped = {} if at is None else self.base.cells[at]
            if any((cell.get(key) or 0) != (shipped.get(key) or 0) for key in RUNNING):
                last = number
        return last

    def _base(self, at: int) -> NotebookNode | None:
        """The old release's cell that became the new release's cell ``at``."""
        return self.base.cells[self.released[at]] if at in self.released else None

    def _both(self, number: int, at: int) -> list[NotebookNode]:
        """The cells that replace the new cell ``at`` and the learner's ``number``."""
        fresh, mine = self.new.cells[at], self.mine.cells[number]
        base = self._base(at) or NotebookNode(metadata={})
        own = {k: v for k, v in mine.metadata.items() if k not in base["metadata"]}
        metadata = NotebookNode({**own, **deepcopy(fresh.metadata)})
        if _text(mine) in (_text(fresh), _text(base)):
            cell = deepcopy(fresh)
            cell.metadata = metadata
            if _text(mine) != _text(fresh):
                self.updated.append(name_of(fresh))
            elif number <= self.ran:
                cell.update(
                    {key: deepcopy(mine[key]) for key in RUNNING if key in mine}
                )
            return [cell]
        cell = deepcopy(mine)
        cell.metadata = metadata
        if number > self.ran:
            cell.update({key: deepcopy(fresh[key]) for key in RUNNING if key in fresh})
        cell.id = fresh.id
        if _text(base) == _text(fresh):
            return [cell]
        self.conflicts.append(name_of(fresh))
        note = _note(fresh)
        there = any(other.get("id") == note.id for other in self.mine.cells)
        return [cell] if there else [cell, note]


def name_of(cell: NotebookNode) -> str:
    """A cell's name in lists: nbgrader's id, or the beginning of its text."""
    if _graded(cell):
        return check_id(cell.metadata["nbgrader"]["grade_id"])
    lines = [line for line in cell.source.splitlines() if line.strip()]
    first = lines[0].strip("# ") if lines else "an empty cell"
    return first if len(first) <= 60 else f"{first[:57]}..."


def _text(cell: NotebookNode) -> tuple[object, ...]:
    """The content that a person wrote, without outputs."""
    return cell.get("cell_type"), cell.get("source"), cell.get("attachments") or {}


def _graded(cell: NotebookNode) -> bool:
    # nbgrader's ids of read-only cells are only numbers; they don't identify a cell.
    about = cell.metadata.get("nbgrader")
    return (
        isinstance(about, dict)
        and bool(about.get("grade") or about.get("solution"))
        and isinstance(about.get("grade_id"), str)
    )


def _grade_id(cell: NotebookNode) -> object:
    return cell.metadata["nbgrader"]["grade_id"] if _graded(cell) else None


def _same(cells: list[NotebookNode], others: list[NotebookNode]) -> dict[int, int]:
    """Positions of the same cell in ``others``, by position in ``cells``."""
    found: dict[int, int] = {}
    # Comparing texts finds cells whose ids another program has removed.
    for key in (_grade_id, lambda cell: cell.get("id"), _text_key):
        _match(cells, others, key, found)
    return found


def _text_key(cell: NotebookNode) -> object:
    return (cell.cell_type, cell.source) if cell.source.strip() else None


def _match(
    cells: list[NotebookNode],
    others: list[NotebookNode],
    key: Callable[[NotebookNode], object],
    found: dict[int, int],
) -> None:
    taken = set(found.values())
    free: dict[object, list[int]] = {}
    for at, other in enumerate(others):
        if at not in taken and key(other) is not None:
            free.setdefault(key(other), []).append(at)
    for number, cell in enumerate(cells):
        if number not in found and free.get(key(cell)):
            found[number] = free[key(cell)].pop(0)


def _pair_gaps(
    cells: list[NotebookNode], others: list[NotebookNode], found: dict[int, int]
) -> None:
    """Pair the cells between the same two cells, in order, each type by itself."""
    gaps: dict[tuple[object, str], list[int]] = {}
    taken = set(found.values())
    before: int | None = None
    for at, other in enumerate(others):
        if at in taken:
            before = at
        elif not _graded(other):
            gaps.setdefault((before, other.cell_type), []).append(at)
    before = None
    for number, cell in enumerate(cells):
        if number in found:
            before = found[number]
        elif not _graded(cell) and gaps.get((before, cell.cell_type)):
            found[number] = gaps[before, cell.cell_type].pop(0)
            # ``before`` stays, since the next cells belong to the same gap.


def _note(fresh: NotebookNode) -> NotebookNode:
    if fresh.cell_type == "markdown":
        shown = "\n".join(f"> {line}" for line in fresh.source.splitlines())
    else:
        fence = "```"
        while fence in fresh.source:
            fence += "`"
        shown = f"{fence}python\n{fresh.source}\n{fence}"
    key = hashlib.sha256(f"{fresh.id}\n{fresh.source}".encode()).hexdigest()
    # The same conflict always makes the same note, so that it is added only once.
    return new_markdown_cell(f"{NOTE}\n\n{shown}", id=f"update-{key[:10]}")


def _freed(cell: NotebookNode) -> NotebookNode:
    """A copy of a course's cell that the learner may edit and delete."""
    freed = deepcopy(cell)
    for key in ("nbgrader", "deletable", "editable"):
        freed.metadata.pop(key, None)
    return freed


def _with_own_id(cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """Give a learner's cell an id that is not in ``taken``, and add it there."""
    content = hashlib.sha256(cell.source.encode()).hexdigest()[:10]
    wanted = name = cell.get("id") or content
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted[:56]}-{number}"
    taken.add(name)
    cell.id = name
    return cell
