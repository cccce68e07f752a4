"""The first operation that makes a NaN or an infinity out of finite numbers."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.exercise import Draw

Row = list[Any]  # an operation, then the rows of its operands, or a list of numbers
Found = tuple[int, int]
Test = Callable[[np.ndarray], bool]

UNARY: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "log": np.log,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "reciprocal": np.reciprocal,
    "relu": lambda x: np.maximum(x, 0),
    "negative": np.negative,
}
BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
}
NONE, WITH_NAN, INFINITE = 0, 1, 2
SMALL, LARGE = 1e-3, 1e5  # finite numbers beyond are left to no rounding
NUMBERS = (-3, -2, -1.5, -0.5, 0, 0, 0.5, 1.5, 2, 3, 800, 1000)


def _draw(rng: np.random.Generator, faults: Sequence[str]) -> Case:
    """A program with one of ``faults``, where rounding decides nothing.

    Two rows or more are to blame, or none if there are no ``faults``.
    """
    while True:
        program = _program(rng, faults)
        wide, narrow = _run(program, np.float64), _run(program, np.float32)
        first, last = _first(program)[0], _first(program, order=-1)[0]
        fits = first < last if faults else first < 0
        if fits and all(map(_robust, wide, narrow)):
            return {"program": program}


def _program(rng: np.random.Generator, faults: Sequence[str]) -> list[Row]:
    clean, dirty = rng.choice(NUMBERS, size=(2, rng.integers(3, 6)))
    dirty[rng.integers(len(dirty))] = rng.choice([-np.inf, np.nan, np.inf])
    order = rng.permutation(2)
    good, bad = int(np.argmin(order)), int(np.argmax(order))
    program: list[Row] = [["value", (clean, dirty)[n].tolist()] for n in order]
    # Rows that hand bad numbers on: by one operand, by the last, and by the first.
    program.append([str(rng.choice(["negative", "sqrt"])), bad])
    for operands in rng.permutation([[0, 1], [1, 0]]).tolist():
        program.append([str(rng.choice(list(BINARY))), *operands])
    count = int(rng.integers(9, 12))
    at = int(rng.integers(len(program), count - 1))
    for row in range(len(program), count):
        if row == at and faults:
            program.append([str(rng.choice(faults)), good])
        elif rng.random() < 0.6:
            # Often of the good value, so that there is more than one to blame.
            operand = good if rng.random() < 0.5 else int(rng.integers(row))
            program.append([str(rng.choice(list(UNARY))), operand])
        else:
            operands = rng.choice(row, size=2, replace=False).tolist()
            program.append([str(rng.choice(list(BINARY))), *operands])
    return program


def _robust(wide: np.ndarray, narrow: np.ndarray) -> bool:
    """Whether rounding and dtype decide nothing about these numbers."""
    size = np.abs(wide[np.isfinite(wide) & (wide != 0)])
    same = np.isnan(wide) == np.isnan(narrow)
    same &= np.isinf(wide) == np.isinf(narrow)
    return bool(same.all() and ((size > SMALL) & (size < LARGE)).all())


def _run(program: list[Row], dtype: type = np.float64) -> list[np.ndarray]:
    """The output of each row."""
    outputs: list[np.ndarray] = []
    with np.errstate(all="ignore"):
        for name, *operands in program:
            if name == "value":
                outputs.append(np.array(operands[0], dtype))
            else:
                values = [outputs[row] for row in operands]
                outputs.append((UNARY | BINARY)[name](*values))
    return outputs


def _bad(output: np.ndarray) -> bool:
    return not np.isfinite(output).all()


def _reference(program: list[Row]) -> Found:
    """(row, kind): the first row whose output is bad, though its operands are not.

    Bad is what holds a NaN or an infinity. The kind is 1 if the output holds a NaN, 2
    if it holds infinities alone, and 0 if there is no such row, which is -1.
    """
    return _first(program)


def _first(
    program: list[Row],
    test: Test = _bad,
    of_operands: Callable[[Test], Test] = lambda test: test,
    looked_at: slice = slice(None),
    order: int = 1,
) -> Found:
    outputs = _run(program)
    for row in list(range(len(program)))[::order]:
        name, *operands = program[row]
        if name == "value" or not test(outputs[row]):
            continue
        before = [outputs[operand] for operand in operands][looked_at]
        if not any(map(of_operands(test), before)):
            return row, WITH_NAN if np.isnan(outputs[row]).any() else INFINITE
    return -1, NONE


def _but(change: Callable[[int, int], Found]) -> Callable[..., Found]:
    return lambda program: change(*_reference(program))


_MISTAKES = (
    Mistake(
        "infinity is overlooked",
        "You look for NaN alone. An infinity is bad too, and often the cause of a NaN "
        "some rows later.",
        "Print the output of each row, and look for the first one with inf.",
        compute=partial(_first, test=lambda output: bool(np.isnan(output).any())),
    ),
    Mistake(
        "NaN is overlooked",
        "You look for infinities alone.",
        "What is the logarithm of a negative number?",
        compute=partial(_first, test=lambda output: bool(np.isinf(output).any())),
    ),
    Mistake(
        "operands are not looked at",
        "You name the first row with a bad output. Its operands were bad already.",
        "What can an operation do about a NaN in its input?",
        compute=partial(_first, looked_at=slice(0)),
    ),
    Mistake(
        "one operand alone is looked at",
        "You look at the first operand of each row. A row may have two.",
        "Of which rows does the row that you name take its operands?",
        compute=partial(_first, looked_at=slice(1)),
    ),
    Mistake(
        "the last operand alone is looked at",
        "You look at the last operand of each row. A row may have two.",
        "Of which rows does the row that you name take its operands?",
        compute=partial(_first, looked_at=slice(-1, None)),
    ),
    Mistake(
        "bad only if every number is",
        "You take an output for bad if all of its numbers are. One is enough.",
        "Which of any and all do you use, and which question does it answer?",
        compute=partial(
            _first, test=lambda output: not bool(np.isfinite(output).any())
        ),
    ),
    Mistake(
        "the last such row",
        "You name the last row that makes bad numbers out of good ones.",
        "Does your loop stop when it has found a row?",
        compute=partial(_first, order=-1),
    ),
    Mistake(
        "rows counted from 1",
        "Your row is too large by 1.",
        "Which number does the first row of the program have?",
        compute=_but(lambda row, kind: (row + (row >= 0), kind)),
    ),
    Mistake(
        "the values are not counted as rows",
        "Your row is too small by 2. The rows that hold values count as well.",
        "Which number does the first row of the program have?",
        compute=_but(lambda row, kind: (row - 2 * (row >= 0), kind)),
    ),
    Mistake(
        "none becomes row 0",
        "Where no row is to blame you return 0, which is a row.",
        "Which number does the exercise ask for if there is no such row?",
        compute=_but(lambda row, kind: (max(row, 0), kind)),
    ),
    Mistake(
        "the kinds are exchanged",
        "Your row is right. The kind is 1 where the output holds a NaN.",
        "Read again which number stands for which kind.",
        compute=_but(lambda row, kind: (row, (0, 2, 1)[kind])),
    ),
)


def _telling(faults: Sequence[str], shown: Sequence[str]) -> Draw:
    """Cases in which each of these mistakes differs from every other answer."""

    def cases(rng: np.random.Generator) -> Case:
        while True:
            case = _draw(rng, faults)
            found = {m.name: m.compute(**case) for m in _MISTAKES}
            answers = [_reference(**case), *found.values()]
            if all(answers.count(found[name]) == 1 for name in shown):
                return case

    return cases


# In turn: one case has no row to blame. Each mistake shows in one of them.
_CASES = (
    _telling(
        faults=("reciprocal", "exp"),
        shown=(
            "infinity is overlooked",
            "bad only if every number is",
            "operands are not looked at",
            "rows counted from 1",
            "the values are not counted as rows",
            "the kinds are exchanged",
        ),
    ),
    _telling(faults=(), shown=("none becomes row 0",)),
    _telling(
        faults=("log", "sqrt"),
        shown=(
            "NaN is overlooked",
            "one operand alone is looked at",
            "the last operand alone is looked at",
        ),
    ),
)

FIRST_BAD = Exercise(
    id="debugging.first_bad",
    title="The first bad operation",
    points=2,
    cases=_CASES,
    reference=_reference,
    returns=("row", "kind"),
    mistakes=_MISTAKES,
    hints=(
        "Run the rows in their order, and keep all outputs. A row is to blame if its "
        "output is bad and no output that it reads is.",
        "torch: torch.isfinite(y).all(), torch.isnan(y).any()\n"
        "TensorFlow: tf.reduce_all(tf.math.is_finite(y)), "
        "tf.reduce_any(tf.math.is_nan(y))\n"
        "both: enumerate(program); name, *operands = ... takes a row apart",
        "outputs = an empty list\n"
        "for each row:\n"
        "    if it is a value: make a tensor of its numbers\n"
        "    otherwise: run the operation on the outputs of its operands\n"
        "        if the result is bad and no operand is: return row and kind\n"
        "    keep the output\n"
        "at the end: there was none",
    ),
)
