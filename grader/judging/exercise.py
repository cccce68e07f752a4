"""The model of an exercise: its inputs, reference values, mistakes and hints."""

import copy
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from grader.common.frameworks import FRAMEWORKS
from grader.judging.verdict import Diagnosis

PUBLIC_CASES = 3
FRESH_CASES = 3
DRAWN = 512  # cases kept in memory: each is used again, and in both frameworks
MINUTES_PER_POINT = 5  # a guess to plan by, not measured; points grow with the work
Case = dict[str, Any]  # a case's inputs by name; Exercise.cases lists their types
Draw = Callable[[np.random.Generator], Case]
Compute = Callable[..., Any]  # a value, or a tuple of them, from a case's inputs


@dataclass(frozen=True)
class Mistake(Diagnosis):
    """A plausible wrong answer, as a function of the exercise's inputs.

    ``compute(**inputs)`` returns what a learner who makes the mistake would
    return, in the structure of the reference. The texts say what is wrong and
    what to try; they never give the right line of code.
    """

    compute: Compute


@dataclass(frozen=True)
class Exercise:
    """One graded task.

    Attributes:
        id: ``lesson.name``, both Python identifiers.
        title: its name in lists of exercises.
        points: for each graded cell.
        cases: draws the inputs of one case from a random generator: a dict of
            float32 NumPy arrays, Python numbers or strings, or lists of arrays.
            It may also be several such functions, which take turns. Then something
            that must differ between cases (an activation, an answer that is one
            small number) always does, and not only by chance.
        reference: the right values for a case's inputs, in float64: one value
            for each name in ``returns`` (a tuple when there are several). It takes
            only the inputs, by their names and in their order. It gets arrays in
            float64.
        returns: the names of the returned values in messages.
        mistakes: see :class:`Mistake`.
        hints: three tiers: the idea, the API, a skeleton.
        tolerance: largest accepted error, as a share of the quantity's largest
            reference magnitude (see :func:`grader.judging.compare.error`).
        per_step: each returned value is a trajectory with one entry per step
            along axis 0; the first step that diverges is reported.
        truth_values: whether the answer consists of 0 and 1, so that False and True
            are accepted too. In other exercises, truth values are refused as such.
        derivatives: the names in ``returns`` that are gradients or other derivatives.
            General diagnoses may then speak of derivatives.
        may_change: the inputs that an answer may change in place. An answer that
            changes any other input is wrong.
        neutral: whether it needs no framework. It then has one graded cell in every
            track, and its answers get NumPy arrays. Another exercise has one for each
            framework, whose answers get tensors.
    """

    id: str
    title: str
    points: int
    cases: Draw | tuple[Draw, ...]
    reference: Compute
    returns: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, str, str]
    tolerance: float = 1e-4
    per_step: bool = False
    truth_values: bool = False
    derivatives: tuple[str, ...] = ()
    may_change: tuple[str, ...] = ()
    neutral: bool = False

    def __post_init__(self) -> None:
        if unknown := set(self.derivatives) - set(self.returns):
            raise ValueError(f"{self.id}: no value returned is called {unknown}")

    @property
    def lesson(self) -> str:
        """The part of ``id`` before the dot."""
        return self.id.split(".")[0]

    @property
    def name(self) -> str:
        """The part of ``id`` after the dot."""
        return self.id.split(".")[1]

    @property
    def minutes(self) -> int:
        """About how many minutes one graded cell takes, guessed from the points."""
        return MINUTES_PER_POINT * self.points

    def halves(
        self, frameworks: Sequence[str] = FRAMEWORKS
    ) -> tuple[str, ...] | tuple[None]:
        """The framework of each graded cell; one None if the exercise is neutral.

        Args:
            frameworks: those of a track; by default both.
        """
        return (None,) if self.neutral else tuple(frameworks)

    def public_cases(self) -> list[Case]:
        """The cases a learner sees: the same numbers each time."""
        return [self._draw(0, index) for index in range(PUBLIC_CASES)]

    def fresh_cases(self, seed: int) -> list[Case]:
        """Cases for a graded run, reproducible from ``seed`` (positive)."""
        return [self.fresh_case(seed, index) for index in range(FRESH_CASES)]

    def fresh_case(self, seed: int, index: int) -> Case:
        """The fresh case number ``index``, from 0, of ``seed`` (positive)."""
        if seed <= 0:
            raise ValueError(f"the seed of fresh cases must be positive, got {seed}")
        return self._draw(seed, index)

    def expected(self, inputs: Case) -> tuple[np.ndarray, ...]:
        """Reference values in float64, one for each name in ``returns``."""
        return self.values(self.reference(**widened(inputs)))

    def values(self, returned: Any) -> tuple[np.ndarray, ...]:
        """The values that a reference or mistake returned, as float64 arrays."""
        parts = (returned,) if len(self.returns) == 1 else tuple(returned)
        if len(parts) != len(self.returns):
            raise ValueError(
                f"{self.id}: {len(parts)} values for returns={self.returns}"
            )
        return tuple(np.asarray(part, dtype=np.float64) for part in parts)

    def _draw(self, seed: int, index: int) -> Case:
        return copy.deepcopy(_drawn(self, seed, index))


@lru_cache(DRAWN)
def _drawn(exercise: Exercise, seed: int, index: int) -> Case:
    # The id is part of the seed, so that exercises don't share random numbers.
    stream = [zlib.crc32(exercise.id.encode()), seed, index]
    cases = exercise.cases
    draw = cases[index % len(cases)] if isinstance(cases, tuple) else cases
    return draw(np.random.default_rng(stream))


def widened(inputs: Case) -> Case:
    """Inputs with every floating-point array in float64, for the reference."""

    def widen(value: object) -> object:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return value.astype(np.float64)
        if isinstance(value, list):
            return [widen(item) for item in value]
        return value

    return {name: widen(value) for name, value in inputs.items()}
