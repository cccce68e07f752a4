"""How many values lie outside of a range that was calibrated on other data."""

from functools import partial

import numpy as np

from grader.exercises.export.eight_bits import HIGHEST, LOWEST, affine, near_half
from grader.judging import Case, Exercise, Mistake
from grader.judging.exercise import Draw
from grader.judging.separated import separated

Loss = tuple[float, float]


def _draw(
    rng: np.random.Generator, kind: str, seen: int, shape: tuple[int, int]
) -> Case:
    while True:
        calibration = np.asarray(rng.normal(size=seen))
        values = rng.normal(size=shape)
        if kind == "too small":
            calibration *= rng.uniform(0.25, 0.4)
        elif kind == "positive":
            calibration = rng.uniform(0.5, 1.2, size=seen)
            values = np.abs(values)
            values[0, :2] = [-0.3, -0.6]
            values[1, :4] = rng.uniform(0.05, 0.4, size=4)
        else:
            calibration[:2] = [-rng.uniform(20, 30), rng.uniform(30, 40)]
        calibration = calibration.astype(np.float32)
        # Values on both ends, which are not outside.
        values[-1, :2] = calibration.min(), calibration.max()
        values = rng.permuted(values.astype(np.float32), axis=1)
        if _clear(calibration, values):
            return {"calibration": calibration, "values": values}


def _clear(calibration: np.ndarray, values: np.ndarray) -> bool:
    low, high = float(calibration.min()), float(calibration.max())
    scale, _ = affine(low, high)
    return not near_half(np.array([min(low, 0.0) / scale])).any()


def _reference(calibration: np.ndarray, values: np.ndarray) -> Loss:
    """(share, error): of values strictly outside, and the largest; float64."""
    return _in(calibration.min(), calibration.max(), values)


def _in(low: float, high: float, values: np.ndarray) -> Loss:
    low, high = min(low, 0.0), max(high, 0.0)
    share = np.mean((values < low) | (values > high))
    return float(share), float(_errors(low, high, values).max())


def _errors(low: float, high: float, values: np.ndarray) -> np.ndarray:
    scale, zero_point = affine(low, high)
    q = np.clip(np.round(values / scale) + zero_point, LOWEST, HIGHEST)
    return np.abs(scale * (q - zero_point) - values)


def _not_widened(calibration: np.ndarray, values: np.ndarray) -> Loss:
    low, high = calibration.min(), calibration.max()
    scale = (high - low) / (HIGHEST - LOWEST)
    zero_point = np.round(LOWEST - low / scale)
    q = np.clip(np.round(values / scale) + zero_point, LOWEST, HIGHEST)
    error = np.abs(scale * (q - zero_point) - values).max()
    return float(np.mean((values < low) | (values > high))), float(error)


def _ends_counted(calibration: np.ndarray, values: np.ndarray) -> Loss:
    low, high = min(calibration.min(), 0.0), max(calibration.max(), 0.0)
    _, error = _reference(calibration, values)
    return float(np.mean((values <= low) | (values >= high))), error


def _last_whole_numbers(calibration: np.ndarray, values: np.ndarray) -> Loss:
    scale, zero_point = affine(calibration.min(), calibration.max())
    q = np.clip(np.round(values / scale) + zero_point, LOWEST, HIGHEST)
    _, error = _reference(calibration, values)
    return float(np.mean((q == LOWEST) | (q == HIGHEST))), error


def _of_the_values(calibration: np.ndarray, values: np.ndarray) -> Loss:
    return _in(values.min(), values.max(), values)


def _one_end(calibration: np.ndarray, values: np.ndarray) -> Loss:
    _, error = _reference(calibration, values)
    return float(np.mean(values > max(calibration.max(), 0.0))), error


def _percent(calibration: np.ndarray, values: np.ndarray) -> Loss:
    share, error = _reference(calibration, values)
    return 100 * share, error


