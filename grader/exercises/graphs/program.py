"""Recorded programs: rows ``[op, i, j]`` that make one value each.

Values are numbered: the inputs first, from 0, then the rows in their order. A row's
``i`` and ``j`` are the numbers of its left and right operand.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Row = list[Any]  # op, i, j: a list, as a check hands over
Program = list[Row]
OPS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "max": np.maximum,
}


def draw(
    rng: np.random.Generator,
    inputs: int,
    rows: int,
    ops: Sequence[str],
    kept: Sequence[int] | None = None,
) -> Program:
    """A program whose rows have two different operands, late values preferred.

    No row uses an input that is not in ``kept`` (all are, by default).
    """
    program: Program = []
    kept = range(inputs) if kept is None else kept
    for made in range(inputs, inputs + rows):
        there = [*kept, *range(inputs, made)]
        odds = np.add(there, 1) / np.sum(np.add(there, 1))
        i, j = rng.choice(there, size=2, replace=False, p=odds)
        program.append([str(rng.choice(ops)), int(i), int(j)])
    return program


def needed(program: Program, inputs: int) -> set[int]:
    """The numbers of all values that the result depends on, itself among them."""
    found = {inputs + len(program) - 1}
    for row in reversed(range(len(program))):
        if inputs + row in found:
            found.update(program[row][1:])
    return found


def run(program: Program, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """All values of the program: the inputs, then one for each row."""
    values = list(inputs)
    for op, i, j in program:
        values.append(OPS[op](values[i], values[j]))
    return values


def well_scaled(program: Program, inputs: Sequence[np.ndarray]) -> bool:
    """Whether the last value is no small difference of large ones."""
    tops = [np.abs(value).max() for value in run(program, inputs)]
    return bool(0.2 * max(tops) <= tops[-1] <= 50)
