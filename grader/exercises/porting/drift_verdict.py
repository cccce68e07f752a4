"""Whether a port drifts further than equals do."""

from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Verdict = tuple[np.ndarray, int]


def _draw(rng: np.random.Generator, blamed: bool, lost: bool = False) -> Case:
    runs, steps = int(rng.integers(2, 5)), int(rng.integers(8, 11))
    # Drift grows by fits and starts: some steps bring equals together again.
    growth = np.cumsum(rng.uniform(0.1, 0.5, size=steps))
    dips = rng.choice([0.1, 0.3, 1.0], size=(runs, steps), p=[0.25, 0.35, 0.4])
    control = np.exp(growth) * dips * rng.uniform(0.5, 1.5, size=(runs, 1))
    farthest = np.maximum.accumulate(control.max(axis=0))
    factor = float(rng.integers(3, 9))
    # Beyond the control's own step here and there, and within the limit.
    port = farthest * factor * rng.uniform(0.3, 0.8, size=steps)
    if blamed:
        first = int(rng.integers(3, steps - 3))
        port[first] = farthest[first] * factor * rng.uniform(1.3, 1.8)
        port[first + 2 :] *= rng.uniform(3, 5)
        if lost:
            port[first:] = np.nan
    return {
        "control": np.round(control, 2).astype(np.float32),
        "port": port.astype(np.float32),
        "factor": factor,
    }


def _reference(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    """(limit, first): (steps,), and the first step beyond the limit, or -1.

    control (runs, steps) and port (steps,) are float64. NaN is beyond any limit.
    """
    return _judged(np.maximum.accumulate(control.max(axis=0)), port, factor)


def _judged(envelope: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    return factor * envelope, _first(~(port <= factor * envelope))


def _first(beyond: np.ndarray) -> int:
    return int(np.argmax(beyond)) if beyond.any() else -1


def _step_by_step(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    return _judged(control.max(axis=0), port, factor)


def _whole_run(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    return _judged(np.full(len(port), control.max()), port, factor)


def _mean_of_runs(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    return _judged(np.maximum.accumulate(control.mean(axis=0)), port, factor)


def _first_run(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    return _judged(np.maximum.accumulate(control[0]), port, factor)


def _nan_passes(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    limit, _ = _reference(control, port, factor)
    return limit, _first(port > limit)


def _none_is_zero(**inputs: Any) -> Verdict:
    limit, first = _reference(**inputs)
    return limit, max(first, 0)


def _last(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    limit, _ = _reference(control, port, factor)
    beyond = np.flatnonzero(~(port <= limit))
    return limit, int(beyond[-1]) if len(beyond) else -1


def _for_good(control: np.ndarray, port: np.ndarray, factor: float) -> Verdict:
    limit, _ = _reference(control, port, factor)
    within = np.flatnonzero(port <= limit)
    first = int(within[-1]) + 1 if len(within) else 0
    return limit, first if first < len(port) else -1


def _from_one(**inputs: Any) -> Verdict:
    limit, first = _reference(**inputs)
    return limit, first + 1 if first >= 0 else -1


_MISTAKES = (
    Mistake(
        "no factor",
        "Your limit is the largest drift of the controls itself.",
        "Which of your arguments is unused?",
        compute=lambda control, port, factor: _reference(control, port, 1.0),
    ),
    Mistake(
        "each step by itself",
        "Your limit falls where the controls come closer together for a step. A "
        "port's drift is then compared with a lucky moment.",
        "The limit is made of all steps up to the present one. Can it fall?",
        compute=_step_by_step,
    ),
    Mistake(
        "the largest drift of the whole run",
        "Your limit is the same at all steps. Early in the run it allows what the "
        "controls reach only at the end.",
        "Which steps of the controls may the limit at step 3 know?",
        compute=_whole_run,
    ),
    Mistake(
        "the mean of the controls",
        "You take the mean over the control runs. Equals do drift further than "
        "their mean.",
        "How far may equals drift apart: as far as they do on average, or as far as "
        "any of them did?",
        compute=_mean_of_runs,
    ),
    Mistake(
        "the first control alone",
        "Your limit is made of control[0]; the other runs are not used.",
        "Which axis of control counts the runs?",
        compute=_first_run,
    ),
    Mistake(
        "NaN passes",
        "A port whose drift is NaN is never blamed: each comparison with NaN is "
        "False, so that `drift > limit` is False too.",
        "Ask the other question, whether the drift is within the limit, and negate "
        "the answer.",
        compute=_nan_passes,
    ),
    Mistake(
        "never becomes step 0",
        "Your limit is right. Where the port stays within it, you return step 0: "
        "argmax of values that are all False is 0.",
        "Ask first whether any step is beyond the limit.",
        compute=_none_is_zero,
    ),
    Mistake(
        "the last step beyond the limit",
        "Your limit is right. You return the last step that is beyond it.",
        "Where would you look for the cause: where it begins, or where it ends?",
        compute=_last,
    ),
    Mistake(
        "where it stays beyond the limit",
        "Your limit is right. You return the step from which on the drift stays "
        "beyond it. It was beyond it before, for a step.",
        "Is one step beyond the limit allowed, by the exercise?",
        compute=_for_good,
    ),
    Mistake(
        "steps counted from 1",
        "Your limit is right. Your first step is too large by 1.",
        "port[0] is step 0.",
        compute=_from_one,
    ),
)
_IN_NUMBERS = tuple(
    m for m in _MISTAKES if m.name not in ("NaN passes", "never becomes step 0")
)

DRIFT_VERDICT = Exercise(
    id="porting.drift_verdict",
    title="How far equals may drift",
    points=2,
    neutral=True,
    cases=(
        separated(partial(_draw, blamed=True), _reference, _IN_NUMBERS),
        partial(_draw, blamed=False),
        partial(_draw, blamed=True, lost=True),
    ),
    reference=_reference,
    returns=("limit", "first"),
    mistakes=_MISTAKES,
    hints=(
        "First one line for all control runs: how far has any of them been, up to "
        "now? The limit is factor times that line.",
        "control.max(axis=...), np.maximum.accumulate(values): the largest value so "
        "far, at each place; ~ for not.",
        "farthest = the largest drift of any run, at each step      # (steps,)\n"
        "limit = factor times the largest of it so far              # (steps,)\n"
        "beyond = not (port is at most limit)\n"
        "first = the first True of it, -1 if there is none",
    ),
)
