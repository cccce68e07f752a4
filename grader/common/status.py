"""How a graded task ended."""

from enum import StrEnum


class Status(StrEnum):
    """The seven outcomes of a graded task."""

    CORRECT = "correct"
    WRONG = "wrong"
    ERROR = "error"
    NOT_ATTEMPTED = "not attempted"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    GRADER_FAULT = "grader fault"
