"""Sets of cases, with the results of the reference and of every known mistake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from grader.judging import Exercise
from grader.judging.compare import Arrays
from grader.judging.exercise import widened
from grader.judging.separated import distance

MOST = 24  # telling cases of an exercise
PUBLIC = 0  # the seed of the public cases; fresh ones have positive seeds
RIGHT = "a right answer"
Case = dict[str, object]
Outcomes = list[list[Arrays]]
# For each exercise, the seed and index of some fresh cases.
Telling = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class Draw:
    """Cases that are judged together: an answer passes if it is right in all of them.

    Attributes:
        seed: the seed of the cases; ``PUBLIC`` for the cases that a learner sees.
        right: for each case, the reference's float64 arrays.
        wrong: for each case, each mistake's arrays, in the exercise's order.
        far: for each case, how far each mistake is from the right values.
    """

    seed: int
    cases: list[Case]
    right: list[Arrays]
    wrong: Outcomes
    far: list[list[float]]


def draws(exercise: Exercise, seeds: Iterable[int]) -> Iterator[Draw]:
    """The public cases, then the fresh ones of each of ``seeds``."""
    yield _draw(exercise, PUBLIC)
    for seed in seeds:
        yield _draw(exercise, seed)


def _draw(exercise: Exercise, seed: int) -> Draw:
    public = seed == PUBLIC
    cases = exercise.public_cases() if public else exercise.fresh_cases(seed)
    wide = [widened(case) for case in cases]
    right = [exercise.expected(case) for case in cases]
    wrong = [
        [exercise.values(mistake.compute(**case)) for mistake in exercise.mistakes]
        for case in wide
    ]
    far = [[distance(r, w) for w in ws] for r, ws in zip(right, wrong, strict=True)]
    return Draw(seed, cases, right, wrong, far)


@dataclass(frozen=True)
class Differing:
    """An answer whose verdicts on the public cases and on fresh cases differ.

    Attributes:
        answer: the name of a mistake or a variant.
        public, fresh: the two verdicts.
        count: on how many of ``tried`` sets of fresh cases the verdict differs.
        seed: the seed of the first such set.
    """

    answer: str
    public: str
    fresh: str
    count: int
    tried: int
    seed: int

    def __str__(self) -> str:
        return (
            f"{self.answer} is {self.public} on the public cases, and {self.fresh} on "
            f"{self.count} of {self.tried} fresh draws (seed {self.seed} first)"
        )


def alike(exercise: Exercise, one: list[Arrays], other: list[Arrays]) -> bool:
    """Whether no verdict tells two answers apart: they agree in every case."""
    return all(
        distance(a, b) <= exercise.tolerance for a, b in zip(one, other, strict=True)
    )


def coinciding(exercise: Exercise, draw: Draw) -> list[tuple[str, str]]:
    """Pairs of answers, by name, that this draw does not tell apart."""
    answers = [(RIGHT, draw.right)]
    for position, mistake in enumerate(exercise.mistakes):
        answers.append((mistake.name, [wrong[position] for wrong in draw.wrong]))
    return [
        (name, other)
        for (name, one), (other, two) in combinations(answers, 2)
        if alike(exercise, one, two)
    ]


def differing(exercise: Exercise, draws: Sequence[Draw]) -> list[Differing]:
    """The mistakes that fresh cases don't tell apart, or don't tell from right answers.

    ``draws`` begin with the public cases. Pairs that these don't tell apart are left
    out here.
    """
    told = set(coinciding(exercise, draws[0]))
    seeds: dict[tuple[str, str], list[int]] = {}
    for draw in draws[1:]:
        for pair in coinciding(exercise, draw):
            seeds.setdefault(pair, []).append(draw.seed)
    return [
        Differing(
            repr(other),
            f"told from {name}",
            "taken for it",
            len(found),
            len(draws) - 1,
            found[0],
        )
        for (name, other), found in seeds.items()
        if (name, other) not in told
    ]


def telling(draws: Sequence[Draw]) -> list[tuple[int, int]]:
    """The (seed, index) of the fresh cases that are hardest for an answer.

    They are the cases in which a mistake is nearest, and the cases with the smallest
    and largest sizes, right values and inputs. There a right answer is most likely to
    be off. The cases with the nearest mistakes come first.
    """
    places = [
        ((draw.seed, index), _features(draw, index))
        for draw in draws
        if draw.seed != PUBLIC
        for index in range(len(draw.cases))
    ]
    count = max(len(features) for _, features in places)
    found: dict[tuple[int, int], None] = {}
    for feature in range(count):
        known = [(f[feature], place) for place, f in places if feature < len(f)]
        found |= {max(known)[1]: None, min(known)[1]: None}
    return list(found)[:MOST]


def _features(draw: Draw, index: int) -> list[float]:
    right = draw.right[index]
    near = min(draw.far[index], default=0.0)
    numbers = [_numbers(value) for value in draw.cases[index].values()]
    sizes = [float(part.size) for part in numbers]
    ends = [_ends(part) for part in (*map(np.ravel, right), *numbers)]
    return [near, sum(sizes), *(end for pair in ends for end in pair), *sizes]


def _ends(numbers: np.ndarray) -> tuple[float, float]:
    """The largest and the smallest magnitude."""
    sizes = np.abs(numbers[np.isfinite(numbers)])
    return float(sizes.max(initial=0.0)), float(sizes.min(initial=np.inf))


def _numbers(value: object) -> np.ndarray:
    """All numbers in an input, in one row."""
    if isinstance(value, list):
        return np.concatenate([np.empty(0), *map(_numbers, value)])
    if isinstance(value, str):
        return np.array([float(len(value))])
    return np.asarray(value, dtype=np.float64).ravel()
