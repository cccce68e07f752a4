"""Mistakes of every exercise: sign, scale, transposition, accumulation and so on.

Each function looks at one quantity in all cases, as (expected, got) pairs with the
cases' inputs, and returns a diagnosis when its mistake explains every case.
"""

import numpy as np

from grader.judging.compare import error
from grader.judging.verdict import Diagnosis

Pairs = list[tuple[np.ndarray, np.ndarray]]
Inputs = list[dict[str, object]]


def _all_close(pairs: Pairs, tolerance: float) -> bool:
    return all(
        want.shape == have.shape and error(want, have).max(initial=0.0) <= tolerance
        for want, have in pairs
    )


def _as_finite(want: np.ndarray, have: np.ndarray) -> bool:
    """Whether ``have`` is finite wherever the reference is."""
    if want.shape != have.shape:
        return bool(np.isfinite(have).all())
    return bool((np.isfinite(have) | ~np.isfinite(want)).all())


def not_a_number(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if all(_as_finite(want, have) for want, have in pairs):
        return None
    return Diagnosis(
        "not a finite number",
        f"{quantity} holds NaN or infinity.",
        "Print the intermediate values: look for 0/0, the logarithm or square root "
        "of 0, or an exponential that overflows.",
    )


def sign(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if not _all_close([(-want, have) for want, have in pairs], tolerance):
        return None
    return Diagnosis(
        "sign flipped",
        f"{quantity} is right in size and has the opposite sign.",
        "Look for a difference taken the other way round, or a missing minus.",
    )


def transposed(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if any(want.ndim != 2 for want, _ in pairs):
        return None
    if not _all_close([(want.T, have) for want, have in pairs], tolerance):
        return None
    return Diagnosis(
        "transposed",
        f"{quantity} has rows and columns exchanged.",
        "Write down the shape of each factor and check which axis is which.",
    )


def reshaped(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if all(want.shape == have.shape for want, have in pairs):
        return None
    flat = [(want.ravel(), have.ravel()) for want, have in pairs]
    if not _all_close(flat, tolerance):
        return None
    want, have = next((w, h) for w, h in pairs if w.shape != h.shape)
    return Diagnosis(
        "right numbers, other shape",
        f"{quantity} has shape {have.shape} where {want.shape} is asked for.",
        "Compare the shapes of your inputs with the shape you return: an axis of "
        "size 1 was kept, added or dropped.",
    )


def reduced(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if any(want.size < 2 or have.size != 1 for want, have in pairs):
        return None
    for word, reduce in (("sum", np.sum), ("mean", np.mean)):
        if _all_close([(reduce(w), h.reshape(())) for w, h in pairs], tolerance):
            return Diagnosis(
                f"reduced to its {word}",
                f"You return the {word} of {quantity}, not its elements.",
                f"Find where the elements are taken together by a {word}.",
            )
    return None


def scaled(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    factors = []
    for want, have in pairs:
        if want.shape != have.shape or not want.any():
            return None
        factors.append(float((want * have).sum() / (want * want).sum()))
    fits = [(f * w, h) for f, (w, h) in zip(factors, pairs, strict=True)]
    if min(map(abs, factors)) < 1e-6 or not _all_close(fits, tolerance):
        return None
    for direction, values in (
        ("large", factors),
        ("small", [1 / f for f in factors]),
    ):
        size = _common_size(values, inputs)
        if size:
            return Diagnosis(
                f"too {direction} by a size of the data",
                f"{quantity} is too {direction} by the factor {size}.",
                "Check whether each sum should be a mean, or each mean a sum, "
                "and over which axis.",
            )
        whole = round(values[0])
        if abs(whole) > 1 and np.allclose(values, whole, rtol=1e-3):
            return Diagnosis(
                f"too {direction} by a constant",
                f"{quantity} is too {direction} by the factor {whole} in every case.",
                "Look for a factor from a derivative (of a square, say), or for a "
                "gradient that is counted more than once.",
            )
    return None


def _common_size(factors: list[float], inputs: Inputs) -> str:
    """An input's axis whose length is the factor in every case, in words."""
    for name, value in inputs[0].items():
        if not isinstance(value, np.ndarray):
            continue
        for axis in range(value.ndim):
            sizes = [case[name].shape[axis] for case in inputs]
            # The same size in all cases could as well be a constant.
            if len(set(sizes)) > 1 and np.allclose(factors, sizes, rtol=1e-3):
                return f"{name}.shape[{axis}]"
    return ""


def accumulated(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if len(pairs) < 2 or len({w.shape for w, _ in pairs}) > 1:
        return None
    totals = np.cumsum([want for want, _ in pairs], axis=0)
    if not _all_close(
        [(t, h) for t, (_, h) in zip(totals, pairs, strict=True)], tolerance
    ):
        return None
    return Diagnosis(
        "accumulated over calls",
        f"{quantity} is right in the first call, and each later call adds to it.",
        "Something outlives your function: start each call with a fresh gradient.",
    )


def one_step_off(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if any(w.ndim == 0 or len(w) < 3 or w.shape != h.shape for w, h in pairs):
        return None
    if not all(h.any() for _, h in pairs):
        return None  # zeros lie on any step
    if _all_close([(w[:-1], h[1:]) for w, h in pairs], tolerance):
        word, other = "behind", "before"
    elif _all_close([(w[1:], h[:-1]) for w, h in pairs], tolerance):
        word, other = "ahead", "after"
    else:
        return None
    return Diagnosis(
        f"one step {word}",
        f"{quantity} holds the right values, one step {word}.",
        f"You record {other} the update what is asked for on its other side.",
    )


def truncated(
    quantity: str, pairs: Pairs, inputs: Inputs, tolerance: float
) -> Diagnosis | None:
    if not all(w.shape == h.shape and (np.trunc(w) == h).all() for w, h in pairs):
        return None
    if not any(have.any() for _, have in pairs):
        return None  # nothing but zeros has other reasons
    return Diagnosis(
        "cut to whole numbers",
        f"{quantity} lost everything behind the decimal point.",
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
