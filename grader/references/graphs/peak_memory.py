"""How much memory a schedule of a graph needs, and where."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

Rows = list[list[int]]
Peak = tuple[float, float]


def _draw(rng: np.random.Generator) -> dict[str, object]:
    inputs, count = int(rng.integers(2, 4)), int(rng.integers(5, 9))
    rows: Rows = []
    while not set(range(inputs)) <= {number for row in rows for number in row}:
        rows = [_row(rng, made) for made in range(inputs, inputs + count)]
    sizes = [int(size) for size in rng.integers(1, 10, size=inputs + count)]
    return {"rows": rows, "sizes": sizes}


def _row(rng: np.random.Generator, made: int) -> list[int]:
    """Two operands: mostly recent values, and now and then one from far back."""
    odds = 1.5 ** np.arange(made)
    return [
        int(n) for n in rng.choice(made, size=2, replace=False, p=odds / odds.sum())
    ]


def _reference(
    rows: Rows,
    sizes: list[int],
    frees: bool = True,
    inputs_too: bool = True,
    after: bool = False,
    first_use: bool = False,
    units: bool = False,
) -> Peak:
    """(peak, row): the most that is in memory at once, and the first row with it.

    The mistakes' knobs: nothing ``frees``, the inputs stay (not ``inputs_too``), the
    peak is taken ``after`` freeing, values go at their ``first_use``, and each value
    counts as one (``units``).
    """
    sizes = [1] * len(sizes) if units else sizes
    inputs, result = len(sizes) - len(rows), len(sizes) - 1
    last = {inputs + row: row for row in range(len(rows))}
    used = set()
    for row, operands in enumerate(rows):
        for number in operands:
            if not (first_use and number in used):
                last[number] = row
            used.add(number)
    live = sum(sizes[:inputs])
    levels = []
    for row in range(len(rows)):
        live += sizes[inputs + row]
        before = live
        for number, end in last.items():
            kept = number == result or (number < inputs and not inputs_too)
            if frees and end == row and not kept:
                live -= sizes[number]
        levels.append(live if after else before)
    return float(max(levels)), float(np.argmax(levels))


_MISTAKES = (
    Mistake(
        "nothing is ever freed",
        "Your peak is the sum of all sizes: no value ever leaves.",
        "When does no later row need a value any more?",
        compute=lambda **inputs: _reference(**inputs, frees=False),
    ),
    Mistake(
        "measured after freeing",
        "You measure when a row's operands are gone already. While the row runs, "
        "its operands and its result are in memory together.",
        "Count what a single addition of two values of size 1 needs.",
        compute=lambda **inputs: _reference(**inputs, after=True),
    ),
    Mistake(
        "inputs are never freed",
        "You free what the rows made, and keep the inputs to the end.",
        "The rule makes no difference between inputs and other values: look at how "
        "you choose what may go.",
        compute=lambda **inputs: _reference(**inputs, inputs_too=False),
    ),
    Mistake(
        "freed at the first use",
        "You free a value after the first row that uses it, though a later row needs "
        "it again.",
        "A value is used by rows 2 and 5. After which one may it go?",
        compute=lambda **inputs: _reference(**inputs, first_use=True),
    ),
    Mistake(
        "values counted, not their sizes",
        "Your peak is a number of values. Asked for is how large they are together.",
        "Where does your code use sizes?",
        compute=lambda **inputs: _reference(**inputs, units=True),
    ),
)

PEAK_MEMORY = Exercise(
    id="graphs.peak_memory",
    title="Peak memory of a schedule",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("peak", "row"),
    mistakes=_MISTAKES,
    hints=(
        "First find, for each value, the last row that uses it. Then run through the "
        "rows with one number in hand: what is in memory now.",
        "Plain Python is enough in both halves: a dict from value numbers to rows, "
        "filled in the order of the rows, so that the last use stays; enumerate; "
        "max; list.index finds the first place of a value.",
        "last = for each value number, its last row\n"
        "live = the inputs' sizes together\n"
        "for each row:\n"
        "    add what it makes, and note live: this row's level\n"
        "    subtract each value whose last row this is, but never the result\n"
        "return the highest level, and the first row that has it",
    ),
)
