"""Runs every variant in one framework and prints, as JSON, how it was judged.

With ``--framework numpy``, it runs the variants of the neutral exercises, otherwise
those of the others.

    python -m grader.authoring.proving.measure --framework tensorflow --threads 1
    python -m grader.authoring.proving.measure --framework torch --device cuda

It is a separate process, because some settings hold for a whole process: TensorFlow's
number of threads, and TF_ENABLE_ONEDNN_OPTS in its environment. With PyTorch, one
process measures several ``--threads``, with oneDNN on and off. With ``--device``,
everything is measured on that device alone.
"""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import numpy as np

from grader.authoring.proving import variants
from grader.authoring.proving.draws import PUBLIC, Case, Differing, Telling
from grader.authoring.proving.report import Report, Result
from grader.authoring.proving.settings import Setting, on_cpu, on_device
from grader.common.frameworks import FRAMEWORKS, NEUTRAL
from grader.exercises import catalogue
from grader.judging import Exercise
from grader.judging.compare import error, read
from grader.judging.exercise import widened
from grader.judging.judge import judge
from grader.judging.variant import Variant
from grader.judging.verdict import Difference, Verdict
from grader.judging.wire import Reply, decode_replies, encode_inputs
from grader.learner.answering.answers import answers

SEEDS = 2  # draws of fresh cases, if no telling cases are given
FEW = 3  # telling cases for wrong variants
LEAST = 6  # telling cases for right variants; more of them for this time:
SECONDS = 0.2
ROUNDING = 1  # the seed for settings that differ from the first only by rounding


def measure(
    framework: str,
    names: list[str],
    settings: list[Setting],
    mistakes: bool,
    seeds: int = SEEDS,
    telling: Telling | None = None,
) -> Report:
    """How each variant is judged in ``settings``, as plain data.

    Args:
        names: names of lessons, and ids of exercises.
        mistakes: whether the wrong variants are judged as well.
        seeds: how many draws of fresh cases the first setting gets after the public
            cases. With 0 it gets only one draw in float32, like all other settings.
        telling: by exercise, the seed and index of fresh cases that replace those
            draws.
    """
    telling = telling or {}
    report: Report = {
        "framework": framework,
        "version": import_module(framework).__version__.split("+")[0],
        "stubs": {},
        "variants": [],
        "unknown": [],
        "misplaced": [],
    }
    neutral = framework == NEUTRAL
    for lesson, exercises in catalogue.named(names).items():
        found = variants.load(lesson, "any" if neutral else framework)
        for exercise in exercises:
            if exercise.neutral != neutral:
                continue
            verdict = _verdict(exercise, _stub(exercise), framework)
            report["stubs"][exercise.id] = verdict.status
            report["variants"] += [
                _variant(
                    Trial(exercise, variant, framework, telling.get(exercise.id, ())),
                    settings,
                    seeds,
                )
                for variant in found
                if variant.exercise == exercise.id
                and (mistakes or variant.mistake is None)
            ]
        known = {exercise.id: exercise for exercise in catalogue.exercises(lesson)}
        report["unknown"] += sorted({v.exercise for v in found} - known.keys())
        report["misplaced"] += sorted(
            {
                v.exercise
                for v in found
                if v.exercise in known and known[v.exercise].neutral and not v.any
            }
        )
    return report


def _stub(exercise: Exercise) -> Callable[..., object]:
    """The function in an untouched cell."""
    source = f"def {exercise.name}(**inputs):\n    raise NotImplementedError\n"
    cell: dict[str, Callable[..., object]] = {}
    exec(compile(source, "<cell>", "exec"), cell)
    return cell[exercise.name]


@dataclass(frozen=True)
class Trial:
    """A variant of an exercise in a framework, and the fresh cases to try it on."""

    exercise: Exercise
    variant: Variant
    framework: str
    telling: Sequence[tuple[int, int]]

    def judged(self, cases: list[Case]) -> tuple[Verdict, float]:
        """The verdict on ``cases``, and the largest error in them."""
        replies = _replies(self.variant.function, self.framework, cases)
        verdict = judge(self.exercise, self.framework, cases, replies)
        return verdict, _largest_error(self.exercise, cases, replies)

    def hard(self, first: int, last: int | None = None) -> list[Case]:
        """Some of the telling cases, in their order."""
        places = self.telling[first:last]
        return [self.exercise.fresh_case(seed, index) for seed, index in places]


