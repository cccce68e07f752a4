"""Rules: which weight of a Keras layer belongs to which of a PyTorch module."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
from torch import nn

from twin.problems import TwinError
from twin.weights import Weight

Weights = Callable[..., Iterable[Weight]]


@dataclass(frozen=True)
class Rule:
    """How one class of modules and one class of Keras layers belong together.

    Attributes:
        torch: the module's class.
        keras: the layer's class.
        weights: yields a ``Weight`` for each that the two have.
        channels_first: PyTorch's tensors are (N, C, *space), Keras's (N, *space, C).
        parts: how many Keras layers one module stands for.
        own: the rule covers weights that the layer holds itself. The layers inside of
            it are paired by their own rules.
    """

    torch: type[nn.Module]
    keras: type
    weights: Weights
    channels_first: bool
    parts: Callable[[Any], int]
    own: bool

    def apply(
        self,
        module: nn.Module,
        layer: Any,
        part: int,
        flattened: tuple[int, ...] | None,
    ) -> list[Weight]:
        """The weights of ``module`` and ``layer``, without those that neither has.

        Args:
            module: of the class ``torch``.
            layer: of the class ``keras``, built.
            part: which of the module's layers ``layer`` stands for, from 0.
            flattened: shape (C, *space) of the feature map that was flattened into the
                features that the layer receives; None without one.

        Raises:
            TwinError: the two can't hold the same weights.
        """
        known = {"part": part, "flattened": flattened}
        wanted = inspect.signature(self.weights).parameters
        chosen = {name: known[name] for name in known if name in wanted}
        found = [w for w in self.weights(module, layer, **chosen) if not w.is_absent]
        for weight in found:
            if problem := weight.problem():
                raise TwinError(problem)
        return found


_RULES: list[Rule] = []


def rule(
    *,
    torch: type[nn.Module],
    keras: type,
    channels_first: bool = False,
    parts: Callable[[Any], int] = lambda module: 1,
    own: bool = False,
) -> Callable[[Weights], Weights]:
    """Register a rule for two classes; a later one for the same two replaces it.

    The decorated function takes a module and a built Keras layer, and yields a
    ``Weight`` for each weight that they share:

        @rule(torch=Scale, keras=KerasScale)
        def scale(module, layer):
            yield Weight("gain", module.gain, layer.gain)

    A function with a parameter ``flattened`` receives the shape (C, *space) of the
    feature map that was flattened before the layer, or None. One with a parameter
    ``part`` receives which of the module's ``parts`` the layer stands for.

    Args:
        torch: class of the modules. The rule holds for its subclasses too.
        keras: class of the Keras layers. The rule holds for its subclasses too.
        channels_first: the module takes and gives (N, C, *space), and the Keras layer
            (N, *space, C).
        parts: how many Keras layers a module stands for, such as its number of layers.
        own: the rule covers what the layer holds itself, and the layers inside of it
            are paired by themselves. Without it, the rule has to cover everything.
    """

    def register(weights: Weights) -> Weights:
        _RULES[:] = [r for r in _RULES if (r.torch, r.keras) != (torch, keras)]
        _RULES.append(Rule(torch, keras, weights, channels_first, parts, own))
        return weights

    return register


def rules_for_module(module: nn.Module) -> list[Rule]:
    """The rules of the module's class, or of the nearest of its bases that has any."""
    return _nearest(type(module), lambda one: one.torch)


def rules_for_layer(layer: keras.Layer) -> list[Rule]:
    """The rules of the Keras layer's class, or of the nearest base that has any."""
    return _nearest(type(layer), lambda one: one.keras)


def rule_for(module: nn.Module, layer: keras.Layer) -> Rule | None:
    """The rule for these two layers; None without one."""
    at_layer = rules_for_layer(layer)
    return next((one for one in rules_for_module(module) if one in at_layer), None)


def _nearest(kind: type, side: Callable[[Rule], type]) -> list[Rule]:
    def found() -> Iterator[list[Rule]]:
        for base in kind.__mro__:
            yield [one for one in _RULES if side(one) is base]

    return next(filter(None, found()), [])
