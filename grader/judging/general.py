"""Mistakes that any exercise can have: sign, scale, transposition, accumulation, ...

Each function looks at one quantity in all cases, and makes the mistake with the right
values. It returns a diagnosis if the result is what the learner returned, in every
entry of every case.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.judging.compare import error
from grader.judging.exercise import Case
from grader.judging.verdict import Diagnosis

Pairs = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Quantity:
    """One returned value in all cases.

    Attributes:
        name: its name in messages.
        pairs: (expected, got) of each case, float64 arrays.
        inputs: the inputs of each case.
        tolerance: the exercise's tolerance.
        derivative: whether it is a gradient or another derivative.
        steps: whether it is a trajectory, with one entry for each step.
    """

    name: str
    pairs: Pairs
    inputs: list[Case]
    tolerance: float
    derivative: bool = False
    steps: bool = False

    @property
    def same_shapes(self) -> bool:
        """Whether (expected, got) have the same shape in every case."""
        return all(want.shape == have.shape for want, have in self.pairs)

    def explained(self, fits: Pairs) -> bool:
        """Whether (computed, got) agree everywhere."""
        return all(
            want.shape == have.shape
            and error(want, have).max(initial=0.0) <= self.tolerance
            for want, have in fits
        )


def not_a_number(seen: Quantity) -> Diagnosis | None:
    """NaN or infinity where a finite value is expected, and no other difference."""
    if not seen.same_shapes:
        return None
    lost = [np.isfinite(want) & ~np.isfinite(have) for want, have in seen.pairs]
    if not any(where.any() for where in lost):
        return None
    # If a finite entry is wrong too, it has another cause, which must be found first.
    kept = [
        (np.where(where, 0, want), np.where(where, 0, have))
        for where, (want, have) in zip(lost, seen.pairs, strict=True)
    ]
    if not seen.explained(kept):
        return None
    alone = all(
        where.sum() == np.isfinite(want).sum()
        for where, (want, _) in zip(lost, seen.pairs, strict=True)
    )
    rest = "" if alone else " Its finite values are right."
    return Diagnosis(
        "not a finite number",
        f"{seen.name} holds NaN or infinity.{rest}",
        "Print the intermediate values: look for 0/0, the logarithm or square root "
        "of 0, or an exponential that overflows.",
    )


def sign(seen: Quantity) -> Diagnosis | None:
    """Every entry negated."""
    if not seen.explained([(-want, have) for want, have in seen.pairs]):
        return None
    return Diagnosis(
        "sign flipped",
        f"{seen.name} is right in size and has the opposite sign.",
        "Look for a difference taken the other way round, or a missing minus.",
    )


def transposed(seen: Quantity) -> Diagnosis | None:
    """A matrix with its rows and columns exchanged."""
    if any(want.ndim != 2 for want, _ in seen.pairs):
        return None
    if not seen.explained([(want.T, have) for want, have in seen.pairs]):
        return None
    return Diagnosis(
        "transposed",
        f"{seen.name} has rows and columns exchanged.",
        "Write down the shape of each factor and check which axis is which.",
    )


def reshaped(seen: Quantity) -> Diagnosis | None:
    """The right entries in the right order, in another shape."""
    if seen.same_shapes:
        return None
    if not seen.explained([(want.ravel(), have.ravel()) for want, have in seen.pairs]):
        return None
    want, have = next((w, h) for w, h in seen.pairs if w.shape != h.shape)
    if all(_without_ones(w) == _without_ones(h) for w, h in seen.pairs):
        kind = "added" if have.ndim > want.ndim else "dropped"
        kind = "moved" if have.ndim == want.ndim else kind
        what = f"an axis of size 1 was {kind}."
    else:
        what = "the elements are right, and in the right order."
    return Diagnosis(
        "right numbers, other shape",
        f"{seen.name} has shape {have.shape} where {want.shape} is asked for.",
        f"Compare the shapes of your inputs with the shape you return: {what}",
    )


def _without_ones(array: np.ndarray) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)


def reduced(seen: Quantity) -> Diagnosis | None:
    """One number where several are expected: their sum or their mean."""
    if any(want.size < 2 or have.size != 1 for want, have in seen.pairs):
        return None
    for word, reduce in (("sum", np.sum), ("mean", np.mean)):
        if seen.explained(
            [(np.array(reduce(w)), h.reshape(())) for w, h in seen.pairs]
        ):
            return Diagnosis(
                f"reduced to its {word}",
                f"You return one number, the {word} of what {seen.name} should hold.",
                f"Find where the elements are taken together by a {word}.",
            )
    return None


def scaled(seen: Quantity) -> Diagnosis | None:
    """Every entry multiplied or divided by an integer or by a size of the inputs."""
    sizes = {abs(value) for want, _ in seen.pairs for value in want.ravel()}
    if not seen.same_shapes or len(sizes) < 2:
        return None  # a single number, if given twice, shows no factor
    factors = []
    for want, have in seen.pairs:
        if not want.any():
            return None
        factors.append(float((want * have).sum() / (want * want).sum()))
    fits = [(f * w, h) for f, (w, h) in zip(factors, seen.pairs, strict=True)]
    if min(map(abs, factors)) < 1e-6 or not seen.explained(fits):
        return None
    for direction, values in (
        ("large", factors),
        ("small", [1 / f for f in factors]),
    ):
        size = _common_size(values, seen.inputs)
        if size is not None:
            return Diagnosis(
                f"too {direction} by a size of the data",
                f"{seen.name} is too {direction} by the factor {size}.",
                "Check whether each sum should be a mean, or each mean a sum, "
                "and over which axis.",
            )
        whole = round(values[0])
        if abs(whole) > 1 and np.allclose(values, whole, rtol=1e-3):
            return Diagnosis(
                f"too {direction} by a constant",
                f"{seen.name} is too {direction} by the factor {whole} in every case.",
                "Look for a factor from a derivative (of a square, say), or for a "
                "gradient that is counted more than once."
                if seen.derivative
                else "Look for a factor that should not be there, or one that is "
                "missing.",
            )
    return None


def _common_size(factors: list[float], inputs: list[Case]) -> str | None:
    """In words, an input's axis whose length is the factor in every case."""
    for name, value in inputs[0].items():
        if not isinstance(value, np.ndarray):
            continue
        for axis in range(value.ndim):
            sizes = [case[name].shape[axis] for case in inputs]
            # A size that is the same in all cases could also be a constant.
            if len(set(sizes)) > 1 and np.allclose(factors, sizes, rtol=1e-3):
                return f"{name}.shape[{axis}]"
    return None


