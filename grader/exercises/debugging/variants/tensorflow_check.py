"""Answers about a gradient check, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


def tf_loss(w, X, y):
    # The given cell above the exercise gradient_check.
    return tf.reduce_mean(tf.math.softplus(-y * tf.linalg.matvec(X, w)))


@right("gradient_check")
def one_weight_at_a_time(w, X, y, claimed, step, tolerance):
    w, X, y, claimed = (tf.cast(t, tf.float64) for t in (w, X, y, claimed))
    slopes = []
    for i in range(len(w)):
        move = step * tf.one_hot(i, len(w), dtype=w.dtype)
        rise = tf_loss(w + move, X, y) - tf_loss(w - move, X, y)
        slopes.append(rise / (2 * step))
    numeric = tf.stack(slopes)
    scale = tf.maximum(tf.abs(numeric), tf.abs(claimed))
    gap = tf.abs(numeric - claimed)
    return numeric, tf.cast(tf.logical_not(gap <= tolerance * scale), tf.int32)


@right("gradient_check")
def moved_variable(w, X, y, claimed, step, tolerance):
    X, y = tf.cast(X, tf.float64), tf.cast(y, tf.float64)
    w = tf.Variable(tf.cast(w, tf.float64))
    wrong, numeric = [], []
    for i, claim in enumerate(claimed.numpy().tolist()):
        start = float(w[i])
        w[i].assign(start + step)
        up = float(tf_loss(w, X, y))
        w[i].assign(start - step)
        slope = (up - float(tf_loss(w, X, y))) / (2 * step)
        w[i].assign(start)
        numeric.append(slope)
        scale = max(abs(slope), abs(claim))
        wrong.append(0 if abs(slope - claim) <= tolerance * scale else 1)
    return numeric, wrong


@right("gradient_check")
def tape_in_float64(w, X, y, claimed, step, tolerance):
    # Not what is asked for, and the same numbers.
    w, claimed = tf.cast(w, tf.float64), tf.cast(claimed, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = tf_loss(w, tf.cast(X, tf.float64), tf.cast(y, tf.float64))
    exact = tape.gradient(value, w)
    larger = tf.where(tf.abs(exact) > tf.abs(claimed), exact, claimed)
    error = tf.math.divide_no_nan(tf.abs(exact - claimed), tf.abs(larger))
    return exact, [0 if e <= tolerance else 1 for e in error.numpy()]


def _slopes(w, X, y, step):
    slopes = []
    for i in range(len(w)):
        move = step * tf.one_hot(i, len(w), dtype=w.dtype)
        rise = tf_loss(w + move, X, y) - tf_loss(w - move, X, y)
        slopes.append(rise / (2 * step))
    return tf.stack(slopes)


def _scale(numeric, claimed):
    return tf.maximum(tf.abs(numeric), tf.abs(claimed))


def _wide(w, X, y, claimed, step):
    """The central differences and the claim, in float64."""
    w, X, y, claimed = (tf.cast(t, tf.float64) for t in (w, X, y, claimed))
    return _slopes(w, X, y, step), claimed


def _answer(numeric, claimed, tolerance):
    gap = tf.abs(numeric - claimed)
    wrong = tf.logical_not(gap <= tolerance * _scale(numeric, claimed))
    return numeric, tf.cast(wrong, tf.int32)


@wrong("gradient_check", "in float32")
def dtype_as_it_comes(w, X, y, claimed, step, tolerance):
    return _answer(_slopes(w, X, y, step), claimed, tolerance)


@wrong("gradient_check", "divided by the step")
def over_step(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    return _answer(2 * numeric, claimed, tolerance)


@wrong("gradient_check", "all entries moved at once")
def moved_together(w, X, y, claimed, step, tolerance):
    w, X, y, claimed = (tf.cast(t, tf.float64) for t in (w, X, y, claimed))
    rise = tf_loss(w + step, X, y) - tf_loss(w - step, X, y)
    return _answer(tf.fill([len(w)], rise / (2 * step)), claimed, tolerance)


@wrong("gradient_check", "absolute differences")
def plain_gap(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = tf.abs(numeric - claimed)
    return numeric, tf.cast(tf.logical_not(gap <= tolerance), tf.int32)


@wrong("gradient_check", "two zeros differ")
def quotients(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    error = tf.abs(numeric - claimed) / _scale(numeric, claimed)
    return numeric, tf.cast(tf.logical_not(error <= tolerance), tf.int32)


@wrong("gradient_check", "NaN is overlooked")
def larger_than(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = tf.abs(numeric - claimed)
    return numeric, tf.cast(gap > tolerance * _scale(numeric, claimed), tf.int32)


@wrong("gradient_check", "the absolute value is missing")
def signed(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    gap = claimed - numeric
    return numeric, tf.cast(
        tf.logical_not(gap <= tolerance * _scale(numeric, claimed)), tf.int32
    )


@wrong("gradient_check", "exactly equal")
def bit_by_bit(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    return numeric, tf.cast(numeric != claimed, tf.int32)


@wrong("gradient_check", "right and wrong are exchanged")
def marked_right(w, X, y, claimed, step, tolerance):
    numeric, claimed = _wide(w, X, y, claimed, step)
    numeric, wrong = _answer(numeric, claimed, tolerance)
    return numeric, 1 - wrong
