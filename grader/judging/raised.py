"""The verdict on a function that raised, or could not be called."""

from grader.common.cause import Cause
from grader.common.status import Status
from grader.judging import arguments, nothing
from grader.judging.exercise import Exercise
from grader.judging.verdict import Diagnosis, Verdict
from grader.judging.wire import Raised

SEE_ALL = "Call your function yourself in a new cell to see the whole traceback."


def of_raised(
    exercise: Exercise, framework: str | None, names: list[str], raised: Raised
) -> Verdict:
    """The verdict ``not attempted`` or ``error``, with the cause if it is known.

    Args:
        names: the names of the exercise's arguments.
    """
    if raised.cause is Cause.STUB:
        return Verdict(
            exercise.id,
            framework,
            Status.NOT_ATTEMPTED,
            "Not attempted yet: the cell still raises NotImplementedError.",
            next_step=f'Write the function, or ask for hint("{exercise.id}").',
        )
    diagnosis = _diagnosis(exercise, raised)
    next_step = diagnosis.next_step if diagnosis else SEE_ALL
    if raised.cause is Cause.ARGUMENTS:
        wanted = arguments.signature(exercise.name, names)
        next_step = f"Keep the argument names: {', '.join(names)}. Begin with {wanted}:"
    elif raised.cause is Cause.RESULT:
        next_step = "Return plain numbers, or tensors that hold their values now."
    return Verdict(
        exercise.id,
        framework,
        Status.ERROR,
        _summary(exercise, names, raised),
        diagnosis=diagnosis,
        next_step=next_step,
    )


def _diagnosis(exercise: Exercise, raised: Raised) -> Diagnosis | None:
    if raised.cause not in (Cause.NOTHING, Cause.LOST_GRADIENT) or not raised.operand:
        return None
    return nothing.of_operand(raised, raised.cause is Cause.LOST_GRADIENT)


def _summary(exercise: Exercise, names: list[str], raised: Raised) -> str:
    what = f"{raised.kind}: {raised.message}" if raised.message else raised.kind
    if raised.cause is Cause.ARGUMENTS:
        return (
            f"Your function can't be called with {', '.join(names)}: it takes "
            f"{raised.message}."
        )
    if raised.cause is Cause.INPUTS:
        return f"Your function was not called: making its inputs raised {what}"
    if raised.cause is Cause.RESULT:
        return f"What your function returned can't be read as numbers: {what}"
    where = f' in your line "{raised.line}"' if raised.line else ""
    message = f": {raised.message}" if raised.message else "."
    return f"Your function raised {raised.kind}{where}{message}"
