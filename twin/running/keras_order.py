"""Calls of Keras layers as the model was written, and features that were flattened."""

import re
from collections.abc import Iterator

from twin.arrays import Array, tensors
from twin.running.calls import Call

# "keras_tensor_12": symbolic tensors are counted.
_NUMBER = re.compile(r"\d+$")


def as_written(calls: list[Call]) -> list[Call]:
    """Calls in their order, but for the layers of functional models.

    Of layers that don't depend on each other, such as the branches of a block, Keras
    may run a later one first. They are put in the order in which the model was written.
    """
    inside: dict[int, list[Call]] = {}
    for call in calls:
        inside.setdefault(id(call.outer), []).append(call)

    def of(outer: Call | None) -> Iterator[Call]:
        found = inside.get(id(outer), [])
        # Only a functional model has operations.
        if outer is not None and getattr(outer.layer, "operations", None):
            found = _by_creation(found)
        for call in found:
            yield call
            yield from of(call)

    return list(of(None))


def _by_creation(calls: list[Call]) -> list[Call]:
    """Calls by the number that Keras gave to the symbolic output of their layer.

    A layer that is used twice has two such outputs, and stays behind the call before.
    """
    places, last = {}, 0
    for call in calls:
        output = next(tensors(getattr(call.layer, "output", None)), None)
        number = _NUMBER.search(getattr(output, "name", ""))
        last = int(number[0]) if number else last
        places[id(call)] = last
    return sorted(calls, key=lambda call: places[id(call)])


def follow_flattened(calls: list[Call]) -> None:
    """Tell each call whose input is a flattened feature map, and the map's shape.

    What was flattened is followed by its numbers, through layers that keep the order of
    features, until a dense layer mixes them.
    """
    flat: list[tuple[Array, tuple[int, ...]]] = []
    for call in calls:
        if not call.inputs or not call.outputs:
            continue
        given, out = call.inputs[0], call.outputs[0]
        rows = len(given) if given.ndim else 0
        if given.ndim > 2 and out.ndim == 2 and out.shape == (rows, given[0].size):
            *space, channels = given.shape[1:]
            flat.append((out, (channels, *space)))
            continue
        for array, shape in flat:
            if given.shape == array.shape and (given == array).all():
                call.flattened = shape
                if out.shape == array.shape and not hasattr(call.layer, "kernel"):
                    flat.append((out, shape))
                break
