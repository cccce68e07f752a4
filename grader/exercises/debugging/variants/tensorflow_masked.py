"""Answers about a masked loss, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("masked_loss")
def where_twice(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - y * tf.math.log(safe), tf.zeros_like(rate))
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    return loss, tape.gradient(loss, w)


@right("masked_loss")
def real_rows_alone(w, x, y, mask):
    x, y = tf.boolean_mask(x, mask == 1), tf.boolean_mask(y, mask == 1)
    w = tf.Variable(w)
    with tf.GradientTape() as tape:
        rate = tf.linalg.matvec(x, w)
        total = tf.reduce_sum(rate - y * tf.math.log(rate))
        loss = total / max(1, len(x))
    return loss, tf.convert_to_tensor(tape.gradient(loss, w))


@right("masked_loss")
def clean_input(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x * mask[:, None], w) + (1 - mask)
        loss = tf.reduce_sum(mask * (rate - y * tf.math.log(rate)))
        loss = tf.math.divide_no_nan(loss, tf.reduce_sum(mask))
    return float(loss), tape.gradient(loss, w)


@wrong("masked_loss", "the gradient goes through the padding")
def where_once(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        losses = tf.where(mask == 1, rate - y * tf.math.log(rate), tf.zeros_like(rate))
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "a NaN gradient made zero")
def nan_to_zero(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        losses = tf.where(mask == 1, rate - y * tf.math.log(rate), tf.zeros_like(rate))
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    gradient = tape.gradient(loss, w)
    return loss, tf.where(tf.math.is_nan(gradient), tf.zeros_like(w), gradient)


@wrong("masked_loss", "the loss of padding is multiplied by 0")
def times_mask(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        losses = mask * (rate - y * tf.math.log(rate))
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "the mean over all rows")
def mean_of_losses(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - y * tf.math.log(safe), 0 * safe)
        loss = tf.reduce_mean(losses)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "sum instead of mean")
def summed(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - y * tf.math.log(safe), 0 * safe)
        loss = tf.reduce_sum(losses)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "padding counts with the rate 1")
def safe_rate_alone(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = safe - y * tf.math.log(safe)
        loss = tf.reduce_mean(losses)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "no real row gives NaN")
def plain_division(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - y * tf.math.log(safe), 0 * safe)
        loss = tf.reduce_sum(losses) / tf.reduce_sum(mask)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "0.1 is added to every rate")
def moved_logarithm(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - y * tf.math.log(safe + 0.1), 0 * safe)
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    return loss, tape.gradient(loss, w)


@wrong("masked_loss", "the counts are left out")
def without_y(w, x, y, mask):
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        safe = tf.where(mask == 1, rate, tf.ones_like(rate))
        losses = tf.where(mask == 1, safe - tf.math.log(safe), 0 * safe)
        loss = tf.reduce_sum(losses) / tf.maximum(tf.reduce_sum(mask), 1)
    return loss, tape.gradient(loss, w)
