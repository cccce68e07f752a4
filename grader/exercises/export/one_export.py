"""One exported program for every size, sign and factor."""

from functools import partial

import numpy as np

from grader.exercises.export.recorded import batch, factors, model, positive
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, int]
# No size 1: PyTorch takes sizes 0 and 1 for constants unless it is told otherwise.
SIZES = (2, 3, 4, 5, 6, 7)
COLUMNS = 3


def _draw(rng: np.random.Generator, sign: int) -> Case:
    calls = int(rng.integers(4, 6))
    sizes = rng.choice(SIZES, size=calls, replace=False).tolist()
    # Both signs come after the first call too.
    signs = [sign, *rng.permutation([sign, -sign, *[-sign] * (calls - 3)]).tolist()]
    return {
        "xs": [
            batch(rng, n, COLUMNS, one) for n, one in zip(sizes, signs, strict=True)
        ],
        "factors": factors(rng, calls),
    }


def _reference(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    """(outputs, runs): the model's value for each call, (calls, d), and 1."""
    pairs = zip(xs, factors, strict=True)
    return np.stack([model(x, positive(x), len(x), k) for x, k in pairs]), 1


def _exported_each_time(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, factors)[0], len(xs)


def _branch_frozen(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    scaled, pairs = positive(xs[0]), zip(xs, factors, strict=True)
    return np.stack([model(x, scaled, len(x), k) for x, k in pairs]), 1


def _size_frozen(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    rows, pairs = len(xs[0]), zip(xs, factors, strict=True)
    return np.stack([model(x, positive(x), rows, k) for x, k in pairs]), 1


def _factor_frozen(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, [factors[0]] * len(xs))


def _branches_exchanged(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    pairs = zip(xs, factors, strict=True)
    return np.stack([model(x, not positive(x), len(x), k) for x, k in pairs]), 1


def _each_entry(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    pairs = zip(xs, factors, strict=True)
    chosen = [np.where(x > 0, k * x, x - k).sum(axis=0) / len(x) for x, k in pairs]
    return np.stack(chosen), 1


_MISTAKES = (
    Mistake(
        "an export for each call",
        "Your outputs are right. Python ran your function once for each call: you "
        "have exported it anew each time.",
        "One program should serve all calls. Which things does it have to leave open?",
        compute=_exported_each_time,
    ),
    Mistake(
        "the branch is frozen",
        "Every call takes the branch that the first batch takes. Your condition "
        "became a Python truth value before the program was made.",
        "Write the choice as a tensor operation which computes both branches, or as "
        "one that has a condition of its own.",
        compute=_branch_frozen,
    ),
    Mistake(
        "the number of rows is frozen",
        "Every call is divided by the number of rows of the first batch.",
        "Where does your function get the number of rows from: from its argument x, "
        "or from outside?",
        compute=_size_frozen,
    ),
    Mistake(
        "the factor is frozen",
        "Every call uses the factor of the first.",
        "A program sees what comes in by its arguments. As what does the factor come "
        "in?",
        compute=_factor_frozen,
    ),
    Mistake(
        "the two branches are exchanged",
        "Batches with a positive sum get the other branch, and the others get theirs.",
        "Which of its three arguments does the choice return where the condition is "
        "true?",
        compute=_branches_exchanged,
    ),
    Mistake(
        "a choice for each entry",
        "You choose for each entry of x by its own sign. In `smoothed`, the whole "
        "batch takes the same branch.",
        "Which number decides in `smoothed`, and of how many numbers is it made?",
        compute=_each_entry,
    ),
)

ONE_EXPORT = Exercise(
    id="export.one_export",
    title="One export for all inputs",
    points=3,
    cases=tuple(
        separated(partial(_draw, sign=sign), _reference, _MISTAKES, least=0.03)
        for sign in (1, -1, -1)
    ),
    reference=_reference,
    returns=("outputs", "runs"),
    mistakes=_MISTAKES,
    hints=(
        "Three things have to become part of the program: the condition, the number "
        "of rows and the factor. Each of them must reach the program as a tensor or "
        "as a size that is left open.",
        "torch: torch.where(condition, a, b), x.shape[0], "
        "torch.export.Dim.DYNAMIC, torch.tensor(factor)\n"
        "TensorFlow: tf.where(condition, a, b), tf.shape(x)[0] with tf.cast, "
        "tf.TensorSpec([None, 3]), tf.TensorSpec([])",
        "def f(x, factor):\n"
        "    y = the choice between the two lines, by the sum of x\n"
        "    return the sum over the rows / the number of rows of x\n"
        "export f once: axis 0 of x is left open, and the factor is a tensor\n"
        "call the program for each pair of x and factor, and keep what it returns\n"
        "ask for the number of runs last",
    ),
)
