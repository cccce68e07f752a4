"""The models of ``ported`` are equal after a port, and stay so in training."""

import keras
import pytest

from tests.twin.ported import PORTED, RESNET
from tests.twin.proof import STEPS, prove

EQUAL = 1e-10


@pytest.mark.parametrize("to", ["keras", "torch"])
@pytest.mark.parametrize("one", PORTED, ids=lambda one: one.name)
def test_a_ported_model_is_equal_and_stays_so(one, to):
    proof = prove(one, to, EQUAL)
    assert proof.forward < EQUAL
    assert proof.training.equal, proof.training
    assert proof.training.steps == STEPS
    assert proof.training.largest < EQUAL
    assert proof.trained < EQUAL
    first, last = proof.training.losses[0][0], proof.training.losses[-1][0]
    assert last < first


def test_a_jump_that_rounding_may_make_says_where_to_confirm_it(float64):
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    training = prove(RESNET, "keras", 1e-6).training
    assert training.largest > 1e-2
    # Whether a ReLU switches, and when, depends on the machine and its threads.
    first = training.first
    assert first is None or (first.step > 1 and "float64" in first.note)
