"""Answers about the weights of recurrent layers."""

import numpy as np

from grader.judging.variant import right, wrong


@right("lstm_weights")
def blocks_by_letter(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    return sort(weight_ih).T, sort(weight_hh).T, sort(bias_ih + bias_hh)


@right("lstm_weights")
def dict_of_gates(weight_ih, weight_hh, bias_ih, bias_hh, order):
    kernels = dict(zip(order, np.split(weight_ih.T, 4, axis=1), strict=True))
    recurrent = dict(zip(order, np.split(weight_hh.T, 4, axis=1), strict=True))
    biases = dict(zip(order, np.split(bias_ih + bias_hh, 4), strict=True))
    return (
        np.hstack([kernels[gate] for gate in "ifgo"]),
        np.hstack([recurrent[gate] for gate in "ifgo"]),
        np.hstack([biases[gate] for gate in "ifgo"]),
    )


@right("lstm_weights")
def row_by_row(weight_ih, weight_hh, bias_ih, bias_hh, order):
    h = weight_hh.shape[1]
    kernel = np.zeros(weight_ih.shape[::-1])
    recurrent_kernel = np.zeros(weight_hh.shape[::-1])
    bias = np.zeros(4 * h)
    for block, gate in enumerate(order):
        for unit in range(h):
            source, target = block * h + unit, "ifgo".index(gate) * h + unit
            kernel[:, target] = weight_ih[source]
            recurrent_kernel[:, target] = weight_hh[source]
            bias[target] = bias_ih[source] + bias_hh[source]
    return kernel, recurrent_kernel, bias


@wrong("lstm_weights", "the blocks stay as they are")
def transposed_and_added(weight_ih, weight_hh, bias_ih, bias_hh, order):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


@wrong("lstm_weights", "the order the other way round")
def letters_the_other_way(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks["ifgo".index(gate)] for gate in order])

    return sort(weight_ih).T, sort(weight_hh).T, sort(bias_ih + bias_hh)


@wrong("lstm_weights", "the bias keeps the file's order")
def bias_unsorted(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    return sort(weight_ih).T, sort(weight_hh).T, bias_ih + bias_hh


@wrong("lstm_weights", "bias_hh is dropped")
def one_bias(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    return sort(weight_ih).T, sort(weight_hh).T, sort(bias_ih)


@wrong("lstm_weights", "the mean of the biases")
def mean_bias(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    bias = np.mean([bias_ih, bias_hh], axis=0)
    return sort(weight_ih).T, sort(weight_hh).T, sort(bias)


@wrong("lstm_weights", "two rows of biases")
def stacked_biases(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    bias = np.stack([sort(bias_ih), sort(bias_hh)])
    return sort(weight_ih).T, sort(weight_hh).T, bias


@wrong("lstm_weights", "one bias after the other")
def joined_biases(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    bias = np.concatenate([sort(bias_ih), sort(bias_hh)])
    return sort(weight_ih).T, sort(weight_hh).T, bias


@wrong("lstm_weights", "the kernels are reshaped")
def reshaped_kernels(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    n, d = weight_ih.shape
    kernel = sort(weight_ih).reshape(d, n)
    return kernel, sort(weight_hh).reshape(-1, n), sort(bias_ih + bias_hh)


@wrong("lstm_weights", "the kernels are exchanged")
def hidden_first(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    return sort(weight_hh).T, sort(weight_ih).T, sort(bias_ih + bias_hh)


@wrong("lstm_weights", "the forget bias is raised")
def unit_forget_bias(weight_ih, weight_hh, bias_ih, bias_hh, order):
    def sort(array):
        blocks = np.split(array, 4)
        return np.concatenate([blocks[order.index(gate)] for gate in "ifgo"])

    h = weight_hh.shape[1]
    bias = sort(bias_ih + bias_hh)
    bias[h : 2 * h] += 1
    return sort(weight_ih).T, sort(weight_hh).T, bias


@right("gru_weights")
def split_and_joined(kernel, recurrent_kernel, bias):
    def order(array):
        z, r, h = np.split(array, 3, axis=-1)
        return np.concatenate([r, z, h], axis=-1)

    b = order(bias)
    return order(kernel).T, order(recurrent_kernel).T, b[0], b[1]


@right("gru_weights")
def columns_by_index(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    return kernel.T[at], recurrent_kernel.T[at], bias[0][at], bias[1][at]


@right("gru_weights")
def third_axis(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)

    def turned(array):
        gates = array.reshape(-1, 3, h)[:, [1, 0, 2]]
        return gates.reshape(-1, 3 * h).T

    b = turned(bias)
    return turned(kernel), turned(recurrent_kernel), b[:, 0], b[:, 1]


@wrong("gru_weights", "the gates keep Keras's order")
def only_transposed(kernel, recurrent_kernel, bias):
    return kernel.T, recurrent_kernel.T, bias[0], bias[1]


@wrong("gru_weights", "the biases keep Keras's order")
def biases_forgotten(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    return kernel.T[at], recurrent_kernel.T[at], bias[0], bias[1]


@wrong("gru_weights", "the matrices keep Keras's order")
def matrices_forgotten(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    return kernel.T, recurrent_kernel.T, bias[0][at], bias[1][at]


@wrong("gru_weights", "the blocks are reversed")
def reversed_blocks(kernel, recurrent_kernel, bias):
    def order(array):
        z, r, h = np.split(array, 3, axis=-1)
        return np.concatenate([h, r, z], axis=-1)

    b = order(bias)
    return order(kernel).T, order(recurrent_kernel).T, b[0], b[1]


@wrong("gru_weights", "the biases are added")
def as_for_an_lstm(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    total = bias.sum(axis=0)[at]
    return kernel.T[at], recurrent_kernel.T[at], total, np.zeros(3 * h)


@wrong("gru_weights", "the biases are exchanged")
def state_bias_first(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    return kernel.T[at], recurrent_kernel.T[at], bias[1][at], bias[0][at]


@wrong("gru_weights", "the kernels are reshaped")
def reshaped_matrices(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    W, U = kernel.reshape(3 * h, -1), recurrent_kernel.reshape(3 * h, h)
    return W[at], U[at], bias[0][at], bias[1][at]


@wrong("gru_weights", "the kernels are exchanged")
def recurrent_first(kernel, recurrent_kernel, bias):
    h = len(recurrent_kernel)
    at = np.r_[h : 2 * h, 0:h, 2 * h : 3 * h]
    return recurrent_kernel.T[at], kernel.T[at], bias[0][at], bias[1][at]
