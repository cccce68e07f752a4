"""Answers to the exercises on resuming and mending, in TensorFlow."""

import math

import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cells above the exercise find_the_bug.


def batches(X, y, size):
    starts = range(0, len(y), size)
    return [(X[i : i + size], y[i : i + size]) for i in starts]


def mse(w, X, y):
    error = tf.linalg.matvec(X, w) - y
    return tf.reduce_mean(error**2)


@right("resume")
def counted_on(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(done, done + steps):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@right("resume")
def restored_optimizer(w, v, done, X, y, rate, mu, steps):
    # With a rate of 1, Keras' velocity is minus ours; the real rate comes after.
    point, w = tf.Variable(tf.zeros_like(w)), tf.Variable(w)
    sgd = tf.keras.optimizers.SGD(1.0, momentum=mu)
    sgd.build([point])
    sgd.momentums[0].assign(-v)
    losses, ws = [], []
    for t in range(done, done + steps):
        A, b = X[t % len(X)], y[t % len(X)]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(A, w) - b) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        sgd.apply([tape.gradient(loss, w)], [point])
        w.assign_add(rate / (t + 1) ** 0.5 * sgd.momentums[0])
    return losses, ws


@right("resume")
def rotated_lists(w, v, done, X, y, rate, mu, steps):
    order = [(done + i) % len(X) for i in range(steps)]
    rates = [rate * (done + i + 1) ** -0.5 for i in range(steps)]
    losses, ws = [], []
    for i, step_size in zip(order, rates, strict=True):
        residual = tf.linalg.matvec(X[i], w) - y[i]
        losses.append(tf.reduce_mean(residual**2))
        ws.append(w)
        g = tf.linalg.matvec(X[i], residual, transpose_a=True)
        v = mu * v + 2 / len(y[i]) * g
        w = w - step_size * v
    return tf.stack(losses), tf.stack(ws)


@wrong("resume", "the velocity is forgotten")
def velocity_from_zero(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    v, losses, ws = tf.zeros_like(v), [], []
    for t in range(done, done + steps):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@wrong("resume", "the schedule starts again")
def rate_from_the_start(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(done, done + steps):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(len(ws)) * v)
    return losses, ws


@wrong("resume", "the data start again")
def data_from_the_start(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(done, done + steps):
        i = (t - done) % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@wrong("resume", "t starts at 0")
def steps_from_zero(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(steps):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@wrong("resume", "only w is restored")
def new_run(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(steps):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = (mu * v if t else 0) + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@wrong("resume", "the last step is done again")
def repeated_step(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(done - 1, done + steps - 1):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@wrong("resume", "a step is skipped")
def skipped_step(w, v, done, X, y, rate, mu, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for t in range(done + 1, done + steps + 1):
        i = t % len(X)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X[i], w) - y[i]) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate / math.sqrt(t + 1) * v)
    return losses, ws


@right("find_the_bug")
def mended_in_place(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw = tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss) * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws


@right("find_the_bug")
def dataset_and_optimizer(w, X, y, size, rate, decay, epochs):
    w = tf.Variable(w)
    sgd = tf.keras.optimizers.SGD(rate)
    losses, ws = [], []
    for epoch in range(epochs):
        sgd.learning_rate = rate * decay**epoch
        mean = tf.keras.metrics.Mean()
        for a, b in tf.data.Dataset.from_tensor_slices((X, y)).batch(size):
            with tf.GradientTape() as tape:
                squared = (tf.linalg.matvec(a, w) - b) ** 2
                loss = tf.reduce_mean(squared)
            mean.update_state(squared)
            sgd.apply([tape.gradient(loss, w)], [w])
        losses.append(mean.result())
        ws.append(w.numpy())
    return losses, ws


@right("find_the_bug")
def gradients_on_paper(w, X, y, size, rate, decay, epochs):
    losses, ws = [], []
    for epoch in range(epochs):
        squares = []
        for i in range(0, len(y), size):
            a, b = X[i : i + size], y[i : i + size]
            residual = tf.linalg.matvec(a, w) - b
            squares.append(residual**2)
            g = tf.linalg.matvec(a, residual, transpose_a=True)
            w = w - 2 * rate * decay**epoch / len(b) * g
        losses.append(tf.reduce_mean(tf.concat(squares, axis=0)))
        ws.append(w)
    return tf.stack(losses), tf.stack(ws)


@wrong("find_the_bug", "all three bugs are still there")
def unchanged(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw += tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
    return losses, ws


@wrong(
    "find_the_bug", "still there: gradients add up, and the schedule moves too early"
)
def only_loss_mended(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw += tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss) * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.numpy())
    return losses, ws


@wrong("find_the_bug", "still there: gradients add up, and the loss is a mean of means")
def only_schedule_mended(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw += tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws


@wrong(
    "find_the_bug",
    "still there: the schedule moves too early, and the loss is a mean of means",
)
def only_gradient_mended(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw = tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
    return losses, ws


@wrong("find_the_bug", "still there: gradients add up")
def gradient_left(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw += tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss) * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws


@wrong("find_the_bug", "still there: the schedule moves too early")
def schedule_left(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw = tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss) * len(b))
        losses.append(sum(parts) / len(y))
        ws.append(w.numpy())
    return losses, ws


@wrong("find_the_bug", "still there: the loss is a mean of means")
def loss_left(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw = tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws


@wrong("find_the_bug", "the last batch is dropped")
def full_batches_only(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        for a, b in batches(X, y, size)[:-1]:
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw = tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws
