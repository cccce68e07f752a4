"""docs/exercises.md is laid out from what was measured, and is of these exercises."""

import dataclasses
import io
import math
import re

import pytest
from rich.console import Console

from grader.authoring import verify
from grader.authoring.proving import measuring, variants
from grader.authoring.proving.declared import Declared
from grader.authoring.proving.exercise_tables import Row, page
from grader.authoring.proving.measuring import Half
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, installed
from grader.exercises import catalogue

CELSIUS = catalogue.find("start.celsius")
VERSIONS = {"torch": "9.8", "tensorflow": "7.6"}
REMAKE = "it is out of date: course check --write docs/exercises.md"


def row(distance=0.25, torch=1e-7, tensorflow=2.6e-7) -> Row:
    halves = {"torch": Half(4, torch), "tensorflow": Half(3, tensorflow)}
    return Row(CELSIUS, Declared(distance, ()), halves, ())


def lines(text: str) -> list[list[str]]:
    """The cells of each exercise's line."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.split("\n")
        if "<br>`" in line
    ]


def test_a_line_holds_what_was_measured():
    text = page({"start": [row()]}, VERSIONS)
    assert lines(text) == [
        [
            "Degrees Fahrenheit to Celsius<br>`start.celsius`",
            *"1|4 + 3|4|1e-04|3e-07|2e-01|300|2,500".split("|"),
        ]
    ]
    assert "Measured with PyTorch 9.8 and TensorFlow 7.6, on the CPU" in text
    assert "\n## start\n" in text


def test_what_is_infinite_or_exact_is_said_so():
    (found,) = lines(page({"start": [row(math.inf, 0.0, 0.0)]}, VERSIONS))
    assert found[5:] == ["0", "∞", "∞", "∞"]


def test_the_introduction_gives_the_least_separations():
    text = page({"a": [row(), row(torch=4.4e-6)], "b": [row(0.00119)]}, VERSIONS)
    assert "\n3 exercises: 3 in both frameworks, 0 that need none" in text
    assert "the tolerance is at least 20 times the largest\nerror" in text
    assert "the nearest mistake at least 11 times the tolerance" in text


def reported(monkeypatch, failure: str = "") -> None:
    """Each measuring process finds three right variants of each exercise."""

    def run(job, lessons):
        found = [e.id for lesson in lessons for e in catalogue.exercises(lesson)]
        variant = {"mistake": None, "source": "", "failure": failure, "error": 0.0}
        variant["differing"] = []
        report = {
            "framework": job.framework,
            "version": "9.8",
            "unknown": [],
            "misplaced": [],
            "stubs": dict.fromkeys(found, "not attempted"),
            "variants": [
                variant | {"exercise": name, "function": "f"}
                for name in found
                for _ in range(3)
            ],
        }
        return report, 0.1

    monkeypatch.setattr(measuring, "run", run)
    monkeypatch.setattr(verify, "installed", lambda name: True)
    monkeypatch.setattr(catalogue, "lessons", lambda: ["start"])
    sound = dataclasses.replace(row(), halves={})
    told = {"start.celsius": sound.declared}
    monkeypatch.setattr(verify, "declare", lambda *_: told)


def test_the_page_is_written_when_everything_holds(monkeypatch, tmp_path):
    reported(monkeypatch)
    target, said = tmp_path / "docs" / "exercises.md", io.StringIO()
    assert verify.main(None, Console(file=said, width=200), target) == 0
    assert [cells[0][-15:] for cells in lines(target.read_text("utf-8"))] == [
        "`start.celsius`"
    ]
    assert f"{target}: written" in said.getvalue()


def test_the_page_is_left_when_something_is_to_mend(monkeypatch, tmp_path):
    reported(monkeypatch, failure="wrong: y")
    target, said = tmp_path / "exercises.md", io.StringIO()
    assert verify.main(None, Console(file=said, width=200), target) == 1
    assert not target.exists()
    assert "is left as it was: mend the exercises first." in said.getvalue()


@pytest.mark.parametrize(
    ("lessons", "here"), [(["start"], FRAMEWORKS), (None, ("torch",))]
)
def test_a_part_of_the_page_is_not_written(monkeypatch, tmp_path, lessons, here):
    reported(monkeypatch)
    monkeypatch.setattr(verify, "installed", lambda name: name in here)
    with pytest.raises(CourseError, match="--write takes all lessons and both"):
        verify.main(lessons, Console(file=io.StringIO()), tmp_path / "x.md")


@pytest.mark.skipif(
    not all(map(installed, FRAMEWORKS)), reason="loads the variants of both"
)
def test_the_committed_page_is_of_these_exercises():
    text = (ROOT / "docs" / "exercises.md").read_text(encoding="utf-8")
    found = {re.search("`(.+)`", cells[0])[1]: cells for cells in lines(text)}
    lessons = catalogue.lessons()
    assert re.findall("^## (.+)$", text, re.M) == lessons, REMAKE
    ids = [e.id for lesson in lessons for e in catalogue.exercises(lesson)]
    assert list(found) == ids, REMAKE
    for lesson in lessons:
        right = {
            f: [v.exercise for v in variants.load(lesson, f) if v.mistake is None]
            for f in (*FRAMEWORKS, "any")
        }
        for exercise in catalogue.exercises(lesson):
            title, points, counts, mistakes, tolerance, *_ = found[exercise.id]
            assert title == f"{exercise.title}<br>`{exercise.id}`", REMAKE
            assert int(points) == exercise.points, REMAKE
            halves = [half or "any" for half in exercise.halves()]
            counted = " + ".join(str(right[h].count(exercise.id)) for h in halves)
            assert counts == counted, REMAKE
            assert int(mistakes) == len(exercise.mistakes), REMAKE
            assert tolerance == f"{exercise.tolerance:.0e}", REMAKE
