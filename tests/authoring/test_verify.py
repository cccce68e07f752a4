"""``course check`` finds each way in which an exercise can be faulty."""

import dataclasses
import io
import json
import sys

import numpy as np
import pytest
from rich.console import Console

from grader.authoring import verify
from grader.authoring.proving import declared as checks
from grader.authoring.proving import measuring
from grader.authoring.proving.declared import declared, distances, hints
from grader.authoring.proving.draws import Differing, draws
from grader.authoring.proving.measuring import Job, Measured
from grader.authoring.proving.settings import on_cpu
from grader.common.errors import CourseError
from grader.common.frameworks import installed
from grader.exercises import catalogue
from grader.judging import Exercise, Mistake
from grader.judging.variant import Variant


def mistake(name: str, compute) -> Mistake:
    return Mistake(name, "What is wrong.", "What to try.", compute=compute)


SOUND = Exercise(
    id="lesson.plus_five",
    title="Five more",
    points=1,
    cases=lambda rng: {"x": rng.uniform(1, 2, size=3).astype(np.float32)},
    reference=lambda x: x + 5,
    returns=("y",),
    mistakes=(
        mistake("doubled", lambda x: 2 * x),
        mistake("squared", lambda x: x**2 + 1),
        mistake("turned round", lambda x: x[::-1] + 3),
        mistake("cut short", lambda x: x[:2]),
    ),
    hints=("How many more?", "The functions.", "return a sum"),
)


def faults(**changes) -> list[str]:
    solutions = changes.pop("solutions", [])
    exercise = dataclasses.replace(SOUND, **changes)
    return [*declared(exercise).failures, *hints(exercise, solutions)]


def replaced(name: str, compute) -> tuple[Mistake, ...]:
    return tuple(
        dataclasses.replace(m, compute=compute) if m.name == name else m
        for m in SOUND.mistakes
    )


def test_a_sound_exercise_has_no_faults():
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mistakes": SOUND.mistakes[:3]}, "it has 3 mistakes, fewer than 4"),
        (
            {"mistakes": (*SOUND.mistakes, SOUND.mistakes[0])},
            "two of its mistakes have the same name",
        ),
        (
            {"mistakes": replaced("doubled", lambda x: x + 5)},
            "'doubled' is judged correct",
        ),
        (
            {"mistakes": replaced("doubled", lambda x: x + 5.002)},
            "the mistake 'doubled' comes as near as",
        ),
        (
            {"mistakes": replaced("squared", lambda x: 2 * x)},
            "the public cases don't tell the mistake 'squared' from 'doubled'",
        ),
        (
            {"mistakes": replaced("squared", lambda x: 1 / 0)},
            "raises ZeroDivisionError: division by zero",
        ),
        ({"reference": lambda y: y}, "raises TypeError: "),
        ({"hints": ("An idea.", " ", "A skeleton.")}, "it needs three hints"),
        ({"hints": ("One.", "Two.")}, "it needs three hints"),
        ({"points": 0}, "it gives 0 points"),
        ({"id": "lesson.not-a-name"}, "the id is not lesson.name"),
        (
            {"cases": lambda rng: {"x": rng.uniform(1, 2, size=3)}},
            "its input x is float64: learners get float32",
        ),
        ({"may_change": ("w",)}, "may_change names 'w', and it has no such input"),
        (
            {
                "hints": ("a", "b", "y = torch.clone( x ) + 0 * x\nreturn y"),
                "solutions": ["    y = torch.clone(x) + 0 * x\n    return y\n"],
            },
            "hint 3 gives away the line 'y=torch.clone(x)+0*x' of a solution",
        ),
    ],
)
def test_each_fault_is_named(changes, said):
    found = faults(**changes)
    assert any(said in text for text in found), found


def test_a_short_line_gives_nothing_away():
    assert faults(hints=("a", "b", "return y"), solutions=["    return y\n"]) == []


