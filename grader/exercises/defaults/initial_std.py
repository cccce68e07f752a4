"""How far a convolution's weights spread at the start, in either framework."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Spreads = tuple[float, float]


def _draw(rng: np.random.Generator) -> Case:
    height, width = (int(n) for n in rng.choice([1, 2, 3, 5, 7], size=2, replace=False))
    inputs, outputs = (
        int(n) for n in rng.choice([3, 8, 16, 24, 32, 64], size=2, replace=False)
    )
    return {"height": height, "width": width, "inputs": inputs, "outputs": outputs}


def _reference(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    """Standard deviations of nn.Conv2d's and keras.layers.Conv2D's initial kernels.

    PyTorch: uniform within 1 / sqrt(fan_in). Keras: uniform within sqrt(6 / (fan_in +
    fan_out)), by Glorot and Bengio (2010), equation 16. A uniform distribution within
    b has the standard deviation b / sqrt(3).
    """
    return _spreads(height * width * inputs, height * width * outputs)


def _spreads(fan_in: float, fan_out: float) -> Spreads:
    return 1 / np.sqrt(3 * fan_in), np.sqrt(2 / (fan_in + fan_out))


def _bounds(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    torch, keras = _reference(height, width, inputs, outputs)
    return np.sqrt(3) * torch, np.sqrt(3) * keras


def _swapped(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    torch, keras = _reference(height, width, inputs, outputs)
    return keras, torch


def _no_field(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    return _spreads(inputs, outputs)


def _output_without_field(
    height: int, width: int, inputs: int, outputs: int
) -> Spreads:
    return _spreads(height * width * inputs, outputs)


def _out_for_in(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    return _spreads(height * width * outputs, height * width * inputs)


def _variances(height: int, width: int, inputs: int, outputs: int) -> Spreads:
    torch, keras = _reference(height, width, inputs, outputs)
    return torch**2, keras**2


_MISTAKES = (
    Mistake(
        "the bound instead of the standard deviation",
        "You return how far the weights may lie from 0 at most.",
        "What is the standard deviation of numbers that are equally likely between -1 "
        "and 1?",
        compute=_bounds,
    ),
    Mistake(
        "the variance",
        "Your numbers are the squares of the right ones.",
        "Take the root of the variance.",
        compute=_variances,
    ),
    Mistake(
        "the two are swapped",
        "Your first value is Keras's and your second PyTorch's.",
        "Return PyTorch's first.",
        compute=_swapped,
    ),
    Mistake(
        "the window is not counted",
        "Your fans are those of a dense layer.",
        "How many numbers does one output of the convolution add up?",
        compute=_no_field,
    ),
    Mistake(
        "fan_out without the window",
        "Your value for PyTorch is right. In Keras's, your fan_out has no window.",
        "To how many outputs does one input number contribute?",
        compute=_output_without_field,
    ),
    Mistake(
        "fan_out for fan_in",
        "Your value for Keras is right. In PyTorch's you used fan_out.",
        "Does PyTorch's bound depend on the number of inputs or of outputs?",
        compute=_out_for_in,
    ),
)

INITIAL_STD = Exercise(
    id="defaults.initial_std",
    title="Two starts of a convolution",
    points=1,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("torch", "keras"),
    mistakes=_MISTAKES,
    hints=(
        "Both frameworks draw uniformly between minus a bound and the bound. Find both "
        "bounds first, and then what a uniform distribution's standard deviation is.",
        "Plain Python is enough: math.sqrt",
        "fan_in and fan_out of the kernel, with its window\n"
        "PyTorch's bound, and Keras's\n"
        "each bound, divided by the same root",
    ),
)
