"""nbgrader's gradebook, opened so that what is wrong with it is said in a sentence."""

import fcntl
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from grader.common.errors import CourseError
from grader.common.whole_file import replacing
from grader.grading.place.lock import NO_LOCKS
from grader.grading.place.troubles import OTHER_VERSION, in_words

FILE = "file:"  # how a URL of SQLite begins that has its own parameters
WITHOUT_LOCKS = {"vfs", "nolock"}  # those that make it do without the system's locks
# nbgrader logs an error with its traceback and then raises it, which is enough.
logging.getLogger("tornado").addHandler(logging.NullHandler())


@contextmanager
def opened(db_url: str, course_id: str) -> Iterator[Gradebook]:
    """The gradebook, made if there is none.

    Raises:
        CourseError: it is damaged, locked for too long, of another version of
            nbgrader, or can't be opened or written.
    """
    with _in_words():
        _check(db_url)
        _make(db_url, course_id)
        with Gradebook(db_url, course_id) as gradebook:
            yield gradebook


def exists(db_url: str) -> bool:
    """Whether there is a gradebook, or a server that may hold one."""
    path = _path(db_url)
    return path is None or path.exists()


@contextmanager
def in_one_go(gradebook: Gradebook) -> Iterator[None]:
    """All that is written in the block is in the gradebook, or nothing of it.

    Commits inside wait for the end of the block.
    """
    with gradebook.engine.begin() as connection:
        gradebook.db.remove()
        gradebook.db.configure(bind=connection, join_transaction_mode="rollback_only")
        yield
        gradebook.db.flush()
        gradebook.db.remove()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, InvalidEntry) as error:
        # The first line alone; the next ones are the statement and a web address.
        reason = str(error).splitlines()[0]
        sentence = in_words(error) or f"the gradebook can't be used: {reason}"
        raise CourseError(sentence) from error


def _path(db_url: str) -> Path | None:
    """The gradebook's file; None where a server holds it."""
    url = make_url(db_url)
    if url.drivername != "sqlite" or not url.database:
        return None
    return Path(url.database.removeprefix(FILE))


def _check(db_url: str) -> None:
    """Look before nbgrader does: it would add its tables to whatever it finds."""
    _require_locks(db_url)
    if not exists(db_url):
        return
    engine = create_engine(db_url)
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            if not tables:
                return
            version = None
            if "alembic_version" in tables:
                query = text("SELECT version_num FROM alembic_version")
                version = connection.execute(query).scalar()
    finally:
        engine.dispose()
    if version != _newest():
        raise CourseError(OTHER_VERSION)


@cache
def _require_locks(db_url: str) -> None:
    """SQLite keeps several writers apart by locks, and waits in vain without them."""
    path = _path(db_url)
    if path is None or WITHOUT_LOCKS & make_url(db_url).query.keys():
        return
    try:
        with tempfile.TemporaryFile(dir=path.parent) as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise CourseError(
                f"{path.parent} is on a file system without locks, which SQLite needs "
                "for the gradebook: put it on a local disk or a database server "
                f"(c.CourseDirectory.db_url in nbgrader_config.py)"
            ) from error


@cache
def _newest() -> str | None:
    return ScriptDirectory(ALEMBIC_DIR).get_current_head()


def _make(db_url: str, course_id: str) -> None:
    """A new gradebook has its place when it is whole, and not before."""
    path = _path(db_url)
    if path is None or (path.exists() and path.stat().st_size):
        return
    url = make_url(db_url)
    prefix = FILE if (url.database or "").startswith(FILE) else ""
    with (
        replacing(path) as new,
        Gradebook(str(url.set(database=f"{prefix}{new}")), course_id),
    ):
        pass
