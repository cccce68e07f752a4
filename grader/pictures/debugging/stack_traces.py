"""Shows a stack trace as it is read: the own lines first, the libraries' folded."""

import html
import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from IPython.display import display

from grader.pictures.debugging.pdb_session import short, source_line

# A place in a message: TensorFlow and PyTorch write those of a graph in Python's way.
_PLACE = re.compile(r'File "(?P<file>[^"]+)", line (?P<number>\d+)')
# What says nothing to a reader: colours, and the place in PyTorch's own C++ source.
_NOISE = re.compile(r"\x1b\[[0-9;]*m| *\(Triggered internally at [^)]*\)")
_LONGEST = 240  # characters of a line that are shown before it is unfolded


@dataclass(frozen=True)
class Trace:
    """What an error said.

    Attributes:
        title: what is wrong.
        fault: a part of the line that is to be mended.
        error: the name of its class; "" if nothing was raised.
        message: its message, with that of a warning which came with it.
        frames: file, line number and source line of each frame, the outermost first.
    """

    title: str
    fault: str
    error: str
    message: str
    frames: tuple[tuple[str, int, str], ...]

    @property
    def own(self) -> list[str]:
        """The lines of cells among the frames, and those that the message names."""
        frames = [(n, line) for file, n, line in self.frames if short(file) == "cell"]
        places = [
            (int(found["number"]), source_line(found["file"], int(found["number"])))
            for found in _PLACE.finditer(self.message)
            if short(found["file"]) == "cell"
        ]
        return list(dict.fromkeys(f"line {n}: {line}" for n, line in frames + places))

    @property
    def named(self) -> bool:
        """Whether the line to be mended is among them."""
        return any(self.fault in line for line in self.own)


def read(title: str, call: Callable[[], object], fault: str) -> Trace:
    """Call a function that is to fail, show what the error says, and return it.

    Args:
        title: what is wrong in the function.
        call: the function; warnings that it causes belong to what is said.
        fault: a part of the line that is to be mended.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            call()
            trace = Trace(title, fault, "", "nothing was raised", ())
        except Exception as error:
            parts = [error, *(w.message for w in caught)]
            said = "\n".join(_since_call(str(part)) for part in parts)
            found = traceback.extract_tb(error.__traceback__)[1:]  # without ours
            frames = tuple((f.filename, f.lineno or 0, f.line or "") for f in found)
            message = _NOISE.sub("", said).strip()
            trace = Trace(title, fault, type(error).__name__, message, frames)
    _show(trace)
    return trace


def _show(trace: Trace) -> None:
    """The own lines and the message without places; below, folded, all of it."""
    library = sum(short(file) != "cell" for file, _, _ in trace.frames)
    brief = [*trace.own, *[f"({library} lines of libraries)"] * bool(library)]
    message = f"{trace.error}: {trace.message}".removeprefix(": ")
    lines = [line for line in _without_places(message) if line]
    brief += [
        line if len(line) < _LONGEST else f"{line[:_LONGEST]} …" for line in lines
    ]
    rows = [f"{short(file)}, line {n}: {line}" for file, n, line in trace.frames]
    whole = "\n".join([*rows, _PLACE.sub(_shortly, message)])
    page = (
        f"<b>{html.escape(trace.title)}</b><pre>{html.escape(chr(10).join(brief))}</pre>"
        f"<details><summary>In full</summary><pre>{html.escape(whole)}</pre></details>"
    )
    plain = "\n".join([f"--- {trace.title}", *brief])
    display({"text/plain": plain, "text/html": page}, raw=True)


def _since_call(message: str) -> str:
    """The message without the places that come before the call of ``read``."""
    lines = message.splitlines()
    places = [at for at, line in enumerate(lines) if _PLACE.search(line)]
    ours = [at for at in places if f'"{__file__}"' in lines[at]]
    if not ours:
        return message
    after = next((at for at in places if at > ours[-1]), len(lines))
    return "\n".join(lines[: places[0]] + lines[after:])


def _without_places(message: str) -> list[str]:
    """The lines that are neither a place nor the source line which follows one."""
    kept: list[str] = []
    source = False  # whether a place stands just before
    for line in message.splitlines():
        place = bool(_PLACE.search(line))
        if not place and not (source and line.startswith("    ")):
            kept.append(line)
        source = place
    return kept


def _shortly(place: re.Match[str]) -> str:
    return f'File "{short(place["file"])}", line {place["number"]}'
