"""Answers to the exercises on first gradients, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong

# chain_rule


@right("chain_rule")
def chain_tape(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(tf.sin(x**2))
    return y, tape.gradient(y, x)


@right("chain_rule")
def chain_link_by_link(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        u = tf.square(x)
        v = tf.sin(u)
        y = tf.exp(v)
    return y, tape.gradient(y, v) * tape.gradient(v, u) * tape.gradient(u, x)


@right("chain_rule")
def chain_graph_mode(x):
    @tf.function
    def both(x):
        y = tf.exp(tf.sin(x * x))
        return y, tf.gradients(y, x)[0]

    return both(x)


@right("chain_rule")
def chain_forward_mode(x):
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
        y = tf.exp(tf.sin(x * x))
    return float(y), float(forward.jvp(y))


@wrong("chain_rule", "the sine is squared, not x")
def chain_sine_squared(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(tf.sin(x) ** 2)
    return y, tape.gradient(y, x)


@wrong("chain_rule", "the chain runs backwards")
def chain_backwards(x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = tf.square(tf.sin(tf.exp(x)))
    return y, tape.gradient(y, x)


@wrong("chain_rule", "the derivative by u")
def chain_by_u(x):
    with tf.GradientTape() as tape:
        u = x**2
        tape.watch(u)
        y = tf.exp(tf.sin(u))
    return y, tape.gradient(y, u)


@wrong("chain_rule", "the derivative by v")
def chain_by_v(x):
    v = tf.sin(x**2)
    with tf.GradientTape() as tape:
        tape.watch(v)
        y = tf.exp(v)
    return y, tape.gradient(y, v)


@wrong("chain_rule", "the links are added")
def chain_added(x):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        u = x**2
        v = tf.sin(u)
        y = tf.exp(v)
    return y, tape.gradient(y, v) + tape.gradient(v, u) + tape.gradient(u, x)


@wrong("chain_rule", "every link is taken at x")
def chain_all_at_x(x):
    return tf.exp(tf.sin(x**2)), tf.exp(x) * tf.cos(x) * 2 * x


@wrong("chain_rule", "value and derivative exchanged")
def chain_exchanged(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(tf.sin(x**2))
    return tape.gradient(y, x), y


# mse_gradient


@right("mse_gradient")
def mse_tape(w, X, y):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
    return tape.gradient(loss, w)


@right("mse_gradient")
def mse_variable_and_keras(w, X, y):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        loss = tf.keras.losses.MeanSquaredError()(y, tf.linalg.matvec(X, w))
    return tape.gradient(loss, w)


@right("mse_gradient")
def mse_graph_mode(w, X, y):
    @tf.function
    def gradient(w):
        residual = tf.tensordot(X, w, 1) - y
        return tf.gradients(tf.reduce_mean(tf.square(residual)), w)[0]

    return gradient(w)


@right("mse_gradient")
def mse_closed_form(w, X, y):
    residual = tf.linalg.matvec(X, w) - y
    return 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)


@wrong("mse_gradient", "sum instead of mean")
def mse_without_mean(w, X, y):
    with tf.GradientTape() as tape:
        tape.watch(w)
        # One loss for each row: gradient() sums them.
        losses = (tf.linalg.matvec(X, w) - y) ** 2
    return tape.gradient(losses, w)


@wrong("mse_gradient", "the gradient of half the loss")
def mse_half(w, X, y):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.nn.l2_loss(tf.linalg.matvec(X, w) - y) / len(y)
    return tape.gradient(loss, w)


@wrong("mse_gradient", "the residual's sign")
def mse_sign(w, X, y):
    residual = y - tf.linalg.matvec(X, w)
    return 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)


@wrong("mse_gradient", "the square is missing")
def mse_no_square(w, X, y):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean(tf.linalg.matvec(X, w) - y)
    return tape.gradient(loss, w)


@wrong("mse_gradient", "every prediction minus every target")
def mse_broadcast(w, X, y):
    with tf.GradientTape() as tape:
        tape.watch(w)
        prediction = X @ tf.reshape(w, (-1, 1))
        loss = tf.reduce_mean((prediction - y) ** 2)
    return tape.gradient(loss, w)


# softmax_cross_entropy


@right("softmax_cross_entropy")
def sce_sparse_with_logits(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, logits)


@right("softmax_cross_entropy")
def sce_keras_from_logits(logits, labels):
    z = tf.Variable(logits)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(labels, z)
    return tape.gradient(loss, z)


@right("softmax_cross_entropy")
def sce_logsumexp(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        at_label = tf.gather(logits, labels, axis=1, batch_dims=1)
        loss = tf.reduce_mean(tf.reduce_logsumexp(logits, axis=1) - at_label)
    return tape.gradient(loss, logits)


@right("softmax_cross_entropy")
def sce_closed_form(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    return (tf.nn.softmax(logits) - hot) / len(labels)


@wrong("softmax_cross_entropy", "sum instead of mean")
def sce_without_mean(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "mean over all entries")
def sce_mean_over_all(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.reduce_mean(-hot * tf.nn.log_softmax(logits))
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "softmax along the wrong axis")
def sce_wrong_axis(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        log_p = tf.nn.log_softmax(logits, axis=0)
        loss = -tf.reduce_mean(tf.reduce_sum(hot * log_p, axis=1))
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "softmax taken twice")
def sce_twice(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        p = tf.nn.softmax(logits)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, p)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "logits taken for probabilities")
def sce_keras_default(logits, labels):
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = loss_of(labels, logits)
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "the softmax is missing")
def sce_no_softmax(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        at_label = tf.gather(logits, labels, axis=1, batch_dims=1)
        loss = -tf.reduce_mean(at_label)
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "the exponential overflows")
def sce_plain_formula(logits, labels):
    e = tf.exp(logits)
    p = e / tf.reduce_sum(e, axis=1, keepdims=True)
    return (p - tf.one_hot(labels, logits.shape[1])) / len(labels)


@wrong("softmax_cross_entropy", "the logarithm of 0")
def sce_log_of_softmax(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        log_p = tf.math.log(tf.nn.softmax(logits))
        loss = -tf.reduce_mean(tf.reduce_sum(hot * log_p, axis=1))
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "the logarithm is kept from 0")
def sce_keras_on_probabilities(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        p = tf.nn.softmax(logits)
        loss = tf.reduce_mean(tf.keras.losses.categorical_crossentropy(hot, p))
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "exponentials and logarithm in turn")
def sce_overflow(logits, labels):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        e = tf.exp(logits)
        log_p = tf.math.log(e / tf.reduce_sum(e, axis=1, keepdims=True))
        at_label = tf.gather(log_p, labels, axis=1, batch_dims=1)
        loss = -tf.reduce_mean(at_label)
    return tape.gradient(loss, logits)


@wrong("softmax_cross_entropy", "one maximum for all rows")
def sce_one_maximum(logits, labels):
    e = tf.exp(logits - tf.reduce_max(logits))
    p = e / tf.reduce_sum(e, axis=1, keepdims=True)
    return (p - tf.one_hot(labels, logits.shape[1])) / len(labels)
