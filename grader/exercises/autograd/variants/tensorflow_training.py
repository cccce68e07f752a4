"""Answers to the exercises on gradients in training, in TensorFlow."""

import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong


def f(w):
    # The locked cell above the exercise numerical_gradient.
    return sum(w[i] ** 3 * w[i - 1] for i in range(w.shape[0]))


@right("accumulation")
def summed_outside(w, X, y):
    n = sum(len(part) for part in y)
    total = tf.zeros_like(w)
    for i in range(len(X)):
        with tf.GradientTape() as tape:
            tape.watch(w)
            out = tf.linalg.matvec(X[i], w)
            loss = tf.reduce_sum((out - y[i]) ** 2) / n
        total += tape.gradient(loss, w)
    return total


@right("accumulation")
def weighted_means(w, X, y):
    w = tf.Variable(w)
    sizes = [b.shape[0] for b in y]
    gradients = []
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.tensordot(a, w, 1) - b) ** 2)
        gradients.append(tape.gradient(loss, w))
    shares = [s / sum(sizes) for s in sizes]
    return tf.add_n([s * g for s, g in zip(shares, gradients, strict=True)])


@right("accumulation")
def into_a_variable(w, X, y):
    w, total, rows = tf.Variable(w), tf.Variable(tf.zeros(3)), 0
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            out = tf.squeeze(a @ w[:, None], axis=1)
            loss = tf.reduce_sum(tf.math.squared_difference(out, b))
        total.assign_add(tape.gradient(loss, w))
        rows += int(tf.size(b))
    return total / rows


@wrong("accumulation", "a mean of means")
def divided_by_count(w, X, y):
    gradients = []
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean((tf.linalg.matvec(a, w) - b) ** 2)
        gradients.append(tape.gradient(loss, w))
    return tf.reduce_mean(tf.stack(gradients), axis=0)


@wrong("accumulation", "a sum of means")
def means_added(w, X, y):
    total = tf.zeros_like(w)
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean((tf.linalg.matvec(a, w) - b) ** 2)
        total += tape.gradient(loss, w)
    return total


@wrong("accumulation", "sum instead of mean")
def sums_added(w, X, y):
    total = tf.zeros_like(w)
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum((tf.linalg.matvec(a, w) - b) ** 2)
        total += tape.gradient(loss, w)
    return total


@wrong("accumulation", "divided by the number of micro-batches")
def sums_over_count(w, X, y):
    total = tf.zeros_like(w)
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum((tf.linalg.matvec(a, w) - b) ** 2)
        total += tape.gradient(loss, w) / len(X)
    return total


@wrong("accumulation", "only the last micro-batch, unweighted")
def as_if_it_accumulated(w, X, y):
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_mean((tf.linalg.matvec(a, w) - b) ** 2)
        gradient = tape.gradient(loss, w)
    return gradient


@wrong("accumulation", "only the last micro-batch is left")
def last_share(w, X, y):
    n = sum(len(b) for b in y)
    for a, b in zip(X, y, strict=True):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum((tf.linalg.matvec(a, w) - b) ** 2) / n
        gradient = tape.gradient(loss, w)
    return gradient


@right("stop_gradient")
def stopped(w, X, r, X_next, gamma):
    with tf.GradientTape() as tape:
        tape.watch(w)
        target = r + gamma * tf.linalg.matvec(X_next, w)
        target = tf.stop_gradient(target)
        error = tf.linalg.matvec(X, w) - target
        loss = tf.reduce_mean(error**2)
    return loss, tape.gradient(loss, w)


@right("stop_gradient")
def target_before_the_tape(w, X, r, X_next, gamma):
    w = tf.Variable(w)
    target = r + gamma * tf.tensordot(X_next, w, 1)
    with tf.GradientTape() as tape:
        value = tf.tensordot(X, w, 1)
        loss = tf.reduce_mean(tf.math.squared_difference(value, target))
    return float(loss), tape.gradient(loss, w)


@right("stop_gradient")
def recording_paused(w, X, r, X_next, gamma):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        value = tf.linalg.matvec(X, w)
        with tape.stop_recording():
            target = r + gamma * tf.linalg.matvec(X_next, w)
        loss = tf.reduce_mean((target - value) ** 2)
    return loss, tape.gradient(loss, w)


@right("stop_gradient")
def left_tensorflow(w, X, r, X_next, gamma):
    target = r.numpy() + gamma * (X_next.numpy() @ w.numpy())
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - target) ** 2)
    return loss.numpy(), tape.gradient(loss, w).numpy()


@wrong("stop_gradient", "the target is not stopped")
def nothing_stopped(w, X, r, X_next, gamma):
    with tf.GradientTape() as tape:
        tape.watch(w)
        target = r + gamma * tf.linalg.matvec(X_next, w)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - target) ** 2)
    return loss, tape.gradient(loss, w)


