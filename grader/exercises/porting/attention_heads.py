"""The weights of multi-head attention, from Keras's arrays to PyTorch's."""

from collections.abc import Sequence

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Weights = tuple[np.ndarray, np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    # The two sizes differ, so that exchanged axes show.
    heads, size = rng.permutation([2, 3]).tolist()
    heads += int(rng.integers(2)) * 2
    features = heads * size
    return {
        "kernels": normal(rng, 3, features, heads, size),
        "biases": normal(rng, 3, heads, size),
        "output": normal(rng, heads, size, features),
    }


def _reference(kernels: np.ndarray, biases: np.ndarray, output: np.ndarray) -> Weights:
    """(in_weight, in_bias, out_weight): (3e, e), (3e,) and (e, e), float64.

    kernels (3, e, heads, s), biases (3, heads, s) and output (heads, s, e) are
    float64, in Keras's layout; e = heads * s.
    """
    return _stacked((0, 2, 3, 1), kernels, biases, output)


def _stacked(
    axes: tuple[int, int, int, int],
    kernels: np.ndarray,
    biases: np.ndarray,
    output: np.ndarray,
) -> Weights:
    e = kernels.shape[1]
    in_weight = kernels.transpose(axes).reshape(3 * e, e)
    return in_weight, biases.reshape(-1), output.reshape(e, e).T


def _not_transposed(**inputs: np.ndarray) -> Weights:
    return _stacked((0, 1, 2, 3), **inputs)


def _output_not_transposed(**inputs: np.ndarray) -> Weights:
    in_weight, in_bias, out_weight = _reference(**inputs)
    return in_weight, in_bias, out_weight.T


def _nothing_transposed(**inputs: np.ndarray) -> Weights:
    in_weight, in_bias, out_weight = _not_transposed(**inputs)
    return in_weight, in_bias, out_weight.T


def _heads_fastest(
    kernels: np.ndarray, biases: np.ndarray, output: np.ndarray
) -> Weights:
    return _stacked((0, 3, 2, 1), kernels, biases.swapaxes(1, 2), output.swapaxes(0, 1))


def _of_each_head(
    kernels: np.ndarray, biases: np.ndarray, output: np.ndarray
) -> Weights:
    return _stacked((2, 0, 3, 1), kernels, biases.swapaxes(0, 1), output)


def _parts_in(
    order: Sequence[int], kernels: np.ndarray, biases: np.ndarray, output: np.ndarray
) -> Weights:
    return _reference(kernels[order], biases[order], output)


def _query_scaled(
    kernels: np.ndarray, biases: np.ndarray, output: np.ndarray
) -> Weights:
    factors = np.array([kernels.shape[-1] ** -0.5, 1, 1])
    return _reference(
        kernels * factors[:, None, None, None],
        biases * factors[:, None, None],
        output,
    )


_MISTAKES = (
    Mistake(
        "the kernels are not transposed",
        "in_bias and out_weight are right. The rows of your in_weight are the "
        "features that come in. PyTorch's rows are what comes out: one for each place "
        "in a head.",
        "PyTorch stores (out, in). Which axis of a kernel is its in?",
        compute=_not_transposed,
    ),
    Mistake(
        "the output matrix is not transposed",
        "in_weight and in_bias are right. The rows of your out_weight are what comes "
        "out of the heads. PyTorch stores (out, in).",
        "The heads go into the output matrix. Along which axis must they lie?",
        compute=_output_not_transposed,
    ),
    Mistake(
        "none of the matrices is transposed",
        "in_bias is right. In both matrices, in and out have changed places.",
        "Keras stores (in, out), PyTorch (out, in). All four matrices are square, so "
        "that no shape complains.",
        compute=_nothing_transposed,
    ),
    Mistake(
        "the heads vary fastest",
        "Your neighbouring rows belong to neighbouring heads. In PyTorch the s rows "
        "of a head stand together.",
        "With 2 heads of size 3, to which head does row 1 of PyTorch's array belong?",
        compute=_heads_fastest,
    ),
    Mistake(
        "query, key and value of each head together",
        "Your rows hold query, key and value of head 0, then those of head 1. Some "
        "published models store them so; PyTorch doesn't.",
        "PyTorch's first e rows are all of the queries. How many heads are in there?",
        compute=_of_each_head,
    ),
    Mistake(
        "key and value are exchanged",
        "out_weight is right. Your middle third is the value, and your last the key.",
        "In which order does PyTorch stack the three?",
        compute=lambda **inputs: _parts_in([0, 2, 1], **inputs),
    ),
    Mistake(
        "key, query, value",
        "out_weight is right. Your first third is the key, and your second the query.",
        "In which order does PyTorch stack the three?",
        compute=lambda **inputs: _parts_in([1, 0, 2], **inputs),
    ),
    Mistake(
        "the query is scaled",
        "You divide the query by the square root of s. Both layers divide by it "
        "themselves when they run, so that it would be done twice.",
        "Which numbers belong to the layer, and which to its formula?",
        compute=_query_scaled,
    ),
)

ATTENTION_HEADS = Exercise(
    id="porting.attention_heads",
    title="The weights of attention, the other way",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("in_weight", "in_bias", "out_weight"),
    mistakes=_MISTAKES,
    hints=(
        "Name each axis before you move it. The long axis of in_weight is three axes "
        "in one: part, head, and place in the head. The last of them varies fastest.",
        "array.transpose(...) takes one number for each axis; array.reshape(-1, e) "
        "makes one axis of neighbouring ones.",
        "kernels: move the inputs to the end     # (part, head, place, in)\n"
        "    and merge all axes but the last     # (3e, e)\n"
        "biases: merge all axes                  # (3e,)\n"
        "output: merge head and place            # (in, out)\n"
        "    and bring it into PyTorch's order   # (out, in)",
    ),
)
