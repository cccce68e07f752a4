"""CSV that a spreadsheet reads as it was meant."""

import csv

import pytest

from grader.grading.place.course_folder import find_course
from grader.grading.plugins.export import COLUMNS, QuotedCsv, write_csv
from tests.classes import toy_course as toy


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_values_survive_commas_quotes_and_newlines(tmp_path):
    path = tmp_path / "marks.csv"
    write_csv(
        path, ["a", "b"], [{"a": 'Doe, "Jo"\nJr', "b": -1.5}, {"a": None, "b": 0}]
    )
    assert read(path) == [["a", "b"], ['Doe, "Jo"\nJr', "-1.5"], ["", "0"]]


STARTS = [*"=+-@", *"＝＋－＠﹦﹢﹣﹫−"]
SEPARATORS = [",", ";", "|", ":", "\t", "\r", "\n", "\r\n", "\u2028", "\x1f"]


def written(tmp_path, text):
    path = tmp_path / "marks.csv"
    write_csv(path, ["a"], [{"a": text}])
    return read(path)[1][0]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", " ", "\t", '"', "\ufeff", "\u200b", "\x01 "])
def test_text_never_acts_as_a_formula(tmp_path, start, before):
    assert written(tmp_path, f"{before}{start}1+1") == f"{before}'{start}1+1"


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("before", ["", " ", '"', "\t"])
def test_no_other_separator_makes_a_cell_of_a_formula(tmp_path, separator, before):
    text = f'Jo{separator}{before}=HYPERLINK("//x")'
    assert written(tmp_path, text) == text.replace("=", "'=")


def test_a_column_is_no_formula_either(tmp_path):
    path = tmp_path / "marks.csv"
    write_csv(path, ["=learner"], [])
    assert read(path) == [["'=learner"]]


@pytest.mark.parametrize(
    "text",
    [
        *("Smith-Jones, Mary Ann", "O'Neil", "Anna - Maria", "ann@example.org"),
        *("a+b", "C++", "x = 1", "2026-03-01 09:30:00", "5; 6", "Zoë", "👩\u200d🎓"),
    ],
)
def test_honest_text_stays_exact(tmp_path, text):
    assert written(tmp_path, text) == text


@pytest.mark.parametrize("number", [-1.5, 0, 2, -0.25])
def test_numbers_stay_numbers(tmp_path, number):
    assert written(tmp_path, number) == str(number)


def test_nbgrader_export_is_quoted(tmp_path):
    target = tmp_path / "grades.csv"
    with find_course(toy.make_course(tmp_path)).gradebook() as gradebook:
        gradebook.add_assignment("01_toy")
        gradebook.add_assignment("02_toy")
        gradebook.add_student("a,b", last_name='O"Neil, Jr', email="=cmd()")
        gradebook.add_student("zoë")
        QuotedCsv(to=str(target), assignment=["01_toy"]).export(gradebook)
    header, *rows = read(target)
    assert header == list(COLUMNS)
    assert sorted(row[3] for row in rows) == ["a,b", "zoë"]
    row = dict(zip(header, min(rows, key=lambda row: row[3]), strict=True))
    assert row["last_name"] == 'O"Neil, Jr'
    assert row["email"] == "'=cmd()"
    assert (row["score"], row["first_name"]) == ("0.0", "")
