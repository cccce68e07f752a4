"""The cause of each of several runs, from its curves, by rules in a fixed order."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Curves = list[np.ndarray]  # train, validation, gradients

FINE, TOO_HIGH, NO_GRADIENT, UNSCALED, CONSTANT, TOO_LOW, OVERFITTING = range(7)


class Run(NamedTuple):
    """One run: its curves (steps,), and two losses to compare with."""

    train: np.ndarray
    validation: np.ndarray
    gradients: np.ndarray
    start: float
    constant: float


def _draw(rng: np.random.Generator) -> Case:
    start = round(float(np.log(rng.integers(5, 11))), 3)
    constant = round(0.85 * start, 3)
    steps = int(rng.integers(9, 13))
    makers = [*_MAKERS, _MAKERS[int(rng.integers(len(_MAKERS)))]]
    runs = [
        makers[n](rng, steps, start, constant) for n in rng.permutation(len(makers))
    ]
    train, validation, gradients = np.array(runs).transpose(1, 0, 2).astype(np.float32)
    return {
        "train": train,
        "validation": validation,
        "gradients": gradients,
        "start": start,
        "constant": constant,
    }


def _path(
    rng: np.random.Generator, steps: int, first: float, last: float
) -> np.ndarray:
    """From first to last, exactly, with noise in between."""
    curve = last + (first - last) * np.exp(-4 * np.linspace(0, 1, steps))
    curve *= rng.uniform(0.98, 1.02, size=steps)
    curve[[0, -1]] = first, last
    return curve


def _slopes(rng: np.random.Generator, steps: int) -> np.ndarray:
    return rng.uniform(0.1, 2, size=steps)


def _lost(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, start, 20 * start)
    train[-int(rng.integers(2, 5)) :] = np.nan
    return [train, 1.1 * train, _slopes(rng, steps)]


def _grown(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, rng.uniform(2.5, 4) * start, 8 * start)
    return [train, train, _slopes(rng, steps)]


def _rising(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, start, rng.uniform(2, 5) * start)
    return [train, train, _slopes(rng, steps)]


def _still(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = np.full(steps, start * rng.uniform(0.99, 1.01))
    return [train, train, np.zeros(steps)]


def _unscaled(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, rng.uniform(2.5, 6) * start, 0.2 * start)
    return [train, _turned(rng, train, 1.4), _slopes(rng, steps)]


def _unlearned(
    rng: np.random.Generator, steps: int, start: float, constant: float
) -> Curves:
    last = constant * (1 + rng.choice([-1, 1]) * rng.uniform(0.037, 0.045))
    train = _path(rng, steps, start, last)
    return [train, _turned(rng, train, 1.4), _slopes(rng, steps)]


def _slow(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, start, rng.uniform(0.96, 0.99) * start)
    return [train, 1.05 * train, _slopes(rng, steps)]


def _overfitted(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, start, rng.uniform(0.02, 0.1) * start)
    validation = _turned(rng, _path(rng, steps, start, 0.5 * start), 1.4)
    return [train, validation, _slopes(rng, steps)]


def _learned(rng: np.random.Generator, steps: int, start: float, _: float) -> Curves:
    train = _path(rng, steps, start, rng.uniform(0.1, 0.3) * start)
    validation = _path(rng, steps, start, 1.5 * train[-1])
    validation[-3] *= 0.93
    return [train, validation, _slopes(rng, steps)]


def _turned(rng: np.random.Generator, curve: np.ndarray, factor: float) -> np.ndarray:
    """A curve that rises in the end to ``factor`` times its lowest value."""
    turned = 1.1 * curve
    lowest = turned[:-2].min()
    turned[-2:] = lowest * np.array([(1 + factor) / 2, factor * rng.uniform(1, 1.1)])
    return turned


_MAKERS: tuple[Callable[[np.random.Generator, int, float, float], Curves], ...] = (
    _lost,
    _grown,
    _rising,
    _still,
    _unscaled,
    _unlearned,
    _slow,
    _overfitted,
    _learned,
)


def _too_high(run: Run) -> bool:
    return not run.train[-1] <= run.train[0]


def _no_gradient(run: Run) -> bool:
    return bool(run.gradients.max() == 0)


def _starts_high(run: Run) -> bool:
    return bool(run.train[0] > 2 * run.start)


def _stays_constant(run: Run) -> bool:
    return bool(abs(run.train[-1] - run.constant) <= 0.05 * run.constant)


def _too_low(run: Run) -> bool:
    return bool(run.train[-1] > 0.9 * run.train[0])


def _overfits(run: Run) -> bool:
    return bool(run.validation[-1] > 1.2 * run.validation.min())


Rule = tuple[int, Callable[[Run], bool]]
RULES: tuple[Rule, ...] = (
    (TOO_HIGH, _too_high),
    (NO_GRADIENT, _no_gradient),
    (UNSCALED, _starts_high),
    (CONSTANT, _stays_constant),
    (TOO_LOW, _too_low),
    (OVERFITTING, _overfits),
)


def _reference(
    train: np.ndarray,
    validation: np.ndarray,
    gradients: np.ndarray,
    start: float,
    constant: float,
) -> np.ndarray:
    """The number of the first cause whose rule holds for each run, 0 for none: (runs,).

    The curves are (runs, steps) in float64. What a later rule says means nothing
    where an earlier one holds: a run that diverged, say, shows no overfitting.
    """
    return _by(RULES, train, validation, gradients, start, constant)


def _by(
    rules: Sequence[Rule],
    train: np.ndarray,
    validation: np.ndarray,
    gradients: np.ndarray,
    start: float,
    constant: float,
) -> np.ndarray:
    found = []
    for curves in zip(train, validation, gradients, strict=True):
        run = Run(*curves, start, constant)
        found.append(next((cause for cause, holds in rules if holds(run)), FINE))
    return np.array(found)


def _with(cause: int, holds: Callable[[Run], bool]) -> Compute:
    """One rule replaced by another."""
    rules = [(c, holds if c == cause else rule) for c, rule in RULES]
    return partial(_by, rules)


def _first(cause: int) -> Compute:
    """One rule put before all others."""
    return partial(_by, sorted(RULES, key=lambda rule: rule[0] != cause))


def _renamed(change: Callable[[np.ndarray], np.ndarray]) -> Compute:
    return lambda **inputs: change(_reference(**inputs))


_MISTAKES = (
    Mistake(
        "NaN is overlooked",
        "You find no cause, or a later one, where the loss has become NaN: each "
        "comparison with NaN is False.",
        "Ask the other question, whether the last loss is at most the first, and "
        "negate the answer.",
        compute=_with(TOO_HIGH, lambda run: bool(run.train[-1] > run.train[0])),
    ),
    Mistake(
        "only NaN counts as too high",
        "Runs that become NaN are right. A rate is too high also where the loss ends "
        "above its first value.",
        "Read the rule of cause 1 again.",
        compute=_with(TOO_HIGH, lambda run: bool(np.isnan(run.train[-1]))),
    ),
    Mistake(
        "a high start comes first",
        "Rule 3 comes before rule 1 for you. A run for which both hold has cause 1.",
        "In which order do you try the rules?",
        compute=_first(UNSCALED),
    ),
    Mistake(
        "a low rate comes first",
        "Rule 5 comes before others for you. A run whose gradients are 0 does not get "
        "better by a higher rate.",
        "In which order do you try the rules?",
        compute=_first(TOO_LOW),
    ),
    Mistake(
        "overfitting comes first",
        "Rule 6 comes before others for you. What the validation loss does, says "
        "nothing of a run that has another fault.",
        "In which order do you try the rules?",
        compute=_first(OVERFITTING),
    ),
    Mistake(
        "the last rule that holds",
        "You give the last rule that holds for a run.",
        "In which order do you try the rules, and when do you stop?",
        compute=partial(_by, RULES[::-1]),
    ),
    Mistake(
        "the start in place of the constant",
        "In rule 4 you compare with the loss at the start.",
        "Which loss has a network that ignores its input?",
        compute=_with(
            CONSTANT,
            lambda run: bool(abs(run.train[-1] - run.start) <= 0.05 * run.start),
        ),
    ),
    Mistake(
        "0.05 instead of 5 percent",
        "In rule 4 you compare the difference with 0.05 itself.",
        "Of what is it 5 percent?",
        compute=_with(
            CONSTANT, lambda run: bool(abs(run.train[-1] - run.constant) <= 0.05)
        ),
    ),
    Mistake(
        "validation compared with training",
        "In rule 6 you compare the two last losses with each other. A validation loss "
        "that is higher and still falls is no overfitting.",
        "With which value of the same curve does rule 6 compare?",
        compute=_with(
            OVERFITTING, lambda run: bool(run.validation[-1] > 1.2 * run.train[-1])
        ),
    ),
    Mistake(
        "validation compared with its first value",
        "In rule 6 you compare with the first validation loss. The lowest one may come "
        "later.",
        "With which value of the same curve does rule 6 compare?",
        compute=_with(
            OVERFITTING, lambda run: bool(run.validation[-1] > 1.2 * run.validation[0])
        ),
    ),
    Mistake(
        "causes counted from 0",
        "Your causes are too small by 1, and a run without one gets -1.",
        "Which number does the first cause in the table have?",
        compute=_renamed(lambda causes: causes - 1),
    ),
    Mistake(
        "a fine run has the number 7",
        "All causes are right. A run without any gets 7 from you.",
        "Which number does the exercise ask for if no rule holds?",
        compute=_renamed(lambda causes: np.where(causes == FINE, 7, causes)),
    ),
)

DIAGNOSE = Exercise(
    id="debugging.diagnose",
    title="Six causes",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("cause",),
    mistakes=_MISTAKES,
    hints=(
        "Six questions, asked in their order, of one run after the other. The first "
        "that is answered with yes ends the search.",
        "curve[0], curve[-1], curve.min(), abs; `not a <= b` is True for NaN, `a > b` "
        "is not; if and elif try in order",
        "for each run, with its three curves:\n"
        "    if the last training loss is not at most the first: 1\n"
        "    otherwise the questions of rules 2 to 6, in this order\n"
        "    none of them: 0",
    ),
)
