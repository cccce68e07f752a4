"""Variants that need no framework, judged on every draw."""

from collections.abc import Iterator, Sequence

from grader.authoring.proving import variants
from grader.authoring.proving.draws import Differing, Draw
from grader.judging import Exercise
from grader.judging.judge import judge
from grader.judging.variant import Variant
from grader.judging.wire import decode_replies, encode_inputs
from grader.learner.answering.answers import answers


def neutral(exercise: Exercise, draws: Sequence[Draw]) -> Iterator[Differing]:
    """Variants of ``any_`` modules with another verdict in some draw than in the first.

    ``draws`` begin with the public cases. A variant gets NumPy arrays.
    """
    for variant in variants.load(exercise.lesson, "any"):
        if variant.exercise != exercise.id:
            continue
        public, *verdicts = (_verdict(exercise, variant, draw) for draw in draws)
        others = [
            (said, draw.seed)
            for said, draw in zip(verdicts, draws[1:], strict=True)
            if said != public
        ]
        if others:
            said, seed = others[0]
            name = variant.function.__name__
            yield Differing(name, public, said, len(others), len(verdicts), seed)


def _verdict(exercise: Exercise, variant: Variant, draw: Draw) -> str:
    replies = answers(variant.function, None, encode_inputs(draw.cases))
    told = decode_replies(replies._repr_json_(), len(draw.cases))
    verdict = judge(exercise, None, draw.cases, told)
    name = f": {verdict.diagnosis.name}" if verdict.diagnosis else ""
    return f"{verdict.status}{name}"
