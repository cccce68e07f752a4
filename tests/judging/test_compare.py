"""How far an answer is off, and which difference is shown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.judging import Exercise
from grader.judging.compare import Fault, error, first_difference, read
from grader.judging.verdict import Difference
from grader.judging.wire import Leaf, Other

FINITE = st.floats(-1e6, 1e6)
ARRAY = arrays.arrays("float64", arrays.array_shapes(max_dims=3), elements=FINITE)


def exercise(*returns: str, per_step: bool = False) -> Exercise:
    return Exercise(
        id="lesson.name",
        title="An exercise",
        points=1,
        cases=lambda rng: {},
        reference=lambda: 0.0,
        returns=returns or ("y",),
        mistakes=(),
        hints=("a", "b", "c"),
        tolerance=1e-4,
        per_step=per_step,
    )


def leaf(value: object) -> Leaf:
    return Leaf(np.asarray(value), "ndarray")


@given(ARRAY)
def test_an_equal_answer_has_no_error(array):
    assert not error(array, array.copy()).any()


@given(ARRAY, st.floats(1e-8, 1e8), st.floats(-1, 1))
def test_the_error_is_a_share_of_the_largest_magnitude(array, scale, off):
    array = array.copy()
    array.flat[0] = 1.0
    got = array.copy()
    got.flat[-1] += off
    largest = np.abs(array).max()
    assert error(array, got).max() == pytest.approx(abs(off) / largest, abs=1e-9)
    # Units don't matter: the same share in other units.
    assert error(array * scale, got * scale).max() == pytest.approx(
        abs(off) / largest, abs=1e-9
    )


def test_the_error_is_absolute_where_all_is_zero():
    assert error(np.zeros(2), np.array([0.0, 0.25])).tolist() == [0.0, 0.25]


@pytest.mark.parametrize(
    ("expected", "got", "off"),
    [
        (1.0, np.nan, np.inf),
        (np.nan, np.nan, 0.0),
        (np.nan, 1.0, np.inf),
        (1.0, np.inf, np.inf),
        (np.inf, np.inf, 0.0),
        (np.inf, -np.inf, np.inf),
        (np.inf, 1.0, np.inf),
    ],
)
def test_what_is_not_finite_is_equal_to_itself_alone(expected, got, off):
    assert error(np.array([2.0, expected]), np.array([2.0, got]))[1] == off


@given(
    arrays.arrays("float64", 3, elements=st.floats(width=64)),
    arrays.arrays("float64", 3, elements=st.floats(width=64)),
)
def test_an_error_is_never_nan(expected, got):
    assert not np.isnan(error(expected, got)).any()


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "is None"),
        (leaf(True), "is a truth value, expected a number"),
        (leaf(1j), "is complex, expected real numbers"),
        ("3.0", "is text, expected a tensor or a number"),
        (Other("generator"), "is a generator, expected a tensor or a number"),
        ({"y": leaf(1.0)}, "is a dict, expected a tensor or a number"),
        ([], "is an empty list, expected a tensor or a number"),
        ([leaf([1.0]), None], "is a list whose item 1 is None"),
        (
            [[leaf(1.0)], [None]],
            "is a list whose item 1 is a list whose item 0 is None",
        ),
        ([leaf([1.0]), leaf([1.0, 2.0])], "is a list of values of different shapes"),
    ],
)
def test_what_can_not_be_compared_is_said_in_words(value, problem):
    found = read(exercise(), value)
    assert (found.quantity, found.problem) == ("y", problem)


@pytest.mark.parametrize(
    ("returns", "value", "fault"),
    [
        (("y",), None, Fault.NOTHING),
        (("y", "z"), None, Fault.NOTHING),
        (("y",), [leaf(1.0), None], Fault.INSIDE),
        (("y",), [[leaf(1.0)], [None]], Fault.INSIDE),
        (("y", "z"), [leaf(1.0), None], Fault.INSIDE),
        (("y", "z"), [leaf(1.0), [None]], Fault.INSIDE),
        (("y",), [Other("generator"), None], Fault.OTHER),
        (("y", "z"), [leaf(1.0)], Fault.OTHER),
        (("y",), "None", Fault.OTHER),
    ],
)
def test_none_is_told_by_where_it_is(returns, value, fault):
    assert read(exercise(*returns), value).fault is fault


@pytest.mark.parametrize("value", [leaf([True, False]), [leaf(True), leaf(0)]])
def test_truth_values_are_0_and_1_where_an_exercise_says_so(value):
    (array,) = read(replace(exercise(), truth_values=True), value)
    assert array.tolist() == [1.0, 0.0]
    assert "truth value" in read(exercise(), value).problem


def test_cases_that_take_turns_are_all_in_each_draw():
    kinds = tuple(lambda rng, kind=kind: {"kind": kind} for kind in "abc")
    taking_turns = replace(exercise(), cases=kinds)
    for cases in (taking_turns.public_cases(), taking_turns.fresh_cases(7)):
        assert [case["kind"] for case in cases] == ["a", "b", "c"]


def test_a_list_of_numbers_is_read_as_an_array():
    (array,) = read(exercise(), [leaf(1), leaf(np.float32(2.5))])
    assert array.tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (leaf([1.0, 2.0]), "one ndarray of shape (2,)"),
        ([leaf(1.0)], "a list of 1"),
        (None, "None"),
    ],
)
def test_one_value_is_no_tuple_of_two(value, got):
    found = read(exercise("loss", "grad"), value)
    assert found.problem == f"should be a tuple of 2 values, got {got}"
    assert found.quantity == "loss, grad"


def test_each_of_several_values_is_named():
    found = read(exercise("loss", "grad"), [leaf(1.0), None])
    assert (found.quantity, found.problem) == ("grad", "is None")


def test_the_worst_element_is_shown():
    want, have = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.1], [9.0, 4.0]])
    found = first_difference(exercise(), (want,), (have,))
    assert (found.index, found.expected, found.got) == ((1, 0), 3.0, 9.0)
    assert found.problem == "at index [1, 0] should be 3, is 9"
    assert found.got_array == (("1", "2.1"), ("9", "4"))


def test_a_shape_comes_before_any_value():
    found = first_difference(
        exercise("a", "b"),
        (np.zeros(2), np.zeros(3)),
        (np.ones(2), np.zeros((3, 1))),
    )
    assert found == Difference("b", "has shape (3, 1), expected (3,)")


def test_within_the_tolerance_is_no_difference():
    want = np.array([1.0, 1e-3])
    assert first_difference(exercise(), (want,), (want + 0.9e-4,)) is None
    assert first_difference(exercise(), (want,), (want + 1.1e-4,)) is not None


def test_the_first_step_that_diverges_is_named_and_its_first_quantity():
    loss, weights = np.arange(5.0), np.ones((5, 2))
    bad_loss, bad_weights = loss.copy(), weights.copy()
    bad_loss[3:] += 100
    bad_weights[2:, 1] += 0.5
    found = first_difference(
        exercise("loss", "w", per_step=True), (loss, weights), (bad_loss, bad_weights)
    )
    assert (found.quantity, found.step, found.index) == ("w", 2, (1,))
    assert found.problem == "in entry 2 at index [1] should be 1, is 1.5"

    bad_weights[2] = weights[2]
    found = first_difference(
        exercise("loss", "w", per_step=True), (loss, weights), (bad_loss, bad_weights)
    )
    assert (found.quantity, found.step, found.index) == ("loss", 3, ())


def test_numbers_that_look_alike_are_shown_with_more_digits():
    want, have = np.array(1.0), np.array(1.00012)
    found = first_difference(exercise(), (want,), (have,))
    assert found.problem == "should be 1, is 1.00012"


def test_whole_numbers_are_shown_with_all_of_their_digits():
    want = np.array([8.0, 4194304.0])
    found = first_difference(exercise(), (want,), (2 * want,))
    assert found.problem == "at index [1] should be 4194304, is 8388608"
    assert found.expected_array == (("8", "4194304"),)
