"""The one error that a user of the commands is meant to see."""


class CourseError(Exception):
    """Bad input or an unready machine: one sentence on what and what to do.

    The ``course`` command prints it without a traceback and exits with 2.
    """
