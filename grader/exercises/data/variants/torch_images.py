"""Answers to the exercises on images, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("to_model")
def statistics_and_permute(train, images):
    train, images = train.float() / 255, images.float() / 255
    mean = train.mean(dim=(0, 1, 2))
    std = train.std(dim=(0, 1, 2), correction=0)
    return ((images - mean) / std).permute(0, 3, 1, 2)


@right("to_model")
def channels_first_from_the_start(train, images):
    train = train.permute(3, 0, 1, 2).flatten(1).double()
    # The factor 255 cancels out.
    variance, mean = torch.var_mean(train, dim=1, unbiased=False)
    x = images.permute(0, 3, 1, 2) - mean[:, None, None]
    return x / variance.sqrt()[:, None, None]


@right("to_model")
def batch_norm_in_evaluation(train, images):
    pixels = train.reshape(-1, 3) / 255
    x = torch.movedim(images / 255, -1, 1)
    return torch.nn.functional.batch_norm(
        x, pixels.mean(0), pixels.var(0, correction=0), eps=0.0
    )


@wrong("to_model", "the batch's own statistics")
def own_statistics(train, images):
    x = images.float() / 255
    mean, std = x.mean(dim=(0, 1, 2)), x.std(dim=(0, 1, 2), correction=0)
    return ((x - mean) / std).permute(0, 3, 1, 2)


@wrong("to_model", "each image by its own statistics")
def instance_norm(train, images):
    x = (images / 255).permute(0, 3, 1, 2)
    return torch.nn.functional.instance_norm(x, eps=0.0)


@wrong("to_model", "one mean for all channels")
def one_number(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean()) / train.std(correction=0)
    return x.permute(0, 3, 1, 2)


@wrong("to_model", "one mean for each pixel")
def mean_over_dim_0(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean(0)) / train.std(0, correction=0)
    return x.permute(0, 3, 1, 2)


@wrong("to_model", "the unbiased standard deviation")
def default_std(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean((0, 1, 2))) / train.std((0, 1, 2))
    return x.permute(0, 3, 1, 2)


@wrong("to_model", "the variance")
def divided_by_variance(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean((0, 1, 2))) / train.var((0, 1, 2), correction=0)
    return x.permute(0, 3, 1, 2)


@wrong("to_model", "only the mean is taken off")
def no_division(train, images):
    x = images / 255 - (train / 255).mean((0, 1, 2))
    return x.permute(0, 3, 1, 2)


@wrong("to_model", "reshaped, not transposed")
def reshaped_to_nchw(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean((0, 1, 2))) / train.std((0, 1, 2), correction=0)
    n, height, width, channels = x.shape
    return x.reshape(n, channels, height, width)


@wrong("to_model", "the channels are still last")
def no_permute(train, images):
    train, images = train / 255, images / 255
    return (images - train.mean((0, 1, 2))) / train.std((0, 1, 2), correction=0)


@wrong("to_model", "height and width are exchanged")
def two_axes_exchanged(train, images):
    train, images = train / 255, images / 255
    x = (images - train.mean((0, 1, 2))) / train.std((0, 1, 2), correction=0)
    return x.transpose(1, 3)


@wrong("to_model", "statistics of another scale")
def images_not_scaled(train, images):
    train = train / 255
    x = (images - train.mean((0, 1, 2))) / train.std((0, 1, 2), correction=0)
    return x.permute(0, 3, 1, 2)


@right("resize")
def interpolate_twice(image, height, width):
    def resized(antialias):
        return torch.nn.functional.interpolate(
            image[None, None],
            size=(height, width),
            mode="bilinear",
            align_corners=False,
            antialias=antialias,
        )[0, 0]

    return resized(False), resized(True)


@right("resize")
def matrices_of_weights(image, height, width):
    def weights(old, new, smooth):
        centre = (torch.arange(new) + 0.5) * old / new - 0.5
        reach = max(1, old / new) if smooth else 1
        gap = (torch.arange(old) - centre[:, None]).abs()
        w = (1 - gap / reach).clamp(min=0)
        return w / w.sum(dim=1, keepdim=True)

    rows, columns = image.shape
    return tuple(
        weights(rows, height, smooth) @ image @ weights(columns, width, smooth).T
        for smooth in (False, True)
    )


@right("resize")
def pixel_by_pixel(image, height, width):
    def one_axis(lines, new, smooth):
        # lines (old, many): a new line is a weighted mean of old ones.
        old = len(lines)
        reach = max(1.0, old / new) if smooth else 1.0
        found = []
        for i in range(new):
            centre = (i + 0.5) * old / new - 0.5
            w = [max(0.0, 1 - abs(j - centre) / reach) for j in range(old)]
            line = sum(weight * lines[j] for j, weight in enumerate(w))
            found.append(line / sum(w))
        return torch.stack(found)

    both = []
    for smooth in (False, True):
        tall = one_axis(image, height, smooth)
        both.append(one_axis(tall.T, width, smooth).T)
    return both


@wrong("resize", "smooth is not smoothed")
def antialias_forgotten(image, height, width):
    x = torch.nn.functional.interpolate(
        image[None, None], size=(height, width), mode="bilinear"
    )[0, 0]
    return x, x


@wrong("resize", "plain is smoothed")
def antialias_twice(image, height, width):
    x = torch.nn.functional.interpolate(
        image[None, None], size=(height, width), mode="bilinear", antialias=True
    )[0, 0]
    return x, x


@wrong("resize", "plain and smooth are exchanged")
def smooth_first(image, height, width):
    plain, smooth = (
        torch.nn.functional.interpolate(
            image[None, None], size=(height, width), mode="bilinear", antialias=a
        )[0, 0]
        for a in (False, True)
    )
    return smooth, plain


@wrong("resize", "the corners are aligned in plain")
def align_corners(image, height, width):
    x, size = image[None, None], (height, width)
    resized = torch.nn.functional.interpolate
    plain = resized(x, size=size, mode="bilinear", align_corners=True)
    smooth = resized(x, size=size, mode="bilinear", antialias=True)
    return plain[0, 0], smooth[0, 0]


@wrong("resize", "the half pixels are missing in plain")
def place_times_ratio(image, height, width):
    def weights(old, new):
        centre = torch.arange(new) * old / new
        gap = (torch.arange(old) - centre.clamp(max=old - 1)[:, None]).abs()
        return (1 - gap).clamp(min=0)

    rows, columns = image.shape
    plain = weights(rows, height) @ image @ weights(columns, width).T
    smooth = torch.nn.functional.interpolate(
        image[None, None], size=(height, width), mode="bilinear", antialias=True
    )
    return plain, smooth[0, 0]


@wrong("resize", "plain takes the nearest pixel to the left")
def default_mode(image, height, width):
    x, size = image[None, None], (height, width)
    resized = torch.nn.functional.interpolate
    smooth = resized(x, size=size, mode="bilinear", antialias=True)
    return resized(x, size=size)[0, 0], smooth[0, 0]


@wrong("resize", "plain takes the nearest pixel")
def nearest_exact(image, height, width):
    x, size = image[None, None], (height, width)
    resized = torch.nn.functional.interpolate
    smooth = resized(x, size=size, mode="bilinear", antialias=True)
    return resized(x, size=size, mode="nearest-exact")[0, 0], smooth[0, 0]


@wrong("resize", "the weights of smooth are not divided by their sum")
def divided_by_reach(image, height, width):
    def weights(old, new):
        centre = (torch.arange(new) + 0.5) * old / new - 0.5
        reach = max(1, old / new)
        gap = (torch.arange(old) - centre[:, None]).abs()
        return (1 - gap / reach).clamp(min=0) / reach

    plain = torch.nn.functional.interpolate(
        image[None, None], size=(height, width), mode="bilinear"
    )[0, 0]
    rows, columns = image.shape
    return plain, weights(rows, height) @ image @ weights(columns, width).T


@right("crop")
def slices_of_padded(images, tops, lefts, pad, size):
    larger = torch.nn.functional.pad(images, (0, 0, pad, pad, pad, pad))
    return torch.stack(
        [
            image[top : top + size, left : left + size]
            for image, top, left in zip(larger, tops, lefts, strict=True)
        ]
    )


@right("crop")
def indices_of_rows_and_columns(images, tops, lefts, pad, size):
    n, height, width, channels = images.shape
    larger = images.new_zeros(n, height + 2 * pad, width + 2 * pad, channels)
    larger[:, pad : pad + height, pad : pad + width] = images
    rows = torch.tensor(tops)[:, None] + torch.arange(size)
    columns = torch.tensor(lefts)[:, None] + torch.arange(size)
    image = torch.arange(n)[:, None, None]
    return larger[image, rows[:, :, None], columns[:, None]]


@right("crop")
def channels_first_and_narrow(images, tops, lefts, pad, size):
    x = torch.nn.ZeroPad2d(pad)(images.permute(0, 3, 1, 2))
    crops = [
        x[i].narrow(1, top, size).narrow(2, left, size)
        for i, (top, left) in enumerate(zip(tops, lefts, strict=True))
    ]
    return torch.stack(crops).permute(0, 2, 3, 1)


@wrong("crop", "the padding is left out")
def never_padded(images, tops, lefts, pad, size):
    crops = []
    for image, top, left in zip(images, tops, lefts, strict=True):
        top = min(top, image.shape[0] - size)
        left = min(left, image.shape[1] - size)
        crops.append(image[top : top + size, left : left + size])
    return torch.stack(crops)


@wrong("crop", "padded behind only")
def zeros_behind(images, tops, lefts, pad, size):
    larger = torch.nn.functional.pad(images, (0, 0, 0, 2 * pad, 0, 2 * pad))
    return torch.stack(
        [
            image[top : top + size, left : left + size]
            for image, top, left in zip(larger, tops, lefts, strict=True)
        ]
    )


@wrong("crop", "the border repeats the edge")
def replicate(images, tops, lefts, pad, size):
    x = images.permute(0, 3, 1, 2)
    x = torch.nn.functional.pad(x, (pad,) * 4, mode="replicate").permute(0, 2, 3, 1)
    return torch.stack(
        [
            image[top : top + size, left : left + size]
            for image, top, left in zip(x, tops, lefts, strict=True)
        ]
    )


@wrong("crop", "the border is a mirror image")
def reflect(images, tops, lefts, pad, size):
    x = images.permute(0, 3, 1, 2)
    x = torch.nn.functional.pad(x, (pad,) * 4, mode="reflect").permute(0, 2, 3, 1)
    return torch.stack(
        [
            image[top : top + size, left : left + size]
            for image, top, left in zip(x, tops, lefts, strict=True)
        ]
    )


@wrong("crop", "one offset for the whole batch")
def first_offset(images, tops, lefts, pad, size):
    larger = torch.nn.functional.pad(images, (0, 0, pad, pad, pad, pad))
    top, left = tops[0], lefts[0]
    return larger[:, top : top + size, left : left + size]


@wrong("crop", "tops and lefts are exchanged")
def left_before_top(images, tops, lefts, pad, size):
    larger = torch.nn.functional.pad(images, (0, 0, pad, pad, pad, pad))
    rows, columns = larger.shape[1] - size, larger.shape[2] - size
    return torch.stack(
        [
            image[min(left, rows) :, min(top, columns) :][:size, :size]
            for image, top, left in zip(larger, tops, lefts, strict=True)
        ]
    )


@wrong("crop", "always the middle")
def centre_crop(images, tops, lefts, pad, size):
    top, left = ((side - size) // 2 for side in images.shape[1:3])
    return images[:, top : top + size, left : left + size]


@right("flip")
def image_by_image(images, left_right, up_down):
    flipped = []
    for image, sideways, upright in zip(images, left_right, up_down, strict=True):
        if sideways:
            image = torch.flip(image, [2])
        if upright:
            image = torch.flip(image, [1])
        flipped.append(image)
    return torch.stack(flipped)


@right("flip")
def where_over_the_batch(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 2)):
        coin = torch.tensor(coins).reshape(-1, 1, 1, 1)
        images = torch.where(coin == 1, images.flip(axis), images)
    return images


@right("flip")
def copy_and_assign(images, left_right, up_down):
    x = images.clone()
    mirrored = torch.tensor(left_right, dtype=torch.bool)
    x[mirrored] = x[mirrored].flip(-1)
    turned = torch.tensor(up_down, dtype=torch.bool)
    x[turned] = torch.flip(x[turned], dims=(-2,))
    return x


@wrong("flip", "left-right and up-down are exchanged")
def rows_for_left_right(images, left_right, up_down):
    for coins, axis in ((left_right, 2), (up_down, 3)):
        coin = torch.tensor(coins).reshape(-1, 1, 1, 1)
        images = torch.where(coin == 1, images.flip(axis), images)
    return images


@wrong("flip", "the axes of channels-last images")
def channels_last_axes(images, left_right, up_down):
    for coins, axis in ((left_right, 2), (up_down, 1)):
        coin = torch.tensor(coins).reshape(-1, 1, 1, 1)
        images = torch.where(coin == 1, images.flip(axis), images)
    return images


@wrong("flip", "one coin for the whole batch")
def first_coin(images, left_right, up_down):
    if left_right[0]:
        images = images.flip(3)
    if up_down[0]:
        images = images.flip(2)
    return images


@wrong("flip", "the coins are turned over")
def kept_where_one(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 2)):
        coin = torch.tensor(coins).reshape(-1, 1, 1, 1)
        images = torch.where(coin == 1, images, images.flip(axis))
    return images


@wrong("flip", "one coin turns both ways")
def turned_by_180(images, left_right, up_down):
    coin = (torch.tensor(left_right) + torch.tensor(up_down)).reshape(-1, 1, 1, 1)
    return torch.where(coin > 0, images.flip((2, 3)), images)


@wrong("flip", "never both")
def either_or(images, left_right, up_down):
    flipped = []
    for image, sideways, upright in zip(images, left_right, up_down, strict=True):
        if sideways:
            flipped.append(image.flip(2))
        elif upright:
            flipped.append(image.flip(1))
        else:
            flipped.append(image)
    return torch.stack(flipped)


@wrong("flip", "up_down is left out")
def sideways_only(images, left_right, up_down):
    coin = torch.tensor(left_right).reshape(-1, 1, 1, 1)
    return torch.where(coin == 1, images.flip(3), images)


@wrong("flip", "the batch itself is turned round")
def axis_0(images, left_right, up_down):
    for coins, axis in ((left_right, 3), (up_down, 0)):
        coin = torch.tensor(coins).reshape(-1, 1, 1, 1)
        images = torch.where(coin == 1, images.flip(axis), images)
    return images
