"""Answers about a batch norm that is folded into the layer before it."""

import numpy as np

from grader.judging.variant import right, wrong


@right("fold_batch_norm")
def factor_in_shape(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    shape = [1] * kernel.ndim
    shape[axis] = -1
    return kernel * factor.reshape(shape), (bias - mean) * factor + beta


@right("fold_batch_norm")
def channels_moved_last(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma * (variance + epsilon) ** -0.5
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), factor * bias + beta - factor * mean


@right("fold_batch_norm")
def channel_by_channel(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    new_kernel, new_bias = kernel.copy(), []
    channels = np.moveaxis(new_kernel, axis, 0)  # a view
    for c in range(len(bias)):
        factor = gamma[c] / np.sqrt(variance[c] + epsilon)
        channels[c] *= factor
        new_bias.append(factor * (bias[c] - mean[c]) + beta[c])
    return new_kernel, new_bias


@wrong("fold_batch_norm", "the factor lies on the last axis")
def broadcast_by_itself(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, (bias - mean) * factor + beta


@wrong("fold_batch_norm", "the factor lies on the first axis")
def as_in_torch(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor[:, None, None, None], (bias - mean) * factor + beta


@wrong("fold_batch_norm", "epsilon is left out")
def root_of_the_variance(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), (bias - mean) * factor + beta


@wrong("fold_batch_norm", "epsilon is added to the root")
def epsilon_outside(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / (np.sqrt(variance) + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), (bias - mean) * factor + beta


@wrong("fold_batch_norm", "divided by the variance")
def no_root(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / (variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), (bias - mean) * factor + beta


@wrong("fold_batch_norm", "the bias is not scaled")
def bias_behind(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), bias + beta - mean * factor


@wrong("fold_batch_norm", "the old bias is lost")
def as_if_without_bias(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), beta - mean * factor


@wrong("fold_batch_norm", "the mean is lost")
def scaled_and_shifted(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), bias * factor + beta


@wrong("fold_batch_norm", "the mean is not scaled")
def mean_behind(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), bias * factor - mean + beta


@wrong("fold_batch_norm", "beta is lost")
def no_shift(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), (bias - mean) * factor


@wrong("fold_batch_norm", "the bias is left as it was")
def kernel_alone(kernel, bias, gamma, beta, mean, variance, epsilon, axis):
    factor = gamma / np.sqrt(variance + epsilon)
    moved = np.moveaxis(kernel, axis, -1) * factor
    return np.moveaxis(moved, -1, axis), bias
