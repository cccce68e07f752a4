"""Rows of a recorded program that compute what an earlier row has computed."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.graphs.program import Program

OPS = ("add", "mul", "sub")


def _draw(rng: np.random.Generator, inputs: int) -> Case:
    """All that makes rows equal, and all that only looks like it, in any order.

    A sum or product is there three times, what is made of it twice, and so is what is
    made of that: whoever renames operands once or twice misses the last.
    """
    a, b = (int(n) for n in rng.choice(inputs, size=2, replace=False))
    c, d = (int(n) for n in rng.integers(inputs, size=2))
    op, other = rng.permutation(["add", "mul"]).tolist()
    rows = {
        "one": [op, a, b],
        "one again": [op, b, a],
        "one once more": [op, *rng.permutation([a, b]).tolist()],
        "two": [other, "one", c],
        "two again": [other, c, "one again"],
        "three": ["sub", "two", d],
        "three again": ["sub", "two again", d],
        "the other way round": ["sub", d, rng.choice(["two", "two again"]).item()],
        "the other op": [other, a, b],
        "the other op again": [other, b, a],
        "zero": ["sub", "one", rng.choice(["one", "one again"]).item()],
        "another zero": ["sub", a, a],
        "the same left": ["sub", rng.choice(["two", "two again"]).item(), "one"],
        "the same right": ["sub", "one", d],
    }
    for number in range(rng.integers(3)):  # so that programs are not equally long
        i, j = (int(n) for n in rng.integers(inputs, size=2))
        rows[f"more {number}"] = [rng.choice(OPS).item(), i, j]
    numbers: dict[object, int] = {number: number for number in range(inputs)}
    program: Program = []
    while len(program) < len(rows):
        name = rng.choice(list(rows)).item()
        _, i, j = rows[name]
        if name not in numbers and {i, j} <= numbers.keys():
            numbers[name] = inputs + len(program)
            program.append([rows[name][0], numbers[i], numbers[j]])
    return {"program": program, "inputs": inputs}


def _reference(
    program: Program,
    inputs: int,
    commutative: tuple[str, ...] = ("add", "mul"),
    renamed: bool = True,
    zeros: bool = False,
    ops: bool = True,
    kept: slice = slice(None),
) -> np.ndarray:
    """For each row the number of the first value equal to it, shape (rows,).

    The mistakes' knobs: which ops are ``commutative``, whether operands are
    ``renamed`` first, whether all differences of equals are ``zeros``, whether ``ops``
    are compared, and which of the operands are ``kept`` for it.
    """
    first = {number: number for number in range(inputs)}
    seen: dict[object, int] = {}
    found = []
    for made, (op, i, j) in enumerate(program, start=inputs):
        if renamed:
            i, j = first[i], first[j]
        pair = sorted((i, j)) if op in commutative else [i, j]
        key: object = (op if ops else "", *pair[kept])
        if zeros and op == "sub" and i == j:
            key = "zero"
        first[made] = seen.setdefault(key, made)
        found.append(first[made])
    return np.array(found, dtype=float)


def _renamed_once(program: Program, inputs: int) -> np.ndarray:
    """As if the operands were renamed in one more pass over the rows."""
    names = [*range(inputs), *map(int, _reference(program, inputs, renamed=False))]
    again = [[op, names[i], names[j]] for op, i, j in program]
    return _reference(again, inputs, renamed=False)


def _latest(program: Program, inputs: int) -> np.ndarray:
    """The last earlier row that is equal, found among rows with right names."""
    first = _reference(program, inputs)
    found = []
    newest: dict[int, int] = {}
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
        "a * b and b * a taken for different",
        "Sums with their operands exchanged are found, and products are not.",
        "For which of the three ops may the operands be exchanged?",
        compute=lambda **inputs: _reference(**inputs, commutative=("add",)),
    ),
    Mistake(
        "a - b and b - a taken for equal",
        "You count a difference as computed when it was computed the other way round.",
        "For which of the three ops may the operands be exchanged?",
        compute=lambda **inputs: _reference(**inputs, commutative=OPS),
    ),
    Mistake(
        "all differences of equals taken for one",
        "You take every x - x for the same value, 0. That is arithmetic: here rows "
        "are equal only if their operands are.",
        '["sub", 0, 0] and ["sub", 1, 1]: are their operands equal values?',
        compute=lambda **inputs: _reference(**inputs, zeros=True),
    ),
    Mistake(
        "the op left out",
        "You take rows for equal that have equal operands and another op.",
        'Is ["add", 0, 1] equal to ["mul", 0, 1] by the rule?',
        compute=lambda **inputs: _reference(**inputs, ops=False),
    ),
    Mistake(
        "the right operand left out",
        "You take rows for equal that share their op and their left operand.",
        'Is ["sub", 0, 1] equal to ["sub", 0, 2]?',
        compute=lambda **inputs: _reference(**inputs, kept=slice(0, 1)),
    ),
    Mistake(
        "the left operand left out",
        "You take rows for equal that share their op and their right operand.",
        'Is ["sub", 0, 2] equal to ["sub", 1, 2]?',
        compute=lambda **inputs: _reference(**inputs, kept=slice(1, 2)),
    ),
    Mistake(
        "operands renamed in one more pass",
        "You look for equal rows, put the first values' numbers in, and look again. "
        "That may make further rows equal, and then you would have to look once more.",
        "When row r is compared, which operands have their final numbers already?",
        compute=_renamed_once,
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
    cases=tuple(
        separated(partial(_draw, inputs=inputs), _reference, _MISTAKES)
        for inputs in (2, 3, 4)
    ),
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
