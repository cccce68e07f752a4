"""Answers to the exercises on optimizers, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("sgd_momentum")
def velocity_by_hand(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * v)
    return losses, ws


@right("sgd_momentum")
def keras_momentum_rescaled(w, X, y, rates, mu):
    # Keras keeps rate * v: when the rate falls, so must what is kept.
    w, last = tf.Variable(w), rates[0]
    sgd = tf.keras.optimizers.SGD(rates[0], momentum=mu)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        sgd.learning_rate, sgd.momentum = rate, mu * rate / last
        sgd.apply([tape.gradient(loss, w)], [w])
        last = rate
    return losses, ws


@right("sgd_momentum")
def gradient_on_paper(w, X, y, rates, mu):
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        residual = tf.linalg.matvec(X, w) - y
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)
        v = mu * v + g
        w = w - rate * v
    return tf.stack(losses), tf.stack(ws)


@wrong("sgd_momentum", "the rate is inside the velocity")
def keras_momentum(w, X, y, rates, mu):
    w = tf.Variable(w)
    sgd = tf.keras.optimizers.SGD(rates[0], momentum=mu)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        sgd.learning_rate = rate
        sgd.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("sgd_momentum", "no momentum")
def momentum_unused(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = g
        w.assign_sub(rate * v)
    return losses, ws


@wrong("sgd_momentum", "the gradient is damped")
def averaged(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + (1 - mu) * g
        w.assign_sub(rate * v)
    return losses, ws


@wrong("sgd_momentum", "the velocity of the step before")
def late_velocity(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        w.assign_sub(rate * v)
        v = mu * v + g
    return losses, ws


@wrong("sgd_momentum", "the same tensor in every entry")
def variable_recorded(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w)
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * v)
    return losses, ws


@wrong("sgd_momentum", "gradients add up")
def gradient_kept(w, X, y, rates, mu):
    w = tf.Variable(w)
    v, g = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g += tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * v)
    return losses, ws


@wrong("sgd_momentum", "sum instead of mean")
def summed_squares(w, X, y, rates, mu):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * v)
    return losses, ws


@right("nesterov")
def bracket_by_hand(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * (g + mu * v))
    return losses, ws


@right("nesterov")
def keras_nesterov(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    sgd = tf.keras.optimizers.SGD(rate, momentum=mu, nesterov=True)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        sgd.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@right("nesterov")
def expanded_on_paper(w, X, y, rate, mu, steps):
    v = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        residual = tf.linalg.matvec(X, w) - y
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)
        w = w - rate * ((1 + mu) * g + mu**2 * v)
        v = mu * v + g
    return tf.stack(losses), tf.stack(ws)


@wrong("nesterov", "plain momentum")
def keras_plain(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    sgd = tf.keras.optimizers.SGD(rate, momentum=mu)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        sgd.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("nesterov", "the step lacks the gradient")
def only_velocity(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * mu * v)
    return losses, ws


@wrong("nesterov", "the velocity is not damped in the step")
def whole_velocity(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * (g + v))
    return losses, ws


@wrong("nesterov", "no momentum")
def only_gradient(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * g)
    return losses, ws


@wrong("nesterov", "gradients add up")
def gradients_summed(w, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v, g = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g += tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * (g + mu * v))
    return losses, ws


@wrong("nesterov", "the gradient at the point ahead")
def at_the_point_ahead(w, X, y, rate, mu, steps):
    v, losses, ws = tf.zeros_like(w), [], []
    for _ in range(steps):
        losses.append(tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2))
        ws.append(w)
        ahead = w - rate * mu * v
        with tf.GradientTape() as tape:
            tape.watch(ahead)
            loss = tf.reduce_mean((tf.linalg.matvec(X, ahead) - y) ** 2)
        v = mu * v + tape.gradient(loss, ahead)
        w = w - rate * v
    return losses, ws


@right("rmsprop")
def squares_by_hand(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = alpha * s + (1 - alpha) * g**2
        w.assign_sub(rate * g / (tf.sqrt(s) + eps))
    return losses, ws


@right("rmsprop")
def gradient_on_paper_rms(w, X, y, rate, alpha, eps, steps):
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        residual = tf.linalg.matvec(X, w) - y
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)
        s += (1 - alpha) * (tf.square(g) - s)
        w -= tf.math.divide(rate * g, s**0.5 + eps)
    return tf.stack(losses), tf.stack(ws)


@right("rmsprop")
def weights_by_age(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    squares, losses, ws = [], [], []
    for t in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        g = tape.gradient(loss, w)
        losses.append(loss)
        ws.append(tf.identity(w))
        squares.append(tf.square(g))
        s = tf.add_n([alpha ** (t - i) * squares[i] for i in range(t + 1)])
        w.assign_sub(rate * g / (tf.sqrt((1 - alpha) * s) + eps))
    return tf.stack(losses), tf.stack(ws)


@wrong("rmsprop", "epsilon inside the root")
def keras_rmsprop(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    rms = tf.keras.optimizers.RMSprop(rate, rho=alpha, epsilon=eps)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        rms.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("rmsprop", "alpha and 1 - alpha exchanged")
def shares_swapped(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = (1 - alpha) * s + alpha * g**2
        w.assign_sub(rate * g / (tf.sqrt(s) + eps))
    return losses, ws


@wrong("rmsprop", "the root is missing")
def root_missing(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = alpha * s + (1 - alpha) * g**2
        w.assign_sub(rate * g / (s + eps))
    return losses, ws


@wrong("rmsprop", "the squares add up")
def adagrad(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = s + g**2
        w.assign_sub(rate * g / (tf.sqrt(s) + eps))
    return losses, ws


@wrong("rmsprop", "the s of the step before")
def late_squares(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        w.assign_sub(rate * g / (tf.sqrt(s) + eps))
        s = alpha * s + (1 - alpha) * g**2
    return losses, ws


@wrong("rmsprop", "a bias correction too many")
def corrected(w, X, y, rate, alpha, eps, steps):
    w = tf.Variable(w)
    s = tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = alpha * s + (1 - alpha) * g**2
        w.assign_sub(rate * g / (tf.sqrt(s / (1 - alpha ** len(ws))) + eps))
    return losses, ws


@right("adam")
def means_by_hand(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@right("adam")
def keras_adam_step_by_step(w, X, y, rate, beta1, beta2, eps, steps):
    # Keras adds epsilon before the correction: each step gets one that fits.
    w = tf.Variable(w)
    adam = tf.keras.optimizers.Adam(rate, beta1, beta2)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        adam.epsilon = eps * (1 - beta2**t) ** 0.5
        adam.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@right("adam")
def corrected_rate(w, X, y, rate, beta1, beta2, eps, steps):
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        residual = tf.linalg.matvec(X, w) - y
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (tf.square(g) - v)
        # The two corrections as one factor of the rate, and one of epsilon.
        root = (1 - beta2**t) ** 0.5
        w -= rate * root / (1 - beta1**t) * m / (tf.sqrt(v) + eps * root)
    return tf.stack(losses), tf.stack(ws)


@wrong("adam", "epsilon before the correction")
def keras_adam(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    adam = tf.keras.optimizers.Adam(rate, beta1, beta2, epsilon=eps)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        adam.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("adam", "no bias correction")
def no_correction(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m, v
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adam", "v is not corrected")
def v_uncorrected(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adam", "m is not corrected")
def m_uncorrected(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m, v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adam", "epsilon inside the root")
def root_of_both(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square + eps)))
    return losses, ws


@wrong("adam", "t doesn't count")
def t_frozen(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    t = 1
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adam", "t starts at 2")
def t_too_large(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(2, steps + 2):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adam", "the betas are exchanged")
def betas_exchanged(w, X, y, rate, beta1, beta2, eps, steps):
    w = tf.Variable(w)
    adam = tf.keras.optimizers.Adam(rate, beta2, beta1)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        adam.epsilon = eps * (1 - beta1**t) ** 0.5
        adam.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@right("adamw")
def decay_by_hand(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * lam * w)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@right("adamw")
def one_expression(w, X, y, rate, beta1, beta2, eps, lam, steps):
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        residual = tf.linalg.matvec(X, w) - y
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = 2 / len(y) * tf.linalg.matvec(X, residual, transpose_a=True)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        step = m / (1 - beta1**t) / (tf.sqrt(v / (1 - beta2**t)) + eps)
        w = (1 - rate * lam) * w - rate * step
    return tf.stack(losses), tf.stack(ws)


@right("adamw")
def keras_adamw_step_by_step(w, X, y, rate, beta1, beta2, eps, lam, steps):
    # Keras adds epsilon before the correction: each step gets one that fits.
    w = tf.Variable(w)
    adamw = tf.keras.optimizers.AdamW(rate, lam, beta1, beta2)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        adamw.epsilon = eps * (1 - beta2**t) ** 0.5
        adamw.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("adamw", "epsilon before the correction")
def keras_adamw(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    adamw = tf.keras.optimizers.AdamW(rate, lam, beta1, beta2, eps)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        adamw.apply([tape.gradient(loss, w)], [w])
    return losses, ws


@wrong("adamw", "the decay is in the gradient")
def l2_in_gradient(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w) + lam * w
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adamw", "a penalty in the loss")
def loss_with_penalty(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
            loss += lam * tf.nn.l2_loss(w)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adamw", "the decay lacks the rate")
def rate_missing(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(lam * w)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adamw", "no decay")
def no_lam(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adamw", "growth instead of decay")
def added(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_add(rate * lam * w)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
    return losses, ws


@wrong("adamw", "the decay comes after the step")
def decay_last(w, X, y, rate, beta1, beta2, eps, lam, steps):
    w = tf.Variable(w)
    m, v = tf.zeros_like(w), tf.zeros_like(w)
    losses, ws = [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        mean, square = m / (1 - beta1**t), v / (1 - beta2**t)
        w.assign_sub(rate * mean / (tf.sqrt(square) + eps))
        w.assign_sub(rate * lam * w)
    return losses, ws
