"""Mending an initialization: the other fan, and a gain beside its root."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Numbers = list[np.ndarray]
Steps = tuple[np.ndarray, np.ndarray]
Std = Callable[[int, int], float]


def _draw(rng: np.random.Generator) -> Case:
    count = int(rng.integers(4, 6))
    widths = rng.choice(np.arange(5, 11), size=count, replace=False)
    return {
        "x": rng.normal(size=(int(rng.integers(4, 8)), widths[0])).astype(np.float32),
        "zs": [rng.normal(size=(i, o)).astype(np.float32) for i, o in pairwise(widths)],
    }


def _with_std(std: Std) -> Compute:
    """std(fan_in, fan_out), and the mean square of z = h W with W = std zs, by layer.

    h is x, and from then on the ReLU of the layer before.
    """

    def compute(x: np.ndarray, zs: Numbers) -> Steps:
        stds, squares, h = [], [], x
        for z in zs:
            stds.append(std(*z.shape))
            out = h @ (stds[-1] * z)
            squares.append(np.mean(out**2))
            h = np.maximum(out, 0)
        return np.array(stds), np.array(squares)

    return compute


def _reference(x: np.ndarray, zs: Numbers) -> Steps:
    """(std, mean square of the pre-activations) of each layer, shape (layers,) each.

    std = sqrt(2 / fan_in): He and others, Delving Deep into Rectifiers, 2015, equation
    10. x (n, inputs) and each z (fan_in, fan_out) are float64.
    """
    return _with_std(lambda fan_in, fan_out: np.sqrt(2 / fan_in))(x, zs)


def _no_relu(x: np.ndarray, zs: Numbers) -> Steps:
    stds, _ = _reference(x, zs)
    squares, h = [], x
    for std, z in zip(stds, zs, strict=True):
        h = h @ (std * z)
        squares.append(np.mean(h**2))
    return stds, np.array(squares)


_MISTAKES = (
    Mistake(
        "the fan is still the other one",
        "The gain is mended. You still divide by the number of outputs.",
        "Each z has the shape (inputs, outputs). Over which of the two does a unit add "
        "up?",
        compute=_with_std(lambda fan_in, fan_out: np.sqrt(2 / fan_out)),
    ),
    Mistake(
        "the gain is still squared",
        "The fan is mended. Your variance is still 4/fan_in.",
        "The 2 makes up for a halved mean square. Is your std a size or a mean square?",
        compute=_with_std(lambda fan_in, fan_out: 2 / np.sqrt(fan_in)),
    ),
    Mistake(
        "both bugs are still there",
        "This is what buggy_init returns.",
        "Take the symptoms one at a time. The first: compute std for one matrix by "
        "hand.",
        compute=_with_std(lambda fan_in, fan_out: 2 / np.sqrt(fan_out)),
    ),
    Mistake(
        "the gain is gone",
        "Your variance is 1/fan_in: nothing makes up for the ReLU any more.",
        "Which share of the mean square does a ReLU let through?",
        compute=_with_std(lambda fan_in, fan_out: 1 / np.sqrt(fan_in)),
    ),
    Mistake(
        "a variance in place of a std",
        "Your std is 2/fan_in. That is the variance wanted.",
        "Which of the two multiplies z?",
        compute=_with_std(lambda fan_in, fan_out: 2 / fan_in),
    ),
    Mistake(
        "the mean of both fans",
        "You divide by the mean of both fans, as Glorot does.",
        "Which fan keeps the forward signal exactly?",
        compute=_with_std(lambda fan_in, fan_out: np.sqrt(4 / (fan_in + fan_out))),
    ),
    Mistake(
        "the ReLU is gone",
        "Your std is right, and the network has become linear.",
        "Compare your loop with buggy_init's: what was taken out with the bug?",
        compute=_no_relu,
    ),
)

FIND_THE_BUG = Exercise(
    id="initialization.find_the_bug",
    title="Find the bugs in an initialization",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("stds", "squares"),
    mistakes=_MISTAKES,
    hints=(
        "Two symptoms, two bugs. A std that follows the wrong size: which axis does it "
        "look at? A signal that doubles in each layer of equal widths: what is 2, and "
        "what should be 2?",
        "z.shape[0], z.shape[1]; a root is ** 0.5",
        "copy buggy_init, then change the line that computes std, in two places:\n"
        "    the size it divides by\n"
        "    what the root is taken of",
    ),
    per_step=True,
)
