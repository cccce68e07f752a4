"""Answers to the exercises on sequences and on a whole pipeline, in TensorFlow."""

import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong

# The locked cell above the exercise find_the_bug.


def batches(x, size):
    return [x[i : i + size] for i in range(0, len(x), size)]


@right("pad_batch")
def pad_sequences_twice(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    ones = [tf.ones_like(ids) for ids in cut]
    pad = tf.keras.utils.pad_sequences
    sides = {"right": "post", "left": "pre"}
    return pad(cut, padding=sides[side]), pad(ones, padding=sides[side])


@right("pad_batch")
def pad_and_stack(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    longest = max(len(ids) for ids in cut)
    batch, mask = [], []
    for ids in cut:
        zeros = longest - len(ids)
        widths = [[0, zeros] if side == "right" else [zeros, 0]]
        batch.append(tf.pad(ids, widths))
        mask.append(tf.pad(tf.ones_like(ids), widths))
    return tf.stack(batch), tf.stack(mask)


@right("pad_batch")
def ragged_rows(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    if side == "left":
        cut = [ids[::-1] for ids in cut]
    batch = tf.ragged.stack(cut).to_tensor()
    mask = tf.sequence_mask([len(ids) for ids in cut])
    if side == "left":
        batch, mask = tf.reverse(batch, [1]), tf.reverse(mask, [1])
    return batch, mask


@wrong("pad_batch", "padded at the other side")
def side_of_the_ids(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    ones = [tf.ones_like(ids) for ids in cut]
    pad = tf.keras.utils.pad_sequences
    sides = {"right": "pre", "left": "post"}
    return pad(cut, padding=sides[side]), pad(ones, padding=sides[side])


@wrong("pad_batch", "always padded on the right")
def ragged_to_tensor(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    mask = tf.sequence_mask([len(ids) for ids in cut])
    return tf.ragged.stack(cut).to_tensor(), mask


@wrong("pad_batch", "always padded on the left")
def default_padding(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    pad = tf.keras.utils.pad_sequences
    return pad(cut), pad([tf.ones_like(ids) for ids in cut])


@wrong("pad_batch", "the last ids are kept")
def default_truncating(sequences, most, side):
    longest = min(most, max(len(ids) for ids in sequences))
    ones = [tf.ones_like(ids) for ids in sequences]
    pad = tf.keras.utils.pad_sequences
    padding = "post" if side == "right" else "pre"
    return tuple(pad(x, maxlen=longest, padding=padding) for x in (sequences, ones))


@wrong("pad_batch", "padded up to most")
def maxlen_is_most(sequences, most, side):
    ones = [tf.ones_like(ids) for ids in sequences]
    pad = tf.keras.utils.pad_sequences
    how = {"padding": "post" if side == "right" else "pre", "truncating": "post"}
    return pad(sequences, maxlen=most, **how), pad(ones, maxlen=most, **how)


@wrong("pad_batch", "nothing is cut")
def whole_sequences(sequences, most, side):
    ones = [tf.ones_like(ids) for ids in sequences]
    pad = tf.keras.utils.pad_sequences
    padding = "post" if side == "right" else "pre"
    return pad(sequences, padding=padding), pad(ones, padding=padding)


@wrong("pad_batch", "a column for each sequence")
def stacked_as_columns(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    longest = max(len(ids) for ids in cut)
    batch, mask = [], []
    for ids in cut:
        zeros = longest - len(ids)
        widths = [[0, zeros] if side == "right" else [zeros, 0]]
        batch.append(tf.pad(ids, widths))
        mask.append(tf.pad(tf.ones_like(ids), widths))
    return tf.stack(batch, axis=1), tf.stack(mask, axis=1)


@wrong("pad_batch", "an id 0 is taken for padding")
def not_zero(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    padding = "post" if side == "right" else "pre"
    batch = tf.keras.utils.pad_sequences(cut, padding=padding)
    return batch, batch != 0


@wrong("pad_batch", "the mask is inverted")
def padding_mask(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    zeros = [tf.zeros_like(ids) for ids in cut]
    pad = tf.keras.utils.pad_sequences
    padding = "post" if side == "right" else "pre"
    return pad(cut, padding=padding), pad(zeros, padding=padding, value=1)


@wrong("pad_batch", "the mask is always on the right")
def sequence_mask(sequences, most, side):
    cut = [ids[:most] for ids in sequences]
    padding = "post" if side == "right" else "pre"
    batch = tf.keras.utils.pad_sequences(cut, padding=padding)
    return batch, tf.sequence_mask([len(ids) for ids in cut])


@right("masked_mean")
def zeros_by_where(x, mask):
    clean = tf.where(mask[:, :, None] == 1, x, 0.0)
    count = tf.reduce_sum(mask, axis=1, keepdims=True)
    return tf.reduce_sum(clean, axis=1) / tf.maximum(count, 1)


@right("masked_mean")
def divide_no_nan(x, mask):
    clean = tf.where(tf.cast(mask, tf.bool)[..., tf.newaxis], x, tf.zeros_like(x))
    total = tf.einsum("ntd->nd", clean)
    return tf.math.divide_no_nan(total, tf.reduce_sum(mask, 1)[:, None])


@right("masked_mean")
def real_steps_of_each_row(x, mask):
    means = []
    for steps, real in zip(tf.unstack(x), tf.unstack(mask), strict=True):
        kept = tf.boolean_mask(steps, real == 1)
        empty = len(kept) == 0
        mean = tf.zeros(x.shape[2]) if empty else tf.reduce_mean(kept, axis=0)
        means.append(mean)
    return tf.stack(means)


@wrong("masked_mean", "padding counts as zeros")
def mean_of_clean(x, mask):
    return tf.reduce_mean(tf.where(mask[:, :, None] == 1, x, 0.0), axis=1)


@wrong("masked_mean", "zero times NaN")
def multiplied(x, mask):
    total = tf.reduce_sum(x * mask[:, :, None], axis=1)
    return total / tf.maximum(tf.reduce_sum(mask, axis=1, keepdims=True), 1)


@wrong("masked_mean", "zero times NaN, and NaN made zero at the end")
def nan_removed_late(x, mask):
    total = tf.reduce_sum(x * mask[:, :, None], axis=1)
    mean = total / tf.reduce_sum(mask, axis=1, keepdims=True)
    return tf.where(tf.math.is_nan(mean), 0.0, mean)


@wrong("masked_mean", "a row without real steps gives NaN")
def divided_by_zero(x, mask):
    clean = tf.where(mask[:, :, None] == 1, x, 0.0)
    return tf.reduce_sum(clean, axis=1) / tf.reduce_sum(mask, axis=1, keepdims=True)


@wrong("masked_mean", "one divisor for all rows")
def mean_length(x, mask):
    clean = tf.where(mask[:, :, None] == 1, x, 0.0)
    return tf.reduce_sum(clean, axis=1) / (tf.reduce_sum(mask) / len(mask))


@wrong("masked_mean", "NaN is left out, not the padding")
def nan_left_out(x, mask):
    there = tf.cast(~tf.math.is_nan(x), tf.float32)
    total = tf.reduce_sum(tf.math.multiply_no_nan(x, there), axis=1)
    return total / tf.maximum(tf.reduce_sum(there, axis=1), 1)


@wrong("masked_mean", "sum instead of mean")
def sum_of_clean(x, mask):
    return tf.reduce_sum(tf.where(mask[:, :, None] == 1, x, 0.0), axis=1)


@right("find_the_bug")
def three_places_changed(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = tf.cast(tf.gather(images, rows), tf.float32)
        coin = tf.gather(coins, rows)[:, None, None]
        x = tf.where(coin == 1, tf.reverse(x, [2]), x)
        xs.append((x / 255 - mean) / std)
        ys.append(tf.gather(labels, rows))
    return tf.concat(xs, 0), tf.concat(ys, 0)


@right("find_the_bug")
def whole_epoch_at_once(images, labels, order, coins, size, mean, std):
    x = tf.cast(images, tf.float32) / 255
    x = tf.where(coins[:, None, None] == 1, x[:, :, ::-1], x)
    return tf.gather((x - mean) / std, order), tf.gather(labels, order)


@right("find_the_bug")
def tf_data(images, labels, order, coins, size, mean, std):
    def example(i):
        x = tf.cast(images[i], tf.float32)[:, :, None] / 255
        x = tf.image.flip_left_right(x) if coins[i] == 1 else x
        return (x[:, :, 0] - mean) / std, labels[i]

    data = tf.data.Dataset.from_tensor_slices(order).map(example).batch(size)
    xs, ys = zip(*data, strict=True)
    return tf.concat(xs, 0), tf.concat(ys, 0)


@right("find_the_bug")
def one_image_at_a_time(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for i in order.numpy():
        x = images[i].numpy() / 255
        xs.append(((np.fliplr(x) if coins[i] == 1 else x) - mean) / std)
        ys.append(labels[i])
    return tf.stack(xs), tf.stack(ys)


@wrong("find_the_bug", "all three bugs are still there")
def unchanged(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    pairs = zip(batches(order, size), batches(labels, size), strict=True)
    for rows, y in pairs:
        x = tf.cast(tf.gather(images, rows), tf.float32)
        if coins[rows[0]] == 1:
            x = tf.reverse(x, [2])
        xs.append((x - mean) / std / 255)
        ys.append(y)
    return tf.concat(xs, 0), tf.concat(ys, 0)


@wrong(
    "find_the_bug", "still there: the labels are not shuffled, and one coin for a batch"
)
def only_scale_mended(images, labels, order, coins, size, mean, std):
    xs = []
    for rows in batches(order, size):
        x = tf.cast(tf.gather(images, rows), tf.float32)
        if coins[rows[0]] == 1:
            x = tf.reverse(x, [2])
        xs.append((x / 255 - mean) / std)
    return tf.concat(xs, 0), labels


@wrong("find_the_bug", "still there: the labels are not shuffled, and scaled too late")
def only_coins_mended(images, labels, order, coins, size, mean, std):
    x = tf.cast(images, tf.float32)
    x = tf.where(coins[:, None, None] == 1, tf.reverse(x, [2]), x)
    return tf.gather((x - mean) / std / 255, order), labels


@wrong("find_the_bug", "still there: the labels are not shuffled")
def labels_overlooked(images, labels, order, coins, size, mean, std):
    x = tf.cast(images, tf.float32) / 255
    x = tf.where(coins[:, None, None] == 1, tf.reverse(x, [2]), x)
    return tf.gather((x - mean) / std, order), labels


@wrong("find_the_bug", "still there: one coin for a batch, and scaled too late")
def only_labels_mended(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = tf.cast(tf.gather(images, rows), tf.float32)
        if coins[rows[0]] == 1:
            x = tf.reverse(x, [2])
        xs.append((x - mean) / std / 255)
        ys.append(tf.gather(labels, rows))
    return tf.concat(xs, 0), tf.concat(ys, 0)


@wrong("find_the_bug", "still there: one coin for a batch")
def coin_overlooked(images, labels, order, coins, size, mean, std):
    xs, ys = [], []
    for rows in batches(order, size):
        x = tf.cast(tf.gather(images, rows), tf.float32) / 255
        if coins[rows[0]] == 1:
            x = tf.reverse(x, [2])
        xs.append((x - mean) / std)
        ys.append(tf.gather(labels, rows))
    return tf.concat(xs, 0), tf.concat(ys, 0)


@wrong("find_the_bug", "still there: scaled too late")
def scale_overlooked(images, labels, order, coins, size, mean, std):
    x = tf.cast(images, tf.float32)
    x = tf.where(coins[:, None, None] == 1, tf.reverse(x, [2]), x)
    return tf.gather((x - mean) / std / 255, order), tf.gather(labels, order)


@wrong("find_the_bug", "a coin for each place")
def coins_by_place(images, labels, order, coins, size, mean, std):
    x = tf.cast(tf.gather(images, order), tf.float32) / 255
    x = tf.where(coins[:, None, None] == 1, tf.reverse(x, [2]), x)
    return (x - mean) / std, tf.gather(labels, order)


@wrong("find_the_bug", "the last batch is dropped")
def drop_remainder(images, labels, order, coins, size, mean, std):
    x = tf.cast(images, tf.float32) / 255
    x = tf.where(coins[:, None, None] == 1, tf.reverse(x, [2]), x)
    data = tf.data.Dataset.from_tensor_slices(order).batch(size, drop_remainder=True)
    rows = tf.concat(list(data), 0)
    return tf.gather((x - mean) / std, rows), tf.gather(labels, rows)
