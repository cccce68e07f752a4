"""Of each cell of an assignment, the one of its copies in a submission that counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.common.grade_id import check_id
from grader.grading.intake.folders import listed
from grader.grading.intake.recognised import Recognised, Undecided, Way
from grader.grading.intake.released import ReleasedCell, plain


@dataclass
class Found:
    """Everything in a submission that is a cell of the assignment.

    Attributes:
        released: the assignment's cells.
        texts: of the submission's cells, without blanks at the ends of lines.
        defined: by position, the names that a cell defines.
        positions: by grade id, where the submission has this cell, the surest first.
        ways: by position, how it was recognised.
    """

    released: Sequence[ReleasedCell]
    texts: Sequence[str]
    defined: Sequence[set[str]]
    positions: dict[str, list[int]] = field(default_factory=dict)
    ways: dict[int, Way] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.positions = {cell.name: [] for cell in self.released}
        self.by_name = {cell.name: cell for cell in self.released}
        # By the name of a check, that of the cell in which its answer is written.
        self.answers: dict[str, str] = {}
        last = None
        for cell in self.released:
            if cell.solution and not cell.grade:
                last = cell.name
            elif cell.grade and not cell.solution and last is not None:
                self.answers[cell.name] = last

    def take(self, at: int, name: str, way: Way) -> None:
        """The cell at a position is the one with this grade id."""
        self.positions[name].append(at)
        self.ways[at] = way


def settle(found: Found) -> Recognised:
    """One position for each cell of the assignment.

    A copy that was worked on counts before one that is as released.

    Raises:
        Undecided: two copies were worked on, and they differ.
    """
    marked = frozenset(c.name for c in found.released if c.solution or c.grade)
    result = Recognised(marked)
    chosen, undecided = {}, []
    for cell in found.released:
        positions = found.positions[cell.name]
        if not positions or (cell.grade and not cell.solution):
            continue
        if not cell.solution:
            chosen[cell.name] = positions[0]
            continue
        touched = _worked_on(found, cell)
        if len({found.texts[at] for at in touched}) > 1:
            undecided.append((cell.name, touched))
            continue
        at = chosen[cell.name] = touched[-1] if touched else positions[0]
        if touched:
            result.work[cell.name] = found.texts[at]
        stub = plain(cell.source)
        spare = {p for p in positions if p != at and found.texts[p] == stub}
        if spare:
            result.spare |= spare
            result.copied.append(cell.name)
    if undecided:
        raise Undecided(_choices(undecided))
    for check in found.released:
        if check.grade and not check.solution:
            place = _place_of_check(found, check.name, chosen, result.spare)
            if place is None:
                result.lacking.append(check.name)
            else:
                chosen[check.name] = place
        elif check.grade and check.name not in chosen:
            result.deleted.append(check.name)
    result.names = {at: name for name, at in chosen.items()}
    result.ways = {name: found.ways[at] for name, at in chosen.items()}
    if any(way in (Way.CELL_ID, Way.CHECK, Way.PLACE) for way in result.ways.values()):
        result.lost = [c for c, a in found.answers.items() if a not in chosen]
    return result


def _worked_on(found: Found, cell: ReleasedCell) -> list[int]:
    """Where copies are that the learner changed.

    Where some of them define the function, the others are parts of it: a cell that
    was split, or an attempt that is a comment now.
    """
    stub, texts = plain(cell.source), found.texts
    touched = [at for at in found.positions[cell.name] if texts[at] not in (stub, "")]
    whole = [at for at in touched if found.defined[at] & cell.defines]
    return whole or touched


def _place_of_check(
    found: Found, check: str, chosen: dict[str, int], spare: set[int]
) -> int | None:
    """The first copy that runs after its own answer; None where none does.

    Both frameworks' answers define the same function: a copy further down would check
    the other one's.
    """
    positions, answer = found.positions[check], found.answers.get(check)
    if answer not in chosen or not positions:
        return positions[-1] if positions else None
    own, names = chosen[answer], found.by_name[answer].defines
    rivals = [
        at
        for cell in found.released
        if cell.solution and cell.name != answer and cell.defines & names
        for at in found.positions[cell.name]
        if at not in spare and at > own
    ]
    end = min(rivals, default=len(found.texts))
    return min((at for at in positions if own < at < end), default=None)


def _choices(undecided: list[tuple[str, list[int]]]) -> str:
    told = [
        f"{check_id(name)} in cells "
        + " and ".join(str(at + 1) for at in positions[:5])
        for name, positions in undecided
    ]
    return (
        f"has several copies that were worked on, and they differ: {listed(told)} "
        "(counted from the top); delete those that do not count"
    )
