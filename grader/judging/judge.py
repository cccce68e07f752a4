"""From replies to a verdict."""

import dataclasses

from grader.judging.compare import first_difference, read
from grader.judging.diagnose import Evidence, diagnose
from grader.judging.exercise import Exercise
from grader.judging.show import all_shown, inputs_text
from grader.judging.verdict import Diagnosis, Difference, Status, Verdict
from grader.judging.wire import Leaf, Raised, Reply, WireError

NO_GRADIENT = Diagnosis(
    "no gradient (None)",
    "The framework found no path from this value back to the variable.",
    "Check that the variable was watched before it was used, and that every step "
    "in between is an operation of the framework on floating-point tensors.",
)


def judge(
    exercise: Exercise,
    framework: str | None,
    cases: list[dict[str, object]],
    replies: list[Reply],
) -> Verdict:
    """The verdict on ``replies``, one for each of ``cases``. Never raises.

    An exception in the reference or in a mistake is a ``grader fault``.
    """
    try:
        return _judge(exercise, framework, cases, replies)
    except Exception as error:
        # Ours, whatever it is: the learner must neither see it nor pay for it.
        return grader_fault(exercise.id, framework, error)


def grader_fault(exercise_id: str, framework: str | None, error: object) -> Verdict:
    """The verdict for a failure of the grader itself."""
    return Verdict(
        exercise_id,
        framework,
        Status.GRADER_FAULT,
        "The grader failed on this exercise; your answer was not judged.",
        next_step="Nothing to do: this costs you no points, and it is reported.",
        note=f"{type(error).__name__}: {error}",
    )


def unreadable(exercise_id: str, framework: str | None, error: WireError) -> Verdict:
    """The verdict for answers that could not be read as data."""
    return Verdict(
        exercise_id,
        framework,
        Status.ERROR,
        f"What your function returns can't be read: {error}.",
        next_step="Return the values that the exercise asks for, and nothing else.",
    )


def _judge(
    exercise: Exercise,
    framework: str | None,
    cases: list[dict[str, object]],
    replies: list[Reply],
) -> Verdict:
    expected = [exercise.expected(case) for case in cases]
    read_replies = []
    for reply in replies:
        if reply.raised:
            break
        read_replies.append(read(exercise, reply.value))
    for position, got in enumerate(read_replies):
        if isinstance(got, Difference):
            difference, diagnosis = got, _of_unreadable(got)
        else:
            difference = first_difference(exercise, expected[position], got)
            if difference is None:
                continue
            complete = len(read_replies) == len(cases)
            evidence = [
                Evidence(*parts)
                for parts in zip(cases, expected, read_replies, strict=False)
                if complete and not isinstance(parts[2], Difference)
            ]
            diagnosis = diagnose(exercise, evidence) if evidence else None
        return _wrong(exercise, framework, difference, cases[position], diagnosis)
    if len(read_replies) < len(cases):
        return _raised(exercise, framework, replies[len(read_replies)].raised)
    note = ""
    if any(_tracked(reply.value) for reply in replies):
        note = (
            "Your values are right; they are still attached to their graph, which "
            "stays in memory as long as they do. detach() frees it."
        )
    return Verdict(
        exercise.id,
        framework,
        Status.CORRECT,
        f"Correct in {len(cases)} cases.",
        note=note,
    )


def _of_unreadable(difference: Difference) -> Diagnosis | None:
    return NO_GRADIENT if difference.problem.endswith("is None") else None


def _wrong(
    exercise: Exercise,
    framework: str | None,
    difference: Difference,
    inputs: dict[str, object],
    diagnosis: Diagnosis | None,
) -> Verdict:
    if diagnosis:
        next_step = diagnosis.next_step
    else:
        hint = f'hint("{exercise.id}") gives a first idea.'
        next_step = f"{_next_step(difference, inputs)} {hint}"
    return Verdict(
        exercise.id,
        framework,
        Status.WRONG,
        f"{difference.quantity} {difference.problem}.",
        dataclasses.replace(difference, inputs=inputs_text(inputs)),
        diagnosis,
        next_step,
    )


def _next_step(difference: Difference, inputs: dict[str, object]) -> str:
    if difference.index is None:
        return "Print the type and shape of what you return."
    if difference.step:
        # An entry recorded before an update shows what the step before it did.
        before = difference.step - 1
        right = f"Entries 0 to {before} are" if before else "Entry 0 is"
        return (
            f"{right} right. Print all that changes between entry {before} and "
            f"entry {difference.step}, and compare it with a step done by hand."
        )
    if all_shown(inputs):
        return "Work this one element out by hand from the inputs below."
    return (
        "These inputs are too large to work through: call your function on smaller "
        "ones, for which you know the result."
    )


def _raised(exercise: Exercise, framework: str | None, raised: Raised) -> Verdict:
    if raised.not_implemented:
        return Verdict(
            exercise.id,
            framework,
            Status.NOT_ATTEMPTED,
            "Not attempted yet: the cell still raises NotImplementedError.",
            next_step=f'Write the function, or ask for hint("{exercise.id}").',
        )
    where = f' in your line "{raised.line}"' if raised.line else ""
    return Verdict(
        exercise.id,
        framework,
        Status.ERROR,
        f"Your function raised {raised.kind}{where}: {raised.message}",
        next_step="Call your function yourself in a new cell to see the whole "
        "traceback.",
    )


def _tracked(value: object) -> bool:
    if isinstance(value, list):
        return any(_tracked(item) for item in value)
    return isinstance(value, Leaf) and value.tracked
