"""What a recorded program returns for inputs other than its example."""

from functools import partial

import numpy as np

from grader.exercises.export.recorded import batch, factors, model, positive
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator, sign: int) -> Case:
    columns = int(rng.integers(2, 4))
    rows, *others = rng.permutation([2, 3, 4, 5, 6]).tolist()
    signs = rng.permutation([1, 1, -1, -1]).tolist()
    before, after = factors(rng, 2)
    return {
        "example": batch(rng, rows, columns, sign),
        "others": [
            batch(rng, n, columns, one) for n, one in zip(others, signs, strict=True)
        ],
        "before": before,
        "after": after,
    }


def _peak(x: np.ndarray) -> float:
    return float(np.abs(x).max())


def _reference(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    """What the recording returns, (calls, d); the arrays are (rows, d), float64."""
    scaled, rows = positive(example), len(example)
    return np.stack([model(x, scaled, rows, before) / _peak(x) for x in others])


def _branch_live(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    rows = len(example)
    return np.stack([model(x, positive(x), rows, before) / _peak(x) for x in others])


def _size_live(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    scaled = positive(example)
    return np.stack([model(x, scaled, len(x), before) / _peak(x) for x in others])


def _factor_live(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    return _reference(example, others, after, before)


def _peak_frozen(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    scaled, rows, peak = positive(example), len(example), _peak(example)
    return np.stack([model(x, scaled, rows, before) / peak for x in others])


def _python(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    return np.stack([model(x, positive(x), len(x), after) / _peak(x) for x in others])


def _numbers_alone(
    example: np.ndarray, others: list[np.ndarray], before: float, after: float
) -> np.ndarray:
    return np.stack([model(x, positive(x), len(x), before) / _peak(x) for x in others])


_MISTAKES = (
    Mistake(
        "each input chooses its branch",
        "Size and factor are those of the recording. The branch is chosen anew for "
        "each input, and in a recording there is no `if` left.",
        "Which of the two lines ran when the recording was made?",
        compute=_branch_live,
    ),
    Mistake(
        "the size of each input",
        "Branch and factor are those of the recording. You divide by the rows of the "
        "input that comes in.",
        "`len(x)` is a Python number. What did it turn into when it was recorded?",
        compute=_size_live,
    ),
    Mistake(
        "the factor of today",
        "Branch and size are those of the recording. The factor is the one that was "
        "set later.",
        "When was the factor read: when the recording was made, or when it runs?",
        compute=_factor_live,
    ),
    Mistake(
        "a tensor is frozen too",
        "Branch, size and factor are right. You divide by the peak of the example, "
        "though the peak is computed from x by tensor operations alone.",
        "Which lines of the model leave the tensors and become Python numbers?",
        compute=_peak_frozen,
    ),
    Mistake(
        "what Python returns",
        "These are the values of the model itself, as it is now. Nothing is frozen in "
        "them.",
        "Write beside each line of the model whether it is recorded as an operation "
        "or as the value that it had.",
        compute=_python,
    ),
    Mistake(
        "the factor alone is frozen",
        "The factor is that of the recording. The branch and the size are taken from "
        "the input that comes in.",
        "The factor isn't the only Python value in the model. Which others are there?",
        compute=_numbers_alone,
    ),
)

FROZEN_VALUES = Exercise(
    id="export.frozen_values",
    title="What a recording returns",
    points=2,
    neutral=True,
    cases=tuple(
        separated(partial(_draw, sign=sign), _reference, _MISTAKES, least=0.03)
        for sign in (1, -1, 1)
    ),
    reference=_reference,
    returns=("outputs",),
    mistakes=_MISTAKES,
    hints=(
        "Go through the model line by line, with the example. Whatever is a Python "
        "value there stays as it is for ever; what is a tensor operation runs anew "
        "for each input.",
        "example.sum(), len(example), np.abs(x).max(), y.sum(axis=0), np.stack",
        "scaled, rows, factor = three Python values, from the time of the recording\n"
        "for each x of others:\n"
        "    y = the line of the branch that was recorded\n"
        "    its sum over the rows, divided by the frozen rows and by x's own peak",
    ),
)
