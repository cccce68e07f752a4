"""The report as a page: inert whatever submissions say, whole, and in order."""

import re
import webbrowser
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grader.common.errors import CourseError
from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.record import Run
from grader.grading.report.class_report import ExerciseSummary, Report
from grader.grading.report.page import show_page
from grader.grading.report.page.render import MOST_GROUPS, MOST_LEARNERS, render
from grader.grading.report.page.tasks import MOST_MISTAKES, tasks
from grader.grading.report.rows import Mark, Row, State
from tests.classes import toy_course as toy

DOUBLE, TOTAL = "toy-double-torch", "toy-total-torch"
DOUBLE_TF = "toy-double-tensorflow"
MADE = datetime(2026, 3, 1, 9, 30)
SEED = 918273645
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"
RUN = Run(
    seed=SEED,
    versions={"torch": "2.13.0"},
    device="cpu",
    isolation="namespaces",
    limits={"cell": 60, "notebook": 900, "memory": 4 * 2**30},
    seconds=4.0,
)


@pytest.fixture(autouse=True)
def toy_references(monkeypatch):
    real = catalogue.exercises
    monkeypatch.setattr(
        catalogue,
        "exercises",
        lambda lesson: toy.EXERCISES if lesson == "toy" else real(lesson),
    )


def learner(name, double, total, **values):
    """A learner with a mark in each of two cells."""
    marks = {DOUBLE: double, TOTAL: total}
    score = sum(mark.score for mark in marks.values())
    found = {"state": State.GRADED, "notes": [], "run": RUN, "marks": marks}
    return Row(learner=name, score=score, max_score=5, **(found | values))


def ungraded(name, state, reason, *notes):
    """A learner whose submission has no marks."""
    return Row(name, state, [*notes, reason], reason=reason)


def report(*rows):
    right, wrong = Mark("correct", 2, 2, seconds=0.5), Mark("wrong", 0, 2, "squared")
    blank, fault = Mark("not attempted", 0, 3), Mark("grader fault", 0, 3, by_hand=True)
    rows = rows or (
        learner("ann", right, Mark("correct", 3, 3)),
        learner("bob", wrong, blank, state=State.NOTED, notes=["found as x"]),
        learner("cyd", wrong, fault, by_hand=True),
        ungraded("dee", State.QUARANTINED, "is not valid JSON"),
        ungraded("eve", State.NOT_GRADED, "could not be graded", "found as x"),
        ungraded("fay", State.MISSING, "nothing in submitted/"),
    )
    double = {"wrong": 2, "correct": 1}
    total = {"correct": 1, "not attempted": 1, "grader fault": 1}
    exercises = [
        ExerciseSummary(DOUBLE, 1, 3, double, {"squared": 2}, 0.5, 12.0),
        ExerciseSummary(DOUBLE_TF, 0, 0, {}, {}),
        ExerciseSummary(TOTAL, 1, 3, total, {}),
    ]
    return Report(toy.ASSIGNMENT, 5, list(rows), exercises)


def parsed(made):
    return BeautifulSoup(render(made, MADE), "html.parser")


