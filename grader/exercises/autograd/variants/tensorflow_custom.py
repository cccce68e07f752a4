"""Answers to the exercise on a gradient of one's own, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("straight_through")
def custom_gradient(x, t):
    @tf.custom_gradient
    def sign(x):
        def backward(g):
            return g * tf.cast(tf.abs(x) <= 1, g.dtype)

        return tf.sign(x), backward

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@right("straight_through")
def stopped_difference(x, t):
    with tf.GradientTape() as tape:
        tape.watch(x)
        clipped = tf.clip_by_value(x, -1, 1)
        q = clipped + tf.stop_gradient(tf.sign(x) - clipped)
        loss = tf.reduce_mean(tf.square(q - t))
    return loss, tape.gradient(loss, x)


@right("straight_through")
def masked_by_hand_in_graph_mode(x, t):
    @tf.function
    def both(x, t):
        q = tf.sign(x)
        with tf.GradientTape() as tape:
            tape.watch(q)
            loss = tf.reduce_mean((q - t) ** 2)
        by_q = tape.gradient(loss, q)
        return loss, tf.where(tf.abs(x) <= 1, by_q, 0.0)

    return both(x, t)


@wrong("straight_through", "the sign's own gradient")
def plain_sign(x, t):
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((tf.sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "the gradient passes everywhere")
def no_mask(x, t):
    @tf.custom_gradient
    def sign(x):
        return tf.sign(x), lambda g: g

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "only one side is cut off")
def one_sided(x, t):
    with tf.GradientTape() as tape:
        tape.watch(x)
        clipped = tf.minimum(x, 1)
        q = clipped + tf.stop_gradient(tf.sign(x) - clipped)
        loss = tf.reduce_mean((q - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "stopped at 1 and -1 as well")
def strictly_inside(x, t):
    @tf.custom_gradient
    def sign(x):
        def backward(g):
            return tf.where(tf.abs(x) < 1, g, tf.zeros_like(g))

        return tf.sign(x), backward

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "the mask is inverted")
def inverted(x, t):
    @tf.custom_gradient
    def sign(x):
        def backward(g):
            return tf.where(tf.abs(x) > 1, g, tf.zeros_like(g))

        return tf.sign(x), backward

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "the incoming gradient is dropped")
def dropped(x, t):
    @tf.custom_gradient
    def sign(x):
        def backward(g):
            return tf.cast(tf.abs(x) <= 1, tf.float32)

        return tf.sign(x), backward

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "x in place of its sign")
def not_quantised(x, t):
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((x - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "clipped, not quantised")
def clipped(x, t):
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean((tf.clip_by_value(x, -1, 1) - t) ** 2)
    return loss, tape.gradient(loss, x)


@wrong("straight_through", "sum instead of mean")
def without_mean(x, t):
    @tf.custom_gradient
    def sign(x):
        def backward(g):
            return g * tf.cast(tf.abs(x) <= 1, g.dtype)

        return tf.sign(x), backward

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum((sign(x) - t) ** 2)
    return loss, tape.gradient(loss, x)
