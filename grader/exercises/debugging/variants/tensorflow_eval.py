"""Answers about layers that change in evaluation, in TensorFlow."""

import keras
import tensorflow as tf

from grader.judging.variant import right, wrong

# The given cell above the exercise who_changes.


def keras_zoo(d):
    drop = keras.layers.Dropout(0.5)
    norm = keras.layers.BatchNormalization()
    return {
        "a": tf.tanh,
        "b": lambda x: drop(x, training=False),
        "c": lambda x: tf.nn.dropout(x, 0.5),
        "d": lambda x: drop(x, training=True),
        "e": lambda x: x + 0.1 * tf.random.normal(x.shape),
        "f": norm,
        "g": lambda x: norm(x, training=True),
        "h": lambda x: tf.nn.softmax(x, axis=0),
        "i": lambda x: tf.math.l2_normalize(x, axis=1),
        "j": lambda x: 0.2 * len(x) * x,
    }


@right("who_changes")
def layer_by_layer(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(bool(tf.reduce_any(y != zoo[kind](x))))
        mixing.append(
            not random[-1]
            and bool(tf.reduce_max(tf.abs(zoo[kind](x[:4]) - y[:4])) > 1e-3)
        )
        x = x if random[-1] else y
    return random, mixing


@right("who_changes")
def in_two_passes(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    # Random first, each on a batch of its own.
    random = [int(bool(tf.reduce_any(zoo[kind](x) != zoo[kind](x)))) for kind in kinds]
    mixing = []
    for kind, changes in zip(kinds, random, strict=True):
        if changes:
            mixing.append(0)
            continue
        mixing.append(
            int(bool(tf.reduce_max(tf.abs(zoo[kind](x[:4]) - zoo[kind](x)[:4])) > 1e-3))
        )
        x = zoo[kind](x)
    return random, mixing


@right("who_changes")
def many_calls_in_numbers(kinds):
    zoo = keras_zoo(6)
    x = tf.random.normal((8, 6))
    found = []
    for kind in kinds:
        calls = [zoo[kind](x).numpy() for _ in range(5)]
        if any((call != calls[0]).any() for call in calls):
            found.append((1, 0))
            continue
        few = zoo[kind](x[:4]).numpy()
        found.append((0, int(abs(few - calls[0][:4]).max() > 1e-3)))
        x = zoo[kind](x)
    random, mixing = zip(*found, strict=True)
    return list(random), list(mixing)


@wrong("who_changes", "everything after the first random layer")
def two_runs(kinds):
    zoo = keras_zoo(6)
    x = again = tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        few = zoo[kind](x[:4])
        x, again = zoo[kind](x), zoo[kind](again)
        random.append(bool(tf.reduce_any(x != again)))
        mixing.append(
            not random[-1] and bool(tf.reduce_max(tf.abs(few - x[:4])) > 1e-3)
        )
    return random, mixing


@wrong("who_changes", "everything after the first mixing layer")
def four_rows_apart(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    few = x[:4]
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(bool(tf.reduce_any(y != zoo[kind](x))))
        if random[-1]:
            mixing.append(False)
            continue
        x, few = y, zoo[kind](few)
        mixing.append(bool(tf.reduce_max(tf.abs(few - x[:4])) > 1e-3) or any(mixing))
    return random, mixing


@wrong("who_changes", "random layers count as mixing")
def both_tests(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(bool(tf.reduce_any(y != zoo[kind](x))))
        mixing.append(bool(tf.reduce_max(tf.abs(zoo[kind](x[:4]) - y[:4])) > 1e-3))
        x = x if random[-1] else y
    return random, mixing


@wrong("who_changes", "mixing layers count as random")
def rows_instead_of_calls(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        changes = bool(tf.reduce_any(y != zoo[kind](x)))
        random.append(bool(tf.reduce_max(tf.abs(y[:4] - zoo[kind](x[:4]))) > 1e-3))
        mixing.append(random[-1] and not changes)
        x = x if changes else y
    return random, mixing


@wrong("who_changes", "the first random layer alone")
def first_that_changes(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        changes = bool(tf.reduce_any(y != zoo[kind](x)))
        random.append(changes and not any(random))
        mixing.append(
            not changes and bool(tf.reduce_max(tf.abs(zoo[kind](x[:4]) - y[:4])) > 1e-3)
        )
        x = x if changes else y
    return random, mixing


@wrong("who_changes", "the first mixing layer alone")
def first_that_mixes(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(bool(tf.reduce_any(y != zoo[kind](x))))
        mixes = not random[-1] and bool(
            tf.reduce_max(tf.abs(zoo[kind](x[:4]) - y[:4])) > 1e-3
        )
        mixing.append(mixes and not any(mixing))
        x = x if random[-1] else y
    return random, mixing


@wrong("who_changes", "each dropout is blamed")
def by_its_name(kinds):
    return [kind in "bcde" for kind in kinds], [kind in "ghj" for kind in kinds]


@wrong("who_changes", "each batch norm is blamed")
def norm_by_its_name(kinds):
    return [kind in "cde" for kind in kinds], [kind in "fghj" for kind in kinds]


@wrong("who_changes", "random and mixing are exchanged")
def mixing_first(kinds):
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(bool(tf.reduce_any(y != zoo[kind](x))))
        mixing.append(
            not random[-1]
            and bool(tf.reduce_max(tf.abs(zoo[kind](x[:4]) - y[:4])) > 1e-3)
        )
        x = x if random[-1] else y
    return mixing, random
