"""Reads a row: runs its code in both frameworks and measures what differs."""

import ast
import inspect
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import torch
from torch import nn
from torch.nn import functional

from bench.defaults.describing import distribution, shown
from bench.defaults.model import Array, Effect, Found, Row, Side, effect

Names = dict[str, Any]
SEED = 0


def default(function: Callable[..., Any], name: str) -> Any:
    """The default of an argument, from the signature of a function or class."""
    value = inspect.signature(function).parameters[name].default
    return "required" if value is inspect.Parameter.empty else value


COMMON: Names = {
    "default": default,
    "distribution": distribution,
    "math": math,
    "np": np,
}
TORCH: Names = {"F": functional, "nn": nn, "torch": torch}
KERAS: Names = {"keras": keras, "layers": keras.layers, "ops": keras.ops, "tf": tf}


class RowError(Exception):
    """A row that can't be read as it stands."""


def read(row: Row) -> Found:
    """Run both halves of a row as they are, and each aligned to the other.

    Raises:
        RowError: the row's code failed in a way that the row does not declare.
    """
    ours, theirs = _aligned(row.torch), _aligned(row.keras)
    with _dtype(row.dtype), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Found(
                row,
                _value(row.torch, _torch_names(row.given)),
                _value(row.keras, _keras_names(row.given)),
                _effect(row),
                _effect(replace(row, torch=ours)) if ours else None,
                _effect(replace(row, keras=theirs)) if theirs else None,
            )
        except Exception as error:
            kind = type(error).__name__
            raise RowError(f"{row.id}: {kind}: {error}") from error


@contextmanager
def _dtype(name: str) -> Iterator[None]:
    """Make a dtype the default of both frameworks for a while."""
    ours = torch.get_default_dtype()
    policy, theirs = keras.config.dtype_policy(), keras.config.floatx()
    torch.set_default_dtype(getattr(torch, name))
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        torch.set_default_dtype(ours)
        keras.config.set_floatx(theirs)
        keras.config.set_dtype_policy(policy)


def _torch_names(given: Mapping[str, Array]) -> Names:
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    return COMMON | TORCH | {name: torch.tensor(a) for name, a in given.items()}


def _keras_names(given: Mapping[str, Array]) -> Names:
    keras.utils.set_random_seed(SEED)
    return COMMON | KERAS | {name: tf.constant(a) for name, a in given.items()}


def _value(side: Side, names: Names) -> str:
    made = run(side.code, names, side.raises)
    if isinstance(made, Exception):
        return f"raises {type(made).__name__}"
    return shown(run(side.value, names | {"it": made}) if side.value else made)


def _aligned(side: Side) -> Side | None:
    """The side with its code followed by, or replaced by, its alignment, if any."""
    if not side.align:
        return None
    changes = any(
        isinstance(node, ast.Name) and node.id == "it"
        for node in ast.walk(ast.parse(side.align))
    )
    code = f"it = {side.code}\n{side.align}\nit" if changes else side.align
    return replace(side, code=code, raises="")


def _effect(row: Row) -> Effect | None:
    ours = run(row.torch.code, _torch_names(row.given), row.torch.raises)
    theirs = run(row.keras.code, _keras_names(row.given), row.keras.raises)
    if isinstance(ours, Exception) and isinstance(theirs, Exception):
        return Effect(0.0)
    for framework, made in (("PyTorch", ours), ("Keras", theirs)):
        if isinstance(made, Exception):
            return Effect(math.nan, f"{framework} raises {type(made).__name__}")
    return None if row.measure is None else effect(*row.measure(ours, theirs))


def run(code: str, names: Names, raises: str = "") -> Any:
    """The value of some code's last line, or the error that it is known to raise."""
    tree = ast.parse(code)
    *first, last = tree.body
    scope = dict(names)
    try:
        exec(compile(ast.Module(first, []), code, "exec"), scope)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), code, "eval"), scope)
        exec(compile(ast.Module([last], []), code, "exec"), scope)
        return None
    except Exception as error:
        if type(error).__name__ != raises:
            raise
        return error
