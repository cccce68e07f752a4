"""Answers in TensorFlow that export one program for all inputs.

The exercise's notebook gives an exporter that counts; each answer brings its own, since
a variant may only use what the notebook has imported.
"""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("one_export")
def where(xs, factors):
    def f(x, factor):
        y = tf.where(tf.reduce_sum(x) > 0, factor * x, x - factor)
        return tf.reduce_sum(y, axis=0) / tf.cast(tf.shape(x)[0], tf.float32)

    signature = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    program = tf.function(f, autograph=False, input_signature=signature)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return tf.stack(outputs), program.experimental_get_tracing_count()


@right("one_export")
def cond(xs, factors):
    runs = []

    def f(x, factor):
        runs.append(1)
        y = tf.cond(tf.reduce_sum(x) > 0, lambda: factor * x, lambda: x - factor)
        return tf.reduce_mean(y, axis=0)

    program = tf.function(f).get_concrete_function(
        tf.TensorSpec([None, None]), tf.TensorSpec([])
    )
    outputs = [program(x, tf.constant(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@right("one_export")
def a_mask(xs, factors):
    runs = []

    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([])])
    def program(x, factor):
        runs.append(1)
        mask = tf.cast(tf.reduce_sum(x) > 0, x.dtype)
        return tf.reduce_mean(mask * factor * x + (1 - mask) * (x - factor), axis=0)

    outputs = [program(x, tf.constant(k)) for x, k in zip(xs, factors, strict=True)]
    return outputs, len(runs)


@wrong("one_export", "an export for each call")
def in_the_loop(xs, factors):
    def f(x, factor):
        y = tf.where(tf.reduce_sum(x) > 0, factor * x, x - factor)
        return tf.reduce_mean(y, axis=0)

    program = tf.function(f, autograph=False)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return outputs, program.experimental_get_tracing_count()


@wrong("one_export", "the branch is frozen")
def condition_outside(xs, factors):
    scaled = bool(tf.reduce_sum(xs[0]) > 0)

    def f(x, factor):
        return tf.reduce_mean(factor * x if scaled else x - factor, axis=0)

    signature = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    program = tf.function(f, autograph=False, input_signature=signature)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return outputs, program.experimental_get_tracing_count()


@wrong("one_export", "the number of rows is frozen")
def rows_outside(xs, factors):
    rows = len(xs[0])

    def f(x, factor):
        y = tf.where(tf.reduce_sum(x) > 0, factor * x, x - factor)
        return tf.reduce_sum(y, axis=0) / rows

    signature = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    program = tf.function(f, autograph=False, input_signature=signature)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return outputs, program.experimental_get_tracing_count()


@wrong("one_export", "the factor is frozen")
def factor_outside(xs, factors):
    factor = factors[0]

    def f(x):
        y = tf.where(tf.reduce_sum(x) > 0, factor * x, x - factor)
        return tf.reduce_mean(y, axis=0)

    signature = [tf.TensorSpec([None, 3])]
    program = tf.function(f, autograph=False, input_signature=signature)
    return [program(x) for x in xs], program.experimental_get_tracing_count()


@wrong("one_export", "the two branches are exchanged")
def other_way_round(xs, factors):
    def f(x, factor):
        y = tf.where(tf.reduce_sum(x) > 0, x - factor, factor * x)
        return tf.reduce_mean(y, axis=0)

    signature = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    program = tf.function(f, autograph=False, input_signature=signature)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return outputs, program.experimental_get_tracing_count()


@wrong("one_export", "a choice for each entry")
def entry_by_entry(xs, factors):
    def f(x, factor):
        return tf.reduce_mean(tf.where(x > 0, factor * x, x - factor), axis=0)

    signature = [tf.TensorSpec([None, 3]), tf.TensorSpec([])]
    program = tf.function(f, autograph=False, input_signature=signature)
    outputs = [program(x, k) for x, k in zip(xs, factors, strict=True)]
    return outputs, program.experimental_get_tracing_count()
