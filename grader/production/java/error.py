"""What goes wrong on the way through Java."""

from grader.common.errors import CourseError


class JavaError(CourseError):
    """Java could not run the model; the message is the library's own, if it spoke."""
