"""Answers that run a ported network, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("two_paddings")
def same_then_by_hand(x, first, second):
    hidden = tf.nn.conv2d(x, first, 2, "SAME")
    hidden = tf.pad(hidden, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")


@right("two_paddings")
def explicit_amounts(x, first, second):
    k = first.shape[0]
    amounts = []
    for size in x.shape[1:3]:
        total = max((-(-size // 2) - 1) * 2 + k - size, 0)
        amounts.append([total // 2, total - total // 2])
    hidden = tf.nn.conv2d(x, first, 2, [[0, 0], *amounts, [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    even = [[0, 0], [1, 1], [1, 1], [0, 0]]
    return tf.nn.conv2d(hidden, kernel, 2, even)


@right("two_paddings")
def keras_layers(x, first, second):
    kernel = tf.transpose(second, [2, 3, 1, 0])
    one = tf.keras.layers.Conv2D(
        first.shape[3], first.shape[0], 2, "same", use_bias=False
    )
    two = tf.keras.layers.Conv2D(kernel.shape[3], 3, 2, use_bias=False)
    for layer, weights in ((one, first), (two, kernel)):
        layer.build((None, None, None, weights.shape[2]))
        layer.set_weights([weights])
    return two(tf.keras.layers.ZeroPadding2D(1)(one(x)))


@wrong("two_paddings", "the first layer is padded evenly")
def half_a_kernel(x, first, second):
    half = first.shape[0] // 2
    x = tf.pad(x, [[0, 0], [half, half], [half, half], [0, 0]])
    hidden = tf.nn.conv2d(x, first, 2, "VALID")
    hidden = tf.pad(hidden, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")


@wrong("two_paddings", "the second layer is padded as the first")
def same_twice(x, first, second):
    hidden = tf.nn.conv2d(x, first, 2, "SAME")
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "SAME")


@wrong("two_paddings", "each layer has the other's padding")
def rules_exchanged(x, first, second):
    half = first.shape[0] // 2
    x = tf.pad(x, [[0, 0], [half, half], [half, half], [0, 0]])
    hidden = tf.nn.conv2d(x, first, 2, "VALID")
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "SAME")


@wrong("two_paddings", "as if every size were even")
def one_more_after(x, first, second):
    before = first.shape[0] // 2 - 1
    pair = [before, before + 1]
    x = tf.pad(x, [[0, 0], pair, pair, [0, 0]])
    hidden = tf.nn.conv2d(x, first, 2, "VALID")
    hidden = tf.pad(hidden, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")


@wrong("two_paddings", "height and width are exchanged")
def last_axis_first(x, first, second):
    k = first.shape[0]
    amounts = []
    for size in (x.shape[2], x.shape[1]):
        total = k - 2 if size % 2 == 0 else k - 1
        amounts.append([total // 2, total - total // 2])
    x = tf.pad(x, [[0, 0], *amounts, [0, 0]])
    hidden = tf.nn.conv2d(x, first, 2, "VALID")
    hidden = tf.pad(hidden, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")


@wrong("two_paddings", "the first layer is not padded")
def valid_first(x, first, second):
    hidden = tf.nn.conv2d(x, first, 2, "VALID")
    hidden = tf.pad(hidden, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")


@wrong("two_paddings", "the second layer is not padded")
def valid_second(x, first, second):
    hidden = tf.nn.conv2d(x, first, 2, "SAME")
    kernel = tf.transpose(second, [2, 3, 1, 0])
    return tf.nn.conv2d(hidden, kernel, 2, "VALID")
