"""Finds the assertions of a lesson that could not fail.

An assertion that a sentence names must be reached, and each part of it evaluated. It
must look at something. If it compares, other operands must change the result.
"""

from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.authoring.claims.claims import claims
from grader.authoring.running.instrumented import Instrumented
from grader.authoring.running.rewriting import RECORDER, Key, Statement
from grader.authoring.running.walk import Ended, Walk, label
from grader.common.tracks import filter_track

BEGIN = (
    f"from grader.authoring.running.recording import Recorder; {RECORDER} = Recorder()"
)


class Watched:
    """A lesson in a track, with every part of its assertions watched.

    Attributes:
        notebook: the notebook to run: the whole lesson, rewritten, and a last cell that
            outputs what was seen.
    """

    def __init__(self, notebook: NotebookNode, track: str) -> None:
        self._lesson = notebook
        kept = {cell.id for cell in filter_track(notebook, track).cells}
        self._code = [
            number
            for number, cell in enumerate(notebook.cells, start=1)
            if cell.cell_type == "code" and cell.id in kept
        ]
        rewritten = Instrumented(notebook)
        self._statements = rewritten.statements
        self.notebook = rewritten.notebook
        self.notebook.cells.append(new_code_cell(RECORDER))

    def problems(self, kernel: Walk) -> Iterator[str]:
        """What is wrong with the assertions that the lesson's sentences name.

        Raises:
            Ended: a cell of ``notebook`` failed in ``kernel``.
        """
        found = self.faults(kernel)
        named = {
            (half.number, *each.place)
            for claim in claims(self._lesson)
            for half in claim.halves
            for each in half.assertions
        }
        for key in sorted(named & found.keys()):
            where = label(key[0], self._lesson.cells[key[0] - 1])
            yield from (f"{where}: {what}" for what in found[key])

    def faults(self, kernel: Walk) -> dict[Key, list[str]]:
        """What is wrong with each asserting statement of the track's cells.

        Raises:
            Ended: a cell of ``notebook`` failed in ``kernel``.
        """
        kernel.prepare(BEGIN)
        for number in self._code:
            if raised := kernel.run(number):
                where = label(number, self._lesson.cells[number - 1])
                raise Ended(f"{where} raises {raised}")
        kernel.run(len(self.notebook.cells))
        (told,) = self.notebook.cells[-1].outputs
        json = told.data["application/json"]
        seen = {int(number): set(met) for number, met in json.items()}
        return {
            statement.key: list(self._wrong(number, statement, seen))
            for number, statement in self._statements.items()
            if not statement.inner and statement.key[0] in self._code
        }

    def _wrong(
        self, number: int, statement: Statement, seen: dict[int, set[int]]
    ) -> Iterator[str]:
        said = f"`{statement.line}`"
        if statement.raises:
            outputs = self.notebook.cells[statement.key[0] - 1].outputs
            if not any(output.output_type == "error" for output in outputs):
                yield f"{said} raises nothing"
            return
        if number not in seen:
            yield f"{said} is never run: a condition is false, or a loop has no turn"
            return
        met = seen[number]
        inner = [each for key, each in self._statements.items() if key in met]
        if not statement.direct and not any(each.direct for each in inner):
            yield f"{said} comes to no assertion"
        for each in (statement, *inner):
            at = "" if each is statement else f"{said} comes to `{each.line}`: "
            unmet = [what for check, what in each.checks.items() if check not in met]
            yield from (f"{at}{what}" for what in (*each.wrong, *unmet))
