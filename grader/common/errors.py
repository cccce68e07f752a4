"""The one error that a user of the course is meant to see."""


class CourseError(Exception):
    """Bad input or an unready machine: one sentence on what and what to do.

    The ``course`` command prints it without a traceback and exits with 2. In a
    notebook, too, the sentence stands alone.
    """

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this: a traceback through our code says nothing more.
        return [str(self)]


class Stopped(CourseError):
    """The user ended the command with Ctrl-C, which then exits with 130."""
