"""Answers to the exercises on images, in TensorFlow."""

import tensorflow as tf

from grader.judging.variant import right, wrong


@right("to_model")
def statistics_and_transpose(train, images):
    train = tf.cast(train, tf.float32) / 255
    images = tf.cast(images, tf.float32) / 255
    mean = tf.reduce_mean(train, axis=[0, 1, 2])
    std = tf.math.reduce_std(train, axis=[0, 1, 2])
    return tf.transpose((images - mean) / std, perm=[0, 3, 1, 2])


@right("to_model")
def moments(train, images):
    train, images = (tf.cast(x, tf.float64) for x in (train, images))
    # The factor 255 cancels out.
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    x = (images - mean) * tf.math.rsqrt(variance)
    return tf.stack(tf.unstack(x, axis=3), axis=1)


@right("to_model")
def keras_normalization(train, images):
    scale = tf.keras.layers.Rescaling(1 / 255)
    normalize = tf.keras.layers.Normalization(axis=-1)
    normalize.adapt(scale(train))
    return tf.keras.layers.Permute((3, 1, 2))(normalize(scale(images)))


@wrong("to_model", "the batch's own statistics")
def own_statistics(train, images):
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(x, axes=[0, 1, 2])
    return tf.transpose((x - mean) / tf.sqrt(variance), [0, 3, 1, 2])


@wrong("to_model", "each image by its own statistics")
def images_by_themselves(train, images):
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(x, axes=[1, 2], keepdims=True)
    return tf.transpose((x - mean) / tf.sqrt(variance), [0, 3, 1, 2])


