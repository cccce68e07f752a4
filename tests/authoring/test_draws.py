"""Public cases never flatter: what passes them passes any draw, by knowing."""

import dataclasses

import numpy as np
import pytest

from grader.authoring.proving import variants
from grader.authoring.proving.any_framework import neutral
from grader.authoring.proving.declared import FRESH, declared
from grader.authoring.proving.draws import coinciding, differing, draws, telling
from grader.authoring.proving.guesses import fitted, guesses
from grader.judging import Exercise, Mistake


def mistake(name: str, compute) -> Mistake:
    return Mistake(name, "What is wrong.", "What to try.", compute=compute)


def case(rng: np.random.Generator) -> dict[str, object]:
    return {
        "x": rng.uniform(1, 2, size=3).astype(np.float32),
        "k": int(rng.integers(2, 7)),
    }


SOUND = Exercise(
    id="lesson.powers",
    title="Powers",
    points=1,
    cases=tuple(lambda rng, k=k: {"x": case(rng)["x"], "k": k} for k in (2, 3, 4)),
    reference=lambda x, k: x**k,
    returns=("y",),
    mistakes=(
        mistake("a product", lambda x, k: x * k + 2),
        mistake("exchanged", lambda x, k: float(k) ** x + 9),
        mistake("one less", lambda x, k: x ** (k - 1) - 3),
        mistake("the sum", lambda x, k: np.sum(x**k)),
    ),
    hints=("a", "b", "c"),
)


def drawn(exercise: Exercise, fresh: range = FRESH) -> list:
    return list(draws(exercise, fresh))


def guessed(others=(), **changes) -> list[str]:
    exercise = dataclasses.replace(SOUND, **changes)
    return list(guesses(exercise, drawn(exercise), others))


def test_a_sound_exercise_is_left_alone():
    assert guessed() == []
    assert declared(SOUND, [SOUND]).failures == ()
    assert declared(SOUND, [SOUND]).differing == ()


def test_a_constant_that_passes_is_found():
    [said] = guessed(reference=lambda x, k: np.array([3.0, 2.0]))[:1]
    assert said == "the constant [3. 2.] passes 201 of 201 draws: draw other inputs"


def test_a_constant_that_passes_by_luck_is_found_too():
    """A fifth of all cases give 2: so do all three of a draw, now and then."""
    said = guessed(cases=case, reference=lambda x, k: k % 5)
    (words,) = [one.split() for one in said if one.startswith("the constant")]
    assert 0 < int(words[words.index("passes") + 1]) < 20


def test_an_input_handed_back_is_found():
    said = guessed(reference=lambda x, k: x)
    assert "the input x itself passes 201 of 201 draws: draw other inputs" in said


@pytest.mark.parametrize(
    ("reference", "name"),
    [(lambda x, k: np.exp(x), "x"), (lambda x, k: np.arange(k), "k")],
)
def test_a_function_of_one_input_alone_is_found(reference, name):
    [said] = guessed(reference=reference)
    assert said.startswith(f"a function of {name} alone passes 101 of 101 draws")


def test_an_input_that_hardly_ever_matters_is_found():
    [said] = guessed(cases=case, reference=lambda x, k: np.exp(x) + (k == 6))
    words = said.split()
    assert said.startswith("a function of x alone")
    assert 20 < int(words[words.index("passes") + 1]) < 101


def test_an_exercise_of_one_input_may_depend_on_it_alone():
    single = {"cases": lambda rng: {"x": case(rng)["x"]}, "mistakes": ()}
    assert guessed(reference=lambda x: np.exp(x), **single) == []


def test_inputs_of_other_sizes_are_cut_or_repeated():
    assert fitted(np.arange(3), np.zeros((2, 2))).tolist() == [[0, 1], [2, 0]]
    assert fitted([1, 2], [7, 8, 9]) == [1, 2, 1]
    assert fitted([[1], [2, 3]], [[7, 8]]) == [[1, 1]]
    assert fitted(4, 9) == 4 and fitted([], [7]) == []


