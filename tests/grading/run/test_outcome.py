"""What a graded run says of unseen inputs, and of cells that gave no answers."""

import json

import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from grader.common.cause import Cause
from grader.common.grade_id import GradeId
from grader.common.status import Status
from grader.exercises import catalogue
from grader.grading.intake.graded_cells import (
    GradedCell,
    defined_functions,
    graded_cell,
)
from grader.grading.run.outcome import judge_seen_and_unseen, no_answers, stale
from grader.grading.run.problem import Ending, Problem
from grader.judging.judge import judge
from grader.judging.render import as_html, as_text
from grader.judging.wire import Leaf, Raised, Reply
from tests.classes import toy_course as toy

SEEN = toy.DOUBLE.public_cases()
UNSEEN = toy.DOUBLE.fresh_cases(5)
GRADED = GradedCell(GradeId("toy.double", "torch"), "double")
ERROR = Problem(
    Ending.RAISED, "name 'double' is not defined", "NameError", undefined="double"
)
GONE = Problem(Ending.GONE, "an earlier cell ended the kernel")


def replies(function, cases):
    return [Reply(Leaf(np.asarray(function(**case)), "torch.Tensor")) for case in cases]


def decided(unseen_replies):
    answers = replies(lambda x: 2 * x, SEEN) + unseen_replies
    return judge_seen_and_unseen(toy.DOUBLE, "torch", SEEN, UNSEEN, answers)


def shown(verdict):
    everything = (as_text(verdict), as_html(verdict), json.dumps(verdict.to_dict()))
    return "\n".join(everything)


def leaks(text):
    """Numbers and shapes of the unseen cases that appear in ``text``."""
    values = [v for case in UNSEEN for v in (*case["x"], *(2 * case["x"]))]
    numbers = {f"{abs(value):.3g}" for value in values}
    shapes = {str(case["x"].shape) for case in UNSEEN}
    return [part for part in numbers | shapes if part in text]


def test_a_leak_would_be_seen():
    answers = replies(lambda x: 2 * x[None], UNSEEN)
    assert leaks(shown(judge(toy.DOUBLE, "torch", UNSEEN, answers)))


def test_a_public_failure_is_shown_in_full():
    answers = replies(lambda x: x * x, SEEN + UNSEEN)
    verdict, by = judge_seen_and_unseen(toy.DOUBLE, "torch", SEEN, UNSEEN, answers)
    assert by == "public"
    assert verdict == judge(toy.DOUBLE, "torch", SEEN, answers[: len(SEEN)])
    assert verdict.difference.inputs


def test_a_mistake_on_unseen_inputs_is_named_without_numbers():
    verdict, by = decided(replies(lambda x: x * x, UNSEEN))
    assert (verdict.status, by) == (Status.WRONG, "fresh")
    assert verdict.diagnosis.name == "squared"
    assert verdict.diagnosis.message == "You square x."
    assert verdict.next_step == "Add x to itself."
    assert verdict.difference.quantity == "y"
    assert not any(character.isdigit() for character in as_text(verdict))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: x + 1,
        lambda x: 2 * x[None],
        lambda x: 7 * x,
        lambda x: len(x) * x,
        lambda x: np.full_like(x, np.nan),
    ],
)
def test_no_unseen_value_or_shape_is_shown(wrong):
    verdict, _ = decided(replies(wrong, UNSEEN))
    assert verdict.status is Status.WRONG
    assert verdict.summary == (
        "Right on the inputs of check; y is wrong on inputs that you have not seen."
    )
    assert not leaks(shown(verdict))


def test_an_exception_on_unseen_inputs_tells_no_values():
    raised = Raised("ValueError", f"got {UNSEEN[0]['x']}", "raise ValueError(x)")
    verdict, _ = decided([Reply(raised=raised)] * len(UNSEEN))
    assert verdict.status is Status.ERROR
    assert 'raised ValueError in your line "raise ValueError(x)"' in verdict.summary
    assert not leaks(shown(verdict))


def test_an_argument_changed_on_unseen_inputs_alone_is_told_without_values():
    changed = [
        Reply(reply.value, changed=("x",)) for reply in replies(lambda x: 2 * x, UNSEEN)
    ]
    verdict, by = decided(changed)
    assert (verdict.status, by) == (Status.WRONG, "fresh")
    assert verdict.summary == (
        "Right on the inputs of check; x was changed by your function on inputs that "
        "you have not seen."
    )
    assert verdict.diagnosis.name == "an argument was changed"
    assert not leaks(shown(verdict))


def test_a_branch_without_code_is_no_untouched_cell():
    stub = Raised("NotImplementedError", "", "raise", Cause.STUB)
    verdict, _ = decided([Reply(raised=stub)] * len(UNSEEN))
    assert verdict.status is Status.ERROR


def test_a_switch_is_named_on_unseen_inputs_too():
    raised = Raised("RuntimeError", "no grad", "loss.backward()")
    on = ("torch.set_grad_enabled",)
    verdict, _ = decided([Reply(raised=raised, switches=on)] * len(UNSEEN))
    assert "torch.set_grad_enabled(True)" in verdict.note


def test_right_answers_stay_as_judged():
    verdict, by = decided(replies(lambda x: 2 * x, UNSEEN))
    assert verdict.correct and by == "fresh"


