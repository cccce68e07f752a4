"""Describes an exception of a learner's code as data: the reason and the line."""

import dis
import linecache
import site
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType, TracebackType

from grader.common.cause import Cause
from grader.common.frameworks import Reason
from grader.learner.answering.operand import Frame, missing

OURS = str(Path(__file__).parents[2])
LIBRARIES = (OURS, sys.prefix, sys.base_prefix, site.getusersitepackages(), "<frozen")
# Files that a framework generates from a learner's code; learners can't read them.
AUTOGRAPH = "__autograph_generated_file"
GENERATED = (AUTOGRAPH, "<eval_with_key>", "<string>", "torchinductor")
MAX_MESSAGE = 500


def described(error: BaseException, module: ModuleType | None) -> dict[str, object]:
    """The kind, the message, the learner's line, and the cause if it is known.

    Args:
        module: the framework's adapter; None without a framework.
    """
    reason = module.reason(error) if module else Reason(error)
    frames = list(_frames(reason.error.__traceback__))
    own = _own(frames) or _own(_frames(error.__traceback__))
    stack = [place for place in reason.stack if _learners(place[0])]
    place = stack[-1] if stack else None
    if place is None and own:
        place = own[-1].frame.f_code.co_filename, own[-1].line
    told: dict[str, object] = {
        "kind": type(reason.error).__name__,
        "message": shortened(_message(reason.error), head=reason.head),
        "line": linecache.getline(*place).strip() if place else "",
    }
    if _is_stub(reason.error, frames):
        return told | {"cause": Cause.STUB}
    found = missing(reason.error, own[-1]) if own and not stack else None
    if found is None:
        return told
    operand, lost = found
    cause = Cause.LOST_GRADIENT if lost else Cause.NOTHING
    return told | {"operand": operand, "cause": cause}


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a learner's own exception may fail to show itself
        return ""


def _own(frames: Iterable[Frame]) -> list[Frame]:
    return [at for at in frames if _learners(at.frame.f_code.co_filename)]


def _frames(traceback: TracebackType | None) -> Iterator[Frame]:
    while traceback is not None:
        yield Frame(traceback.tb_frame, traceback.tb_lineno, traceback.tb_lasti)
        traceback = traceback.tb_next


def _learners(filename: str) -> bool:
    """Whether a file is a learner's cell or module, and not a library's."""
    if any(part in filename for part in GENERATED):
        return False
    return not filename.startswith(LIBRARIES)


def shortened(message: str, most: int = MAX_MESSAGE, head: bool = False) -> str:
    """A message in one line of at most ``most`` characters, with the reason in it.

    In a long message the reason is in the first or the last paragraph, and both are
    kept. With ``head`` only the beginning is kept.
    """
    whole = " ".join(message.split())
    if len(whole) <= most:
        return whole
    parts = [" ".join(part.split()) for part in message.strip().split("\n\n")]
    if head or len(parts) == 1:
        return whole[: most - 2] + " …"
    half = most // 2 - 2
    return f"{parts[0][:half]} … {parts[-1][-half:]}"


def _is_stub(error: BaseException, frames: list[Frame]) -> bool:
    """Whether the released cell's own ``raise NotImplementedError`` ran.

    A NotImplementedError of a library is raised elsewhere, or has a message.
    """
    if type(error) is not NotImplementedError or error.args or not frames:
        return False
    frame, _, at = frames[-1]
    filename = frame.f_code.co_filename
    if not _learners(filename) and AUTOGRAPH not in filename:
        return False
    return frame.f_code.co_code[at] == dis.opmap["RAISE_VARARGS"]
