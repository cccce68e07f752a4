"""What is compared in each step, and how far it lies apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from twin.arrays import Array, difference, from_keras
from twin.lock_step.variances import Variances
from twin.pairing import Pair
from twin.weights import Weight

BATCH, LOSS, GRADIENT, WEIGHT, STATISTIC = (
    "batch",
    "loss",
    "gradient",
    "weight",
    "statistic",
)
KINDS = (BATCH, LOSS, GRADIENT, WEIGHT, STATISTIC)

# A gradient is taken for zero where it is no larger than so many roundings of the
# largest gradient of the step: the sums that cancel leave about that much.
_NOISE = 100
# A tensor's differences are divided by its largest number, but by no less than this
# share of the largest number of all tensors of its kind.
_SHARE = 1e-3


@dataclass(frozen=True)
class Held:
    """A weight under the name by which it is reported, with its pair."""

    name: str
    pair: Pair
    weight: Weight


@dataclass
class State:
    """What one model holds after a step, in Keras's order of numbers.

    Attributes:
        loss: of the step.
        gradients: by the weight's name; zeros where the loss does not depend on it.
        values: weights after the step, by name.
        statistics: the same of running means and variances.
    """

    loss: float
    gradients: dict[str, Array] = field(default_factory=dict)
    values: dict[str, Array] = field(default_factory=dict)
    statistics: dict[str, Array] = field(default_factory=dict)


def held(pairs: Sequence[Pair]) -> list[Held]:
    """Every weight of ``pairs``, named by PyTorch's path and Keras's name."""
    return [
        Held(f"{pair.path}.{weight.name}", pair, weight)
        for pair in pairs
        for weight in pair.weights
    ]


def torch_state(loss: float, weights: Sequence[Held], variances: Variances) -> State:
    """The state of the PyTorch module that ``weights`` belong to."""
    state = State(loss)
    for one in weights:
        weight = one.weight
        if weight.is_statistic:
            value = None
            if weight.name == "moving_variance":
                value = variances.of(one.pair.module)
            made = weight.as_keras(weight.arrays() if value is None else [value])
            state.statistics[one.name] = made
            continue
        state.values[one.name] = weight.as_keras(weight.arrays())
        if any(weight.is_trained):
            found = weight.gradients()
            zeros = np.zeros_like(state.values[one.name])
            state.gradients[one.name] = (
                zeros if found is None else weight.as_keras(found)
            )
    return state


def keras_state(
    loss: float, weights: Sequence[Held], gradients: dict[int, Array]
) -> State:
    """The state of the Keras model that ``weights`` belong to."""
    state = State(loss)
    for one in weights:
        value = from_keras(one.weight.keras)
        if one.weight.is_statistic:
            state.statistics[one.name] = value
            continue
        state.values[one.name] = value
        if any(one.weight.is_trained):
            found = gradients.get(id(one.weight.keras))
            state.gradients[one.name] = np.zeros_like(value) if found is None else found
    return state


class Free:
    """Weights whose gradient has been zero so far, up to rounding.

    A weight that the loss does not depend on (the bias of attention's keys, a bias
    before batch normalization) has rounding noise for a gradient. An optimizer that
    divides by the gradient's size turns that into steps of full length, in any
    direction: such a weight is listed and not compared.

    Args:
        names: of the weights that are trained.
        eps: of the dtype: the distance of 1 from the next number.
    """

    def __init__(self, names: Sequence[str], eps: float) -> None:
        self.names = set(names)
        self._noise = _NOISE * eps

    def look(self, *states: State) -> None:
        """Take those out whose gradient is more than noise."""
        largest = max((_largest(state.gradients) for state in states), default=0.0)
        for state in states:
            for name, gradient in state.gradients.items():
                if not np.abs(gradient).max(initial=0.0) <= self._noise * largest:
                    self.names.discard(name)


def errors(
    ours: State, theirs: State, free: set[str]
) -> Iterator[tuple[str, str, float]]:
    """Kind, name and relative difference of what both hold, but for free weights.

    Gradients are divided by the largest gradient of the step.
    """
    loss = difference(np.array(ours.loss), np.array(theirs.loss))
    yield LOSS, LOSS, loss.relative
    for kind, here, there in (
        (GRADIENT, ours.gradients, theirs.gradients),
        (WEIGHT, ours.values, theirs.values),
        (STATISTIC, ours.statistics, theirs.statistics),
    ):
        largest = max(_largest(here), _largest(there))
        floor = largest if kind == GRADIENT else _SHARE * largest
        for name, array in here.items():
            if name not in free:
                yield kind, name, difference(array, there[name], floor).relative


def _largest(arrays: dict[str, Array]) -> float:
    sizes = [float(np.abs(one).max()) for one in arrays.values() if one.size]
    return max((size for size in sizes if np.isfinite(size)), default=0.0)
