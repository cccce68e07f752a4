"""Every hidden setting in which a module and a model differ."""

import math
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from twin.auditing.facts import Fact, Part, Start
from twin.auditing.matching import (
    Finding,
    by_kind,
    by_source,
    differences,
    finding,
)
from twin.auditing.result import Audit
from twin.auditing.table import rows
from twin.problems import TwinError

_NAMES = {"torch": "PyTorch", "keras": "Keras"}


def audit(
    module: Any = None,
    model: Any = None,
    *,
    optimizers: tuple[Any, Any] = (None, None),
    losses: tuple[Any, Any] = (None, None),
    loaders: tuple[Any, Any] = (None, None),
    sample: Any = None,
) -> Audit:
    """Compare the settings of two models, and of what trains them.

    Nothing is run but, with a sample, both models once; nothing is changed.

    Args:
        module: the PyTorch module; None for an audit of Keras alone.
        model: the Keras model; None for an audit of PyTorch alone.
        optimizers: PyTorch's and Keras's.
        losses: PyTorch's, of ``torch.nn`` or ``torch.nn.functional``, and Keras's.
        loaders: a DataLoader, and a ``tf.data.Dataset`` or the arguments of ``fit`` on
            arrays, such as {"batch_size": 64}.
        sample: an input in PyTorch's layout. With it, layers are paired as ``Twin``
            pairs them; without, those of one kind in their order.

    Returns:
        The findings, most harmful first.

    Raises:
        TwinError: nothing was given, or something of an unknown class.
    """
    given = [(module, model), optimizers, losses, loaders]
    for name, both in zip(("optimizers", "losses", "loaders"), given[1:], strict=True):
        if not isinstance(both, tuple | list) or len(both) != 2:
            raise TwinError(f"{name} takes two: {name}=(PyTorch's, Keras's)")
    has = [any(both[side] is not None for both in given) for side in (0, 1)]
    if not any(has):
        raise TwinError("audit needs a module, a model, or what trains them")
    for wanted, framework in zip(has, _NAMES, strict=True):
        if wanted and find_spec(framework) is None:
            raise TwinError(
                f"{_NAMES[framework]} is not installed, and something of it was "
                f"given to audit: pip install {framework}, or give None"
            )
    _check_models(module, model)
    ours = _torch_parts(module, optimizers[0], losses[0], loaders[0])
    theirs = _keras_parts(model, optimizers[1], losses[1], loaders[1])
    if not all(has):
        missing = _NAMES["keras" if has[0] else "torch"]
        found = _alone(ours or theirs, missing)
        return Audit(_sorted(found), [], missing)
    pairs, notes = _paired(module, model, sample, ours, theirs)
    return Audit(_sorted(one for a, b in pairs for one in differences(a, b)), notes)


def _check_models(module: Any, model: Any) -> None:
    if module is not None and not hasattr(module, "named_modules"):
        raise TwinError(
            "audit takes a torch.nn.Module first, not an object of the class "
            f"{type(module).__name__}"
        )
    if model is not None and not hasattr(model, "get_build_config"):
        raise TwinError(
            "audit takes a keras.Model second, not an object of the class "
            f"{type(model).__name__}"
        )
    if model is not None and not model.built:
        raise TwinError(
            f"the Keras model {model.name!r} was never built, so that its layers have "
            "no weights to read: call it once, or give audit a sample after Twin"
        )


def _torch_parts(module: Any, *training: Any) -> list[Part]:
    if module is None and not any(one is not None for one in training):
        return []
    layers = import_module("twin.auditing.torch_layers")
    reads = import_module("twin.auditing.torch_training")
    return [*_read(layers.parts, module), *_training(reads, module, *training)]


def _keras_parts(model: Any, *training: Any) -> list[Part]:
    if model is None and not any(one is not None for one in training):
        return []
    layers = import_module("twin.auditing.keras_layers")
    reads = import_module("twin.auditing.keras_training")
    return [*_read(layers.parts, model), *_training(reads, model, *training)]


def _read(parts: Callable[[Any], Iterator[Part]], of: Any) -> Iterator[Part]:
    if of is not None:
        yield from parts(of)


def _training(
    reads: Any, of: Any, optimizer: Any, loss: Any, loader: Any
) -> Iterator[Part]:
    if optimizer is not None:
        yield reads.optimizer(optimizer)
    if loss is not None:
        yield reads.loss(loss, of)
    if loader is not None:
        yield reads.loader(loader)


def _paired(
    module: Any, model: Any, sample: Any, ours: list[Part], theirs: list[Part]
) -> tuple[list[tuple[Part, Part]], list[str]]:
    known: list[tuple[Any, Any, int]] = []
    notes = []
    if sample is not None:
        try:
            known = _twins(module, model, sample)
        except TwinError as error:
            notes = [f"Layers were paired by their kinds and order, because {error}."]
    pairs, left, right = by_source(ours, theirs, known)
    more, said = by_kind(left, right)
    return pairs + more, notes + said


def _twins(module: Any, model: Any, sample: Any) -> list[tuple[Any, Any, int]]:
    twin = import_module("twin")
    return [
        (pair.module, pair.layer, pair.part)
        for pair in twin.Twin(module, model, sample).pairs
    ]


def _alone(parts: Sequence[Part], missing: str) -> Iterator[Finding]:
    """Each fact whose row says that the other framework's default differs."""
    for part in parts:
        for fact in part.facts:
            row = rows().get(fact.row)
            if row is None or row.torch == row.keras:
                continue
            value = row.keras if missing == "Keras" else row.torch
            if value == "required" or _is_it(fact.value, value):
                continue
            if isinstance(fact.value, Start):
                value += " (in the table's layer)"
            default = Fact(fact.name, value, fact.row)
            other = Part(part.kind, "default", (), part.source)
            if missing == "Keras":
                yield finding(part, other, fact, default)
            else:
                yield finding(other, part, default, fact)


def _is_it(value: Any, default: str) -> bool:
    """Whether a number that was read is the other framework's default already."""
    try:
        return isinstance(value, float) and math.isclose(value, float(default))
    except ValueError:
        return False


def _sorted(found: Iterator[Finding]) -> list[Finding]:
    table = rows()

    def harm(one: Finding) -> tuple[bool, float, float]:
        points = table[one.row].points if one.row else 0.0
        return not one.matters, -one.harm, -points

    return sorted(found, key=harm)
