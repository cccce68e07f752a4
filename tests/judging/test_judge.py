"""From replies to each of the statuses."""

import json

import numpy as np
import pytest

from grader.common.cause import Cause
from grader.common.status import Status
from grader.judging import Exercise, Mistake
from grader.judging.judge import judge
from grader.judging.wire import Leaf, Other, Raised, Reply

DOUBLED = Mistake("doubled", "Twice the value.", "Halve it.", compute=lambda x: 2 * x)
EXERCISE = Exercise(
    id="lesson.name",
    title="An exercise",
    points=2,
    cases=lambda rng: {"x": rng.normal(size=3).astype(np.float32)},
    reference=lambda x: x,
    returns=("y",),
    mistakes=(DOUBLED,),
    hints=("a", "b", "c"),
)
CASES = EXERCISE.public_cases()
X = [case["x"] for case in CASES]


def verdict(replies: list[Reply], exercise: Exercise = EXERCISE):
    found = judge(exercise, "torch", CASES, replies)
    json.dumps(found.to_dict())
    return found


def values(arrays: list, **more) -> list[Reply]:
    return [Reply(Leaf(np.asarray(a), "torch.Tensor", **more)) for a in arrays]


def raised(kind: str = "ValueError", **more) -> Reply:
    return Reply(raised=Raised(kind, "a message", "y = x.sum(7)", **more))


def test_right_values_are_correct():
    found = verdict(values(X))
    assert found.status is Status.CORRECT
    assert found.summary == "Correct in 3 cases."
    assert found.note == ""


def test_values_on_a_graph_are_correct_with_a_note():
    found = verdict(values(X, tracked=True))
    assert found.status is Status.CORRECT
    assert "detach()" in found.note


def test_a_known_mistake_is_named_with_its_next_step_and_the_inputs():
    found = verdict(values([2 * x for x in X]))
    assert found.status is Status.WRONG
    assert found.diagnosis.name == "doubled"
    assert found.next_step == "Halve it."
    assert found.difference.inputs[0][0] == "x"
    assert found.summary.startswith("y at index [")


@pytest.mark.parametrize("last", [Reply(None), raised()], ids=["None", "raised"])
def test_a_mistake_that_one_case_does_not_show_is_not_named(last):
    found = verdict([*values([2 * x for x in X[:2]]), last])
    assert found.status is Status.WRONG
    assert found.diagnosis is None


def test_an_unknown_mistake_sends_to_the_hint():
    found = verdict(values([x**2 + 1 for x in X]))
    assert found.status is Status.WRONG
    assert found.diagnosis is None
    assert 'hint("lesson.name")' in found.next_step


def test_a_wrong_case_after_right_ones_is_found_and_shown():
    found = verdict(values([X[0], X[1], X[2] + 1]))
    assert found.status is Status.WRONG
    assert f"{X[2][0]:.2f}"[:4] in found.difference.inputs[0][1]


def test_another_kind_of_value_is_wrong():
    found = verdict([Reply(Other("generator"))] * 3)
    assert found.status is Status.WRONG
    assert found.summary == "y is a generator, expected a tensor or a number."


@pytest.mark.parametrize("inside", [False, True])
def test_a_tensor_of_the_other_framework_is_refused_though_it_is_right(inside):
    replies = values(X, framework="tensorflow")
    if inside:
        replies = [
            Reply([Leaf(np.float64(v), "t", "tensorflow") for v in x]) for x in X
        ]
    found = verdict(replies)
    assert found.status is Status.WRONG
    where = "a list whose item 0 is " if inside else ""
    expected = f"y is {where}a tensor of TensorFlow, expected one of PyTorch."
    assert found.summary == expected
    assert found.diagnosis.name == "the other framework's tensor"
    assert "practice in PyTorch" in found.diagnosis.message
    assert found.next_step.startswith("Compute it with PyTorch.")


@pytest.mark.parametrize("framework", ["torch", None])
def test_other_values_are_welcome_in_a_half(framework):
    assert verdict(values(X, framework=framework)).correct


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_a_neutral_exercise_takes_tensors_of_either(framework):
    replies = values(X, framework=framework)
    assert judge(EXERCISE, None, CASES, replies).correct


def test_an_exception_is_an_error_with_the_learners_line():
    found = verdict([raised()] * 3)
    assert found.status is Status.ERROR
    assert found.summary == (
        'Your function raised ValueError in your line "y = x.sum(7)": a message'
    )


def test_a_wrong_value_comes_before_a_later_exception():
    found = verdict([*values([X[0] + 1]), raised(), raised()])
    assert found.status is Status.WRONG
    assert verdict([*values(X[:1]), raised(), raised()]).status is Status.ERROR


def test_a_stub_is_not_attempted():
    stub = raised("NotImplementedError", cause=Cause.STUB)
    assert verdict([stub] * 3).status is Status.NOT_ATTEMPTED
    library = verdict([raised("NotImplementedError")] * 3)
    assert library.status is Status.ERROR
    assert 'NotImplementedError in your line "y = x.sum(7)"' in library.summary


