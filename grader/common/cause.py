"""Why the code of a learner raised, as far as it is known."""

from enum import StrEnum


class Cause(StrEnum):
    """What is known of an exception's cause."""

    UNKNOWN = ""
    STUB = "stub"  # the released cell's own raise
    ARGUMENTS = "arguments"  # the function takes others; it was not called
    INPUTS = "inputs"  # making them failed; the function was not called
    RESULT = "result"  # it returned, and its value can't be read
    NOTHING = "nothing"  # an operand was None
    LOST_GRADIENT = "lost gradient"  # an operand was None, and is a gradient
