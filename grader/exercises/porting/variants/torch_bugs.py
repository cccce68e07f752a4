"""Answers to the exercise with bugs, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("find_the_bug")
def three_lines_mended(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = norm
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + kept[0])
        z = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@right("find_the_bug")
def gru_module(x, W, U, b, c, norm, epsilon):
    layer = torch.nn.GRU(W.shape[1], U.shape[1], batch_first=True)
    with torch.no_grad():
        for weight, value in zip(layer.parameters(), (W, U, b, c), strict=True):
            weight.copy_(value)
        _, (state,) = layer(x)
    gamma, beta, mean, variance = norm
    output = torch.nn.functional.batch_norm(
        state, mean, variance, gamma, beta, training=False, eps=epsilon
    )
    return state, output


@right("find_the_bug")
def gate_by_gate(x, W, U, b, c, norm, epsilon):
    (Wr, Wz, Wn), (Ur, Uz, Un) = W.chunk(3), U.chunk(3)
    (br, bz, bn), (cr, cz, cn) = b.chunk(3), c.chunk(3)
    state = x.new_zeros(len(x), len(Ur))
    for row in x.unbind(1):
        r = torch.sigmoid(row @ Wr.T + state @ Ur.T + br + cr)
        z = torch.sigmoid(row @ Wz.T + state @ Uz.T + bz + cz)
        n = torch.tanh(row @ Wn.T + bn + r * (state @ Un.T + cn))
        state = torch.lerp(n, state, z)
    factor = norm[0] / (norm[3] + epsilon) ** 0.5
    return state, state * factor + (norm[1] - norm[2] * factor)


@wrong("find_the_bug", "the reset gate comes before the product")
def reset_first(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = norm
    (Ur, Uz, Un), (cr, cz, cn) = U.chunk(3), c.chunk(3)
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + state @ Ur.T + cr)
        z = torch.sigmoid(given[1] + state @ Uz.T + cz)
        n = torch.tanh(given[2] + (r * state) @ Un.T + cn)
        state = (1 - z) * n + z * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "all three bugs are still there")
def untouched(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        z = torch.sigmoid(given[0] + kept[0])
        r = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean = state.mean(dim=0)
    variance = state.var(dim=0, correction=0)
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the gates are in Keras's order, and the update gate is turned round",
)
def left_gates_and_update(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = norm
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        z = torch.sigmoid(given[0] + kept[0])
        r = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the gates are in Keras's order, and the statistics of the batch",
)
def left_gates_and_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        z = torch.sigmoid(given[0] + kept[0])
        r = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    mean = state.mean(dim=0)
    variance = state.var(dim=0, correction=0)
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the gates are in Keras's order")
def left_gates(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = norm
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        z = torch.sigmoid(given[0] + kept[0])
        r = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong(
    "find_the_bug",
    "still there: the update gate is turned round, and the statistics of the batch",
)
def left_update_and_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + kept[0])
        z = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean = state.mean(dim=0)
    variance = state.var(dim=0, correction=0)
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the update gate is turned round")
def left_update(x, W, U, b, c, norm, epsilon):
    gamma, beta, mean, variance = norm
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + kept[0])
        z = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta


@wrong("find_the_bug", "still there: the statistics of the batch")
def left_statistics(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + kept[0])
        z = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    mean = state.mean(dim=0)
    variance = state.var(dim=0, correction=0)
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta
