"""What holds for every exercise of the course, from its declaration alone.

``course check`` runs the variants; each lesson's own tests confirm its references.
"""

import numpy as np
import pytest

from grader import references
from grader.authoring import sources
from grader.judging.drawing import distance
from grader.judging.exercise import Exercise, Mistake, widened
from grader.judging.judge import judge
from grader.judging.wire import Leaf, Reply
from grader.learner.frameworks import FRAMEWORKS
from tests.variants import load

SEEDS = range(20)  # 0 stands for the public cases
FEWER = range(8)  # to judge takes longer than to measure a distance
MARGIN = 10  # on both sides of the tolerance
EXERCISES = [e for name in references.lessons() for e in references.exercises(name)]
HEADINGS = [
    (source, number, exercise)
    for source in sources.find(sources.ROOT, "exercises")
    for number, exercise in enumerate(references.exercises(source.lesson), start=1)
]

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


@each_exercise
def test_every_mistake_lies_beyond_ten_tolerances_in_every_case(exercise: Exercise):
    for seed in SEEDS:
        for case in drawn(exercise, seed):
            right = exercise.expected(case)
            for mistake in exercise.mistakes:
                wrong = exercise.values(mistake.compute(**widened(case)))
                apart = distance(list(right), list(wrong))
                assert apart >= MARGIN * exercise.tolerance, (mistake.name, seed)


@each_exercise
def test_every_mistake_in_float32_is_named(exercise: Exercise):
    for seed in FEWER:
        cases = drawn(exercise, seed)
        for mistake in exercise.mistakes:
            verdict = judge(exercise, None, cases, [_made(mistake, c) for c in cases])
            assert verdict.status == "wrong"
            assert verdict.diagnosis, (mistake.name, seed)
            assert verdict.diagnosis.name == mistake.name, seed


def _made(mistake: Mistake, case: dict[str, object]) -> Reply:
    made = mistake.compute(**widened(case))
    parts = made if isinstance(made, tuple) else (made,)
    leaves = [Leaf(np.asarray(part, np.float32), "array") for part in parts]
    return Reply(leaves if isinstance(made, tuple) else leaves[0])


@each_exercise
def test_sizes_vary(exercise: Exercise):
    """A factor that depends on a size can't hide behind one that doesn't."""

    def sizes(value: object) -> object:
        if isinstance(value, list):
            return [sizes(item) for item in value]
        return np.shape(value)

    cases = [case for seed in range(5) for case in drawn(exercise, seed)]
    shapes = {str([sizes(value) for value in case.values()]) for case in cases}
    only_numbers = all(sizes(value) == () for value in cases[0].values())
    assert len(shapes) > 1 or only_numbers


@each_exercise
def test_every_mistake_is_made_by_a_variant(exercise: Exercise):
    made = {
        variant.mistake
        for framework in FRAMEWORKS
        for variant in load(exercise.lesson, framework)
        if variant.exercise == exercise.id
    }
    assert made - {None} == {mistake.name for mistake in exercise.mistakes}


@pytest.mark.parametrize(
    "source, number, exercise", HEADINGS, ids=[exercise.id for *_, exercise in HEADINGS]
)
def test_the_notebook_says_what_the_exercise_is(source, number, exercise):
    unit = "point" if exercise.points == 1 else "points"
    heading = f"# ## {number}. {exercise.title} ({exercise.points} {unit})\n"
    assert heading in source.path.read_text(encoding="utf-8")
