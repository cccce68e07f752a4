"""The weights of a GRU layer, from Keras's arrays to PyTorch's."""

from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal, reordered, reshaped
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

RESET_FIRST = (1, 0, 2)  # Keras's blocks z, r, h in PyTorch's order r, z, n
AS_STORED = (0, 1, 2)
LAST_FIRST = (2, 1, 0)


def _draw(rng: np.random.Generator) -> Case:
    # d may equal h: then nothing complains of exchanged kernels.
    d, h = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    return {
        "kernel": normal(rng, d, 3 * h),
        "recurrent_kernel": normal(rng, h, 3 * h),
        "bias": normal(rng, 2, 3 * h),
    }


def _reference(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> Weights:
    """(weight_ih, weight_hh, bias_ih, bias_hh): (3h, d), (3h, h), (3h,), (3h,).

    kernel (d, 3h), recurrent_kernel (h, 3h) and bias (2, 3h) are float64, of a Keras
    layer with reset_after.
    """
    return _in_orders(RESET_FIRST, RESET_FIRST, kernel, recurrent_kernel, bias)


def _in_orders(
    matrices: tuple[int, ...],
    vectors: tuple[int, ...],
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
) -> Weights:
    of_input, of_state = (reordered(row, vectors) for row in bias)
    return (
        reordered(kernel.T, matrices),
        reordered(recurrent_kernel.T, matrices),
        of_input,
        of_state,
    )


def _with_biases(of_input: np.ndarray, of_state: np.ndarray, **inputs: Any) -> Weights:
    weight_ih, weight_hh, _, _ = _reference(**inputs)
    one, other = (reordered(row, RESET_FIRST) for row in (of_input, of_state))
    return weight_ih, weight_hh, one, other


def _summed(bias: np.ndarray, **inputs: np.ndarray) -> Weights:
    total = bias.sum(axis=0)
    return _with_biases(total, 0 * total, bias=bias, **inputs)


def _kernels_reshaped(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> Weights:
    return _reference(reshaped(kernel).T, reshaped(recurrent_kernel).T, bias)


def _kernels_exchanged(**inputs: np.ndarray) -> Weights:
    weight_ih, weight_hh, of_input, of_state = _reference(**inputs)
    return weight_hh, weight_ih, of_input, of_state


_MISTAKES = (
    Mistake(
        "the gates keep Keras's order",
        "Your arrays have PyTorch's shapes, and their blocks are still in Keras's "
        "order: PyTorch would use the update gate as its reset gate.",
        "Write the three gates in the order of each of the two layers, one below the "
        "other.",
        compute=lambda **inputs: _in_orders(AS_STORED, AS_STORED, **inputs),
    ),
    Mistake(
        "the biases keep Keras's order",
        "Both matrices are right. The blocks of the two biases are still in Keras's "
        "order.",
        "Which entries of a bias belong to the first h rows of its matrix?",
        compute=lambda **inputs: _in_orders(RESET_FIRST, AS_STORED, **inputs),
    ),
    Mistake(
        "the matrices keep Keras's order",
        "Both biases are right. The blocks of the two matrices are still in Keras's "
        "order.",
        "Which rows of a matrix belong to the first h entries of its bias?",
        compute=lambda **inputs: _in_orders(AS_STORED, RESET_FIRST, **inputs),
    ),
    Mistake(
        "the blocks are reversed",
        "Your blocks are in the order h, r, z. In both frameworks the candidate "
        "(Keras's h, PyTorch's n) stands last.",
        "Which of the three blocks has to stay where it is?",
        compute=lambda **inputs: _in_orders(LAST_FIRST, LAST_FIRST, **inputs),
    ),
    Mistake(
        "the biases are added",
        "Both matrices are right. Your bias_ih is the sum of Keras's two rows, as "
        "for an LSTM. In a GRU the reset gate multiplies the second row of the "
        "candidate, and not the first.",
        "Write the candidate with both of its biases. Is there one number that can "
        "replace the two, whatever the reset gate is?",
        compute=_summed,
    ),
    Mistake(
        "the biases are exchanged",
        "Both matrices are right. Your bias_ih is Keras's row for the state, and "
        "your bias_hh its row for the input.",
        "Which row of Keras's bias belongs to the product with the input?",
        compute=lambda **inputs: _with_biases(*inputs["bias"][::-1], **inputs),
    ),
    Mistake(
        "the kernels are reshaped",
        "Your matrices have the right shapes and the wrong numbers: a reshape keeps "
        "the order in memory.",
        "Which operation exchanges rows and columns?",
        compute=_kernels_reshaped,
    ),
    Mistake(
        "the kernels are exchanged",
        "Your weight_ih is made of recurrent_kernel, and your weight_hh of kernel.",
        "What does each of the two matrices multiply: the input or the state?",
        compute=_kernels_exchanged,
    ),
)

GRU_WEIGHTS = Exercise(
    id="porting.gru_weights",
    title="The weights of a GRU layer, the other way",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
    mistakes=_MISTAKES,
    hints=(
        "Cut each of Keras's arrays into its three gates, turn the two matrices, and "
        "put the pieces together in PyTorch's order. A bias needs the same order as "
        "its matrix.",
        "np.split(array, 3, axis=...) cuts into three equal pieces; "
        "np.concatenate(pieces, axis=...) joins them; array.T exchanges rows and "
        "columns.",
        "a function for one array whose last axis has length 3h:\n"
        "    three pieces along the last axis: z, r, h\n"
        "    joined again in the order in which PyTorch stores r, z and n\n"
        "weight_ih and weight_hh: reorder, then transpose    # (3h, d), (3h, h)\n"
        "bias_ih and bias_hh: reorder each row of bias       # (3h,), (3h,)",
    ),
)
