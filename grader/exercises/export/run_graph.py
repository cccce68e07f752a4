"""A graph given as a list of nodes, run on its values."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.exercise import Draw
from grader.judging.separated import separated

Node = list[Any]  # operator, names of inputs, names of outputs, pairs of attributes
Value = list[Any]  # name and array
Attributes = dict[str, Any]
Operator = Callable[..., np.ndarray]

SIZE = 3  # rows, units, channels and classes: exchanged axes raise no error


def _draw(rng: np.random.Generator, axis: int) -> Case:
    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    height = int(rng.integers(2, 4))  # the width is SIZE
    features = SIZE * height * SIZE
    values: list[Value] = [
        ["image", normal(SIZE, SIZE, height, SIZE)],
        ["kernel", normal(SIZE, SIZE, 2, 2) / 2],
        ["shift", normal(SIZE)],
        ["mix", normal(SIZE, SIZE, 1, 1)],
        ["rows", np.array([SIZE, -1], dtype=np.int64)],
        ["project", normal(features, SIZE) / np.float32(np.sqrt(features))],
        ["offset", normal(SIZE)],
        ["first", normal(SIZE, SIZE)],
        ["first_bias", normal(SIZE)],
        ["second", normal(SIZE, SIZE)],
        ["second_bias", normal(SIZE)],
    ]
    # Zeros on one side alone: a kernel of 2 keeps height and width.
    pads = [[0, 1, 1, 0], [1, 0, 0, 1]][int(rng.integers(2))]
    of_gemm: list[list[Any]] = [[], []]
    of_gemm[int(rng.integers(2))].append(["transB", 1])
    branches: list[Node] = [
        ["Conv", ["image", "kernel", "shift"], ["conv"], [["pads", pads]]],
        ["Conv", ["image", "mix"], ["short"], []],
    ]
    nodes: list[Node] = [
        *[branches[n] for n in rng.permutation(2)],
        ["Relu", ["conv"], ["relu"], []],
        ["Add", ["relu", "short"], ["sum"], []],
        ["Reshape", ["sum", "rows"], ["flat"], []],
        ["MatMul", ["flat", "project"], ["hidden"], []],
        ["Add", ["hidden", "offset"], ["moved"], []],
        ["Relu", ["moved"], ["active"], []],
        ["Gemm", ["active", "first", "first_bias"], ["inner"], of_gemm[0]],
        ["Relu", ["inner"], ["again"], []],
        ["Gemm", ["again", "second", "second_bias"], ["logits"], of_gemm[1]],
        ["Softmax", ["logits"], ["shares"], [["axis", axis]] if axis >= 0 else []],
    ]
    return {
        "nodes": nodes,
        "values": [values[n] for n in rng.permutation(len(values))],
        "output": "shares",
    }


def _windows(x: np.ndarray, kernel: np.ndarray, pads: list[int]) -> np.ndarray:
    top, left, bottom, right = pads
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    size = kernel.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))
    return np.einsum("nchwkl,ockl->nohw", windows, kernel)


def _conv(
    attributes: Attributes,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
) -> np.ndarray:
    out = _windows(x, kernel, attributes.get("pads", [0, 0, 0, 0]))
    return out if bias is None else out + bias[:, None, None]


def _gemm(
    attributes: Attributes, a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> np.ndarray:
    return a @ (b.T if attributes.get("transB", 0) else b) + c


def _softmax(attributes: Attributes, x: np.ndarray) -> np.ndarray:
    return _shares(x, attributes.get("axis", -1))


def _shares(x: np.ndarray, axis: int | None) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


_OPERATORS: dict[str, Operator] = {
    "Conv": _conv,
    "Gemm": _gemm,
    "Softmax": _softmax,
    "Add": lambda attributes, a, b: a + b,
    "MatMul": lambda attributes, a, b: a @ b,
    "Relu": lambda attributes, x: np.maximum(x, 0),
    "Reshape": lambda attributes, x, shape: x.reshape(shape),
}


def _reference(nodes: list[Node], values: list[Value], output: str) -> np.ndarray:
    """The value called ``output``, in float64, by ONNX's operators of opset 20.

    https://onnx.ai/onnx/operators/
    """
    return _run(_OPERATORS, nodes, values, output)


def _run(
    operators: dict[str, Operator],
    nodes: list[Node],
    values: list[Value],
    output: str,
) -> np.ndarray:
    known: dict[str, Any] = dict(values)
    for operator, inputs, (result,), attributes in nodes:
        arguments = [known[name] for name in inputs]
        known[result] = operators[operator](dict(attributes), *arguments)
    return known[output]


def _with(**operators: Operator) -> Compute:
    return partial(_run, {**_OPERATORS, **operators})


def _newest_first(nodes: list[Node], values: list[Value], output: str) -> np.ndarray:
    """As if the first input were what the node before has made."""
    _, *later = nodes
    before = [node[2][0] for node in nodes]
    chained = [
        [operator, [newest, *inputs[1:]], results, attributes]
        for newest, (operator, inputs, results, attributes) in zip(
            before, later, strict=False
        )
    ]
    return _reference([nodes[0], *chained], values, output)


_LAST_AXIS, _FIRST_AXIS = (
    Mistake(
        "softmax along the last axis",
        "Your shares add up to 1 along the last axis, also where the node names "
        "another one.",
        "Print the attributes of the Softmax.",
        compute=_with(Softmax=lambda attributes, x: _shares(x, -1)),
    ),
    Mistake(
        "softmax along the first axis",
        "Your shares add up to 1 along the first axis, also where the node names no "
        "axis.",
        "Which axis does a Softmax have that says nothing about it?",
        compute=_with(Softmax=lambda attributes, x: _shares(x, 0)),
    ),
)
_ALWAYS = (
    Mistake(
        "transB is not looked at",
        "Each Gemm multiplies with its matrix as it is stored. One of them has transB "
        "1.",
        "Print the attributes of each Gemm.",
        compute=_with(Gemm=lambda attributes, a, b, c: a @ b + c),
    ),
    Mistake(
        "every Gemm is transposed",
        "Each Gemm multiplies with the transpose of its matrix. One of them has no "
        "attribute that says so.",
        "What holds for an attribute which a node doesn't have?",
        compute=_with(Gemm=lambda attributes, a, b, c: a @ b.T + c),
    ),
    Mistake(
        "a Gemm without its third input",
        "Your Gemm is a product alone. Its third input is added.",
        "How many inputs has a Gemm node?",
        compute=_with(Gemm=lambda attributes, a, b, c: _gemm(attributes, a, b, 0 * c)),
    ),
    Mistake(
        "the map is flattened with its channels last",
        "You move the channels to the end before you reshape the map.",
        "A Reshape moves no number. In which order do the axes of the map lie?",
        compute=_with(
            Reshape=lambda attributes, x, shape: np.moveaxis(x, 1, -1).reshape(shape)
        ),
    ),
    Mistake(
        "a Conv without its bias",
        "You use two inputs of a Conv. If there is a third, it is added to each output "
        "channel.",
        "How many inputs have the two Conv nodes?",
        compute=_with(
            Conv=lambda attributes, x, kernel, *bias: _conv(attributes, x, kernel)
        ),
    ),
    Mistake(
        "softmax over everything",
        "All of your shares add up to 1 together.",
        "The sum, like the maximum, is taken along one axis, which is kept.",
        compute=_with(Softmax=lambda attributes, x: _shares(x, None)),
    ),
    Mistake(
        "the first input is what was made last",
        "Each of your nodes goes on from the node before it, whatever its first input "
        "is called.",
        "Look every input up by its name.",
        compute=_newest_first,
    ),
    Mistake(
        "Relu passes everything on",
        "Negative values go through your Relu.",
        "What does Relu make of -2?",
        compute=_with(Relu=lambda attributes, x: x),
    ),
)


def _cases(axis: int, shown: Mistake) -> Draw:
    draw = partial(_draw, axis=axis)
    return separated(draw, _reference, [*_ALWAYS, shown], least=0.004)


RUN_GRAPH = Exercise(
    id="export.run_graph",
    title="Run a graph given as nodes",
    points=3,
    neutral=True,
    # -1 stands for a Softmax that names no axis.
    cases=(_cases(0, _LAST_AXIS), _cases(-1, _FIRST_AXIS), _cases(0, _LAST_AXIS)),
    reference=_reference,
    returns=("result",),
    mistakes=(_LAST_AXIS, _FIRST_AXIS, *_ALWAYS),
    hints=(
        "A dict holds all values that are known by their names. Each node takes some "
        "out of it and puts one in. Then one operator after the other: each is a few "
        "words of NumPy, and the convolution is there.",
        "dict(values); np.maximum, @, np.reshape, np.exp, "
        "array.sum(axis=axis, keepdims=True). A dict from names to functions spares "
        "the ifs, and function(*arguments, **dict(attributes)) passes attributes on by "
        "their names.",
        "known = a dict of the given values\n"
        "for each node:\n"
        "    its arguments = the known values with the names of its inputs\n"
        "    result = what its operator makes of them, by its attributes\n"
        "    known under the name of its output: the result\n"
        "Softmax: exp of (x - its maximum), divided by its sum, along the axis",
    ),
)
