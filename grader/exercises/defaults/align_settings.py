"""Batch norm's momentum and SGD's rate, carried over to the other framework."""

from collections.abc import Callable

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Settings = tuple[float, float]
Rate = Callable[[float, int, float, bool], float]


def _draw(rng: np.random.Generator) -> Case:
    return {
        "momentum": round(float(rng.uniform(0.02, 0.4) + rng.choice([0, 0.55])), 3),
        "rate": round(float(rng.uniform(0.01, 0.3)), 3),
        "parts": int(rng.integers(2, 7)),
        "beta": round(float(rng.uniform(0.2, 0.8)), 2),
    }


def _factor(parts: int, beta: float, convention: str) -> float:
    """What SGD's rate is multiplied by, away from the framework of convention.

    Gradients of accumulated parts are added up by PyTorch and averaged by Keras, and
    torch.nn.SmoothL1Loss(beta=beta) is keras.losses.Huber(delta=beta) divided by beta.
    """
    factor = parts / beta
    return factor if convention == TORCH else 1 / factor


def _reference(
    momentum: float, rate: float, parts: int, beta: float, convention: str
) -> Settings:
    """(momentum, rate) for the other framework; those given are of convention."""
    return 1 - momentum, rate * _factor(parts, beta, convention)


def _rate(change: Callable[[int, float], tuple[int, float]]) -> Compute:
    """The mistake of using other parts and another beta for the rate."""

    def compute(
        momentum: float, rate: float, parts: int, beta: float, convention: str
    ) -> Settings:
        return 1 - momentum, rate * _factor(*change(parts, beta), convention)

    return compute


def _momentum_kept(
    momentum: float, rate: float, parts: int, beta: float, convention: str
) -> Settings:
    return momentum, rate * _factor(parts, beta, convention)


def _other_direction(
    momentum: float, rate: float, parts: int, beta: float, convention: str
) -> Settings:
    return 1 - momentum, rate / _factor(parts, beta, convention)


def _always(convention: str) -> Compute:
    def compute(
        momentum: float, rate: float, parts: int, beta: float, **_: str
    ) -> Settings:
        return _reference(momentum, rate, parts, beta, convention)

    return compute


_MISTAKES = (
    Mistake(
        "the momentum is taken over",
        "The rate is right. You return the momentum as it was given.",
        "PyTorch's momentum is the share of the new batch. What is Keras's?",
        compute=_momentum_kept,
    ),
    Mistake(
        "the rate is taken over",
        "The momentum is right. You return the rate as it was given.",
        "With 4 parts, how much larger is the sum of their gradients than the mean?",
        compute=_rate(lambda parts, beta: (1, 1.0)),
    ),
    Mistake(
        "the parts are left out",
        "The momentum is right. Your rate allows for beta, but not for the parts.",
        "With 4 parts, how much larger is the sum of their gradients than the mean?",
        compute=_rate(lambda parts, beta: (1, beta)),
    ),
    Mistake(
        "beta is left out",
        "The momentum is right. Your rate allows for the parts, but not for beta.",
        "By which factor is a gradient of the one loss larger than one of the other?",
        compute=_rate(lambda parts, beta: (parts, 1.0)),
    ),
    Mistake(
        "beta goes the other way",
        "The momentum is right, and so is what you do with the parts. You multiply by "
        "beta where you should divide, or the reverse.",
        "Which of the two losses has the larger gradient, if beta is below 1? Does its "
        "rate have to be smaller or larger then?",
        compute=_rate(lambda parts, beta: (parts, 1 / beta)),
    ),
    Mistake(
        "the parts go the other way",
        "The momentum is right, and so is what you do with beta. You multiply by the "
        "parts where you should divide, or the reverse.",
        "Which framework adds the gradients up? Does its rate have to be smaller or "
        "larger then?",
        compute=_rate(lambda parts, beta: (1, beta * parts)),
    ),
    Mistake(
        "the other direction",
        "The momentum is right. Your factor is upside down: it would be right if the "
        "rate came from the other framework.",
        "Which framework takes the larger gradient, and so needs the smaller rate? "
        "Which of the two are you given?",
        compute=_other_direction,
    ),
    Mistake(
        "always from torch to Keras",
        "Your factor is right for settings of PyTorch, and you use it for those of "
        "Keras too.",
        "Is convention used in your function?",
        compute=_always("torch"),
    ),
    Mistake(
        "always from Keras to torch",
        "Your factor is right for settings of Keras, and you use it for those of "
        "PyTorch too.",
        "Is convention used in your function?",
        compute=_always("keras"),
    ),
)

ALIGN_SETTINGS = Exercise(
    id="defaults.align_settings",
    title="Settings carried over",
    points=2,
    neutral=True,
    cases=tuple(
        separated(
            draw,
            _reference,
            [m for m in _MISTAKES if not m.name.startswith("always")],
        )
        for draw in in_turn(_draw)
    ),
    reference=_reference,
    returns=("momentum", "rate"),
    mistakes=_MISTAKES,
    hints=(
        "Both runs have to make the same steps: rate times gradient is equal in both. "
        "Find out by how much Keras's gradient is smaller or larger than PyTorch's, "
        "once for the parts, and once for the loss.",
        "Plain Python is enough: 1 - momentum, *, /, and one if",
        "momentum: the share that is not named\n"
        "gradient of torch / gradient of Keras = a factor of parts and beta\n"
        "from torch: the rate times this factor\n"
        "from Keras: the rate divided by it",
    ),
)
