"""The loss before anything is learned, and the loss without the input."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Losses = tuple[float, float, float, float]
NAMES = ("start", "constant", "start_square", "constant_square")


def _draw(rng: np.random.Generator) -> Case:
    n, classes = int(rng.integers(10, 20)), int(rng.integers(5, 11))
    # Each case has classes without a label.
    there = rng.choice(classes, size=rng.integers(3, classes), replace=False)
    odds = rng.dirichlet(np.ones(len(there)))
    labels = [*there, *rng.choice(there, size=n - len(there), p=odds)]
    middle = rng.choice([-1, 1]) * rng.uniform(0.8, 2)
    return {
        "labels": rng.permutation(labels).astype(np.int64),
        "classes": classes,
        "targets": rng.normal(middle, 1.5, size=n).astype(np.float32),
    }


def _reference(labels: np.ndarray, classes: int, targets: np.ndarray) -> Losses:
    """The four losses of ``NAMES``: cross-entropies in nats, then squared errors.

    labels (n,) and targets (n,). Equal probabilities cost ln(classes). The best
    prediction that is the same for all examples costs the entropy of the labels (Cover
    and Thomas, Elements of Information Theory, 2nd ed., section 2.1), and the variance
    of the targets, divided by n.
    """
    shares = _shares(labels)
    entropy = -np.sum(shares * np.log(shares))
    return np.log(classes), entropy, np.mean(targets**2), np.var(targets)


def _shares(labels: np.ndarray) -> np.ndarray:
    """The share of each class that has labels."""
    return np.unique(labels, return_counts=True)[1] / len(labels)


def _but(**others: Callable[[np.ndarray, int, np.ndarray], float]) -> Compute:
    """The right losses, some of which are computed otherwise."""

    def compute(labels: np.ndarray, classes: int, targets: np.ndarray) -> Losses:
        right = zip(NAMES, _reference(labels, classes, targets), strict=True)
        one, two, three, four = (
            others[name](labels, classes, targets) if name in others else value
            for name, value in right
        )
        return one, two, three, four

    return compute


def _in_bits(labels: np.ndarray, classes: int, targets: np.ndarray) -> Losses:
    start, constant, *squares = _reference(labels, classes, targets)
    return start / np.log(2), constant / np.log(2), squares[0], squares[1]


def _sums(labels: np.ndarray, classes: int, targets: np.ndarray) -> Losses:
    start, constant, *squares = _reference(labels, classes, targets)
    n = len(labels)
    return start * n, constant * n, squares[0] * n, squares[1] * n


def _exchanged(labels: np.ndarray, classes: int, targets: np.ndarray) -> Losses:
    start, constant, start_square, constant_square = _reference(
        labels, classes, targets
    )
    return constant, start, constant_square, start_square


_MISTAKES = (
    Mistake(
        "only classes with labels are counted",
        "Your first loss is that of a network with one output for each class that has "
        "labels. The network has an output for every class.",
        "Over how many probabilities does a softmax spread 1 if all logits are equal?",
        compute=_but(start=lambda labels, *_: np.log(len(np.unique(labels)))),
    ),
    Mistake(
        "a probability instead of a loss",
        "Your first loss is the probability that each class gets. The loss is made of "
        "it.",
        "What does cross-entropy do with the probability of the right class?",
        compute=_but(start=lambda _, classes, targets: 1 / classes),
    ),
    Mistake(
        "logarithms to base 2",
        "Both cross-entropies are in bits. Both frameworks use the natural logarithm.",
        "Which function did you take the logarithm with?",
        compute=_in_bits,
    ),
    Mistake(
        "a class without labels gives NaN",
        "The other three losses are right. A class without labels has the share 0, and "
        "0 times the logarithm of 0 is NaN.",
        "What does a class contribute to the mean loss if no example belongs to it?",
        compute=_but(constant=lambda *_: np.nan),
    ),
    Mistake(
        "equal probabilities again",
        "Your constant prediction gives each class the same probability, as the fresh "
        "network does. A better one knows how often each class occurs.",
        "Nine of ten labels are 3. Which probabilities would you predict every time?",
        compute=_but(constant=lambda _, classes, targets: np.log(classes)),
    ),
    Mistake(
        "each class counts once",
        "You take the mean of the losses of the classes that occur. A frequent class "
        "has to count as often as it occurs.",
        "Write down the loss of each single example, and take the mean of these.",
        compute=_but(constant=lambda labels, *_: -np.mean(np.log(_shares(labels)))),
    ),
    Mistake(
        "the most frequent class alone",
        "Your entropy is the loss of the examples of the most frequent class.",
        "Every example has a loss, also those of rare classes. Which one?",
        compute=_but(constant=lambda labels, *_: -np.log(np.max(_shares(labels)))),
    ),
    Mistake(
        "as if the targets were standardized",
        "Your squared error at the start is 1. That holds for targets of mean 0 and "
        "variance 1, and these have others.",
        "What is the squared error of the prediction 0 for a target t?",
        compute=_but(start_square=lambda *_: 1.0),
    ),
    Mistake(
        "0 is taken for the best constant",
        "Your constant prediction of the targets is 0. Another constant has a smaller "
        "squared error.",
        "Which number lies nearest to all targets, in the sense of squared errors?",
        compute=_but(constant_square=lambda _, __, targets: np.mean(targets**2)),
    ),
    Mistake(
        "the standard deviation",
        "The other three losses are right. Your last one is the square root of the "
        "squared error.",
        "Which unit does a squared error have if the targets are in metres?",
        compute=_but(constant_square=lambda _, __, targets: np.std(targets)),
    ),
    Mistake(
        "divided by n - 1",
        "The other three losses are right. In your last one the sum of squares is "
        "divided by n - 1, and a mean loss divides by n.",
        "Look up what your function for the variance divides by.",
        compute=_but(constant_square=lambda _, __, targets: np.var(targets, ddof=1)),
    ),
    Mistake(
        "sums instead of means",
        "Your losses are sums over the examples.",
        "By what has each of them to be divided?",
        compute=_sums,
    ),
    Mistake(
        "start and constant are exchanged",
        "All four losses are right, and each pair is in the wrong order.",
        "Read again which loss comes first.",
        compute=_exchanged,
    ),
)

FIRST_LOSS = Exercise(
    id="debugging.first_loss",
    title="The loss before any learning",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=NAMES,
    mistakes=_MISTAKES,
    hints=(
        "Two predictions, two kinds of loss. First write down what is predicted: equal "
        "probabilities, or the share that each class has; 0, or the best single "
        "number. Then take the mean loss of that prediction.",
        "np.bincount or np.unique(..., return_counts=True) count labels; np.log is the "
        "natural logarithm; np.mean and np.var",
        "start: the loss of one example whose class has probability 1 / classes\n"
        "shares = how often each class occurs, divided by n; leave out zeros\n"
        "constant: each share times the loss of an example of that class, summed\n"
        "start_square: the mean squared distance of the targets from 0\n"
        "constant_square: the same from the best constant",
    ),
)
