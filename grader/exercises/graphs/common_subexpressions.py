"""Rows of a recorded program that compute what an earlier row has computed."""

from collections.abc import Callable, Hashable
from functools import partial

import numpy as np

from grader.exercises.graphs.program import Program
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

OPS = ("add", "mul", "sub")
Key = Callable[[str, int, int], Hashable]


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


def _numbered(key: Key) -> Compute:
    """Value numbering: rows are equal whose key(op, i, j) is.

    i and j are the numbers of the first values that equal the operands.
    """

    def compute(program: Program, inputs: int) -> np.ndarray:
        first = list(range(inputs))
        seen: dict[Hashable, int] = {}
        for made, (op, i, j) in enumerate(program, start=inputs):
            first.append(seen.setdefault(key(op, first[i], first[j]), made))
        return np.array(first[inputs:], dtype=float)

    return compute


def _key(op: str, i: int, j: int) -> tuple[str, int, int]:
    """The op and its operands, in a fixed order where they may be exchanged."""
    return (op, i, j) if op == "sub" else (op, min(i, j), max(i, j))


def _reference(program: Program, inputs: int) -> np.ndarray:
    """For each row the number of the first value equal to it, shape (rows,), float64.

    Cooper and Torczon, Engineering a Compiler, 2nd ed., section 8.4.1.
    """
    return _numbered(_key)(program, inputs)


def _as_written(program: Program, inputs: int) -> np.ndarray:
    """Operands that are equal and have different numbers are taken for different."""
    seen: dict[Hashable, int] = {}
    rows = enumerate(program, start=inputs)
    return np.array([seen.setdefault(_key(*row), made) for made, row in rows], float)


def _renamed_once(program: Program, inputs: int) -> np.ndarray:
    """As if the operands were renamed in one more pass over the rows."""
    names = [*range(inputs), *map(int, _as_written(program, inputs))]
    return _as_written([[op, names[i], names[j]] for op, i, j in program], inputs)


def _only_sums_exchanged(op: str, i: int, j: int) -> Hashable:
    return _key(op, i, j) if op == "add" else (op, i, j)


def _all_zeros_equal(op: str, i: int, j: int) -> Hashable:
    return "zero" if op == "sub" and i == j else _key(op, i, j)


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
        compute=_as_written,
    ),
    Mistake(
        "a + b and b + a taken for different",
        "You miss sums and products with their operands exchanged.",
        "Write the operands of add and mul in one fixed order before you compare.",
        compute=_numbered(lambda op, i, j: (op, i, j)),
    ),
    Mistake(
        "a * b and b * a taken for different",
        "Sums with their operands exchanged are found, and products are not.",
        "For which of the three ops may the operands be exchanged?",
        compute=_numbered(_only_sums_exchanged),
    ),
    Mistake(
        "a - b and b - a taken for equal",
        "You count a difference as computed when it was computed the other way round.",
        "For which of the three ops may the operands be exchanged?",
        compute=_numbered(lambda op, i, j: (op, min(i, j), max(i, j))),
    ),
    Mistake(
        "all differences of equals taken for one",
        "You take every x - x for the same value, 0. That is arithmetic: here rows "
        "are equal only if their operands are.",
        '["sub", 0, 0] and ["sub", 1, 1]: are their operands equal values?',
        compute=_numbered(_all_zeros_equal),
    ),
    Mistake(
        "the op left out",
        "You take rows for equal that have equal operands and another op.",
        'Is ["add", 0, 1] equal to ["mul", 0, 1] by the rule?',
        compute=_numbered(lambda *row: _key(*row)[1:]),
    ),
    Mistake(
        "the right operand left out",
        "You take rows for equal that share their op and their left operand.",
        'Is ["sub", 0, 1] equal to ["sub", 0, 2]?',
        compute=_numbered(lambda *row: _key(*row)[:2]),
    ),
    Mistake(
        "the left operand left out",
        "You take rows for equal that share their op and their right operand.",
        'Is ["sub", 0, 2] equal to ["sub", 1, 2]?',
        compute=_numbered(lambda *row: _key(*row)[::2]),
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
