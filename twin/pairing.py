"""Which module belongs to which Keras layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import keras
from torch import Tensor, nn

from twin.problems import TwinError
from twin.rules.registry import Rule, rule_for, rules_for_module
from twin.running.calls import Call, Run
from twin.weights import Weight

Mapped = Mapping[str, str | Sequence[str]]
Flattened = Mapping[str, tuple[int, ...] | None]


@dataclass
class Pair:
    """A module, or one layer of it, and the Keras layer that does the same.

    Attributes:
        path: the module's; with the number of the layer behind it where one module
            stands for several, such as "lstm[1]".
        keras_path: the Keras layer's, such as "block/conv".
        module: the module.
        layer: the Keras layer.
        rule: the rule that pairs them.
        weights: what both hold.
        part: which of the module's layers it is, from 0.
        is_last: whether the module's output is this layer's.
        calls: each call of the module, and the call of the Keras layer that it meets.
    """

    path: str
    keras_path: str
    module: nn.Module
    layer: keras.Layer
    rule: Rule
    weights: list[Weight]
    part: int
    is_last: bool
    calls: list[tuple[int, int]]

    def of(self, module: nn.Module, tensors: Mapping[int, Tensor]) -> "Pair":
        """The same pair of a copied module, with its parameters and buffers.

        Args:
            module: the copy of this pair's.
            tensors: all parameters and buffers of the copy, by the identity of those
                that they are copies of.
        """
        weights = [weight.of(tensors) for weight in self.weights]
        return replace(self, module=module, weights=weights)


@dataclass(frozen=True)
class _Wanted:
    """One layer of one call of a module, which needs a partner."""

    at: int
    call: Call
    part: int
    parts: int

    @property
    def path(self) -> str:
        """The module's path, with the layer's number where there are several."""
        path = self.call.path or "the module itself"
        return f"{path}[{self.part}]" if self.parts > 1 else path


def pair_layers(
    ours: Run, theirs: Run, pairs: Mapped, flattened: Flattened
) -> list[Pair]:
    """Pair the layers that ran, in the order in which they ran.

    Each module meets the first Keras layer that is left over, of the right kind, and
    with weights of the right shapes. So branches may run in either order.

    Args:
        ours: the PyTorch module's run.
        theirs: the Keras model's.
        pairs: Keras paths for some of PyTorch's paths, which are followed first.
        flattened: for some of PyTorch's paths, the shape (C, *space) of the feature
            map that the layer receives flattened; None where its order is Keras's.

    Raises:
        TwinError: a layer has no partner.
    """
    return _Pairing(ours, theirs, pairs, flattened).done()


class _Pairing:
    def __init__(
        self, ours: Run, theirs: Run, pairs: Mapped, flattened: Flattened
    ) -> None:
        self._ours, self._theirs = ours, theirs
        self._chosen = _chosen(pairs, ours, theirs)
        self._flattened = flattened
        self._free = [i for i, call in enumerate(theirs.calls) if call.is_ruled]
        self._found: dict[tuple[int, int], Pair] = {}

    def done(self) -> list[Pair]:
        wanted = list(_wanted(self._ours))
        # What the user chose is not free for others.
        wanted.sort(key=lambda one: one.call.path not in self._chosen)
        for one in wanted:
            self._place(one)
        if self._free:
            raise TwinError(self._too_few(wanted))
        return list(self._found.values())

    def _place(self, one: _Wanted) -> None:
        known = self._found.get((id(one.call.layer), one.part))
        problems: list[str] = []
        for at in self._candidates(one, known):
            call = self._theirs.calls[at]
            if known is None:
                try:
                    self._found[id(one.call.layer), one.part] = self._pair(one, at)
                except TwinError as error:
                    problems.append(f"{call.path} ({call.kind}): {error}")
                    continue
            else:
                known.calls.append((one.at, at))
            self._free.remove(at)
            return
        raise TwinError(self._no_partner(one, known, problems))

    def _candidates(self, one: _Wanted, known: Pair | None) -> Iterator[int]:
        chosen = self._chosen.get(one.call.path)
        for at in list(self._free):
            call = self._theirs.calls[at]
            if known is not None:
                fits = call.layer is known.layer
            elif chosen is not None:
                fits = one.part < len(chosen) and call.path == chosen[one.part]
            else:
                taken = any(pair.layer is call.layer for pair in self._found.values())
                fits = not taken and bool(rule_for(one.call.layer, call.layer))
            if fits:
                yield at

    def _pair(self, one: _Wanted, at: int) -> Pair:
        call, module = self._theirs.calls[at], one.call.layer
        rule = rule_for(module, call.layer)
        if rule is None:
            raise TwinError(f"no rule pairs {one.call.kind} with {call.kind}")
        call.flattened = self._flattened.get(
            one.call.path, self._flattened_into(one, at)
        )
        weights = rule.apply(module, call.layer, one.part, call.flattened)
        last = one.part == one.parts - 1
        calls = [(one.at, at)]
        return Pair(
            *(one.path, call.path, module, call.layer, rule, weights),
            *(one.part, last, calls),
        )

    def _flattened_into(self, one: _Wanted, at: int) -> tuple[int, ...] | None:
        """The feature map's shape, where PyTorch flattens it in another order."""
        shape = self._theirs.calls[at].flattened
        if shape is None or len(shape) > 2:
            return shape
        # Of sequences, PyTorch has some as (N, C, steps) and some as (N, steps, C).
        before = [c for c in self._ours.calls[: one.at] if c.is_ruled]
        moved = before and rules_for_module(before[-1].layer)[0].channels_first
        return shape if moved else None

    def _no_partner(self, one: _Wanted, known: Pair | None, problems: list[str]) -> str:
        who = f"PyTorch's layer {one.path} ({one.call.kind})"
        if known is not None:
            return f"{who} runs more often than Keras's {known.keras_path}"
        if problems:
            return f"{who} fits none of Keras's layers that are left. {problems[0]}"
        left = [self._theirs.calls[at] for at in self._free]
        names = ", ".join(f"{call.path} ({call.kind})" for call in left) or "none"
        return (
            f"{who} has no partner: {len(self._ours.ruled)} layers with a rule ran in "
            f"PyTorch, {len(self._theirs.ruled)} in Keras. Left in Keras: {names}. "
            "If one of them is meant, name it in pairs={...}, and if the classes have "
            "no rule together, register one"
        )

    def _too_few(self, wanted: list[_Wanted]) -> str:
        left = [self._theirs.calls[at] for at in self._free]
        names = ", ".join(f"{call.path} ({call.kind})" for call in left)
        return (
            f"Keras's layers {names} have no partner: {len(wanted)} with a rule "
            f"ran in PyTorch, {len(self._theirs.ruled)} in Keras"
        )


def _wanted(ours: Run) -> Iterator[_Wanted]:
    for at, call in enumerate(ours.calls):
        if call.is_ruled:
            parts = rules_for_module(call.layer)[0].parts(call.layer)
            for part in range(parts):
                yield _Wanted(at, call, part, parts)


def _chosen(pairs: Mapped, ours: Run, theirs: Run) -> dict[str, list[str]]:
    """What the user chose, as lists; the names are those of layers that ran."""
    chosen = {a: [b] if isinstance(b, str) else list(b) for a, b in pairs.items()}
    asked = [
        ("PyTorch", list(chosen), [call.path for call in ours.ruled]),
        (
            "Keras",
            [one for names in chosen.values() for one in names],
            [call.path for call in theirs.ruled],
        ),
    ]
    for framework, names, there in asked:
        for name in names:
            if name not in there:
                raise TwinError(
                    f"pairs names {name!r}, and no layer of that path ran in "
                    f"{framework}; these did: {', '.join(dict.fromkeys(there))}"
                )
    return chosen