def _variant(trial: Trial, settings: list[Setting], seeds: int) -> Result:
    result: Result = {
        "exercise": trial.exercise.id,
        "function": trial.variant.function.__name__,
        "mistake": trial.variant.mistake,
        "source": variants.cell(trial.variant),
        "failure": "",
        "error": 0.0,
        "differing": [],
    }
    if trial.variant.mistake is not None:
        _mistaken(trial, result)
        return result
    drawn = trial.exercise.fresh_cases(ROUNDING)
    for name, setting in settings:
        whole = seeds > 0 and name == settings[0][0]
        with setting():
            for seed, cases in _tried(trial, seeds) if whole else [(ROUNDING, drawn)]:
                verdict, worst = trial.judged(cases)
                result["error"] = max(result["error"], worst)
                if not verdict.correct:
                    result["failure"] = f"{_said(verdict)} ({name})"
                    if whole and seed != PUBLIC:
                        result["differing"] = [
                            _differing(trial, "correct", verdict, seed)
                        ]
                    return result
            if whole:
                # In float64, the error is below 1e-12 for any draw.
                wide = [widened(case) for case in drawn]
                replies = _replies(trial.variant.function, trial.framework, wide)
                worst = _largest_error(trial.exercise, drawn, replies)
                result["error"] = max(result["error"], worst)
    return result


def _tried(trial: Trial, seeds: int) -> Iterator[tuple[int, list[Case]]]:
    """The seeds and cases for a right variant; more telling ones as time allows."""
    yield PUBLIC, trial.exercise.public_cases()
    if not trial.telling:
        for seed in range(1, seeds + 1):
            yield seed, trial.exercise.fresh_cases(seed)
        return
    begin, first = time.perf_counter(), 0
    while first < len(trial.telling):
        yield trial.telling[first][0], trial.hard(first, first + LEAST)
        first += LEAST
        if time.perf_counter() - begin > SECONDS:
            return


def _mistaken(trial: Trial, result: Result) -> None:
    """Note in ``result`` if a wrong variant is not recognised."""
    wanted = trial.variant.mistake
    tried = [(PUBLIC, trial.exercise.public_cases())]
    seed = trial.telling[0][0] if trial.telling else 1
    if trial.telling and not isinstance(trial.exercise.cases, tuple):
        tried += [(seed, trial.hard(0, FEW))]
    else:
        # A mistake may show only in some of the functions that take turns.
        tried += [(seed, trial.exercise.fresh_cases(seed))]
    for seed, cases in tried:
        verdict, _ = trial.judged(cases)
        found = verdict.diagnosis.name if verdict.diagnosis else None
        if found != wanted:
            result["failure"] = (
                f"should be named {wanted!r}, is {found!r}: {_said(verdict)}"
            )
            if seed != PUBLIC:
                public = f"wrong: {wanted}"
                result["differing"] = [_differing(trial, public, verdict, seed)]
            return


def _differing(
    trial: Trial, public: str, verdict: Verdict, seed: int
) -> dict[str, Any]:
    """One draw's :class:`grader.authoring.proving.draws.Differing`, as plain data."""
    name = f": {verdict.diagnosis.name}" if verdict.diagnosis else ""
    answer = f"{trial.framework}, {trial.variant.function.__name__}"
    return asdict(Differing(answer, public, f"{verdict.status}{name}", 1, 1, seed))


def _said(verdict: Verdict) -> str:
    return " ".join([f"{verdict.status}:", verdict.summary, verdict.note]).strip()


def _verdict(
    exercise: Exercise, function: Callable[..., object], framework: str
) -> Verdict:
    cases = exercise.public_cases()
    replies = _replies(function, framework, cases)
    return judge(exercise, framework, cases, replies)


def _replies(
    function: Callable[..., object], framework: str, cases: list[Case]
) -> list[Reply]:
    given = answers(
        function, None if framework == NEUTRAL else framework, encode_inputs(cases)
    )
    return decode_replies(given._repr_json_(), len(cases))


def _largest_error(
    exercise: Exercise, cases: list[Case], replies: list[Reply]
) -> float:
    """The largest error over all cases; answers that can't be read are left out.

    In float32, which learners get, the verdict rejects such an answer. In float64, a
    right variant with float32 constants may fail, and need not work.
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
    """Print what :func:`measure` finds in this process, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m grader.authoring.proving.measure")
    parser.add_argument("--framework", required=True, choices=(*FRAMEWORKS, NEUTRAL))
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("names", nargs="*", help="lessons, or ids of exercises")
    parser.add_argument(
        "--mistakes", action="store_true", help="judge wrong variants as well"
    )
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--device", help="by the framework's own name")
    parser.add_argument("--tf32", choices=("on", "off"), default="off")
    parser.add_argument("--telling", type=json.loads, default={})
    asked = parser.parse_args()
    # What a variant prints must not be mistaken for the report.
    with contextlib.redirect_stdout(sys.stderr), np.errstate(all="ignore"):
        if asked.device:
            settings = [on_device(asked.framework, asked.device, asked.tf32 == "on")]
        else:
            settings = list(on_cpu(asked.framework, asked.threads))
        report = measure(
            asked.framework,
            asked.names or catalogue.lessons(),
            settings,
            asked.mistakes,
            asked.seeds,
            asked.telling,
        )
    print(json.dumps(report))


if __name__ == "__main__":
    main()
