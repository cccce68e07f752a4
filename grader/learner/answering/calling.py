"""Calls a learner's function with its arguments, and finds what it did to them."""

import dis
import inspect
import math
from collections.abc import Callable

import numpy as np

from grader.common.frameworks import to_numpy

POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)
MAX_SIGNATURE = 200  # characters; a signature may have arrays as defaults


class Unfit(Exception):
    """A function that can't take the arguments; the message is its signature."""


def call(function: Callable[..., object], arguments: dict[str, object]) -> object:
    """Call ``function``; give the arguments by position if that fits.

    They are given by name if the function has the names in another order, or takes them
    only by name.

    Raises:
        Unfit: the function takes other arguments, fewer or more.
    """
    names, values = list(arguments), list(arguments.values())
    try:
        signature = inspect.signature(function)
        # A decorator's wrapper may take fewer arguments than the function it wraps.
        both = signature, inspect.signature(function, follow_wrapped=False)
    except (TypeError, ValueError):  # a function in C may have no signature
        return function(*values)
    own = _positional(signature)
    moved = any(n in own and own.index(n) != names.index(n) for n in names)
    if not moved and all(_binds(one, *values) for one in both):
        return function(*values)
    if all(_binds(one, **arguments) for one in both):
        return function(**arguments)
    raise Unfit(str(signature)[:MAX_SIGNATURE])


def other_names(
    function: Callable[..., object], arguments: dict[str, object]
) -> list[str]:
    """The function's own names of its arguments; [] if they are the exercise's."""
    try:
        own = _positional(inspect.signature(function))[: len(arguments)]
    except (TypeError, ValueError):
        return []
    fits = len(own) < len(arguments) or set(own) == set(arguments)
    return [] if fits else own


def _positional(signature: inspect.Signature) -> list[str]:
    return [p.name for p in signature.parameters.values() if p.kind in POSITIONAL]


def _binds(signature: inspect.Signature, *values: object, **named: object) -> bool:
    try:
        signature.bind(*values, **named)
    except TypeError:
        return False
    return True


def unchanged(before: object, after: object) -> bool:
    """Whether an argument is unchanged: every value, shape and dtype, in every list.

    Args:
        before: NumPy arrays, plain values and lists of these.
        after: the same argument after the call, with tensors in place of arrays.
    """
    if isinstance(before, list):
        return (
            isinstance(after, list)
            and len(before) == len(after)
            and all(map(unchanged, before, after))
        )
    if isinstance(before, np.ndarray):
        try:
            now = to_numpy(after)
        except Exception:  # it was an array, and can no longer be read
            return False
        same = now.dtype == before.dtype and now.shape == before.shape
        return same and now.tobytes() == before.tobytes()
    if type(before) is not type(after):
        return False
    if isinstance(before, float) and isinstance(after, float) and math.isnan(before):
        return math.isnan(after)
    return bool(before == after)


def returns_nothing(function: Callable[..., object]) -> bool | None:
    """Whether no ``return`` in the function has a value; None if that is unknown."""
    function = getattr(function, "python_function", function)  # tf.function's
    code = getattr(inspect.unwrap(function), "__code__", None)
    if not inspect.iscode(code):
        return None
    nothing = False  # whether the previous instruction gave None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "RETURN_CONST" and instruction.argval is not None:
            return False
        if instruction.opname == "RETURN_VALUE" and (
            instruction.is_jump_target  # the value comes from elsewhere, as after `or`
            or not nothing
        ):
            return False
        nothing = instruction.opname == "LOAD_CONST" and instruction.argval is None
    return True
