"""A dense layer in whole numbers, to the last bit."""

from functools import partial
from typing import Any

import numpy as np

from grader.exercises.export.eight_bits import HIGHEST, LOWEST, near_half
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

BITS = 31  # of a multiplier behind the point
TIED = 7  # the multiplier of one output is 2 ** -7, so that halves occur


def _draw(rng: np.random.Generator, size: int) -> Case:
    """As many rows as inputs and outputs: exchanged axes raise no error."""
    while True:
        case = _layer(rng, size)
        at = int(rng.integers(size))
        _tie(case, int(rng.integers(size)), at)
        others = np.delete(_total(**case) * _multipliers(**case), at, axis=1)
        if not near_half(others).any():
            return case


def _layer(rng: np.random.Generator, size: int) -> Case:
    # Powers of 2: whatever the order of the factors, no multiplier is rounded.
    of_x, of_y = -int(rng.integers(5, 9)), -int(rng.integers(3, 6))
    multipliers = rng.uniform(0.003, 0.012, size=size).astype(np.float32)
    x, weights = rng.integers(LOWEST, HIGHEST + 1, size=(2, size, size), dtype=np.int8)
    x_zero, y_zero = (
        rng.integers(8, 40, size=2) * rng.choice([-1, 1], size=2)
    ).tolist()
    return {
        "x": x,
        "x_scale": 2.0**of_x,
        "x_zero": x_zero,
        "weights": np.maximum(weights, -HIGHEST),
        "w_scales": [float(m) * 2.0 ** (of_y - of_x) for m in multipliers],
        "bias": rng.integers(-4000, 4000, size=size, dtype=np.int32),
        "y_scale": 2.0**of_y,
        "y_zero": y_zero,
    }


