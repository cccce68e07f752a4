"""All that Tandem knows of TensorFlow's tensors. Imports tensorflow."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import tensorflow as tf

from grader.common.frameworks import Reason


def is_tensor(value: object) -> bool:
    """Whether it is a TensorFlow tensor or variable, or a Keras variable."""
    # A Keras variable holds a tf.Variable without being one.
    return tf.is_tensor(value) or hasattr(value, "numpy")


def to_numpy(tensor: Any) -> np.ndarray:
    """The values, in the tensor's shape and dtype; bfloat16 becomes float32.

    Sparse slices become a dense array.
    """
    if isinstance(tensor, tf.IndexedSlices):
        tensor = tf.convert_to_tensor(tensor)
    values = np.asarray(tensor.numpy())
    return values.astype(np.float32) if values.dtype.name == "bfloat16" else values


def from_numpy(array: np.ndarray) -> tf.Tensor:
    """A constant of the array's shape and dtype, on TensorFlow's default device."""
    return tf.constant(array)


def tracked(tensor: object) -> bool:
    """Whether gradients flow through the tensor's own graph: never in TensorFlow."""
    return False  # a tape records outside of tensors; an eager tensor has no graph


def device() -> str:
    """``/GPU:0``, on which memory is taken only as needed, or ``/CPU:0``."""
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # Otherwise TensorFlow takes all of the card's memory and leaves PyTorch none.
        # Once the card is initialised, TensorFlow refuses this setting.
        with suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    return "/GPU:0" if gpus else "/CPU:0"


@contextmanager
def full_precision() -> Iterator[None]:
    """Float32 products keep all bits of their factors, on a GPU too."""
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def reason(error: BaseException) -> Reason:
    """The reason of an error, and the traced line.

    AutoGraph and Keras raise a second exception. Its message holds the first message
    among file names and arguments.
    """
    traced = getattr(error, "ag_error_metadata", None)
    found = error
    while found.__context__ is not None and (
        hasattr(found.__context__, "ag_error_metadata")
        or hasattr(found, "_keras_call_info_injected")
    ):
        found = found.__context__
    stack = reversed(traced.translated_stack) if traced else ()
    return Reason(found, tuple((at.filename, at.lineno) for at in stack))


def switches() -> list[str]:
    """The global switches that are not as TensorFlow and Keras set them."""
    on = {
        "tf.disable_eager_execution": not tf.executing_eagerly(),
        "tf.run_functions_eagerly": tf.config.functions_run_eagerly(),
    }
    keras = sys.modules.get("keras")
    if keras is not None:
        usual = keras.config.floatx() == "float32"
        policy = keras.config.dtype_policy().name
        on["keras.set_floatx"] = not usual
        on["keras.set_dtype_policy"] = usual and policy != "float32"
    return [name for name, is_on in on.items() if is_on]
