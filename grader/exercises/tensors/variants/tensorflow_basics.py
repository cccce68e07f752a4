"""Answers to the exercises on elements, axes and summaries, in TensorFlow."""

import numpy as np
import tensorflow as tf

from grader.judging.variant import right, wrong

# strides


@right("strides")
def strides_cumprod(shape, index):
    strides = tf.math.cumprod(tf.constant(shape), exclusive=True, reverse=True)
    return strides, tf.tensordot(strides, tf.constant(index), 1)


# pick_logits


@right("pick_logits")
def pick_batched(logits, labels):
    return tf.gather(logits, labels[:, None], batch_dims=1)[:, 0]


@right("pick_logits")
def pick_pairs(logits, labels):
    rows = tf.range(tf.shape(logits)[0], dtype=labels.dtype)
    return tf.gather_nd(logits, tf.stack([rows, labels], axis=1))


@right("pick_logits")
def pick_one_hot(logits, labels):
    hot = tf.one_hot(labels, logits.shape[1], dtype=logits.dtype)
    return tf.reduce_sum(hot * logits, axis=1)


@right("pick_logits")
def pick_mask(logits, labels):
    columns = tf.range(logits.shape[1], dtype=tf.int64)
    return tf.boolean_mask(logits, columns == labels[:, None])


@wrong("pick_logits", "all labels from each row")
def pick_crossed(logits, labels):
    return tf.gather(logits, labels, axis=1)


@wrong("pick_logits", "labels pick rows")
def pick_rows(logits, labels):
    return tf.gather(logits, labels)


@wrong("pick_logits", "all from the first row")
def pick_flat(logits, labels):
    return tf.gather(tf.reshape(logits, [-1]), labels)


@wrong("pick_logits", "the largest of each row")
def pick_max(logits, labels):
    return tf.reduce_max(logits, axis=1)


@wrong("pick_logits", "the others are zero, not gone")
def pick_masked(logits, labels):
    return tf.one_hot(labels, logits.shape[1]) * logits


@wrong("pick_logits", "a mean over each row")
def pick_mean(logits, labels):
    return tf.reduce_mean(tf.one_hot(labels, logits.shape[1]) * logits, axis=1)


# image_change


@right("image_change")
def change_in_int(before, after):
    gap = tf.abs(tf.cast(after, tf.int32) - tf.cast(before, tf.int32))
    return tf.reduce_mean(tf.cast(gap, tf.float32), axis=[1, 2])


@right("image_change")
def change_in_bytes(before, after):
    # The larger minus the smaller never wraps; its sum would.
    gap = tf.maximum(after, before) - tf.minimum(after, before)
    return tf.reduce_mean(tf.cast(gap, tf.float64), axis=[1, 2])


@right("image_change")
def change_flat(before, after):
    n = before.shape[0]
    gap = tf.cast(after, tf.float32) - tf.cast(before, tf.float32)
    flat = tf.reshape(gap, [n, -1])
    return tf.norm(flat, ord=1, axis=1) / flat.shape[1]


@right("image_change")
def change_by_keras(before, after):
    n = before.shape[0]
    b = tf.reshape(tf.cast(before, tf.float32), [n, -1])
    a = tf.reshape(tf.cast(after, tf.float32), [n, -1])
    return tf.keras.losses.MAE(b, a)


@wrong("image_change", "the difference wraps round")
def change_cast_late(before, after):
    return tf.reduce_mean(tf.abs(tf.cast(after - before, tf.float32)), axis=[1, 2])


@wrong("image_change", "int8 is too small")
def change_signed_bytes(before, after):
    gap = tf.abs(tf.cast(after, tf.int8) - tf.cast(before, tf.int8))
    return tf.reduce_mean(tf.cast(gap, tf.float32), axis=[1, 2])


@wrong("image_change", "the shorter way round")
def change_smaller_of_two(before, after):
    gap = tf.minimum(after - before, before - after)
    return tf.reduce_mean(tf.cast(gap, tf.float32), axis=[1, 2])