@wrong("to_model", "one mean for all channels")
def one_number(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    x = (x - tf.reduce_mean(train)) / tf.math.reduce_std(train)
    return tf.transpose(x, [0, 3, 1, 2])


@wrong("to_model", "one mean for each pixel")
def mean_over_images(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    x = (x - tf.reduce_mean(train, 0)) / tf.math.reduce_std(train, 0)
    return tf.transpose(x, [0, 3, 1, 2])


@wrong("to_model", "the unbiased standard deviation")
def corrected(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    n = tf.size(train[..., 0], out_type=tf.float32)
    x = (x - mean) / tf.sqrt(variance * n / (n - 1))
    return tf.transpose(x, [0, 3, 1, 2])


@wrong("to_model", "the variance")
def divided_by_variance(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    return tf.transpose((x - mean) / variance, [0, 3, 1, 2])


@wrong("to_model", "only the mean is taken off")
def no_division(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    return tf.transpose(x - tf.reduce_mean(train, [0, 1, 2]), [0, 3, 1, 2])


@wrong("to_model", "reshaped, not transposed")
def reshaped_to_nchw(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    n, height, width, channels = x.shape
    return tf.reshape((x - mean) / tf.sqrt(variance), (n, channels, height, width))


@wrong("to_model", "the channels are still last")
def no_transpose(train, images):
    train = tf.cast(train, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    return (tf.cast(images, tf.float32) / 255 - mean) / tf.sqrt(variance)


@wrong("to_model", "height and width are exchanged")
def two_axes_exchanged(train, images):
    train = tf.cast(train, tf.float32) / 255
    x = tf.cast(images, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    return tf.transpose((x - mean) / tf.sqrt(variance), [0, 3, 2, 1])


@wrong("to_model", "statistics of another scale")
def images_not_scaled(train, images):
    train = tf.cast(train, tf.float32) / 255
    mean, variance = tf.nn.moments(train, axes=[0, 1, 2])
    x = (tf.cast(images, tf.float32) - mean) / tf.sqrt(variance)
    return tf.transpose(x, [0, 3, 1, 2])


@right("resize")
def image_resize_twice(image, height, width):
    def resized(antialias):
        return tf.image.resize(
            image[:, :, None], (height, width), method="bilinear", antialias=antialias
        )[:, :, 0]

    return resized(False), resized(True)


@right("resize")
def matrices_of_weights(image, height, width):
    def weights(old, new, smooth):
        centre = (tf.range(new, dtype=tf.float32) + 0.5) * old / new - 0.5
        reach = max(1.0, old / new) if smooth else 1.0
        gap = tf.abs(tf.range(old, dtype=tf.float32) - centre[:, None])
        w = tf.maximum(0.0, 1 - gap / reach)
        return w / tf.reduce_sum(w, axis=1, keepdims=True)

    rows, columns = image.shape
    return tuple(
        weights(rows, height, smooth)
        @ image
        @ tf.transpose(weights(columns, width, smooth))
        for smooth in (False, True)
    )


@right("resize")
def scale_and_translate(image, height, width):
    plain = tf.keras.layers.Resizing(height, width)(image[None, :, :, None])
    smooth = tf.raw_ops.ScaleAndTranslate(
        images=image[None, :, :, None],
        size=(height, width),
        scale=[height / image.shape[0], width / image.shape[1]],
        translation=[0.0, 0.0],
        kernel_type="triangle",
        antialias=True,
    )
    return plain[0, :, :, 0], smooth[0, :, :, 0]


@wrong("resize", "smooth is not smoothed")
def antialias_forgotten(image, height, width):
    x = tf.image.resize(image[:, :, None], (height, width))[:, :, 0]
    return x, x


@wrong("resize", "plain is smoothed")
def antialias_twice(image, height, width):
    x = tf.image.resize(image[:, :, None], (height, width), antialias=True)
    return x[:, :, 0], x[:, :, 0]


@wrong("resize", "plain and smooth are exchanged")
def smooth_first(image, height, width):
    plain, smooth = (
        tf.image.resize(image[:, :, None], (height, width), antialias=a)[:, :, 0]
        for a in (False, True)
    )
    return smooth, plain


@wrong("resize", "the corners are aligned in plain")
def align_corners(image, height, width):
    plain = tf.compat.v1.image.resize_bilinear(
        image[None, :, :, None], (height, width), align_corners=True
    )
    smooth = tf.image.resize(image[:, :, None], (height, width), antialias=True)
    return plain[0, :, :, 0], smooth[:, :, 0]


@wrong("resize", "the half pixels are missing in plain")
def first_version_of_tensorflow(image, height, width):
    plain = tf.compat.v1.image.resize_bilinear(image[None, :, :, None], (height, width))
    smooth = tf.image.resize(image[:, :, None], (height, width), antialias=True)
    return plain[0, :, :, 0], smooth[:, :, 0]


@wrong("resize", "plain takes the nearest pixel to the left")
def nearest_of_the_first_version(image, height, width):
    plain = tf.compat.v1.image.resize_nearest_neighbor(
        image[None, :, :, None], (height, width)
    )
    smooth = tf.image.resize(image[:, :, None], (height, width), antialias=True)
    return plain[0, :, :, 0], smooth[:, :, 0]


@wrong("resize", "plain takes the nearest pixel")
def nearest(image, height, width):
    x, size = image[:, :, None], (height, width)
    plain = tf.image.resize(x, size, method="nearest")
    smooth = tf.image.resize(x, size, antialias=True)
    return plain[:, :, 0], smooth[:, :, 0]


@wrong("resize", "the weights of smooth are not divided by their sum")
def divided_by_reach(image, height, width):
    def weights(old, new):
        centre = (tf.range(new, dtype=tf.float32) + 0.5) * old / new - 0.5
        reach = max(1.0, old / new)
        gap = tf.abs(tf.range(old, dtype=tf.float32) - centre[:, None])
        return tf.maximum(0.0, 1 - gap / reach) / reach

    rows, columns = image.shape
    plain = tf.image.resize(image[:, :, None], (height, width))[:, :, 0]
    smooth = weights(rows, height) @ image @ tf.transpose(weights(columns, width))
    return plain, smooth


@right("crop")
def slices_of_padded(images, tops, lefts, pad, size):
    larger = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    crops = []
    for image, top, left in zip(larger, tops, lefts, strict=True):
        crops.append(image[top : top + size, left : left + size])
    return tf.stack(crops)


@right("crop")
def bounding_boxes(images, tops, lefts, pad, size):
    crops = []
    for image, top, left in zip(tf.unstack(images), tops, lefts, strict=True):
        height, width = image.shape[0] + 2 * pad, image.shape[1] + 2 * pad
        larger = tf.image.pad_to_bounding_box(image, pad, pad, height, width)
        crops.append(tf.image.crop_to_bounding_box(larger, top, left, size, size))
    return crops


@right("crop")
def gathered_rows_and_columns(images, tops, lefts, pad, size):
    larger = tf.keras.layers.ZeroPadding2D(pad)(images)
    rows = tf.constant(tops)[:, None] + tf.range(size)
    columns = tf.constant(lefts)[:, None] + tf.range(size)
    x = tf.gather(larger, rows, axis=1, batch_dims=1)
    return tf.gather(x, columns, axis=2, batch_dims=1)


@wrong("crop", "the padding is left out")
def never_padded(images, tops, lefts, pad, size):
    crops = []
    for image, top, left in zip(tf.unstack(images), tops, lefts, strict=True):
        top = min(top, image.shape[0] - size)
        left = min(left, image.shape[1] - size)
        crops.append(tf.image.crop_to_bounding_box(image, top, left, size, size))
    return tf.stack(crops)


@wrong("crop", "padded behind only")
def zeros_behind(images, tops, lefts, pad, size):
    larger = tf.pad(images, [[0, 0], [0, 2 * pad], [0, 2 * pad], [0, 0]])
    return [
        image[top : top + size, left : left + size]
        for image, top, left in zip(larger, tops, lefts, strict=True)
    ]


@wrong("crop", "the border repeats the edge")
def repeated_edges(images, tops, lefts, pad, size):
    # SYMMETRIC by one pixel repeats the outermost one.
    for _ in range(pad):
        images = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    return [
        image[top : top + size, left : left + size]
        for image, top, left in zip(images, tops, lefts, strict=True)
    ]


@wrong("crop", "the border is a mirror image")
def mirrored_border(images, tops, lefts, pad, size):
    larger = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]], "REFLECT")
    return [
        image[top : top + size, left : left + size]
        for image, top, left in zip(larger, tops, lefts, strict=True)
    ]


@wrong("crop", "one offset for the whole batch")
def first_offset(images, tops, lefts, pad, size):
    larger = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    return tf.image.crop_to_bounding_box(larger, tops[0], lefts[0], size, size)


@wrong("crop", "tops and lefts are exchanged")
def left_before_top(images, tops, lefts, pad, size):
    larger = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    rows, columns = larger.shape[1] - size, larger.shape[2] - size
    return [
        image[min(left, rows) :, min(top, columns) :][:size, :size]
        for image, top, left in zip(larger, tops, lefts, strict=True)
    ]


@wrong("crop", "always the middle")
def centre_crop(images, tops, lefts, pad, size):
    return tf.keras.layers.CenterCrop(size, size)(images)


@right("flip")
def image_by_image(images, left_right, up_down):
    flipped = []
    for image, sideways, upright in zip(
        tf.unstack(images), left_right, up_down, strict=True
    ):
        if sideways:
            image = tf.reverse(image, axis=[2])
        if upright:
            image = tf.reverse(image, axis=[1])
        flipped.append(image)
    return tf.stack(flipped)


@right("flip")
def where_over_the_batch(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 2)):
        coin = tf.reshape(coins, (-1, 1, 1, 1))
        images = tf.where(coin == 1, tf.reverse(images, [axis]), images)
    return images


@right("flip")
def channels_last_and_back(images, left_right, up_down):
    flipped = []
    for image, coins in zip(images, zip(left_right, up_down, strict=True), strict=True):
        x = tf.transpose(image, [1, 2, 0])
        x = tf.image.flip_left_right(x) if coins[0] else x
        x = tf.image.flip_up_down(x) if coins[1] else x
        flipped.append(tf.transpose(x, [2, 0, 1]))
    return tf.stack(flipped)


@wrong("flip", "left-right and up-down are exchanged")
def rows_for_left_right(images, left_right, up_down):
    for coins, axis in ((left_right, 2), (up_down, 3)):
        coin = tf.reshape(coins, (-1, 1, 1, 1))
        images = tf.where(coin == 1, tf.reverse(images, [axis]), images)
    return images


@wrong("flip", "the axes of channels-last images")
def flips_of_tf_image(images, left_right, up_down):
    flipped = []
    for image, coins in zip(images, zip(left_right, up_down, strict=True), strict=True):
        x = tf.image.flip_left_right(image) if coins[0] else image
        flipped.append(tf.image.flip_up_down(x) if coins[1] else x)
    return tf.stack(flipped)


@wrong("flip", "one coin for the whole batch")
def first_coin(images, left_right, up_down):
    images = tf.reverse(images, [3]) if left_right[0] else images
    return tf.reverse(images, [2]) if up_down[0] else images


@wrong("flip", "the coins are turned over")
def kept_where_one(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 2)):
        coin = tf.reshape(coins, (-1, 1, 1, 1))
        images = tf.where(coin == 1, images, tf.reverse(images, [axis]))
    return images


@wrong("flip", "one coin turns both ways")
def turned_by_180(images, left_right, up_down):
    coin = tf.reshape(tf.constant(left_right) + tf.constant(up_down), (-1, 1, 1, 1))
    return tf.where(coin > 0, tf.reverse(images, [2, 3]), images)


@wrong("flip", "never both")
def either_or(images, left_right, up_down):
    flipped = []
    for image, sideways, upright in zip(images, left_right, up_down, strict=True):
        if sideways:
            flipped.append(tf.reverse(image, [2]))
        elif upright:
            flipped.append(tf.reverse(image, [1]))
        else:
            flipped.append(image)
    return tf.stack(flipped)


@wrong("flip", "up_down is left out")
def sideways_only(images, left_right, up_down):
    coin = tf.reshape(left_right, (-1, 1, 1, 1))
    return tf.where(coin == 1, tf.reverse(images, [3]), images)


@wrong("flip", "the batch itself is turned round")
def axis_0(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 0)):
        coin = tf.reshape(coins, (-1, 1, 1, 1))
        images = tf.where(coin == 1, tf.reverse(images, [axis]), images)
    return images
