"""Which mistake explains a wrong answer: the exercise's own, then general ones."""

from dataclasses import dataclass

import numpy as np

from grader.judging.compare import Arrays, error
from grader.judging.exercise import Exercise, widened
from grader.judging.general import GENERAL
from grader.judging.verdict import Diagnosis


@dataclass(frozen=True)
class Evidence:
    """One case: its inputs, the reference values and the learner's."""

    inputs: dict[str, object]
    expected: Arrays
    got: Arrays


def diagnose(exercise: Exercise, evidence: list[Evidence]) -> Diagnosis | None:
    """The mistake that reproduces the learner's values in every case, or None.

    Among several, the exercise's own come before general ones, and the closest
    comes first.
    """
    ranked = []
    for mistake in exercise.mistakes:
        distance = max(_distance(exercise, mistake.compute, e) for e in evidence)
        if distance <= exercise.tolerance:
            ranked.append((distance, len(ranked), mistake))
    if ranked:
        mistake = min(ranked)[2]
        return Diagnosis(mistake.name, mistake.message, mistake.next_step)
    for position in range(len(exercise.returns)):
        pairs = [(e.expected[position], e.got[position]) for e in evidence]
        if any(_differs(exercise, *pair) for pair in pairs):
            return _general(exercise, position, pairs, evidence)
    return None


def _distance(exercise: Exercise, compute: object, evidence: Evidence) -> float:
    values = exercise.values(compute(**widened(evidence.inputs)))
    return max(
        error(wrong, got).max(initial=0.0) if wrong.shape == got.shape else np.inf
        for wrong, got in zip(values, evidence.got, strict=True)
    )


def _differs(exercise: Exercise, want: np.ndarray, have: np.ndarray) -> bool:
    if want.shape != have.shape:
        return True
    return bool(error(want, have).max(initial=0.0) > exercise.tolerance)


def _general(
    exercise: Exercise,
    position: int,
    pairs: list[tuple[np.ndarray, np.ndarray]],
    evidence: list[Evidence],
) -> Diagnosis | None:
    quantity = exercise.returns[position]
    inputs = [e.inputs for e in evidence]
    for recognise in GENERAL:
        found = recognise(quantity, pairs, inputs, exercise.tolerance)
        if found is not None:
            return found
    return None
