"""Where an answer first differs from the reference, and by how much."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from grader.common.frameworks import TITLES
from grader.judging.exercise import Exercise
from grader.judging.show import number_pair, rows
from grader.judging.verdict import Difference
from grader.judging.wire import Leaf, Other

Arrays = tuple[np.ndarray, ...]


def error(expected: np.ndarray, got: np.ndarray) -> np.ndarray:
    """Elementwise ``|got - expected|`` as a share of the largest ``|expected|``.

    The whole quantity has one scale. So an element that happens to be near zero needs
    no more digits than float32 arithmetic on its neighbours can give. If all of
    ``expected`` is zero, the error is absolute. NaN in ``got`` is an infinite error,
    unless ``expected`` is NaN there too.
    """
    finite = np.abs(expected[np.isfinite(expected)])
    scale = finite.max(initial=0.0) or 1.0
    with np.errstate(invalid="ignore", over="ignore"):
        share = np.abs(got - expected) / scale
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    return np.where(same, 0.0, np.where(np.isnan(share), np.inf, share))


class Fault(StrEnum):
    """Why an answer can't be read as arrays, for the causes that have a name."""

    NOTHING = "nothing"  # the answer is None
    INSIDE = "inside"  # a part of the answer is None
    FOREIGN = "foreign"  # a part is a tensor of the other framework
    OTHER = "other"


@dataclass(frozen=True)
class Unread(Difference):
    """An answer that can't be compared at all."""

    fault: Fault = Fault.OTHER


def read(
    exercise: Exercise, value: object, framework: str | None = None
) -> Arrays | Unread:
    """The arrays of an answer, or why it can't be read as arrays.

    Args:
        framework: whose tensors the answer may have; None for those of any.
    """
    names = exercise.returns
    parts = [value]
    if len(names) > 1:
        if not isinstance(value, list) or len(value) != len(names):
            problem = f"should be a tuple of {len(names)} values, got {_kind(value)}"
            fault = Fault.NOTHING if value is None else Fault.OTHER
            return Unread(", ".join(names), problem, fault=fault)
        parts = value
    arrays = []
    for name, part in zip(names, parts, strict=True):
        array = _array(part, exercise.truth_values, framework)
        if isinstance(array, _Problem):
            fault = Fault.NOTHING if value is None else array.fault
            return Unread(name, array.text, fault=fault)
        arrays.append(array)
    return tuple(arrays)


class _Problem(NamedTuple):
    """Why a part of an answer is not an array, as the end of a sentence."""

    text: str
    fault: Fault = Fault.OTHER


def _array(
    part: object, truth_values: bool, framework: str | None
) -> np.ndarray | _Problem:
    """A part of an answer as a float64 array, or why it is not an array."""
    if part is None:
        return _Problem("is None", Fault.INSIDE)
    if isinstance(part, Leaf):
        if framework and part.framework not in (framework, None):
            theirs, ours = TITLES[part.framework], TITLES[framework]
            text = f"is a tensor of {theirs}, expected one of {ours}"
            return _Problem(text, Fault.FOREIGN)
        if part.values.dtype.kind == "b" and not truth_values:
            return _Problem("is a truth value, expected a number")
        if part.values.dtype.kind == "c":
            return _Problem("is complex, expected real numbers")
        return part.values.astype(np.float64)
    if isinstance(part, list) and part:
        items = []
        for position, one in enumerate(part):
            item = _array(one, truth_values, framework)
            if isinstance(item, _Problem):
                text = f"is a list whose item {position} {item.text}"
                return item._replace(text=text)
            items.append(item)
        if len({item.shape for item in items}) == 1:
            return np.stack(items)
        return _Problem("is a list of values of different shapes")
    return _Problem(f"is {_kind(part)}, expected a tensor or a number")


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
    """The first quantity beyond tolerance; for trajectories, the first such step."""
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
    # Show the largest error. If some are infinite, show the first error of any size: a
    # value has often been wrong before it became NaN.
    far = errors if np.isfinite(errors).all() else errors > exercise.tolerance
    index = tuple(int(i) for i in np.unravel_index(np.argmax(far), errors.shape))
    expected, got = float(want[index]), float(have[index])
    texts = number_pair(expected, got)
    when = "" if step is None else f"in entry {step} "
    where = f"at index {list(index)} " if index else ""
    problem = f"{when}{where}should be {texts[0]}, is {texts[1]}"
    return Difference(name, problem, index, step, expected, got, rows(want), rows(have))
