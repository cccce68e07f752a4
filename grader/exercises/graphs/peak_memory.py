"""How much memory a schedule of a graph needs, and where."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.exercises.graphs.memory import Life, Rows, Sizes, levels, lives
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Peak = tuple[float, float]


def _draw(rng: np.random.Generator, unit: int) -> Case:
    while True:
        inputs, count = int(rng.integers(3, 5)), int(rng.integers(6, 9))
        rows = _rows(rng, inputs, count)
        sizes = [
            int(size) for size in rng.integers(unit, 10 * unit, size=inputs + count)
        ]
        used = {number for row in rows for number in row}
        if (
            set(range(inputs)) <= used
            and _tied(rng, rows, sizes, unit)
            # A peak that could be had in place, over the operands, is no peak here.
            and _in_place(rows, sizes) < _reference(rows, sizes)[0]
        ):
            return {"rows": rows, "sizes": sizes}


def _rows(rng: np.random.Generator, inputs: int, count: int) -> Rows:
    """Rows that hold what a program may forget.

    An early row takes one value twice, as its last use; a result is never used; an
    input is not used before ``late``.
    """
    twice, unused, late = rng.integers([0, 1, 2], [2, count - 1, count])
    waiting = int(rng.integers(inputs))
    gone: set[int] = set()
    rows: Rows = []
    for row in range(count):
        closed = gone if row >= late else gone | {waiting}
        there = [n for n in range(inputs + row) if n not in closed]
        i, j = _recent(rng, there), _recent(rng, there)
        if row == twice:
            gone.add(i)
            j = i
        elif row == late and waiting not in (i, j):
            i = waiting
        if row == unused:
            gone.add(inputs + row)
        rows.append([i, j])
    return rows


def _recent(rng: np.random.Generator, there: list[int]) -> int:
    """One of these values, the later the likelier, and taken off."""
    return there.pop(int(len(there) * rng.random() ** 0.4))


def _tied(rng: np.random.Generator, rows: Rows, sizes: Sizes, unit: int) -> bool:
    """Give two rows the peak, by the size of a value that lives in one row alone."""
    found = lives(rows, sizes)
    number = int(rng.choice([n for n, life in enumerate(found) if not life.users]))
    heights, made = levels(found), found[number].first
    others = max(height for row, height in enumerate(heights) if row != made)
    sizes[number] += others - heights[made]
    return unit <= sizes[number] <= 12 * unit


def _peak(heights: list[int]) -> Peak:
    return float(max(heights)), float(np.argmax(heights))


def _reference(rows: Rows, sizes: Sizes) -> Peak:
    """(peak, row): the most that is in memory at once, and the first row with it.

    A value is in memory from the row that makes it to the last row that uses it: see
    :func:`~grader.exercises.graphs.memory.lives`. ``rows`` are [i, j], the numbers of
    each row's operands; ``sizes`` are those of the inputs and of the rows' values.
    """
    return _peak(levels(lives(rows, sizes)))


def _in_place(rows: Rows, sizes: Sizes) -> int:
    """The peak as if a row's operands went before its result came."""
    early = [
        life._replace(last=life.last - (life.last > life.first))
        for life in lives(rows, sizes)
    ]
    return max(levels(early))


def _changed(change: Callable[[Life, int], Life]) -> Compute:
    """A mistake that takes each value's life for another one."""

    def compute(rows: Rows, sizes: Sizes) -> Peak:
        return _peak(levels([change(life, len(rows)) for life in lives(rows, sizes)]))

    return compute


def _kept(life: Life, end: int) -> Life:
    return life._replace(last=end)


def _inputs_kept(life: Life, end: int) -> Life:
    return _kept(life, end) if life.first < 0 else life


def _unused_kept(life: Life, end: int) -> Life:
    return life if life.users else _kept(life, end)


def _first_use(life: Life, end: int) -> Life:
    if life.last == end:
        return life
    return life._replace(last=min(life.users or (life.first,)))


def _inputs_late(life: Life, end: int) -> Life:
    return life._replace(first=life.users[0]) if life.first < 0 else life


