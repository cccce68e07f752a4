"""What is kept of one call of a layer."""

from dataclasses import dataclass, field
from typing import Any

from twin.arrays import Array


@dataclass
class Call:
    """One call of a layer, in the order in which layers begin.

    Attributes:
        path: where the layer is in its model: "layer1.0.conv" in PyTorch, "block/conv"
            in Keras.
        layer: the module or Keras layer.
        kind: its class, or the name of an activation.
        is_ruled: a rule knows it, so that it can be paired with its weights.
        inputs: what came in, in the order of the arguments.
        outputs: what came out. Where a layer can give its result in several forms (a
            sequence or its last step), all of them.
        lower: of a module that stands for several layers, what each but the last gave.
        valid: shape (N, T): which steps are data and not padding; None where all are.
        is_inner: other layers ran inside of it.
        outer: the call that it runs in, of a layer that calls others.
        flattened: shape (C, *space) of the feature map whose numbers come in flattened.
    """

    path: str
    layer: Any
    kind: str
    is_ruled: bool
    inputs: list[Array] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)
    lower: list[Array] = field(default_factory=list)
    valid: Array | None = None
    is_inner: bool = False
    flattened: tuple[int, ...] | None = None
    outer: "Call | None" = None


@dataclass
class Run:
    """One run of a model.

    Attributes:
        calls: of its layers; those that only call others are left out.
        called: every layer that was called, by its identity, in the order of the calls.
        outputs: what the model returned, without structure.
    """

    calls: list[Call]
    called: dict[int, Any]
    outputs: list[Array]

    @property
    def ruled(self) -> list[Call]:
        """The calls of layers that a rule knows."""
        return [call for call in self.calls if call.is_ruled]