def accumulated(seen: Quantity) -> Diagnosis | None:
    """In each case, the sum of this case's right values and of all earlier cases'."""
    if len(seen.pairs) < 2 or len({want.shape for want, _ in seen.pairs}) > 1:
        return None
    totals = np.cumsum([want for want, _ in seen.pairs], axis=0)
    fits = [(t, have) for t, (_, have) in zip(totals, seen.pairs, strict=True)]
    if not seen.explained(fits):
        return None
    remedy = "a fresh gradient" if seen.derivative else "fresh values"
    return Diagnosis(
        "accumulated over calls",
        f"{seen.name} is right in the first call, and each later call adds to it.",
        f"Something outlives your function: start each call with {remedy}.",
    )


def one_step_off(seen: Quantity) -> Diagnosis | None:
    """A trajectory whose entries stand one step too late or too early."""
    if not seen.steps or any(len(want) < 3 for want, _ in seen.pairs):
        return None
    if not all(have.any() for _, have in seen.pairs):
        return None  # zeros fit any step
    if any(seen.explained(fits) for fits in _behind(seen)):
        word, first, second = "behind", 1, 0
    elif seen.explained([(np.r_[want[1:], want[-1:]], h) for want, h in seen.pairs]):
        word, first, second = "ahead", 0, 1
    else:
        return None
    return Diagnosis(
        f"one step {word}",
        f"Entry {first} of {seen.name} holds the value that belongs in entry "
        f"{second}, and so do the entries after it, each by one.",
        "Does your code record an entry before its step or after it? Compare with what "
        "the task asks for.",
    )


def _behind(seen: Quantity) -> Iterator[Pairs]:
    """The values one step late, once for each value that entry 0 may begin with."""
    yield [(np.r_[want[:1], want[:-1]], have) for want, have in seen.pairs]
    yield [(np.r_[0 * want[:1], want[:-1]], have) for want, have in seen.pairs]
    for name in seen.inputs[0]:
        fits = []
        for case, (want, have) in zip(seen.inputs, seen.pairs, strict=True):
            begin = case[name]
            if isinstance(begin, np.ndarray | float) and (
                np.shape(begin) == want.shape[1:]
            ):
                fits.append((np.r_[np.asarray(begin)[None], want[:-1]], have))
        if len(fits) == len(seen.pairs):
            yield fits


def truncated(seen: Quantity) -> Diagnosis | None:
    """Every entry without the digits behind its decimal point."""
    whole = seen.same_shapes and all((np.trunc(w) == h).all() for w, h in seen.pairs)
    if not whole:
        return None
    if not any(have.any() for _, have in seen.pairs):
        return None  # if all are zero, there are other causes
    return Diagnosis(
        "cut to whole numbers",
        f"{seen.name} lost everything behind the decimal point.",
        "Look for an integer dtype, int(...) or // in your code.",
    )


GENERAL = (
    not_a_number,
    sign,
    truncated,
    transposed,
    reshaped,
    reduced,
    scaled,
    accumulated,
    one_step_off,
)
