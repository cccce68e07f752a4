"""Which settings of two models differ, once both are read in one convention."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Same = Callable[[float, float], bool]
SHARE = 1e-6  # by how much equal settings may differ, of the larger one
MOMENTUM = "batch_norm.momentum"
OTHERS = {
    "dropout.rate": (0.1, 0.2, 0.25, 0.3, 0.5),
    "leaky_relu.slope": (0.01, 0.1, 0.2, 0.3),
    "layer_norm.epsilon": (1e-6, 1e-5, 1e-3),
}


def _draw(rng: np.random.Generator) -> Case:
    # Binary fractions: 1 less each of these is exact, in either direction.
    kept = float(rng.choice([0.625, 0.75, 0.875]))
    written = float(rng.choice([0.1, 0.2, 0.01]))
    rate = float(rng.choice([0.001, 0.003, 0.0003]))
    beta = float(rng.choice([0.9, 0.95, 0.99, 0.999]))
    rows = [
        (MOMENTUM, 1 - kept, kept),
        (MOMENTUM, written, written),
        ("adam.rate", rate, float(np.float32(rate))),
        ("adam.beta_2", beta, beta),
        ("adam.epsilon", 1e-9, float(rng.choice([1e-8, 5e-9]))),
        ("adam.epsilon", 1e-8, 1e-7),
    ]
    for _ in range(int(rng.integers(1, 4))):
        name = str(rng.choice(list(OTHERS)))
        one, other = rng.choice(OTHERS[name], size=2, replace=False)
        rows.append((name, float(one), float(one if rng.random() < 0.5 else other)))
    mixed = [rows[i] for i in rng.permutation(len(rows))]
    return {
        "names": [name for name, _, _ in mixed],
        "torch_values": [value for _, value, _ in mixed],
        "keras_values": [value for _, _, value in mixed],
    }


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= SHARE * max(abs(one), abs(other))


def _compared(same: Same, convert: Callable[[str, float], float]) -> Compute:
    """1 where same(a, b) is false; a is convert(name, value) of PyTorch's value."""

    def compute(
        names: list[str], torch_values: list[float], keras_values: list[float]
    ) -> np.ndarray:
        rows = zip(names, torch_values, keras_values, strict=True)
        return np.array([not same(convert(name, a), b) for name, a, b in rows])

    return compute


def _in_keras(name: str, value: float) -> float:
    """PyTorch's value in Keras's convention."""
    return 1 - value if name == MOMENTUM else value


def _reference(
    names: list[str], torch_values: list[float], keras_values: list[float]
) -> np.ndarray:
    """Where the two settings differ, (settings,), truth values.

    The momentum of torch.nn.BatchNorm2d is 1 less that of Keras's layer. Values count
    as equal within a relative 1e-6.
    """
    return _compared(_close, _in_keras)(names, torch_values, keras_values)


def _equal(one: float, other: float) -> bool:
    return one == other


def _isclose(one: float, other: float) -> bool:
    return bool(np.isclose(one, other))


def _within(one: float, other: float) -> bool:
    return abs(one - other) <= SHARE


def _unconverted(name: str, value: float) -> float:
    return value


def _all_momenta(name: str, value: float) -> float:
    return 1 - value if name in (MOMENTUM, "adam.beta_2") else value


def _everything(name: str, value: float) -> float:
    return 1 - value


_MISTAKES = (
    Mistake(
        "rounding counts as a difference",
        "You compare with ==, or within a smaller share than the exercise. Keras keeps "
        "a learning rate in float32, which turns 0.001 into 0.0010000000474974513.",
        "Within which share may two equal values lie apart, by the exercise?",
        compute=_compared(_equal, _in_keras),
    ),
    Mistake(
        "small values always count as equal",
        "You find 1e-9 and 1e-8 equal: your tolerance is not a share of the values.",
        "np.isclose has two tolerances, and both are on unless you set them. Which one "
        "is larger than an epsilon of Adam?",
        compute=_compared(_isclose, _in_keras),
    ),
    Mistake(
        "a millionth of 1, not of the value",
        "Your tolerance is 1e-6 for values of every size, so that all epsilons of Adam "
        "are equal for you.",
        "Is the tolerance of the exercise a number or a share?",
        compute=_compared(_within, _in_keras),
    ),
    Mistake(
        "momenta in two conventions",
        "You compare the momenta of batch norm as they are written: 0.1 and 0.9 differ "
        "for you, and 0.1 and 0.1 do not.",
        "What does each framework's momentum mean? Bring both into one convention.",
        compute=_compared(_close, _unconverted),
    ),
    Mistake(
        "Adam's beta_2 is turned round",
        "You treat Adam's beta_2 like the momentum of batch norm. Both frameworks mean "
        "the same by it.",
        "Which names need a conversion, by the exercise?",
        compute=_compared(_close, _all_momenta),
    ),
    Mistake(
        "every value is turned round",
        "You take 1 less each of PyTorch's values.",
        "Which names need a conversion, by the exercise?",
        compute=_compared(_close, _everything),
    ),
    Mistake(
        "equal and different are exchanged",
        "You return 1 where the settings are equal.",
        "What does a 1 stand for in the exercise?",
        compute=lambda **inputs: ~_reference(**inputs),
    ),
)

SETTINGS_DIFFER = Exercise(
    id="defaults.settings_differ",
    title="Which settings differ?",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("differs",),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Read both values in one convention before you compare them. Then ask how far "
        "they lie apart, as a share of the larger one.",
        "zip goes through three lists at once. math.isclose compares with a share, "
        "rel_tol, and has no other tolerance unless you set one; np.isclose has two.",
        "for each name with its two values:\n"
        "    the momentum of batch norm? bring it into Keras's convention\n"
        "    are the two apart by more than a millionth of the larger one?\n"
        "return one answer for each",
    ),
)
