"""Runs every variant in one framework and prints, as JSON, how it was judged.

    python -m grader.authoring.measure --framework tensorflow --threads 1
    python -m grader.authoring.measure --framework torch --device cuda --tf32 off

A process of its own, because some settings hold for a whole process only:
TensorFlow's number of threads, and TF_ENABLE_ONEDNN_OPTS in its environment. PyTorch
takes several ``--threads`` and turns oneDNN on and off between them by itself. With
``--device``, everything is measured on that device alone.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np

from grader import references
from grader.authoring.settings import Setting, on_cpu, on_device
from grader.judging import Exercise
from grader.judging.compare import error, read
from grader.judging.exercise import widened
from grader.judging.judge import judge
from grader.judging.verdict import Difference, Verdict
from grader.judging.wire import Reply, decode_replies, encode_inputs
from grader.learner.answers import answers
from tests import variants

SEEDS = 2  # of fresh cases; `make test-fairness` draws others for right variants
FEW_SEEDS = 1  # for wrong variants
ROUNDING = 1  # the seed for settings that differ from another by rounding alone


def measure(
    framework: str,
    lessons: list[str],
    settings: list[Setting],
    mistakes: bool,
    seeds: int = SEEDS,
) -> dict:
    """What became of each variant in ``settings``; plain data.

    Args:
        mistakes: whether the wrong variants are judged as well.
        seeds: how many draws of cases the first setting gets beside the public ones;
            without any it gets one draw in float32 alone, as all others do.
    """
    report = {"framework": framework, "stubs": {}, "variants": [], "unknown": []}
    report["version"] = import_module(framework).__version__.split("+")[0]
    for lesson in lessons:
        found = _load(lesson, framework)
        for exercise in references.exercises(lesson):
            verdict = _verdict(exercise, _stub(exercise), framework)
            report["stubs"][exercise.id] = verdict.status
            report["variants"] += [
                _variant(exercise, variant, framework, settings, seeds)
                for variant in found
                if variant.exercise == exercise.id
                and (mistakes or variant.mistake is None)
            ]
        known = {exercise.id for exercise in references.exercises(lesson)}
        report["unknown"] += sorted({v.exercise for v in found} - known)
    return report


def _load(lesson: str, framework: str) -> list[variants.Variant]:
    try:
        return variants.load(lesson, framework)
    except ModuleNotFoundError as error:
        if error.name != f"{variants.__name__}.{lesson}":
            raise
        return []


def _stub(exercise: Exercise) -> Callable:
    """The function of a cell that nobody has touched."""
    source = f"def {exercise.name}(**inputs):\n    raise NotImplementedError\n"
    cell: dict[str, Callable] = {}
    exec(compile(source, "<cell>", "exec"), cell)
    return cell[exercise.name]


def _variant(
    exercise: Exercise,
    variant: variants.Variant,
    framework: str,
    settings: list[Setting],
    seeds: int,
) -> dict:
    result = {
        "exercise": exercise.id,
        "function": variant.function.__name__,
        "mistake": variant.mistake,
        "source": variants.cell(variant),
        "failure": "",
        "error": 0.0,
    }
    if variant.mistake is not None:
        result["failure"] = _mistaken(exercise, variant, framework)
        return result
    drawn = exercise.fresh_cases(ROUNDING)
    for name, setting in settings:
        whole = seeds > 0 and name == settings[0][0]
        with setting():
            for cases in _draws(exercise, seeds) if whole else [drawn]:
                replies = _replies(variant.function, framework, cases)
                worst = _largest_error(exercise, cases, replies)
                result["error"] = max(result["error"], worst)
                verdict = judge(exercise, framework, cases, replies)
                if not verdict.correct:
                    result["failure"] = f"{_said(verdict)} ({name})"
                    return result
            if whole:
                # Exact to 1e-12, whatever is drawn.
                wide = [widened(case) for case in drawn]
                replies = _replies(variant.function, framework, wide)
                worst = _largest_error(exercise, drawn, replies)
                result["error"] = max(result["error"], worst)
    return result


def _mistaken(exercise: Exercise, variant: variants.Variant, framework: str) -> str:
    """Why a wrong variant was not recognised; "" when it was."""
    for cases in _draws(exercise, FEW_SEEDS):
        replies = _replies(variant.function, framework, cases)
        verdict = judge(exercise, framework, cases, replies)
        found = verdict.diagnosis.name if verdict.diagnosis else None
        if found != variant.mistake:
            return (
                f"should be named {variant.mistake!r}, is {found!r}: {_said(verdict)}"
            )
    return ""


def _said(verdict: Verdict) -> str:
    return " ".join([f"{verdict.status}:", verdict.summary, verdict.note]).strip()


def _draws(exercise: Exercise, seeds: int) -> Iterator[list[dict[str, object]]]:
    yield exercise.public_cases()
    for seed in range(1, seeds + 1):
        yield exercise.fresh_cases(seed)


def _verdict(exercise: Exercise, function: Callable, framework: str) -> Verdict:
    cases = exercise.public_cases()
    replies = _replies(function, framework, cases)
    return judge(exercise, framework, cases, replies)


def _replies(function: Callable, framework: str, cases: list) -> list[Reply]:
    given = answers(function, framework, encode_inputs(cases))
    return decode_replies(given._repr_json_(), len(cases))


def _largest_error(exercise: Exercise, cases: list, replies: list[Reply]) -> float:
    """Over all cases; an answer that is no number is left out.

    Learners get float32, for which the verdict has seen to that. A right variant
    that holds float32 constants of its own can't take float64, and need not.
    """
    worst = 0.0
    for inputs, reply in zip(cases, replies, strict=True):
        got = None if reply.raised else read(exercise, reply.value)
        if got is None or isinstance(got, Difference):
            continue
        for want, have in zip(exercise.expected(inputs), got, strict=True):
            if want.shape == have.shape:
                worst = max(worst, float(error(want, have).max(initial=0.0)))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m grader.authoring.measure")
    parser.add_argument("--framework", required=True, choices=("torch", "tensorflow"))
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--lessons", nargs="+", default=references.lessons())
    parser.add_argument(
        "--mistakes", action="store_true", help="judge wrong variants as well"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--device", help="by the framework's own name")
    parser.add_argument("--tf32", choices=("on", "off"), default="off")
    asked = parser.parse_args()
    # Whatever a variant prints must not be taken for the report.
    with contextlib.redirect_stdout(sys.stderr), np.errstate(all="ignore"):
        if asked.device:
            settings = [on_device(asked.framework, asked.device, asked.tf32 == "on")]
        else:
            settings = list(on_cpu(asked.framework, asked.threads))
        report = measure(
            asked.framework, asked.lessons, settings, asked.mistakes, asked.seeds
        )
    print(json.dumps(report))


if __name__ == "__main__":
    main()
