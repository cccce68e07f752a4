"""A gate before the rollout: candidates' outputs against those of the model."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Verdicts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Measure = Callable[[np.ndarray, np.ndarray], float]

NOISE, NEAR, TOLERANCE, FAR = 1e-3, 1e-3, 5e-3, 0.02  # shares of the largest output


def _draw(rng: np.random.Generator) -> Case:
    n, classes = int(rng.integers(12, 18)), int(rng.integers(4, 7))
    most_flips = int(rng.integers(1, 4))
    old = rng.uniform(-1.0, 1.0, size=(n, classes))
    winner = rng.integers(0, classes, size=n)
    old[np.arange(n), winner] = rng.uniform(2.0, 3.0, size=n)
    near = rng.permutation(n)[: most_flips + 2]
    # The largest output lies in a row that some candidates break.
    old[near[0], winner[near[0]]] = rng.uniform(3.3, 3.6)
    scale = np.abs(old).max()
    # In some rows, the second class is nearly as large as the first.
    second = (winner + 1) % classes
    old[near, second[near]] = old[near, winner[near]] - NEAR * scale

    def candidate(flips: int) -> np.ndarray:
        new = old + NOISE * scale * rng.uniform(-1, 1, size=old.shape)
        new[near] = old[near]
        flipped = near[:flips]
        new[flipped, second[flipped]] += 1.5 * NEAR * scale
        return new

    lost, infinite = candidate(1), candidate(1)
    lost[near[0], second[near[0]] - 2] = np.nan
    lost[near[1], :2] = np.nan
    infinite[near[0], second[near[0]] - 2] = -np.inf
    candidates = [
        candidate(most_flips),
        candidate(most_flips + 1),
        candidate(0) * (1 + FAR),
        lost,
        infinite,
    ]
    order = rng.permutation(len(candidates))
    return {
        "old": old.astype(np.float32),
        "candidates": np.stack([candidates[i] for i in order]).astype(np.float32),
        "tolerance": TOLERANCE,
        "most_flips": most_flips,
    }


def _relative(old: np.ndarray, new: np.ndarray) -> float:
    return float(np.abs(new - old).max() / np.abs(old).max())


def _whole(new: np.ndarray) -> np.ndarray:
    return np.isfinite(new).all(axis=1)


def _rows(new: np.ndarray) -> int:
    return int((~_whole(new)).sum())


def _flips(old: np.ndarray, new: np.ndarray) -> int:
    changed = old.argmax(axis=1) != new.argmax(axis=1)
    return int(changed[_whole(new)].sum())


def _passed(verdict: tuple[float, int, int], tolerance: float, most_flips: int) -> bool:
    difference, broken, flips = verdict
    return broken == 0 and difference <= tolerance and flips <= most_flips


def _reference(
    old: np.ndarray, candidates: np.ndarray, tolerance: float, most_flips: int
) -> Verdicts:
    """(differences, broken, flips, passed), each (candidates,).

    old (rows, classes) is finite, candidates (candidates, rows, classes); float64.
    """
    return _gate(old, candidates, tolerance, most_flips)


def _gate(
    old: np.ndarray,
    candidates: np.ndarray,
    tolerance: float,
    most_flips: int,
    measure: Measure = _relative,
    whole: Callable[[np.ndarray], np.ndarray] = _whole,
    broken: Callable[[np.ndarray], int] = _rows,
    flips: Callable[[np.ndarray, np.ndarray], int] = _flips,
    passed: Callable[[tuple[float, int, int], float, int], bool] = _passed,
) -> Verdicts:
    found = []
    for new in candidates:
        kept = whole(new)
        told = (measure(old[kept], new[kept]), broken(new), flips(old, new))
        found.append((*told, passed(told, tolerance, most_flips)))
    differences, rows, changed, verdicts = np.array(found, dtype=float).T
    return differences, rows, changed, verdicts


def _absolute(old: np.ndarray, new: np.ndarray) -> float:
    return float(np.abs(new - old).max())


def _mean(old: np.ndarray, new: np.ndarray) -> float:
    return float(np.abs(new - old).mean() / np.abs(old).max())


def _each_entry(old: np.ndarray, new: np.ndarray) -> float:
    return float((np.abs(new - old) / np.abs(old)).max())


def _scale_of_new(old: np.ndarray, new: np.ndarray) -> float:
    return float(np.abs(new - old).max() / np.abs(new).max())


def _no_nan(new: np.ndarray) -> np.ndarray:
    return ~np.isnan(new).any(axis=1)


def _no_nan_rows(new: np.ndarray) -> int:
    return int((~_no_nan(new)).sum())


def _no_nan_flips(old: np.ndarray, new: np.ndarray) -> int:
    changed = old.argmax(axis=1) != new.argmax(axis=1)
    return int(changed[_no_nan(new)].sum())


def _entries(new: np.ndarray) -> int:
    return int((~np.isfinite(new)).sum())


def _flips_of_all(old: np.ndarray, new: np.ndarray) -> int:
    return int((old.argmax(axis=1) != new.argmax(axis=1)).sum())


def _scale_of_all(
    old: np.ndarray, candidates: np.ndarray, tolerance: float, most_flips: int
) -> Verdicts:
    largest = np.abs(old).max()
    return _gate(
        old,
        candidates,
        tolerance,
        most_flips,
        measure=lambda kept, new: float(np.abs(new - kept).max() / largest),
    )


def _measured(measure: Measure) -> Compute:
    return partial(_gate, measure=measure)


_MISTAKES = (
    Mistake(
        "absolute differences",
        "Your differences are those of the outputs themselves. The same tolerance then "
        "means something else for each model.",
        "By which number does the exercise divide?",
        compute=_measured(_absolute),
    ),
    Mistake(
        "the mean difference",
        "You take the mean over all outputs, in which one wrong row disappears.",
        "Which of the differences does the exercise ask for?",
        compute=_measured(_mean),
    ),
    Mistake(
        "each output by its own size",
        "You divide each difference by its own output, so that an output near 0 makes "
        "rounding look like an error.",
        "The scale is one number for all outputs.",
        compute=_measured(_each_entry),
    ),
    Mistake(
        "the scale of the candidate",
        "You divide by the largest output of the candidate, which is under suspicion.",
        "Which of the two is known to be right?",
        compute=_measured(_scale_of_new),
    ),
    Mistake(
        "the scale of all rows",
        "Where a candidate has broken rows, you divide by the largest output of all "
        "rows.",
        "Over which rows does the exercise take the largest |old|?",
        compute=_scale_of_all,
    ),
    Mistake(
        "infinity is a number",
        "A row that holds an infinite output counts as whole.",
        "Which values make a row broken, by the exercise?",
        compute=partial(_gate, whole=_no_nan, broken=_no_nan_rows, flips=_no_nan_flips),
    ),
    Mistake(
        "broken outputs are counted",
        "You count the outputs that are NaN or infinite. A row may hold several.",
        "Ask each row whether any of its outputs is broken.",
        compute=partial(_gate, broken=_entries),
    ),
    Mistake(
        "broken rows flip",
        "You count flips in broken rows too. argmax has no meaning there: NumPy "
        "returns the place of the NaN.",
        "Which rows does the exercise leave out, before it counts flips?",
        compute=partial(_gate, flips=_flips_of_all),
    ),
    Mistake(
        "as many flips as allowed are too many",
        "The first three values are right. A candidate with exactly `most_flips` flips "
        "doesn't pass.",
        "Read again what a candidate may have at most.",
        compute=partial(
            _gate, passed=lambda told, tol, most: _passed(told, tol, most - 1)
        ),
    ),
    Mistake(
        "broken rows pass",
        "The first three values are right. A candidate with broken rows passes, "
        "because its other rows are fine.",
        "How many broken rows may a candidate have?",
        compute=partial(
            _gate,
            passed=lambda told, tol, most: _passed((told[0], 0, told[2]), tol, most),
        ),
    ),
    Mistake(
        "flips don't matter",
        "The first three values are right. A candidate passes with any number of "
        "flips.",
        "Which of your arguments is unused?",
        compute=partial(
            _gate,
            passed=lambda told, tol, most: _passed((told[0], told[1], 0), tol, most),
        ),
    ),
    Mistake(
        "differences don't matter",
        "The first three values are right. A candidate passes with any difference.",
        "Which of your arguments is unused?",
        compute=partial(
            _gate,
            passed=lambda told, tol, most: _passed((0.0, told[1], told[2]), tol, most),
        ),
    ),
)

PARITY_GATE = Exercise(
    id="serving.parity_gate",
    title="A gate before the rollout",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("differences", "broken", "flips", "passed"),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Write it for one candidate first. Which of its rows are whole? Everything "
        "else is computed on those, and the decision comes last.",
        "np.isfinite(...).all(axis=1), ~ for not, array[mask] keeps rows; np.abs, "
        "np.argmax(..., axis=1).",
        "for each candidate:\n"
        "    whole = rows in which every output is finite\n"
        "    difference = largest gap over whole rows / largest |old| over them\n"
        "    broken = how many rows are not whole\n"
        "    flips = how many whole rows have another argmax\n"
        "    passed = nothing is broken, and neither limit is exceeded",
    ),
)
