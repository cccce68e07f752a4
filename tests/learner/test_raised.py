"""An exception is told by its reason and by the learner's own line."""

import numpy as np
import pytest

from grader.common.cause import Cause
from grader.common.frameworks import installed
from tests.learner.cells import cell, replies

TORCH = pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
TENSORFLOW = pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")
VECTOR = [{"x": np.float32([1, 2])}]


def raised(source: str, framework: str | None = None, cases: list = VECTOR):
    names = {}
    if framework == "torch":
        import torch

        names = {"torch": torch}
    elif framework == "tensorflow":
        import tensorflow as tf

        names = {"tf": tf}
    return replies(cell(source, **names), framework, cases)[0].raised


def test_the_cells_own_raise_is_a_stub():
    found = raised("def f(x):\n    '''Twice x.'''\n    raise NotImplementedError\n")
    assert found.cause is Cause.STUB


def test_a_stub_whose_source_is_unknown_is_one_too():
    names: dict = {}
    exec(compile("def f(x): raise NotImplementedError", "<cell>", "exec"), names)
    assert replies(names["f"])[0].raised.cause is Cause.STUB


@pytest.mark.parametrize(
    "source",
    [
        # An abstract method of the standard library.
        "import io\ndef f(x):\n    return io.TextIOBase().read()\n",
        # Its message is what the learner wants to read.
        "def f(x):\n    raise NotImplementedError('rank 1')\n",
        "class Own(NotImplementedError): pass\ndef f(x):\n    raise Own\n",
        # Another's exception, handed over: no raise of the function's own.
        "def f(x):\n    g = (_ for _ in ())\n    g.throw(NotImplementedError)\n",
    ],
)
def test_another_not_implemented_error_is_no_stub(source):
    found = raised(source)
    assert found.cause is not Cause.STUB
    assert found.line


@TORCH
def test_an_operation_that_pytorch_lacks_is_no_stub():
    source = "def f(x):\n    return torch.softmax(x.long(), 0)\n"
    found = raised(source, "torch")
    assert (found.kind, found.cause) == ("NotImplementedError", Cause.UNKNOWN)
    assert "'Long'" in found.message
    assert found.line == "return torch.softmax(x.long(), 0)"


@TENSORFLOW
def test_numpy_in_a_traced_function_is_no_stub():
    source = (
        "def f(x):\n"
        "    @tf.function\n"
        "    def g(x):\n"
        "        return np.mean(x)\n"
        "    return g(x)\n"
    )
    found = raised(source, "tensorflow")
    assert (found.kind, found.cause) == ("NotImplementedError", Cause.UNKNOWN)
    assert found.message.startswith("Cannot convert a symbolic tf.Tensor")
    assert found.line == "return np.mean(x)"


@TENSORFLOW
def test_a_traced_stub_is_a_stub():
    source = "@tf.function\ndef f(x):\n    raise NotImplementedError\n"
    assert raised(source, "tensorflow").cause is Cause.STUB


@TENSORFLOW
def test_a_traced_function_is_told_by_the_innermost_of_the_learners_lines():
    source = (
        "def inner(x):\n"
        "    return tf.matmul(x, tf.constant(1))  # here\n"
        "def f(x):\n"
        "    @tf.function\n"
        "    def g(x):\n"
        "        for _ in tf.range(3):\n"
        "            x = inner(x)\n"
        "        return x\n"
        "    return g(x)\n"
    )
    found = raised(source, "tensorflow")
    assert found.kind == "TypeError"
    assert found.message.startswith("Input 'b' of 'MatMul'")
    assert found.line == "return tf.matmul(x, tf.constant(1))  # here"


@TENSORFLOW
def test_a_graph_that_fails_as_it_runs_is_told_by_its_reason():
    source = (
        "def f(a, b):\n"
        "    @tf.function\n"
        "    def g(a, b):\n"
        "        while tf.reduce_any(b > 0):\n"
        "            a, b = b, a % b\n"
        "        return a\n"
        "    return g(a, b)\n"
    )
    cases = [{"a": np.array([4, 6]), "b": np.array([2, 5])}]
    found = raised(source, "tensorflow", cases)
    assert "Integer division by zero" in found.message
    assert len(found.message) <= 500


@TENSORFLOW
def test_what_a_keras_layer_raises_is_told_without_its_arguments():
    source = (
        "class Own(tf.keras.layers.Layer):\n"
        "    def call(self, x):\n"
        "        raise ValueError('the reason')\n"
        "def f(x):\n"
        "    return Own()(x)\n"
    )
    found = raised(source, "tensorflow")
    assert (found.kind, found.message) == ("ValueError", "the reason")
    assert found.line == "raise ValueError('the reason')"


DYNAMO = "    @torch.compile(fullgraph=True, backend='eager')\n"


