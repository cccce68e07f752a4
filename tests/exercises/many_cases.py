"""Many cases of an exercise, and what its reference says of them."""

from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

SEEDS = range(4)  # 0 stands for the public cases; `course check` draws more


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(lesson: str, name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"{lesson}.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def reference(lesson: str, name: str, case: dict[str, object]):
    return find(f"{lesson}.{name}").reference(**case)
