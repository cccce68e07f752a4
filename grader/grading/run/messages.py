"""Of a kernel's messages, what Jupyter's protocol knows and grading uses.

Everything in a message comes from a submission. Kinds of messages, their fields and
the fields' types are listed here; all else stays outside: the rest of the grader is
given texts that any file can hold, whole numbers, and objects without surprises.
"""

import math
from collections.abc import Callable
from typing import Any

from grader.common.printable import whole

MAX_NAME = 200  # characters of an exception's name
MAX_ERROR = 10_000  # of its message, and of a line of its traceback
MAX_LINES = 100
MAX_COUNT = 10**9
MAX_MEASURE = 10_000  # pixels
STREAMS = ("stdout", "stderr")
STATES = ("busy", "idle", "starting")
# What a page can show, and a reader of the notebook.
KINDS = (
    *("text/plain", "text/html", "text/markdown", "text/latex"),
    *("image/png", "image/jpeg", "image/gif", "image/svg+xml"),
)
MEASURES = ("width", "height")
# Texts, whole numbers and objects of these, as read from JSON.
Object = dict[str, Any]
Message = dict[str, Any]


class Unfit(ValueError):
    """A message is not of the protocol, or of a kind that grading has no use for."""


def fit(message: Object) -> Message:
    """A new message with those parts of one that are known.

    Args:
        message: as ``jupyter_client.session.Session.deserialize`` gives it.

    Raises:
        Unfit: there is no such message.
    """
    kind = message.get("msg_type")
    read = CONTENTS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Unfit
    return {
        "msg_type": kind,
        "header": {"msg_type": kind},
        "parent_header": {
            "msg_id": _text(_object(message.get("parent_header")), "msg_id")
        },
        "metadata": {},
        "content": read(_object(message.get("content"))),
    }


def measures(about: object) -> dict[str, float]:
    """The width and height in what is said about a picture, in pixels."""
    said = about if isinstance(about, dict) else {}
    return {
        name: said[name]
        for name in MEASURES
        if type(said.get(name)) in (int, float)
        and math.isfinite(said[name])
        and 0 < said[name] <= MAX_MEASURE
    }


def _object(value: object) -> Object:
    if not isinstance(value, dict):
        raise Unfit
    return value


def _text(content: Object, name: str, most: int | None = None) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise Unfit
    return whole(value[:most])


def _among(content: Object, name: str, allowed: tuple[str, ...]) -> str:
    value = _text(content, name)
    if value not in allowed:
        raise Unfit
    return value


def _count(content: Object) -> dict[str, int | None]:
    count = content.get("execution_count")
    known = type(count) is int and 0 <= count <= MAX_COUNT
    return {"execution_count": count if known else None}


def _error(content: Object) -> dict[str, object]:
    lines = content.get("traceback")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise Unfit
    return {
        "ename": _text(content, "ename", MAX_NAME),
        "evalue": _text(content, "evalue", MAX_ERROR),
        "traceback": [whole(line[:MAX_ERROR]) for line in lines[-MAX_LINES:]],
    }


def _shown(content: Object) -> dict[str, object]:
    data, about = _object(content.get("data")), content.get("metadata")
    about = about if isinstance(about, dict) else {}
    passing = content.get("transient")
    place = passing.get("display_id") if isinstance(passing, dict) else None
    return {
        "data": {
            kind: whole(data[kind]) for kind in KINDS if isinstance(data.get(kind), str)
        },
        "metadata": {
            kind: found for kind in KINDS if (found := measures(about.get(kind)))
        },
        "transient": {"display_id": place} if isinstance(place, str) else {},
    }


def _reply(content: Object) -> dict[str, object]:
    status = _among(content, "status", ("ok", "error", "aborted"))
    error = _error(content) if status == "error" else {}
    asked = content.get("user_expressions")
    values = asked.items() if isinstance(asked, dict) else ()
    known = {name: _value(value) for name, value in values if isinstance(value, dict)}
    return {"status": status, **_count(content), **error, "user_expressions": known}


def _value(value: Object) -> dict[str, object]:
    """What an expression gave; the data are looked at by whoever asked for them."""
    if _among(value, "status", ("ok", "error")) == "ok":
        return {"status": "ok", "data": _object(value.get("data"))}
    return {"status": "error", **_error({"traceback": [], **value})}


CONTENTS: dict[str, Callable[[Object], dict[str, Any]]] = {
    # Which kernel it is, we know without asking it.
    "kernel_info_reply": lambda _: {},
    "execute_reply": _reply,
    "status": lambda content: {
        "execution_state": _among(content, "execution_state", STATES)
    },
    "execute_input": _count,
    "stream": lambda content: {
        "name": _among(content, "name", STREAMS),
        "text": _text(content, "text"),
    },
    "display_data": _shown,
    "update_display_data": _shown,
    "execute_result": lambda content: {**_shown(content), **_count(content)},
    "error": _error,
    "clear_output": lambda content: {"wait": content.get("wait") is True},
}
