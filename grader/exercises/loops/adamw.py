"""A whole loop: AdamW, whose weight decay stays out of the gradient."""

from typing import Any

import numpy as np

from grader.exercises.loops import linear
from grader.exercises.loops.adam import adam, draw, epsilon_first
from grader.exercises.loops.linear import Trajectory, Update
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    inputs = draw(rng)
    steps = inputs.pop("steps")
    lam = round(float(rng.uniform(0.3, 0.7)), 2)
    return {**inputs, "lam": lam, "steps": steps}


def _adamw(
    w: np.ndarray, rate: float, beta1: float, beta2: float, eps: float, lam: float
) -> Update:
    """w = w - rate lam w - rate m^ / (sqrt(v^) + eps).

    Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2,
    with the rate in the decay as both frameworks have it.
    """
    step = adam(w, rate, beta1, beta2, eps)
    return lambda w, g: step(w - rate * lam * w, g)


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    lam: float,
    steps: int,
) -> Trajectory:
    """(loss, w) before each step, shapes (steps,) and (steps, d).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return linear.descend(w, X, y, steps, _adamw(w, rate, beta1, beta2, eps, lam))


def _in_gradient(w: np.ndarray, lam: float, **adams: float) -> Update:
    step = adam(w, **adams)
    return lambda w, g: step(w, g + lam * w)


def _in_loss(lam: float, **inputs: Any) -> Trajectory:
    losses, ws = linear.descent(_in_gradient)(lam=lam, **inputs)
    return losses + lam / 2 * np.sum(ws**2, axis=1), ws


def _without_rate(w: np.ndarray, lam: float, **adams: float) -> Update:
    step = adam(w, **adams)
    return lambda w, g: step(w - lam * w, g)


def _after_step(w: np.ndarray, lam: float, rate: float, **adams: float) -> Update:
    step = adam(w, rate=rate, **adams)
    return lambda w, g: step(w, g) * (1 - rate * lam)


def _growing(w: np.ndarray, lam: float, **adams: float) -> Update:
    return _adamw(w, lam=-lam, **adams)


def _epsilon_first(w: np.ndarray, lam: float, rate: float, **adams: float) -> Update:
    step = epsilon_first(w, rate=rate, **adams)
    return lambda w, g: step(w - rate * lam * w, g)


_MISTAKES = (
    Mistake(
        "the decay is in the gradient",
        "Your first update is off already: lam w was added to the gradient, so that "
        "it goes through m and v, and is divided by the root like all the rest. That "
        "is Adam with an L2 penalty.",
        "Set the gradient of the loss to 0 in the formula. By how much does AdamW "
        "shrink w, and by how much does yours?",
        compute=linear.descent(_in_gradient),
    ),
    Mistake(
        "a penalty in the loss",
        "Your loss holds lam/2 times the squared length of w, and so the decay "
        "reaches w through the gradient, through m and through v.",
        "The loss here is the squared error alone. Where else can w be made smaller?",
        compute=_in_loss,
    ),
    Mistake(
        "the decay lacks the rate",
        "Your w loses the share lam in each step; it should lose rate times lam.",
        "Read the first term of the update again: what multiplies w?",
        compute=linear.descent(_without_rate),
    ),
    Mistake(
        "the decay comes after the step",
        "You shrink the w that the step has led to: part of the step itself is "
        "undone. The difference is small, and here from the first update on.",
        "Which w stands in the decay's term: the one before the step or the one after?",
        compute=linear.descent(_after_step),
    ),
    Mistake(
        "no decay",
        "Your steps are Adam's: lam has no effect.",
        "Search your code for lam. If it is there, does what it computes reach w?",
        compute=linear.descent(lambda w, lam, **adams: adam(w, **adams)),
    ),
    Mistake(
        "growth instead of decay",
        "Your w grows by rate lam w in each step.",
        "Take a gradient of 0: should w come nearer to 0, or go away from it?",
        compute=linear.descent(_growing),
    ),
    Mistake(
        "epsilon before the correction",
        "The decay is right. You add epsilon to the root of v before the bias "
        "correction, as Keras does.",
        "The formula corrects v, takes the root, and adds epsilon last. In which "
        "order does your code, or your optimizer, do it?",
        compute=linear.descent(_epsilon_first),
    ),
)

ADAMW = Exercise(
    id="loops.adamw",
    title="AdamW: decay outside the gradient",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES, least=0.005),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "Take your Adam. The decay needs no mean and no root: it is a second, "
        "separate pull on w, towards 0.",
        "torch: torch.optim.AdamW has this formula, with weight_decay=lam\n"
        "TensorFlow: your Adam of the exercise before; Keras' AdamW decays alike "
        "and adds epsilon earlier",
        "as for Adam, and in each step:\n"
        "    m and v see the gradient of the loss alone\n"
        "    w loses the share rate times lam of itself\n"
        "    and moves by Adam's step",
    ),
    per_step=True,
    may_change=("w",),
)
