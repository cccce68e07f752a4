"""Answers about the weights of dense, convolution, batch norm and attention layers."""

import numpy as np

from grader.judging.variant import right, wrong


@right("flatten_rows")
def unfold_and_move(weight, channels, height, width):
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(-1, channels, height, width)
    maps = maps.transpose(0, 2, 3, 1).reshape(len(weight), pixels)
    return np.hstack([maps, weight[:, pixels:]]).T


@right("flatten_rows")
def rows_by_index(weight, channels, height, width):
    pixels = channels * height * width
    at = np.arange(pixels).reshape(channels, height, width)
    at = np.moveaxis(at, 0, -1).ravel()
    return np.concatenate([weight.T[at], weight.T[pixels:]])


@right("flatten_rows")
def one_row_at_a_time(weight, channels, height, width):
    rows = []
    for i in range(height):
        for j in range(width):
            for c in range(channels):
                rows.append(weight[:, (c * height + i) * width + j])
    rows.extend(weight.T[channels * height * width :])
    return rows


@wrong("flatten_rows", "the rows keep PyTorch's order")
def transposed_alone(weight, channels, height, width):
    return weight.T


@wrong("flatten_rows", "the order the other way round")
def read_as_keras(weight, channels, height, width):
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(-1, height, width, channels)
    maps = maps.transpose(0, 3, 1, 2).reshape(len(weight), pixels)
    return np.hstack([maps, weight[:, pixels:]]).T


@wrong("flatten_rows", "columns before rows")
def axes_reversed(weight, channels, height, width):
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(-1, channels, height, width)
    maps = maps.transpose(0, 3, 2, 1).reshape(len(weight), pixels)
    return np.hstack([maps, weight[:, pixels:]]).T


@wrong("flatten_rows", "the extra rows come first")
def joined_the_other_way(weight, channels, height, width):
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(-1, channels, height, width)
    maps = maps.transpose(0, 2, 3, 1).reshape(len(weight), pixels)
    return np.hstack([weight[:, pixels:], maps]).T


@wrong("flatten_rows", "the extra features are read first")
def last_columns_are_pixels(weight, channels, height, width):
    extra = weight.shape[1] - channels * height * width
    maps = weight[:, extra:].reshape(-1, channels, height, width)
    maps = maps.transpose(0, 2, 3, 1).reshape(len(weight), -1)
    return np.hstack([weight[:, :extra], maps]).T


@wrong("flatten_rows", "reshaped at the end")
def shape_without_axes(weight, channels, height, width):
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(-1, channels, height, width)
    maps = maps.transpose(0, 2, 3, 1).reshape(len(weight), pixels)
    return np.hstack([maps, weight[:, pixels:]]).reshape(-1, len(weight))


