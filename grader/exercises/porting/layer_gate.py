"""The first gate of a port: ten samples through both models, layer by layer."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Outputs = list[np.ndarray]
Gate = tuple[np.ndarray, int]
Pair = tuple[np.ndarray, np.ndarray]

SAMPLES = 10
TOLERANCE = 1e-4
ROUNDING = 1e-6
MEET = (0, 2, 3, 1)  # a map of PyTorch's with its channels last


def _draw(rng: np.random.Generator, faulty: bool) -> Case:
    side = int(rng.integers(3, 5))
    # Height, width and channels are equal: an axis that stays where it is complains
    # of nothing.
    pairs = _shuffled(
        rng,
        [
            *(_rows(rng, side, scale) for scale in (300.0, 1e-3)),
            *(_maps(rng, side) for _ in range(2)),
            _silent(rng, side),
        ],
    )
    if faulty:
        first = int(rng.integers(1, 4))
        wrong = _apart(_rows(rng, side + 1, 1e-4), float(rng.uniform(0.05, 0.2)))
        worse = [_narrow(rng, side), _lost(rng, side)]
        # A layer that is right stands between the first wrong one and the worst.
        after = _shuffled(rng, [*pairs[first + 1 :], *worse])
        pairs = [*pairs[:first], wrong, pairs[first], *after]
    return {
        "torch_outputs": [ours.astype(np.float32) for ours, _ in pairs],
        "keras_outputs": [theirs.astype(np.float32) for _, theirs in pairs],
        "tolerance": TOLERANCE,
    }


def _shuffled(rng: np.random.Generator, pairs: list[Pair]) -> list[Pair]:
    return [pairs[position] for position in rng.permutation(len(pairs))]


def _near(rng: np.random.Generator, ours: np.ndarray) -> Pair:
    """Outputs that differ by rounding, PyTorch's and Keras's."""
    noise = ROUNDING * np.abs(ours).max() * rng.uniform(-1, 1, size=ours.shape)
    theirs = ours + noise
    return ours, theirs.transpose(MEET) if ours.ndim == 4 else theirs


def _rows(rng: np.random.Generator, width: int, scale: float) -> Pair:
    return _near(rng, scale * rng.normal(size=(SAMPLES, width)))


def _maps(rng: np.random.Generator, side: int) -> Pair:
    return _near(rng, rng.normal(size=(SAMPLES, side, side, side)))


def _silent(rng: np.random.Generator, side: int) -> Pair:
    """A layer of which no unit is active."""
    return (np.zeros((SAMPLES, side)),) * 2


def _apart(pair: Pair, share: float) -> Pair:
    """Beyond the tolerance by far, although less than it in absolute terms.

    Keras's scale is another one, and its smallest entry is off by half as much as its
    largest.
    """
    ours, theirs = pair
    scale, smallest = (
        np.abs(ours).max(),
        np.unravel_index(np.argmin(np.abs(ours)), ours.shape),
    )
    theirs = theirs * (1 + share)
    theirs[smallest] += share * scale / 2
    return ours, theirs


def _narrow(rng: np.random.Generator, side: int) -> Pair:
    """Shapes that NumPy stretches to fit."""
    ours, theirs = _rows(rng, side, 1.0)
    return ours, theirs[:, :1]


def _lost(rng: np.random.Generator, side: int) -> Pair:
    """One entry of Keras's is NaN."""
    ours, theirs = _rows(rng, side, 1.0)
    theirs[int(rng.integers(SAMPLES)), 0] = np.nan
    return ours, theirs


def _reference(
    torch_outputs: Outputs, keras_outputs: Outputs, tolerance: float
) -> Gate:
    """(errors, first): (layers,), and the first layer beyond tolerance or -1.

    The outputs are float64, (10, width), or maps: (10, c, h, w) of PyTorch and
    (10, h, w, c) of Keras.
    """
    return _gate(torch_outputs, keras_outputs, tolerance)


def _last(ours: np.ndarray) -> np.ndarray:
    return ours.transpose(MEET) if ours.ndim == 4 else ours


