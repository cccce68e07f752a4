"""Every hidden setting in which a module and a model differ."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
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

    Nothing is run but, with a sample, both models; nothing is changed.

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
    known, notes = _twins(module, model, sample)
    if model is not None and not model.built:
        raise TwinError(
            f"the Keras model {model.name!r} was never built, so that its layers have "
            "no weights to read: call it once on a batch, or give audit a sample"
        )
    ours = list(_parts("of_torch", *(both[0] for both in given)))
    if known:
        ours = _with_spaces(ours, module, sample)
    theirs = list(_parts("of_keras", *(both[1] for both in given)))
    if not all(has):
        missing = _NAMES["keras" if has[0] else "torch"]
        found = _alone(ours or theirs, missing)
        return Audit(_sorted(found), [], missing)
    pairs, left, right = by_source(ours, theirs, known)
    more, said = by_kind(left, right)
    found = (one for a, b in pairs + more for one in differences(a, b))
    return Audit(_sorted(found), notes + said)


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


def _parts(
    framework: str, of: Any, optimizer: Any, loss: Any, loader: Any
) -> Iterator[Part]:
    """What was given of one framework, which is imported for it alone."""

    def module(name: str) -> Any:
        return import_module(f"twin.auditing.{framework}.{name}")

    if of is not None:
        yield from module("layers").parts(of)
    if optimizer is not None:
        yield module("optimizers").optimizer(optimizer)
    if loss is not None:
        yield module("losses").loss(loss, of)
    if loader is not None:
        yield module("loaders").loader(loader)


def _twins(
    module: Any, model: Any, sample: Any
) -> tuple[list[tuple[Any, Any, int]], list[str]]:
    """The layers that run at the same place, or a sentence that says why not."""
    if sample is None or module is None or model is None:
        return [], []
    try:
        pairs = import_module("twin").Twin(module, model, sample).pairs
    except TwinError as error:
        return [], [f"Layers were paired by their kinds and order, because {error}."]
    return [(pair.module, pair.layer, pair.part) for pair in pairs], []


def _with_spaces(parts: list[Part], module: Any, sample: Any) -> list[Part]:
    """The same parts, with the sizes of the inputs that each layer gets."""
    given = import_module("twin.checks").arrays(sample)
    run = import_module("twin.running.torch_run").run_module(module, given)
    sizes = {id(call.layer): call.inputs[0].shape[2:] for call in run.calls}
    return [
        part
        if part.zeros_before
        else replace(part, space=sizes.get(id(part.source), ()))
        for part in parts
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
    """What changed accuracy in experiments comes first, by points; then by effect.

    After that come what experiments found no change by, and what does not matter.
    """

    def harm(one: Finding) -> tuple[bool, int, float, float]:
        tier = 1 if one.points is None else 0 if one.points else 2
        return not one.matters, tier, -(one.points or 0.0), -one.harm

    return sorted(found, key=harm)
