"""A loss with class weights, as a mean in either framework."""

from collections.abc import Callable

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn, other
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Weighted = tuple[np.ndarray, np.floating]
Weights = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n, classes = int(rng.integers(5, 9)), int(rng.integers(2, 5))
    return {
        "losses": rng.uniform(0.2, 3, size=n).astype(np.float32),
        "labels": rng.integers(classes, size=n),
        "weights": np.round(rng.uniform(1.5, 6, size=classes), 1).astype(np.float32),
    }


def _divided(weight: np.ndarray, divisor: object, losses: np.ndarray) -> Weighted:
    share = weight / divisor
    return share, (share * losses).sum()


def _divisor(weight: np.ndarray, convention: str) -> float:
    return float(weight.sum()) if convention == TORCH else len(weight)


def _reference(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    """(share, loss): shares (n,) of the examples' losses, and their weighted sum.

    torch.nn.CrossEntropyLoss(weight) divides by the sum of the examples' weights, and
    fit(class_weight) of Keras by their number. losses (n,) and weights (classes,) are
    float64, labels (n,) is int64.
    """
    weight = weights[labels]
    return _divided(weight, _divisor(weight, convention), losses)


def _always(convention: str) -> Compute:
    def compute(
        losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, **_: str
    ) -> Weighted:
        return _reference(losses, labels, weights, convention)

    return compute


def _over(divisor: Callable[[np.ndarray, np.ndarray], object]) -> Compute:
    """The mistake of dividing by divisor(weights, labels)."""

    def compute(
        losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
    ) -> Weighted:
        return _divided(weights[labels], divisor(weights, labels), losses)

    return compute


def _classes_in_torch(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    divisor = weights.sum() if convention == TORCH else len(labels)
    return _divided(weights[labels], divisor, losses)


def _undivided_share(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    _, loss = _reference(losses, labels, weights, convention)
    return weights[labels], loss


def _unweighted(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    return _divided(np.ones(len(losses)), len(losses), losses)


def _inverse(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    return _reference(losses, labels, 1 / weights, convention)


def _weighted_twice(
    losses: np.ndarray, labels: np.ndarray, weights: np.ndarray, convention: str
) -> Weighted:
    share, _ = _reference(losses, labels, weights, convention)
    return share, (share * losses).mean()


_MISTAKES = (
    Mistake(
        "the other framework's divisor",
        "You divide by n where the framework that convention names divides by the sum "
        "of the weights, or the reverse.",
        "Which framework's shares add up to 1?",
        compute=lambda losses, labels, weights, convention: _reference(
            losses, labels, weights, other(convention)
        ),
    ),
    Mistake(
        "always divided by the sum of the weights",
        "Your shares always add up to 1, even where convention is keras.",
        "Is convention used in your function?",
        compute=_always("torch"),
    ),
    Mistake(
        "always divided by n",
        "You always divide by the number of examples, even where convention is torch.",
        "Is convention used in your function?",
        compute=_always("keras"),
    ),
    Mistake(
        "the sum over the classes",
        "You divide by the sum of weights, in which each class counts once. Each "
        "*example* counts once.",
        "Two examples of class 0 and one of class 1: which three numbers are added up?",
        compute=_over(lambda weights, labels: weights.sum()),
    ),
    Mistake(
        "divided by the number of classes",
        "You divide by the number of classes.",
        "How many losses are there? How many classes?",
        compute=_over(lambda weights, labels: len(weights)),
    ),
    Mistake(
        "no mean at all",
        "Your shares are the weights themselves, and your loss is a sum.",
        "By what does each framework divide?",
        compute=_over(lambda weights, labels: 1),
    ),
    Mistake(
        "no weights at all",
        "Each of your examples has the same share.",
        "Which entry of weights belongs to an example? Its label says so.",
        compute=_unweighted,
    ),
    Mistake(
        "divided by the weights",
        "Examples of a class with a large weight count less in your result.",
        "A weight of 2 makes an example count twice. Do you multiply or divide?",
        compute=_inverse,
    ),
    Mistake(
        "a mean of the weighted losses",
        "Your shares are right. They hold the division already, and you divide by n "
        "once more.",
        "What is left to do with the products of shares and losses?",
        compute=_weighted_twice,
    ),
)

_ONE_SIDED = (
    Mistake(
        "the sum over the classes, for PyTorch",
        "For PyTorch you divide by the sum of weights, in which each class counts "
        "once. Each *example* counts once.",
        "Two examples of class 0 and one of class 1: which three numbers are added up?",
        compute=_classes_in_torch,
    ),
    Mistake(
        "shares without a divisor",
        "Your loss is right. Your shares are the weights themselves.",
        "Add up your shares times the losses. Is that your loss?",
        compute=_undivided_share,
    ),
)

CLASS_WEIGHTS = Exercise(
    id="defaults.class_weights",
    title="A loss with class weights",
    points=2,
    neutral=True,
    cases=tuple(
        separated(
            draw,
            _reference,
            [m for m in _MISTAKES if not m.name.startswith("always")],
        )
        for draw in in_turn(_draw)
    ),
    reference=_reference,
    returns=("share", "loss"),
    mistakes=_MISTAKES + _ONE_SIDED,
    hints=(
        "Find the weight of each example first: it is that of its class. Both "
        "frameworks add up weight times loss. They divide the sum by different "
        "numbers.",
        "NumPy: weights[labels] takes one entry for each label; .sum(), len",
        "weight = one number for each example   # shape (n,)\n"
        "divisor = by convention: of all these weights, or of all examples\n"
        "share = weight through divisor\n"
        "loss = shares times losses, added up",
    ),
)