@wrong("image_change", "the sum wraps round")
def change_sum_of_bytes(before, after):
    gap = tf.maximum(after, before) - tf.minimum(after, before)
    total = tf.cast(tf.reduce_sum(gap, axis=[1, 2]), tf.float32)
    return total / (before.shape[1] * before.shape[2])


@wrong("image_change", "the signs cancel")
def change_signed(before, after):
    gap = tf.cast(after, tf.float32) - tf.cast(before, tf.float32)
    return tf.reduce_mean(gap, axis=[1, 2])


@wrong("image_change", "the bars come too late")
def change_of_means(before, after):
    gap = tf.cast(after, tf.float32) - tf.cast(before, tf.float32)
    return tf.abs(tf.reduce_mean(gap, axis=[1, 2]))


@wrong("image_change", "squares instead of absolute values")
def change_squared(before, after):
    gap = tf.cast(after, tf.float32) - tf.cast(before, tf.float32)
    return tf.reduce_mean(gap**2, axis=[1, 2])


@wrong("image_change", "one number for all images")
def change_of_all(before, after):
    gap = tf.cast(after, tf.float32) - tf.cast(before, tf.float32)
    return tf.reduce_mean(tf.abs(gap))


# unbiased_std


@right("unbiased_std")
def std_scaled(X):
    n = X.shape[0]
    return tf.math.reduce_std(X, axis=0) * np.sqrt(n / (n - 1))


@right("unbiased_std")
def std_by_hand(X):
    distance = X - tf.reduce_mean(X, axis=0)
    squares = tf.reduce_sum(tf.square(distance), axis=0)
    return tf.sqrt(squares / (X.shape[0] - 1))


@right("unbiased_std")
def std_moments(X):
    _, variance = tf.nn.moments(X, axes=[0])
    return (variance * X.shape[0] / (X.shape[0] - 1)) ** 0.5


@right("unbiased_std")
def std_of_norm(X):
    distance = X - tf.reduce_mean(X, axis=0, keepdims=True)
    return tf.norm(distance, axis=0) / (X.shape[0] - 1) ** 0.5


@wrong("unbiased_std", "divided by n")
def std_biased(X):
    return tf.math.reduce_std(X, axis=0)


@wrong("unbiased_std", "the variance")
def std_variance(X):
    n = X.shape[0]
    return tf.math.reduce_variance(X, axis=0) * n / (n - 1)


@wrong("unbiased_std", "the correction without its root")
def std_corrected_twice(X):
    n = X.shape[0]
    return tf.math.reduce_std(X, axis=0) * n / (n - 1)


@wrong("unbiased_std", "one number for each row")
def std_rows(X):
    n = X.shape[1]
    return tf.sqrt(tf.math.reduce_variance(X, axis=1) * n / (n - 1))


@wrong("unbiased_std", "one number for all")
def std_all(X):
    n = tf.size(X, out_type=tf.float32)
    return tf.sqrt(tf.math.reduce_variance(X) * n / (n - 1))


@wrong("unbiased_std", "the squares are summed")
def std_norm(X):
    return tf.norm(X - tf.reduce_mean(X, axis=0), axis=0)


@wrong("unbiased_std", "the mean is not subtracted")
def std_root_mean_square(X):
    return tf.sqrt(tf.reduce_sum(X**2, axis=0) / (X.shape[0] - 1))


# center_columns


@right("center_columns")
def center_tensordot(X, weight):
    return X - tf.tensordot(weight, X, 1) / tf.reduce_sum(weight)


@right("center_columns")
def center_transposed(X, weight):
    turned = tf.transpose(X)
    means = tf.reduce_sum(turned * weight, axis=1, keepdims=True)
    return tf.transpose(turned - means / tf.reduce_sum(weight))


@right("center_columns")
def center_moments(X, weight):
    mean, _ = tf.nn.weighted_moments(X, [0], weight[:, tf.newaxis])
    return X - mean


