"""``check``: is this function right? If not, what is the mistake?"""

import os
from collections.abc import Callable

from grader.common.errors import CourseError
from grader.common.frameworks import adapter
from grader.learner import display, hints, misuse, progress_record
from grader.learner.answering import answers
from grader.learner.answering.answers import GRADED_RUN

# nbgrader sets this variable when its own autograde or Validate runs the notebook.
NBGRADER_RUN = "NBGRADER_EXECUTION"


class NotCorrect(CourseError, AssertionError):
    """Raised after a verdict other than correct, so that nbgrader sees it too."""


def check(
    exercise: str,
    function: Callable[..., object] | None = None,
    framework: str | None = None,
) -> None:
    """Run ``function`` on an exercise's public cases, and show the verdict.

    Args:
        exercise: its id, such as ``"autograd.mse_gradient"``.
        function: your function. It is called with each case's inputs by position, or
            by name if it has the exercise's names in another order.
        framework: ``"torch"`` or ``"tensorflow"``. The function then gets arrays as
            float32 tensors of this framework, without gradient tracking. An exercise
            that needs no framework is checked without it, and its function gets
            float32 NumPy arrays.

    Raises:
        NotCorrect: when the verdict is anything but correct.
        CourseError: when there is no such exercise or framework, when the exercise
            needs none or needs one, or when ``function`` can't be called.

    Example:
        >>> check("autograd.mse_gradient", mse_gradient, "torch")
    """
    sentence = misuse.sentence(exercise, function, framework)
    if sentence is not None or function is None:
        raise CourseError(sentence)
    if os.environ.get(GRADED_RUN):
        answers.record(exercise, function, framework)
        print(f"{exercise}: recorded; judged outside this notebook.")
        return
    _self_paced(exercise, function, framework)


def _self_paced(
    exercise: str, function: Callable[..., object], framework: str | None
) -> None:
    from grader.exercises import catalogue
    from grader.judging.judge import judge, unreadable
    from grader.judging.render import title
    from grader.judging.wire import WireError, decode_replies, encode_inputs
    from grader.learner.solution import offer

    try:
        found = catalogue.find(exercise)
        if framework is not None:
            adapter(framework)
    except (KeyError, ModuleNotFoundError) as error:
        raise CourseError(error.args[0]) from None
    if found.neutral != (framework is None):
        raise CourseError(misuse.of_half(exercise, function, found.neutral))
    cases = found.public_cases()
    replies = answers.answers(function, framework, encode_inputs(cases))
    try:
        verdict = judge(
            found,
            framework,
            cases,
            decode_replies(replies._repr_json_(), len(cases)),
        )
    except WireError as error:
        verdict = unreadable(exercise, framework, error)
    stuck = not verdict.correct and NBGRADER_RUN not in os.environ
    display.show(verdict, hints.folded(found) if stuck else "")
    progress_record.remember(verdict)
    if not verdict.correct:
        raise NotCorrect(title(verdict))
    offer(found, framework)
