"""Answers to the exercises on losses, clipping and statistics, in TensorFlow."""

import math

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("logits_loss")
def sparse_with_logits(logits, labels):
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    )


@right("logits_loss")
def keras_from_logits(logits, labels):
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(labels, logits)


@right("logits_loss")
def one_hot_rows(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1], dtype=logits.dtype)
    log_p = tf.nn.log_softmax(logits)
    return -tf.reduce_sum(hot * log_p) / len(labels)


@right("logits_loss")
def by_logsumexp(logits, labels):
    right = tf.gather(logits, labels, batch_dims=1)
    return tf.reduce_mean(tf.reduce_logsumexp(logits, axis=1) - right)


@wrong("logits_loss", "softmax taken twice")
def softmax_first(logits, labels):
    p = tf.nn.softmax(logits)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return loss(labels, p)


@wrong("logits_loss", "logits taken for probabilities")
def keras_default(logits, labels):
    loss = tf.keras.losses.SparseCategoricalCrossentropy()
    return loss(labels, logits)


@wrong("logits_loss", "a confident mistake is cut off")
def keras_on_probabilities(logits, labels):
    p = tf.nn.softmax(logits)
    return tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(labels, p))


@wrong("logits_loss", "softmax down the batch")
def softmax_axis_0(logits, labels):
    log_p = tf.nn.log_softmax(logits, axis=0)
    return -tf.reduce_mean(tf.gather(log_p, labels, batch_dims=1))


@wrong("logits_loss", "sum instead of mean")
def rows_added(logits, labels):
    return tf.reduce_sum(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


@wrong("logits_loss", "a mean over classes too")
def mean_of_everything(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1])
    return -tf.reduce_mean(hot * tf.nn.log_softmax(logits))


@wrong("logits_loss", "the logarithm is missing")
def probabilities_alone(logits, labels):
    p = tf.nn.softmax(logits)
    return -tf.reduce_mean(tf.gather(p, labels, batch_dims=1))


@wrong("logits_loss", "the log-softmax is missing")
def logits_alone(logits, labels):
    return -tf.reduce_mean(tf.gather(logits, labels, batch_dims=1))


@right("cosine_schedule")
def keras_schedule(peak, floor, warmup, total):
    fall = tf.keras.optimizers.schedules.CosineDecay(
        peak, decay_steps=total - warmup, alpha=floor / peak
    )
    up = [peak * (t + 1) / warmup for t in range(warmup)]
    return up + [float(fall(t)) for t in range(total - warmup)]


@right("cosine_schedule")
def where_over_a_range(peak, floor, warmup, total):
    t = tf.range(total, dtype=tf.float64)
    p = tf.maximum(t - warmup, 0) / (total - warmup)
    rates = floor + (peak - floor) * (0.5 + 0.5 * tf.cos(math.pi * p))
    return tf.minimum((t + 1) / warmup, 1) * rates


@right("early_stopping")
def keras_callback(losses, patience):
    class Model:
        stop_training = False

    callback = tf.keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=patience, mode="min"
    )
    callback.set_model(Model())
    callback.on_train_begin()
    for epoch, loss in enumerate(losses.numpy()):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if callback.model.stop_training:
            return callback.best_epoch, callback.stopped_epoch


