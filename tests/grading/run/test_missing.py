"""A package that a submission lacks is told by name, as data and not from a text."""

import pytest

from grader.exercises import catalogue
from grader.grading import commands, execution
from grader.grading.report.class_report import make_report
from grader.grading.report.page.waiting import all_notes
from grader.grading.run.missing import modules, undefined
from grader.grading.run.problem import Ending, Problem
from tests.classes import toy_course as toy

LACKS = Problem(Ending.RAISED, "No module named 'nothing'", "ModuleNotFoundError")
MANY = [f"a{number}" for number in range(99)]
INSIDE = """def total(x):
    import seaborn_of_mine
    return x.sum()"""


@pytest.mark.slow
def test_packages_are_named_wherever_they_are_imported(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    above = f"import pandas_of_mine.plotting\n{toy.RIGHT['double']}"
    notebook = toy.submission(double=above, total=INSIDE)
    # Neither raised in the end, nor a module: nothing to install.
    notebook.cells[1].source += """
try:
    import optional_of_mine
except ImportError:
    pass
ModuleNotFoundError = type("ModuleNotFoundError", (Exception,), {"name": "<b>"})
raise ModuleNotFoundError("No module named 'torch'")"""
    ran = execution.execute(notebook, tmp_path, {})
    assert ran.notebook.metadata.tandem.missing == ["pandas_of_mine", "seaborn_of_mine"]
    assert ran.faults == []


@pytest.mark.slow
def test_the_instructor_is_told_by_name_counted_over_the_class(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    toy.submit(tmp_path, "ann", toy.submission(total=INSIDE))
    toy.submit(tmp_path, "bob", toy.submission(total=INSIDE))
    toy.submit(tmp_path, "cem", toy.submission(**toy.RIGHT))
    assert commands.grade(toy.ASSIGNMENT) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "where they run: seaborn_of_mine (2 learners). Install" in shown
    report = make_report(toy.assignment())
    assert report.missing == {"seaborn_of_mine": 2}
    notes = {group.reason: group.learners for group in all_notes(report)}
    note = "imports seaborn_of_mine, which was missing"
    assert notes == {note: ["ann", "bob"]}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"names": ["seaborn_of_mine.objects"]}, ["seaborn_of_mine"]),
        ({"names": ["torch.of_mine"]}, ["torch.of_mine"]),
        ({"names": ["<b>", "a b", "", "..", "x" * 101, 7, None, ["x"]]}, []),
        (
            {"names": ["a" + str(n) for n in range(99)]},
            ["a" + str(n) for n in range(20)],
        ),
        ({"names": "seaborn"}, []),
        ([], []),
        (None, []),
    ],
)
def test_what_a_kernel_says_is_taken_for_names_of_modules_alone(data, found):
    assert modules(lambda _: {"application/json": data}, LACKS) == found


def test_a_kernel_that_is_gone_names_nothing():
    assert modules(lambda _: Problem(Ending.DIED), LACKS) == []


def test_no_kernel_is_asked_where_nothing_was_missing():
    assert modules(pytest.fail, None) == []
    assert modules(pytest.fail, Problem(Ending.RAISED, "seaborn", "ImportError")) == []


UNDEFINED = Problem(Ending.RAISED, "name 'x' is not defined", "NameError")


@pytest.mark.parametrize(
    ("data", "found"),
    [({"name": "double"}, "double"), ({"name": None}, ""), ({"name": ["x"]}, "")]
    + [(odd, "") for odd in ({}, [], None, "double")],
)
def test_an_undefined_name_is_told_as_data(data, found):
    assert undefined(lambda _: {"application/json": data}, UNDEFINED) == found


def test_no_kernel_is_asked_for_a_name_where_none_was_undefined():
    other = Problem(Ending.RAISED, "name 'x' is not defined", "RuntimeError")
    named = Problem(Ending.UNREADABLE, kind="NameError")
    assert undefined(pytest.fail, other) == undefined(pytest.fail, named) == ""
