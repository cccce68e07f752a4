"""What the lesson on graphs measures: memory, time, what is printed, errors' lines."""

import ctypes
import gc
import re
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from io import StringIO

import psutil

_INTERVAL = 0.0005  # seconds between two looks at the process


def peak(call: Callable[[], object]) -> float:
    """How far ``call`` raises the memory of this process above where it began, in MB.

    It is called once before, so that what is made once (a trace, compiled code) does
    not count. Meant for tensors of more than 32 MB: the C library keeps smaller ones
    for later use, and then nothing is seen to come and go.
    """
    call()
    _give_back()
    resident = psutil.Process().memory_info
    seen, stop = [resident().rss], threading.Event()

    def watch() -> None:
        while not stop.wait(_INTERVAL):
            seen.append(resident().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        call()
    finally:
        stop.set()
        watcher.join()
    return (max(seen) - seen[0]) / 1e6


def _give_back() -> None:
    """Return to the system what was freed and is kept: tensors would be made of it."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def best(call: Callable[[], object], repeats: int = 3) -> float:
    """The shortest mean time of ``call``, in microseconds, of five rows of calls.

    It is called once before. The shortest is what other work on the machine has
    disturbed least.
    """
    call()
    spans = []
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(repeats):
            call()
        spans.append(time.perf_counter() - begin)
    return 1e6 * min(spans) / repeats


def printed_by(call: Callable[..., object], *inputs: object) -> list[str]:
    """The lines that Python prints in ``call(*inputs)``, which are not shown."""
    with redirect_stdout(StringIO()) as out:
        call(*inputs)
    return out.getvalue().splitlines()


def lines_named(
    function: Callable[..., object], call: Callable[..., object], *inputs: object
) -> list[int] | None:
    """Which lines of ``function`` are named when ``call(*inputs)`` fails.

    Looks through the whole trace and message. The ``def`` is line 1. None when the
    call does not fail.
    """
    try:
        call(*inputs)
    except Exception as error:
        text = "".join(traceback.format_exception(error))
    else:
        return None
    found = re.findall(rf"line (\d+), in {re.escape(function.__name__)}\b", text)
    first = function.__code__.co_firstlineno
    return sorted({int(number) - first + 1 for number in found})