def test_the_distance_is_of_the_case_that_shows_a_mistake_worst():
    exercise = dataclasses.replace(
        SOUND,
        cases=lambda rng: {"x": np.float32([1.0, rng.uniform(0, 1)])},
        reference=lambda x: x,
        mistakes=(mistake("first only", lambda x: np.array([x[0], 0.0])),),
    )
    drawn = list(draws(exercise, range(1, 21)))
    seconds = [float(case["x"][1]) for draw in drawn for case in draw.cases]
    assert distances(exercise, drawn)["first only"] == min(seconds)


def test_where_cases_take_turns_a_mistake_may_show_in_one_of_them():
    plain, shifted = ({"x": np.float32([1.0, y])} for y in (1.0, 2.0))
    exercise = dataclasses.replace(
        SOUND,
        cases=(lambda rng: plain, lambda rng: shifted),
        reference=lambda x: x,
        mistakes=(mistake("no shift", lambda x: np.array([x[0], 1.0])),),
    )
    drawn = list(draws(exercise, range(1, 3)))
    assert distances(exercise, drawn) == {"no shift": 0.5}


def test_a_wrong_shape_is_infinitely_far():
    assert distances(SOUND, list(draws(SOUND, ())))["cut short"] == np.inf


CELSIUS = declared(catalogue.find("start.celsius"))
REPORT = {
    "framework": "torch",
    "stubs": {"start.celsius": "not attempted"},
    "variants": [
        {
            "exercise": "start.celsius",
            "function": f"variant_{number}",
            "mistake": None,
            "source": "return f",
            "failure": "",
            "error": 1e-7,
            "differing": [],
        }
        for number in range(3)
    ],
    "unknown": [],
    "misplaced": [],
    "version": "9.8.7",
}


def checked(monkeypatch, report: dict, frameworks=("torch",)) -> tuple[int, str]:
    """``course check start`` when each process reports ``report``."""
    monkeypatch.setattr(verify, "installed", lambda name: name in frameworks)
    monkeypatch.setattr(
        measuring, "run", lambda job, _: ({**report, "framework": job.framework}, 0.1)
    )
    monkeypatch.setattr(verify, "declare", lambda *_: {"start.celsius": CELSIUS})
    said = io.StringIO()
    return verify.main(["start"], Console(file=said, width=80)), said.getvalue()


def test_a_sound_half_passes_and_the_missing_one_is_mentioned(monkeypatch):
    code, said = checked(monkeypatch, REPORT)
    assert code == 0
    assert "TensorFlow is not installed: its half is unchecked." in said
    (row,) = [line for line in said.split("\n") if line.lstrip().startswith("celsius")]
    assert row.split() == "celsius 1 3 + - 4 1.0e-07 1e-04 2.9e-01 yes".split()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"variants": REPORT["variants"][:2]}, "PyTorch: 2 right variants in start/"),
        ({"stubs": {"start.celsius": "wrong"}}, "an untouched stub is judged wrong"),
        (
            {"variants": [{**v, "error": 2e-5} for v in REPORT["variants"]]},
            "a right variant is off by 2.0e-05, more than a tenth of the tolerance",
        ),
        (
            {"variants": [{**v, "failure": "wrong: y"} for v in REPORT["variants"]]},
            "start.celsius: PyTorch: variant_0: wrong: y",
        ),
        ({"unknown": ["start.kelvin"]}, "answers start.kelvin, which is no exercise"),
        ({"misplaced": ["a.b"]}, "a.b is neutral, and has a variant in a module of"),
    ],
)
def test_what_a_process_found_is_said_and_fails(monkeypatch, change, said):
    code, output = checked(monkeypatch, {**REPORT, **change})
    assert code == 1
    assert said in output


def test_a_lesson_that_there_is_not_is_one_sentence():
    with pytest.raises(CourseError, match="no lesson with exercises is called 'strat'"):
        verify.main(["strat"], Console(file=io.StringIO()))


def test_an_exercise_that_there_is_not_is_one_sentence():
    with pytest.raises(CourseError, match=r"did you mean 'autograd\.jvp'"):
        verify.main(["autograd.jwp"], Console(file=io.StringIO()))