@wrong("stop_gradient", "the target is not stopped")
def stop_result_dropped(w, X, r, X_next, gamma):
    with tf.GradientTape() as tape:
        tape.watch(w)
        target = r + gamma * tf.linalg.matvec(X_next, w)
        tf.stop_gradient(target)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - target) ** 2)
    return loss, tape.gradient(loss, w)


@wrong("stop_gradient", "the wrong branch is stopped")
def prediction_stopped(w, X, r, X_next, gamma):
    with tf.GradientTape() as tape:
        tape.watch(w)
        target = r + gamma * tf.linalg.matvec(X_next, w)
        value = tf.stop_gradient(tf.linalg.matvec(X, w))
        loss = tf.reduce_mean((value - target) ** 2)
    return loss, tape.gradient(loss, w)


@wrong("stop_gradient", "the next value is thrown away")
def reward_alone(w, X, r, X_next, gamma):
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - r) ** 2)
    return loss, tape.gradient(loss, w)


@wrong("stop_gradient", "the discount is missing")
def no_gamma(w, X, r, X_next, gamma):
    target = r + tf.linalg.matvec(X_next, w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_mean((tf.linalg.matvec(X, w) - target) ** 2)
    return loss, tape.gradient(loss, w)


@wrong("stop_gradient", "sum instead of mean")
def summed_differences(w, X, r, X_next, gamma):
    target = r + gamma * tf.linalg.matvec(X_next, w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        loss = tf.reduce_sum((tf.linalg.matvec(X, w) - target) ** 2)
    return loss, tape.gradient(loss, w)


@right("gradient_penalty")
def nested_tapes(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        g = inner.gradient(out, X)
        excess = (tf.norm(g, axis=1) - 1) ** 2
        fit = tf.reduce_mean((out - y) ** 2)
        loss = fit + lam * tf.reduce_mean(excess)
    return loss, outer.gradient(loss, W)


@right("gradient_penalty")
def one_persistent_tape(W, v, X, y, lam):
    W, X = tf.Variable(W), tf.Variable(X)
    with tf.GradientTape(persistent=True) as tape:
        out = tf.tanh(X @ W) @ v[:, None]
        slopes = tape.gradient(tf.reduce_sum(out), X)
        lengths = tf.sqrt(tf.reduce_sum(slopes**2, axis=1))
        loss = tf.reduce_mean((out[:, 0] - y) ** 2)
        loss += lam * tf.reduce_mean((lengths - 1) ** 2)
    return loss, tape.gradient(loss, W)


@right("gradient_penalty")
def slopes_on_paper(W, v, X, y, lam):
    W = tf.Variable(W)
    with tf.GradientTape() as tape:
        h = tf.tanh(X @ W)
        slopes = tf.matmul((1 - h**2) * v, W, transpose_b=True)
        penalty = tf.reduce_mean((tf.norm(slopes, axis=1) - 1) ** 2)
        fit = tf.reduce_mean((tf.reduce_sum(h * v, axis=1) - y) ** 2)
        loss = fit + lam * penalty
    return float(loss), tape.gradient(loss, W)


@wrong("gradient_penalty", "the penalty has no gradient")
def inner_tape_outside(W, v, X, y, lam):
    with tf.GradientTape() as inner:
        inner.watch(X)
        out = tf.linalg.matvec(tf.tanh(X @ W), v)
    g = inner.gradient(out, X)
    with tf.GradientTape() as outer:
        outer.watch(W)
        out = tf.linalg.matvec(tf.tanh(X @ W), v)
        penalty = tf.reduce_mean((tf.norm(g, axis=1) - 1) ** 2)
        loss = tf.reduce_mean((out - y) ** 2) + lam * penalty
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "the norm's square root is missing")
def squared_length(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        g = inner.gradient(out, X)
        excess = (tf.reduce_sum(g**2, axis=1) - 1) ** 2
        loss = tf.reduce_mean((out - y) ** 2) + lam * tf.reduce_mean(excess)
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "one norm for the whole batch")
def norm_without_axis(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        g = inner.gradient(out, X)
        excess = (tf.norm(g) - 1) ** 2
        loss = tf.reduce_mean((out - y) ** 2) + lam * excess
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "slopes of the mean output")
def slopes_of_the_mean(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
            mean = tf.reduce_mean(out)
        g = inner.gradient(mean, X)
        excess = (tf.norm(g, axis=1) - 1) ** 2
        loss = tf.reduce_mean((out - y) ** 2) + lam * tf.reduce_mean(excess)
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "the 1 is missing")
def any_slope(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        g = inner.gradient(out, X)
        penalty = tf.reduce_mean(tf.norm(g, axis=1) ** 2)
        loss = tf.reduce_mean((out - y) ** 2) + lam * penalty
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "each component against 1")
def no_norm(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        penalty = tf.reduce_mean((inner.gradient(out, X) - 1) ** 2)
        loss = tf.reduce_mean((out - y) ** 2) + lam * penalty
    return loss, outer.gradient(loss, W)


@wrong("gradient_penalty", "lam is missing")
def no_lam(W, v, X, y, lam):
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            out = tf.linalg.matvec(tf.tanh(X @ W), v)
        excess = (tf.norm(inner.gradient(out, X), axis=1) - 1) ** 2
        loss = tf.reduce_mean((out - y) ** 2) + tf.reduce_mean(excess)
    return loss, outer.gradient(loss, W)


@right("numerical_gradient")
def steps_by_one_hot(w, h):
    slopes = []
    for i in range(len(w)):
        step = h * tf.one_hot(i, len(w))
        slopes.append((f(w + step) - f(w - step)) / (2 * h))
    numeric = tf.stack(slopes)
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    gap = numeric - tape.gradient(out, w)
    return numeric, tf.reduce_max(tf.abs(gap))


@right("numerical_gradient")
def moved_variable(w, h):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        out = f(w)
    exact = tape.gradient(out, w).numpy()
    numeric = np.zeros(len(exact), dtype=np.float32)
    for i in range(len(exact)):
        start = float(w[i])
        w[i].assign(start + h)
        up = f(w)
        w[i].assign(start - h)
        numeric[i] = (up - f(w)) / (2 * h)
        w[i].assign(start)
    return numeric, np.abs(numeric - exact).max()


@right("numerical_gradient")
def in_numpy(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    exact = tape.gradient(out, w)
    steps = h * np.eye(len(w), dtype=np.float32)
    numeric = [(f(w.numpy() + s) - f(w.numpy() - s)) / (2 * h) for s in steps]
    gaps = [abs(a - float(b)) for a, b in zip(numeric, exact, strict=True)]
    return np.array(numeric), max(gaps)


@wrong("numerical_gradient", "forward differences")
def one_sided(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    steps = h * tf.eye(len(w))
    numeric = tf.stack([(f(w + s) - f(w)) / h for s in steps])
    return numeric, tf.reduce_max(tf.abs(numeric - tape.gradient(out, w)))


@wrong("numerical_gradient", "divided by h")
def over_h(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    steps = h * tf.eye(len(w))
    numeric = tf.stack([(f(w + s) - f(w - s)) / h for s in steps])
    return numeric, tf.reduce_max(tf.abs(numeric - tape.gradient(out, w)))


@wrong("numerical_gradient", "autograd's gradient itself")
def exact_twice(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    exact = tape.gradient(out, w)
    return exact, tf.reduce_max(tf.abs(exact - exact))


@wrong("numerical_gradient", "a step is not undone")
def variable_left_moved(w, h):
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        out = f(w)
    exact, slopes = tape.gradient(out, w), []
    for i in range(len(exact)):
        w[i].assign(w[i] + h)
        up = f(w)
        w[i].assign(w[i] - 2 * h)
        slopes.append((up - f(w)) / (2 * h))
    return tf.stack(slopes), tf.reduce_max(tf.abs(tf.stack(slopes) - exact))


@wrong("numerical_gradient", "all entries moved at once")
def whole_w_moved(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    numeric = (f(w + h) - f(w - h)) / (2 * h)
    return numeric, tf.reduce_max(tf.abs(numeric - tape.gradient(out, w)))


@wrong("numerical_gradient", "the mean difference")
def mean_error(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    steps = h * tf.eye(len(w))
    numeric = tf.stack([(f(w + s) - f(w - s)) / (2 * h) for s in steps])
    return numeric, tf.reduce_mean(tf.abs(numeric - tape.gradient(out, w)))


@wrong("numerical_gradient", "the absolute value is missing")
def signed_error(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    steps = h * tf.eye(len(w))
    numeric = tf.stack([(f(w + s) - f(w - s)) / (2 * h) for s in steps])
    return numeric, tf.reduce_max(numeric - tape.gradient(out, w))


@wrong("numerical_gradient", "the differences' norm")
def length_of_error(w, h):
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    steps = h * tf.eye(len(w))
    numeric = tf.stack([(f(w + s) - f(w - s)) / (2 * h) for s in steps])
    return numeric, tf.norm(numeric - tape.gradient(out, w))


@right("line_fit")
def assigned(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        rows.append([float(loss), float(w), float(b)])
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(rate * dw)
        b.assign_sub(rate * db)
    return tuple(zip(*rows, strict=True))


@right("line_fit")
def watched_tensors(x, y, w, b, rate, steps):
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch([w, b])
            loss = tf.reduce_mean(tf.math.squared_difference(w * x + b, y))
        losses.append(loss)
        ws.append(w)
        bs.append(b)
        dw, db = tape.gradient(loss, (w, b))
        w, b = w - rate * dw, b - rate * db
    return tf.stack(losses), tf.stack(ws), tf.stack(bs)


@right("line_fit")
def with_an_optimizer(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    sgd = tf.keras.optimizers.SGD(learning_rate=rate)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        ws.append(w.numpy())
        bs.append(b.numpy())
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((b + x * w - y) ** 2)
        losses.append(loss.numpy())
        sgd.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b], strict=True))
    return np.array(losses), np.array(ws), np.array(bs)


@wrong("line_fit", "gradients add up")
def added_up(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    sum_w, sum_b, rows = 0.0, 0.0, []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        rows.append([float(loss), float(w), float(b)])
        dw, db = tape.gradient(loss, [w, b])
        sum_w += dw
        sum_b += db
        w.assign_sub(rate * sum_w)
        b.assign_sub(rate * sum_b)
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "recorded after the update")
def recorded_at_the_end(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(rate * dw)
        b.assign_sub(rate * db)
        rows.append([float(loss), float(w), float(b)])
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "the same tensor in every entry")
def recorded_itself(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        losses.append(loss)
        ws.append(w)
        bs.append(b)
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(rate * dw)
        b.assign_sub(rate * db)
    return losses, ws, bs


@wrong("line_fit", "b sees the new w")
def one_then_the_other(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        rows.append([float(loss), float(w), float(b)])
        w.assign_sub(rate * tape.gradient(loss, w))
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        b.assign_sub(rate * tape.gradient(loss, b))
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "sum instead of mean")
def summed_squares(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((w * x + b - y) ** 2)
        rows.append([float(loss), float(w), float(b)])
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(rate * dw)
        b.assign_sub(rate * db)
    return tuple(zip(*rows, strict=True))


@wrong("line_fit", "uphill")
def along_the_gradient(x, y, w, b, rate, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((w * x + b - y) ** 2)
        rows.append([float(loss), float(w), float(b)])
        dw, db = tape.gradient(loss, [w, b])
        w.assign_add(rate * dw)
        b.assign_add(rate * db)
    return tuple(zip(*rows, strict=True))


@right("find_the_bug")
def mended_in_place(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            loss = fit + lam * tf.reduce_sum(w**2)
        losses.append(float(loss))
        ws.append(w.numpy())
        dw = tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws


@right("find_the_bug")
def sum_kept_and_cleared(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    dw = tf.Variable(tf.zeros_like(w))
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            gap = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(gap * gap) + lam * tf.tensordot(w, w, 1)
        dw.assign_add(tape.gradient(loss, w))
        losses.append(loss)
        ws.append(tf.identity(w))
        w.assign(w - rate * dw)
        dw.assign(tf.zeros_like(dw))
    return tf.stack(losses), tf.stack(ws)


@right("find_the_bug")
def watched_tensor(w, X, y, lam, rate, steps):
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(w)
            fit = tf.reduce_mean(tf.square(tf.tensordot(X, w, 1) - y))
            loss = fit + 2 * lam * tf.nn.l2_loss(w)
        losses.append(loss.numpy())
        ws.append(w.numpy())
        w = w - rate * tape.gradient(loss, w)
    return np.array(losses), np.array(ws)


@wrong("find_the_bug", "the gradients still add up")
def only_the_penalty_mended(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    dw = tf.zeros_like(w)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            loss = fit + lam * tf.reduce_sum(w**2)
        losses.append(float(loss))
        ws.append(w.numpy())
        dw += tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws


@wrong("find_the_bug", "the penalty is still cut off")
def only_the_gradient_mended(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            norm = (w.numpy() ** 2).sum()
            loss = fit + lam * norm
        losses.append(float(loss))
        ws.append(w.numpy())
        dw = tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws


@wrong("find_the_bug", "both bugs are still there")
def unmended(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    dw = tf.zeros_like(w)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            norm = (w.numpy() ** 2).sum()
            loss = fit + lam * norm
        losses.append(float(loss))
        ws.append(w.numpy())
        dw += tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws


@wrong("find_the_bug", "the penalty is gone")
def penalty_deleted(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            loss = tf.reduce_mean((out - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        w.assign_sub(rate * tape.gradient(loss, w))
    return losses, ws


@wrong("find_the_bug", "the gradients add up, and the penalty is gone")
def penalty_deleted_only(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    dw = tf.zeros_like(w)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            loss = tf.reduce_mean((out - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        dw += tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws


@wrong("find_the_bug", "nothing moves")
def cleared_too_early(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            loss = fit + lam * tf.reduce_sum(w**2)
        losses.append(float(loss))
        ws.append(w.numpy())
        dw = tape.gradient(loss, w)
        dw = tf.zeros_like(dw)
        w.assign_sub(rate * dw)
    return losses, ws