@right("conv_kernels")
def unfolded_first(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(channels, -1, height, width)
    return kernel.transpose(2, 3, 0, 1), transposed.transpose(2, 3, 1, 0)


@right("conv_kernels")
def moved_first(depthwise, transposed, channels):
    kernel = np.moveaxis(depthwise[:, 0], 0, -1)
    kernel = kernel.reshape(*kernel.shape[:2], channels, -1)
    return kernel, np.einsum("iohw->hwoi", transposed)


@right("conv_kernels")
def filter_by_filter(depthwise, transposed, channels):
    filters, _, height, width = depthwise.shape
    multiplier = filters // channels
    kernel = np.zeros((height, width, channels, multiplier))
    for number in range(filters):
        channel, copy = divmod(number, multiplier)
        kernel[:, :, channel, copy] = depthwise[number, 0]
    return kernel, transposed.T.swapaxes(0, 1)


@wrong("conv_kernels", "the filters of a channel are apart")
def channels_fastest(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(-1, channels, height, width)
    return kernel.transpose(2, 3, 1, 0), transposed.transpose(2, 3, 1, 0)


@wrong("conv_kernels", "moved as the kernel of a plain convolution")
def plain_kernel(depthwise, transposed, channels):
    return depthwise.transpose(2, 3, 1, 0), transposed.transpose(2, 3, 1, 0)


@wrong("conv_kernels", "in and out of the transposed convolution")
def in_before_out(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(channels, -1, height, width)
    return kernel.transpose(2, 3, 0, 1), transposed.transpose(2, 3, 0, 1)


@wrong("conv_kernels", "the kernel is flipped")
def turned_round(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(channels, -1, height, width)
    flipped = np.flip(transposed, axis=(2, 3))
    return kernel.transpose(2, 3, 0, 1), flipped.transpose(2, 3, 1, 0)


@wrong("conv_kernels", "height and width are exchanged")
def all_axes_reversed(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(channels, -1, height, width)
    return kernel.transpose(3, 2, 0, 1), transposed.T


@wrong("conv_kernels", "the kernels are reshaped")
def shapes_alone(depthwise, transposed, channels):
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(height, width, channels, -1)
    return kernel, transposed.reshape(height, width, *transposed.shape[1::-1])


@right("batch_norm")
def difference_of_epsilons(
    weight, bias, running_mean, running_var, eps, momentum, epsilon
):
    variance = running_var + (eps - epsilon)
    return np.stack([weight, bias, running_mean, variance]), 1 - momentum


@right("batch_norm")
def equal_divisors(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    divisor = np.sqrt(running_var + eps)
    moving_variance = divisor**2 - epsilon
    return [weight, bias, running_mean, moving_variance], 1 - momentum


@right("batch_norm")
def filled_in(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    weights = np.empty((4, len(weight)))
    weights[0], weights[1], weights[2] = weight, bias, running_mean
    weights[3] = running_var - epsilon + eps
    return weights, -(momentum - 1)


@wrong("batch_norm", "the momentum is copied")
def same_momentum(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    variance = running_var + eps - epsilon
    return np.stack([weight, bias, running_mean, variance]), momentum


@wrong("batch_norm", "everything is copied")
def nothing_changed(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    return np.stack([weight, bias, running_mean, running_var]), momentum


@wrong("batch_norm", "the variance is copied")
def same_variance(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    return np.stack([weight, bias, running_mean, running_var]), 1 - momentum


@wrong("batch_norm", "the correction has the wrong sign")
def wrong_way(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    variance = running_var + epsilon - eps
    return np.stack([weight, bias, running_mean, variance]), 1 - momentum


@wrong("batch_norm", "PyTorch's epsilon is added, Keras's is not taken away")
def half_of_it(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    return np.stack([weight, bias, running_mean, running_var + eps]), 1 - momentum


@wrong("batch_norm", "gamma is rescaled instead")
def into_gamma(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    ratio = np.sqrt((running_var + epsilon) / (running_var + eps))
    return np.stack([weight * ratio, bias, running_mean, running_var]), 1 - momentum


@wrong("batch_norm", "the statistics come first")
def statistics_first(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    variance = running_var + eps - epsilon
    return np.stack([running_mean, variance, weight, bias]), 1 - momentum


@wrong("batch_norm", "gamma and beta are exchanged")
def shift_first(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    variance = running_var + eps - epsilon
    return np.stack([bias, weight, running_mean, variance]), 1 - momentum


@wrong("batch_norm", "mean and variance are exchanged")
def variance_third(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    variance = running_var + eps - epsilon
    return np.stack([weight, bias, variance, running_mean]), 1 - momentum


@wrong("batch_norm", "a standard deviation")
def root_taken(weight, bias, running_mean, running_var, eps, momentum, epsilon):
    deviation = np.sqrt(running_var + eps - epsilon)
    return np.stack([weight, bias, running_mean, deviation]), 1 - momentum


@right("attention_heads")
def moved_and_merged(kernels, biases, output):
    e = output.shape[-1]
    in_weight = kernels.transpose(0, 2, 3, 1).reshape(3 * e, e)
    return in_weight, biases.ravel(), output.reshape(e, e).T


@right("attention_heads")
def part_by_part(kernels, biases, output):
    e = output.shape[-1]
    in_weight = np.concatenate([kernel.reshape(e, e).T for kernel in kernels])
    in_bias = np.concatenate([bias.reshape(e) for bias in biases])
    return in_weight, in_bias, np.moveaxis(output, -1, 0).reshape(e, e)


@right("attention_heads")
def head_by_head(kernels, biases, output):
    _, e, heads, s = kernels.shape
    in_weight, in_bias = np.zeros((3 * e, e)), np.zeros(3 * e)
    out_weight = np.zeros((e, e))
    for head in range(heads):
        for part in range(3):
            rows = slice(part * e + head * s, part * e + (head + 1) * s)
            in_weight[rows] = kernels[part, :, head].T
            in_bias[rows] = biases[part, head]
        out_weight[:, head * s : (head + 1) * s] = output[head].T
    return in_weight, in_bias, out_weight


@wrong("attention_heads", "the kernels are not transposed")
def kernels_as_stored(kernels, biases, output):
    e = output.shape[-1]
    return kernels.reshape(3 * e, e), biases.ravel(), output.reshape(e, e).T


@wrong("attention_heads", "the output matrix is not transposed")
def output_as_stored(kernels, biases, output):
    e = output.shape[-1]
    in_weight = kernels.transpose(0, 2, 3, 1).reshape(3 * e, e)
    return in_weight, biases.ravel(), output.reshape(e, e)


@wrong("attention_heads", "none of the matrices is transposed")
def all_as_stored(kernels, biases, output):
    e = output.shape[-1]
    return kernels.reshape(3 * e, e), biases.ravel(), output.reshape(e, e)


@wrong("attention_heads", "the heads vary fastest")
def places_before_heads(kernels, biases, output):
    e = output.shape[-1]
    in_weight = kernels.transpose(0, 3, 2, 1).reshape(3 * e, e)
    in_bias = biases.transpose(0, 2, 1).ravel()
    return in_weight, in_bias, output.transpose(2, 1, 0).reshape(e, e)


@wrong("attention_heads", "query, key and value of each head together")
def heads_before_parts(kernels, biases, output):
    e = output.shape[-1]
    in_weight = kernels.transpose(2, 0, 3, 1).reshape(3 * e, e)
    in_bias = biases.transpose(1, 0, 2).ravel()
    return in_weight, in_bias, output.reshape(e, e).T


@wrong("attention_heads", "key and value are exchanged")
def query_value_key(kernels, biases, output):
    e = output.shape[-1]
    q, k, v = (kernel.reshape(e, e).T for kernel in kernels)
    bq, bk, bv = (bias.ravel() for bias in biases)
    in_weight = np.concatenate([q, v, k])
    return in_weight, np.concatenate([bq, bv, bk]), output.reshape(e, e).T


@wrong("attention_heads", "key, query, value")
def key_first(kernels, biases, output):
    e = output.shape[-1]
    q, k, v = (kernel.reshape(e, e).T for kernel in kernels)
    bq, bk, bv = (bias.ravel() for bias in biases)
    in_weight = np.concatenate([k, q, v])
    return in_weight, np.concatenate([bk, bq, bv]), output.reshape(e, e).T


@wrong("attention_heads", "the query is scaled")
def root_in_query(kernels, biases, output):
    e, s = output.shape[-1], output.shape[1]
    in_weight = kernels.transpose(0, 2, 3, 1).reshape(3 * e, e)
    in_bias = biases.reshape(3 * e).copy()
    in_weight[:e] /= np.sqrt(s)
    in_bias[:e] /= np.sqrt(s)
    return in_weight, in_bias, output.reshape(e, e).T
