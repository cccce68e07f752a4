"""Answers to the exercises on biases, truncated and orthogonal draws, in TensorFlow."""

import math

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("lstm_bias")
def joined(b_ih, b_hh):
    i, f, g, o = tf.split(b_ih + b_hh, 4)
    return tf.concat([i, tf.ones_like(f), g, o], axis=0)


@right("lstm_bias")
def slice_of_a_variable(b_ih, b_hh):
    units = b_ih.shape[0] // 4
    bias = tf.Variable(b_ih + b_hh)
    bias[units : 2 * units].assign(tf.ones([units], bias.dtype))
    return bias


@right("lstm_bias")
def masked(b_ih, b_hh):
    gate = tf.range(len(b_ih)) // (len(b_ih) // 4)
    return tf.where(gate == 1, tf.ones_like(b_ih), b_ih + b_hh)


@right("lstm_bias")
def four_rows(b_ih, b_hh):
    gates = tf.reshape(b_ih + b_hh, [4, -1])
    gates = tf.tensor_scatter_nd_update(gates, [[1]], tf.ones_like(gates[1:2]))
    return tf.reshape(gates, [-1])


@wrong("lstm_bias", "the forget gate gets 2")
def one_in_each(b_ih, b_hh):
    def opened(bias):
        i, f, g, o = tf.split(bias, 4)
        return tf.concat([i, tf.ones_like(f), g, o], axis=0)

    return opened(b_ih) + opened(b_hh)


@wrong("lstm_bias", "1 is added")
def shifted(b_ih, b_hh):
    i, f, g, o = tf.split(b_ih + b_hh, 4)
    return tf.concat([i, f + 1, g, o], axis=0)


@wrong("lstm_bias", "the input gate is set")
def first_quarter(b_ih, b_hh):
    f, i, g, o = tf.split(b_ih + b_hh, 4)
    return tf.concat([tf.ones_like(f), i, g, o], axis=0)


@wrong("lstm_bias", "the candidate is set")
def third_quarter(b_ih, b_hh):
    i, g, f, o = tf.split(b_ih + b_hh, 4)
    return tf.concat([i, g, tf.ones_like(f), o], axis=0)


@wrong("lstm_bias", "every fourth entry is set")
def columns(b_ih, b_hh):
    turn = tf.range(len(b_ih)) % 4
    return tf.where(turn == 1, tf.ones_like(b_ih), b_ih + b_hh)


@wrong("lstm_bias", "the other gates are zero")
def keras_default(b_ih, b_hh):
    zero = tf.zeros([len(b_ih) // 4])
    return tf.concat([zero, zero + 1, zero, zero], axis=0)


@wrong("lstm_bias", "only b_ih counts")
def one_vector(b_ih, b_hh):
    i, f, g, o = tf.split(b_ih, 4)
    return tf.concat([i, tf.ones_like(f), g, o], axis=0)


@right("truncated_normal")
def by_ndtri(u, std):
    low = (1 + math.erf(-2 / math.sqrt(2))) / 2
    x = tf.math.ndtri(low + u * (1 - 2 * low))
    return std * x / 0.87962566


@right("truncated_normal")
def by_erfinv(u, std):
    # Between -2 and 2 the distribution function is (1 + erf(x / root 2)) / 2.
    reach = math.erf(2 / math.sqrt(2))
    x = tf.math.erfinv((2 * u - 1) * reach) * math.sqrt(2)
    return x * (std / 0.87962566)


@right("truncated_normal")
def own_shrinkage(u, std):
    # The variance of a truncated normal, from its density at the cut.
    inside = math.erf(math.sqrt(2))
    density = math.exp(-2) / math.sqrt(2 * math.pi)
    shrunk = math.sqrt(1 - 4 * density / inside)
    return tf.math.ndtri(0.5 + (u - 0.5) * inside) / shrunk * std


@wrong("truncated_normal", "the cut shrinks the weights")
def not_rescaled(u, std):
    high = 0.97724987
    return std * tf.math.ndtri(1 - high + u * (2 * high - 1))


@wrong("truncated_normal", "rescaled the wrong way")
def smaller_still(u, std):
    high = 0.97724987
    return std * 0.87962566 * tf.math.ndtri(1 - high + u * (2 * high - 1))


@wrong("truncated_normal", "nothing is cut off")
def whole_normal(u, std):
    return std * tf.math.ndtri(u)


@wrong("truncated_normal", "clipped, not truncated")
def clipped(u, std):
    x = tf.clip_by_value(tf.math.ndtri(u), -2, 2)
    return x * std / 0.87962566


@wrong("truncated_normal", "only one tail is cut off")
def upper_tail(u, std):
    return std / 0.87962566 * tf.math.ndtri(u * 0.97724987)


@wrong("truncated_normal", "rescaled by these numbers' own spread")
def own_spread(u, std):
    high = 0.97724987
    x = tf.math.ndtri(1 - high + u * (2 * high - 1))
    return std * x / tf.math.reduce_std(x)


@right("orthogonal")
def qr_signs(a):
    q, r = tf.linalg.qr(a)
    return q @ tf.linalg.diag(tf.sign(tf.linalg.diag_part(r)))


@right("orthogonal")
def gram_schmidt(a):
    found = []
    for column in tf.unstack(a, axis=1):
        for q in found:
            column = column - tf.reduce_sum(q * column) * q
        found.append(column / tf.norm(column))
    return tf.stack(found, axis=1)


@right("orthogonal")
def cholesky(a):
    # AᵀA = LLᵀ, and the Cholesky factor's diagonal is positive: Q = A L⁻ᵀ.
    wide = tf.cast(a, tf.float64)
    lower = tf.linalg.cholesky(tf.transpose(wide) @ wide)
    return tf.transpose(tf.linalg.triangular_solve(lower, tf.transpose(wide)))


@wrong("orthogonal", "the signs are left to chance")
def plain_qr(a):
    return tf.linalg.qr(a)[0]


@wrong("orthogonal", "rows are turned, not columns")
def signs_on_rows(a):
    q, r = tf.linalg.qr(a)
    return tf.sign(tf.linalg.diag_part(r))[:, None] * q


@wrong("orthogonal", "R in place of Q")
def other_factor(a):
    r = tf.linalg.qr(a)[1]
    return r * tf.sign(tf.linalg.diag_part(r))[:, None]


@wrong("orthogonal", "columns of length 1, not orthogonal")
def normalised(a):
    return a / tf.norm(a, axis=0)


@wrong("orthogonal", "the nearest orthogonal matrix")
def by_svd(a):
    _, u, v = tf.linalg.svd(a)
    return u @ tf.transpose(v)


@wrong("orthogonal", "rows in place of columns")
def transposed_first(a):
    q, r = tf.linalg.qr(tf.transpose(a))
    return tf.transpose(q * tf.sign(tf.linalg.diag_part(r)))


@wrong("orthogonal", "divided by the root of n")
def scaled(a):
    q, r = tf.linalg.qr(a)
    return q * tf.sign(tf.linalg.diag_part(r)) / math.sqrt(len(a))