def test_a_function_of_one_input_is_found_whatever_the_sizes():
    def sized(rng):
        size = int(rng.integers(2, 9))
        return {"x": rng.normal(size=size), "w": rng.uniform(1, 2, size=size)}

    [said] = guessed(
        cases=sized, reference=lambda x, w: np.exp(x) * (w > 0), mistakes=()
    )
    assert said.startswith("a function of x alone passes 101 of 101 draws")


def test_the_answers_of_other_exercises_are_tried_by_position():
    def named_otherwise(rng):
        return dict(zip(("a", "b"), case(rng).values(), strict=True))

    other = dataclasses.replace(
        SOUND,
        id="lesson.other",
        cases=named_otherwise,
        reference=lambda a, b: a + b,
        mistakes=(mistake("multiplied", lambda a, b: a**b),),
    )
    assert guessed([SOUND, other]) == [
        "lesson.other, 'multiplied', passes 4 of 4 draws: draw other inputs"
    ]
    alike = dataclasses.replace(other, reference=lambda a, b: a**b, mistakes=())
    assert "the answer to lesson.other passes" in guessed([alike])[0]
    raising = dataclasses.replace(other, reference=lambda a, b: 1 / 0, mistakes=())
    assert guessed([raising]) == []


def planted(compute) -> Exercise:
    """With k from 2 to 6 by chance, and 4 in all public cases."""

    def cases(rng):
        return case(rng)

    exercise = dataclasses.replace(
        SOUND, cases=cases, mistakes=(*SOUND.mistakes, mistake("planted", compute))
    )
    public = exercise.public_cases()
    assert not all(c["k"] == 4 for c in public)
    return exercise


def test_mistakes_that_coincide_on_all_public_cases_are_found():
    exercise = planted(SOUND.mistakes[0].compute)
    assert coinciding(exercise, drawn(exercise, range(0))[0]) == [
        ("a product", "planted")
    ]
    said = declared(exercise).failures
    assert "the public cases don't tell the mistake 'planted' from 'a product'" in said


def test_a_mistake_that_only_the_public_cases_show_is_found():
    """Wrong from 4 on: some fresh draws have smaller numbers alone."""
    exercise = planted(lambda x, k: x**k + 9 * (k >= 5))
    assert any(c["k"] >= 5 for c in exercise.public_cases())
    [found] = differing(exercise, drawn(exercise))
    assert found.answer == "'planted'" and found.tried == 200
    assert found.public == "told from a right answer"
    small = [
        draw.seed for draw in drawn(exercise)[1:] if all(c["k"] < 5 for c in draw.cases)
    ]
    assert (found.count, found.seed) == (len(small), small[0])
    assert "on the public cases, and taken for it on" in str(found)


def test_a_variant_is_judged_on_every_draw(monkeypatch):
    def right(x, k):
        return x**k

    def lucky(x, k):
        return x**k if k < largest else x

    exercise = dataclasses.replace(SOUND, cases=case)
    largest = 1 + max(c["k"] for c in exercise.public_cases())
    assert largest < 7, "the public cases have the largest number already"
    known = [variants.Variant(exercise.id, f, None) for f in (right, lucky)]
    monkeypatch.setattr(variants, "load", lambda lesson, framework: known)
    [found] = neutral(exercise, drawn(exercise))
    assert (found.answer, found.public, found.fresh) == ("lucky", "correct", "wrong")
    assert 0 < found.count < 200
    assert found in declared(exercise).differing


def test_the_telling_cases_are_the_extreme_ones():
    exercise = dataclasses.replace(SOUND, cases=case)
    known = drawn(exercise, range(1, 41))
    cases = [exercise.fresh_case(*place) for place in telling(known)]
    every = [c for draw in known[1:] for c in draw.cases]
    assert len(cases) < len(every)
    for feature in (lambda c: c["k"], lambda c: c["x"].max(), lambda c: c["x"].min()):
        values = [feature(c) for c in every]
        assert {min(values), max(values)} <= {feature(c) for c in cases}
