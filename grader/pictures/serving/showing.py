"""What cells of the lesson on serving use to time an action and to show source text."""

import inspect
import time
from collections.abc import Callable
from textwrap import dedent

from IPython.display import Markdown


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes: the best of five runs, in seconds."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


def show_source(*things: Callable[..., object]) -> Markdown:
    """Return the source of functions or classes, for a notebook to show in colour."""
    sources = [dedent(inspect.getsource(thing)).rstrip() for thing in things]
    return Markdown("```python\n" + "\n\n".join(sources) + "\n```")
