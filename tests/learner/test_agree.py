"""``agree`` prints one stable line, or says where two values part."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader import agree
from grader.common.frameworks import installed
from grader.learner.agree import Disagreement

FINITE = st.floats(-1e6, 1e6)
ARRAY = arrays.arrays("float64", arrays.array_shapes(max_dims=3), elements=FINITE)


@given(ARRAY)
def test_equal_values_agree(array):
    agree(array, array.copy(), array.tolist())


@given(ARRAY, st.floats(2e-6, 1e6))
def test_a_value_further_off_than_the_tolerance_disagrees(array, off):
    other = array.copy()
    other.flat[-1] += off * max(1.0, np.abs(array).max())
    with pytest.raises(Disagreement):
        agree(array, other)


def test_the_line_tells_how_many_and_of_what_shape(capsys):
    agree(np.ones(3), [1.0, 1.0, 1.0 + 1e-9])
    agree(1, 1.0, np.float32(1), tolerance=1e-3)
    assert capsys.readouterr().out == (
        "agree to 1e-06: 2 values of shape (3,)\nagree to 0.001: 3 values (numbers)\n"
    )


def test_a_disagreement_names_the_position_the_index_and_both_numbers():
    with pytest.raises(Disagreement) as raised:
        agree([[1.0, 2.0]], [[1.0, 2.0]], [[1.0, 2.5]])
    assert str(raised.value) == (
        "value 1 is 2 at index [0, 1], value 3 is 2.5: further apart than 1e-06"
    )


def test_shapes_are_not_broadcast():
    with pytest.raises(Disagreement, match=r"shape \(2,\), value 2 \(2, 1\)"):
        agree(np.ones(2), np.ones((2, 1)))


def test_nan_agrees_with_nan_alone():
    agree(np.nan, float("nan"))
    with pytest.raises(Disagreement):
        agree(np.nan, 0.0)
    with pytest.raises(Disagreement):
        agree(1.0, np.inf)


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, "1.0"), (1.0, None)])
def test_what_can_not_be_compared_is_a_type_error(values):
    with pytest.raises(TypeError):
        agree(*values)


@pytest.mark.skipif(
    not (installed("torch") and installed("tensorflow")), reason="needs both"
)
def test_tensors_of_both_frameworks_agree(capsys):
    import tensorflow as tf
    import torch

    agree(
        torch.tensor([1.0, 2.0], requires_grad=True),
        tf.Variable([1.0, 2.0]),
        np.array([1, 2]),
        [1.0, 2.0],
    )
    assert "4 values of shape (2,)" in capsys.readouterr().out
