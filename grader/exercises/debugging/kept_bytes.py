"""Bytes that the forward pass of dense layers keeps for the way back."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from grader.exercises.debugging.dtypes import ITEM
from grader.judging import Case, Exercise, Mistake

FROM_OUTPUT = ("relu", "tanh", "sigmoid")
FROM_INPUT = ("gelu", "silu", "leaky_relu")


def _draw(
    rng: np.random.Generator,
    activations: Sequence[str],
    dtypes: Sequence[str],
    frozen: Sequence[int],
) -> Case:
    first = int(rng.choice(frozen))
    # Input and output are narrow, so that no sum of other widths equals one of them.
    inner = rng.choice(
        np.arange(20, 60), size=first + rng.integers(2, 4), replace=False
    )
    widths = [rng.integers(4, 10), *inner, rng.integers(10, 19)]
    return {
        "sizes": [int(width) for width in widths],
        "frozen": first,
        "activation": str(rng.choice(activations)),
        "batch": int(rng.integers(20, 100)),
        "dtype": str(rng.choice(dtypes)),
    }


def _numbers(sizes: list[int], frozen: int, activation: str) -> int:
    """How many numbers are kept for one example.

    A trained dense layer keeps its input, unless it is the batch. The activation after
    it keeps its output, which is the next layer's input, or its input besides.
    """
    inputs = sizes[max(frozen, 1) : -1]
    before_activations = sizes[frozen + 1 : -1]
    return sum(inputs) + (activation in FROM_INPUT) * sum(before_activations)


def _reference(
    sizes: list[int], frozen: int, activation: str, batch: int, dtype: str
) -> int:
    """Bytes kept for the way back, as PyTorch keeps them on the CPU.

    Which tensors each operation saves stands in PyTorch's derivatives.yaml.
    """
    return ITEM[dtype] * batch * _numbers(sizes, frozen, activation)


def _but(
    numbers: Callable[[list[int], int, str], int] = _numbers,
    item: Callable[[str], float] = ITEM.__getitem__,
    examples: Callable[[int], int] = lambda batch: batch,
) -> Callable[..., float]:
    """The reference, with some of its parts computed otherwise."""

    def compute(
        sizes: list[int], frozen: int, activation: str, batch: int, dtype: str
    ) -> float:
        return item(dtype) * examples(batch) * numbers(sizes, frozen, activation)

    return compute


def _with_parameters(
    sizes: list[int], frozen: int, activation: str, batch: int, dtype: str
) -> int:
    parameters = sum((before + 1) * after for before, after in pairwise(sizes))
    right = _reference(sizes, frozen, activation, batch, dtype)
    return right + ITEM[dtype] * parameters


def _first_input_missing(sizes: list[int], frozen: int, activation: str) -> int:
    return _numbers(sizes, frozen, activation) - (sizes[frozen] if frozen else 0)


_MISTAKES = (
    Mistake(
        "the result is counted",
        "You count the output of the last layer too. No operation after it needs it, "
        "and the last layer does not.",
        "Which tensor does a dense layer need for the gradient of its weight?",
        compute=_but(lambda sizes, *how: _numbers(sizes, *how) + sizes[-1]),
    ),
    Mistake(
        "the batch is counted",
        "You count the batch where the first layer is trained. It was there before, "
        "and is left out here.",
        "Which tensors does the forward pass make?",
        compute=_but(
            lambda sizes, frozen, *how: (
                _numbers(sizes, frozen, *how) + (0 if frozen else sizes[0])
            )
        ),
    ),
    Mistake(
        "one tensor is counted twice",
        "With relu, tanh and sigmoid you count the activation's output twice: for the "
        "activation, and as the input of the next layer. It is one tensor.",
        "List all tensors of the forward pass, and mark those that are kept.",
        compute=_but(lambda sizes, frozen, _: _numbers(sizes, frozen, "gelu")),
    ),
    Mistake(
        "the activation's input is missing",
        "With relu, tanh and sigmoid your number is right. With the other activations "
        "the tensor before the activation is kept as well.",
        "From which tensor does gelu compute its derivative?",
        compute=_but(lambda sizes, frozen, _: _numbers(sizes, frozen, "relu")),
    ),
    Mistake(
        "frozen layers keep their tensors",
        "You count as if no layer were frozen.",
        "What does the way back need of an operation that it never comes to?",
        compute=_but(lambda sizes, _, activation: _numbers(sizes, 0, activation)),
    ),
    Mistake(
        "the first trained layer's input is missing",
        "All is right but one tensor: the input of the first trained layer, where this "
        "is not the batch.",
        "That layer's weight is trained. What does its gradient need?",
        compute=_but(_first_input_missing),
    ),
    Mistake(
        "parameters are counted",
        "You count the weights and biases too. The way back needs weights, but they "
        "are in memory anyway, and are left out here.",
        "Which tensors does the forward pass make?",
        compute=_with_parameters,
    ),
    Mistake(
        "one example instead of the batch",
        "You count the bytes for one example.",
        "How many rows does each of the kept tensors have?",
        compute=_but(examples=lambda batch: 1),
    ),
    Mistake(
        "numbers instead of bytes",
        "You count numbers, not their bytes.",
        "How many bytes does one number of this dtype take?",
        compute=_but(item=lambda dtype: 1),
    ),
    Mistake(
        "4 bytes for every dtype",
        "You count 4 bytes for each number. Only float32 has 4 bytes.",
        "How many bits does each dtype have in its name?",
        compute=_but(item=lambda dtype: 4),
    ),
    Mistake(
        "bits instead of bytes",
        "Your number is 8 times too large: the dtype's name has bits.",
        "How many bits are a byte?",
        compute=_but(item=lambda dtype: 8 * ITEM[dtype]),
    ),
    Mistake(
        "MiB instead of bytes",
        "Your number is right in MiB. Asked for are bytes.",
        "By what do you divide at the end?",
        compute=_but(item=lambda dtype: ITEM[dtype] / 2**20),
    ),
)

KEPT_BYTES = Exercise(
    id="debugging.kept_bytes",
    title="Bytes kept for the way back",
    points=2,
    neutral=True,
    # Each mistake shows in one of them at least.
    cases=(
        partial(_draw, activations=FROM_OUTPUT, dtypes=("float32",), frozen=(0,)),
        partial(
            _draw,
            activations=FROM_INPUT,
            dtypes=("float16", "bfloat16"),
            frozen=(1, 2),
        ),
        partial(
            _draw,
            activations=(*FROM_OUTPUT, *FROM_INPUT),
            dtypes=("float64",),
            frozen=(2, 3),
        ),
    ),
    reference=_reference,
    returns=("kept",),
    mistakes=_MISTAKES,
    hints=(
        "Write the tensors of the forward pass below each other: batch, output of "
        "layer 0, output of its activation, and so on. Mark each one that some "
        "trained layer or some activation after it needs. Count every mark once.",
        "A slice such as sizes[1:-1] leaves out the batch and the result; sum adds "
        "widths up; a dict from names of dtypes to bytes; `in` asks whether a name "
        "is in a tuple.",
        "widths = the inputs of the trained layers, without the batch\n"
        "if the activation needs its input:\n"
        "    add the output of each trained layer that has an activation behind it\n"
        "return the sum of widths times rows times bytes",
    ),
)
