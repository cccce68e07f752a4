"""Why the code of a learner raised, as far as it is known."""

from enum import StrEnum


class Cause(StrEnum):
    """The cause of an exception, as far as it is known."""

    UNKNOWN = ""
    STUB = "stub"  # the released cell's own raise
    ARGUMENTS = "arguments"  # the function takes other arguments; it was not called
    INPUTS = "inputs"  # the inputs could not be made; the function was not called
    RESULT = "result"  # the function returned, but its value can't be read
    NOTHING = "nothing"  # an operand was None
    LOST_GRADIENT = "lost gradient"  # an operand was None and should be a gradient