@TORCH
def test_what_dynamo_can_not_trace_is_told_by_reason_and_line():
    source = (
        "def f(x):\n"
        f"{DYNAMO}"
        "    def g(x):\n"
        "        if x.sum() > 3:\n"
        "            return x\n"
        "        return 2 * x\n"
        "    return g(x)\n"
    )
    found = raised(source, "torch")
    assert found.kind == "Unsupported"
    assert found.message.startswith("Data-dependent branching")
    assert found.line == "if x.sum() > 3:"


@TORCH
def test_an_operations_own_error_is_found_below_dynamos():
    source = (
        "def f(x):\n"
        f"{DYNAMO}"
        "    def g(x):\n"
        "        y = x @ torch.ones(9)\n"
        "        return y\n"
        "    return g(x)\n"
    )
    found = raised(source, "torch")
    assert found.kind == "RuntimeError"
    assert "tensor" in found.message and "fake" not in found.message.lower()
    assert found.line == "y = x @ torch.ones(9)"


@TORCH
def test_code_that_pytorch_wrote_is_not_the_learners():
    source = (
        "def f(x):\n"
        "    g = torch.fx.symbolic_trace(lambda x: torch.matmul(x, torch.ones(9)))\n"
        "    return g(x)  # here\n"
    )
    assert raised(source, "torch").line == "return g(x)  # here"


def test_a_long_message_keeps_its_beginning_and_its_end():
    source = "def f(x):\n    raise ValueError('why\\n\\n' + 'x ' * 300 + '\\n\\nend')\n"
    assert raised(source).message == "why … end"
    source = "def f(x):\n    raise ValueError('why ' + 'x ' * 500)\n"
    assert raised(source).message.startswith("why x")
    assert len(raised(source).message) <= 500


LOST = {
    "torch": [
        "return w.grad * 2",
        "return 0.1 * w.grad + w",
        "w -= w.grad",
        "return w.grad.clone()",
        "g = w.grad\n    return w - 0.1 * g",
        "g, = torch.autograd.grad(v.sum(), w, allow_unused=True)\n    return w - g",
        "gs = [w.grad]\n    return [w - g for w, g in zip([w], gs)]",
        "gs = [w.grad]\n    for g in gs:\n        w = w - g",
        "if (g := w.grad) is None:\n        return g + w",
        "return torch.dot(w, w.grad)",
    ],
    "tensorflow": [
        "return w - t.gradient(v, w)[0]",
        "g = t.gradient(v, w)\n    return w - 0.1 * g",
        "g = t.gradient(v, [w])\n    return [w - d for d in g]",
        "g = t.gradient(v, w)\n    w.assign_sub(g)",
        "g = t.gradient(v, w)\n    return tf.reduce_sum(g)",
        "g = t.gradient(v, w)\n    return g.numpy()",
    ],
}
BEFORE = {
    "torch": "w = torch.ones(2, requires_grad=True); v = torch.ones(2, "
    "requires_grad=True)",
    "tensorflow": "w, v = tf.Variable(x), tf.Variable(x)\n"
    "    with tf.GradientTape(persistent=True) as t:\n        y = v * 1",
}


@pytest.mark.parametrize(
    ("framework", "lines"),
    [
        pytest.param(
            framework, lines, marks=TORCH if framework == "torch" else TENSORFLOW
        )
        for framework, found in LOST.items()
        for lines in found[(1 if framework == "tensorflow" else 0) :]
    ],
)
def test_a_gradient_that_was_lost_is_named_in_the_line_that_needs_it(framework, lines):
    source = f"def f(x):\n    {BEFORE[framework]}\n    {lines}\n"
    found = raised(source, framework)
    assert found.cause is Cause.LOST_GRADIENT
    assert found.operand in ("w.grad", "g", "d")
    assert found.line == lines.split("\n")[-1].strip()


@pytest.mark.parametrize(
    ("lines", "operand"),
    [
        ("y = print('')\n    return y + x", "y"),
        ("y = None\n    return x[0] < y", "y"),
        ("y = [1].sort()\n    return y[0]", "y"),
        ("y = None\n    return -y", "y"),
        ("y = None\n    y.clone()", "y"),
        ("é, y = 'é', None\n    return ('é', y + 1)", "y"),
    ],
)
def test_another_operand_that_was_none_is_named_as_such(lines, operand):
    found = raised(f"def f(x):\n    {lines}\n")
    assert (found.cause, found.operand) == (Cause.NOTHING, operand)


@pytest.mark.parametrize(
    "lines",
    [
        "y = None\n    return x.no_such_name",
        "y = None\n    return 'a' + 3",
        "y = None\n    raise TypeError('no')",
        "y = None\n    return missing + y",
        "return {}.get(3) + 1",
    ],
)
def test_none_elsewhere_is_not_accused(lines):
    found = raised(f"def f(x):\n    {lines}\n")
    assert (found.cause, found.operand) == (Cause.UNKNOWN, "")
