"""Two strided convolutions in one network, each padded as its own framework pads."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Amounts = tuple[int, int]
Rule = Callable[[int, int], Amounts]  # of an axis: its size, and the kernel's

STRIDE = 2


def _draw(rng: np.random.Generator) -> Case:
    # One size is even and one is odd: each needs other amounts.
    even, odd = 2 * rng.integers(3, 6), 2 * rng.integers(3, 6) + 1
    height, width = rng.permutation([even, odd]).tolist()
    n, c, m, o = rng.integers(1, 4, size=4).tolist()
    size = int(rng.choice([3, 5]))
    return {
        "x": _whole(rng, n, height, width, c),
        "first": _whole(rng, size, size, c, m),
        "second": _whole(rng, o, m, 3, 3),
    }


def _whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """±1 and ±2: a GPU that rounds factors to 10 bits computes with them exactly."""
    sizes = rng.integers(1, 3, size=shape)
    return (sizes * rng.choice([-1, 1], size=shape)).astype(np.float32)


def _keras(size: int, kernel: int) -> Amounts:
    """Zeros before and after, for padding="same" of Keras and TensorFlow."""
    steps = -(-size // STRIDE)
    total = max((steps - 1) * STRIDE + kernel - size, 0)
    return total // 2, total - total // 2


def _torch(size: int, kernel: int) -> Amounts:
    """Zeros before and after, for padding=kernel // 2 of PyTorch."""
    return kernel // 2, kernel // 2


def _reference(x: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The output of both layers, channels last: (n, rows, columns, o).

    x (n, height, width, c), first (k, k, c, m) as Keras stores it and second
    (o, m, 3, 3) as PyTorch does are float64.
    """
    return _layers(x, first, second, (_keras, _keras), (_torch, _torch))


def _layers(
    x: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    one: tuple[Rule, Rule],
    other: tuple[Rule, Rule],
) -> np.ndarray:
    """Two convolutions, each with a rule of padding for its height and its width."""
    kernel = second.transpose(2, 3, 1, 0)
    hidden = _convolved(x, first, _amounts(x, first, one))
    return _convolved(hidden, kernel, _amounts(hidden, kernel, other))


def _amounts(
    x: np.ndarray, kernel: np.ndarray, rules: tuple[Rule, Rule]
) -> list[Amounts]:
    sizes = zip(rules, x.shape[1:3], kernel.shape[:2], strict=True)
    return [rule(size, of_kernel) for rule, size, of_kernel in sizes]


def _convolved(x: np.ndarray, kernel: np.ndarray, amounts: list[Amounts]) -> np.ndarray:
    x = np.pad(x, ((0, 0), *amounts, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], (1, 2))
    return np.einsum("nijckl,klco->nijo", windows[:, ::STRIDE, ::STRIDE], kernel)


def _as_if_even(size: int, kernel: int) -> Amounts:
    return _keras(STRIDE, kernel)


def _none(size: int, kernel: int) -> Amounts:
    return 0, 0


def _axes_exchanged(x: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    of_height, of_width = (
        lambda *_, found=amounts: found
        for amounts in _amounts(x, first, (_keras, _keras))
    )
    rules = of_width, of_height
    return _layers(x, first, second, rules, (_torch, _torch))


def _padded(one: Rule, other: Rule) -> Compute:
    return partial(_layers, one=(one, one), other=(other, other))


_MISTAKES = (
    Mistake(
        "the first layer is padded evenly",
        "You pad the first layer with k // 2 zeros on all sides, as PyTorch does. "
        'Keras\'s "same" looks at the size and the stride, and may put fewer zeros '
        "before than after. (If you did put fewer, the larger part may stand before.)",
        "Compute the total for a size of 6, a kernel of 3 and a stride of 2. Can it "
        "be halved?",
        compute=_padded(_torch, _torch),
    ),
    Mistake(
        "the second layer is padded as the first",
        'The first layer is right. You pad the second one as "same" too, and '
        "PyTorch's layer has 1 zero on all sides.",
        "Which framework trained the second layer?",
        compute=_padded(_keras, _keras),
    ),
    Mistake(
        "each layer has the other's padding",
        'You pad the first layer evenly and the second one as "same".',
        "Write beside each layer which framework trained it.",
        compute=_padded(_torch, _keras),
    ),
    Mistake(
        "as if every size were even",
        "Your amounts are right along an axis whose size is even. You use them along "
        "the odd one too.",
        "Compute the amounts for a size of 6 and for one of 7.",
        compute=_padded(_as_if_even, _torch),
    ),
    Mistake(
        "height and width are exchanged",
        "Your amounts are right, and those of the height are put on the width. (In "
        "PyTorch, pad takes the amounts of the last axis first.)",
        "In which order does your function for padding take the axes?",
        compute=_axes_exchanged,
    ),
    Mistake(
        "the first layer is not padded",
        "Your first layer has no zeros around the image.",
        'What does padding="same" do to the image before the convolution?',
        compute=_padded(_none, _torch),
    ),
    Mistake(
        "the second layer is not padded",
        "The first layer is right. Your second layer has no zeros around its input.",
        "Read again how PyTorch pads the second layer.",
        compute=_padded(_keras, _none),
    ),
)

TWO_PADDINGS = Exercise(
    id="porting.two_paddings",
    title="Two strides, two paddings",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("output",),
    mistakes=_MISTAKES,
    hints=(
        "One of the two layers is at home in your framework. For the other one, "
        "compute the zeros yourself, put them there by hand, and convolve without "
        "any padding.",
        "torch: torch.nn.functional.pad (the last axis first), "
        "torch.nn.functional.conv2d (NCHW, OIHW)\n"
        "TensorFlow: tf.pad (one pair for each axis), tf.nn.conv2d with "
        'padding="SAME" or "VALID" (NHWC, HWIO)',
        "bring images and kernels into your framework's order\n"
        "layer 1: for height and width by themselves:\n"
        "    outputs = size / stride, rounded up\n"
        "    total = what the windows reach beyond the size, 0 at least\n"
        "    before = half of it, rounded down; after = the rest\n"
        "layer 2: the same number on all four sides\n"
        "return the result with its channels last",
    ),
)
