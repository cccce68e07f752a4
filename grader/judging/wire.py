"""Inputs to a kernel and answers from it, as JSON.

The answers come from hostile code, so decoding trusts nothing. Each array's shape,
dtype and number of bytes must agree. Depth, count and size are limited. Decoding makes
objects only from bytes, numbers and texts.
"""

import base64
import binascii
import json
import math
from dataclasses import dataclass

import numpy as np

from grader.common.bounds import ANSWER_DEPTH, ANSWER_PARTS, MIB
from grader.common.cause import Cause
from grader.common.frameworks import FRAMEWORKS
from grader.judging.exercise import Case

MAX_BYTES = 16 * MIB
MAX_TEXT = 4_000
MAX_NAMES = 100
DTYPES = {
    *("bool", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
}


class WireError(ValueError):
    """A reply in an impossible form; the message says what is wrong."""


@dataclass(frozen=True)
class Leaf:
    """An array or number as the learner returned it.

    ``kind`` is its type, such as ``torch.Tensor`` or ``float``. ``framework`` is a
    tensor's, None for anything else. ``tracked`` is whether it is still attached to a
    graph (a torch tensor's requires_grad).
    """

    values: np.ndarray
    kind: str
    framework: str | None = None
    tracked: bool = False


@dataclass(frozen=True)
class Other:
    """Any value but a number, array, list or dict: only its type is known."""

    kind: str


@dataclass(frozen=True)
class Raised:
    """An exception from the learner's code, with the learner's own line.

    ``operand`` is the text of what was None in that line, if this is the cause. For
    ``Cause.ARGUMENTS`` the message is the function's signature.
    """

    kind: str
    message: str
    line: str = ""
    cause: Cause = Cause.UNKNOWN
    operand: str = ""


@dataclass(frozen=True)
class Reply:
    """The result of one call of the learner's function: a value or an exception.

    A hostile kernel may lie in every field, but none can make a wrong value right.

    Attributes:
        changed: names of the arguments that the call changed. A kernel that hides some
            gains no more than by working on copies.
        names: the function's own names of its arguments, if it took them by position
            under other names.
        no_return: whether no ``return`` in the function has a value; None if unknown.
        switches: global switches that were on after the call, by their names in
            ``grader.judging.switches``.
    """

    value: object = None
    raised: Raised | None = None
    changed: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    no_return: bool | None = None
    switches: tuple[str, ...] = ()


def encode_inputs(cases: list[Case]) -> str:
    """Cases as JSON text, which ``grader.learner.answering.answers`` reads."""
    return json.dumps([{n: _encode(v) for n, v in case.items()} for case in cases])


def _encode(value: object) -> dict[str, object]:
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        shape = list(value.shape)
        return {"array": data, "dtype": value.dtype.name, "shape": shape}
    if isinstance(value, list):
        return {"list": [_encode(item) for item in value]}
    if isinstance(value, bool | int | float | str):
        return {"plain": value}
    raise TypeError(f"a case's input can't be a {type(value).__name__}")


def decode_replies(data: object, count: int) -> list[Reply]:
    """The ``count`` replies in a kernel's answer.

    Raises:
        WireError: if the answer does not have the form that ``collect`` gives it.
    """
    if not isinstance(data, dict) or not isinstance(data.get("replies"), list):
        raise WireError("the kernel's reply holds no list of answers")
    if len(data["replies"]) != count:
        raise WireError(f"{len(data['replies'])} answers for {count} cases")
    budget = _Budget()
    return [_reply(item, budget) for item in data["replies"]]


class _Budget:
    """Counts down the bytes and parts that all answers together may still use."""

    def __init__(self) -> None:
        self.bytes, self.items = MAX_BYTES, ANSWER_PARTS

    def spend(self, size: int) -> None:
        self.bytes -= size
        self.items -= 1
        if self.bytes < 0 or self.items < 0:
            raise WireError(
                f"the answers are larger than {MAX_BYTES // MIB} MiB or hold more "
                f"than {ANSWER_PARTS} parts"
            )


def _reply(item: object, budget: _Budget) -> Reply:
    if not isinstance(item, dict):
        raise WireError("an answer is not an object")
    if "value" not in item and "raised" not in item:
        raise WireError("an answer has neither a value nor an exception")
    no_return = item.get("no_return")
    raised = _raised(item["raised"]) if "raised" in item else None
    return Reply(
        None if raised else _decode(item["value"], budget, ANSWER_DEPTH),
        raised,
        changed=_texts(item.get("changed", [])),
        names=_texts(item.get("names", [])),
        no_return=no_return if isinstance(no_return, bool) else None,
        switches=_texts(item.get("switches", [])),
    )


def _raised(item: object) -> Raised:
    if not isinstance(item, dict):
        raise WireError("an exception is not an object")
    texts = {name: _text(item.get(name, "")) for name in ("kind", "message", "line")}
    operand, cause = _text(item.get("operand", "")), item.get("cause", "")
    known = isinstance(cause, str) and cause in set(Cause)
    return Raised(
        **texts, cause=Cause(cause) if known else Cause.UNKNOWN, operand=operand
    )


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_NAMES:
        raise WireError("names in an answer are no short list")
    return tuple(_text(item) for item in value)


def _decode(node: object, budget: _Budget, depth: int) -> object:
    if not isinstance(node, dict):
        raise WireError("a part of an answer is not an object")
    if depth < 0:
        raise WireError(f"an answer is nested deeper than {ANSWER_DEPTH} levels")
    if "array" in node:
        return _leaf(node, budget)
    budget.spend(0)
    if "none" in node:
        return None
    if "text" in node:
        return _text(node["text"])
    if "other" in node:
        return Other(_text(node["other"]))
    if isinstance(node.get("list"), list):
        return [_decode(item, budget, depth - 1) for item in node["list"]]
    if isinstance(node.get("dict"), dict):
        items = node["dict"].items()
        return {_text(n): _decode(v, budget, depth - 1) for n, v in items}
    raise WireError("a part of an answer is of no known form")


def _leaf(node: dict[str, object], budget: _Budget) -> Leaf:
    text, dtype, shape = node["array"], node.get("dtype"), node.get("shape")
    if not isinstance(text, str) or not isinstance(dtype, str) or dtype not in DTYPES:
        raise WireError("an array's bytes or dtype are of no known form")
    if not isinstance(shape, list) or len(shape) > 32:
        raise WireError("an array has no usable shape")
    if not all(type(n) is int and 0 <= n <= MAX_BYTES for n in shape):
        raise WireError("an array's shape is not made of sizes")
    # An axis of size 0 makes any shape empty; NumPy still multiplies the others.
    if math.prod(max(n, 1) for n in shape) > MAX_BYTES:
        raise WireError("an array's shape is too large")
    budget.spend(len(text) * 3 // 4)
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("an array's bytes are not base64") from error
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise WireError(f"{len(raw)} bytes for shape {tuple(shape)} and {dtype}")
    values = np.frombuffer(raw, dtype=dtype).reshape(shape)
    kind = _text(node.get("kind", "array"))
    framework = next((f for f in FRAMEWORKS if f == node.get("framework")), None)
    return Leaf(values, kind, framework, node.get("tracked") is True)


def _text(value: object) -> str:
    """A text in one line, without codes that steer a terminal.

    Control characters, characters that turn the direction of writing, and halves
    of surrogate pairs (which no file can hold) become spaces.
    """
    if not isinstance(value, str):
        raise WireError("a text in an answer is no text")
    return "".join(c if c.isprintable() else " " for c in value[:MAX_TEXT])
