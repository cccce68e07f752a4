"""Answers to the exercise with bugs, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("find_the_bug")
def three_lines_mended(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = tf.unstack(norm)
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        r = tf.sigmoid(given[0] + kept[0])
        z = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@right("find_the_bug")
def keras_layers_set(x, W, U, b, c, norm, epsilon):
    def order(array):
        r, z, n = tf.split(array, 3)
        return tf.concat([z, r, n], 0)

    layer = tf.keras.layers.GRU(U.shape[1])
    layer.build((None, None, x.shape[2]))
    kernel, recurrent = tf.transpose(order(W)), tf.transpose(order(U))
    layer.set_weights([kernel, recurrent, tf.stack([order(b), order(c)])])
    state = layer(x)
    normalize = tf.keras.layers.BatchNormalization(epsilon=epsilon)
    normalize.build(state.shape)
    normalize.set_weights(tf.unstack(norm))
    return state, normalize(state, training=False)


@right("find_the_bug")
def gate_by_gate(x, W, U, b, c, norm, epsilon):
    (Wr, Wz, Wn), (Ur, Uz, Un) = tf.split(W, 3), tf.split(U, 3)
    (br, bz, bn), (cr, cz, cn) = tf.split(b, 3), tf.split(c, 3)

    def times(rows, matrix):
        return tf.matmul(rows, matrix, transpose_b=True)

    state = tf.zeros((x.shape[0], Ur.shape[0]), x.dtype)
    for row in tf.unstack(x, axis=1):
        r = tf.sigmoid(times(row, Wr) + times(state, Ur) + br + cr)
        z = tf.sigmoid(times(row, Wz) + times(state, Uz) + bz + cz)
        n = tf.tanh(times(row, Wn) + bn + r * (times(state, Un) + cn))
        state = n + z * (state - n)
    output = tf.nn.batch_normalization(
        state, norm[2], norm[3], norm[1], norm[0], epsilon
    )
    return state, output


@wrong("find_the_bug", "the reset gate comes before the product")
def reset_first(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = tf.unstack(norm)
    (Ur, Uz, Un), (cr, cz, cn) = tf.split(U, 3), tf.split(c, 3)
    state = tf.zeros((len(x), U.shape[1]))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ tf.transpose(W) + b, 3, axis=1)
        r = tf.sigmoid(given[0] + state @ tf.transpose(Ur) + cr)
        z = tf.sigmoid(given[1] + state @ tf.transpose(Uz) + cz)
        n = tf.tanh(given[2] + (r * state) @ tf.transpose(Un) + cn)
        state = (1 - z) * n + z * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "all three bugs are still there")
def untouched(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        z = tf.sigmoid(given[0] + kept[0])
        r = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean, variance = tf.nn.moments(state, axes=[0])
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the gates are in Keras's order, and the update gate is turned round",
)
def left_gates_and_update(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = tf.unstack(norm)
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        z = tf.sigmoid(given[0] + kept[0])
        r = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the gates are in Keras's order, and the statistics of the batch",
)
def left_gates_and_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        z = tf.sigmoid(given[0] + kept[0])
        r = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    mean, variance = tf.nn.moments(state, axes=[0])
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the gates are in Keras's order")
def left_gates(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = tf.unstack(norm)
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        z = tf.sigmoid(given[0] + kept[0])
        r = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the update gate is turned round, and the statistics of the batch",
)
def left_update_and_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        r = tf.sigmoid(given[0] + kept[0])
        z = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean, variance = tf.nn.moments(state, axes=[0])
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the update gate is turned round")
def left_update(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = tf.unstack(norm)
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        r = tf.sigmoid(given[0] + kept[0])
        z = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the statistics of the batch")
def left_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        r = tf.sigmoid(given[0] + kept[0])
        z = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    mean, variance = tf.nn.moments(state, axes=[0])
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta
