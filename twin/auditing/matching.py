"""Which part of one framework belongs to which of the other, and where they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from twin.auditing.facts import BORDER, Fact, Part
from twin.auditing.table import rows

# An ε that is far below any gradient: where it is added does not matter.
TINY = 1e-12


@dataclass(frozen=True)
class Finding:
    """One setting in which both differ.

    Attributes:
        where: the layer's path in PyTorch, or "optimizer", "loss", "loader".
        keras_path: the layer's path in Keras.
        what: the setting, in plain words.
        torch: PyTorch's value.
        keras: Keras's value.
        row: the id in the table of defaults that tells of it; "" for none.
        harm: how harmful, from 0 to 2: the effect that the table has of the difference
            of defaults, or how far the two numbers lie apart, if that is less.
        points: by how much the difference of defaults changed accuracy in experiments;
            0 where they found nothing beyond chance, or where the difference is less
            than half of that of defaults; None where there were none.
        matters: whether the table measured an effect that matters.
    """

    where: str
    keras_path: str
    what: str
    torch: str
    keras: str
    row: str
    harm: float
    points: float | None
    matters: bool


def finding(ours: Part, theirs: Part, a: Fact, b: Fact) -> Finding:
    """The finding that two facts of one name differ."""
    row = rows().get(a.row) or rows().get(b.row)
    harm = a.distance(b)
    matters = True
    if row is not None:
        matters = row.matters or row.torch == row.keras
    # A difference between equal defaults has no effect in the table.
    harm = min(harm, row.effect if row is not None and row.effect else 1.0)
    what = f"{ours.kind}: {a.name}" if ours.source is not None else a.name
    points = None
    if row is not None and row.accuracy:
        change = row.change if harm >= row.effect / 2 else None
        points = abs(change["points"]) if change else 0.0
    return Finding(
        *(ours.path, theirs.path, what, str(a), str(b)),
        *(row.id if row else "", harm, points, matters),
    )


def differences(ours: Part, theirs: Part) -> Iterator[Finding]:
    """Every fact of both parts in which they differ."""
    there = {fact.name: fact for fact in theirs.facts}
    for fact in ours.facts:
        other = there.pop(fact.name, None)
        if other is None:
            continue
        if not fact.equals(other) and not _is_beside_the_point(fact, ours, theirs):
            yield finding(ours, theirs, fact, other)
    for fact in there.values():
        if fact.name in _ALONE:
            yield finding(ours, theirs, Fact(fact.name, _ALONE[fact.name]), fact)
    yield from _alone_in_torch(ours, theirs)


# What one side says only where it is set, and what the other has then.
_ALONE = {
    "clips gradients": "not in the optimizer: see your loop",
    "class left out": "none",
}


def _alone_in_torch(ours: Part, theirs: Part) -> Iterator[Finding]:
    there = {fact.name for fact in theirs.facts}
    for fact in ours.facts:
        if fact.name == "class weights" and fact.name not in there:
            other = Fact(fact.name, "given to fit; divided by the number of examples")
            yield finding(ours, theirs, fact, other)
        elif fact.name == "class left out" and fact.name not in there:
            yield finding(ours, theirs, fact, Fact(fact.name, "none"))


def _is_beside_the_point(fact: Fact, ours: Part, theirs: Part) -> bool:
    if fact.name == BORDER and ours.space and theirs.space:
        # A function has set zeros already, where the inputs have other sizes.
        return ours.space != theirs.space
    if fact.name != "epsilon is added":
        return False
    facts = (*ours.facts, *theirs.facts)
    return all(one.value <= TINY for one in facts if one.name == "epsilon")


def by_kind(
    ours: Sequence[Part], theirs: Sequence[Part]
) -> tuple[list[tuple[Part, Part]], list[str]]:
    """Pair parts of one kind in their order.

    Returns:
        The pairs, and a sentence for each kind of which one side has more.
    """
    pairs, said = [], []
    for kind in dict.fromkeys(part.kind for part in (*ours, *theirs)):
        first = [part for part in ours if part.kind == kind]
        second = [part for part in theirs if part.kind == kind]
        for a, b in zip_longest(first, second):
            if a is not None and b is not None:
                pairs.append((a, b))
        fewer = min(len(first), len(second))
        left = [*first[fewer:], *second[fewer:]]
        left = [part for part in left if not _does_nothing(part)]
        if left:
            names = ", ".join(part.path for part in left)
            said.append(
                f"PyTorch has {len(first)} of the kind {kind!r} and Keras "
                f"{len(second)}: not compared are {names}."
            )
    return pairs, said


def _does_nothing(part: Part) -> bool:
    return part.kind == "dropout" and part.facts == (Fact("rate", 0.0),)


def by_source(
    ours: Sequence[Part], theirs: Sequence[Part], known: Sequence[tuple[Any, Any, int]]
) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
    """Pair parts whose layers are known to belong together.

    Args:
        ours: parts of the module.
        theirs: parts of the model.
        known: module, Keras layer, and which of the module's layers it is, from 0.

    Returns:
        The pairs, and what is left of either side.
    """
    left, right = list(ours), list(theirs)
    pairs = []
    for module, layer, number in known:
        first = [part for part in ours if part.source is module][number:][:1]
        second = [part for part in theirs if part.source is layer][:1]
        if first and second and first[0].kind == second[0].kind:
            pairs.append((first[0], second[0]))
            left = [part for part in left if part is not first[0]]
            right = [part for part in right if part is not second[0]]
    return pairs, left, right
