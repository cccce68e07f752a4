"""What holds for every exercise of the course, from its declaration alone.

``course check`` runs the variants and names the mistakes; each lesson's own tests
confirm its references.
"""

import inspect
import re

import numpy as np
import pytest

from grader.authoring.proving.variants import load
from grader.authoring.texts import sources
from grader.exercises import catalogue
from grader.judging.exercise import Exercise

EXERCISES = [e for name in catalogue.lessons() for e in catalogue.exercises(name)]
HEADINGS = [
    (source, number, exercise)
    for source in sources.find(sources.ROOT, "exercises")
    for number, exercise in enumerate(catalogue.exercises(source.lesson), start=1)
]

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)


@each_exercise
def test_a_reference_takes_the_inputs_of_its_cases_alone(exercise: Exercise):
    taken = list(inspect.signature(exercise.reference).parameters)
    for case in [*exercise.public_cases(), *exercise.fresh_cases(1)]:
        assert taken == list(case)


@each_exercise
def test_sizes_vary(exercise: Exercise):
    """A factor that depends on a size can't hide behind one that doesn't."""

    def sizes(value: object) -> object:
        if isinstance(value, list):
            return [sizes(item) for item in value]
        return np.shape(value)

    cases = exercise.public_cases()
    cases += [case for seed in range(1, 5) for case in exercise.fresh_cases(seed)]
    shapes = {str([sizes(value) for value in case.values()]) for case in cases}
    only_numbers = all(sizes(value) == () for value in cases[0].values())
    assert len(shapes) > 1 or only_numbers


@each_exercise
def test_every_mistake_is_made_by_a_variant(exercise: Exercise):
    made = {
        variant.mistake
        for half in exercise.halves()
        for variant in load(exercise.lesson, half or "any")
        if variant.exercise == exercise.id
    }
    assert made - {None} == {mistake.name for mistake in exercise.mistakes}


@pytest.mark.parametrize(
    ("source", "number", "exercise"),
    HEADINGS,
    ids=[exercise.id for *_, exercise in HEADINGS],
)
def test_the_notebook_says_what_the_exercise_is(source, number, exercise):
    unit = "point" if exercise.points == 1 else "points"
    heading = f"# ## {number}. {exercise.title} ({exercise.points} {unit})\n"
    assert heading in source.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "number", "exercise"),
    HEADINGS,
    ids=[exercise.id for *_, exercise in HEADINGS],
)
def test_the_notebooks_function_takes_the_inputs_in_their_order(
    source, number, exercise
):
    """One with names of its own is called by position."""
    text = source.path.read_text(encoding="utf-8")
    heads = re.findall(rf"^def {exercise.name}\(([^)]*)\):", text, re.M)
    taken = {tuple(re.findall(r"\w+", head)) for head in heads}
    assert taken == {tuple(exercise.public_cases()[0])}
