"""Checks what an exercise's declaration promises, in NumPy alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.authoring.proving.any_framework import neutral
from grader.authoring.proving.draws import (
    RIGHT,
    Differing,
    Draw,
    coinciding,
    differing,
    draws,
    telling,
)
from grader.authoring.proving.guesses import guesses
from grader.authoring.texts import calls, sources
from grader.common.status import Status
from grader.exercises import catalogue
from grader.judging import Exercise, Mistake
from grader.judging.exercise import widened
from grader.judging.judge import judge
from grader.judging.wire import decode_replies, encode_inputs
from grader.learner.answering.answers import answers

LEAST_MISTAKES = 4
SEPARATION = 10
FRESH = range(1, 201)  # the seeds of fresh draws
NAMED = 8  # draws on which each mistake is judged like a learner's answer
WIDE = {"float64", "complex128"}
# A shorter line of a solution, such as `loss = y.mean()`, may also be in a hint.
TELLING = 20


@dataclass(frozen=True)
class Declared:
    """Measurements of an exercise's mistakes, and what is wrong with the exercise.

    Attributes:
        distance: the smallest distance of any mistake from the right answer.
        differing: answers whose verdicts on public and fresh cases differ.
        telling: seed and index of the fresh cases to try variants on, hardest first.
    """

    distance: float
    failures: tuple[str, ...]
    differing: tuple[Differing, ...] = ()
    telling: tuple[tuple[int, int], ...] = ()


def declared(exercise: Exercise, others: Sequence[Exercise] = ()) -> Declared:
    """Check the cases, mistakes and texts of an exercise.

    Args:
        others: the exercises whose answers must not pass here.
    """
    try:
        return _declared(exercise, others)
    except Exception as error:  # from any of the exercise's functions
        what = f"{type(error).__name__}: {error}"
        failure = f"its cases, reference or a mistake raises {what}"
        return Declared(np.nan, (failure,))


def declared_of(exercise_id: str) -> Declared:
    """:func:`declared` against all exercises of the course, for a separate process."""
    everything = [e for name in catalogue.lessons() for e in catalogue.exercises(name)]
    with np.errstate(all="ignore"):
        return declared(catalogue.find(exercise_id), everything)


def _declared(exercise: Exercise, others: Sequence[Exercise]) -> Declared:
    drawn = list(draws(exercise, FRESH))
    nearest = distances(exercise, drawn)
    failures = [
        *_texts(exercise),
        *_inputs(exercise),
        *(text for m in exercise.mistakes for text in _named(exercise, m, drawn)),
        *_told_apart(exercise, drawn[0]),
        *guesses(exercise, drawn, others),
    ]
    for name, value in nearest.items():
        if value < SEPARATION * exercise.tolerance:
            failures.append(
                f"the mistake {name!r} comes as near as {value:.1e}, less than "
                f"{SEPARATION} times the tolerance {exercise.tolerance:.0e}: draw "
                "other inputs, or lower the tolerance"
            )
    return Declared(
        min(nearest.values(), default=np.inf),
        tuple(failures),
        (*differing(exercise, drawn), *neutral(exercise, drawn)),
        tuple(telling(drawn)),
    )


def distances(exercise: Exercise, drawn: Sequence[Draw]) -> dict[str, float]:
    """How far each mistake is from the right answer, in the tolerance's unit.

    It is the smallest distance over all draws. A mistake must show in at least one
    quantity of each case; if cases take turns, in at least one case of each draw. A
    wrong shape is infinitely far.
    """
    turns = isinstance(exercise.cases, tuple)
    found = {}
    for position, mistake in enumerate(exercise.mistakes):
        far = [[one[position] for one in draw.far] for draw in drawn]
        found[mistake.name] = min(max(one) if turns else min(one) for one in far)
    return found


def _told_apart(exercise: Exercise, public: Draw) -> Iterator[str]:
    for name, other in coinciding(exercise, public):
        one = name if name == RIGHT else repr(name)
        yield f"the public cases don't tell the mistake {other!r} from {one}"


def _texts(exercise: Exercise) -> Iterator[str]:
    lesson, _, name = exercise.id.partition(".")
    if not (lesson.isidentifier() and name.isidentifier()):
        yield "the id is not lesson.name"
    if exercise.points <= 0:
        yield f"it gives {exercise.points} points"
    names = [mistake.name for mistake in exercise.mistakes]
    if len(names) < LEAST_MISTAKES:
        yield f"it has {len(names)} mistakes, fewer than {LEAST_MISTAKES}"
    if len(set(names)) < len(names):
        yield "two of its mistakes have the same name"
    for mistake in exercise.mistakes:
        if not all((mistake.name, mistake.message, mistake.next_step)):
            yield f"the mistake {mistake.name!r} lacks a message or a next step"


def _inputs(exercise: Exercise) -> Iterator[str]:
    inputs = exercise.public_cases()[0]
    for name in exercise.may_change:
        if name not in inputs:
            yield f"may_change names {name!r}, and it has no such input"
    for name, value in inputs.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, np.ndarray) and part.dtype.name in WIDE:
                yield f"its input {name} is {part.dtype}: learners get float32"


def _named(
    exercise: Exercise, mistake: Mistake, drawn: Sequence[Draw]
) -> Iterator[str]:
    """Sentences on draws where a mistake, given as an answer, is not recognised."""

    def answer(**inputs: object) -> object:
        wrong = mistake.compute(**widened(inputs))
        # A learner's framework would return float32.
        parts = [part.astype(np.float32) for part in exercise.values(wrong)]
        return parts[0] if len(parts) == 1 else tuple(parts)

    for cases in [draw.cases for draw in drawn[:NAMED]]:
        replies = answers(answer, None, encode_inputs(cases))._repr_json_()
        verdict = judge(exercise, None, cases, decode_replies(replies, len(cases)))
        if verdict.status is not Status.WRONG:
            detail = f" ({verdict.note})" if verdict.note else ""
            yield f"the mistake {mistake.name!r} is judged {verdict.status}{detail}"
            return
        found = verdict.diagnosis.name if verdict.diagnosis else None
        if found != mistake.name:
            yield f"the mistake {mistake.name!r} is taken for {found!r}"
            return


def hints(exercise: Exercise, solutions: list[str]) -> Iterator[str]:
    """What is wrong with the hints: no hint may hold a line of a right answer."""
    if len(exercise.hints) != 3 or not all(h.strip() for h in exercise.hints):
        yield "it needs three hints: the idea, the functions, a skeleton"
    lines = {"".join(line.split()) for text in solutions for line in text.split("\n")}
    for tier, hint in enumerate(exercise.hints, start=1):
        given = ["".join(line.split()) for line in hint.split("\n")]
        for line in sorted(lines):
            if len(line) >= TELLING and any(line in text for text in given):
                yield f"hint {tier} gives away the line {line!r} of a solution"


def source_solutions(lesson: str) -> dict[str, list[str]]:
    """The solutions in sources/exercises/, by the names of their exercises."""
    found: dict[str, list[str]] = {}
    for source in sources.find(sources.ROOT, "exercises"):
        if source.lesson != lesson:
            continue
        for cell in filter(calls.is_solution, sources.read(source).cells):
            module = calls.tree(cell)
            body = cell.source.split(calls.BEGIN)[1].split(calls.END)[0]
            for name in calls.functions(module) if module else ():
                found.setdefault(name, []).append(body)
    return found