def test_one_exercise_is_checked_by_its_id(monkeypatch):
    asked = []

    def run(job, names):
        asked.append(names)
        return {**REPORT, "framework": job.framework}, 0.1

    def declare(ids, console):
        asked.append(ids)
        return dict.fromkeys(ids, CELSIUS)

    monkeypatch.setattr(verify, "installed", lambda name: name == "torch")
    monkeypatch.setattr(measuring, "run", run)
    monkeypatch.setattr(verify, "declare", declare)
    said = io.StringIO()
    assert verify.main(["start.celsius"], Console(file=said, width=80)) == 0
    assert asked == [["start.celsius"], ["start.celsius"]]
    assert "celsius" in said.getvalue()


def test_lessons_and_exercises_are_named_together():
    found = catalogue.named(["loops.adam", "autograd", "autograd.jvp", "loops.adamw"])
    assert found["autograd"] == catalogue.exercises("autograd")
    assert [exercise.name for exercise in found["loops"]] == ["adam", "adamw"]


def test_no_framework_at_all_is_one_sentence(monkeypatch):
    with pytest.raises(CourseError, match="neither PyTorch nor TensorFlow"):
        checked(monkeypatch, REPORT, frameworks=())


def test_a_process_that_fails_is_a_failure_with_its_last_line(monkeypatch):
    monkeypatch.setattr(verify, "installed", lambda name: name == "torch")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    said = io.StringIO()
    monkeypatch.setattr(verify, "declare", lambda *_: {"start.celsius": CELSIUS})
    assert verify.main(["start"], Console(file=said, width=200)) == 1
    assert "PyTorch, 1/2 threads: no message" in said.getvalue()


def test_every_setting_has_each_of_its_values():
    telling = {"start.celsius": [(3, 1)]}
    jobs = list(measuring.jobs(["torch", "tensorflow"], ["start"], telling))
    flow = [job for job in jobs if job.framework == "tensorflow"]
    assert {job.threads for job in flow} == {(1,), (2,)}
    assert {job.environment["TF_ENABLE_ONEDNN_OPTS"] for job in flow} == {"0", "1"}
    for framework in ("torch", "tensorflow"):
        assert sum(j.mistakes for j in jobs if j.framework == framework) == 1
    assert Job("torch", (1, 2), True, telling=telling) in jobs


def test_a_neutral_exercise_is_measured_in_numpy_alone():
    names = ["defaults.share_left"]
    (job,) = measuring.jobs(["torch", "tensorflow"], names, {})
    assert (job.framework, job.mistakes, str(job)) == (
        "numpy",
        True,
        "NumPy, 1 threads",
    )


def test_variants_of_a_neutral_exercise_stand_in_any_modules(monkeypatch):
    from grader.authoring.proving import measure, variants

    share_left = catalogue.find("defaults.share_left")
    found = variants.load("defaults", "any")
    elsewhere = Variant(share_left.id, share_left.reference, None)
    monkeypatch.setattr(variants, "load", lambda *_: [*found, elsewhere])
    settings = list(on_cpu("numpy", [1]))
    report = measure.measure("numpy", [share_left.id], settings, mistakes=True)
    assert report["misplaced"] == [share_left.id]
    assert report["stubs"] == {share_left.id: "not attempted"}
    assert not any(variant["failure"] for variant in report["variants"])


def test_the_sources_hold_a_solution_for_each_exercise():
    solutions = checks.source_solutions("autograd")
    names = [exercise.name for exercise in catalogue.exercises("autograd")]
    assert {name: len(solutions.get(name, ())) for name in names} == dict.fromkeys(
        names, 2
    )