def cells(table):
    return [
        [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
    ]


def test_the_page_has_its_parts_in_order():
    page = parsed(report())
    assert [h.get_text() for h in page.find_all(["h1", "h2", "h3"])] == [
        toy.ASSIGNMENT,
        "What waits for you",
        "The class",
        "Exercises at a glance",
        "Exercises and their mistakes",
        *("1. Twice", "2. Sum"),
        "Learners",
        "Notes on submissions",
        "How the marks came about",
    ]
    assert [link["href"][1:] for link in page.nav.find_all("a")] == [
        section["id"] for section in page.main.find_all("section", recursive=False)
    ]
    ids = {tag["id"] for tag in page.find_all(id=True)}
    assert {link["href"][1:] for link in page.find_all("a")} <= ids


def test_what_waits_is_told_with_learner_reason_and_remedy():
    found = parsed(report()).find(id="waiting")
    assert [title.get_text() for title in found.find_all("b")] == [
        *("Grader faults: 1 learner", "Quarantined: 1 learner"),
        "Not graded: 1 learner",
    ]
    assert [row[1:] for row in cells(found)[1:]] == [
        [f"{TOTAL}: grader fault", "cyd"],
        ["is not valid JSON", "dee"],
        ["could not be graded", "eve"],
    ]
    assert "course grade 01_toy" in found.get_text()
    marked = Mark("grader fault", 2, 3)  # by hand, since
    done = report(learner("ann", Mark("correct", 2, 2), marked))
    assert "Nothing." in parsed(done).find(id="waiting").get_text()


def test_a_doubt_waits_for_the_instructor():
    doubted = learner("ann", Mark("correct", 2, 2), Mark("correct", 3, 3))
    assert report(doubted).clean
    doubted.doubts = ["no cell was recognised as answering: x"]
    made = report(doubted)
    assert not made.clean
    found = parsed(made).find(id="waiting")
    assert found.find("b").get_text() == "Recognised, with a doubt: 1 learner"
    assert [row[1:] for row in cells(found)[1:]] == [[*doubted.doubts, "ann"]]


def test_an_exercise_shows_its_frameworks_side_by_side():
    page = parsed(report())
    assert cells(page.find(id="exercise-1")) == [
        ["", "PyTorch", "TensorFlow"],
        ["correct", "33% 1/3", "none graded"],
        ["wrong", "2", "–"],
        ["squared You square x.", "2", "–"],
        ["computing time, median and longest", "0.5 s, 12 s", "–"],
    ]
    assert cells(page.find(id="exercise-2"))[2:4] == [
        ["not attempted", "1"],
        ["grader fault", "1"],
    ]
    glance = cells(page.find(id="glance"))
    assert glance[1] == ["1. Twice", "33% 1/3", "none graded", "squared (2)"]
    assert glance[2] == ["2. Sum", "33% 1/3", "", ""]


def test_the_class_and_its_learners():
    page = parsed(report())
    tiles = {
        tile.dt.get_text(): tile.dd.get_text()
        for tile in page.find(id="class").find_all("div")
    }
    assert tiles == {
        **{"learners": "6", "graded": "3", "not graded": "1", "quarantined": "1"},
        **{"missing": "1", "median points of 5": "0", "middle half": "0–2.5"},
        "full marks": "1",
    }
    matrix = cells(page.find(id="learners"))
    assert matrix[1] == ["1", "2", "1"]
    assert matrix[2] == ["ann", "graded", "5", "✓", "✓", ""]
    assert matrix[4] == ["cyd", "graded", "0", "w", "?", ""]
    assert ["found as x", "bob, eve"] in cells(page.find(id="notes"))
    runs = page.find(id="runs").get_text(" ")
    assert "torch 2.13.0" in runs and "memory 4,096 MiB" in runs


def test_nothing_that_a_submission_says_acts():
    mark = Mark("wrong", 0, 2, HOSTILE, by_hand=True, seconds=1.0)
    row = learner(HOSTILE, mark, mark, state="quarantined", notes=[HOSTILE])
    row.run = replace(RUN, versions={HOSTILE: HOSTILE}, isolation=HOSTILE)
    made = report(row)
    made.exercises[0].mistakes = {HOSTILE: 1}
    made.exercises[0].statuses = {HOSTILE: 1}
    made.exercises[1].grade_id = HOSTILE
    made.assignment = HOSTILE
    page = parsed(made)
    assert page.find(["script", "img", "iframe", "object", "link", "form"]) is None
    attributes = {name for tag in page.find_all(True) for name in tag.attrs}
    assert not {name for name in attributes if name.startswith("on")}
    assert page.find(id="learners").find("bdi").get_text() == HOSTILE
    assert page.title.get_text() == f"{HOSTILE}: report"
    assert "49" not in page.get_text()


def test_the_page_needs_and_allows_nothing_from_elsewhere():
    text = render(report(), MADE)
    assert not re.search(r"https?:|//|@import|url\(", text)
    page = BeautifulSoup(text, "html.parser")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith("default-src 'none'; style-src")
    assert not page.find_all(src=True)
    assert all(link["href"].startswith("#") for link in page.find_all(href=True))


def test_a_table_is_told_to_those_who_hear_it():
    page = parsed(report())
    for table in page.find_all("table"):
        assert table.caption.get_text(strip=True)
        assert all(cell.get("scope") for cell in table.find_all("th"))
    assert page.html["lang"] == "en"


def test_the_seed_of_the_hidden_cases_stays_hidden():
    assert str(SEED) not in render(report(), MADE)


def test_a_large_class_does_not_bury_the_exercises():
    state = State.QUARANTINED
    rows = [ungraded(f"same {n}", state, "is empty") for n in range(300)]
    rows += [ungraded(f"own {n}", state, f"reason {n}") for n in range(300)]
    page = parsed(report(*rows))
    waiting = page.find(id="waiting")
    assert len(waiting.find_all("bdi")) == MOST_LEARNERS + MOST_GROUPS - 1
    assert f"and {300 - MOST_LEARNERS} more" in waiting.get_text()
    assert f"{301 - MOST_GROUPS} other reasons" in waiting.get_text()
    assert len(page.find(id="notes").find_all("bdi")) == 600


def test_the_notes_have_all_that_the_list_of_what_waits_leaves_out():
    fault = Mark("grader fault", 0, 3, by_hand=True)
    rows = [
        learner(f"l{n}", fault, Mark("by hand", 0, 2, by_hand=True)) for n in range(20)
    ]
    page = parsed(report(*rows))
    assert "and 8 more" in page.find(id="waiting").get_text()
    everyone = ", ".join(row.learner for row in rows)
    assert [f"{DOUBLE}: grader fault", everyone] in cells(page.find(id="notes"))
    assert [f"{TOTAL}: has no automatic mark", everyone] in cells(page.find(id="notes"))


def test_rare_mistakes_share_a_line():
    made = report()
    mistakes = {f"m{n}": 20 - n for n in range(MOST_MISTAKES + 2)}
    made.exercises[0] = replace(made.exercises[0], mistakes=mistakes)
    last = tasks(made)[0].mistakes[-1]
    assert (last.label, last.message) == ("2 less frequent", "m8 (12), m9 (11).")
    assert last.counts == [23, 0]


def test_nobody_graded_is_a_page_as_well():
    page = parsed(Report(toy.ASSIGNMENT, 5, [], []))
    assert "Nothing has run yet." in page.get_text()


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.make_course(tmp_path))
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    """The addresses that a browser was asked for, on a machine with a screen."""
    found = []
    monkeypatch.setattr(webbrowser, "open", found.append)
    monkeypatch.setenv("BROWSER", "any")
    return found


