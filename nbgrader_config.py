"""The settings of this course's folder; every nbgrader command and formgrader read it.

Tandem's own come with its package. Yours follow them, and win.
"""

from pathlib import Path

from grader.grading.plugins.settings import configure

c = get_config()  # noqa: F821  (nbgrader provides it)
configure(c, Path(__file__).resolve().parent)

# For example:
# c.CourseDirectory.course_id = "deep-learning"
