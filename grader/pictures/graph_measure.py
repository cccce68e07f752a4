"""What the lesson on graphs measures: memory, time, printed lines, lines in errors."""

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
    """How much this process's memory grows, at most, during ``call``, in MB.

    ``call`` runs once before, so that what is made once (a trace, compiled code) does
    not count. The function is meant for tensors of more than 32 MB: the C library keeps
    the memory of smaller ones for later use, so that no change is visible.
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
    """Give freed memory back to the system; new tensors would otherwise reuse it."""
    gc.collect()
    with suppress(AttributeError, OSError, TypeError):  # the C library is not glibc
        ctypes.CDLL(None).malloc_trim(0)


def best(call: Callable[[], object], repeats: int = 3) -> float:
    """The shortest of five mean times of ``call``, in microseconds.

    ``call`` runs once before. Other work on the machine has disturbed the shortest time
    least.
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
    """Run ``call(*inputs)`` and return the lines that Python prints, hidden here."""
    with redirect_stdout(StringIO()) as out:
        call(*inputs)
    return out.getvalue().splitlines()


def lines_named(
    function: Callable[..., object], call: Callable[..., object], *inputs: object
) -> list[int] | None:
    """Which lines of ``function`` the error of ``call(*inputs)`` names.

    The whole traceback and message are searched. The ``def`` is line 1. The result is
    None if the call does not fail.
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
