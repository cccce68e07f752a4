"""From replies to each of the statuses."""

import json

import numpy as np
import pytest

from grader.judging import Exercise, Mistake
from grader.judging.judge import judge
from grader.judging.verdict import Status
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


def raised(kind: str = "ValueError", stub: bool = False) -> Reply:
    return Reply(raised=Raised(kind, "a message", "y = x.sum(7)", stub))


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


def test_an_unknown_mistake_sends_to_the_hint():
    found = verdict(values([x**2 + 1 for x in X]))
    assert found.status is Status.WRONG
    assert found.diagnosis is None
    assert 'hint("lesson.name")' in found.next_step


def test_a_wrong_case_after_right_ones_is_found_and_shown():
    found = verdict(values([X[0], X[1], X[2] + 1]))
    assert found.status is Status.WRONG
    assert f"{X[2][0]:.2f}"[:4] in found.difference.inputs[0][1]


def test_none_is_no_gradient():
    found = verdict([Reply(None)] * 3)
    assert found.status is Status.WRONG
    assert found.diagnosis.name == "no gradient (None)"


def test_another_kind_of_value_is_wrong():
    found = verdict([Reply(Other("generator"))] * 3)
    assert found.status is Status.WRONG
    assert found.summary == "y is a generator, expected a tensor or a number."


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
    found = verdict([raised("NotImplementedError", stub=True)] * 3)
    assert found.status is Status.NOT_ATTEMPTED
    library = verdict([raised("NotImplementedError", stub=False)] * 3)
    assert library.status is Status.ERROR


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
