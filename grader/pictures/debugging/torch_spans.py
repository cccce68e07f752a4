"""Records one training step by PyTorch's profiler."""

import os
from collections.abc import Callable
from typing import Any

from torch.profiler import ProfilerActivity, profile

from grader.pictures.debugging.spans import PARTS, Span

_OPERATION = "aten::"
# Without it, the profiler writes below a cell when it starts and stops.
os.environ.setdefault("KINETO_LOG_LEVEL", "99")


def record(step: Callable[[], object]) -> list[Span]:
    """The operations that the step calls on the CPU, in their order.

    Args:
        step: has ``torch.profiler.record_function(part)`` around each of ``PARTS``. It
            runs once before, so that what is made once does not count.
    """
    step()
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        step()
    events = list(recorded.events() or ())
    parts = [event for event in events if event.name in PARTS]
    begin = min((part.time_range.start for part in parts), default=0.0)
    spans = []
    for event in events:
        if _outermost(event):
            time = event.time_range
            part = next((p.name for p in parts if _during(time.start, p)), "")
            name = event.name.removeprefix(_OPERATION)
            spans.append(Span(name, part, time.start - begin, time.elapsed_us()))
    return sorted(spans, key=lambda span: span.begin)


def _outermost(event: Any) -> bool:
    """Whether it is an operation that no other operation has called."""
    parent = event.cpu_parent
    inner = parent is not None and parent.name.startswith(_OPERATION)
    return event.name.startswith(_OPERATION) and not inner


def _during(moment: float, part: Any) -> bool:
    return part.time_range.start <= moment <= part.time_range.end