def _tie(case: Case, row: int, output: int) -> None:
    """Let the scaled sum of one entry be a half above an even number."""
    case["w_scales"][output] = 2.0**-TIED * case["y_scale"] / case["x_scale"]
    whole = 2 ** (TIED + 1)
    missing = (whole // 4 - _total(**case)[row, output]) % whole
    case["bias"][output] += missing


def _reference(
    x: np.ndarray,
    x_scale: float,
    x_zero: int,
    weights: np.ndarray,
    w_scales: list[float],
    bias: np.ndarray,
    y_scale: float,
    y_zero: int,
) -> np.ndarray:
    """y (n, outputs), whole numbers from -128 to 127.

    x (n, inputs) and weights (outputs, inputs) are int8, bias (outputs,) is int32.
    Jacob et al., https://arxiv.org/abs/1712.05877, section 2.2.
    """
    total = _total(x, x_zero, weights, bias)
    return _output(total, _multipliers(x_scale, w_scales, y_scale), y_zero)


def _total(
    x: np.ndarray, x_zero: int, weights: np.ndarray, bias: np.ndarray, **_: Any
) -> np.ndarray:
    return (x.astype(np.int64) - x_zero) @ weights.astype(np.int64).T + bias


def _multipliers(
    x_scale: float, w_scales: list[float], y_scale: float, **_: Any
) -> np.ndarray:
    return x_scale * np.array(w_scales) / y_scale


def _scaled(total: np.ndarray, multipliers: np.ndarray) -> np.ndarray:
    whole = np.round(multipliers * 2**BITS).astype(np.int64)
    return (total * whole + 2 ** (BITS - 1)) >> BITS


def _output(total: np.ndarray, multipliers: np.ndarray, y_zero: int) -> np.ndarray:
    return np.clip(_scaled(total, multipliers) + y_zero, LOWEST, HIGHEST)


def _wrapped(values: np.ndarray) -> np.ndarray:
    """What is left of whole numbers in int8."""
    return values.astype(np.int8).astype(np.int64)


def _summed_in_int8(**inputs: Any) -> np.ndarray:
    x, weights = inputs["x"], inputs["weights"]
    difference = _wrapped(x.astype(np.int64) - inputs["x_zero"])
    total = _wrapped(difference @ weights.astype(np.int64).T) + inputs["bias"]
    return _output(total, _multipliers(**inputs), inputs["y_zero"])


def _difference_in_int8(x: np.ndarray, x_zero: int, **rest: Any) -> np.ndarray:
    difference = _wrapped(x.astype(np.int64) - x_zero)
    return _reference(x=difference, x_zero=0, **rest)


def _without(name: str, **inputs: Any) -> np.ndarray:
    return _reference(**{**inputs, name: 0 * inputs[name]})


def _zero_added_last(y_zero: int, **rest: Any) -> np.ndarray:
    return _reference(y_zero=0, **rest) + y_zero


def _first_scale(w_scales: list[float], **rest: Any) -> np.ndarray:
    return _reference(w_scales=[w_scales[0]] * len(w_scales), **rest)


def _scales_of_rows(**inputs: Any) -> np.ndarray:
    total, multipliers = _total(**inputs), _multipliers(**inputs)
    return _output(total, multipliers[:, None], inputs["y_zero"])


def _not_transposed(weights: np.ndarray, **rest: Any) -> np.ndarray:
    return _reference(weights=weights.T, **rest)


def _half_to_even(**inputs: Any) -> np.ndarray:
    rounded = np.round(_total(**inputs) * _multipliers(**inputs))
    return np.clip(rounded + inputs["y_zero"], LOWEST, HIGHEST)


def _floored(**inputs: Any) -> np.ndarray:
    floor = np.floor(_total(**inputs) * _multipliers(**inputs))
    return np.clip(floor + inputs["y_zero"], LOWEST, HIGHEST)


def _not_clipped(**inputs: Any) -> np.ndarray:
    return _scaled(_total(**inputs), _multipliers(**inputs)) + inputs["y_zero"]


def _wraps_at_the_end(**inputs: Any) -> np.ndarray:
    return _wrapped(_not_clipped(**inputs))


_MISTAKES = (
    Mistake(
        "summed up in int8",
        "Your sums are those of int8: each that leaves -128 to 127 has lost its upper "
        "bits, and NumPy has said nothing.",
        "Which dtype have x and weights when you multiply them? Which one do the sums "
        "need?",
        compute=_summed_in_int8,
    ),
    Mistake(
        "the difference in int8",
        "Your sums are wide enough. The difference x - x_zero was taken in int8, where "
        "it has lost its upper bits.",
        "What is -120 - 30 in int8? Widen x before you subtract.",
        compute=_difference_in_int8,
    ),
    Mistake(
        "the zero point of x is left out",
        "You multiply x as it is. Its zero point stands for the real number 0.",
        "Which q stands for an input of 0? It must add nothing to the sum.",
        compute=partial(_without, "x_zero"),
    ),
    Mistake(
        "the bias is left out",
        "Your sums have no bias.",
        "In which unit is the bias stored? Add it where that unit is used.",
        compute=partial(_without, "bias"),
    ),
    Mistake(
        "the zero point of y is left out",
        "Your output has no zero point added to it.",
        "Which q stands for an output of 0?",
        compute=partial(_without, "y_zero"),
    ),
    Mistake(
        "the zero point of y comes after the clip",
        "You clip first and add the zero point afterwards, so that your output may "
        "leave -128 to 127, and is clipped at the wrong real numbers.",
        "Which of the two has to come last, so that the result fits into int8?",
        compute=_zero_added_last,
    ),
    Mistake(
        "the first scale for all outputs",
        "Output 0 is right. All outputs are multiplied with its number.",
        "How many scales have the weights, and along which axis of the sums do they "
        "lie?",
        compute=_first_scale,
    ),
    Mistake(
        "the scales lie along the rows",
        "Your multipliers belong to the rows of the batch, and should belong to the "
        "outputs.",
        "Along which axis of the sums are the outputs?",
        compute=_scales_of_rows,
    ),
    Mistake(
        "the weights are not transposed",
        "You use the weights as (inputs, outputs).",
        "Weights are (outputs, inputs) here. Which of their axes is summed over?",
        compute=_not_transposed,
    ),
    Mistake(
        "halves go to the even number",
        "All is right but for sums that end up exactly between two whole numbers. You "
        "round these to the even one, as np.round does with floats. Whole numbers, "
        "shifted, go up.",
        "Use the whole-number multiplier and the shift that the exercise gives.",
        compute=_half_to_even,
    ),
    Mistake(
        "rounded down",
        "Half of your outputs are too small by 1. A shift alone rounds down.",
        "What does the exercise add before it shifts?",
        compute=_floored,
    ),
    Mistake(
        "not clipped",
        "Some of your outputs lie outside of -128 to 127, and would not fit into int8.",
        "What becomes of an output that is larger than the largest?",
        compute=_not_clipped,
    ),
    Mistake(
        "wrapped instead of clipped",
        "Outputs beyond 127 come out as negative numbers in your answer, and the other "
        "way round: astype(np.int8) drops the upper bits.",
        "Bring the numbers into the range before you make them int8.",
        compute=_wraps_at_the_end,
    ),
)

REQUANTIZE = Exercise(
    id="export.requantize",
    title="A layer in whole numbers, to the bit",
    points=3,
    neutral=True,
    cases=tuple(
        separated(partial(_draw, size=size), _reference, _MISTAKES, least=0.005)
        for size in (4, 6, 5)
    ),
    reference=_reference,
    returns=("y",),
    mistakes=_MISTAKES,
    hints=(
        "Three steps, none of which needs a float once the multipliers are there: sum "
        "up in a wide dtype, multiply and shift, move to the zero point of y and clip.",
        "array.astype(np.int64) before any arithmetic; np.round(...).astype(np.int64); "
        ">> shifts whole numbers; np.clip",
        "total = (x without its zero point) times the weights, plus bias\n"
        "real = x_scale * w_scales / y_scale            # one for each output\n"
        "whole = real * 2**31, rounded, as int64\n"
        "y = total * whole, half of 2**31 added, shifted right by 31\n"
        "the zero point of y, then the limits of int8",
    ),
)
