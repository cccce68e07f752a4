"""Answers to the exercises on products with derivatives, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong

# jvp


@right("jvp")
def jvp_forward(A, x, v):
    with tf.autodiff.ForwardAccumulator(x, v) as forward:
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, forward.jvp(y)


@right("jvp")
def jvp_double_backward(A, x, v):
    # J^T u is linear in u: its own vector-Jacobian product is J v.
    u = tf.zeros_like(x)
    with tf.GradientTape() as outer:
        outer.watch(u)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.tanh(tf.linalg.matvec(A, x))
        jtu = inner.gradient(y, x, output_gradients=u)
    return y, outer.gradient(jtu, u, output_gradients=v)


@right("jvp")
def jvp_whole_jacobian(A, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, tf.linalg.matvec(tape.jacobian(y, x), v)


@right("jvp")
def jvp_in_a_function(A, x, v):
    @tf.function
    def both(x, v):
        y = tf.tanh(tf.linalg.matvec(A, x))
        return y, (1 - y * y) * tf.linalg.matvec(A, v)

    return both(x, v)


@wrong("jvp", "the vector-Jacobian product")
def jvp_vjp(A, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, tape.gradient(y, x, output_gradients=v)


@wrong("jvp", "tanh left out of the derivative")
def jvp_linear(A, x, v):
    with tf.autodiff.ForwardAccumulator(x, v) as forward:
        z = tf.linalg.matvec(A, x)
    return tf.tanh(z), forward.jvp(z)


@wrong("jvp", "point and direction exchanged")
def jvp_exchanged(A, x, v):
    with tf.autodiff.ForwardAccumulator(v, x) as forward:
        y = tf.tanh(tf.linalg.matvec(A, v))
    return y, forward.jvp(y)


@wrong("jvp", "f applied to the direction")
def jvp_value_at_direction(A, x, v):
    return tf.tanh(tf.linalg.matvec(A, x)), tf.tanh(tf.linalg.matvec(A, v))


@wrong("jvp", "the gradient of a sum, times v")
def jvp_summed(A, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, tape.gradient(y, x) * v


@wrong("jvp", "the direction scaled to length 1")
def jvp_unit(A, x, v):
    v = v / tf.norm(v)
    with tf.autodiff.ForwardAccumulator(x, v) as forward:
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, forward.jvp(y)


@wrong("jvp", "tanh not squared")
def jvp_not_squared(A, x, v):
    y = tf.tanh(tf.linalg.matvec(A, x))
    return y, (1 - y) * tf.linalg.matvec(A, v)


# hvp


@right("hvp")
def hvp_nested_tapes(A, x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        g = inner.gradient(f, x)
        s = tf.reduce_sum(g * v)
    return outer.gradient(s, x)


@right("hvp")
def hvp_forward_over_reverse(A, x, v):
    with tf.autodiff.ForwardAccumulator(x, v) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        g = tape.gradient(f, x)
    return forward.jvp(g)


@right("hvp")
def hvp_output_gradients(A, x, v):
    x = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            f = tf.reduce_sum(tf.math.log1p(tf.exp(tf.linalg.matvec(A, x))))
        g = inner.gradient(f, x)
    return outer.gradient(g, x, output_gradients=v)


@right("hvp")
def hvp_whole_hessian(A, x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        g = inner.gradient(f, x)
    return tf.linalg.matvec(outer.jacobian(g, x), v)


@wrong("hvp", "the gradient, times v")
def hvp_first_order(A, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
    return tape.gradient(f, x) * v


@wrong("hvp", "row sums of H, times v")
def hvp_late(A, x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        g = inner.gradient(f, x)
    return outer.gradient(g, x) * v


@wrong("hvp", "v is not used")
def hvp_without_v(A, x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        g = inner.gradient(f, x)
    return outer.gradient(g, x)


@wrong("hvp", "only the diagonal of H")
def hvp_diagonal(A, x, v):
    s = tf.sigmoid(tf.linalg.matvec(A, x))
    curvature = s * (1 - s)
    return tf.linalg.matvec(A**2, curvature, transpose_a=True) * v


@wrong("hvp", "differentiated by v")
def hvp_by_v(A, x, v):
    with tf.GradientTape() as outer:
        outer.watch(v)
        with tf.GradientTape() as inner:
            inner.watch(x)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
        s = tf.reduce_sum(inner.gradient(f, x) * v)
    return outer.gradient(s, v)


@wrong("hvp", "point and direction exchanged")
def hvp_exchanged(A, x, v):
    with tf.autodiff.ForwardAccumulator(v, x) as forward:
        with tf.GradientTape() as tape:
            tape.watch(v)
            f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, v)))
        g = tape.gradient(f, v)
    return forward.jvp(g)


@wrong("hvp", "products of first derivatives")
def hvp_outer(A, x, v):
    with tf.GradientTape() as tape:
        tape.watch(x)
        f = tf.reduce_sum(tf.nn.softplus(tf.linalg.matvec(A, x)))
    g = tape.gradient(f, x)
    return g * tf.tensordot(g, v, 1)