def test_the_command_writes_the_page_and_opens_it(course, opened, monkeypatch, capsys):
    monkeypatch.setattr(commands, "make_report", lambda *_: report())
    path = course / "reports" / "01_toy.html"
    assert commands.report(toy.ASSIGNMENT, page=True) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_text(encoding="utf-8").endswith("</html>")
    assert opened == [path.as_uri()]
    commands.report(toy.ASSIGNMENT, to=Path("mine.html"), browser=False)
    assert (course / "mine.html").is_file()
    commands.report(toy.ASSIGNMENT, as_json=True, page=True, browser=False)
    out, err = capsys.readouterr()
    assert out.startswith("mine.html\n{") and err == f"{path}\n"
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(show_page.sys, "platform", "linux")
    commands.report(toy.ASSIGNMENT, page=True)
    assert len(opened) == 1


def test_without_marks_there_is_no_page(course, opened):
    with pytest.raises(CourseError, match="has not been graded yet: run course grade"):
        commands.report(toy.ASSIGNMENT, page=True)
    assert not (course / "reports").exists() and not opened


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a" / "page.html"
    show_page.write(path, "former \udcff")
    assert path.read_text() == "former \\udcff"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(show_page.os, "replace", full)
    with pytest.raises(CourseError, match=r"can't write .*: No space left on device"):
        show_page.write(path, "new")
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
    assert path.read_text().startswith("former")
    monkeypatch.undo()
    for name in ("marks.csv", "02_autograd"):
        with pytest.raises(CourseError, match=r"ends in \.html"):
            show_page.write(tmp_path / name, "new")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(CourseError, match=r"can't write .*folder\.html"):
        show_page.write(tmp_path / "folder.html", "new")
