"""A whole loop: Nesterov momentum as both frameworks have it."""

from collections.abc import Callable

import numpy as np

from grader.exercises.loops import linear
from grader.exercises.loops.linear import Trajectory, Update
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    return {
        **linear.draw(rng),
        "rate": round(float(rng.uniform(0.04, 0.08)), 3),
        "mu": round(float(rng.uniform(0.6, 0.9)), 2),
        "steps": int(rng.integers(5, 9)),
    }


def _nesterov(w: np.ndarray, rate: float, mu: float) -> Update:
    """v = mu v + g, then w = w - rate (g + mu v).

    Sutskever and others, On the importance of initialization and momentum in deep
    learning, 2013, in the form of torch.optim.SGD.
    """
    v = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal v
        v = mu * v + g
        return w - rate * (g + mu * v)

    return update


def _reference(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, rate: float, mu: float, steps: int
) -> Trajectory:
    """(loss, w) before each step, shapes (steps,) and (steps, d).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return linear.descend(w, X, y, steps, _nesterov(w, rate, mu))


def _moved_by(
    move: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
) -> Compute:
    """The right velocity, and w = w - rate move(g, v, mu)."""

    def optimizer(w: np.ndarray, rate: float, mu: float) -> Update:
        v = np.zeros_like(w)

        def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
            nonlocal v
            v = mu * v + g
            return w - rate * move(g, v, mu)

        return update

    return linear.descent(optimizer)


def _look_ahead(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, rate: float, mu: float, steps: int
) -> Trajectory:
    v = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal v
        _, there = linear.loss_and_gradient(w - rate * mu * v, X, y)
        v = mu * v + there
        return w - rate * v

    return linear.descend(w, X, y, steps, update)


_MISTAKES = (
    Mistake(
        "plain momentum",
        "Your steps are those of the exercise before: w moves by rate times v. (The "
        "old v in the place of the new one gives the same.)",
        "Take the first step, where v was 0: by which multiple of g must w move?",
        compute=_moved_by(lambda g, v, mu: v),
    ),
    Mistake(
        "the gradient at the point ahead",
        "Your first update is plain momentum's: you take the gradient at "
        "w - rate mu v. That is Nesterov's own form, which follows other weights than "
        "the frameworks do.",
        "Here the gradient is taken at the recorded w itself. Use it twice: in v, "
        "and in the step.",
        compute=_look_ahead,
    ),
    Mistake(
        "the step lacks the gradient",
        "Your step is rate mu v: the gradient reaches w through the velocity alone.",
        "Two terms stand in the bracket of the second formula. Which one is yours?",
        compute=_moved_by(lambda g, v, mu: mu * v),
    ),
    Mistake(
        "the velocity is not damped in the step",
        "Your step is rate (g + v): the factor mu before v is missing there.",
        "In the first step v is g. How many times g must the step be?",
        compute=_moved_by(lambda g, v, mu: g + v),
    ),
    Mistake(
        "no momentum",
        "Your w moves by the gradient alone.",
        "Print v in each step, and see where it enters the update of w.",
        compute=_moved_by(lambda g, v, mu: g),
    ),
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right. From then on your gradient is the sum of all "
        "gradients so far.",
        "Print the gradient (not the velocity) in step 0 and in step 1. Is the "
        "second that of its own step?",
        compute=linear.descent(linear.summing(_nesterov)),
    ),
)

NESTEROV = Exercise(
    id="loops.nesterov",
    title="Nesterov momentum",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "Only the last line of the momentum loop changes. The step looks one update "
        "of the velocity further: it adds the fresh gradient to the damped velocity.",
        "torch: torch.optim.SGD has nesterov=True\n"
        "TensorFlow: tf.keras.optimizers.SGD has nesterov=True; with a constant "
        "rate the two take the same steps",
        "v = zeros in the shape of w\n"
        "repeat steps times:\n"
        "    compute the loss and its gradient g at w\n"
        "    record the loss, and a copy of w\n"
        "    update v with g, as before\n"
        "    w moves by g and the damped new v together\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("w",),
)
