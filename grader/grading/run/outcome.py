"""Verdicts that only a graded run knows: unseen inputs, broken cells, dead kernels."""

import dataclasses
import re

from grader.common.status import Status
from grader.grading.intake.graded_cells import GradedCell, defined_functions
from grader.grading.intake.syntax import TooLong, parse
from grader.grading.record import DecidedBy
from grader.grading.run.problem import Ending, Problem
from grader.judging.arguments import CHANGED
from grader.judging.exercise import Exercise
from grader.judging.judge import judge
from grader.judging.verdict import Difference, Verdict
from grader.judging.wire import Reply
from grader.learner.answering.answers import NotRecorded
from grader.learner.answering.exceptions import shortened

MAX_LINE, MAX_NAMED = 300, 8
UNSEEN = "on inputs that you have not seen"
STALLED = (
    "Run the cell by itself and watch it: look for a loop whose condition never "
    "becomes false, or work that grows with every pass."
)


def judge_seen_and_unseen(
    exercise: Exercise,
    framework: str | None,
    seen: list[dict[str, object]],
    unseen: list[dict[str, object]],
    replies: list[Reply],
) -> tuple[Verdict, DecidedBy]:
    """The verdict to show, and which cases decided it.

    ``replies`` answer ``seen`` and then ``unseen``. Nothing of the unseen cases'
    inputs or right values is in the verdict.
    """
    verdict = judge(exercise, framework, seen, replies[: len(seen)])
    if not verdict.correct:
        return verdict, DecidedBy.PUBLIC
    unseen_replies = replies[len(seen) :]
    verdict = judge(exercise, framework, unseen, unseen_replies)
    return redact(verdict, exercise, unseen_replies), DecidedBy.FRESH


def redact(verdict: Verdict, exercise: Exercise, replies: list[Reply]) -> Verdict:
    """``verdict`` without a trace of the inputs and values it was reached on.

    What stays: the status, the quantity, the mistake's name with its texts, the note
    and, of an exception, its type and the learner's own line.
    """
    if verdict.status in (Status.CORRECT, Status.GRADER_FAULT):
        return verdict
    next_step = (
        "Look for what fits only the inputs you know: a fixed number, shape or name."
    )
    difference, diagnosis = None, None
    if verdict.status is Status.WRONG and verdict.difference is not None:
        quantity = verdict.difference.quantity
        diagnosis = verdict.diagnosis
        changed = diagnosis is not None and diagnosis.name == CHANGED
        problem = "was changed by your function" if changed else "is wrong"
        summary = f"Right on the inputs of check; {quantity} {problem} {UNSEEN}."
        difference = Difference(quantity, f"{problem} {UNSEEN}")
        if diagnosis and diagnosis.name not in {m.name for m in exercise.mistakes}:
            # A general mistake's message may tell a case's shapes or factors.
            diagnosis = dataclasses.replace(diagnosis, message="")
        if diagnosis:
            next_step = diagnosis.next_step
    else:
        raised = next((reply.raised for reply in replies if reply.raised), None)
        what = f"raised {raised.kind}" if raised else "failed"
        where = f' in your line "{raised.line}"' if raised and raised.line else ""
        summary = f"Right on the inputs of check; your function {what}{where} {UNSEEN}."
    return Verdict(
        verdict.exercise,
        verdict.framework,
        # It has given answers: what raises now is no untouched cell.
        Status.ERROR if verdict.status is Status.NOT_ATTEMPTED else verdict.status,
        summary,
        difference,
        diagnosis,
        next_step,
        verdict.note,
    )