@right("center_columns")
def center_matvec(X, weight):
    share = weight / tf.reduce_sum(weight)
    return X - tf.linalg.matvec(X, share, transpose_a=True)


@wrong("center_columns", "the weights meet the columns")
def center_no_axis(X, weight):
    return X - tf.reduce_sum(weight * X, axis=0) / tf.reduce_sum(weight)


@wrong("center_columns", "each row is centered")
def center_rows(X, weight):
    return X - (tf.linalg.matvec(X, weight) / tf.reduce_sum(weight))[:, None]


@wrong("center_columns", "the means stand on their side")
def center_sideways(X, weight):
    means = tf.reduce_sum(weight[:, None] * X, axis=0) / tf.reduce_sum(weight)
    return X - tf.reshape(means, [-1, 1])


@wrong("center_columns", "one mean for all")
def center_grand(X, weight):
    total = tf.reduce_sum(weight[:, None] * X)
    return X - total / (X.shape[1] * tf.reduce_sum(weight))


@wrong("center_columns", "the weights are left out")
def center_plain(X, weight):
    return X - tf.reduce_mean(X, axis=0)


@wrong("center_columns", "divided by n, not by the weights")
def center_mean_of_products(X, weight):
    return X - tf.reduce_mean(weight[:, None] * X, axis=0)


@wrong("center_columns", "the weighted sum")
def center_sum(X, weight):
    return X - tf.tensordot(weight, X, 1)


@wrong("center_columns", "the means alone")
def center_means(X, weight):
    return tf.tensordot(weight, X, 1) / tf.reduce_sum(weight)


# wrap_index


@right("wrap_index")
def wrap_floor_functions(index, n):
    return tf.math.floormod(index, n), tf.math.floordiv(index, n)


@right("wrap_index")
def wrap_float_floor(index, n):
    lap = tf.floor(tf.cast(index, tf.float64) / n)
    return index - n * tf.cast(lap, tf.int64), lap


@right("wrap_index")
def wrap_repaired(index, n):
    rest = tf.truncatemod(index, n)
    position = tf.where(rest < 0, rest + n, rest)
    return position, tf.truncatediv(index - position, n)


