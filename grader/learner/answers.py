"""Runs a learner's function on given inputs and packs what it returns as data.

The only road by which an answer leaves a kernel, self-paced or graded: JSON with
each array's shape, dtype and raw bytes. ``grader.judging.wire`` reads it.
"""

import base64
import json
import linecache
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np

from grader.learner import missing
from grader.learner.frameworks import adapter, adapter_of

# Set in the environment of a kernel whose answers are judged outside of it.
GRADED_RUN = "TANDEM_GRADED_RUN"
MAX_ITEMS = 10_000
MAX_DEPTH = 4
OURS = str(Path(__file__).parents[1])
# What AutoGraph makes of a learner's lines: neither theirs nor readable.
AUTOGRAPH = "__autograph_generated_file"
_recorded: dict[tuple[str, str | None], Callable] = {}


def record(exercise_id: str, function: Callable, framework: str | None) -> None:
    """Keep a function for :func:`collect` in a graded run."""
    _recorded[exercise_id, framework] = function


class Replies:
    """The answers to all cases; Jupyter sees them as ``application/json``."""

    def __init__(self, replies: list[dict[str, object]]) -> None:
        self.replies = replies

    def _repr_json_(self) -> dict[str, object]:
        return {"replies": self.replies}


def collect(exercise_id: str, framework: str | None, inputs: str) -> Replies:
    """Answers of the recorded function to ``inputs``, as ``encode_inputs`` made it.

    Raises:
        LookupError: if no function was recorded for this exercise and framework.
    """
    if (exercise_id, framework) not in _recorded:
        raise LookupError(f"no function was handed to check for {exercise_id}")
    return answers(_recorded[exercise_id, framework], framework, inputs)


def answers(function: Callable, framework: str | None, inputs: str) -> Replies:
    """The replies of ``function`` to each case in ``inputs`` (JSON text)."""
    return Replies([_reply(function, framework, case) for case in json.loads(inputs)])


def _reply(function: Callable, framework: str | None, case: dict) -> dict[str, object]:
    try:  # also what a framework does that the learner has replaced
        arguments = {name: _decode(node, framework) for name, node in case.items()}
        with _full_precision(framework):
            return {"value": _encode(function(**arguments), MAX_DEPTH)}
    except KeyboardInterrupt:  # the grader's: time is up
        raise
    except BaseException as error:  # exit() must not end the kernel
        missing.note(error)
        return {"raised": _describe(error)}


def _full_precision(framework: str | None) -> AbstractContextManager[None]:
    """Without TF32, whose error is larger than an exercise's tolerance.

    TensorFlow takes it for products on a GPU unless told otherwise.
    """
    return nullcontext() if framework is None else adapter(framework).full_precision()


def _decode(node: dict, framework: str | None) -> object:
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
    if isinstance(value, list | tuple) and depth and len(value) <= MAX_ITEMS:
        return {"list": [_encode(item, depth - 1) for item in value]}
    if isinstance(value, dict) and depth and len(value) <= MAX_ITEMS:
        return {"dict": {str(n): _encode(v, depth - 1) for n, v in value.items()}}
    module = adapter_of(value)
    if module is not None:
        return _array(module.to_numpy(value), value, module.tracked(value))
    if isinstance(value, bool | int | float | complex | np.ndarray | np.generic):
        return _array(np.asarray(value), value, False)
    return {"other": _kind(value)}


def _array(array: np.ndarray, value: object, tracked: bool) -> dict[str, object]:
    if array.dtype.kind not in "biufc":
        return {"other": f"{_kind(value)} of dtype {array.dtype}"}
    return {
        "array": base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "kind": _kind(value),
        "tracked": tracked,
    }


def _kind(value: object) -> str:
    kind = type(value)
    if adapter_of(value) is not None:
        return f"{kind.__module__.split('.')[0]}.{kind.__name__}"
    return kind.__name__


def _describe(error: BaseException) -> dict[str, object]:
    """The exception and the last line of the learner's own code on its way."""
    line, deepest = "", None
    frame = error.__traceback__
    while frame is not None:
        deepest = frame.tb_frame.f_code.co_filename
        if not _installed(deepest):
            line = linecache.getline(deepest, frame.tb_lineno).strip()
        frame = frame.tb_next
    stub = isinstance(error, NotImplementedError) and not _installed(deepest or "")
    message = " ".join(str(error).split())[:500]
    kind = type(error).__name__
    return {"kind": kind, "message": message, "line": line, "not_implemented": stub}


def _installed(filename: str) -> bool:
    """Whether a frame's file is a library's, ours included, and no learner's cell."""
    places = (OURS, sys.prefix, sys.base_prefix, "<frozen")
    return filename.startswith(places) or AUTOGRAPH in filename
