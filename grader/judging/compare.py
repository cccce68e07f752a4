"""Where an answer first leaves the reference, and by how much."""

import numpy as np

from grader.judging.exercise import Exercise
from grader.judging.show import number_pair, rows
from grader.judging.verdict import Difference
from grader.judging.wire import Leaf, Other

Arrays = tuple[np.ndarray, ...]


def error(expected: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Elementwise ``|got - expected|`` as a share of the largest ``|expected|``.

    One scale for a whole quantity: an element that happens to be near zero is not
    held to more digits than float32 arithmetic on its neighbours can give. Where
    all of ``expected`` is zero the error is absolute. NaN in ``got`` is infinite,
    unless ``expected`` is NaN there too.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    scale = finite.max(initial=0.0) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.abs(got - expected) / scale
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.where(same, 0.0, np.where(np.isnan(share), np.inf, share))


def read(exercise: Exercise, value: object) -> Arrays | Difference:
    """The arrays of an answer, or what keeps it from being read as arrays."""
    names = exercise.returns
    parts = [value]
    if len(names) > 1:
        if not isinstance(value, list) or len(value) != len(names):
            wanted = ", ".join(names)
            return Difference(
                wanted, f"should be a tuple of {len(names)} values, got {_kind(value)}"
            )
        parts = value
    arrays = []
    for name, part in zip(names, parts, strict=True):
        array = _array(part, exercise.truth_values)
        if isinstance(array, str):
            return Difference(name, array)
        arrays.append(array)
    return tuple(arrays)


def _array(part: object, truth_values: bool) -> np.ndarray | str:
    """A part as a float64 array, or the sentence that says why it is none."""
    if part is None:
        return "is None"
    if isinstance(part, Leaf):
        if part.values.dtype.kind == "b" and not truth_values:
            return "is a truth value, expected a number"
        if part.values.dtype.kind == "c":
            return "is complex, expected real numbers"
        return part.values.astype(np.float64)
    if isinstance(part, list) and part:
        items = [_array(item, truth_values) for item in part]
        for position, item in enumerate(items):
            if isinstance(item, str):
                return f"item {position} {item}"
        if len({item.shape for item in items}) == 1:
            return np.stack(items)
        return "is a list of values of different shapes"
    return f"is {_kind(part)}, expected a tensor or a number"


def _kind(value: object) -> str:
    if isinstance(value, Leaf):
        return f"one {value.kind} of shape {value.values.shape}"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, Other):
        return f"a {value.kind}"
    names = {type(None): "None", dict: "a dict", str: "text"}
    return names.get(type(value), f"a {type(value).__name__}")


def first_difference(
    exercise: Exercise, expected: Arrays, got: Arrays
) -> Difference | None:
    """The first quantity beyond tolerance; the first step, for trajectories."""
    for name, want, have in zip(exercise.returns, expected, got, strict=True):
        if want.shape != have.shape:
            return Difference(name, f"has shape {have.shape}, expected {want.shape}")
    if exercise.per_step:
        return _first_step(exercise, expected, got)
    for name, want, have in zip(exercise.returns, expected, got, strict=True):
        errors = error(want, have)
        if errors.max(initial=0.0) > exercise.tolerance:
            return _at(exercise, name, want, have, errors)
    return None


def _first_step(exercise: Exercise, expected: Arrays, got: Arrays) -> Difference | None:
    errors = [error(w, g) for w, g in zip(expected, got, strict=True)]
    for step in range(max(len(e) for e in errors)):
        for name, want, have, err in zip(
            exercise.returns, expected, got, errors, strict=True
        ):
            if err[step : step + 1].max(initial=0.0) > exercise.tolerance:
                return _at(exercise, name, want[step], have[step], err[step], step)
    return None


def _at(
    exercise: Exercise,
    name: str,
    want: np.ndarray,
    have: np.ndarray,
    errors: np.ndarray,
    step: int | None = None,
) -> Difference:
    errors = np.asarray(errors)
    # The largest error; where there are infinite ones, the first that is one at all:
    # what becomes NaN has often been wrong before.
    far = errors if np.isfinite(errors).all() else errors > exercise.tolerance
    index = tuple(int(i) for i in np.unravel_index(np.argmax(far), errors.shape))
    expected, got = float(want[index]), float(have[index])
    texts = number_pair(expected, got)
    when = "" if step is None else f"in entry {step} "
    where = f"at index {list(index)} " if index else ""
    problem = f"{when}{where}should be {texts[0]}, is {texts[1]}"
    return Difference(name, problem, index, step, expected, got, rows(want), rows(have))