@right("wrap_index")
def wrap_numbers(index, n):
    numbers = index.numpy().tolist()
    return [i % n for i in numbers], [i // n for i in numbers]


@wrong("wrap_index", "rounded towards zero")
def wrap_truncated(index, n):
    return tf.truncatemod(index, n), tf.truncatediv(index, n)


@wrong("wrap_index", "laps rounded towards zero")
def wrap_int_cast(index, n):
    return index % n, tf.cast(index / n, tf.int64)


@wrong("wrap_index", "one lap too many below 0")
def wrap_one_less(index, n):
    lap = tf.truncatediv(index, n) - tf.cast(index < 0, tf.int64)
    return index % n, lap


@wrong("wrap_index", "a position n")
def wrap_counted_back(index, n):
    back = n - tf.abs(index) % n
    return tf.where(index < 0, back, index % n), index // n


@wrong("wrap_index", "wrapped once")
def wrap_like_a_list(index, n):
    return tf.where(index < 0, index + n, index), index // n


@wrong("wrap_index", "the minus is thrown away")
def wrap_abs(index, n):
    return tf.abs(index) % n, tf.abs(index) // n


@wrong("wrap_index", "clamped, not wrapped")
def wrap_clip(index, n):
    return tf.clip_by_value(index, 0, n - 1), index // n


@wrong("wrap_index", "position and lap exchanged")
def wrap_exchanged(index, n):
    return index // n, index % n


# pairwise_distances


@right("pairwise_distances")
def distances_by_hand(A, B):
    squares = (tf.expand_dims(A, 1) - tf.expand_dims(B, 0)) ** 2
    return tf.sqrt(tf.reduce_sum(squares, axis=-1))


@right("pairwise_distances")
def distances_expanded(A, B):
    a = tf.reduce_sum(A**2, axis=1, keepdims=True)
    b = tf.reduce_sum(B**2, axis=1)
    squares = a + b - 2 * tf.matmul(A, B, transpose_b=True)
    return tf.sqrt(tf.maximum(squares, 0))


@right("pairwise_distances")
def distances_repeated(A, B):
    n, m = A.shape[0], B.shape[0]
    difference = tf.repeat(A, m, axis=0) - tf.tile(B, [n, 1])
    return tf.reshape(tf.norm(difference, axis=1), [n, m])


@right("pairwise_distances")
def distances_mapped(A, B):
    return tf.map_fn(lambda a: tf.norm(B - a, axis=1), A)


@wrong("pairwise_distances", "squared distances")
def distances_squared(A, B):
    return tf.reduce_sum((A[:, None] - B) ** 2, axis=2)


@wrong("pairwise_distances", "sums of absolute differences")
def distances_city_block(A, B):
    return tf.reduce_sum(tf.sqrt((A[:, None] - B) ** 2), axis=2)


@wrong("pairwise_distances", "mean instead of sum")
def distances_mean(A, B):
    return tf.sqrt(tf.reduce_mean((A[:, None] - B) ** 2, axis=2))


@wrong("pairwise_distances", "the components are not added")
def distances_components(A, B):
    return tf.abs(A[:, None] - B)


@wrong("pairwise_distances", "summed over the points of B")
def distances_wrong_axis(A, B):
    return tf.norm(A[:, None] - B, axis=1)


@wrong("pairwise_distances", "the mixed term counts once")
def distances_binomial(A, B):
    a = tf.reduce_sum(A**2, axis=1)[:, None]
    return tf.sqrt(a + tf.reduce_sum(B**2, axis=1) - A @ tf.transpose(B))


@wrong("pairwise_distances", "inner products")
def distances_products(A, B):
    return tf.matmul(A, B, transpose_b=True)


# scatter_add


@right("scatter_add")
def scatter_nd_add(rows, labels, k):
    sums = tf.zeros([k, rows.shape[1]], rows.dtype)
    return tf.tensor_scatter_nd_add(sums, labels[:, None], rows)


@right("scatter_add")
def scatter_one_hot(rows, labels, k):
    hot = tf.one_hot(labels, k, axis=0, dtype=rows.dtype)
    return hot @ rows


@right("scatter_add")
def scatter_slices(rows, labels, k):
    slices = tf.IndexedSlices(rows, labels, [k, rows.shape[1]])
    return tf.convert_to_tensor(slices)


@right("scatter_add")
def scatter_variable(rows, labels, k):
    sums = tf.Variable(tf.zeros([k, rows.shape[1]], rows.dtype))
    sums.scatter_add(tf.IndexedSlices(rows, labels))
    return sums


@wrong("scatter_add", "the last row wins")
def scatter_update(rows, labels, k):
    sums = tf.zeros([k, rows.shape[1]])
    return tf.tensor_scatter_nd_update(sums, labels[:, None], rows)


@wrong("scatter_add", "means instead of sums")
def scatter_mean(rows, labels, k):
    return tf.math.unsorted_segment_mean(rows, labels, k)


@wrong("scatter_add", "labels without rows are left out")
def scatter_unique(rows, labels, k):
    present = np.unique(labels)
    return tf.stack([tf.reduce_sum(rows[labels == one], axis=0) for one in present])


@wrong("scatter_add", "k is guessed from the labels")
def scatter_sorted(rows, labels, k):
    order = tf.argsort(labels)
    return tf.math.segment_sum(tf.gather(rows, order), tf.gather(labels, order))


@wrong("scatter_add", "only the first column")
def scatter_narrow(rows, labels, k):
    column = tf.math.unsorted_segment_sum(rows[:, :1], labels, k)
    return tf.pad(column, [[0, 0], [0, rows.shape[1] - 1]])


@wrong("scatter_add", "one total for each label")
def scatter_bincount(rows, labels, k):
    return tf.math.unsorted_segment_sum(tf.reduce_sum(rows, axis=1), labels, k)
