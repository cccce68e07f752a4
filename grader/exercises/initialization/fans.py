"""fan_in and fan_out of kernels, stored in the order of either framework."""

from collections.abc import Iterable
from math import prod

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Kernels = list[np.ndarray]
Sizes = tuple[int, int, int]  # in, out, and how many weights join one of each
Fans = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    def kernel(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    # Large enough for messages to show shapes in place of numbers.
    pairs = [rng.choice(np.arange(5, 10), size=2, replace=False) for _ in range(4)]
    outs, ins = np.transpose(pairs)
    # No window is square, so that both of its sides are needed.
    window, other = (rng.choice([2, 3, 4, 5], size=2, replace=False) for _ in range(2))
    return {
        "torch_kernels": [
            kernel(outs[0], ins[0]),
            kernel(outs[1], ins[1], *window),
        ],
        "keras_kernels": [
            kernel(ins[2], outs[2]),
            kernel(*other, ins[3], outs[3]),
        ],
    }


def _of_torch(kernel: np.ndarray) -> Sizes:
    """Of (out, in, *window)."""
    return kernel.shape[1], kernel.shape[0], prod(kernel.shape[2:])


def _of_keras(kernel: np.ndarray) -> Sizes:
    """Of (*window, in, out)."""
    return kernel.shape[-2], kernel.shape[-1], prod(kernel.shape[:-2])


def _fans(sizes: Iterable[Sizes]) -> Fans:
    """(in * window, out * window) of each kernel."""
    i, o, window = np.array(list(sizes)).T
    return i * window, o * window


def _reference(torch_kernels: Kernels, keras_kernels: Kernels) -> Fans:
    """(fan_in, fan_out) of each kernel, torch_kernels' first: (kernels,) each, int64.

    As torch.nn.init and keras.initializers count them. Kernels are (out, in, *window)
    in torch_kernels and (*window, in, out) in keras_kernels.
    """
    return _fans([*map(_of_torch, torch_kernels), *map(_of_keras, keras_kernels)])


def _no_window(torch_kernels: Kernels, keras_kernels: Kernels) -> Fans:
    sizes = [*map(_of_torch, torch_kernels), *map(_of_keras, keras_kernels)]
    return _fans((i, o, 1) for i, o, _ in sizes)


def _no_window_out(torch_kernels: Kernels, keras_kernels: Kernels) -> Fans:
    fan_in, _ = _reference(torch_kernels, keras_kernels)
    return fan_in, _no_window(torch_kernels, keras_kernels)[1]


def _square(side: int) -> Compute:
    """One side of the window taken for both: 0 is its height, 1 its width."""

    def compute(torch_kernels: Kernels, keras_kernels: Kernels) -> Fans:
        fans = _no_window(torch_kernels, keras_kernels)
        windows = [kernel.shape[2:] for kernel in torch_kernels]
        windows += [kernel.shape[:-2] for kernel in keras_kernels]
        squares = [window[side] ** 2 if window else 1 for window in windows]
        return fans[0] * squares, fans[1] * squares

    return compute


_MISTAKES = (
    Mistake(
        "the window is left out",
        "Your dense kernels are right. For a convolution you count channels alone, "
        "as if its window were 1 by 1.",
        "Take one number that a convolution puts out: how many inputs does it add "
        "up? Count them on a window of 3 by 3 over 2 channels.",
        compute=_no_window,
    ),
    Mistake(
        "the window is left out of fan_out",
        "fan_in is right. In fan_out you count a convolution's channels alone.",
        "Take one input pixel: how many outputs of one channel does it reach while "
        "the window slides over it?",
        compute=_no_window_out,
    ),
    Mistake(
        "the window's height counts twice",
        "You square the height of each window. That is right for a square window "
        "alone.",
        "How many numbers does a window of height 2 and width 3 cover in one channel?",
        compute=_square(0),
    ),
    Mistake(
        "the window's width counts twice",
        "You square the width of each window. That is right for a square window alone.",
        "How many numbers does a window of height 2 and width 3 cover in one channel?",
        compute=_square(1),
    ),
    Mistake(
        "fan_in and fan_out are exchanged",
        "Each fan_in is where fan_out should be, in both frameworks' kernels.",
        "fan_in belongs to one output: how many inputs does it add up? Compare with "
        "the order of axes in the exercise, and with the order you return.",
        compute=lambda **inputs: _reference(**inputs)[::-1],
    ),
    Mistake(
        "Keras kernels read in PyTorch's order",
        "PyTorch's kernels are right. You read those of Keras by the same axes.",
        "Write the order of Keras's axes below the shape of keras_kernels[1].",
        compute=lambda torch_kernels, keras_kernels: _fans(
            map(_of_torch, torch_kernels + keras_kernels)
        ),
    ),
    Mistake(
        "PyTorch kernels read in Keras's order",
        "Keras's kernels are right. You read those of PyTorch by the same axes.",
        "Write the order of PyTorch's axes below the shape of torch_kernels[1].",
        compute=lambda torch_kernels, keras_kernels: _fans(
            map(_of_keras, torch_kernels + keras_kernels)
        ),
    ),
)

FANS = Exercise(
    id="initialization.fans",
    title="fan_in and fan_out of a kernel",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("fan_in", "fan_out"),
    mistakes=_MISTAKES,
    hints=(
        "fan_in is how many inputs one output adds up, fan_out how many outputs one "
        "input reaches. A dense layer joins each input to each output once; a "
        "convolution once for each place in its window.",
        "kernel.shape can be unpacked, with a star for the rest: a, b, *rest = ...\n"
        "math.prod multiplies a list of sizes, and gives 1 for an empty list",
        "for each kernel of torch_kernels:\n"
        "    name the axes in PyTorch's order; what is left is the window\n"
        "    size = product of the window's axes\n"
        "    note inputs times size, and outputs times size\n"
        "the same for keras_kernels in Keras's order\n"
        "return the four fan_in, the four fan_out",
    ),
)
