"""The weights of an LSTM layer, from files that stack the gates in any order."""

from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal, reordered, reshaped
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Weights = tuple[np.ndarray, np.ndarray, np.ndarray]

KERAS = "ifgo"  # and PyTorch
ONNX = "iofg"


def _places(order: str) -> list[int]:
    """For each gate of Keras's, in its order, the block that holds it."""
    return [order.index(gate) for gate in KERAS]


def _back(order: str) -> list[int]:
    """The permutation that leads from Keras's order to this one."""
    return [KERAS.index(gate) for gate in order]


# A permutation that is its own way back hides which of the two was meant.
OTHERS = [
    order
    for order in map("".join, permutations(KERAS))
    if _places(order) != _back(order) and order != ONNX
]


def _draw(rng: np.random.Generator, order: str | None) -> Case:
    d, h = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    return {
        "weight_ih": normal(rng, 4 * h, d),
        "weight_hh": normal(rng, 4 * h, h),
        "bias_ih": normal(rng, 4 * h),
        "bias_hh": normal(rng, 4 * h),
        "order": order or str(rng.choice(OTHERS)),
    }


def _reference(
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
    order: str,
) -> Weights:
    """(kernel, recurrent_kernel, bias): (d, 4h), (h, 4h) and (4h,), float64.

    weight_ih (4h, d), weight_hh (4h, h), bias_ih and bias_hh (4h,) are float64, with
    their blocks in ``order``. Keras has them in the order i, f, g, o.
    """
    return _stacked(_places(order), weight_ih, weight_hh, bias_ih, bias_hh)


def _stacked(
    places: list[int],
    weight_ih: np.ndarray,
    weight_hh: np.ndarray,
    bias_ih: np.ndarray,
    bias_hh: np.ndarray,
) -> Weights:
    bias = reordered(bias_ih + bias_hh, places)
    return reordered(weight_ih, places).T, reordered(weight_hh, places).T, bias


def _as_stored(order: str, **arrays: np.ndarray) -> Weights:
    return _reference(order=KERAS, **arrays)


def _way_back(order: str, **arrays: np.ndarray) -> Weights:
    return _stacked(_back(order), **arrays)


def _bias_as_stored(order: str, **arrays: np.ndarray) -> Weights:
    kernel, recurrent_kernel, _ = _reference(order=order, **arrays)
    return kernel, recurrent_kernel, _as_stored(order, **arrays)[2]


def _reshaped(order: str, **arrays: np.ndarray) -> Weights:
    kernel, recurrent_kernel, bias = _reference(order=order, **arrays)
    return reshaped(kernel.T), reshaped(recurrent_kernel.T), bias


def _exchanged(**inputs: Any) -> Weights:
    kernel, recurrent_kernel, bias = _reference(**inputs)
    return recurrent_kernel, kernel, bias


def _forget_raised(**inputs: Any) -> Weights:
    kernel, recurrent_kernel, bias = _reference(**inputs)
    h = len(recurrent_kernel)
    return kernel, recurrent_kernel, bias + np.repeat([0, 1, 0, 0], h)


def _one_bias(bias_ih: np.ndarray, bias_hh: np.ndarray, **rest: Any) -> Weights:
    return _reference(bias_ih=bias_ih, bias_hh=0 * bias_hh, **rest)


def _mean_bias(**inputs: Any) -> Weights:
    kernel, recurrent_kernel, bias = _reference(**inputs)
    return kernel, recurrent_kernel, bias / 2


def _two_biases(bias_ih: np.ndarray, bias_hh: np.ndarray, **rest: Any) -> Weights:
    none = np.zeros_like(bias_ih)
    kernel, recurrent_kernel, one = _reference(bias_ih=bias_ih, bias_hh=none, **rest)
    _, _, other = _reference(bias_ih=none, bias_hh=bias_hh, **rest)
    return kernel, recurrent_kernel, np.stack([one, other])


def _joined_biases(**inputs: Any) -> Weights:
    kernel, recurrent_kernel, biases = _two_biases(**inputs)
    return kernel, recurrent_kernel, biases.ravel()