def no_answers(
    graded: GradedCell,
    problem: Problem,
    solution: str | None,
    solution_problem: Problem | None,
) -> Verdict:
    """The verdict where no answers came back, with the likeliest reason.

    Args:
        graded: the graded cell.
        problem: what ended it, or the question for its answers.
        solution: the source of the solution cell; None when it was deleted.
        solution_problem: what ended the solution cell before.
    """
    status = problem.ending.status
    if status is Status.CRASHED:
        return _crashed(graded, problem, solution_problem)
    if status is Status.TIMEOUT:
        summary = f"{graded.function} was still running after {problem.message}."
        return _verdict(graded, Status.TIMEOUT, summary, STALLED)
    if solution_problem:
        return _solution_failed(graded, solution, solution_problem)
    if problem.undefined == graded.function:
        return _not_defined(graded, solution)
    if problem.kind == NotRecorded.__name__:
        return _verdict(
            graded,
            Status.ERROR,
            "check was replaced in this notebook, so your function never reached "
            "the grader.",
            "Choose another name for your own check, restart the kernel and run "
            "all cells.",
        )
    return _verdict(
        graded,
        Status.ERROR,
        f"Checking {graded.function} raised {_named(problem)}",
        "Restart the kernel and run all cells from the top: each must work with "
        "nothing but the cells above it.",
    )


def stale(
    graded: GradedCell,
    verdict: Verdict,
    solution: str | None,
    solution_problem: Problem | None,
) -> Verdict:
    """``verdict``, unless it is on a function that an earlier cell left behind.

    Both frameworks' solutions define the same name: where one cell fails or
    renames it, the other one's function answers.
    """
    if verdict.correct or verdict.status is Status.GRADER_FAULT:
        return verdict
    if solution_problem:
        return _solution_failed(graded, solution, solution_problem)
    functions = defined_functions(solution) if solution is not None else []
    missing = functions is not None and graded.function not in functions
    if missing and verdict.status is Status.ERROR:
        return _not_defined(graded, solution)
    return verdict


def _crashed(graded: GradedCell, problem: Problem, before: Problem | None) -> Verdict:
    for culprit, where in (
        (problem, f"while {graded.function} was at work"),
        (before, "in your solution cell"),
    ):
        if culprit and culprit.ending is Ending.DIED:
            why = f": {culprit.message}" if culprit.message else ""
            return _verdict(
                graded,
                Status.CRASHED,
                f"The kernel died {where}{why}.",
                "Look for a call that ends Python, or for arrays that outgrow memory.",
            )
    return _verdict(
        graded,
        Status.CRASHED,
        f"Not run: {problem.message}.",
        "Mend that cell first; what was judged before it keeps its marks.",
    )


def _solution_failed(
    graded: GradedCell, solution: str | None, problem: Problem
) -> Verdict:
    if problem.ending.status is Status.TIMEOUT:
        summary = f"Your solution cell was still running after {problem.message}."
        return _verdict(graded, Status.TIMEOUT, summary, STALLED)
    line = _syntax_line(solution or "")
    return _verdict(
        graded,
        Status.ERROR,
        f"Your solution cell raised {_named(problem)}{line}",
        f"Run the cell by itself until it defines {graded.function} without an error.",
    )


def _not_defined(graded: GradedCell, solution: str | None) -> Verdict:
    wanted = graded.function
    if solution is None:
        found = "its solution cell was deleted"
        next_step = f"Put def {wanted} into a cell above the check."
    else:
        functions = defined_functions(solution) or []
        names = ", ".join(name[:MAX_LINE] for name in functions[:MAX_NAMED])
        names += ", …" if len(functions) > MAX_NAMED else ""
        found = f"the solution cell defines {names}" if names else ""
        found = found or "the solution cell defines no function"
        next_step = f"Name the function {wanted}, as the task asks."
    return _verdict(
        graded, Status.ERROR, f"There is no function {wanted}: {found}.", next_step
    )


def _named(problem: Problem) -> str:
    # IPython ends a SyntaxError with a file name that the learner never sees.
    message = re.sub(r" \(\S+\.py, line \d+\)$", "", problem.message)
    message = shortened(message, 300)
    return f"{problem.kind}: {message}" if message else f"{problem.kind}."


def _syntax_line(source: str) -> str:
    """The learner's line that is no Python, to end a sentence with."""
    try:
        parse(source)
    except TooLong:
        return ""
    except SyntaxError as error:
        text = (error.text or "").strip()[:MAX_LINE]
        return f' in your line {error.lineno}: "{text}"'
    except (ValueError, MemoryError, RecursionError):
        pass
    return ""


def _verdict(
    graded: GradedCell, status: Status, summary: str, next_step: str
) -> Verdict:
    return Verdict(
        graded.exercise, graded.framework, status, summary, next_step=next_step
    )
