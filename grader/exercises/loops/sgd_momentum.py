"""A whole loop: SGD with momentum while the learning rate falls."""

import numpy as np

from grader.exercises.loops import linear
from grader.exercises.loops.linear import Optimizer, Trajectory, Update
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    steps, high = int(rng.integers(6, 9)), round(float(rng.uniform(0.05, 0.1)), 3)
    drop = int(rng.integers(2, 4))
    rates = [high] * drop + [round(high / 4, 5)] * (steps - drop)
    mu = round(float(rng.uniform(0.6, 0.9)), 2)
    return {**linear.draw(rng), "rates": rates, "mu": mu}


def _momentum(w: np.ndarray, rates: list[float], mu: float) -> Update:
    """v = mu v + g, then w = w - rate v: the formula of torch.optim.SGD."""
    v, left = np.zeros_like(w), iter(rates)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal v
        v = mu * v + g
        return w - next(left) * v

    return update


def _reference(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, rates: list[float], mu: float
) -> Trajectory:
    """(loss, w) before each step, one for each of rates: (steps,) and (steps, d).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return linear.descend(w, X, y, len(rates), _momentum(w, rates, mu))


def _descent(optimizer: Optimizer) -> Compute:
    return lambda rates, **inputs: linear.descent(optimizer)(
        steps=len(rates), rates=rates, **inputs
    )


def _rate_inside(w: np.ndarray, rates: list[float], mu: float) -> Update:
    v, left = np.zeros_like(w), iter(rates)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal v
        v = mu * v + next(left) * g
        return w - v

    return update


def _damped(w: np.ndarray, rates: list[float], mu: float) -> Update:
    step = _momentum(w, rates, mu)
    return lambda w, g: step(w, (1 - mu) * g)


def _late(w: np.ndarray, rates: list[float], mu: float) -> Update:
    v, left = np.zeros_like(w), iter(rates)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal v
        w = w - next(left) * v
        v = mu * v + g
        return w

    return update


def _same_tensor(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, rates: list[float], mu: float
) -> Trajectory:
    losses, ws = _reference(w, X, y, [*rates, 0.0], mu)
    return losses[:-1], np.tile(ws[-1], (len(rates), 1))


def _sum_of_squares(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, rates: list[float], mu: float
) -> Trajectory:
    step = _momentum(w, rates, mu)
    losses, ws = linear.descend(w, X, y, len(rates), lambda w, g: step(w, len(y) * g))
    return len(y) * losses, ws


_MISTAKES = (
    Mistake(
        "the rate is inside the velocity",
        "All is right until the rate falls. From then on your steps are too long: "
        "your velocity still holds the earlier gradients times the old, higher rate.",
        "Two formulas for momentum agree while the rate stays the same. Write both "
        "for two steps with different rates. Which one is asked for?",
        compute=_descent(_rate_inside),
    ),
    Mistake(
        "no momentum",
        "Your first two entries are right; from then on nothing is left of the "
        "earlier gradients.",
        "Print v at the end of each step, and at the start of the next.",
        compute=lambda w, X, y, rates, mu: _reference(w, X, y, rates, 0.0),
    ),
    Mistake(
        "the gradient is damped",
        "Your gradient enters the velocity times 1 - mu: already the first step is "
        "too short.",
        "That is a running mean. The formula here is a running sum: compare v after "
        "the first step with the gradient.",
        compute=_descent(_damped),
    ),
    Mistake(
        "the velocity of the step before",
        "Your first update doesn't move w: w is changed before v is, so that each "
        "step uses the velocity of the one before.",
        "Work the first step out by hand. What is v when w uses it?",
        compute=_descent(_late),
    ),
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right. From then on your gradient is the sum of all "
        "gradients so far, and momentum comes on top.",
        "Print the gradient (not the velocity) in step 0 and in step 1. Is the "
        "second that of its own step?",
        compute=_descent(linear.summing(_momentum)),
    ),
    Mistake(
        "the same tensor in every entry",
        "All entries of w are where the last update led, as if the variable itself had "
        "been recorded, which changed later.",
        "What does a list hold after a = [t], when t then changes in place? Record "
        "something that can't change any more.",
        compute=_same_tensor,
    ),
    Mistake(
        "sum instead of mean",
        "Your loss is n times too large, and with it each gradient and each step.",
        "Read the loss again: what happens to the n squared errors at the end?",
        compute=_sum_of_squares,
    ),
)

SGD_MOMENTUM = Exercise(
    id="loops.sgd_momentum",
    title="SGD with momentum, step by step",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "The velocity is the only thing that a step hands to the next, apart from "
        "w. It is made of gradients alone: the rate comes in when w moves.",
        "torch: torch.autograd.grad(loss, w)[0]; torch.no_grad(); "
        "torch.optim.SGD has this formula, with the rate in "
        'param_groups[0]["lr"]\n'
        "TensorFlow: tf.GradientTape(), tape.gradient(loss, w), assign_sub on a "
        "tf.Variable; Keras' SGD has the other formula",
        "v = zeros in the shape of w\n"
        "for each rate in rates:\n"
        "    compute the loss and its gradient at w\n"
        "    record the loss, and a copy of w\n"
        "    v becomes mu times itself plus the gradient\n"
        "    w moves against v, by rate\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("w",),
)
