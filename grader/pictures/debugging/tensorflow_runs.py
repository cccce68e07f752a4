"""Trains a ``Setup`` in TensorFlow."""

from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from grader.pictures.debugging.runs import Setup


def run(
    setup: Setup, x: np.ndarray, y: np.ndarray, rows: np.ndarray, *held_out: np.ndarray
) -> np.ndarray:
    """Train from the setup's start; see ``runs.Runner``."""
    weights = [tf.constant(w) for w in setup.start()]
    rate, keep = tf.constant(setup.rate), tf.constant(float(setup.summed))
    data = [tf.constant(part) for part in (x, y, rows, *held_out)]
    return _training(setup.softmax_twice)(weights, rate, keep, *data).numpy()


@cache
def _training(softmax_twice: bool) -> Any:
    """A whole training as one graph; the setups share it, since tracing takes long."""

    def training(
        weights: Any, rate: Any, keep: Any, x: Any, y: Any, rows: Any, *held_out: Any
    ) -> Any:
        told = tf.TensorArray(tf.float32, tf.shape(rows)[0])
        summed = [tf.zeros_like(w) for w in weights]
        for number in tf.range(tf.shape(rows)[0]):
            held = _loss(softmax_twice, weights, *held_out)
            batch = tf.gather(x, rows[number]), tf.gather(y, rows[number])
            with tf.GradientTape() as tape:
                tape.watch(weights)
                loss = _loss(softmax_twice, weights, *batch)
            gradients = tape.gradient(loss, weights)
            summed = [keep * s + g for s, g in zip(summed, gradients, strict=True)]
            weights = [w - rate * s for w, s in zip(weights, summed, strict=True)]
            length = tf.linalg.global_norm(summed)
            told = told.write(number, tf.stack([loss, held, length]))
        return told.stack()

    return tf.function(training, reduce_retracing=True)


def _loss(softmax_twice: bool, weights: Any, x: Any, y: Any) -> Any:
    first, first_bias, second, second_bias = weights
    hidden = tf.nn.relu(x @ first + first_bias)
    logits = hidden @ second + second_bias
    if softmax_twice:
        logits = tf.nn.softmax(logits)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
    return tf.reduce_mean(losses)
