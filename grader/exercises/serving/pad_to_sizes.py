"""A batch run in allowed sizes alone."""

from collections.abc import Callable
from functools import partial

import numpy as np
import scipy.special

from grader.judging import Case, Exercise, Mistake

Answer = tuple[np.ndarray, np.ndarray]
Padded = tuple[np.ndarray, np.ndarray]  # the rows with the padding, and the answers'

SIZES = ([2, 4, 8], [2, 5, 10], [3, 6, 9], [2, 6, 9])


def _draw(rng: np.random.Generator, rows: Callable[[list[int]], int]) -> Case:
    sizes = SIZES[int(rng.integers(len(SIZES)))]
    features, classes = int(rng.integers(3, 6)), int(rng.integers(3, 5))
    # Quarters: products that 10 bits of mantissa hold.
    return {
        "x": rng.integers(-6, 7, size=(rows(sizes), features)).astype(np.float32) / 4,
        "weight": rng.integers(-6, 7, size=(features, classes)).astype(np.float32) / 4,
        "sizes": list(sizes),
    }


def _model(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return scipy.special.softmax(x @ weight, axis=1)


def _cut(n: int, sizes: list[int]) -> list[int]:
    """The rows of each run: whole chunks of the largest size, then the rest."""
    whole, rest = divmod(n, sizes[-1])
    return [sizes[-1]] * whole + [rest] * (rest > 0)


def _next(rows: int, sizes: list[int]) -> int:
    return next(size for size in sizes if size >= rows)


def _behind(chunk: np.ndarray, size: int) -> Padded:
    zeros = np.zeros((size - len(chunk), chunk.shape[1]))
    return np.concatenate([chunk, zeros]), np.arange(len(chunk))


def _reference(x: np.ndarray, weight: np.ndarray, sizes: list[int]) -> Answer:
    """(outputs, runs): (n, classes) and the size of each run, (runs,).

    x (n, features) and weight (features, classes) are float64; ``sizes`` ascend.
    """
    return _run(x, weight, sizes)


def _run(
    x: np.ndarray,
    weight: np.ndarray,
    sizes: list[int],
    cut: Callable[[int, list[int]], list[int]] = _cut,
    allowed: Callable[[int, list[int]], int] = _next,
    pad: Callable[[np.ndarray, int], Padded] = _behind,
) -> Answer:
    outputs, runs, first = [], [], 0
    for rows in cut(len(x), sizes):
        size = allowed(rows, sizes)
        padded, kept = pad(x[first : first + rows], size)
        outputs.append(_model(padded, weight)[kept])
        runs.append(size)
        first += rows
    return np.concatenate(outputs), np.array(runs)


def _not_cut_off(chunk: np.ndarray, size: int) -> Padded:
    padded, _ = _behind(chunk, size)
    return padded, np.arange(size)


def _in_front(chunk: np.ndarray, size: int) -> Padded:
    zeros = np.zeros((size - len(chunk), chunk.shape[1]))
    return np.concatenate([zeros, chunk]), np.arange(len(chunk))


def _largest(rows: int, sizes: list[int]) -> int:
    return sizes[-1]


def _larger(rows: int, sizes: list[int]) -> int:
    return next((size for size in sizes if size > rows), sizes[-1])


def _all_at_once(n: int, sizes: list[int]) -> list[int]:
    return [n]


def _or_as_it_is(rows: int, sizes: list[int]) -> int:
    return next((size for size in sizes if size >= rows), rows)


def _empty_end(n: int, sizes: list[int]) -> list[int]:
    whole, rest = divmod(n, sizes[-1])
    return [sizes[-1]] * whole + [rest]


def _greedy(n: int, sizes: list[int]) -> list[int]:
    """Each time the largest size that the rest fills; its own size at the end."""
    found = []
    while n:
        full = [size for size in sizes if size <= n]
        found.append(full[-1] if full else n)
        n -= found[-1]
    return found


def _rows_given(x: np.ndarray, weight: np.ndarray, sizes: list[int]) -> Answer:
    outputs, _ = _reference(x, weight, sizes)
    return outputs, np.array(_cut(len(x), sizes))


_MISTAKES = (
    Mistake(
        "the padding is not cut off",
        "Your outputs have rows that nobody asked for: those of the padding.",
        "How many of a padded batch's answers belong to clients?",
        compute=partial(_run, pad=_not_cut_off),
    ),
    Mistake(
        "the answers of the padding are kept",
        "The number of rows is right. The first of them are answers to the padding, "
        "which stands before the rows and not after them.",
        "At which end do you pad, and at which end do you cut off?",
        compute=partial(_run, pad=_in_front),
    ),
    Mistake(
        "an allowed size is padded",
        "A batch whose size is allowed already is padded to the next one.",
        "Is an equal size large enough?",
        compute=partial(_run, allowed=_larger),
    ),
    Mistake(
        "always the largest size",
        "Each batch is padded to the largest size, so that a few rows cost as much "
        "as many.",
        "Which of the allowed sizes is the smallest into which the rows fit?",
        compute=partial(_run, allowed=_largest),
    ),
    Mistake(
        "a large batch runs as it is",
        "A batch larger than the largest size runs in one piece. The server would have "
        "to trace its size anew, or would refuse it.",
        "Which sizes may run at all?",
        compute=partial(_run, cut=_all_at_once, allowed=_or_as_it_is),
    ),
    Mistake(
        "an empty batch at the end",
        "Where the rows fill whole chunks exactly, you run one more batch, of padding "
        "alone.",
        "How many rows are left after the last whole chunk?",
        compute=partial(_run, cut=_empty_end),
    ),
    Mistake(
        "cut into smaller sizes",
        "You divide the rows among several allowed sizes, so that little or no padding "
        "is needed. The exercise asks for one run of what the largest size leaves.",
        "Into how many runs does the exercise divide a batch that fits into the "
        "largest size?",
        compute=partial(_run, cut=_greedy),
    ),
    Mistake(
        "the rest is not padded",
        "Your outputs are right. The last of your sizes is not allowed: it is the "
        "number of rows that were left over. Either they run without padding, or you "
        "note the size before you pad.",
        "Which sizes may the model get? Print the shape of what you hand to it.",
        compute=_rows_given,
    ),
)


def _between(sizes: list[int]) -> int:
    return 2 * sizes[-1] + sizes[0] + 1


PAD_TO_SIZES = Exercise(
    id="serving.pad_to_sizes",
    title="Pad to allowed sizes",
    points=3,
    # A rest that has to be padded, an allowed size, and whole chunks alone.
    cases=(
        partial(_draw, rows=_between),
        partial(_draw, rows=lambda sizes: sizes[1]),
        partial(_draw, rows=lambda sizes: 2 * sizes[-1]),
    ),
    reference=_reference,
    returns=("outputs", "runs"),
    mistakes=_MISTAKES,
    hints=(
        "Cut the batch into chunks first. Then each chunk is treated alike: find its "
        "size, pad, run, cut off.",
        "torch: torch.nn.functional.pad(rows, (0, 0, 0, 1)) puts a row of zeros below; "
        "torch.cat\n"
        "TensorFlow: tf.pad(rows, [[0, 1], [0, 0]]) does; tf.concat(..., axis=0)\n"
        "range(0, n, step) gives where the chunks begin.",
        "for first in 0, largest, 2 * largest, ... below the number of rows:\n"
        "    chunk = at most `largest` rows from there\n"
        "    size = the smallest allowed size that is not below the chunk's\n"
        "    padded = chunk with zeros below it, `size` rows in all\n"
        "    keep the model's answers to the chunk's rows, and note size\n"
        "return all answers below each other, and the sizes",
    ),
)