@right("clip_by_norm")
def clip_by_global_norm(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        bs.append(b.numpy())
        g = tape.gradient(loss, [w, b])
        g, _ = tf.clip_by_global_norm(g, max_norm)
        w.assign_sub(rate * g[0])
        b.assign_sub(rate * g[1])
    return losses, ws, bs


@right("clip_by_norm")
def keras_global_clipnorm(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    sgd = tf.keras.optimizers.SGD(rate, global_clipnorm=max_norm)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        bs.append(float(b))
        g = tape.gradient(loss, [w, b])
        sgd.apply_gradients(zip(g, [w, b], strict=True))
    return losses, ws, bs


@right("clip_by_norm")
def one_vector_by_hand(w, b, X, y, rate, max_norm, steps):
    # b is the weight of a column of ones, and the gradient is on paper.
    A = tf.concat([X, tf.ones_like(X[:, :1])], axis=1)
    p = tf.concat([w, [b]], axis=0)
    losses, points = [], []
    for _ in range(steps):
        residual = tf.linalg.matvec(A, p) - y
        losses.append(tf.reduce_mean(residual**2))
        points.append(p)
        g = 2 / len(y) * tf.linalg.matvec(A, residual, transpose_a=True)
        p = p - rate * tf.clip_by_norm(g, max_norm)
    points = tf.stack(points)
    return tf.stack(losses), points[:, :-1], points[:, -1]


@wrong("clip_by_norm", "each gradient by its own norm")
def keras_clipnorm(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    sgd = tf.keras.optimizers.SGD(rate, clipnorm=max_norm)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        bs.append(float(b))
        g = tape.gradient(loss, [w, b])
        sgd.apply_gradients(zip(g, [w, b], strict=True))
    return losses, ws, bs


@wrong("clip_by_norm", "each entry clipped")
def keras_clipvalue(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    sgd = tf.keras.optimizers.SGD(rate, clipvalue=max_norm)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(float(loss))
        ws.append(w.numpy())
        bs.append(float(b))
        g = tape.gradient(loss, [w, b])
        sgd.apply_gradients(zip(g, [w, b], strict=True))
    return losses, ws, bs


@wrong("clip_by_norm", "nothing is clipped")
def result_dropped(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        bs.append(b.numpy())
        g = tape.gradient(loss, [w, b])
        tf.clip_by_global_norm(g, max_norm)
        w.assign_sub(rate * g[0])
        b.assign_sub(rate * g[1])
    return losses, ws, bs


@wrong("clip_by_norm", "short gradients are stretched")
def always_normalised(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        bs.append(b.numpy())
        g = tape.gradient(loss, [w, b])
        g = [max_norm * part / tf.linalg.global_norm(g) for part in g]
        w.assign_sub(rate * g[0])
        b.assign_sub(rate * g[1])
    return losses, ws, bs


@wrong("clip_by_norm", "only w is clipped")
def clipped_w_alone(w, b, X, y, rate, max_norm, steps):
    w, b = tf.Variable(w), tf.Variable(b)
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.linalg.matvec(X, w) + b - y) ** 2)
        losses.append(loss)
        ws.append(w.numpy())
        bs.append(b.numpy())
        g = tape.gradient(loss, [w, b])
        g[0] = tf.clip_by_norm(g[0], max_norm)
        w.assign_sub(rate * g[0])
        b.assign_sub(rate * g[1])
    return losses, ws, bs


@right("batch_norm_stats")
def moments_corrected(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        center, spread = tf.nn.moments(x, axes=[0])
        spread = spread * len(x) / (len(x) - 1)
        mean = (1 - momentum) * mean + momentum * center
        var = (1 - momentum) * var + momentum * spread
        means.append(mean)
        variances.append(var)
    return means, variances


@right("batch_norm_stats")
def moved_variables(mean, var, batches, momentum):
    mean, var = tf.Variable(mean), tf.Variable(var)
    rows = []
    for x in batches:
        center = tf.reduce_mean(x, axis=0)
        spread = tf.reduce_sum((x - center) ** 2, axis=0) / (len(x) - 1)
        mean.assign_sub(momentum * (mean - center))
        var.assign_add(momentum * (spread - var))
        rows.append(tf.stack([mean, var]))
    return tuple(tf.stack(rows, axis=1))


@right("batch_norm_stats")
def weights_of_all_batches(mean, var, batches, momentum):
    # After i batches, each counts m (1 - m)^age, and the start (1 - m)^i.
    centers = [tf.reduce_mean(x, 0) for x in batches]
    spreads = [tf.math.reduce_variance(x, 0) * len(x) / (len(x) - 1) for x in batches]

    def after(i, start, values):
        terms = [(1 - momentum) ** (i - 1 - j) * values[j] for j in range(i)]
        return (1 - momentum) ** i * start + momentum * tf.add_n(terms)

    count = range(1, len(batches) + 1)
    means = [after(i, mean, centers) for i in count]
    return means, [after(i, var, spreads) for i in count]


@wrong("batch_norm_stats", "the biased variance")
def moments_as_they_are(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        center, spread = tf.nn.moments(x, axes=[0])
        mean = (1 - momentum) * mean + momentum * center
        var = (1 - momentum) * var + momentum * spread
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "the other meaning of momentum")
def share_of_the_old(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        center, spread = tf.nn.moments(x, axes=[0])
        spread = spread * len(x) / (len(x) - 1)
        mean = momentum * mean + (1 - momentum) * center
        var = momentum * var + (1 - momentum) * spread
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "one number for all features")
def one_for_all_features(mean, var, batches, momentum):
    means, variances = [], []
    for x in batches:
        center, spread = tf.nn.moments(x, axes=[0, 1])
        spread = spread * tf.size(x, x.dtype) / (tf.size(x, x.dtype) - 1)
        mean = (1 - momentum) * mean + momentum * center
        var = (1 - momentum) * var + momentum * spread
        means.append(mean)
        variances.append(var)
    return means, variances


@wrong("batch_norm_stats", "other meaning of momentum, biased variance")
def keras_layer(mean, var, batches, momentum):
    layer = tf.keras.layers.BatchNormalization(momentum=momentum)
    layer.build((None, len(mean)))
    layer.moving_mean.assign(mean)
    layer.moving_variance.assign(var)
    means, variances = [], []
    for x in batches:
        layer(x, training=True)
        means.append(layer.moving_mean.numpy())
        variances.append(layer.moving_variance.numpy())
    return means, variances
