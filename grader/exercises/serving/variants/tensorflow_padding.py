"""Answers that pad batches, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cell above the exercise pad_to_sizes.


def model(x, weight):
    return tf.nn.softmax(x @ weight)


@right("pad_to_sizes")
def with_pad(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@right("pad_to_sizes")
def with_zeros(x, weight, sizes):
    answers, runs = [], []
    while len(x) > 0:
        rows, x = x[: sizes[-1]], x[sizes[-1] :]
        size = next(allowed for allowed in sizes if allowed >= len(rows))
        zeros = tf.zeros((size - len(rows), rows.shape[1]), rows.dtype)
        output = model(tf.concat([rows, zeros], axis=0), weight)
        answers += tf.unstack(output)[: len(rows)]
        runs.append(size)
    return tf.stack(answers), tf.constant(runs)


@right("pad_to_sizes")
def padded_once(x, weight, sizes):
    n, largest = len(x), sizes[-1]
    rest = n % largest
    end = [size for size in sizes if size >= rest][:1] if rest else []
    runs = [largest] * (n // largest) + end
    padded = tf.pad(x, [[0, sum(runs) - n], [0, 0]])
    outputs = [model(batch, weight) for batch in tf.split(padded, runs)]
    return tf.concat(outputs, axis=0)[:n], runs


@wrong("pad_to_sizes", "the padding is not cut off")
def not_cut(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight))
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "the answers of the padding are kept")
def padded_in_front(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = tf.pad(chunk, [[size - len(chunk), 0], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "an allowed size is padded")
def strictly_larger(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        larger = [s for s in sizes if s > len(chunk)]
        size = larger[0] if larger else sizes[-1]
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "always the largest size")
def always_largest(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        padded = tf.pad(chunk, [[0, sizes[-1] - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(sizes[-1])
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "a large batch runs as it is")
def in_one_piece(x, weight, sizes):
    n = len(x)
    size = next((s for s in sizes if s >= n), n)
    padded = tf.pad(x, [[0, size - n], [0, 0]])
    return model(padded, weight)[:n], [size]


@wrong("pad_to_sizes", "the rest is not padded")
def chunks_alone(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        outputs.append(model(x[first : first + sizes[-1]], weight))
        runs.append(len(outputs[-1]))
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "an empty batch at the end")
def one_chunk_more(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x) + 1, sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "cut into smaller sizes")
def change_like_coins(x, weight, sizes):
    outputs, runs = [], []
    while len(x) > 0:
        size = max([s for s in sizes if s <= len(x)], default=sizes[0])
        chunk, x = x[:size], x[size:]
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(size)
    return tf.concat(outputs, axis=0), runs


@wrong("pad_to_sizes", "the rest is not padded")
def rows_given(x, weight, sizes):
    outputs, runs = [], []
    for first in range(0, len(x), sizes[-1]):
        chunk = x[first : first + sizes[-1]]
        size = min(s for s in sizes if s >= len(chunk))
        padded = tf.pad(chunk, [[0, size - len(chunk)], [0, 0]])
        outputs.append(model(padded, weight)[: len(chunk)])
        runs.append(len(chunk))
    return tf.concat(outputs, axis=0), runs
