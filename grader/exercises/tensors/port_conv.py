"""A convolution of channels-last images by a channels-first kernel."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # Height and width are equal, as are both numbers of channels: wrong orders of
    # axes then raise no error.
    n, side = int(rng.integers(2, 4)), int(rng.integers(4, 7))
    # A kernel that is left as it is must not fit by chance.
    channels, size = rng.permutation([2, 3]).tolist()
    return {
        "x": quarters(rng, n, side, side, channels),
        "w": quarters(rng, channels, channels, size, size),
        "b": quarters(rng, channels),
    }


def _reference(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """out[n, i, j, o] = sum_ckl x[n, i + k, j + l, c] w[o, c, k, l] + b[o].

    x is (n, height, width, channels), w (out, channels, size, size) as in PyTorch, b
    (out,); all are float64.
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))
    return np.einsum("nijckl,ockl->nijo", windows, w) + b


def _channels_first(values: np.ndarray) -> np.ndarray:
    return values.transpose(0, 3, 1, 2)


def _kernel_reshaped(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    o, i, height, width = w.shape
    return _reference(x, w.reshape(height, width, i, o).transpose(3, 2, 0, 1), b)


def _images_reshaped(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    n, height, width, c = x.shape
    return _reference(x.reshape(n, c, height, width).transpose(0, 2, 3, 1), w, b)


def _maps_reshaped(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    out = _reference(x, w, b)
    return _channels_first(out).reshape(out.shape)


def _padded(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    before = (w.shape[2] - 1) // 2
    around = (before, w.shape[2] - 1 - before)
    return _reference(np.pad(x, ((0, 0), around, around, (0, 0))), w, b)


_MISTAKES = (
    Mistake(
        "the kernel's height and width are exchanged",
        "The kernel's rows meet the images' columns: H and W have changed places in "
        "one of the two.",
        "Write the four letters of each order below each other and follow each one. "
        "Does H come before W in both?",
        compute=lambda x, w, b: _reference(x, w.swapaxes(2, 3), b),
    ),
    Mistake(
        "the kernel's channels are exchanged",
        "Each input channel uses the weights of an output channel: O and I have "
        "changed places. There are as many of both, so no error is raised.",
        "In which order does your framework's convolution expect the four axes of a "
        "kernel?",
        compute=lambda x, w, b: _reference(x, w.swapaxes(0, 1), b),
    ),
    Mistake(
        "the kernel is reshaped",
        "Your kernel has the right shape and the wrong numbers: a reshape keeps the "
        "order in memory, and the axes have to move.",
        "Which operation changes the order of axes?",
        compute=_kernel_reshaped,
    ),
    Mistake(
        "the images are reshaped",
        "Your images have the right shape and scrambled pixels: a reshape keeps the "
        "order in memory, and the axes have to move.",
        "Which operation changes the order of axes?",
        compute=_images_reshaped,
    ),
    Mistake(
        "the result is reshaped",
        "The convolution is right. On the way back to channels-last a reshape "
        "scrambles it.",
        "You moved an axis on the way in. Move it back on the way out.",
        compute=_maps_reshaped,
    ),
    Mistake(
        "the result is channels-first",
        "Your numbers are right and their axes are in the order n, channel, row, "
        "column.",
        "Look up in the exercise which order is asked for.",
        compute=lambda x, w, b: _channels_first(_reference(x, w, b)),
    ),
    Mistake(
        "the images lie on their side",
        "Rows and columns of the images have changed places before the convolution.",
        "Follow the letters N, H, W, C through each change of axes. Does H stay "
        "before W?",
        compute=lambda x, w, b: _reference(x.swapaxes(1, 2), w, b),
    ),
    Mistake(
        "the border is padded",
        "Your result is as large as the images: zeros were put around them.",
        "Which padding does your convolution use? None is asked for.",
        compute=_padded,
    ),
    Mistake(
        "the bias is missing",
        "Your convolution is right, and b is not added.",
        "Which of your arguments is unused?",
        compute=lambda x, w, b: _reference(x, w, np.zeros_like(b)),
    ),
)

PORT_CONV = Exercise(
    id="tensors.port_conv",
    title="A convolution between frameworks",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("out",),
    mistakes=_MISTAKES,
    hints=(
        "Bring everything into your own framework's order, convolve, and bring the "
        "result into the order asked for. In PyTorch the images have to change, in "
        "TensorFlow the kernel.",
        "torch: Tensor.permute, torch.nn.functional.conv2d (NCHW, OIHW)\n"
        "TensorFlow: tf.transpose(..., perm=...), tf.nn.conv2d(x, kernel, strides, "
        "padding) (NHWC, HWIO)",
        "write the order of axes that you have, and below it the one you need\n"
        "for each axis needed: the position where it is now\n"
        "these positions are the permutation\n"
        "convolve without padding, with stride 1, add b\n"
        "are the result's axes in the order n, row, column, channel?",
    ),
)
