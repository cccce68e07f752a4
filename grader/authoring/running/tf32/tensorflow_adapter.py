"""TF32 in TensorFlow: products get rounded factors. Imports tensorflow.

An eager operation in Python is sent along the slow path, on which TensorFlow calls its
callbacks. There it gets rounded factors, while a tape keeps the original ones. A graph
is rewritten when it is handed to the runtime, so that a reader of the graph doesn't see
the change. Products inside other kernels, such as cuDNN's LSTM, are not rounded.
"""

from collections.abc import Iterator
from functools import cache, wraps
from typing import Any

import tensorflow as tf
from tensorflow.core.framework.function_pb2 import FunctionDef
from tensorflow.core.framework.node_def_pb2 import NodeDef
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import core, execute
from tensorflow.python.eager.polymorphic_function import atomic_function
from tensorflow.python.framework import op_def_registry

from grader.authoring.running.tf32.rounding import DROPPED, rounded

PRODUCTS = {
    *("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"),
    *("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropInputV2"),
    *("Conv2DBackpropFilter", "Conv2DBackpropFilterV2"),
    *("Conv3D", "Conv3DBackpropInput", "Conv3DBackpropInputV2"),
    *("Conv3DBackpropFilter", "Conv3DBackpropFilterV2"),
}
is_on = tf.config.experimental.tensor_float_32_execution_enabled


def emulate() -> None:
    """Round the factors of products, in eager operations and in graphs."""
    _eagerly()
    _in_graphs()


def _eagerly() -> None:
    fast, usual = pywrap_tfe.TFE_Py_FastPathExecute, execute.execute

    def fast_path(context: object, name: str, *rest: object) -> object:
        if name in PRODUCTS and is_on():
            raise core._FallbackException("to be rounded")
        return fast(context, name, *rest)

    @wraps(usual)
    def executed(
        op_name: bytes | str,
        num_outputs: int,
        inputs: list[Any],
        *rest: object,
        **named: object,
    ) -> object:
        if tf.compat.as_str(op_name) in PRODUCTS and is_on():
            inputs = [
                tf.constant(rounded(each.numpy())) if each.dtype == tf.float32 else each
                for each in inputs
            ]
        return usual(op_name, num_outputs, inputs, *rest, **named)

    pywrap_tfe.TFE_Py_FastPathExecute = fast_path
    execute.execute = executed


def _in_graphs() -> None:
    usual = atomic_function.from_func_graph

    @wraps(usual)
    def from_func_graph(*given: object, **named: object) -> object:
        function = usual(*given, **named)
        definition = function.definition
        if is_on() and _rewrite(definition):
            function._bound_context.remove_function(function.name)
            function._bound_context.add_function_def(definition)
        return function

    atomic_function.from_func_graph = from_func_graph


def _rewrite(definition: FunctionDef) -> bool:
    """Round the factors of each product in a graph; whether there is one."""
    added = []
    for node in definition.node_def:
        if node.op in PRODUCTS:
            for at in _factors(node):
                new = _rounding(node.input[at], f"{node.name}_tf32_{at}_")
                node.input[at] = f"{new[-1].name}:output:0"
                added += new
    definition.node_def.extend(added)
    return bool(added)


def _factors(node: NodeDef) -> Iterator[int]:
    """The positions of float32 factors among the inputs of a product."""
    at = 0
    for argument in op_def_registry.get(node.op).input_arg:
        count = node.attr[argument.number_attr].i if argument.number_attr else 1
        kind = node.attr[argument.type_attr].type if argument.type_attr else 0
        if kind == tf.float32.as_datatype_enum:
            yield from range(at, at + count)
        at += count


def _rounding(factor: str, prefix: str) -> list[NodeDef]:
    """Nodes that round ``factor``, an input's name; the last one's output is it."""
    nodes = []
    for node in _program().node_def:
        copy = NodeDef()
        copy.CopyFrom(node)
        copy.name = prefix + node.name
        copy.input[:] = [
            factor if name == "factor" else prefix + name for name in node.input
        ]
        nodes.append(copy)
    return nodes


@cache
def _program() -> FunctionDef:
    """``rounding.rounded`` as a graph, which ends in an ``Identity``."""

    def program(factor: tf.Tensor) -> tf.Tensor:
        bits = tf.bitcast(factor, tf.int32)
        odd = tf.bitwise.bitwise_and(tf.bitwise.right_shift(bits, DROPPED), 1)
        half = 2 ** (DROPPED - 1) - 1 + odd
        kept = tf.bitcast(
            tf.bitwise.bitwise_and(bits + half, -(2**DROPPED)), tf.float32
        )
        return tf.where(tf.math.is_finite(factor), kept, factor)

    with tf.init_scope():
        traced = tf.function(program, autograph=False)
        spec = tf.TensorSpec(None, tf.float32)
        return traced.get_concrete_function(spec).function_def