def _relative(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.shape != theirs.shape or np.isnan(ours - theirs).any():
        return np.inf
    return float(np.abs(ours - theirs).max() / (np.abs(ours).max() or 1.0))


def _gate(
    torch_outputs: Outputs,
    keras_outputs: Outputs,
    tolerance: float,
    measure: Callable[[np.ndarray, np.ndarray], float] = _relative,
    last: Callable[[np.ndarray], np.ndarray] = _last,
) -> Gate:
    errors = np.array(
        [
            measure(last(ours), theirs)
            for ours, theirs in zip(torch_outputs, keras_outputs, strict=True)
        ]
    )
    return errors, _first(errors > tolerance)


def _first(beyond: np.ndarray) -> int:
    return int(np.argmax(beyond)) if beyond.any() else -1


def _unreadable(ours: np.ndarray, theirs: np.ndarray) -> bool:
    return ours.shape != theirs.shape or bool(np.isnan(ours - theirs).any())


def _nan_skipped(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.shape != theirs.shape:
        return np.inf
    return float(np.nanmax(np.abs(ours - theirs)) / (np.abs(ours).max() or 1.0))


def _nan_kept(ours: np.ndarray, theirs: np.ndarray) -> float:
    if ours.shape != theirs.shape:
        return np.inf
    return float(np.abs(ours - theirs).max() / (np.abs(ours).max() or 1.0))


def _stretched(ours: np.ndarray, theirs: np.ndarray) -> float:
    gap = np.abs(ours - theirs).max()
    return np.inf if np.isnan(gap) else float(gap / (np.abs(ours).max() or 1.0))


def _absolute(ours: np.ndarray, theirs: np.ndarray) -> float:
    return np.inf if _unreadable(ours, theirs) else float(np.abs(ours - theirs).max())


def _mean(ours: np.ndarray, theirs: np.ndarray) -> float:
    if _unreadable(ours, theirs):
        return np.inf
    return float(np.abs(ours - theirs).mean() / (np.abs(ours).max() or 1.0))


def _each_entry(ours: np.ndarray, theirs: np.ndarray) -> float:
    if _unreadable(ours, theirs):
        return np.inf
    scale = np.where(ours == 0, 1.0, np.abs(ours))
    return float((np.abs(ours - theirs) / scale).max())


def _scale_of_keras(ours: np.ndarray, theirs: np.ndarray) -> float:
    if _unreadable(ours, theirs):
        return np.inf
    return float(np.abs(ours - theirs).max() / (np.abs(theirs).max() or 1.0))


def _silent_is_infinite(ours: np.ndarray, theirs: np.ndarray) -> float:
    silent = not _unreadable(ours, theirs) and not ours.any()
    return np.inf if silent else _relative(ours, theirs)


def _silent_is_nan(ours: np.ndarray, theirs: np.ndarray) -> float:
    silent = not _unreadable(ours, theirs) and not ours.any()
    return np.nan if silent else _relative(ours, theirs)


def _worst(**inputs: Any) -> Gate:
    errors, first = _reference(**inputs)
    return errors, int(np.argmax(errors)) if first >= 0 else -1


def _none_is_zero(**inputs: Any) -> Gate:
    errors, first = _reference(**inputs)
    return errors, max(first, 0)


def _from_one(**inputs: Any) -> Gate:
    errors, first = _reference(**inputs)
    return errors, first + 1 if first >= 0 else -1


def _measured(measure: Callable[[np.ndarray, np.ndarray], float]) -> Compute:
    return partial(_gate, measure=measure)


_MISTAKES = (
    Mistake(
        "the maps are in two orders",
        "Layers with maps seem to differ, because the axes of the two maps don't "
        "meet: they are compared as they lie, or PyTorch's map was turned the wrong "
        "way. All sizes are equal here, so that nothing complains.",
        "Write N, C, H, W above PyTorch's shape and N, H, W, C above Keras's. Which "
        "old axis has to become axis 1?",
        compute=partial(_gate, last=lambda ours: ours),
    ),
    Mistake(
        "the maps lie on their side",
        "Your channels come last, but rows and columns have changed places.",
        "Follow the letters C, H, W through your change of axes. Does H stay before W?",
        compute=partial(
            _gate,
            last=lambda ours: ours.transpose(0, 3, 2, 1) if ours.ndim == 4 else ours,
        ),
    ),
    Mistake(
        "NaN is left out",
        "A layer whose output holds NaN gets a small error: the other entries are "
        "right.",
        "Does a port pass if one of its outputs is NaN?",
        compute=_measured(_nan_skipped),
    ),
    Mistake(
        "NaN stays NaN",
        "You return NaN as a layer's error. Each comparison with NaN is False, so "
        "that the layer passes any tolerance.",
        "Which error does the exercise ask for in such a layer?",
        compute=_measured(_nan_kept),
    ),
    Mistake(
        "the shapes are stretched to fit",
        "A layer of shape (10, 1) is compared with one of several columns: NumPy "
        "repeats the one column, and you get a finite error.",
        "Compare the shapes before you compare the numbers.",
        compute=_measured(_stretched),
    ),
    Mistake(
        "absolute differences",
        "Your errors are the largest differences themselves. A layer with large "
        "outputs is blamed for its rounding, and one with small outputs passes.",
        "Divide by the layer's scale. How does the exercise define it?",
        compute=_measured(_absolute),
    ),
    Mistake(
        "each entry by its own size",
        "You divide each difference by its own entry. An entry near 0 then makes "
        "rounding look like an error.",
        "The scale is one number for the whole layer.",
        compute=_measured(_each_entry),
    ),
    Mistake(
        "the mean difference",
        "You take the mean over the layer. A single wrong entry of many disappears "
        "in it.",
        "Which of a layer's differences does the exercise ask for?",
        compute=_measured(_mean),
    ),
    Mistake(
        "the scale of Keras's output",
        "You divide by the largest value of the Keras layer, which is the one under "
        "suspicion.",
        "Which of the two models is known to be right?",
        compute=_measured(_scale_of_keras),
    ),
    Mistake(
        "a silent layer counts as different",
        "A layer whose outputs are all 0 in both models gets an infinite error: 0/0 "
        "is NaN.",
        "What is the scale of a layer without any output, by the exercise?",
        compute=_measured(_silent_is_infinite),
    ),
    Mistake(
        "a silent layer is NaN",
        "A layer whose outputs are all 0 in both models gets the error NaN: 0/0.",
        "What is the scale of a layer without any output, by the exercise?",
        compute=_measured(_silent_is_nan),
    ),
    Mistake(
        "the worst layer, not the first",
        "Your errors are right. You return the layer with the largest one.",
        "An error in one layer makes all that follow wrong, often by more. Where do "
        "you have to look?",
        compute=_worst,
    ),
    Mistake(
        "none becomes layer 0",
        "Your errors are right. Where all layers are within the tolerance, you "
        "return layer 0: argmax of values that are all False is 0.",
        "Ask first whether any layer is beyond the tolerance.",
        compute=_none_is_zero,
    ),
    Mistake(
        "layers counted from 1",
        "Your errors are right. Your first layer is too large by 1.",
        "torch_outputs[0] is layer 0.",
        compute=_from_one,
    ),
)
# Shows where all layers agree, and nowhere else.
_ELSEWHERE = tuple(m for m in _MISTAKES if m.name != "none becomes layer 0")

LAYER_GATE = Exercise(
    id="porting.layer_gate",
    title="Ten samples through both models",
    points=3,
    neutral=True,
    cases=(
        separated(partial(_draw, faulty=True), _reference, _ELSEWHERE),
        partial(_draw, faulty=False),
        separated(partial(_draw, faulty=True), _reference, _ELSEWHERE),
    ),
    reference=_reference,
    returns=("errors", "first"),
    mistakes=_MISTAKES,
    hints=(
        "Write a function for one layer first. It answers four questions in turn: "
        "the same order of axes, the same shape, any NaN, and how far apart?",
        "array.ndim, array.transpose(...), array.shape, np.isnan(...).any(), "
        "np.abs(...).max(), np.inf; zip(a, b) walks through two lists together.",
        "for each layer, PyTorch's output and Keras's:\n"
        "    a map? then bring both into one order of axes\n"
        "    shapes differ, or NaN in either: the error is infinite\n"
        "    else the largest absolute difference, divided by the scale\n"
        "first = the first layer whose error is larger than tolerance, or -1",
    ),
)
