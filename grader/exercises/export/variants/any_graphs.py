"""Answers that run a graph given as nodes."""

import numpy as np

from grader.judging.variant import right, wrong


@right("run_graph")
def one_branch_for_each_operator(nodes, values, output):
    known = dict(values)
    for op, inputs, (result,), attributes in nodes:
        a = dict(attributes)
        x, *rest = [known[name] for name in inputs]
        if op == "Conv":
            top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
            x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
            windows = np.lib.stride_tricks.sliding_window_view(
                x, rest[0].shape[2:], axis=(2, 3)
            )
            y = np.einsum("nchwkl,ockl->nohw", windows, rest[0])
            if len(rest) == 2:
                y = y + rest[1].reshape(-1, 1, 1)
        elif op == "Relu":
            y = np.maximum(x, 0)
        elif op == "Reshape":
            y = x.reshape(rest[0])
        elif op == "Softmax":
            e = np.exp(x - x.max(axis=a.get("axis", -1), keepdims=True))
            y = e / e.sum(axis=a.get("axis", -1), keepdims=True)
        elif op == "Gemm":
            y = x @ (rest[0].T if a.get("transB") else rest[0]) + rest[1]
        elif op == "Add":
            y = x + rest[0]
        else:
            y = x @ rest[0]
        known[result] = y
    return known[output]


@right("run_graph")
def a_dict_of_functions(nodes, values, output):
    def conv(x, kernel, bias=None, pads=(0, 0, 0, 0)):
        top, left, bottom, right = pads
        x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
        n, _, height, width = x.shape
        out, _, kh, kw = kernel.shape
        y = np.zeros((n, out, height - kh + 1, width - kw + 1))
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                window = x[:, None, :, i : i + kh, j : j + kw]
                y[:, :, i, j] = (window * kernel).sum(axis=(2, 3, 4))
        if bias is not None:
            y += bias[None, :, None, None]
        return y

    def softmax(x, axis=-1):
        e = np.exp(x)
        return e / np.sum(e, axis=axis, keepdims=True)

    operators = {
        "Conv": conv,
        "Softmax": softmax,
        "Relu": lambda x: x * (x > 0),
        "Add": np.add,
        "MatMul": np.matmul,
        "Reshape": np.reshape,
        "Gemm": lambda a, b, c, transB=0: a @ (b.T if transB else b) + c,
    }
    known = dict(values)
    for op, inputs, outputs, attributes in nodes:
        arguments = [known[name] for name in inputs]
        known[outputs[0]] = operators[op](*arguments, **dict(attributes))
    return known[output]


@right("run_graph")
def backwards_from_the_output(nodes, values, output):
    given = dict(values)
    made = {node[2][0]: node for node in nodes}

    def value(name):
        if name in given:
            return given[name].astype(float if given[name].dtype.kind == "f" else int)
        op, inputs, _, attributes = made[name]
        a, (x, *rest) = dict(attributes), [value(one) for one in inputs]
        if op == "Conv":
            top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
            _, _, h, w = x.shape
            wide = np.zeros((*x.shape[:2], h + top + bottom, w + left + right))
            wide[:, :, top : top + h, left : left + w] = x
            kh, kw = rest[0].shape[2:]
            rows, columns = wide.shape[2] - kh + 1, wide.shape[3] - kw + 1
            y = sum(
                np.tensordot(
                    wide[:, :, k : k + rows, m : m + columns],
                    rest[0][:, :, k, m],
                    axes=(1, 1),
                )
                for k in range(kh)
                for m in range(kw)
            )
            y = y if len(rest) == 1 else y + rest[1]
            return np.moveaxis(y, -1, 1)
        if op == "Relu":
            return np.where(x > 0, x, 0)
        if op == "Reshape":
            return np.reshape(x, tuple(rest[0]))
        if op == "Softmax":
            axis = a.get("axis", x.ndim - 1)
            return np.exp(x - np.log(np.exp(x).sum(axis=axis, keepdims=True)))
        if op == "Gemm":
            b = np.swapaxes(rest[0], 0, 1) if a.get("transB", 0) == 1 else rest[0]
            return np.dot(x, b) + rest[1]
        return x + rest[0] if op == "Add" else np.dot(x, rest[0])

    return value(output)


def _conv(a, x, kernel, bias=None):
    top, left, bottom, right = a.get("pads", [0, 0, 0, 0])
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[2:], (2, 3))
    y = np.einsum("nchwkl,ockl->nohw", windows, kernel)
    return y if bias is None else y + bias[:, None, None]


def _softmax(x, axis):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "Conv": _conv,
    "Gemm": lambda a, x, y, z: x @ (y.T if a.get("transB") else y) + z,
    "MatMul": lambda a, x, y: x @ y,
    "Relu": lambda a, x: np.maximum(x, 0),
    "Reshape": lambda a, x, shape: x.reshape(shape),
    "Softmax": lambda a, x: _softmax(x, a.get("axis", -1)),
}


def _run(nodes, values, output, **others):
    """Run the graph, with some operators replaced by others."""
    known, operators = dict(values), OPERATORS | others
    for op, inputs, outputs, attributes in nodes:
        given = [known[name] for name in inputs]
        known[outputs[0]] = operators[op](dict(attributes), *given)
    return known[output]


@wrong("run_graph", "transB is not looked at")
def gemm_as_matmul(nodes, values, output):
    return _run(nodes, values, output, Gemm=lambda a, x, y, z: x @ y + z)


@wrong("run_graph", "every Gemm is transposed")
def gemm_as_linear(nodes, values, output):
    return _run(nodes, values, output, Gemm=lambda a, x, y, z: x @ y.T + z)


@wrong("run_graph", "a Gemm without its third input")
def gemm_of_two(nodes, values, output):
    def gemm(a, x, y, z):
        return x @ (y.T if a.get("transB") else y)

    return _run(nodes, values, output, Gemm=gemm)


@wrong("run_graph", "the map is flattened with its channels last")
def flattened_as_keras(nodes, values, output):
    def reshape(a, x, shape):
        return np.moveaxis(x, 1, -1).reshape(shape)

    return _run(nodes, values, output, Reshape=reshape)


@wrong("run_graph", "a Conv without its bias")
def conv_of_two(nodes, values, output):
    def conv(a, x, kernel, bias=None):
        return _conv(a, x, kernel)

    return _run(nodes, values, output, Conv=conv)


@wrong("run_graph", "softmax along the last axis")
def last_axis(nodes, values, output):
    return _run(nodes, values, output, Softmax=lambda a, x: _softmax(x, -1))


@wrong("run_graph", "softmax along the first axis")
def first_axis(nodes, values, output):
    def softmax(a, x):
        return _softmax(x, a.get("axis", 0))

    return _run(nodes, values, output, Softmax=softmax)


@wrong("run_graph", "softmax over everything")
def all_axes(nodes, values, output):
    return _run(nodes, values, output, Softmax=lambda a, x: _softmax(x, None))


@wrong("run_graph", "Relu passes everything on")
def identity(nodes, values, output):
    return _run(nodes, values, output, Relu=lambda a, x: x)


@wrong("run_graph", "the first input is what was made last")
def a_chain(nodes, values, output):
    newest = nodes[0][1][0]
    chained = []
    for op, (_, *rest), outputs, attributes in nodes:
        chained.append([op, [newest, *rest], outputs, attributes])
        newest = outputs[0]
    return _run(chained, values, output)
