"""Records one training step by TensorFlow's profiler."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from grader.pictures.debugging.spans import Span

_WORKERS = "tf_Compute"  # the threads that run a graph's operations
_PICOSECONDS = 1e6  # in a microsecond
# How the names of a graph's operations begin; all others are of the forward pass.
_PARTS = {"gradient_tape/": "backward", "adam/": "update"}


def record(step: Callable[[], object]) -> list[Span]:
    """The graph's operations on the CPU during a step, in their order.

    Args:
        step: a traced function with Keras's Adam in it; it runs once before.
    """
    step()
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            step()
        (file,) = Path(folder).rglob("*.xplane.pb")
        space = xplane_pb2.XSpace.FromString(file.read_bytes())
    spans = []
    for plane in space.planes:
        for line in plane.lines:
            if not line.name.startswith(_WORKERS):
                continue
            for event in line.events:
                known = plane.event_metadata[event.metadata_id]
                if known.display_name:  # the others are the runtime's own entries
                    begin = line.timestamp_ns * 1e-3 + event.offset_ps / _PICOSECONDS
                    length = event.duration_ps / _PICOSECONDS
                    name, part = known.display_name, _part(known.name)
                    spans.append(Span(name, part, begin, length))
    first = min((span.begin for span in spans), default=0.0)
    moved = [Span(s.name, s.part, s.begin - first, s.length) for s in spans]
    return sorted(moved, key=lambda span: span.begin)


def _part(name: str) -> str:
    return next((p for start, p in _PARTS.items() if name.startswith(start)), "forward")
