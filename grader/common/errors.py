"""The error that a user of the course sees as a sentence."""


class CourseError(Exception):
    """Bad input, or a machine that lacks something.

    The message is one sentence: what is wrong, and what to do. The ``course`` command
    prints it without a traceback and exits with 2. A notebook shows it the same way.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython calls this method. A traceback through our code would not help.
        return [str(self)]


class Stopped(CourseError):
    """The user ended the command with Ctrl-C; the command exits with 130."""
