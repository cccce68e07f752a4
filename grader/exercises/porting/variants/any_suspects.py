"""Answers that try each porting bug on the model that is right."""

import numpy as np

from grader.judging.variant import right, wrong

# The locked cell above the exercise name_the_bug.


def network(x, weights, epsilon=1e-5, relu=True):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    hidden = x.reshape(len(x), -1) @ W1.T + b1
    hidden = (hidden - mean) / np.sqrt(var + epsilon)
    hidden = gamma * hidden + beta
    if relu:
        hidden = np.maximum(hidden, 0)
    return hidden @ W2.T + b2


@right("name_the_bug")
def nearest_of_seven(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
        network(x, weights),
    ]
    found = []
    for port in ports:
        gaps = [np.abs(port - output).max() for output in outputs]
        found.append(int(np.argmin(gaps)))
    return [number if number < 6 else -1 for number in found]


@right("name_the_bug")
def close_enough(x, weights, ports):
    def run(bug):
        W1, b1, gamma, beta, mean, var, W2, b2 = weights
        images = np.moveaxis(x, 1, -1) if bug == 0 else x
        if bug == 1:
            W2 = W2.T
        if bug == 2:
            b1 = np.zeros_like(b1)
        if bug == 5:
            mean, var = np.zeros_like(mean), np.ones_like(var)
        eps = 1e-3 if bug == 3 else 1e-5
        z = images.reshape(len(x), -1) @ W1.T + b1
        z = gamma * (z - mean) / np.sqrt(var + eps) + beta
        return (z if bug == 4 else np.maximum(z, 0)) @ W2.T + b2

    outputs = {bug: run(bug) for bug in range(-1, 6)}
    scale = max(np.abs(output).max() for output in outputs.values())
    numbers = []
    for port in ports:
        for bug, output in outputs.items():
            if np.abs(port - output).max() < 1e-4 * scale:
                numbers.append(bug)
    return numbers


@right("name_the_bug")
def one_array_of_gaps(x, weights, ports):
    names = ["W1", "b1", "gamma", "beta", "mean", "var", "W2", "b2"]
    w = dict(zip(names, weights, strict=True))

    def run(images=x, epsilon=1e-5, floor=0.0, **changed):
        v = {**w, **changed}
        z = images.reshape(len(images), -1) @ v["W1"].T + v["b1"]
        z = (z - v["mean"]) / np.sqrt(v["var"] + epsilon)
        return np.maximum(v["gamma"] * z + v["beta"], floor) @ v["W2"].T + v["b2"]

    outputs = np.stack(
        [
            run(),
            run(images=np.einsum("nchw->nhwc", x)),
            run(W2=w["W2"].T),
            run(b1=0 * w["b1"]),
            run(epsilon=1e-3),
            run(floor=-np.inf),
            run(mean=0 * w["mean"], var=0 * w["var"] + 1),
        ]
    )
    gaps = ((ports[:, None] - outputs) ** 2).sum(axis=(2, 3))
    return gaps.argmin(axis=1) - 1


@wrong("name_the_bug", "exactly equal")
def to_the_last_bit(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    numbers = []
    for port in ports:
        equal = [np.array_equal(port, output) for output in outputs]
        numbers.append(equal.index(True) if any(equal) else -1)
    return numbers


@wrong("name_the_bug", "a small bug is taken for rounding")
def one_percent_is_close(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = {
        -1: network(x, weights),
        0: network(x.transpose(0, 2, 3, 1), weights),
        1: network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        2: network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        3: network(x, weights, epsilon=1e-3),
        4: network(x, weights, relu=False),
        5: network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    }
    scale = max(np.abs(output).max() for output in outputs.values())
    numbers = []
    for port in ports:
        close = [
            bug
            for bug, output in outputs.items()
            if np.abs(port - output).max() < 0.011 * scale
        ]
        numbers.append(close[0])
    return numbers


@wrong("name_the_bug", "right ports are blamed")
def nearest_of_six(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    gaps = [[np.abs(port - o).max() for o in outputs] for port in ports]
    return np.argmin(gaps, axis=1)


@wrong("name_the_bug", "a right port has the number 6")
def seventh_of_seven(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
        network(x, weights),
    ]
    gaps = [[np.abs(port - o).max() for o in outputs] for port in ports]
    return np.argmin(gaps, axis=1)


@wrong("name_the_bug", "bugs counted from 1")
def first_is_number_one(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x, weights),
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    gaps = [[np.abs(port - o).max() for o in outputs] for port in ports]
    numbers = np.argmin(gaps, axis=1)
    return np.where(numbers == 0, -1, numbers)


@wrong("name_the_bug", "a right port has the number 0")
def position_in_list(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x, weights),
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    gaps = [[np.abs(port - o).max() for o in outputs] for port in ports]
    return np.argmin(gaps, axis=1)


@wrong("name_the_bug", "bug 0 is not found")
def wrong_flatten(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 3, 2, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    scale = max(np.abs(output).max() for output in outputs)
    numbers = []
    for port in ports:
        close = [np.abs(port - o).max() < 1e-4 * scale for o in outputs]
        numbers.append(close.index(True) if any(close) else -1)
    return numbers


@wrong("name_the_bug", "bug 1 is not found")
def not_turned(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2[::-1], b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2]),
    ]
    scale = max(np.abs(output).max() for output in outputs)
    numbers = []
    for port in ports:
        close = [np.abs(port - o).max() < 1e-4 * scale for o in outputs]
        numbers.append(close.index(True) if any(close) else -1)
    return numbers


@wrong("name_the_bug", "bug 5 is not found")
def mean_alone(x, weights, ports):
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    outputs = [
        network(x.transpose(0, 2, 3, 1), weights),
        network(x, [W1, b1, gamma, beta, mean, var, W2.T, b2]),
        network(x, [W1, 0, gamma, beta, mean, var, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, var, W2, b2]),
    ]
    scale = np.abs(ports).max()
    numbers = []
    for port in ports:
        close = [np.abs(port - o).max() < 1e-4 * scale for o in outputs]
        numbers.append(close.index(True) if any(close) else -1)
    return numbers
