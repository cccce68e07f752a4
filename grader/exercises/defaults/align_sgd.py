"""Settings of Keras's SGD that make the steps of PyTorch's."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Settings = tuple[float, float]


def _draw(rng: np.random.Generator) -> Case:
    return {
        "rate": round(float(rng.uniform(0.1, 0.9)), 2),
        "weight_decay": float(rng.integers(1, 10)) / 1000,
        "n": int(rng.choice([8, 16, 32, 64])),
    }


def _reference(rate: float, weight_decay: float, n: int) -> Settings:
    """Keras's rate and L2 factor: rate / n and weight_decay n / 2.

    PyTorch's step, with the mean loss: w - rate (g + weight_decay w), by the formula of
    torch.optim.SGD. Keras's, with the summed loss and a penalty of l2 sum(w**2): w -
    learning_rate (n g + 2 l2 w), by keras.regularizers.L2.
    """
    return rate / n, weight_decay * n / 2


_MISTAKES = (
    Mistake(
        "the factor 2 of the square is missing",
        "Your rate is right. Your L2 factor is twice too large.",
        "What is the derivative of l2 * w**2?",
        compute=lambda rate, weight_decay, n: (rate / n, weight_decay * n),
    ),
    Mistake(
        "twice instead of half",
        "Your rate is right. You doubled where one has to halve.",
        "The penalty's gradient has a factor 2 of its own already.",
        compute=lambda rate, weight_decay, n: (rate / n, 2 * weight_decay * n),
    ),
    Mistake(
        "the decay is not scaled",
        "Your rate is right. With the smaller rate your decay shrinks as well: the "
        "penalty is not summed over the batch.",
        "By how much does one step shrink w in PyTorch, where g = 0? And in yours?",
        compute=lambda rate, weight_decay, n: (rate / n, weight_decay / 2),
    ),
    Mistake(
        "the decay is scaled the other way",
        "Your rate is right. You divided the decay by n where one has to multiply.",
        "By how much does one step shrink w in PyTorch, where g = 0? And in yours?",
        compute=lambda rate, weight_decay, n: (rate / n, weight_decay / n / 2),
    ),
    Mistake(
        "the sum of the losses is not used",
        "You aligned the decay alone. The gradient of a sum is n times that of a mean.",
        "By how much does one step move w in both, where weight_decay is 0?",
        compute=lambda rate, weight_decay, n: (rate, weight_decay / 2),
    ),
    Mistake(
        "the rate is scaled the other way",
        "You multiplied the rate by n. The summed gradient is n times larger already.",
        "By how much does one step move w in both, where weight_decay is 0?",
        compute=lambda rate, weight_decay, n: (rate * n, weight_decay * n / 2),
    ),
)

ALIGN_SGD = Exercise(
    id="defaults.align_sgd",
    title="The same SGD with other settings",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("learning_rate", "l2"),
    mistakes=_MISTAKES,
    hints=(
        "Write one step of each framework as w minus something. The two are equal for "
        "all w and all gradients only if both coefficients are equal.",
        "Plain Python is enough.",
        "the coefficient of the mean gradient in both steps: it gives learning_rate\n"
        "the coefficient of w in both steps: with learning_rate, it gives l2",
    ),
)
