"""What stops a class is told by an exception's type and code, whatever its text."""

import errno
import sqlite3

import psycopg
import pytest
from nbgrader.api import InvalidEntry
from rich.console import Console
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from grader.common.errors import CourseError
from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.cohort import Cohort
from grader.grading.place.course_folder import find_course
from grader.grading.place.troubles import OF_FILES, in_words, stop_for
from grader.grading.plugins.execute_and_judge import Ran
from tests.classes import toy_course as toy

TEXTS = (
    "No space left on device",
    "database is locked",
    "Permission denied",
    "no such table: grade",
    "KeyboardInterrupt",
)
pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    return tmp_path


def execute(engine, statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def on_sqlite(path, *statements, **options):
    """What SQLAlchemy raises when these are executed."""
    engine = create_engine(f"sqlite:///{path}?timeout=0.1", **options)
    with pytest.raises(DBAPIError) as raised:
        execute(engine, statements)
    engine.dispose()
    return in_words(raised.value)


def test_each_trouble_of_sqlite_has_its_sentence(tmp_path):
    book = tmp_path / "gradebook.db"
    make = "CREATE TABLE one (x TEXT)"
    with sqlite3.connect(book) as connection:
        connection.execute(make)
    assert "another version" in on_sqlite(book, "SELECT y FROM one")
    assert "another version" in on_sqlite(book, "SELECT x FROM two")
    many = "INSERT INTO one VALUES (zeroblob(100000))"
    assert "no space" in on_sqlite(book, "PRAGMA max_page_count = 2", many)
    assert "can't be opened" in on_sqlite(tmp_path, make)
    (tmp_path / "none.db").write_bytes(b"SQL" * 1000)
    assert "is no database" in on_sqlite(tmp_path / "none.db", make)
    other = sqlite3.connect(book, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "in use by another program" in on_sqlite(book, "SELECT x FROM one")
    other.close()
    readonly = "PRAGMA query_only = 1", "DELETE FROM one"
    assert "can't be written" in on_sqlite(book, *readonly)


def test_what_nbgrader_calls_an_invalid_entry_is_what_the_database_refused(course):
    with find_course().gradebook() as book:
        pages = book.db.execute(text("PRAGMA page_count")).scalar()
        book.db.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(InvalidEntry) as raised:
            book.add_student("ann" * 10_000)
    assert "no space" in in_words(raised.value)
    with pytest.raises(CourseError, match="no space"):
        stop_for(raised.value)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (psycopg.errors.UndefinedTable, "another version"),
        (psycopg.errors.UndefinedColumn, "another version"),
        (psycopg.errors.DiskFull, "no space"),
        (psycopg.errors.LockNotAvailable, "in use by another program"),
        (psycopg.errors.ReadOnlySqlTransaction, "can't be written"),
        (psycopg.errors.InsufficientPrivilege, "can't be written"),
        (psycopg.errors.AdminShutdown, "does not answer"),
        (psycopg.errors.ConnectionFailure, "does not answer"),
        (psycopg.errors.InvalidPassword, "refuses the name or password"),
        (psycopg.errors.InvalidCatalogName, "no database of the name"),
        (psycopg.errors.UniqueViolation, None),
        (psycopg.errors.CharacterNotInRepertoire, None),
    ],
)
def test_each_trouble_of_a_server_has_its_sentence(raised, words):
    error = DBAPIError.instance("SELECT", {}, raised("database is locked"), Exception)
    found = in_words(error)
    assert words in found if words else found is None


def test_a_server_that_is_not_there_is_told_so():
    engine = create_engine("postgresql+psycopg://x@127.0.0.1:9/x?connect_timeout=2")
    with pytest.raises(DBAPIError) as raised:
        engine.connect()
    assert "does not answer" in in_words(raised.value)


@pytest.mark.parametrize("number", OF_FILES)
def test_a_full_disk_stops_the_class_whatever_its_words(number):
    with pytest.raises(CourseError):
        stop_for(OSError(number, "in another language"))
    assert in_words(OSError(number, ""))


def test_a_file_that_one_learner_made_unreadable_stops_nobody():
    stop_for(PermissionError(errno.EACCES, "Permission denied"))


@pytest.mark.parametrize("text", TEXTS)
def test_words_of_a_submission_in_the_log_stop_nobody(course, capsys, text):
    """Told as a hostile kernel can: a cell's count that is no number."""
    for learner in ("ann", "eve"):
        toy.submit(course, learner, toy.submission(**toy.RIGHT))

    def execute(notebook, folder, settings):
        if "eve" in folder.parts:
            notebook.cells[1].execution_count = text
        return Ran(notebook, [])

    commands.release(toy.ASSIGNMENT)
    cohort = Cohort(toy.assignment(), 2, execute)
    faults = cohort.grade(Console(quiet=True)).faults
    assert text in "".join(faults["eve"])
    assert not faults["ann"]
