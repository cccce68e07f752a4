"""What nn.Linear draws by default, for a layer stored in Keras's order.

Formula: ``kaiming_uniform_(a=sqrt(5))`` in torch.nn.Linear.reset_parameters, that is
U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for the weights, and the same for the bias.
"""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Layer = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    ins, outs = rng.choice(np.arange(2, 6), size=2, replace=False)
    return {
        "u": rng.uniform(size=(ins, outs)).astype(np.float32),
        "v": rng.uniform(size=outs).astype(np.float32),
    }


def _layer(u: np.ndarray, v: np.ndarray, bound: float, bias: float) -> Layer:
    return bound * (2 * u - 1), bias * (2 * v - 1)


def _reference(u: np.ndarray, v: np.ndarray) -> Layer:
    """Kernel and bias of U(-1/sqrt(fan_in), 1/sqrt(fan_in)) from u and v of U(0, 1).

    Kernel and u are (fan_in, fan_out), bias and v (fan_out,); all are float64.
    """
    bound = 1 / np.sqrt(len(u))
    return _layer(u, v, bound, bound)


def _zero_bias(u: np.ndarray, v: np.ndarray) -> Layer:
    return _layer(u, v, 1 / np.sqrt(len(u)), 0.0)


def _own_bias(u: np.ndarray, v: np.ndarray) -> Layer:
    return _layer(u, v, 1 / np.sqrt(len(u)), 1 / np.sqrt(len(v)))


def _all_by(bound: float, u: np.ndarray, v: np.ndarray) -> Layer:
    return _layer(u, v, bound, bound)


_MISTAKES = (
    Mistake(
        "He's bound",
        "Your bound is √6 times too large: that of kaiming_uniform_ with its own "
        "default. nn.Linear passes a = √5, which makes the gain 1/√3.",
        "Put a² = 5 into gain = √(2 / (1 + a²)), then bound = gain · √(3 / fan_in).",
        compute=lambda u, v: _all_by(np.sqrt(6 / len(u)), u, v),
    ),
    Mistake(
        "Glorot's bound",
        "Your bound is Keras's default, not PyTorch's.",
        "Which fans does nn.Linear look at?",
        compute=lambda u, v: _all_by(np.sqrt(6 / sum(u.shape)), u, v),
    ),
    Mistake(
        "a standard deviation of 1 over the root",
        "You take 1/√fan_in for the standard deviation, so that your bound is √3 times "
        "too large.",
        "Which of the two does nn.Linear set to 1/√fan_in?",
        compute=lambda u, v: _all_by(np.sqrt(3 / len(u)), u, v),
    ),
    Mistake(
        "fan_out in place of fan_in",
        "You use the number of outputs, for the weights and for the bias.",
        "u is stored in Keras's order: which axis is the input?",
        compute=lambda u, v: _all_by(1 / np.sqrt(len(v)), u, v),
    ),
    Mistake(
        "the bias is zero",
        "Your weights are right. The bias is zero, as in Keras.",
        "v is there for a reason: what does nn.Linear do with its bias?",
        compute=_zero_bias,
    ),
    Mistake(
        "the bias by its own length",
        "Your weights are right. The bias has the bound 1/√n for its own length n.",
        "The bias has no inputs of its own. Which fan_in does nn.Linear use for it?",
        compute=_own_bias,
    ),
    Mistake(
        "the root is missing",
        "Your bound is 1/fan_in.",
        "Try fan_in = 4: which bound do you get, and which should it be?",
        compute=lambda u, v: _all_by(1 / len(u), u, v),
    ),
)

TORCH_DEFAULT = Exercise(
    id="initialization.torch_default",
    title="What nn.Linear starts from, in Keras's order",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("W", "b"),
    mistakes=_MISTAKES,
    hints=(
        "One bound serves both. Work it out from gain = √(2 / (1 + a²)) with a = √5 "
        "and bound = gain · √(3 / fan_in): most of it cancels.",
        "u.shape[0] is fan_in here\n"
        "tensors of both frameworks can be scaled and shifted by plain numbers",
        "bound = what is left after cancelling\n"
        "send 0 to -bound and 1 to bound: u for the weights, v for the bias\n"
        "return both",
    ),
)