_MISTAKES = (
    Mistake(
        "the blocks stay as they are",
        "Your blocks are in the file's order. Keras takes them in its own, i, f, g, "
        "o, and would use one gate for another.",
        "Which of your arguments is unused?",
        compute=_as_stored,
    ),
    Mistake(
        "the order the other way round",
        "You use the permutation that leads from Keras's order to the file's.",
        "With order iofg, block 1 of the file is o. Which block of the file has to "
        "become Keras's block 1?",
        compute=_way_back,
    ),
    Mistake(
        "the bias keeps the file's order",
        "Both kernels are right. The blocks of your bias are in the file's order.",
        "Which columns of the kernel belong to the first h entries of the bias?",
        compute=_bias_as_stored,
    ),
    Mistake(
        "bias_hh is dropped",
        "Both kernels are right. Your bias is made of bias_ih alone.",
        "The file's layer adds two vectors to the same four sums. What must one "
        "vector hold to have the same effect?",
        compute=_one_bias,
    ),
    Mistake(
        "the mean of the biases",
        "Both kernels are right. Your bias is half as large as it should be: you "
        "take the mean of the two vectors.",
        "Write what an LSTM with two biases adds to a gate.",
        compute=_mean_bias,
    ),
    Mistake(
        "two rows of biases",
        "Your bias has two rows. Keras's GRU layer keeps two (with reset_after); its "
        "LSTM layer keeps one vector.",
        "Where do the two biases meet in an LSTM? Can one number replace the two "
        "there?",
        compute=_two_biases,
    ),
    Mistake(
        "one bias after the other",
        "Your bias has 8h entries: the two vectors stand one after the other.",
        "Keras's bias has one entry for each column of the kernel. How many are there?",
        compute=_joined_biases,
    ),
    Mistake(
        "the kernels are reshaped",
        "Your blocks are in the right order. Then you make the shapes of the kernels "
        "by a reshape, which keeps the order in memory.",
        "Which operation exchanges rows and columns?",
        compute=_reshaped,
    ),
    Mistake(
        "the kernels are exchanged",
        "Your kernel is made of weight_hh, and your recurrent_kernel of weight_ih.",
        "What does each of the two matrices multiply: the input or the state?",
        compute=_exchanged,
    ),
    Mistake(
        "the forget bias is raised",
        "Your kernels are right, and the forget gate's block of your bias is too "
        "large by 1. Keras adds this 1 when it initializes a new layer. A trained "
        "bias already holds it, if it was there at all.",
        "Must trained weights be initialized?",
        compute=_forget_raised,
    ),
)
_OF_ORDER = (
    "the blocks stay as they are",
    "the order the other way round",
    "the bias keeps the file's order",
)
_IN_KERAS_ORDER = tuple(m for m in _MISTAKES if m.name not in _OF_ORDER)

LSTM_WEIGHTS = Exercise(
    id="porting.lstm_weights",
    title="An LSTM out of any file",
    points=2,
    neutral=True,
    cases=(
        separated(partial(_draw, order=ONNX), _reference, _MISTAKES),
        separated(partial(_draw, order=KERAS), _reference, _IN_KERAS_ORDER),
        separated(partial(_draw, order=None), _reference, _MISTAKES),
    ),
    reference=_reference,
    returns=("kernel", "recurrent_kernel", "bias"),
    mistakes=_MISTAKES,
    hints=(
        "Three questions: which block of the file is which gate, in which direction "
        "is a matrix stored, and what happens to the two biases inside of the layer?",
        "np.split(array, 4) cuts axis 0 into four blocks; order.index('f') is the "
        "place of f; np.concatenate(list_of_blocks) joins; array.T transposes.",
        "a function that reorders one array:\n"
        "    cut it into four blocks\n"
        "    for i, f, g, o in turn: the block that stands where order has the letter\n"
        "    join them\n"
        "kernel and recurrent_kernel: reorder, then transpose   # (d, 4h), (h, 4h)\n"
        "bias: one vector with the effect of both, reordered    # (4h,)",
    ),
)
