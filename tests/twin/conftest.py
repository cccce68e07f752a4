"""Both frameworks in float64, with one thread each."""

from contextlib import suppress

import keras
import pytest
import tensorflow as tf
import torch

torch.set_num_threads(1)
# TensorFlow refuses once it has computed, as for another test of this process. These
# tests then take longer.
with suppress(RuntimeError):
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


@pytest.fixture(autouse=True)
def float64():
    """Rounding is then far smaller than any fault; a test may choose float32."""
    policy, floatx = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