def _counted(calibration: np.ndarray, values: np.ndarray) -> Loss:
    share, error = _reference(calibration, values)
    return share * values.size, error


def _mean_error(calibration: np.ndarray, values: np.ndarray) -> Loss:
    low, high = min(calibration.min(), 0.0), max(calibration.max(), 0.0)
    share, _ = _reference(calibration, values)
    return share, float(_errors(low, high, values).mean())


def _inside_alone(calibration: np.ndarray, values: np.ndarray) -> Loss:
    scale, _ = affine(calibration.min(), calibration.max())
    share, _ = _reference(calibration, values)
    return share, float(np.abs(scale * np.round(values / scale) - values).max())


_NOT_WIDENED = Mistake(
    "the range is not widened",
    "Where all of the calibration is positive, your range begins at its smallest "
    "value. It has to hold 0 as well, so that values in between are inside.",
    "Which range does a converter make of values from 2 to 5?",
    compute=_not_widened,
)
_END = Mistake(
    "one end alone",
    "Your error is right. You count what lies above the range, and not what lies "
    "below it.",
    "On how many sides can a value leave a range?",
    compute=_one_end,
)
_ALWAYS = (
    Mistake(
        "the ends are counted",
        "Your error is right. You count values that lie exactly on an end of the "
        "range. They are not outside.",
        "Is the largest value of the calibration itself inside of its range?",
        compute=_ends_counted,
    ),
    Mistake(
        "the last whole numbers are counted",
        "Your error is right. You count each value that becomes -128 or 127. Values "
        "inside of the range, near an end of it, become these numbers too.",
        "Compare the real values with the ends of the range, before they are rounded.",
        compute=_last_whole_numbers,
    ),
    Mistake(
        "the range of the values",
        "You take the range from the values themselves, so that none lies outside.",
        "Which of the two arrays does a converter see, and when?",
        compute=_of_the_values,
    ),
    Mistake(
        "percent",
        "Your error is right. Your share is 100 times as large.",
        "A share is 1 if all values are outside.",
        compute=_percent,
    ),
    Mistake(
        "a number instead of a share",
        "Your error is right. You have counted the values, and not divided by how "
        "many there are.",
        "A share is 1 if all values are outside.",
        compute=_counted,
    ),
    Mistake(
        "the mean error",
        "Your share is right. Your error is that of an average value.",
        "Asked for is the value that comes back worst.",
        compute=_mean_error,
    ),
    Mistake(
        "the error without clipping",
        "Your share is right. Your error is that of rounding: you have not brought "
        "the whole numbers into -128 to 127.",
        "What does a value far outside of the range come back as?",
        compute=_inside_alone,
    ),
)


def _cases(kind: str, seen: int, shape: tuple[int, int], *shown: Mistake) -> Draw:
    draw = partial(_draw, kind=kind, seen=seen, shape=shape)
    return separated(draw, _reference, [*_ALWAYS, *shown]) if shown else draw


SATURATED_SHARE = Exercise(
    id="export.saturated_share",
    title="Calibrated on the wrong data",
    points=2,
    neutral=True,
    cases=(
        _cases("too small", 24, (5, 8), _END),
        _cases("positive", 30, (6, 7), _NOT_WIDENED, _END),
        _cases("too large", 20, (4, 9)),
    ),
    reference=_reference,
    returns=("share", "error"),
    mistakes=(_NOT_WIDENED, _END, *_ALWAYS),
    hints=(
        "The calibration gives the range, and the range gives scale and zero point. "
        "With these, send every value to a whole number and back, and see how far it "
        "has come.",
        "array.min(), array.max(), np.round, np.clip, np.mean of truth values, np.abs",
        "low, high = the ends of the calibration, with 0 between them\n"
        "share = the mean of (below low, or above high)\n"
        "scale and zero point of this range, as in exercise 5\n"
        "q = each value as a whole number within the limits of int8\n"
        "error = the largest distance between a value and what its q stands for",
    ),
)
