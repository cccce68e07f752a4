"""Runs a learner's function on given inputs and packs what it returns as data.

Answers leave a kernel only in this form, self-paced or graded: JSON with each array's
shape, dtype and raw bytes. ``grader.judging.wire`` reads it.
"""

import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

import numpy as np

from grader.common.bounds import ANSWER_DEPTH, ANSWER_PARTS
from grader.common.cause import Cause
from grader.common.frameworks import adapter, framework_of
from grader.learner.answering import missing_modules
from grader.learner.answering.calling import (
    Unfit,
    call,
    other_names,
    returns_nothing,
    unchanged,
)
from grader.learner.answering.exceptions import described
from grader.learner.answering.switches import switches

# An environment variable: it is set in a kernel whose answers are judged outside.
GRADED_RUN = "TANDEM_GRADED_RUN"
_recorded: dict[tuple[str, str | None], Callable[..., object]] = {}


class NotRecorded(LookupError):
    """``check`` got no function: ``check`` was replaced, or was not called."""


def record(
    exercise_id: str, function: Callable[..., object], framework: str | None
) -> None:
    """Keep a function for :func:`collect` in a graded run."""
    _recorded[exercise_id, framework] = function


class Replies:
    """The answers to all cases; Jupyter sees them as ``application/json``."""

    def __init__(self, replies: list[dict[str, object]]) -> None:
        self.replies = replies

    def _repr_json_(self) -> dict[str, object]:
        return {"replies": self.replies}


def collect(exercise_id: str, framework: str | None, inputs: str) -> Replies:
    """Answers of the recorded function to ``inputs``, the text from ``encode_inputs``.

    Raises:
        NotRecorded: if no function was recorded for this exercise and framework.
    """
    if (exercise_id, framework) not in _recorded:
        raise NotRecorded(f"no function was handed to check for {exercise_id}")
    return answers(_recorded[exercise_id, framework], framework, inputs)


def answers(
    function: Callable[..., object], framework: str | None, inputs: str
) -> Replies:
    """The replies of ``function`` to each case in ``inputs`` (JSON text)."""
    return Replies([_reply(function, framework, case) for case in json.loads(inputs)])


def _reply(
    function: Callable[..., object], framework: str | None, case: dict[str, Any]
) -> dict[str, object]:
    """One case's reply: the value or the exception, and what the call changed.

    The learner may have replaced functions of a framework or of this package. If one
    fails, only this case has an exception; other cases and exercises go on.
    """
    cause = Cause.INPUTS
    try:
        arguments = {name: _decode(node, framework) for name, node in case.items()}
        cause = Cause.UNKNOWN
        with _full_precision(framework):
            value = call(function, arguments)
            cause = Cause.RESULT
            reply: dict[str, object] = {"value": _encode(value, ANSWER_DEPTH)}
        reply["changed"] = [
            name
            for name, node in case.items()
            if not unchanged(_decode(node, None), arguments[name])
        ]
    except KeyboardInterrupt:  # the grader interrupts when the time is up
        raise
    except Unfit as error:
        return {"raised": {"cause": Cause.ARGUMENTS, "message": str(error)}}
    except BaseException as error:  # exit() must not end the kernel
        missing_modules.note(error)
        reply = {"raised": _raised(error, framework, cause)}
    with suppress(Exception):
        reply["no_return"] = returns_nothing(function)
    with suppress(Exception):
        reply["names"] = other_names(function, case)
    with suppress(Exception):
        reply["switches"] = switches(framework)
    return reply


def _raised(
    error: BaseException, framework: str | None, cause: Cause
) -> dict[str, object]:
    module = None
    with suppress(Exception):
        module = None if framework is None else adapter(framework)
    try:
        told = described(error, module)
    except Exception:
        # The learner's exception, or a changed Python, fails here too: name its type.
        told = {"kind": type(error).__name__}
    return told if cause is Cause.UNKNOWN else told | {"cause": cause}


def _full_precision(framework: str | None) -> AbstractContextManager[None]:
    """Turn TF32 off: its error is larger than an exercise's tolerance.

    By default, TensorFlow uses TF32 for products on a GPU.
    """
    return nullcontext() if framework is None else adapter(framework).full_precision()


def _decode(node: dict[str, Any], framework: str | None) -> object:
    if "list" in node:
        return [_decode(item, framework) for item in node["list"]]
    if "plain" in node:
        return node["plain"]
    raw = base64.b64decode(node["array"])
    array = np.frombuffer(raw, dtype=node["dtype"]).reshape(node["shape"]).copy()
    return array if framework is None else adapter(framework).from_numpy(array)


def _encode(value: object, depth: int) -> dict[str, object]:
    if value is None:
        return {"none": True}
    if isinstance(value, str):
        return {"text": value}
    if isinstance(value, list | tuple) and depth and len(value) <= ANSWER_PARTS:
        return {"list": [_encode(item, depth - 1) for item in value]}
    if isinstance(value, dict) and depth and len(value) <= ANSWER_PARTS:
        return {"dict": {str(n): _encode(v, depth - 1) for n, v in value.items()}}
    framework = framework_of(value)
    if framework is not None:
        module = adapter(framework)
        told = {"framework": framework, "tracked": module.tracked(value)}
        return _array(module.to_numpy(value), value) | told
    if isinstance(value, bool | int | float | complex | np.ndarray | np.generic):
        return _array(np.asarray(value), value)
    return {"other": _kind(value)}


def _array(array: np.ndarray, value: object) -> dict[str, object]:
    if array.dtype.kind not in "biufc":
        return {"other": f"{_kind(value)} of dtype {array.dtype}"}
    # A dtype's name says nothing of the order of its bytes.
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    return {
        "array": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "kind": _kind(value),
    }


def _kind(value: object) -> str:
    kind = type(value)
    if framework_of(value) is not None:
        return f"{kind.__module__.split('.')[0]}.{kind.__name__}"
    return kind.__name__
