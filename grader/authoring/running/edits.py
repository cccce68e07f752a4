"""Makes the edits that each **You try** in a lesson asks a learner for.

The lesson runs in a track from top to bottom. After a **You try** and the cells that it
edits, these cells are edited. Then all code cells from the first edited one to this
place run again. The edits stay. No cell may raise unless its tag or the text says so.
A cell that has a picture in the notebook must draw one again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.authoring.claims.anchors import Added, Replaced
from grader.authoring.claims.claims import cells
from grader.authoring.claims.prose import Asked, asked
from grader.authoring.running.drawing import Drawing
from grader.authoring.running.walk import Ended, Walk, code_cells, label
from grader.authoring.texts.markdown import blocks

PICTURES = {"image/png", "image/svg+xml"}


@dataclass(frozen=True)
class Step:
    """A **You try** in a track.

    Attributes:
        said: its name in messages: its section, and its edits as they are written.
        sources: the new source of each cell that it edits in the track, by number.
        raises: whether the text says that a cell raises, maybe in the other framework.
        whole: whether all cells that it edits are in the track.
        misfit: whether an edit fits no cell.
    """

    said: str
    sources: dict[int, str]
    raises: bool
    whole: bool
    misfit: bool


class Edited:
    """A lesson in a track, with a learner who tries everything.

    Args:
        notebook: a whole built lesson, with its outputs; it is changed.
    """

    def __init__(self, notebook: NotebookNode, track: str) -> None:
        self._cells = dict(enumerate(notebook.cells, start=1))
        self._code = code_cells(notebook, track)
        self._named = cells(notebook)
        self._draws = {number for number, cell in self._code.items() if _drew(cell)}
        self._drawing = Drawing(notebook)
        self._asked: dict[int, list[Asked]] = defaultdict(list)
        for each in asked(notebook):
            self._asked[self._place(each)].append(each)

    def problems(self, walk: Walk) -> Iterator[str]:
        """Run the whole lesson; yield a sentence on each problem."""
        said = "before any edit"
        try:
            for number in self._cells:
                if number in self._code:
                    raised, undrawn = self._run(walk, [number])
                    yield from (f"{said}: {problem}" for problem in raised + undrawn)
                    if raised:
                        return  # later cells may fail only because of this
                for each in self._asked[number]:
                    step = self._step(each)
                    said = f"after {step.said}" if step.sources else said
                    for problem in self._try(walk, step, number):
                        yield f"{step.said}: {problem}"
        except Ended as error:
            yield f"{said}: {error}"

    def _place(self, each: Asked) -> int:
        """The number of the cell after which the edits are tried."""
        named = {n for edit in _edits(each) for n in self._named.get(edit.cell, ())}
        return max({each.cell, *(named & self._code.keys())})

    def _step(self, each: Asked) -> Step:
        """The edits of a **You try**, made on the sources as they are now."""
        sources: dict[int, str] = {}
        misfit = False
        for edit in _edits(each):
            new = {}
            for number in self._named.get(edit.cell, ()):
                edited = _edited(sources.get(number, self._cells[number].source), edit)
                if edited is not None:
                    new[number] = edited
            sources |= new
            misfit = misfit or not new
        ours = {number: new for number, new in sources.items() if number in self._code}
        told = "; ".join(map(_told, _edits(each)))
        return Step(
            f"{self._section(each.cell)}, {told}",
            {} if misfit else ours,
            any(anchor.raises for anchor in each.edits),
            ours == sources,
            misfit,
        )

    def _try(self, walk: Walk, step: Step, here: int) -> Iterator[str]:
        """Edit and run the cells up to ``here``; yield what is wrong."""
        if step.misfit:
            yield "no cell of that name has this text just once"
        if not step.sources:
            return
        for number in step.sources:
            if self._drawing.asserts_first(self._cells[number]):
                yield f"{label(number, self._cells[number])} asserts before it draws"
        before = {number: self._cells[number].source for number in step.sources}
        again = [n for n in self._code if min(step.sources) <= n <= here]
        self._write(step.sources)
        raised, undrawn = self._run(walk, again)
        if step.raises and step.whole and not raised:
            yield "nothing raises, though the text says so"
        yield from undrawn
        if raised and not step.raises:
            yield from raised
            self._write(before)  # so that later cells are not affected
            self._run(walk, again)

    def _write(self, sources: dict[int, str]) -> None:
        for number, source in sources.items():
            self._cells[number].source = source

    def _run(self, walk: Walk, numbers: Iterable[int]) -> tuple[list[str], list[str]]:
        """Run cells; return what they raised, and which failed to draw a picture."""
        raised, undrawn = [], []
        for number in numbers:
            named = label(number, self._cells[number])
            try:
                error = walk.run(number)
            except Ended as ended:
                raise Ended(f"{named}: {ended}") from ended
            if error:
                raised.append(f"{named} raises {error}")
            elif number in self._draws and not _drew(self._cells[number]):
                undrawn.append(f"{named} draws nothing")
        return raised, undrawn

    def _section(self, number: int) -> str:
        """The last heading up to a cell."""
        heads = [
            block.text
            for n, cell in self._cells.items()
            if n <= number and cell.cell_type == "markdown"
            for block in blocks(cell.source)
            if block.kind == "heading" and not block.text.startswith("|")
        ]
        return heads[-1] if heads else f"cell {number}"


def _edits(each: Asked) -> list[Replaced | Added]:
    return [edit for anchor in each.edits for edit in anchor.edits]


def _edited(source: str, edit: Replaced | Added) -> str | None:
    """The source after an edit; None if the edit fits no place in it, or several."""
    if isinstance(edit, Added):
        return f"{source}\n{edit.line}"
    return source.replace(edit.old, edit.new) if source.count(edit.old) == 1 else None


def _told(edit: Replaced | Added) -> str:
    """The edit as it is written in the anchor."""
    if isinstance(edit, Added):
        return f"{edit.cell} + `{edit.line}`"
    return f"{edit.cell} `{edit.old}` with `{edit.new}`"


def _drew(cell: NotebookNode) -> bool:
    return any(PICTURES & output.get("data", {}).keys() for output in cell.outputs)
