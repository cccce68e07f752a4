"""What a loss on probabilities gives where the right answer has hardly any."""

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn, one_sided, other
from grader.judging import Case, Exercise, Mistake

LEAST = 1e-7  # keras.config.epsilon()
MOST = 100.0  # of torch.nn.BCELoss


def _draw(rng: np.random.Generator) -> Case:
    usual = rng.uniform(0.05, 0.95, size=int(rng.integers(2, 5)))
    # One that only Keras caps, one near its bound, and one that both cap.
    extreme = [10.0 ** -rng.uniform(9, 12), rng.uniform(2, 4) * LEAST, 0.0]
    chances = rng.permutation(np.concatenate([usual, extreme]))
    return {"chances": chances.astype(np.float32)}


def _reference(chances: np.ndarray, convention: str) -> np.ndarray:
    """-log of each chance, (n,): of 1e-7 at least in Keras, 100 at most in PyTorch.

    As keras.losses.BinaryCrossentropy on probabilities, and torch.nn.BCELoss.
    """
    if convention == TORCH:
        with np.errstate(divide="ignore"):
            return np.minimum(-np.log(chances), MOST)
    return -np.log(np.maximum(chances, LEAST))


def _added(chances: np.ndarray, convention: str) -> np.ndarray:
    least = np.exp(-MOST) if convention == TORCH else LEAST
    return -np.log(chances + least)


def _unbounded(chances: np.ndarray, convention: str) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return -np.log(chances)


def _unbounded_in_torch(chances: np.ndarray, convention: str) -> np.ndarray:
    if convention == TORCH:
        return _unbounded(chances, convention)
    return _reference(chances, convention)


def _base_10(chances: np.ndarray, convention: str) -> np.ndarray:
    if convention == TORCH:
        return np.minimum(_reference(chances, convention) / np.log(10), MOST)
    return _reference(chances, convention) / np.log(10)


def _same_bound(chances: np.ndarray, convention: str) -> np.ndarray:
    """The bound of one framework, used for the other's quantity."""
    if convention == TORCH:
        return np.minimum(_reference(chances, convention), -np.log(1e-8))
    return -np.log(np.maximum(chances, 1e-8))


_MISTAKES = (
    Mistake(
        "the other framework's bound",
        "Your losses end where those of the other framework end.",
        "Which framework bounds the probability, and which one the logarithm?",
        compute=lambda chances, convention: _reference(chances, other(convention)),
    ),
    Mistake(
        "the epsilon of Adam",
        "Your losses end at -log(1e-8).",
        "Which bounds does the text give?",
        compute=_same_bound,
    ),
    Mistake(
        "a logarithm to base 10",
        "All your losses are 2.3 times too small.",
        "What is the loss at a probability of 1 / e?",
        compute=_base_10,
    ),
    Mistake(
        "one mean over all",
        "You return the mean in place of each example's loss.",
        "Return as many losses as there are chances.",
        compute=lambda chances, convention: _reference(chances, convention).mean(),
    ),
    Mistake(
        "no bound in PyTorch",
        "Where the probability is 0 and convention is 'torch', your loss is infinite.",
        "What does BCELoss do with a loss above 100?",
        compute=_unbounded_in_torch,
    ),
    Mistake(
        "no bound at all",
        "Where the probability is 0, your loss is infinite.",
        "What does each framework replace: a probability or a loss?",
        compute=_unbounded,
    ),
    Mistake(
        "the bound is added",
        "You add the bound to each probability. This is near the right value, except "
        "where the probability is as small as the bound itself.",
        "What does a bound do with a probability that lies above it?",
        compute=_added,
    ),
)

CAPPED_LOSS = Exercise(
    id="defaults.capped_loss",
    title="The largest loss there is",
    points=1,
    neutral=True,
    cases=in_turn(_draw),
    reference=_reference,
    returns=("losses",),
    mistakes=_MISTAKES + one_sided(_reference),
    hints=(
        "Take the smallest probability of each framework for which the plain formula "
        "still holds. What is the loss there?",
        "NumPy: np.log, np.maximum and np.minimum. np.log(0) is -inf, with a warning.",
        "in Keras: no chance below its bound, then the logarithm\n"
        "in PyTorch: the logarithm, then no loss above its bound",
    ),
)