@pytest.mark.filterwarnings("ignore:TF32")
@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_measuring_tells_right_variants_from_others(monkeypatch):
    from grader.authoring.proving import measure, variants

    def right(f):
        return (f - 32) * 5 / 9

    def almost(f):
        return (f - 32) * 5 / 9 + 2e-3

    def misnamed(f):
        return f * 5 / 9

    found = [
        Variant("start.celsius", right, None),
        Variant("start.celsius", almost, None),
        Variant("start.celsius", misnamed, "the other direction"),
        Variant("start.celsius", misnamed, "the shift is missing"),
        Variant("start.kelvin", right, None),
    ]
    monkeypatch.setattr(variants, "load", lambda lesson, framework: found)
    report = measure.measure(
        "torch", ["start"], list(on_cpu("torch", [1, 2])), mistakes=True
    )
    json.dumps(report)
    assert report["stubs"] == {"start.celsius": "not attempted"}
    assert report["unknown"] == ["start.kelvin"]
    exact, rough, called, named = report["variants"]
    assert exact["failure"] == "" and 0 < exact["error"] < 1e-6
    # Within the tolerance, and nearer to it than a right variant may be.
    assert rough["failure"] == "" and 1e-5 < rough["error"] < 1e-4
    assert "should be named 'the other direction'" in called["failure"]
    assert named["failure"] == ""
    right_only = measure.measure(
        "torch", ["start"], list(on_cpu("torch", [1])), mistakes=False
    )
    assert [v["mistake"] for v in right_only["variants"]] == [None, None]


@pytest.mark.filterwarnings("ignore:TF32")
@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_variants_are_judged_on_the_telling_cases(monkeypatch):
    from grader.authoring.proving import measure, variants

    exercise = catalogue.find("start.celsius")
    public = [case["f"].tolist() for case in exercise.public_cases()]

    def lucky(f):
        return (f - 32) * 5 / 9 if f.tolist() in public else f

    def lucky_mistake(f):
        return f * 5 / 9 - 32 if f.tolist() in public else f

    found = [
        Variant(exercise.id, lucky, None),
        Variant(exercise.id, lucky_mistake, "scaled before the shift"),
    ]
    monkeypatch.setattr(variants, "load", lambda lesson, framework: found)
    settings = list(on_cpu("torch", [1]))
    report = measure.measure(
        "torch", ["start"], settings, True, 0, {exercise.id: [(3, 1), (5, 2)]}
    )
    right, wrong = report["variants"]
    assert right["differing"] == []  # 0 seeds: the settings that only round
    report = measure.measure(
        "torch", ["start"], settings, True, 1, {exercise.id: [(3, 1), (5, 2)]}
    )
    right, wrong = (variant["differing"] for variant in report["variants"])
    assert [(d["answer"], d["public"], d["seed"]) for d in right + wrong] == [
        ("torch, lucky", "correct", 3),
        ("torch, lucky_mistake", "wrong: scaled before the shift", 3),
    ]
    measured = Measured()
    measured.add(report)
    assert len(measured.halves[exercise.id, "torch"].differing) == 2


def test_a_mistake_that_shows_in_some_turns_is_judged_on_whole_draws():
    from grader.authoring.proving import measure

    name = "defaults.adam_epsilon"
    # Cases 0 and 2 of a draw have PyTorch's convention, in which it does not show.
    hardest = {name: [(3, 0), (5, 0), (7, 2)]}
    settings = list(on_cpu("numpy", [1]))
    report = measure.measure("numpy", [name], settings, True, 1, hardest)
    wrong = [v for v in report["variants"] if v["mistake"] == "always multiplied"]
    assert [variant["failure"] for variant in wrong] == [""]


def test_verdicts_that_differ_are_in_a_table_and_fail(monkeypatch):
    code, said = checked(monkeypatch, REPORT)
    assert code == 0
    assert "Public and fresh verdicts differ: nowhere." in said
    found = Differing(
        "'no shift'", "told from a right answer", "taken for it", 7, 200, 4
    )
    flattered = dataclasses.replace(CELSIUS, differing=(found,))
    monkeypatch.setitem(globals(), "CELSIUS", flattered)
    code, said = checked(monkeypatch, REPORT)
    assert code == 1
    assert "7 of 200" in said
    told = "✗ start.celsius: 'no shift' is told from a right answer on the public cases"
    assert told in said


def test_halves_add_up_over_the_processes_of_a_framework():
    measured = Measured()
    measured.add(REPORT)
    worse = [{**REPORT["variants"][0], "error": 3e-7, "failure": "off"}]
    measured.add({**REPORT, "variants": worse + REPORT["variants"][1:]})
    half = measured.halves["start.celsius", "torch"]
    assert (half.right, half.error) == (3, 3e-7)
    assert half.failures == ["variant_0: off"]
