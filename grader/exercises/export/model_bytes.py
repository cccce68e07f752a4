"""The bytes of a model's numbers, in four ways to store them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Shapes = list[list[int]]

SCALE, ZERO_POINT = 4, 1  # bytes of a float32 and of an int8
WHOLE, HALF, FULL = 1, 2, 4  # bytes of an int8, a float16, and a float32 or int32
MIDDLE = 250  # weights


def _draw(rng: np.random.Generator, small: int, convolutions: int) -> Case:
    """A network of which so many kernels are small, and the next is just large enough.

    With one small kernel the limit lies below ``MIDDLE``, with three above it: no limit
    is right for both.
    """
    while True:
        kernels = _network(rng, convolutions)
        weights = sorted(int(np.prod(shape)) for shape in kernels)
        below, least = weights[small - 1 : small + 1]
        fits = {1: least <= MIDDLE, 2: True, 3: below >= MIDDLE}
        if below < least and fits[small]:
            return {"kernels": kernels, "least": least}


def _network(rng: np.random.Generator, convolutions: int) -> Shapes:
    """So many convolutions, at most five, and two dense layers."""
    channels = rng.permutation([3, 4, 5, 6, 8, 9, 10, 12]).tolist()
    into, *outs, hidden = channels[: convolutions + 2]
    kernels = []
    # A second kernel of 1 x 1 would make a third small one, with the last dense layer.
    sizes = rng.permutation([1, 3, 3, 3, 5]).tolist()
    for out, size in zip(outs, sizes, strict=False):
        kernels.append([out, into, size, size])
        into = out
    return [*kernels, [hidden, 4 * into], [int(rng.integers(2, 8)), hidden]]


def _reference(kernels: Shapes, least: int) -> np.ndarray:
    """Bytes as float32, float16, with int8 weights and in int8 throughout; (4,)."""
    return _stored(kernels, least)


def _stored(
    kernels: Shapes,
    least: int,
    bias: tuple[int, int, int, int] = (FULL, HALF, FULL, FULL),
    scales: Callable[[list[int]], int] = lambda shape: SCALE * shape[0],
    activation: int = SCALE + ZERO_POINT,
    more_activations: int = 1,
) -> np.ndarray:
    """The four sums, for the bytes of each part."""
    totals = np.zeros(4, dtype=np.int64)
    for shape in kernels:
        weights, outputs = int(np.prod(shape)), shape[0]
        small = weights < least
        totals += [
            FULL * weights,
            HALF * weights,
            FULL * weights if small else WHOLE * weights + scales(shape),
            WHOLE * weights + scales(shape),
        ]
        totals += np.array(bias) * outputs
    totals[3] += activation * (len(kernels) + more_activations)
    return totals


def _least_itself(kernels: Shapes, least: int) -> np.ndarray:
    return _stored(kernels, least + 1)


def _all_in_eight_bits(kernels: Shapes, least: int) -> np.ndarray:
    return _stored(kernels, 0)


def _small_everywhere(kernels: Shapes, least: int) -> np.ndarray:
    totals = _stored(kernels, least)
    small = [shape for shape in kernels if np.prod(shape) < least]
    whole = sum(int(np.prod(shape)) * WHOLE + SCALE * shape[0] for shape in small)
    totals[3] += sum(FULL * int(np.prod(shape)) for shape in small) - whole
    return totals


def _small_keeps_scales(kernels: Shapes, least: int) -> np.ndarray:
    totals = _stored(kernels, least)
    totals[2] += sum(SCALE * shape[0] for shape in kernels if np.prod(shape) < least)
    return totals


def _varied(**parts: Any) -> Callable[..., np.ndarray]:
    return partial(_stored, **parts)


_MISTAKES = (
    Mistake(
        "the biases have 8 bits too",
        "You count one byte for each bias where the weights have one.",
        "Look up the column of the biases: a sum of many products needs more room.",
        compute=_varied(bias=(FULL, HALF, WHOLE, WHOLE)),
    ),
    Mistake(
        "the biases are left out",
        "You count weights, scales and activations, and no bias.",
        "How many biases has a layer? Its kernel's shape says so.",
        compute=_varied(bias=(0, 0, 0, 0)),
    ),
    Mistake(
        "the biases of float16 have four bytes",
        "Only your second number is too large: in float16, biases are float16 too.",
        "Look up the row of float16.",
        compute=_varied(bias=(FULL, FULL, FULL, FULL)),
    ),
    Mistake(
        "the scales are left out",
        "Your numbers for int8 hold the weights without their scales.",
        "What does a reader of the file need to make real numbers of the weights?",
        compute=_varied(scales=lambda shape: 0),
    ),
    Mistake(
        "one scale for each kernel",
        "Your numbers for int8 have one scale for each kernel.",
        "Who has a scale of its own here?",
        compute=_varied(scales=lambda shape: SCALE),
    ),
    Mistake(
        "a scale for each channel that comes in",
        "Your numbers for int8 have a scale for each input channel.",
        "The kernels are in PyTorch's layout: which axis has the output channels?",
        compute=_varied(scales=lambda shape: SCALE * shape[1]),
    ),
    Mistake(
        "the activations are left out",
        "Only your last number is too small: what flows between the layers has no "
        "scale and no zero point in it.",
        "Whole numbers flow from layer to layer. What says which real numbers they "
        "stand for?",
        compute=_varied(activation=0, more_activations=0),
    ),
    Mistake(
        "the network's input is left out",
        "Only your last number is too small, by the scale and the zero point of one "
        "activation.",
        "What the first layer reads has to be quantised too.",
        compute=_varied(more_activations=0),
    ),
    Mistake(
        "no zero points",
        "Only your last number is too small: your activations have a scale and no "
        "zero point.",
        "Are activations quantised symmetrically?",
        compute=_varied(activation=SCALE),
    ),
    Mistake(
        "small kernels in 8 bits too",
        "Only your third number is too small: every kernel has 8 bits in it.",
        "Which kernels stay in float32 there?",
        compute=_all_in_eight_bits,
    ),
    Mistake(
        "a kernel of just that size",
        "Only your third number is wrong: a kernel with exactly `least` weights stays "
        "in float32 for you.",
        'Does "fewer than" hold for equal numbers?',
        compute=_least_itself,
    ),
    Mistake(
        "small kernels stay in float32 throughout",
        "Only your last number is wrong: small kernels are in float32 there too.",
        "To which of the four ways does the rule about small kernels belong?",
        compute=_small_everywhere,
    ),
    Mistake(
        "scales of kernels in float32",
        "Only your third number is too large: it has scales for kernels which stay in "
        "float32.",
        "What would a scale be good for there?",
        compute=_small_keeps_scales,
    ),
)

MODEL_BYTES = Exercise(
    id="export.model_bytes",
    title="The bytes of a model",
    points=2,
    neutral=True,
    cases=tuple(
        separated(
            partial(_draw, small=small, convolutions=convolutions),
            _reference,
            _MISTAKES,
            least=2e-4,
        )
        # With two convolutions and two dense layers, all zero points have as many
        # bytes as the one activation that a mistake leaves out.
        for small, convolutions in ((1, 3), (3, 5), (2, 4))
    ),
    reference=_reference,
    returns=("bytes",),
    mistakes=_MISTAKES,
    tolerance=1e-6,
    hints=(
        "Four sums over the layers. For each layer you need three numbers: its "
        "weights, its biases and its scales.",
        "np.prod(shape) is the number of weights, shape[0] the number of output "
        "channels.",
        "for each kernel: weights and outputs\n"
        "    float32, float16: the same bytes for all of them\n"
        "    int8 weights: float32 if there are too few weights, else 1 byte each\n"
        "        and 4 for each scale; biases as in float32\n"
        "    int8: as above, whatever the number of weights\n"
        "int8, at the end: 5 bytes for each activation, the input included",
    ),
)
