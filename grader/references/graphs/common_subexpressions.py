"""Rows of a recorded program that compute what an earlier row has computed."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.graphs.program import Program

OPS = ("add", "mul", "sub")


def _draw(rng: np.random.Generator) -> dict[str, object]:
    inputs, rows = int(rng.integers(2, 4)), int(rng.integers(8, 11))
    program: Program = []
    for made in range(inputs, inputs + rows):
        if program and rng.random() < 0.6:
            op, i, j = program[rng.integers(len(program))]
            same = _reference(program, inputs)
            # Again what was computed before, written in another way.
            i, j = (_equal(rng, same, inputs, number) for number in (i, j))
            i, j = (j, i) if rng.random() < 0.4 else (i, j)
        else:
            op = str(rng.choice(OPS))
            i, j = map(int, rng.choice(made, size=2, replace=False))
        program.append([op, i, j])
    return {"program": program, "inputs": inputs}


def _equal(rng: np.random.Generator, same: np.ndarray, inputs: int, number: int) -> int:
    """A value that is equal to value ``number``."""
    if number < inputs:
        return number
    equals = np.flatnonzero(same == same[number - inputs]) + inputs
    return int(rng.choice(equals))


def _reference(
    program: Program,
    inputs: int,
    commutative: tuple[str, ...] = ("add", "mul"),
    renamed: bool = True,
) -> np.ndarray:
    """For each row the number of the first value equal to it, shape (rows,).

    The mistakes' knobs: which ops are ``commutative``, and whether operands are
    ``renamed`` first.
    """
    first = {number: number for number in range(inputs)}
    seen: dict[tuple, int] = {}
    found = []
    for made, (op, i, j) in enumerate(program, start=inputs):
        if renamed:
            i, j = first[i], first[j]
        key = (op, *(sorted((i, j)) if op in commutative else (i, j)))
        first[made] = seen.setdefault(key, made)
        found.append(first[made])
    return np.array(found, dtype=float)


def _latest(program: Program, inputs: int) -> np.ndarray:
    """The last earlier row that is equal, found among rows with right names."""
    first = _reference(program, inputs)
    found, newest = [], {}
    for made, number in enumerate(first, start=inputs):
        found.append(newest.get(number, made))
        newest[number] = made
    return np.array(found, dtype=float)


_MISTAKES = (
    Mistake(
        "operands compared as they are written",
        "You take two rows for different whose operands have different numbers and "
        "equal values.",
        "Once row 1 is known to repeat row 0, how should row 2 refer to it?",
        compute=lambda **inputs: _reference(**inputs, renamed=False),
    ),
    Mistake(
        "a + b and b + a taken for different",
        "You miss sums and products with their operands exchanged.",
        "Write the operands of add and mul in one fixed order before you compare.",
        compute=lambda **inputs: _reference(**inputs, commutative=()),
    ),
    Mistake(
        "a - b and b - a taken for equal",
        "You count a difference as computed when it was computed the other way round.",
        "For which of the three ops may the operands be exchanged?",
        compute=lambda **inputs: _reference(**inputs, commutative=OPS),
    ),
    Mistake(
        "the latest equal value",
        "You name the nearest equal value, which is a repetition itself and would "
        "be removed.",
        "Of three equal rows only one is left in the end: which one?",
        compute=_latest,
    ),
    Mistake(
        "row numbers taken for value numbers",
        "Your numbers count the rows alone: each is too small by the number of inputs.",
        "With 2 inputs, which number has the value of row 0?",
        compute=lambda program, inputs: _reference(program, inputs) - inputs,
    ),
)

COMMON_SUBEXPRESSIONS = Exercise(
    id="graphs.common_subexpressions",
    title="Common subexpressions",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("first",),
    mistakes=_MISTAKES,
    hints=(
        "Two rows are equal if their op is, and their operands are equal values. So "
        "write each row in one standard form, with numbers of first values only, and "
        "look it up among those seen before.",
        "Plain Python is enough in both halves: a dict from standard forms, as "
        "tuples, to value numbers; sorted for add and mul; dict.setdefault",
        "first = a list with the inputs' own numbers\n"
        "for each row, which makes value number len(first):\n"
        "    exchange its operands for their first values\n"
        "    add or mul? put the two in order\n"
        "    seen this form? append the number from then, otherwise its own\n"
        "return the part of the list that belongs to the rows",
    ),
)
