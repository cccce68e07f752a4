"""Types pdb's commands where nobody sits at the keyboard, and shows each one.

A lesson runs from top to bottom, so its debugger needs its input in advance. What is
shown is what a learner sees who types the same; only the temporary file that Jupyter
makes of a cell is called ``cell``.
"""

import inspect
import linecache
import os
import pdb
import re
import sys
from bdb import BdbQuit
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any, cast

# In the file names of a notebook's cells; ipykernel_launcher.py is none.
_CELL = re.compile(r"ipykernel_\d|<ipython-input")


class Session:
    """What happened at the prompt.

    Attributes:
        stops: how often a breakpoint was reached.
        text: all that the debugger printed, the typed commands with it.
    """

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.stops = 0
        self._shown = _Shown()

    @property
    def text(self) -> str:
        """All that was printed so far."""
        return self._shown.getvalue()


class _Shown(StringIO):
    """What is written here is printed, too."""

    def write(self, text: str) -> int:
        sys.stdout.write(text)
        return super().write(text)


class _Typed:
    """Input that is shown when it is read; after the last command it continues."""

    def __init__(self, commands: Iterable[str], shown: _Shown) -> None:
        self._left, self._shown = list(commands), shown

    @property
    def used_up(self) -> bool:
        return not self._left

    def readline(self) -> str:
        command = self._left.pop(0) if self._left else "continue"
        self._shown.write(f"{command}\n")
        return f"{command}\n"


class _Debugger(pdb.Pdb):
    """Python's own debugger, with its input in advance and cells named shortly."""

    def __init__(self, typed_in: _Typed, shown: _Shown) -> None:
        super().__init__(
            stdin=cast(IO[str], typed_in), stdout=shown, nosigint=True, readrc=False
        )

    def format_stack_entry(
        self, frame_lineno: tuple[FrameType, int], lprefix: str = ": "
    ) -> str:
        entry = super().format_stack_entry(frame_lineno, lprefix)
        file = self.canonic(frame_lineno[0].f_code.co_filename)
        return entry.replace(file, short(file), 1)


def short(file: str) -> str:
    """``cell`` for a notebook's cell; otherwise mostly the file's last two parts."""
    if _CELL.search(file):
        return "cell"
    if "__autograph_generated_file" in file:
        return "AutoGraph's code"
    return "/".join(Path(file).parts[-2:])


@contextmanager
def typed(*commands: str) -> Iterator[Session]:
    """Have ``breakpoint()`` read these commands; each is printed as it is typed.

    Args:
        commands: of pdb, such as ``"p x.shape"``. When they are used up, the program
            continues, and a further stop is one line. ``q`` ends the block quietly.
    """
    session = Session()
    typed_in = _Typed(commands, session._shown)
    debugger = _Debugger(typed_in, session._shown)

    def stop(*args: Any, **named: Any) -> None:
        session.stops += 1
        if session.stops > 1 and typed_in.used_up:
            session._shown.write(f"stop {session.stops}: continue\n")
            return
        frame = inspect.currentframe()
        debugger.set_trace(frame and frame.f_back)

    before, sys.breakpointhook = sys.breakpointhook, stop
    tracing = sys.gettrace()
    try:
        yield session
    except BdbQuit:
        pass
    finally:
        sys.breakpointhook = before
        sys.settrace(tracing)


def post_mortem(error: BaseException, *commands: str) -> Session:
    """Look at the frames of an error that was raised, as ``%debug`` does.

    Args:
        error: the exception, caught.
        commands: of pdb; ``u`` and ``d`` go up and down the frames.
    """
    session = Session()
    typed_in = _Typed([*commands, "q"], session._shown)
    debugger = _Debugger(typed_in, session._shown)
    debugger.reset()
    debugger.interaction(None, _trace_of(error.__traceback__))
    return session


def _trace_of(trace: TracebackType | None) -> TracebackType:
    if trace is None:
        raise ValueError("the error was never raised: catch it, and hand it over")
    return trace


def source_line(file: str, number: int) -> str:
    """The line of a file or cell, without its indentation; "" where there is none."""
    found = linecache.getline(file, number) or linecache.getline(os.sep + file, number)
    return found.strip()