def test_what_answers_one_case_has_been_attempted():
    stub = raised("NotImplementedError", cause=Cause.STUB)
    found = verdict([*values(X[:1]), stub, stub])
    assert found.status is Status.ERROR
    assert "raised NotImplementedError" in found.summary


@pytest.mark.parametrize("where", ["reference", "mistake"])
def test_our_own_failure_is_a_grader_fault(where):
    def broken(x):
        raise ZeroDivisionError("ours")

    changes = {"id": "lesson.name", "title": "t", "points": 1, "returns": ("y",)}
    exercise = Exercise(
        **changes,
        cases=EXERCISE.cases,
        reference=broken if where == "reference" else EXERCISE.reference,
        mistakes=(Mistake("m", "m", "n", compute=broken),),
        hints=("a", "b", "c"),
    )
    found = verdict(values([x + 1 for x in X]), exercise)
    assert found.status is Status.GRADER_FAULT
    assert "ZeroDivisionError: ours" in found.note
    assert "no points" in found.next_step


def test_public_cases_stay_and_fresh_ones_follow_the_seed():
    again = EXERCISE.public_cases()
    assert all(
        np.array_equal(a["x"], b["x"]) for a, b in zip(CASES, again, strict=True)
    )
    first, same, other = (EXERCISE.fresh_cases(seed) for seed in (1, 1, 2))
    assert np.array_equal(first[0]["x"], same[0]["x"])
    assert not np.array_equal(first[0]["x"], other[0]["x"])
    assert not np.array_equal(first[0]["x"], CASES[0]["x"])
    with pytest.raises(ValueError, match="must be positive"):
        EXERCISE.fresh_cases(0)


def trajectory(**more) -> Exercise:
    return Exercise(
        **(vars(EXERCISE) | {"mistakes": (), "per_step": True} | more),
    )


@pytest.mark.parametrize(
    ("step", "says"),
    [(1, "Entry 0 is right."), (2, "Entries 0 to 1 are right.")],
)
def test_a_wrong_entry_does_not_accuse_its_own_step(step, says):
    """Recorded before an update, it shows what the step before it did."""
    wrong = [x + 3.0 * (np.arange(3) >= step) for x in X]
    found = verdict(values(wrong), trajectory())
    assert found.difference.step == step
    assert says in found.next_step
    assert f"between entry {step - 1} and entry {step}" in found.next_step


@pytest.mark.parametrize(("size", "shown"), [(24, True), (25, False)])
def test_what_is_not_shown_is_not_to_be_worked_out_by_hand(size, shown):
    def cases(rng):
        return {"x": rng.normal(size=(1, 3)), "others": [rng.normal(size=size)]}

    exercise = Exercise(
        **(vars(EXERCISE) | {"cases": cases, "reference": lambda x, others: x[0]})
        | {"mistakes": ()}
    )
    given = exercise.public_cases()
    replies = values([case["x"][0] ** 2 + 1 for case in given])
    found = judge(exercise, "torch", given, replies)
    assert ("by hand from the inputs below" in found.next_step) == shown
    assert ("too large to work through" in found.next_step) != shown


def test_nan_after_a_wrong_number_is_not_what_is_shown():
    def wrong(x):
        return np.array([x[0], x[1] + 1, np.nan])

    found = verdict(values([wrong(x) for x in X]))
    assert found.difference.index == (1,)
    assert found.diagnosis is None


PAIR = {"returns": ("y", "dy/dx"), "reference": lambda x: (x, x)}
GRADIENT = {"derivatives": ("y",)}


def other(**changes) -> Exercise:
    return Exercise(**(vars(EXERCISE) | {"mistakes": ()} | changes))


@pytest.mark.parametrize("exercise", [other(), other(**PAIR), other(**GRADIENT)])
def test_a_forgotten_return_is_called_that(exercise):
    found = verdict([Reply(None, no_return=True)] * 3, exercise)
    assert found.summary == "Your function returned None: is the return missing?"
    assert found.diagnosis.name == "nothing is returned"
    assert "return" in found.next_step


@pytest.mark.parametrize(
    ("exercise", "value", "no_return", "name"),
    [
        (other(**GRADIENT), None, False, "no gradient (None)"),
        (other(**GRADIENT), None, None, "None is returned"),
        (other(), None, False, "None is returned"),
        (other(**PAIR), None, False, "None is returned"),
        (other(**PAIR, derivatives=("dy/dx",)), [1, None], False, "no gradient (None)"),
        (other(**PAIR, derivatives=("dy/dx",)), [None, 1], False, "a value is None"),
        (other(**GRADIENT), [1, None, 1], False, "no gradient (None)"),
        (other(), [1, None, 1], False, "a value is None"),
        (other(), [[1], [None]], False, "a value is None"),
    ],
)
def test_none_is_called_what_it_can_only_be(exercise, value, no_return, name):
    def leaves(value):
        if isinstance(value, list):
            return [leaves(item) for item in value]
        return value if value is None else Leaf(X[0], "torch.Tensor")

    found = verdict([Reply(leaves(value), no_return=no_return)] * 3, exercise)
    assert found.status is Status.WRONG
    assert found.diagnosis.name == name
    assert "is the return missing?" not in found.summary


