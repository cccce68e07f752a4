"""How a learner's function is given its arguments, and what it leaves of them."""

import functools
import math

import numpy as np
import pytest

from grader.common.cause import Cause
from grader.common.frameworks import installed
from grader.learner.answering.calling import returns_nothing, unchanged
from tests.learner.cells import CASES, cell, replies

THREE = [{"w": np.float32([1, 2]), "X": np.eye(2, dtype=np.float32), "k": 3}]
TORCH = pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
TENSORFLOW = pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")


@pytest.mark.parametrize(
    "function",
    [
        lambda w, X, k: w * 10 + k,
        lambda weights, inputs, factor: weights * 10 + factor,
        lambda X, w, k: w * 10 + k,
        lambda *given: given[0] * 10 + given[2],
        lambda **given: given["w"] * 10 + given["k"],
        lambda w, *, X, k: w * 10 + k,
        lambda w, X, k, more=7: w * 10 + k,
        functools.partial(lambda ten, w, X, k: w * ten + k, 10),
        functools.partial(lambda w, X, k, ten: w * ten + k, ten=10),
    ],
)
def test_arguments_find_their_place(function):
    (reply,) = replies(function, cases=THREE)
    assert reply.value.values.tolist() == [13, 23]


@pytest.mark.parametrize(
    "wrapper",
    [
        lambda f: lambda *given: f(*given),
        lambda f: lambda **given: f(**given),
        lambda f: lambda *given, **named: f(*given, **named),
    ],
)
def test_a_decorator_is_called_as_it_takes_it(wrapper):
    def f(w, X, k):
        return w * 10 + k

    (reply,) = replies(functools.wraps(f)(wrapper(f)), cases=THREE)
    assert reply.value.values.tolist() == [13, 23]


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("lambda w, X: w", "(w, X)"),
        ("lambda w, X, k, b: w", "(w, X, k, b)"),
        ("lambda w, X, *, factor: w", "(w, X, *, factor)"),
        # By place, X would be taken for the weights.
        ("lambda X, weights, k: w", "(X, weights, k)"),
        ("lambda: 0", "()"),
    ],
)
def test_other_arguments_are_told_by_the_signature(source, signature):
    (reply,) = replies(cell(f"f = {source}"), cases=THREE)
    assert reply.raised.cause is Cause.ARGUMENTS
    assert reply.raised.message == signature


def test_a_type_error_inside_of_the_function_is_its_own():
    (reply,) = replies(cell("def f(x):\n    return len(3)\n"))
    assert reply.raised.cause is not Cause.ARGUMENTS
    assert reply.raised.line == "return len(3)"


def test_names_of_its_own_are_told():
    def told(function):
        return replies(function, cases=THREE)[0].names

    assert told(lambda a, b, c: a) == ("a", "b", "c")
    assert told(lambda w, inputs, k: w) == ("w", "inputs", "k")
    assert told(lambda w, X, k: w) == told(lambda X, w, k: w) == ()
    assert told(lambda *given: given[0]) == told(min) == ()


@TORCH
def test_what_pytorch_gives_for_a_function_is_called():
    import torch

    x, y = np.float32([[1, 2], [3, 4]]), np.float32([[0, 0], [1, 1]])
    two = [{"a": x, "b": y}]
    for function in (torch.cdist, torch.nn.MSELoss(), torch.func.vmap(torch.dot)):
        assert replies(function, "torch", two)[0].raised is None
    one = [{"X": x}]
    assert replies(functools.partial(torch.std, dim=0), "torch", one)[0].raised is None
    squares = torch.func.vmap(lambda X: X * X)
    assert replies(squares, "torch", one)[0].value.values.tolist() == [[1, 4], [9, 16]]


@TENSORFLOW
def test_what_tensorflow_gives_for_a_function_is_called():
    import tensorflow as tf

    x = np.float32([[1, 2], [3, 4]])
    for function in (
        tf.keras.layers.Rescaling(2.0),
        tf.function(lambda f: f * 2),
        functools.partial(tf.multiply, 2.0),
    ):
        (reply,) = replies(function, "tensorflow", [{"x": x}])
        assert reply.value.values.tolist() == (2 * x).tolist()


