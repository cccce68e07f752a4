"""The Kullback-Leibler divergence, and what the word mean divides it by."""

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn, one_sided, other
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    n, k = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    target, predicted = rng.dirichlet(np.full(k, 2.0), size=(2, n)) + 0.02
    return {
        "target": (target / target.sum(axis=1, keepdims=True)).astype(np.float32),
        "predicted": (predicted / predicted.sum(axis=1, keepdims=True)).astype(
            np.float32
        ),
    }


def _divided(total: float, shape: tuple[int, ...], convention: str) -> float:
    return total / (shape[0] * shape[1] if convention == TORCH else shape[0])


def _reference(target: np.ndarray, predicted: np.ndarray, convention: str) -> float:
    """sum(p log(p / q)) / (n k) as torch.nn.KLDivLoss(), / n as Keras's KLDivergence.

    p is the target and q what is predicted, (n, k) each, with rows that add up to 1.
    """
    total = float((target * np.log(target / predicted)).sum())
    return _divided(total, target.shape, convention)


def _cross_entropy(target: np.ndarray, predicted: np.ndarray, convention: str) -> float:
    total = float(-(target * np.log(predicted)).sum())
    return _divided(total, target.shape, convention)


def _no_mean(target: np.ndarray, predicted: np.ndarray, convention: str) -> float:
    return float((target * np.log(target / predicted)).sum())


_MISTAKES = (
    Mistake(
        "the other framework's mean",
        "You divide by the number of examples where one divides by the number of all "
        "entries, or the reverse.",
        "How many numbers does each framework's mean count?",
        compute=lambda target, predicted, convention: _reference(
            target, predicted, other(convention)
        ),
    ),
    Mistake(
        "target and prediction are swapped",
        "You computed the divergence in the other direction.",
        "By which of the two distributions is the logarithm weighted?",
        compute=lambda target, predicted, convention: _reference(
            predicted, target, convention
        ),
    ),
    Mistake(
        "the cross-entropy",
        "You left out the entropy of the target.",
        "Put predicted = target into your formula. What should come out?",
        compute=_cross_entropy,
    ),
    Mistake(
        "the sum, not divided",
        "You return the sum over all entries.",
        "By what does the framework that convention names divide?",
        compute=_no_mean,
    ),
)

KL_MEAN = Exercise(
    id="defaults.kl_mean",
    title="A mean of what?",
    points=1,
    neutral=True,
    cases=tuple(separated(draw, _reference, _MISTAKES) for draw in in_turn(_draw)),
    reference=_reference,
    returns=("divergence",),
    mistakes=_MISTAKES + one_sided(_reference),
    hints=(
        "Both frameworks add up the same n k terms. Their means count differently.",
        "NumPy: np.log; an array's .sum() and .shape",
        "one term for each entry: the target times the logarithm of the ratio\n"
        "the sum of all terms\n"
        "divided by the number of entries, or of rows",
    ),
)
