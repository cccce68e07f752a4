"""What stops grading altogether, said in one sentence: the disk, the gradebook.

Nothing is lost by stopping: what has run is kept, and written by the next command.
"""

import errno

from grader.errors import CourseError

AGAIN = "nothing is lost: run the same command again afterwards"
SENTENCES = {
    "database is locked": "the gradebook is in use by another program (database is "
    f"locked): wait for it or close it; {AGAIN}",
    "database or disk is full": f"no space is left for the gradebook: make room; "
    f"{AGAIN}",
    "file is not a database": "the gradebook is no database: put a backup in its place",
    "disk image is malformed": "the gradebook is damaged: put a backup in its place",
    "unable to open database": "the gradebook can't be opened: may you read and write "
    "it and its folder?",
    "readonly database": "the gradebook can't be written: may you write it and its "
    "folder?",
    "disk I/O error": f"the gradebook can't be read or written (disk error); {AGAIN}",
    "No space left on device": f"no space is left on the disk: make room; {AGAIN}",
    "Disk quota exceeded": f"your disk quota is used up: make room; {AGAIN}",
    "Read-only file system": "the course's folders are read-only: make them writable; "
    f"{AGAIN}",
    "Permission denied": "the course's folders can't be written: may you write into "
    f"autograded/ and feedback/, and what is in them? {AGAIN}",
}
OURS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}
OTHER_VERSION = (
    "the gradebook was made by another version of nbgrader, or not finished: back it "
    "up, then run nbgrader db upgrade"
)


def in_words(text: object) -> str:
    """The sentence for an error or a log, "" when it is none that stops grading."""
    text = str(text)
    for sign, sentence in SENTENCES.items():
        if sign in text:
            return sentence
    if "no such column" in text or "no such table" in text:
        return OTHER_VERSION
    return ""


def stop_for(error: Exception) -> None:
    """Raise the sentence for an error of the disk that every submission would meet.

    Raises:
        CourseError: it is one.
    """
    if isinstance(error, OSError) and error.errno in OURS:
        raise CourseError(in_words(error.strerror) or str(error)) from error
