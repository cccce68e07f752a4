"""Which rows of a recorded program its result needs."""

from functools import partial

import numpy as np

from grader.exercises.graphs import program as programs
from grader.exercises.graphs.program import Program
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

OPS = ("add", "sub", "mul")

DEPTH = 5  # rows in a chain: four sweeps don't come to its end


def _draw(rng: np.random.Generator, inputs: int) -> Case:
    # Two chains, of which each row goes on from the one before: one leads to the
    # result, and no shortcut does; the other leads nowhere, and uses what it finds.
    newest: dict[bool, int | None] = {True: None, False: None}
    program: Program = []
    # Programs are not equally long.
    chains = [True, False] * DEPTH + [False] * int(rng.integers(3))
    for live in [*rng.permutation(chains), True]:
        made = inputs + len(program)
        there = [*range(inputs), newest[live]] if live else [*range(made)]
        there = [number for number in there if number is not None]
        left = rng.choice(there) if newest[live] is None else newest[live]
        pair = rng.permutation([left, rng.choice(there)])
        program.append([str(rng.choice(OPS)), *pair.tolist()])
        newest[live] = made
    return {"program": program, "inputs": inputs}


def _reference(program: Program, inputs: int) -> np.ndarray:
    """1 for a row that the last one needs, directly or not, else 0; shape (rows,)."""
    needed = programs.needed(program, inputs)
    return np.array([float(inputs + row in needed) for row in range(len(program))])


def _sweeps(program: Program, inputs: int, times: int) -> np.ndarray:
    """What is left when unused rows are struck out, ``times`` over."""
    left = set(range(len(program)))
    for _ in range(times):
        used = {number for row in left for number in program[row][1:]}
        left = {row for row in left if inputs + row in used} | {len(program) - 1}
    return np.array([float(row in left) for row in range(len(program))])


def _levels(program: Program, inputs: int, times: int) -> np.ndarray:
    """The last row, its operands, and so on, ``times`` over."""
    kept = {inputs + len(program) - 1}
    for _ in range(times):
        rows = [number - inputs for number in kept if number >= inputs]
        kept = kept.union(*(program[row][1:] for row in rows))
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
        compute=lambda **inputs: _sweeps(**inputs, times=1),
    ),
    Mistake(
        "two sweeps are not enough",
        "You strike out unused rows twice. Each sweep leaves new ones behind: rows "
        "that were used only by those that have just gone.",
        "A chain of five dead rows, each used by the next: how many sweeps does it "
        "take, and what if you begin at the other end?",
        compute=lambda **inputs: _sweeps(**inputs, times=2),
    ),
    Mistake(
        "only the result's own operands",
        "You keep the last row and its two operands, and stop there.",
        "What do the operands' rows need in turn? If you walk through the rows, is a "
        "row's mark set before you come to it?",
        compute=lambda **inputs: _levels(**inputs, times=1),
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
        compute=lambda program, inputs: _reference(program, 0),
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
    cases=tuple(
        separated(partial(_draw, inputs=inputs), _reference, _MISTAKES)
        for inputs in (2, 3, 4)
    ),
    reference=_reference,
    returns=("needed",),
    mistakes=_MISTAKES,
    truth_values=True,
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
