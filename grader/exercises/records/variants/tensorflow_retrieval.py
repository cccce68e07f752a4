"""Answers that retrieve items, in TensorFlow."""

import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong


@right("retrieval")
def with_top_k(users, items, seen, k):
    scores = tf.matmul(users, items, transpose_b=True)
    scores = tf.where(seen > 0, tf.constant(-np.inf, scores.dtype), scores)
    values, order = tf.math.top_k(scores, k)
    gone = tf.math.is_inf(values)
    return tf.where(gone, -1, order), tf.where(gone, tf.zeros_like(values), values)


@right("retrieval")
def sorted_stably(users, items, seen, k):
    scores = tf.einsum("ud,id->ui", users, items)
    scores = scores - tf.where(seen > 0, tf.cast(1e6, scores.dtype), 0)
    order = tf.argsort(scores, axis=1, direction="DESCENDING", stable=True)[:, :k]
    values = tf.gather(scores, order, batch_dims=1)
    there = values > -1e5
    return tf.where(there, order, -1), tf.where(there, values, tf.zeros_like(values))


@right("retrieval")
def in_a_graph(users, items, seen, k):
    @tf.function
    def graph(users, items, seen):
        scores = users @ tf.transpose(items)
        low = tf.zeros_like(scores) - np.inf
        values, order = tf.math.top_k(tf.where(seen == 1, low, scores), k)
        left = tf.reduce_sum(1 - seen, axis=1, keepdims=True)
        places = tf.range(k, dtype=left.dtype)
        return order, tf.where(places < left, values, 0), places < left

    order, values, there = graph(users, items, seen)
    return tf.where(there, order, -1), values


@wrong("retrieval", "seen items are offered again")
def seen_too(users, items, seen, k):
    values, order = tf.math.top_k(users @ tf.transpose(items), k)
    return order, values


@wrong("retrieval", "seen items have the score 0")
def times_zero(users, items, seen, k):
    values, order = tf.math.top_k(users @ tf.transpose(items) * (1 - seen), k)
    return order, values


@wrong("retrieval", "only seen items are offered")
def mask_turned(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, scores, tf.zeros_like(scores) - np.inf)
    values, order = tf.math.top_k(scores, k)
    gone = tf.math.is_inf(values)
    return tf.where(gone, -1, order), tf.where(gone, tf.zeros_like(values), values)


@wrong("retrieval", "the larger index comes first")
def reversed_order(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, tf.zeros_like(scores) - np.inf, scores)
    order = tf.argsort(scores, axis=1, stable=True)[:, ::-1][:, :k]
    values = tf.gather(scores, order, batch_dims=1)
    gone = tf.math.is_inf(values)
    return tf.where(gone, -1, order), tf.where(gone, tf.zeros_like(values), values)


@wrong("retrieval", "the lowest scores")
def ascending(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, tf.zeros_like(scores) + np.inf, scores)
    order = tf.argsort(scores, axis=1, stable=True)[:, :k]
    values = tf.gather(scores, order, batch_dims=1)
    gone = tf.math.is_inf(values)
    return tf.where(gone, -1, order), tf.where(gone, tf.zeros_like(values), values)


@wrong("retrieval", "what is not left has an index")
def not_marked(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, tf.zeros_like(scores) - np.inf, scores)
    values, order = tf.math.top_k(scores, k)
    return order, values


@wrong("retrieval", "what is not left scores -1e9")
def very_low(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, tf.zeros_like(scores) - 1e9, scores)
    values, order = tf.math.top_k(scores, k)
    return order, values


@wrong("retrieval", "what is not left has a score")
def score_left(users, items, seen, k):
    scores = users @ tf.transpose(items)
    scores = tf.where(seen > 0, tf.zeros_like(scores) - np.inf, scores)
    values, order = tf.math.top_k(scores, k)
    return tf.where(tf.math.is_inf(values), -1, order), values
