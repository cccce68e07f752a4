"""Which rows of a recorded program its result needs."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.graphs import program as programs
from grader.references.graphs.program import Program


def _draw(rng: np.random.Generator) -> dict[str, object]:
    inputs, rows = int(rng.integers(2, 4)), int(rng.integers(6, 10))
    ops = ("add", "sub", "mul")
    return {"program": programs.draw(rng, inputs, rows, ops), "inputs": inputs}


def _reference(program: Program, inputs: int, shift: int | None = None) -> np.ndarray:
    """1 for a row that the last one needs, directly or not, else 0; shape (rows,).

    The mistakes' knob: ``shift`` takes another number for the inputs.
    """
    shift = inputs if shift is None else shift
    needed = {len(program) - 1 + shift}
    for row in reversed(range(len(program))):
        if row + shift in needed:
            needed.update(program[row][1:])
    return np.array([float(row + shift in needed) for row in range(len(program))])


def _used(program: Program, inputs: int) -> np.ndarray:
    """Rows that any row uses, and the last one."""
    used = {number for row in program for number in row[1:]}
    used.add(inputs + len(program) - 1)
    return np.array([float(inputs + row in used) for row in range(len(program))])


def _direct(program: Program, inputs: int) -> np.ndarray:
    """The last row and its own operands."""
    kept = {inputs + len(program) - 1, *program[-1][1:]}
    return np.array([float(inputs + row in kept) for row in range(len(program))])


def _without_last(program: Program, inputs: int) -> np.ndarray:
    kept = _reference(program, inputs)
    return np.append(kept[:-1], 0.0)


_MISTAKES = (
    Mistake(
        "used by a dead row",
        "You keep each row that some row uses, even where that user is dead itself.",
        "Begin at the result and go backwards: only a row that is needed makes its "
        "operands needed.",
        compute=_used,
    ),
    Mistake(
        "only the result's own operands",
        "You keep the last row and its two operands, and stop there.",
        "What do the operands' rows need in turn?",
        compute=_direct,
    ),
    Mistake(
        "the result is thrown away",
        "You mark the right rows and drop the last one, which no row uses.",
        "What does the caller get when the last row is gone?",
        compute=_without_last,
    ),
    Mistake(
        "row numbers taken for value numbers",
        "You look for row r under the number r. Its value has another number, "
        "because the inputs come first.",
        "With 2 inputs, which number has the value of row 0?",
        compute=lambda program, inputs: _reference(program, inputs, shift=0),
    ),
    Mistake(
        "dead and live exchanged",
        "You return 1 for the rows that can go, and 0 for those that are needed.",
        "The last row is always needed: what do you return for it?",
        compute=lambda **inputs: 1 - _reference(**inputs),
    ),
)

DEAD_CODE = Exercise(
    id="graphs.dead_code",
    title="Dead code",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("needed",),
    mistakes=_MISTAKES,
    hints=(
        "Nobody knows at a row whether a later one will need it. So walk from the "
        "last row to the first, with a set of the value numbers needed so far.",
        "Plain Python is enough in both halves: a set, and "
        "reversed(range(len(program))). A row r makes value inputs + r.",
        "needed = a set with the last value's number\n"
        "for r from the last row to row 0:\n"
        "    is the value of row r needed? then so are its two operands\n"
        "return a list: 1 where the row's value is in the set, else 0",
    ),
)
