"""What the frameworks give, as NumPy arrays."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
import torch

from bench.defaults.model import Array


def array(value: Any) -> Array:
    """A tensor, variable, number or list of them as one array."""
    if isinstance(value, torch.Tensor):
        return np.asarray(value.detach().numpy())
    if isinstance(value, tf.IndexedSlices):
        return np.asarray(tf.convert_to_tensor(value))
    if isinstance(value, keras.Variable):
        return np.asarray(value.numpy())
    if isinstance(value, list | tuple):
        return np.asarray([array(one) for one in value])
    return np.asarray(value)
