"""The variance of a signal, layer by layer, through a ReLU network."""

from collections.abc import Callable
from itertools import accumulate, pairwise

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Weights = list[np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    widths = rng.integers(5, 7, size=int(rng.integers(4, 7)))
    gain = rng.uniform(1.0, 1.6)
    return {
        "x": rng.normal(size=(int(rng.integers(3, 6)), widths[0])).astype(np.float32),
        "weights": [
            (gain * rng.normal(size=(i, o)) / np.sqrt(i)).astype(np.float32)
            for i, o in pairwise(widths)
        ],
    }


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def _pre_activations(x: np.ndarray, weights: Weights) -> list[np.ndarray]:
    """z = h W of each layer, (n, units); h is x, then the ReLU of the z before."""
    found, h = [], x
    for W in weights:
        found.append(h @ W)
        h = _relu(found[-1])
    return found


def _reference(x: np.ndarray, weights: Weights) -> np.ndarray:
    """The variance of all entries of z in each layer, shape (layers,).

    mean((z - mean(z))^2), over all entries. x (n, inputs) and each W (inputs, units)
    are float64.
    """
    return np.array([np.var(z) for z in _pre_activations(x, weights)])


def _measured_by(measure: Callable[[np.ndarray], np.floating]) -> Compute:
    return lambda x, weights: np.array(
        [measure(z) for z in _pre_activations(x, weights)]
    )


def _no_relu(x: np.ndarray, weights: Weights) -> np.ndarray:
    _, *zs = accumulate(weights, np.matmul, initial=x)
    return np.array([np.var(z) for z in zs])


def _first_relu(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _reference(_relu(x), weights)


_MISTAKES = (
    Mistake(
        "the mean square",
        "You return the mean of z². A variance is taken about the mean, and the mean "
        "of z is not 0, least of all behind a ReLU.",
        "Print the mean of z in each layer.",
        compute=_measured_by(lambda z: np.mean(z**2)),
    ),
    Mistake(
        "measured after the ReLU",
        "Your variances are those of the ReLU's output, not of its input z.",
        "In each layer there are two signals, before and after the ReLU. Which one is "
        "asked for?",
        compute=_measured_by(lambda z: np.var(_relu(z))),
    ),
    Mistake(
        "divided by one less",
        "You divide by N - 1, the sample's estimate; here the mean over all N entries "
        "is meant.",
        "Compare your numbers with the formula: what does it divide by? Look up the "
        "default of the function you use.",
        compute=_measured_by(lambda z: np.var(z, ddof=1)),
    ),
    Mistake(
        "standard deviations",
        "Your numbers are the square roots of the variances.",
        "Which of the two does the exercise ask for?",
        compute=_measured_by(np.std),
    ),
    Mistake(
        "no ReLU between the layers",
        "Your first number is right. From then on each layer gets z itself in place of "
        "its ReLU.",
        "What goes into the second layer?",
        compute=_no_relu,
    ),
    Mistake(
        "a ReLU on the input",
        "The input x has gone through a ReLU before the first layer.",
        "Write down the first layer's z by the formula, and compare.",
        compute=_first_relu,
    ),
    Mistake(
        "one variance per unit",
        "You take each unit's variance over the rows, then their mean: what the units "
        "differ by is lost.",
        "About how many different means do you take the deviations of one layer? There "
        "should be one.",
        compute=_measured_by(lambda z: np.var(z, axis=0).mean()),
    ),
)

VARIANCE_STEP = Exercise(
    id="initialization.variance_step",
    title="A signal's variance, layer by layer",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("variances",),
    mistakes=_MISTAKES,
    hints=(
        "One loop over the weights. In each round: the new z, its variance, and what "
        "goes on to the next layer.",
        "torch: @, torch.relu, Tensor.var(correction=...)\n"
        "TensorFlow: @, tf.nn.relu, tf.math.reduce_variance\n"
        "PyTorch's var divides by N - 1 unless told otherwise",
        "h = x\n"
        "for each W:\n"
        "    z = what the layer makes of h\n"
        "    note the variance of all entries of z\n"
        "    h = z behind the ReLU",
    ),
    per_step=True,
)
