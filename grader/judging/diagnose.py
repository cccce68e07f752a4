"""Which mistake explains a wrong answer: the exercise's own, then general ones."""

from dataclasses import dataclass

import numpy as np

from grader.judging.compare import Arrays, error
from grader.judging.exercise import Case, Exercise, Mistake, widened
from grader.judging.general import GENERAL, Quantity
from grader.judging.verdict import Diagnosis

MOST_NAMED = 2


@dataclass(frozen=True)
class Evidence:
    """One case: its inputs, the reference values and the learner's."""

    inputs: Case
    expected: Arrays
    got: Arrays


def diagnose(exercise: Exercise, evidence: list[Evidence]) -> Diagnosis | None:
    """The mistake that reproduces the learner's values in every case, or None.

    The exercise's own mistakes come before general ones. If two of its own reproduce
    the values, both are named; if more than two do, none is named.
    """
    found = [
        mistake
        for mistake in exercise.mistakes
        if all(_reproduces(exercise, mistake, one) for one in evidence)
    ]
    if len(found) > MOST_NAMED:
        return None
    if len(found) == MOST_NAMED:
        return _either(*found)
    if found:
        return Diagnosis(found[0].name, found[0].message, found[0].next_step)
    # A learner's numbers may be of any size, and NumPy may be set to raise.
    with np.errstate(all="ignore"):
        return _general(exercise, evidence)


def _reproduces(exercise: Exercise, mistake: Mistake, evidence: Evidence) -> bool:
    values = exercise.values(mistake.compute(**widened(evidence.inputs)))
    pairs = zip(values, evidence.got, strict=True)
    return not any(_differs(exercise, wrong, got) for wrong, got in pairs)


def _either(one: Mistake, other: Mistake) -> Diagnosis:
    return Diagnosis(
        f"{one.name}, or {other.name}",
        "Two mistakes give exactly these numbers. The first: "
        f"{one.message} The second: {other.message}",
        " ".join(dict.fromkeys((one.next_step, other.next_step))),
    )


def _differs(exercise: Exercise, want: np.ndarray, have: np.ndarray) -> bool:
    if want.shape != have.shape:
        return True
    return bool(error(want, have).max(initial=0.0) > exercise.tolerance)


def _general(exercise: Exercise, evidence: list[Evidence]) -> Diagnosis | None:
    """A general mistake that explains every wrong quantity."""
    wrong = []
    for position, name in enumerate(exercise.returns):
        pairs = [(e.expected[position], e.got[position]) for e in evidence]
        if any(_differs(exercise, *pair) for pair in pairs):
            quantity = Quantity(
                name,
                pairs,
                inputs=[e.inputs for e in evidence],
                tolerance=exercise.tolerance,
                derivative=name in exercise.derivatives,
                steps=exercise.per_step,
            )
            wrong.append(quantity)
    for recognise in GENERAL:
        found = [one for quantity in wrong if (one := recognise(quantity))]
        if found and len(found) == len(wrong) and len({d.name for d in found}) == 1:
            return found[0]
    return None
