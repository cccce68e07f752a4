"""Why a cell, or the question for its answers, ended without a result."""

from dataclasses import dataclass
from enum import Enum, auto

from grader.common.status import Status


class Ending(Enum):
    """How it ended."""

    RAISED = auto()  # the kernel named an exception
    UNREADABLE = auto()  # the kernel's reply holds no answers
    LATE = auto()  # its own time was up
    OUT_OF_TIME = auto()  # the whole notebook's time was up: it was not run
    DIED = auto()  # the kernel died meanwhile
    GONE = auto()  # an earlier cell had ended the kernel: it was not run

    @property
    def status(self) -> Status:
        """The verdict that it leads to."""
        return STATUS[self]


STATUS = {
    Ending.RAISED: Status.ERROR,
    Ending.UNREADABLE: Status.ERROR,
    Ending.LATE: Status.TIMEOUT,
    Ending.OUT_OF_TIME: Status.TIMEOUT,
    Ending.DIED: Status.CRASHED,
    Ending.GONE: Status.CRASHED,
}


@dataclass(frozen=True)
class Problem:
    """What a kernel says is a submission's word, and only told.

    Attributes:
        ending: how it ended.
        message: the exception's, or a reason in words.
        kind: of what was raised, the exception's type; otherwise what it is in words.
        undefined: of a ``NameError``, the name that nothing defines; "" if unknown.
    """

    ending: Ending
    message: str = ""
    kind: str = ""
    undefined: str = ""