PLAIN = [{"x": np.float32([1, np.nan]), "xs": [np.float32([1]), 2], "n": 1}]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("pass", ()),
        ("x = x + 1", ()),
        ("n += 1; xs = xs[::-1]", ()),
        ("x *= 1", ()),
        ("x += 1", ("x",)),
        ("x[1] = 0", ("x",)),
        ("x.resize(3, refcheck=False)", ("x",)),
        ("x.dtype = np.int32", ("x",)),
        ("x.shape = (2, 1)", ("x",)),
        ("xs[0] += 1", ("xs",)),
        ("xs[0] = xs[0].astype('float64')", ("xs",)),
        ("xs.append(3)", ("xs",)),
        ("xs.reverse()", ("xs",)),
        ("xs[1] = True + 1.0", ("xs",)),
        ("xs[0] = None; x -= x", ("x", "xs")),
        ("xs[0] = xs", ("xs",)),
        ("xs.append(xs); del x", ("xs",)),
    ],
)
def test_a_changed_argument_is_named_and_an_own_copy_is_not(line, changed):
    function = cell(f"def f(x, xs, n):\n    {line}\n    return 0\n")
    first, second = replies(function, cases=PLAIN * 2)
    assert first.changed == second.changed == changed
    assert first.value.values == 0


@TORCH
@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x = x.clone(); x += 1", False),
        ("x.requires_grad_()", False),
        ("x.add_(1)", True),
        ("x.data = x.double()", True),
        ("x.data = x.data.bfloat16()", True),
        ("x.t_()", True),
        ("x.numpy()[0] = 7", True),
        ("x.requires_grad_(); x.sum().backward(); SGD([x], 1)", False),
        ("x.requires_grad_(); x.sum().backward(); SGD([x], 1).step()", True),
        ("x.resize_(0)", True),
    ],
)
def test_a_tensor_is_compared_by_values_shape_and_dtype(line, changed):
    import torch

    cases = [{"x": np.float32([[1, 2, 3.1], [4, 5, 6]])}]
    function = cell(f"def f(x):\n    {line}\n    return 0\n", SGD=torch.optim.SGD)
    (reply,) = replies(function, "torch", cases)
    assert reply.raised is None
    assert reply.changed == (("x",) if changed else ())


def test_plain_values_are_compared_with_their_type():
    assert unchanged([1, "a", math.nan, True], [1, "a", math.nan, True])
    assert not unchanged([1], [True])
    assert not unchanged([1.0], [1])
    assert not unchanged(["a"], [np.str_("a")])
    assert not unchanged([1], (1,))


@pytest.mark.parametrize(
    ("source", "nothing"),
    [
        ("def f(x):\n    y = 2 * x\n", True),
        ("def f(x):\n    print(x)\n    return\n", True),
        ("def f(x):\n    return None\n", True),
        ("def f(x):\n    def g():\n        return 1\n    g()\n", True),
        ("def f(x):\n    if x is None:\n        return 1\n", False),
        ("f = lambda x: x.grad", False),
        ("def f(x):\n    return x if x == 3 else None\n", False),
        ("def f(x):\n    return x.grad or None\n", False),
        ("import functools\nf = functools.partial(print, 3)\n", None),
        ("f = print", None),
    ],
)
def test_a_function_without_a_return_is_told_by_its_code(source, nothing):
    function = cell(source)
    assert returns_nothing(function) is nothing
    (reply,) = replies(function, cases=[{"x": 1}])
    assert reply.no_return is nothing


def test_a_wrapped_function_is_looked_into():
    @functools.wraps(cell("def f(x):\n    pass\n"))
    def wrapper(x):
        return None if x is not None else 3

    assert returns_nothing(wrapper) is True
    assert CASES[0]["x"].shape == (3,)


@TENSORFLOW
def test_a_traced_function_is_looked_into():
    import tensorflow as tf

    assert returns_nothing(tf.function(cell("def f(x):\n    x + 1\n"))) is True
    assert returns_nothing(tf.function(cell("def f(x):\n    return x\n"))) is False