def test_another_fault_before_none_is_what_is_told():
    value = [Other("generator"), None, Leaf(X[0], "torch.Tensor")]
    found = verdict([Reply(value)] * 3)
    assert found.diagnosis is None
    assert "whose item 0 is a generator" in found.summary


@pytest.mark.parametrize(
    ("cause", "name", "says"),
    [
        (Cause.LOST_GRADIENT, "no gradient (None)", "w.grad is None in this line"),
        (Cause.NOTHING, "a value is None", "w.grad is None in this line"),
    ],
)
def test_an_operand_that_was_none_is_named(cause, name, says):
    found = verdict([raised("TypeError", cause=cause, operand="w.grad")] * 3)
    assert found.status is Status.ERROR
    assert found.summary.startswith("Your function raised TypeError in your line")
    assert found.diagnosis.name == name
    assert says in found.diagnosis.message


def test_a_function_with_other_arguments_is_told_their_names():
    reply = Reply(raised=Raised("", "(a, b)", cause=Cause.ARGUMENTS))
    found = verdict([reply] * 3)
    assert found.status is Status.ERROR
    assert found.summary == "Your function can't be called with x: it takes (a, b)."
    assert found.next_step.startswith("Keep the argument names: x.")
    assert "def name(x):" in found.next_step


@pytest.mark.parametrize(
    ("cause", "says"),
    [
        (Cause.INPUTS, "Your function was not called: making its inputs raised E: m"),
        (Cause.RESULT, "What your function returned can't be read as numbers: E: m"),
    ],
)
def test_what_failed_around_the_call_is_not_told_as_the_functions(cause, says):
    found = verdict([Reply(raised=Raised("E", "m", cause=cause))] * 3)
    assert found.status is Status.ERROR
    assert found.summary == says


def test_right_values_with_a_changed_argument_are_not_correct():
    replies = [Reply(r.value, changed=("x",)) for r in values(X)]
    found = verdict(replies)
    assert found.status is Status.WRONG
    assert found.summary == (
        "Your values are right, but your function changed its argument x."
    )
    assert found.diagnosis.name == "an argument was changed"
    assert found.note == ""
    assert found.difference.inputs


def test_an_exercise_declares_what_may_be_changed():
    replies = [Reply(r.value, changed=("x",)) for r in values(X)]
    assert verdict(replies, other(may_change=("x",))).correct
    assert not verdict(replies, other(may_change=("z",))).correct


def test_a_kernel_that_names_other_arguments_changes_nothing():
    replies = [Reply(r.value, changed=("y", "__class__")) for r in values(X)]
    assert verdict(replies).correct


def test_a_changed_argument_is_noted_beside_another_verdict():
    wrong = [Reply(r.value, changed=("x",)) for r in values([2 * x for x in X])]
    found = verdict(wrong)
    assert found.diagnosis.name == "doubled"
    assert "also changed its argument x" in found.note


def test_a_switch_that_was_left_on_is_named_once_beside_what_is_not_correct():
    on = ("torch.set_grad_enabled", "no such switch")
    error = Reply(raised=raised("RuntimeError").raised, switches=on)
    found = verdict([error] * 3)
    assert found.note.count("torch.set_grad_enabled(False)") == 1
    assert "torch.set_grad_enabled(True)" in found.note
    assert "no such switch" not in found.note
    assert found.next_step.startswith("First mend what the note names")
    stub = Raised("NotImplementedError", "", cause=Cause.STUB)
    assert verdict([Reply(raised=stub, switches=on)] * 3).note == ""
    right = [Reply(r.value, switches=on) for r in values(X)]
    assert verdict(right).note == ""


def test_names_that_stand_for_the_exercises_are_told_when_it_is_not_correct():
    exercise = other(
        cases=lambda rng: EXERCISE.cases(rng) | {"k": 2}, reference=lambda x, k: x
    )
    given = exercise.public_cases()
    right = [case["x"] for case in given]

    def note(names, answers):
        replies = [Reply(r.value, names=names) for r in values(answers)]
        return judge(exercise, "torch", given, replies).note

    wrong = [x + 1 for x in right]
    own = ("inputs", "times")
    assert "called by position: inputs is x, times is k." in note(own, wrong)
    assert note(("<b>", "k"), wrong) == note(("inputs",), wrong) == ""
    assert note(own, right) == ""
    alone = [Reply(r.value, names=("inputs",)) for r in values([x + 1 for x in X])]
    assert verdict(alone).note == ""