def _after_freeing(rows: Rows, sizes: Sizes) -> Peak:
    found = levels(lives(rows, sizes))
    for life in lives(rows, sizes):
        if life.last < len(rows):
            found[life.last] -= life.size
    return _peak(found)


def _freed_twice(rows: Rows, sizes: Sizes) -> Peak:
    last = [life.last for life in lives(rows, sizes)]
    found = levels(lives(rows, sizes))
    for row, (i, j) in enumerate(rows):
        if i == j and last[i] == row:
            found[row + 1 :] = [level - sizes[i] for level in found[row + 1 :]]
    return _peak(found)


def _last_peak(rows: Rows, sizes: Sizes) -> Peak:
    found = levels(lives(rows, sizes))
    return float(max(found)), float(len(found) - 1 - np.argmax(found[::-1]))


_MISTAKES = (
    Mistake(
        "nothing is ever freed",
        "Your peak is the sum of all sizes: no value ever leaves.",
        "When does no later row need a value any more?",
        compute=_changed(_kept),
    ),
    Mistake(
        "measured after freeing",
        "Your levels leave out what goes after the row. While the row runs, its "
        "operands and its result are in memory together.",
        "Count what a single addition of two values of size 1 needs.",
        compute=_after_freeing,
    ),
    Mistake(
        "inputs are never freed",
        "Your levels are those of a program that frees what the rows made, and keeps "
        "the inputs to the end.",
        "The rule makes no difference between inputs and other values: look at how "
        "you choose what may go.",
        compute=_changed(_inputs_kept),
    ),
    Mistake(
        "freed at the first use",
        "Your levels are those of a program that frees a value after the first row "
        "that uses it, though a later row needs it again.",
        "A value is used by rows 2 and 5. After which one may it go?",
        compute=_changed(_first_use),
    ),
    Mistake(
        "unused results stay",
        "A result that no row uses stays in memory to the end. By the rules it goes "
        "after the row that made it; only the last row's value stays.",
        "Which row is the last one that needs such a value? Does your code ever come "
        "to free it?",
        compute=_changed(_unused_kept),
    ),
    Mistake(
        "one value is freed twice",
        "Where both operands of a row are the same value, its size is subtracted "
        "twice.",
        "For the row [2, 2], how many values go?",
        compute=_freed_twice,
    ),
    Mistake(
        "inputs come with their first use",
        "An input counts from the first row that uses it. By the rules all inputs are "
        "in memory at the start.",
        "What is in memory before row 0 runs?",
        compute=_changed(_inputs_late),
    ),
    Mistake(
        "the last of several peaks",
        "Your peak is right. Several rows have it, and you name the last of them.",
        "When a level is as high as the highest so far, which row should be kept?",
        compute=_last_peak,
    ),
    Mistake(
        "values counted, not their sizes",
        "Your peak is a number of values. Asked for is how large they are together.",
        "Where does your code use sizes?",
        compute=lambda rows, sizes: _reference(rows, [1] * len(sizes)),
    ),
)

PEAK_MEMORY = Exercise(
    id="graphs.peak_memory",
    title="Peak memory of a schedule",
    points=3,
    # Peaks of another order in each case: no number can be guessed.
    cases=tuple(
        separated(partial(_draw, unit=unit), _reference, _MISTAKES)
        for unit in (1, 10, 100)
    ),
    reference=_reference,
    returns=("peak", "row"),
    mistakes=_MISTAKES,
    hints=(
        "First find, for each value, the row after which it goes: the last row that "
        "uses it, or, if none does, the row that made it. Then run through the rows "
        "with one number in hand: what is in memory now.",
        "Plain Python is enough in both halves: a dict from value numbers to rows, "
        "filled in the order of the rows, so that the last entry stays: a row's own "
        "value is noted before anyone uses it; enumerate; max; list.index finds the "
        "first place of a value.",
        "goes = an empty dict, from value numbers to rows\n"
        "for each row: note it for the value that it makes and for its operands\n"
        "the result never goes: take it out\n"
        "live = the inputs' sizes together\n"
        "for each row:\n"
        "    add what it makes, and note live: this row's level\n"
        "    subtract each value that goes after this row, each once\n"
        "return the highest level, and the first row that has it",
    ),
)
