"""Compares what each pair of layers received and returned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from twin.arrays import Array, Difference, difference
from twin.comparing.result import Comparison, Row
from twin.comparing.weightless import pair_weightless
from twin.layout import apart
from twin.pairing import Pair
from twin.problems import TwinError
from twin.running.calls import Call, Run


@dataclass(frozen=True)
class _Meeting:
    """A call of PyTorch's and a call of Keras's that are to do the same."""

    at: int
    ours: Call
    theirs: Call
    path: str
    inputs: list[Array]
    outputs: list[Array]


def compare_runs(
    ours: Run, theirs: Run, pairs: list[Pair], tolerance: float, dtype: str
) -> Comparison:
    """The rows of a comparison, in the order in which PyTorch's layers ran.

    A layer differs where its outputs do. Where its inputs do so as well, and no layer
    before it differs, the cause lies between: a row of its own says so.

    Args:
        ours: PyTorch's run.
        theirs: Keras's run on the same numbers.
        pairs: of layers with weights.
        tolerance: the largest relative difference of equals.
        dtype: name of the dtype in which both computed.

    Raises:
        TwinError: a layer ran more often, or less, than when it was paired.
    """
    _same_calls(ours, theirs, pairs)
    valid = next((c.valid for c in ours.calls if c.valid is not None), None)
    met = list(_meetings(ours, theirs, pairs))
    rows = [_row(one, tolerance, valid) for one in met]
    rows += _outputs(ours, theirs, tolerance, valid)
    rows = _without_other_shapes(rows)
    at = next((at for at, row in enumerate(rows) if row.differs), None)
    if at is not None:
        before = rows[at - 1].path if at else "the input"
        if at >= len(met):
            rows[at] = rows[at].named(f"between {before} and the {rows[at].path}")
        elif cause := _between(met[at], before, tolerance, valid):
            rows.insert(at, cause)
    return Comparison(rows, tolerance, dtype)


def _without_other_shapes(rows: list[Row]) -> list[Row]:
    """Rows whose shapes don't fit are no difference if the next row is equal.

    One side then crops or pads in the layer, the other outside of it.
    """
    made = []
    equal_after = False
    for row in reversed(rows):
        if row.found is not None:
            equal_after = not row.differs
        elif row.is_seen and equal_after:
            note = "of another shape, and equal in what follows"
            row = replace(row, is_seen=False, note=note)
        made.append(row)
    return made[::-1]


def _same_calls(ours: Run, theirs: Run, pairs: list[Pair]) -> None:
    for pair in pairs:
        for here, there in pair.calls:
            fits = here < len(ours.calls) and ours.calls[here].layer is pair.module
            fits = fits and there < len(theirs.calls)
            if not (fits and theirs.calls[there].layer is pair.layer):
                raise TwinError(
                    f"{pair.path} ran elsewhere than on the sample: models whose "
                    "layers depend on the data can't be compared"
                )


def _meetings(ours: Run, theirs: Run, pairs: list[Pair]) -> Iterator[_Meeting]:
    found = [
        _of_pair(a, ours.calls[a], theirs.calls[b], pair)
        for pair in pairs
        for a, b in pair.calls
    ]
    for a, b in pair_weightless(ours, theirs, pairs):
        here, there = ours.calls[a], theirs.calls[b]
        found.append(_Meeting(a, here, there, here.path, here.inputs, here.outputs))
    yield from sorted(found, key=lambda one: one.at)


def _of_pair(at: int, ours: Call, theirs: Call, pair: Pair) -> _Meeting:
    inputs = ours.lower[pair.part - 1 :] if pair.part else ours.inputs
    outputs = ours.outputs if pair.is_last else ours.lower[pair.part : pair.part + 1]
    return _Meeting(at, ours, theirs, pair.path, inputs, outputs)


def _row(met: _Meeting, tolerance: float, valid: Array | None) -> Row:
    there = met.theirs.outputs[:1]
    found = None
    shape = None
    if there:
        for out in met.outputs:
            found = apart(out, there[0], flattened=_order(met), valid=valid)
            shape = out.shape
            if found is not None:
                break
    return Row(
        met.path,
        met.ours.kind,
        met.theirs.path,
        met.theirs.kind,
        shape,
        there[0].shape if there else None,
        found,
        tolerance,
        is_seen=bool(met.outputs and there),
        note=_nans(met.outputs[:1], there),
    )


def _order(met: _Meeting) -> tuple[int, ...] | None:
    """The flattened feature map's shape, if the layer keeps the order of its inputs."""
    out = met.theirs.outputs[0]
    kept = met.theirs.flattened and out.shape == met.theirs.inputs[0].shape
    mixes = hasattr(met.theirs.layer, "kernel")
    return met.theirs.flattened if kept and not mixes else None


def _between(
    met: _Meeting, last: str, tolerance: float, valid: Array | None
) -> Row | None:
    """A row for what lies before a layer, if its input differs already."""
    if not (met.inputs and met.theirs.inputs):
        return None
    here, there = met.inputs[0], met.theirs.inputs[0]
    found = apart(here, there, flattened=met.theirs.flattened, valid=valid)
    if found is None or found.relative <= tolerance:
        return None
    where = f"between {last} and {met.path}"
    note = f"the input of {met.path} differs already" + _nans([here], [there], "; ")
    if _same_numbers(here, there, tolerance):
        note += (
            ": the same numbers in another order. If a feature map was flattened, name "
            f"its shape in flattened={{{met.ours.path!r}: (C, H, W)}}"
        )
    return Row(where, "", "", "", here.shape, there.shape, found, tolerance, True, note)


def _same_numbers(ours: Array, theirs: Array, tolerance: float) -> bool:
    if ours.shape != theirs.shape or ours.dtype.kind != "f":
        return False
    a, b = (np.sort(one.reshape(len(one), -1)) for one in (ours, theirs))
    return difference(a, b).relative <= tolerance


def _outputs(
    ours: Run, theirs: Run, tolerance: float, valid: Array | None
) -> Iterator[Row]:
    if len(ours.outputs) != len(theirs.outputs):
        raise TwinError(
            f"PyTorch's module returns {len(ours.outputs)} tensors, the Keras model "
            f"{len(theirs.outputs)}"
        )
    for number, (here, there) in enumerate(
        zip(ours.outputs, theirs.outputs, strict=True)
    ):
        name = "output" if len(ours.outputs) == 1 else f"output {number}"
        found = apart(here, there, valid=valid) or Difference(np.inf, np.inf)
        shapes = here.shape, there.shape
        note = _nans([here], [there])
        yield Row(name, "", "output", "", *shapes, found, tolerance, True, note)


def _nans(ours: list[Array], theirs: list[Array], before: str = "") -> str:
    here = any(np.isnan(one).any() for one in ours if one.dtype.kind == "f")
    there = any(np.isnan(one).any() for one in theirs if one.dtype.kind == "f")
    if not (here or there):
        return ""
    sides = "both" if here and there else "PyTorch's" if here else "Keras's"
    return f"{before}NaN in {sides}"