@pytest.mark.parametrize(
    ("problem", "solution", "before", "status", "says"),
    [
        (
            ERROR,
            "def dubble(x):\n    return 2 * x",
            None,
            Status.ERROR,
            "There is no function double: the solution cell defines dubble.",
        ),
        (
            ERROR,
            "y = 1",
            None,
            Status.ERROR,
            "There is no function double: the solution cell defines no function.",
        ),
        (
            ERROR,
            None,
            None,
            Status.ERROR,
            "There is no function double: its solution cell was deleted.",
        ),
        (
            ERROR,
            "def double(x)\n    pass",
            Problem(Ending.RAISED, "expected ':' (12345.py, line 1)", "SyntaxError"),
            Status.ERROR,
            "Your solution cell raised SyntaxError: expected ':' in your line 1: "
            '"def double(x)"',
        ),
        (
            ERROR,
            "while True: pass",
            Problem(Ending.LATE, "9 s"),
            Status.TIMEOUT,
            "Your solution cell was still running after 9 s.",
        ),
        (
            Problem(Ending.LATE, "9 s"),
            "",
            None,
            Status.TIMEOUT,
            "double was still running after 9 s.",
        ),
        (
            Problem(Ending.DIED),
            "",
            None,
            Status.CRASHED,
            "The kernel died while double was at work.",
        ),
        (
            GONE,
            "",
            Problem(Ending.DIED),
            Status.CRASHED,
            "The kernel died in your solution cell.",
        ),
        (
            GONE,
            "",
            None,
            Status.CRASHED,
            "Not run: an earlier cell ended the kernel.",
        ),
        (
            Problem(Ending.RAISED, "no function was handed to check", "NotRecorded"),
            "",
            None,
            Status.ERROR,
            "check was replaced in this notebook, so your function never reached "
            "the grader.",
        ),
        (
            Problem(Ending.RAISED, "'int' object\nis not callable", "TypeError"),
            "",
            None,
            Status.ERROR,
            "Checking double raised TypeError: 'int' object is not callable",
        ),
    ],
)
def test_no_answers_has_a_reason(problem, solution, before, status, says):
    verdict = no_answers(GRADED, problem, solution, before)
    assert (verdict.status, verdict.summary) == (status, says)
    assert verdict.next_step


def test_a_function_left_over_from_an_earlier_cell_is_not_blamed():
    raised = Raised("TypeError", "expected a Tensor", "return x.sum()")
    error = judge(toy.DOUBLE, "torch", SEEN, [Reply(raised=raised)] * len(SEEN))
    failed = Problem(Ending.RAISED, "no", "ValueError")
    assert "Your solution cell raised" in stale(GRADED, error, "", failed).summary
    renamed = stale(GRADED, error, "def dubble(x): ...", None)
    assert "defines dubble" in renamed.summary
    assert stale(GRADED, error, "def double(x): ...", None) == error
    assert stale(GRADED, error, "%time double = lambda x: x", None) == error


def test_a_long_message_of_a_cell_keeps_its_reason():
    traced = "in user code:\n\n" + '    File "c.py", line 3\n' * 40 + "\n\nthe reason"
    verdict = no_answers(GRADED, Problem(Ending.RAISED, traced, "TypeError"), "", None)
    assert verdict.summary.endswith("the reason")
    assert len(verdict.summary) < 400


def test_a_right_answer_stands_even_if_its_cell_failed_afterwards():
    right = judge(toy.DOUBLE, "torch", SEEN, replies(lambda x: 2 * x, SEEN))
    failed = Problem(Ending.RAISED, "from a line below the function", "ValueError")
    assert stale(GRADED, right, "def double(x): ...", failed) == right


def cell(source, grade_id="toy-double-torch", grade=True):
    metadata = toy.nbgrader(grade_id, grade=grade)
    return new_code_cell(source, metadata=metadata)


@pytest.fixture
def known(monkeypatch):
    """The toy exercises are the course's."""
    real = catalogue.exercises
    monkeypatch.setattr(
        catalogue,
        "exercises",
        lambda lesson: toy.EXERCISES if lesson == "toy" else real(lesson),
    )


def test_graded_cells_are_told_by_their_grade_id(known):
    assert graded_cell(cell('check("other.name", double, "tensorflow")')) == GRADED
    assert graded_cell(cell("# put back\ncheck('a.b', f)")).function == "f"
    assert graded_cell(cell("check('a.b')")).function == "double"


def test_cells_of_other_kinds_are_left_to_nbgrader(known):
    assert graded_cell(cell("assert double(1) == 2")) is None
    assert graded_cell(cell("check(", grade=True)) is None
    assert graded_cell(cell("check('a.b', f)", grade=False)) is None


@pytest.mark.parametrize("grade_id", ["cell-1", "quiz-one", "quiz-one-torch"])
@pytest.mark.parametrize("call", ["check(mean, 3)", "check('a.b', f)", "check()"])
def test_an_instructors_own_check_is_an_ordinary_cell(grade_id, call, known):
    assert graded_cell(cell(call, grade_id)) is None


@pytest.mark.parametrize("grade_id", ["cell-1", "toy-double", "a-b-jax", "a-b-c-torch"])
def test_our_check_with_an_unknown_id_is_never_free_points(grade_id, known):
    with pytest.raises(ValueError, match="does not read"):
        graded_cell(cell("check('toy.double', f, 'torch')", grade_id))


def test_our_check_for_an_exercise_that_is_gone_is_never_free_points():
    with pytest.raises(ValueError, match="with an exercise"):
        graded_cell(cell("check('toy.double', double, 'torch')"))


def test_defined_functions_are_read_and_not_run():
    source = "raise SystemExit\ndef f(x): ...\nclass C:\n    def g(self): ...\n"
    assert defined_functions(source) == ["f"]
    assert defined_functions("def f(:") is None
    assert defined_functions("x = " + "(" * 50_000) is None
    assert defined_functions("#" * 200_000) is None
