"""The gradebook on a PostgreSQL server holds what it holds in SQLite."""

import pytest

from grader.common.errors import CourseError
from grader.exercises import catalogue
from grader.grading import commands
from tests.classes import toy_course as toy
from tests.classes.gradebook import rows
from tests.postgres import empty_database

pytestmark = pytest.mark.slow
SEED = 5
WRONG = {"double": "def double(x):\n    return x * x", "total": toy.RIGHT["total"]}
BROKEN = {"double": "def double(x):\n    return undefined"}


@pytest.fixture
def database():
    """The URL of an empty database on a server of its own."""
    with empty_database("gradebook") as address:
        yield f"postgresql+psycopg://{address}"


def grade(folder, monkeypatch, url=None):
    """A class of three graded twice, the second time with one submission more."""
    toy.make_course(folder)
    if url:
        config = folder / toy.CONFIG.name
        text = config.read_text(encoding="utf-8")
        own = f"c.CourseDirectory.db_url = {url!r}\n"
        own += 'c.CourseDirectory.course_id = "toys"\n'
        config.write_text(text + own, "utf-8")
    monkeypatch.chdir(folder)
    toy.submit(folder, "ann", toy.submission(**toy.RIGHT))
    toy.submit(folder, "ben", toy.submission(**WRONG))
    commands.grade(toy.ASSIGNMENT, seed=SEED)
    toy.submit(folder, "cem", toy.submission(**BROKEN))
    assert commands.grade(toy.ASSIGNMENT) == 0
    return rows(folder, toy.ASSIGNMENT, url or "")


def test_the_rows_are_those_of_sqlite(database, tmp_path, monkeypatch):
    real = catalogue.exercises
    monkeypatch.setattr(
        catalogue,
        "exercises",
        lambda lesson: toy.EXERCISES if lesson == "toy" else real(lesson),
    )
    (tmp_path / "sqlite").mkdir()
    (tmp_path / "postgres").mkdir()
    expected = grade(tmp_path / "sqlite", monkeypatch)
    assert len([row for row in expected if row[0] == "grade"]) == 6
    assert grade(tmp_path / "postgres", monkeypatch, database) == expected
    assert not (tmp_path / "postgres" / "gradebook.db").exists()


def test_a_course_without_a_name_is_told_so(tmp_path, monkeypatch):
    toy.make_course(tmp_path)
    config = tmp_path / toy.CONFIG.name
    with config.open("a", encoding="utf-8") as file:
        file.write('c.CourseDirectory.db_url = "postgresql+psycopg://nowhere/x"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="the course needs a name: add"):
        commands.report(toy.ASSIGNMENT)


def test_an_address_of_no_database_is_told_so(tmp_path, monkeypatch):
    toy.make_course(tmp_path)
    config = tmp_path / toy.CONFIG.name
    with config.open("a", encoding="utf-8") as file:
        file.write('c.CourseDirectory.db_url = "gradebook.db"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="db_url is no address of a database"):
        commands.report(toy.ASSIGNMENT)
