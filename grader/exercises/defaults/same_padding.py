"""How many zeros Keras's ``padding="same"`` adds on each side."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake

Amounts = tuple[int, int, int]


def _uneven(rng: np.random.Generator) -> Case:
    """Strides that leave an odd total."""
    stride = int(rng.choice([2, 3]))
    return {
        "size": stride * int(rng.integers(3, 8)) + int(rng.integers(0, 2)),
        "kernel": int(rng.choice([4, 5, 6, 7])),
        "stride": stride,
        "dilation": 1,
    }


def _dilated(rng: np.random.Generator) -> Case:
    return {
        "size": int(rng.integers(9, 20)),
        "kernel": int(rng.choice([2, 4])),
        "stride": 1,
        "dilation": int(rng.choice([3, 5])),
    }


def _skipping(rng: np.random.Generator) -> Case:
    """A window smaller than its stride: nothing is added."""
    stride = int(rng.choice([4, 5]))
    return {
        "size": stride * int(rng.integers(3, 7)) + 1 + int(rng.integers(2, stride - 1)),
        "kernel": 2,
        "stride": stride,
        "dilation": 1,
    }


def _amounts(outputs: int, size: int, window: int, stride: int) -> Amounts:
    total = max((outputs - 1) * stride + window - size, 0)
    return total // 2, total - total // 2, outputs


def _reference(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
    """Zeros before and after, and the number of outputs.

    By the rule of tf.nn's padding "SAME", which Keras has as well:
    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    return _amounts(-(-size // stride), size, _window(kernel, dilation), stride)


def _window(kernel: int, dilation: int) -> int:
    """How many places a dilated kernel spans."""
    return dilation * (kernel - 1) + 1


def _as_torch(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
    half = dilation * (kernel - 1) // 2
    window = _window(kernel, dilation)
    return half, half, max((size + 2 * half - window) // stride + 1, 0)


def _extra_first(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
    before, after, outputs = _reference(size, kernel, stride, dilation)
    return after, before, outputs


def _of(change: Callable[..., dict[str, int]]) -> Compute:
    """The zeros of other settings, with the right number of outputs."""

    def compute(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
        settings = change(size=size, kernel=kernel, stride=stride, dilation=dilation)
        before, after, _ = _reference(**settings)
        return before, after, -(-size // stride)

    return compute


def _rounded_down(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
    return _amounts(size // stride, size, _window(kernel, dilation), stride)


def _negative(size: int, kernel: int, stride: int, dilation: int) -> Amounts:
    outputs = -(-size // stride)
    total = (outputs - 1) * stride + _window(kernel, dilation) - size
    return total // 2, total - total // 2, outputs


_MISTAKES = (
    Mistake(
        "PyTorch's symmetric padding",
        "You add the same number on both sides, as padding=p of PyTorch does.",
        "How many zeros are needed in total? Divide them as evenly as possible.",
        compute=_as_torch,
    ),
    Mistake(
        "the odd zero comes first",
        "Your total is right. Where it is odd, you put the larger half in front.",
        "On which side does the text put the additional zero?",
        compute=_extra_first,
    ),
    Mistake(
        "the stride is not used",
        "Your zeros are those of stride 1.",
        "Where does the window of the last output begin?",
        compute=_of(lambda **settings: settings | {"stride": 1}),
    ),
    Mistake(
        "the dilation is not used",
        "Your zeros are those of a kernel without gaps.",
        "How many places does a dilated window span, from its first to its last?",
        compute=_of(lambda **settings: settings | {"dilation": 1}),
    ),
    Mistake(
        "the outputs are rounded down",
        "Your number of outputs leaves out the last, incomplete stride.",
        "With stride 2 and 5 inputs, how many places does the window stop at?",
        compute=_rounded_down,
    ),
    Mistake(
        "a negative number of zeros",
        "Where the stride is larger than the window, you cut data off.",
        "What is the least number of zeros that one can add?",
        compute=_negative,
    ),
)

SAME_PADDING = Exercise(
    id="defaults.same_padding",
    title="The zeros of padding same",
    points=2,
    neutral=True,
    cases=(_uneven, _dilated, _skipping),
    reference=_reference,
    returns=("before", "after", "outputs"),
    mistakes=_MISTAKES,
    hints=(
        "Begin with the number of outputs. It says where the last window begins, and "
        "so how long the padded data must be.",
        "Plain Python is enough: // rounds down, and -(-a // b) rounds up; max",
        "outputs: the size divided by the stride, rounded up\n"
        "the length from the first window's start to the last window's end\n"
        "what is missing to this length, at least 0\n"
        "half of it before, rounded down, and the rest after",
    ),
)
