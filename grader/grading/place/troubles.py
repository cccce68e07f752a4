"""What stops grading altogether, said in one sentence: the disk, the gradebook.

Told by an exception's type and code, never by its text or a log: what a submission
wrote can stand in both, and one learner must not stop the class. Nothing is lost by
stopping: what has run is kept, and written by the next command.
"""

import errno
import sqlite3

from nbgrader.api import InvalidEntry
from sqlalchemy.exc import DBAPIError, OperationalError

from grader.common.errors import CourseError

AGAIN = "nothing is lost: run the same command again afterwards"
OTHER_VERSION = (
    "the gradebook was made by another version of nbgrader, or not finished: back it "
    "up, then run nbgrader db upgrade"
)
IN_USE = (
    "the gradebook is in use by another program, which has locked it: wait for it or "
    f"close it; {AGAIN}"
)
NO_ROOM = f"no space is left for the gradebook: make room; {AGAIN}"
DAMAGED = "the gradebook is damaged: put a backup in its place"
NOT_WRITABLE = (
    "the gradebook can't be written: may you write it and, if it is a file, its folder?"
)
DISK_ERROR = f"the gradebook can't be read or written (disk error); {AGAIN}"
UNREACHABLE = (
    f"the gradebook's server does not answer: is it running, and can you reach it? "
    f"{AGAIN}"
)
# By SQLite's primary result codes, https://sqlite.org/rescode.html.
OF_SQLITE = {
    sqlite3.SQLITE_BUSY: IN_USE,
    sqlite3.SQLITE_LOCKED: IN_USE,
    sqlite3.SQLITE_FULL: NO_ROOM,
    sqlite3.SQLITE_NOTADB: "the gradebook is no database: put a backup in its place",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: "the gradebook can't be opened: may you read and write "
    "it and its folder?",
    sqlite3.SQLITE_READONLY: NOT_WRITABLE,
    sqlite3.SQLITE_IOERR: DISK_ERROR,
    # A statement that makes no sense to it: nbgrader's do, with nbgrader's tables.
    sqlite3.SQLITE_ERROR: OTHER_VERSION,
}
PRIMARY = 0xFF  # the rest of an extended code tells the same more closely
# By SQLSTATE or its class, https://www.postgresql.org/docs/current/errcodes-appendix.
OF_SERVERS = {
    "08": UNREACHABLE,
    "25006": NOT_WRITABLE,
    "28": "the gradebook's server refuses the name or password in db_url",
    "3D000": "the gradebook's server has no database of the name in db_url",
    "42501": NOT_WRITABLE,
    "42703": OTHER_VERSION,
    "42P01": OTHER_VERSION,
    "53100": NO_ROOM,
    "53300": f"the gradebook's server has too many connections; {AGAIN}",
    "55P03": IN_USE,
    "57P": UNREACHABLE,
    "58": DISK_ERROR,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
OF_FILES = {
    errno.ENOSPC: f"no space is left on the disk: make room; {AGAIN}",
    errno.EDQUOT: f"your disk quota is used up: make room; {AGAIN}",
    errno.EROFS: f"the course's folders are read-only: make them writable; {AGAIN}",
    errno.EMFILE: "the grader has too many files open: raise the limit (ulimit -n) or "
    f"give a smaller --jobs; {AGAIN}",
    errno.ENFILE: "too many files are open on this machine: end other programs or "
    f"give a smaller --jobs; {AGAIN}",
}
# Where the grader writes; in a learner's folder it concerns that learner alone.
OF_OUR_FOLDERS = OF_FILES | dict.fromkeys(
    (errno.EACCES, errno.EPERM),
    "the course's folders can't be written: may you write into autograded/ and "
    f"feedback/, and what is in them? {AGAIN}",
)


def in_words(error: BaseException) -> str | None:
    """The sentence for what stops the writing of marks; None for any other error."""
    error = _behind(error)
    if isinstance(error, OSError):
        return None if error.errno is None else OF_OUR_FOLDERS.get(error.errno)
    if isinstance(error, DBAPIError):
        return _of_database(error)
    return None


def _behind(error: BaseException) -> BaseException:
    """What the database refused: nbgrader raises an InvalidEntry in its place."""
    if isinstance(error, InvalidEntry) and error.__context__ is not None:
        return error.__context__
    return error


def _of_database(error: DBAPIError) -> str | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(error.orig, sqlite3.Error):
        return OF_SQLITE.get(code & PRIMARY) if code is not None else None
    # psycopg's name for it, and that of psycopg2.
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    if not state:
        # No answer of the server's: it never got the statement.
        lost = isinstance(error, OperationalError) or error.connection_invalidated
        return UNREACHABLE if lost else None
    for length in (5, 3, 2):
        if state[:length] in OF_SERVERS:
            return OF_SERVERS[state[:length]]
    return None


def stop_for(error: Exception) -> None:
    """Raise the sentence for an error that every submission would meet as it runs.

    Raises:
        CourseError: it is one.
    """
    if isinstance(error, CourseError):
        raise error
    sentence = None
    if isinstance(error, OSError):
        sentence = None if error.errno is None else OF_FILES.get(error.errno)
    elif isinstance(_behind(error), DBAPIError):
        sentence = in_words(error)
    if sentence is not None:
        raise CourseError(sentence) from error
