"""Which porting bug explains an output: each is tried on the model that is right."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Weights = list[np.ndarray]

EPSILON, KERAS_EPSILON = 1e-5, 1e-3
ROUNDING = 1e-6  # of another framework, as a share of the largest output
TOLERANCE = 1e-4
APART = 10 * TOLERANCE
RIGHT = -1


def _draw(rng: np.random.Generator) -> Case:
    while True:
        n, hidden = int(rng.integers(3, 5)), int(rng.integers(3, 5))
        sizes = rng.permutation([2, 3, int(rng.integers(2, 4))])
        x = normal(rng, n, *sizes)
        features = int(np.prod(sizes))
        weights = [
            normal(rng, hidden, features) / np.float32(np.sqrt(features)),
            normal(rng, hidden),
            rng.uniform(0.5, 1.5, size=hidden).astype(np.float32),
            normal(rng, hidden),
            normal(rng, hidden),
            # So small that epsilon counts.
            rng.uniform(0.02, 0.1, size=hidden).astype(np.float32),
            normal(rng, hidden, hidden),
            normal(rng, hidden),
        ]
        outputs = _outputs(x.astype(float), [w.astype(float) for w in weights])
        if _apart(outputs):
            break
    more = rng.integers(RIGHT, len(BUGS), size=rng.integers(1, 3))
    numbers = rng.permutation([RIGHT, *range(len(BUGS)), *more])
    ports = np.array([outputs[number] for number in numbers])
    noise = ROUNDING * np.abs(ports).max() * rng.uniform(-1, 1, size=ports.shape)
    return {
        "x": x,
        "weights": weights,
        "ports": (ports + noise).astype(np.float32),
    }


def _network(
    x: np.ndarray,
    weights: Weights,
    epsilon: float = EPSILON,
    relu: Callable[[np.ndarray], np.ndarray] = lambda z: np.maximum(z, 0),
) -> np.ndarray:
    """A small model as PyTorch runs it in evaluation: (n, h).

    x is (n, c, h, w); W1 (h, c * h * w) and W2 (h, h) are [out, in], the others (h,).
    """
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    z = x.reshape(len(x), -1) @ W1.T + b1
    z = gamma * (z - mean) / np.sqrt(var + epsilon) + beta
    return relu(z) @ W2.T + b2


def _pixels_first(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _network(x.transpose(0, 2, 3, 1), weights)


def _not_transposed(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _network(x, [*weights[:6], weights[6].T, weights[7]])


def _no_bias(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _network(x, [weights[0], 0 * weights[1], *weights[2:]])


def _other_epsilon(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _network(x, weights, epsilon=KERAS_EPSILON)


def _no_relu(x: np.ndarray, weights: Weights) -> np.ndarray:
    return _network(x, weights, relu=lambda z: z)


def _new_statistics(x: np.ndarray, weights: Weights) -> np.ndarray:
    mean, var = weights[4:6]
    fresh = [np.zeros_like(mean), np.ones_like(var)]
    return _network(x, [*weights[:4], *fresh, *weights[6:]])


BUGS = (
    _pixels_first,
    _not_transposed,
    _no_bias,
    _other_epsilon,
    _no_relu,
    _new_statistics,
)
FLATTEN, SQUARE, BIAS, EPSILONS, ACTIVATION, STATISTICS = range(len(BUGS))


def _outputs(x: np.ndarray, weights: Weights) -> dict[int, np.ndarray]:
    """What each bug makes of x, by its number, and the right output."""
    outputs = {RIGHT: _network(x, weights)}
    return outputs | {number: bug(x, weights) for number, bug in enumerate(BUGS)}


def _apart(outputs: dict[int, np.ndarray]) -> bool:
    """Whether any two outputs differ clearly, and those of epsilon the least."""
    scale = max(np.abs(output).max() for output in outputs.values())
    # Where no hidden unit is active, all samples have the same output.
    if min(np.ptp(output, axis=0).max() for output in outputs.values()) < 0.02 * scale:
        return False
    far = {
        (one, other): np.abs(outputs[one] - outputs[other]).max() / scale
        for one in outputs
        for other in outputs
        if one < other
    }
    of_right = {number: far[RIGHT, number] for number in range(len(BUGS))}
    others = min(value for pair, value in far.items() if pair != (RIGHT, EPSILONS))
    return APART < of_right[EPSILONS] < 0.01 and others > 0.02


def _reference(x: np.ndarray, weights: Weights, ports: np.ndarray) -> np.ndarray:
    """The number of the bug in each port, -1 for none; shape (ports,).

    x (n, c, h, w), the weights (see :func:`_network`) and ports (ports, n, h) are
    float64.
    """
    outputs = _outputs(x, weights)
    gaps = [
        [np.abs(port - output).max() for output in outputs.values()] for port in ports
    ]
    return np.array([list(outputs)[position] for position in np.argmin(gaps, axis=1)])


def _called(wrong: dict[int, int], **inputs: Any) -> np.ndarray:
    """The right numbers, of which some are replaced."""
    numbers = _reference(**inputs)
    return np.array([wrong.get(int(number), number) for number in numbers])


def _not_found(number: int, what: str, look: str) -> Mistake:
    return Mistake(
        f"bug {number} is not found",
        f"All other numbers are right. You never find bug {number}: {what}.",
        look,
        compute=partial(_called, {number: RIGHT}),
    )


_MISTAKES = (
    Mistake(
        "exactly equal",
        "You return -1 for every port: none equals any of your outputs to the last "
        "bit, the right ones neither, since another framework rounds differently.",
        "Which difference do two right models have, as a share of their outputs? "
        "Allow for that.",
        compute=lambda x, weights, ports: np.full(len(ports), RIGHT),
    ),
    Mistake(
        "a small bug is taken for rounding",
        "All other numbers are right. A port with the wrong epsilon counts as right "
        "for you.",
        "Print how far the right output and that of bug 3 are apart, and how far two "
        "right ones are. Where must the tolerance lie?",
        compute=partial(_called, {EPSILONS: RIGHT}),
    ),
    Mistake(
        "right ports are blamed",
        "All bugs are named. Right ports get number 3, whose output comes nearest to "
        "theirs.",
        "Which outputs do you compare a port with? One is missing.",
        compute=partial(_called, {RIGHT: EPSILONS}),
    ),
    Mistake(
        "a right port has the number 6",
        "All bugs are named. A port without any gets 6 from you.",
        "Which number does the exercise ask for if no bug is there?",
        compute=partial(_called, {RIGHT: len(BUGS)}),
    ),
    Mistake(
        "bugs counted from 1",
        "Your numbers are too large by 1.",
        "Read the first number in the table of bugs again.",
        compute=partial(_called, {number: number + 1 for number in range(len(BUGS))}),
    ),
    Mistake(
        "a right port has the number 0",
        "Your numbers are too large by 1, and a right port gets 0. They are positions "
        "in a list that begins with the right output.",
        "Translate the position into the number that the table has.",
        compute=lambda **inputs: _reference(**inputs) + 1,
    ),
    _not_found(
        FLATTEN,
        "the output that you compute for it is another one",
        "Keras flattens height, width, channels. Which axes of x have to move, and "
        "what stays as it is in W1?",
    ),
    _not_found(
        SQUARE,
        "the output that you compute for it is another one",
        "How is W2 multiplied when the port forgets to transpose it?",
    ),
    _not_found(
        STATISTICS,
        "the output that you compute for it is another one",
        "Which two numbers does a new batch norm layer hold for each feature?",
    ),
)

NAME_THE_BUG = Exercise(
    id="porting.name_the_bug",
    title="Name the bug from outputs alone",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("bug",),
    mistakes=_MISTAKES,
    hints=(
        "A suspicion can be tested: make the bug on purpose in the model that is "
        "right, and compare the two outputs. The grader of this course names your "
        "mistakes in the same way.",
        "np.abs(a - b).max() for the distance of two outputs; np.argmin for the "
        "nearest; x.transpose(0, 2, 3, 1) moves channels to the end.",
        "a list of seven outputs: the right one, and one for each bug\n"
        "    each needs another argument: x moved, a changed weight, a switch\n"
        "for each port: which of the seven comes nearest to it?\n"
        "translate the position in your list into the number asked for",
    ),
)
