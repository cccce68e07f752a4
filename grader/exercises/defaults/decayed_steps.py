"""SGD with momentum and ``weight_decay``, as either framework understands it."""

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn, one_sided, other
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    d, steps = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    signs = rng.choice([-1, 1], size=d)
    return {
        "w": (signs * rng.uniform(1, 3, size=d)).astype(np.float32),
        "gradients": rng.normal(size=(steps, d)).astype(np.float32),
        "rate": round(float(rng.uniform(0.1, 0.3)), 2),
        "momentum": round(float(rng.uniform(0.5, 0.9)), 2),
        "decay": round(float(rng.uniform(0.3, 0.6)), 2),
    }


def _coupled(
    w: np.ndarray, gradients: np.ndarray, rate: float, momentum: float, decay: float
) -> np.ndarray:
    """torch.optim.SGD: the decay is a part of the gradient. Shape (steps, d)."""
    velocity, found = np.zeros_like(w), []
    for gradient in gradients:
        velocity = momentum * velocity + gradient + decay * w
        w = w - rate * velocity
        found.append(w)
    return np.array(found)


def _decoupled(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    shrink: float | None = None,
) -> np.ndarray:
    """keras.optimizers.SGD: first w shrinks, then comes the step without the decay.

    ``shrink`` is the share that w loses, by default rate decay. Shape (steps, d).
    """
    lost = rate * decay if shrink is None else shrink
    velocity, found = np.zeros_like(w), []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        w = w - lost * w - rate * velocity
        found.append(w)
    return np.array(found)


def _reference(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    """The weights after each step, shape (steps, d), from w (d,), all float64."""
    rule = _coupled if convention == TORCH else _decoupled
    return rule(w, gradients, rate, momentum, decay)


def _other_rule(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    return _reference(w, gradients, rate, momentum, decay, other(convention))


def _no_rate(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    if convention == TORCH:
        return _coupled(w, gradients, rate, momentum, decay / rate)
    return _decoupled(w, gradients, rate, momentum, decay, shrink=decay)


def _as_penalty(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    return _reference(w, gradients, rate, momentum, 2 * decay, convention)


def _no_memory(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    return _reference(w, gradients, rate, 0.0, decay, convention)


def _averaged(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    return _reference(
        w,
        (1 - momentum) * gradients,
        rate,
        momentum,
        (1 - momentum) * decay if convention == TORCH else decay,
        convention,
    )


def _shrunk_last(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    if convention == TORCH:
        return _coupled(w, gradients, rate, momentum, decay)
    velocity, found = np.zeros_like(w), []
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        w = (w - rate * velocity) * (1 - rate * decay)
        found.append(w)
    return np.array(found)


def _no_decay(
    w: np.ndarray,
    gradients: np.ndarray,
    rate: float,
    momentum: float,
    decay: float,
    convention: str,
) -> np.ndarray:
    return _reference(w, gradients, rate, momentum, 0.0, convention)


_MISTAKES = (
    Mistake(
        "the other framework's decay",
        "Your first step is right. From the second on, your decay has gone through the "
        "momentum where it should not, or has not where it should.",
        "In which framework is the decay a part of the gradient, and is kept in the "
        "velocity?",
        compute=_other_rule,
    ),
    Mistake(
        "the decay is not multiplied by the rate",
        "Your decay is too strong: it does not depend on the rate.",
        "How much does w shrink in one step where all gradients are 0?",
        compute=_no_rate,
    ),
    Mistake(
        "the decay as a penalty",
        "Your decay is twice too strong, as if it were the factor of a squared "
        "penalty in the loss.",
        "Here decay multiplies w itself. Which derivative is that of?",
        compute=_as_penalty,
    ),
    Mistake(
        "no momentum",
        "Your steps forget the gradients of the steps before.",
        "Print the velocity after the second step.",
        compute=_no_memory,
    ),
    Mistake(
        "the velocity as a mean",
        "You weight the new gradient with 1 - momentum. Both frameworks' SGD adds it "
        "whole.",
        "What is the velocity after the first step?",
        compute=_averaged,
    ),
    Mistake(
        "no decay",
        "Your weights are those of a training without decay.",
        "Print w after one step with gradients of 0.",
        compute=_no_decay,
    ),
)

_ONE_SIDED = (
    Mistake(
        "the decay of the new weights",
        "In Keras's step you shrink the weights after they have moved.",
        "Which w stands on the right side of Keras's formula: the one before the "
        "step, or the one after?",
        compute=_shrunk_last,
    ),
    *one_sided(_reference),
)

DECAYED_STEPS = Exercise(
    id="defaults.decayed_steps",
    title="One name, two kinds of weight decay",
    points=3,
    neutral=True,
    cases=tuple(separated(draw, _reference, _MISTAKES) for draw in in_turn(_draw)),
    reference=_reference,
    returns=("w",),
    mistakes=_MISTAKES + _ONE_SIDED,
    hints=(
        "Only one line of the loop depends on the convention: where the decay of w "
        "enters. Follow one weight of 1 with gradients of 0 for two steps by hand.",
        "NumPy: np.zeros_like for the first velocity; np.array makes one array of a "
        "list of arrays",
        "velocity 0\n"
        "for each gradient:\n"
        "    the velocity keeps its share and takes the gradient, in PyTorch with the\n"
        "    decay of w\n"
        "    w moves against the velocity, and in Keras shrinks by itself\n"
        "    record w\n"
        "return all of them",
    ),
    per_step=True,
)
