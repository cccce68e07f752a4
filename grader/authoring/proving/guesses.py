"""Tests whether an answer that uses too little can pass an exercise.

Such answers are a constant, an input returned as it is, the reference with only one
true input, and answers of other exercises. If one passes a draw, a mark proves nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from grader.authoring.proving.draws import Draw, alike
from grader.judging import Exercise
from grader.judging.exercise import Compute, widened

FIXED = 6  # cases whose values replace the inputs that are left out
SOME = 101  # draws on which functions of one input are tried
FEW = 4  # draws for other exercises' answers, which differ in all draws or in none


def guesses(
    exercise: Exercise, draws: Sequence[Draw], others: Sequence[Exercise] = ()
) -> Iterator[str]:
    """A sentence on each answer that uses too little and passes.

    Args:
        draws: of the public cases and of fresh cases.
        others: the exercises whose answers are tried here.
    """
    found = [
        *_constants(exercise, draws),
        *_handed_back(exercise, draws),
        *_one_input(exercise, draws[:SOME]),
        *_foreign(exercise, draws[:FEW], others),
    ]
    for answer, passed, tried in found:
        yield f"{answer} passes {passed} of {tried} draws: draw other inputs"


Found = Iterator[tuple[str, int, int]]


def _constants(exercise: Exercise, draws: Sequence[Draw]) -> Found:
    """The constant that passes the most draws; the first value of each is tried."""
    values = []
    for draw in draws:
        first = [draw.right[0]] * len(draw.right)
        if alike(exercise, draw.right, first):
            values.append(draw.right[0])
    passed = {
        tuple(map(str, value)): sum(
            alike(exercise, draw.right, [value] * len(draw.right)) for draw in draws
        )
        for value in values
    }
    if passed:
        best = max(passed, key=passed.__getitem__)
        yield f"the constant {', '.join(best)}", passed[best], len(draws)


def _handed_back(exercise: Exercise, draws: Sequence[Draw]) -> Found:
    for name in draws[0].cases[0]:
        answer = _input(name)
        yield from _counted(f"the input {name} itself", exercise, draws, answer)


def _input(name: str) -> Callable[..., object]:
    return lambda **inputs: inputs[name]


def _one_input(exercise: Exercise, draws: Sequence[Draw]) -> Found:
    """For each input, the best answer that uses only this input.

    It is the reference, with the other inputs taken from one fixed case, and cut or
    repeated to the right sizes. An exercise with one input has no such answer.
    """
    fixed = [case for draw in draws for case in draw.cases][:FIXED]
    names = list(fixed[0])
    if len(names) < 2:
        return
    for name in names:
        answers = [_knowing(exercise, name, case) for case in fixed]
        passed = max(_passed(exercise, draws, answer) for answer in answers)
        if passed:
            yield f"a function of {name} alone", passed, len(draws)


def _knowing(
    exercise: Exercise, name: str, case: dict[str, object]
) -> Callable[..., object]:
    guessed = widened(case)

    def answer(**inputs: object) -> object:
        try:
            return exercise.reference(**{**guessed, name: inputs[name]})
        except Exception:  # the fixed values have other sizes
            sized = {n: fitted(guessed[n], value) for n, value in inputs.items()}
            return exercise.reference(**{**sized, name: inputs[name]})

    return answer


def fitted(value: Any, like: object) -> object:
    """``value`` cut or repeated to the shape or length of ``like``."""
    if isinstance(like, np.ndarray):
        return np.resize(value, like.shape)
    if isinstance(like, list) and value:
        parts = [value[position % len(value)] for position in range(len(like))]
        return [fitted(part, other) for part, other in zip(parts, like, strict=True)]
    return value


def _foreign(
    exercise: Exercise, draws: Sequence[Draw], others: Sequence[Exercise]
) -> Found:
    """Right and wrong answers of other exercises whose inputs are of the same kinds."""
    kinds = list(_kinds(exercise).values())
    for other in others:
        names, same = list(_kinds(other)), list(_kinds(other).values())
        if other.id == exercise.id or same != kinds:
            continue
        computed = {f"the answer to {other.id}": other.reference}
        for mistake in other.mistakes:
            computed[f"{other.id}, {mistake.name!r},"] = mistake.compute
        for told, function in computed.items():
            answer = _renamed(function, names)
            yield from _counted(told, exercise, draws, answer)


@cache
def _kinds(exercise: Exercise) -> dict[str, object]:
    """The kind of each input: an array's number of axes, otherwise the type."""
    inputs = exercise.public_cases()[0]
    return {name: getattr(v, "ndim", type(v)) for name, v in inputs.items()}


def _renamed(
    function: Callable[..., object], names: list[str]
) -> Callable[..., object]:
    return lambda **inputs: function(**dict(zip(names, inputs.values(), strict=True)))


def _counted(
    told: str, exercise: Exercise, draws: Sequence[Draw], answer: Compute
) -> Found:
    passed = _passed(exercise, draws, answer)
    if passed:
        yield told, passed, len(draws)


def _passed(exercise: Exercise, draws: Sequence[Draw], answer: Compute) -> int:
    """How many draws ``answer`` passes, by being right in all cases of the draw."""
    return sum(_passes(exercise, draw, answer) for draw in draws)


def _passes(exercise: Exercise, draw: Draw, answer: Compute) -> bool:
    for case, right in zip(draw.cases, draw.right, strict=True):
        try:
            got = exercise.values(answer(**widened(case)))
            if not alike(exercise, [right], [got]):
                return False
        except Exception:  # the answer may not fit these inputs
            return False
    return True
