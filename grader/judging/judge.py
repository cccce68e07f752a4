"""From replies to a verdict."""

import dataclasses

from grader.common.cause import Cause
from grader.common.frameworks import TITLES
from grader.common.status import Status
from grader.judging import arguments, nothing
from grader.judging.compare import Fault, Unread, first_difference, read
from grader.judging.diagnose import Evidence, diagnose
from grader.judging.exercise import Case, Exercise
from grader.judging.raised import of_raised
from grader.judging.show import all_shown, inputs_text
from grader.judging.switches import left_on
from grader.judging.verdict import Diagnosis, Difference, Verdict
from grader.judging.wire import Leaf, Reply, WireError


def judge(
    exercise: Exercise,
    framework: str | None,
    cases: list[Case],
    replies: list[Reply],
) -> Verdict:
    """The verdict on ``replies``, one for each of ``cases``. Never raises.

    An exception in the reference or in a mistake is a ``grader fault``.
    """
    try:
        return _judge(exercise, framework, cases, replies)
    except Exception as error:
        # This error is ours: the learner must not see it or lose points for it.
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
    cases: list[Case],
    replies: list[Reply],
) -> Verdict:
    verdict = _outcome(exercise, framework, cases, replies)
    if verdict.status not in (Status.WRONG, Status.ERROR):
        return verdict
    changed = arguments.changed(exercise, list(cases[0]), replies)
    if verdict.diagnosis and verdict.diagnosis.name == arguments.CHANGED:
        changed = []
    switches = left_on({name for reply in replies for name in reply.switches})
    notes = (
        switches,
        arguments.note_on_change(changed),
        arguments.note_on_names(list(cases[0]), replies[0]),
    )
    next_step = verdict.next_step
    if switches is not None and verdict.diagnosis is None:
        next_step = f"First mend what the note names, and check again. {next_step}"
    return dataclasses.replace(
        verdict, next_step=next_step, note=" ".join(filter(None, notes))
    )


def _outcome(
    exercise: Exercise,
    framework: str | None,
    cases: list[Case],
    replies: list[Reply],
) -> Verdict:
    expected = [exercise.expected(case) for case in cases]
    read_replies = []
    raised = None
    for reply in replies:
        if raised := reply.raised:
            break
        read_replies.append(read(exercise, reply.value, framework))
    for position, got in enumerate(read_replies):
        if isinstance(got, Unread):
            return _unread(exercise, framework, got, cases[position], replies[position])
        difference = first_difference(exercise, expected[position], got)
        if difference is None:
            continue
        evidence = [
            Evidence(case, want, have)
            for case, want, have in zip(cases, expected, read_replies, strict=False)
            if not isinstance(have, Unread)
        ]
        # A mistake has to explain every case.
        complete = len(evidence) == len(cases)
        diagnosis = diagnose(exercise, evidence) if complete else None
        return _wrong(exercise, framework, difference, cases[position], diagnosis)
    if raised:
        if read_replies and raised.cause is Cause.STUB:
            # A cell that answers other cases is no longer untouched.
            raised = dataclasses.replace(raised, cause=Cause.UNKNOWN)
        return of_raised(exercise, framework, list(cases[0]), raised)
    if changed := arguments.changed(exercise, list(cases[0]), replies):
        name = changed[0]
        case = next(c for c, r in zip(cases, replies, strict=True) if name in r.changed)
        difference = Difference(name, "was changed by your function")
        diagnosis = arguments.of_change(name)
        summary = (
            f"Your values are right, but your function changed its argument {name}."
        )
        return _wrong(exercise, framework, difference, case, diagnosis, summary)
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


def _unread(
    exercise: Exercise,
    framework: str | None,
    got: Unread,
    inputs: Case,
    reply: Reply,
) -> Verdict:
    diagnosis = nothing.of_value(exercise, got.quantity, got.fault, reply)
    if framework is not None and got.fault is Fault.FOREIGN:
        diagnosis = _foreign(framework)
    summary = ""
    if got.fault is Fault.NOTHING:
        question = ": is the return missing?" if reply.no_return else "."
        summary = f"Your function returned None{question}"
    difference = Difference(got.quantity, got.problem)
    return _wrong(exercise, framework, difference, inputs, diagnosis, summary)


def _foreign(framework: str) -> Diagnosis:
    """What is wrong with a tensor of the other framework in ``framework``'s half."""
    title = TITLES[framework]
    return Diagnosis(
        "the other framework's tensor",
        f"This half is for practice in {title}: your function got tensors of {title}, "
        "and made others of the other framework.",
        f"Compute it with {title}. Plain numbers and NumPy arrays are taken as well.",
    )


def _wrong(
    exercise: Exercise,
    framework: str | None,
    difference: Difference,
    inputs: Case,
    diagnosis: Diagnosis | None,
    summary: str = "",
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
        summary or f"{difference.quantity} {difference.problem}.",
        dataclasses.replace(difference, inputs=inputs_text(inputs)),
        diagnosis,
        next_step,
    )


def _next_step(difference: Difference, inputs: Case) -> str:
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


def _tracked(value: object) -> bool:
    if isinstance(value, list):
        return any(_tracked(item) for item in value)
    return isinstance(value, Leaf) and value.tracked
