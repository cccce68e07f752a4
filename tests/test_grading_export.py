"""CSV that a spreadsheet reads as it was meant."""

import csv

from grader.grading.course import find_course
from grader.grading.export import COLUMNS, QuotedCsv, write_csv
from tests import toy_course as toy


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_values_survive_commas_quotes_and_newlines(tmp_path):
    path = tmp_path / "marks.csv"
    write_csv(
        path, ["a", "b"], [{"a": 'Doe, "Jo"\nJr', "b": -1.5}, {"a": None, "b": 0}]
    )
    assert read(path) == [["a", "b"], ['Doe, "Jo"\nJr', "-1.5"], ["", "0"]]


def test_text_never_acts_as_a_formula(tmp_path):
    path = tmp_path / "marks.csv"
    starts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    write_csv(path, ["=learner"], [{"learner": text} for text in starts])
    assert [row[0] for row in read(path)] == [f"'{t}" for t in ["=learner", *starts]]


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
