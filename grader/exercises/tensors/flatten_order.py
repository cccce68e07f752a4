"""A dense layer whose weights expect pixels flattened in another order."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    n, out = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    height, width, channels = rng.permutation([2, 3, int(rng.integers(2, 5))])
    return {
        "x": quarters(rng, n, height, width, channels),
        "W": quarters(rng, out, channels * height * width),
        "b": quarters(rng, out),
    }


def _dense(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The layer on features as they lie in memory."""
    return x.reshape(len(x), -1) @ W.T + b


def _reference(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The layer on features counted by channel, then row, then column: (n, out).

    x is (n, height, width, channels), W (out, channels * height * width), b (out,);
    all are float64.
    """
    return _dense(x.transpose(0, 3, 1, 2), W, b)


def _weights_scrambled(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    unfolded = W.reshape(len(W), *x.shape[1:])
    return _dense(x, unfolded.transpose(0, 3, 1, 2).reshape(W.shape), b)


_MISTAKES = (
    Mistake(
        "flattened as it lies",
        "Your features are flattened pixel by pixel, each with all its channels. The "
        "weights expect channel by channel.",
        "Write the first four numbers of the flattened features with their indices "
        "(row, column, channel). In which order do the weights expect them?",
        compute=_dense,
    ),
    Mistake(
        "columns before rows",
        "Channels come first now. Within a channel you go down each column; the "
        "weights go along each row.",
        "Follow the letters N, H, W, C through your change of axes. In which order "
        "do H and W end up?",
        compute=lambda x, W, b: _dense(x.transpose(0, 3, 2, 1), W, b),
    ),
    Mistake(
        "the permutation of the way back",
        "Your permutation takes channels-first to channels-last. Your features are "
        "channels-last already.",
        "Entry 1 of the permutation says which axis you have now becomes axis 1. "
        "Where do the channels lie now?",
        compute=lambda x, W, b: _dense(x.transpose(0, 2, 3, 1), W, b),
    ),
    Mistake(
        "the weights are reshaped",
        "Your features are right. Your weights have the shape [in, out] by a reshape, "
        "which mixes the outputs.",
        "Which operation changes the order of axes?",
        compute=lambda x, W, b: _dense(
            x.transpose(0, 3, 1, 2), W.reshape(W.shape[::-1]).T, b
        ),
    ),
    Mistake(
        "flattened as it lies, weights reshaped",
        "Features and weights both come in an order that the layer wasn't trained "
        "with.",
        "Begin with the features: in which order do the weights expect them?",
        compute=lambda x, W, b: _dense(x, W.reshape(W.shape[::-1]).T, b),
    ),
    Mistake(
        "the weights are taken for channels-last",
        "You reorder the weights as if their columns came pixel by pixel. They come "
        "channel by channel.",
        "Before you reorder the columns of W: as which three axes, in which order, "
        "were they flattened?",
        compute=_weights_scrambled,
    ),
    Mistake(
        "the bias is missing",
        "Your products are right, and b is not added.",
        "Which of your arguments is unused?",
        compute=lambda x, W, b: _reference(x, W, np.zeros_like(b)),
    ),
)

FLATTEN_ORDER = Exercise(
    id="tensors.flatten_order",
    title="The order of a flattened image",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("output",),
    mistakes=_MISTAKES,
    hints=(
        "Flattening reads the last axis fastest. Either bring the features into the "
        "order that the weights know before you flatten them, or reorder the weights' "
        "columns.",
        "torch: Tensor.permute, .flatten(1) or .reshape; @ and .T\n"
        "TensorFlow: tf.transpose(..., perm=...), tf.reshape(..., [n, -1]); @",
        "move the channels of x to where PyTorch keeps them   # (n, c, h, w)\n"
        "flatten everything but the first axis\n"
        "multiply by W, which is [out, in], and add b   # (n, out)",
    ),
)
