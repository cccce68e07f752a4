"""The mistakes of every exercise are recognised, and nothing else is taken for one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judging import Exercise, Mistake
from grader.judging.diagnose import Evidence, diagnose

TOLERANCE = 1e-4


def exercise(*mistakes: Mistake, **more: object) -> Exercise:
    return Exercise(
        id="lesson.name",
        title="An exercise",
        points=1,
        cases=lambda rng: {},
        reference=lambda x: x,
        returns=("y",),
        mistakes=mistakes,
        hints=("a", "b", "c"),
        tolerance=TOLERANCE,
        **more,
    )


def named(
    expected: list, got: list, inputs: list | None = None, steps: bool = False
) -> str | None:
    """What a wrong answer is called, with one (expected, got) for each case."""
    evidence = [
        Evidence(given, np.asarray(want, float), np.asarray(have, float))
        for given, want, have in zip(
            inputs or [{}] * len(expected), expected, got, strict=True
        )
    ]
    evidence = [Evidence(e.inputs, (e.expected,), (e.got,)) for e in evidence]
    found = diagnose(exercise(per_step=steps), evidence)
    return found.name if found else None


def cases(*shape: int, seed: int = 1) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for _ in range(3)]


WANT = cases(3, 4)
SQUARE = cases(3, 3)
STEPS = [np.cumsum(w, axis=0) for w in cases(6, 2)]


@pytest.mark.parametrize(
    ("expected", "got", "name"),
    [
        (WANT, [-w for w in WANT], "sign flipped"),
        (WANT, [w.T for w in WANT], "transposed"),
        (SQUARE, [w.T for w in SQUARE], "transposed"),
        (WANT, [w[:, None] for w in WANT], "right numbers, other shape"),
        (WANT, [w.ravel() for w in WANT], "right numbers, other shape"),
        (WANT, [w.sum() for w in WANT], "reduced to its sum"),
        (WANT, [[w.mean()] for w in WANT], "reduced to its mean"),
        (WANT, [2 * w for w in WANT], "too large by a constant"),
        (WANT, [-3 * w for w in WANT], "too large by a constant"),
        (WANT, [w / 2 for w in WANT], "too small by a constant"),
        (WANT, list(np.cumsum(WANT, axis=0)), "accumulated over calls"),
        (
            [10 * w for w in WANT],
            [np.trunc(10 * w) for w in WANT],
            "cut to whole numbers",
        ),
        (WANT, [w + np.nan for w in WANT], "not a finite number"),
        (WANT, [np.where(w > 1, np.inf, w) for w in WANT], "not a finite number"),
    ],
)
def test_a_mistake_is_called_by_its_name(expected, got, name):
    assert named(expected, got) == name


@pytest.mark.parametrize("sizes", [(4, 5, 7), (7, 4, 4)])
def test_a_size_of_the_data_is_told_from_a_constant(sizes):
    rng = np.random.default_rng(2)
    want = [rng.normal(size=3) for _ in sizes]
    inputs = [{"w": np.zeros(3), "X": np.zeros((n, 3))} for n in sizes]
    summed = [n * w for n, w in zip(sizes, want, strict=True)]
    averaged = [w / n for n, w in zip(sizes, want, strict=True)]
    assert named(want, summed, inputs) == "too large by a size of the data"
    assert named(want, averaged, inputs) == "too small by a size of the data"
    # Axis 1 has size 3 in every case: that is a constant as well.
    assert named(want, [3 * w for w in want], inputs) == "too large by a constant"


@given(st.integers(1, 2**32), st.sampled_from([(), (1,), (3,), (2, 3), (4, 4)]))
def test_a_random_answer_is_called_nothing(seed, shape):
    rng = np.random.default_rng(seed)
    want = [rng.normal(size=shape) for _ in range(3)]
    got = [rng.normal(size=shape) for _ in range(3)]
    assert named(want, got) is None


@given(st.integers(1, 2**32), st.sampled_from([(), (3,), (2, 3), (6, 2)]))
def test_zeros_are_called_nothing(seed, shape):
    rng = np.random.default_rng(seed)
    want = [rng.normal(size=shape) / 9 for _ in range(3)]
    assert named(want, [0 * w for w in want]) is None


def test_zeros_on_both_sides_are_no_step():
    want = [np.array([0.0, 0, 0, 5])] * 3
    assert named(want, [0 * w for w in want], steps=True) is None


@given(st.integers(1, 2**32))
def test_one_case_that_does_not_fit_is_enough(seed):
    rng = np.random.default_rng(seed)
    want = [rng.normal(size=3) for _ in range(3)]
    assert named(want, [-want[0], -want[1], want[2] + 1]) is None


def test_nan_that_the_reference_has_too_is_no_mistake():
    want = [np.array([np.nan, 1.0])] * 3
    got = [np.array([np.nan, 7.3])] * 3
    assert named(want, got) is None


def mistake(name: str, compute) -> Mistake:
    return Mistake(name, "What is wrong.", "What to try.", compute=compute)


def test_an_own_mistake_comes_before_a_general_one():
    own = exercise(mistake("doubled", lambda x: 2 * x))
    x = np.array([1.0, 3.0])
    evidence = [Evidence({"x": x}, (x,), (2 * x,))]
    assert diagnose(own, evidence).name == "doubled"


def test_of_two_own_mistakes_that_explain_all_both_are_named():
    twice = mistake("doubled", lambda x: 2 * x)
    added = mistake("added to itself", lambda x: x + x)
    third = mistake("doubled again", lambda x: x * 2)
    x = np.array([1.0, 3.0])
    evidence = [Evidence({"x": x}, (x,), (2 * x,))]
    found = diagnose(exercise(twice, added), evidence)
    assert found.name == "doubled, or added to itself"
    assert found.message.count("What is wrong.") == 2
    assert found.next_step == "What to try."
    # Three names tell as little as none; neither is a general one put in their place.
    assert diagnose(exercise(twice, added, third), evidence) is None


def test_a_mistake_must_explain_every_case():
    own = exercise(mistake("absolute value", lambda x: abs(x)))
    pairs = [(np.array([-1.0, 2.0]), 1), (np.array([-3.0, 1.0]), 5)]
    evidence = [Evidence({"x": x}, (x,), (abs(x) * k,)) for x, k in pairs]
    assert diagnose(own, evidence) is None
    assert diagnose(own, evidence[:1]).name == "absolute value"


def general(returns: tuple[str, ...], expected: list, got: list, **more: object):
    """The general diagnosis for tuples of values, one for each case."""
    judged = Exercise(**(vars(exercise()) | {"returns": returns} | more))
    evidence = [
        Evidence({}, tuple(map(np.asarray, want)), tuple(map(np.asarray, have)))
        for want, have in zip(expected, got, strict=True)
    ]
    return diagnose(judged, evidence)


def test_a_general_mistake_must_explain_every_quantity():
    want = list(zip(WANT, SQUARE, strict=True))
    both = ("y", "z")
    assert general(both, want, [(-y, z) for y, z in want]).name == "sign flipped"
    assert general(both, want, [(-y, -z) for y, z in want]).name == "sign flipped"
    assert general(both, want, [(-y, z + 1) for y, z in want]) is None
    assert general(both, want, [(-y, 2 * z) for y, z in want]) is None


@pytest.mark.parametrize(("derivatives", "told"), [(("y",), True), ((), False)])
def test_a_derivative_is_spoken_of_where_there_is_one(derivatives, told):
    want = [(w,) for w in WANT]
    double = [(2 * w,) for w in WANT]
    found = general(("y",), want, double, derivatives=derivatives)
    assert found.name == "too large by a constant"
    assert ("derivative" in found.next_step) == told


def test_a_derivative_that_is_not_returned_is_refused():
    with pytest.raises(ValueError, match="dL/dw"):
        exercise(derivatives=("dL/dw",))


def test_a_count_twice_as_large_in_the_only_way_it_can_be_is_no_factor():
    assert named([np.array(1.0)] * 3, [np.array(2.0)] * 3) is None
    assert named([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]) == "too large by a constant"


def test_nan_beside_a_wrong_number_is_not_what_went_wrong_first():
    """A loop that diverges: its second entry is finite and already wrong."""
    want = [np.array([1.0, 2, 3, 4])] * 3
    assert named(want, [np.array([1.0, 2, np.nan, np.inf])] * 3) is not None
    assert named(want, [np.array([1.0, 5, np.nan, np.nan])] * 3) is None


@pytest.mark.parametrize(
    ("want", "have", "says"),
    [
        ((3, 1), (3,), "an axis of size 1 was dropped"),
        ((3,), (1, 3), "an axis of size 1 was added"),
        ((3, 1, 2), (1, 3, 2), "an axis of size 1 was moved"),
        ((3, 4), (12,), "in the right order"),
    ],
)
def test_an_axis_of_size_1_is_spoken_of_where_there_is_one(want, have, says):
    values = cases(*want)
    found = general(
        ("y",), [(v,) for v in values], [(v.reshape(have),) for v in values]
    )
    assert says in found.next_step
    assert ("size 1" in found.next_step) == (1 in want + have)


@pytest.mark.parametrize(
    ("got", "name"),
    [
        ([np.vstack([w[:1], w[:-1]]) for w in STEPS], "one step behind"),
        ([np.vstack([w[1:], w[-1:]]) for w in STEPS], "one step ahead"),
    ],
)
def test_only_a_trajectory_has_steps(got, name):
    assert named(STEPS, got, steps=True) == name
    assert named(STEPS, got) is None


def test_a_step_behind_explains_its_first_entry_too():
    late = [np.vstack([[[7.0, -3.0]], w[:-1]]) for w in STEPS]
    assert named(STEPS, late, steps=True) is None
    begin = [{"w": np.array([7.0, -3.0])}] * 3
    assert named(STEPS, late, begin, steps=True) == "one step behind"


def test_numbers_that_overflow_are_diagnosed_without_a_word_of_numpy():
    expected = [np.array([1e-200, 3e-200]), np.array([2e-200, 5e-200])]
    got = [np.array([1e300, -1e300]), np.array([1e300, 1e308])]
    with np.errstate(all="raise"):
        assert named(expected, got) is None
