"""A learner's function is run once per case, and whatever it does is data."""

import subprocess
import sys

import numpy as np
import pytest

from grader.common.cause import Cause
from grader.common.frameworks import installed
from grader.judging.wire import decode_replies, encode_inputs
from grader.learner.answering import answers
from tests.learner.cells import CASES, cell, replies


def test_each_case_is_a_call_with_inputs_of_its_own():
    def spoil(x):
        x += 1
        return x

    first, second = replies(spoil, cases=CASES * 2)
    assert first.value.values.tolist() == second.value.values.tolist() == [1, 2, 3]


def test_an_exception_brings_the_learners_own_line():
    function = cell("def f(x):\n    y = x + 1\n    return np.linalg.inv(y)  # here\n")
    (reply,) = replies(function)
    assert reply.raised.kind == "LinAlgError"
    assert reply.raised.line == "return np.linalg.inv(y)  # here"
    assert reply.raised.cause is Cause.UNKNOWN


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("exit()", "SystemExit"),
        ("raise SystemExit(3)", "SystemExit"),
        ("return f(x)", "RecursionError"),
        ("return missing", "NameError"),
        ("return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_nothing_a_function_raises_leaves_it(body, kind):
    (reply,) = replies(cell(f"def f(x):\n    {body}\n"))
    assert reply.raised.kind == kind


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, (n for n in "ab"), np.array(["a"]), 10**40, lambda: 0],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_answer_is_only_named(value):
    (reply,) = replies(lambda x: value)
    assert type(value).__name__ in reply.value.kind


def test_a_value_inside_itself_ends():
    def endless(x):
        values = []
        values.append(values)
        return values

    (reply,) = replies(endless)
    assert isinstance(reply.value, list)


def test_an_array_of_the_other_byte_order_keeps_its_numbers():
    (reply,) = replies(lambda x: np.array([1, 2], dtype=">f4"))
    assert reply.value.values.tolist() == [1, 2]


def test_nothing_is_collected_that_was_not_recorded():
    with pytest.raises(LookupError, match="no function was handed to check"):
        answers.collect("lesson.missing", "torch", "[]")


def test_what_was_recorded_last_is_collected(monkeypatch):
    monkeypatch.setattr(answers, "_recorded", {})
    answers.record("lesson.name", lambda x: 1, "torch")
    answers.record("lesson.name", lambda x: 2, None)
    answers.record("lesson.name", lambda x: 3, None)
    collected = answers.collect("lesson.name", None, encode_inputs(CASES))
    (reply,) = decode_replies(collected._repr_json_(), 1)
    assert reply.value.values == 3


@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_torch_tensors_come_and_go():
    import torch

    seen = []

    def f(x, k, parts):
        seen.append((x, k, parts))
        return [(x * k).requires_grad_(), x.bfloat16(), x.to(torch.complex64).conj()]

    case = {"x": CASES[0]["x"], "k": 2, "parts": [CASES[0]["x"]]}
    (reply,) = replies(f, "torch", [case])
    ((x, k, parts),) = seen
    assert isinstance(x, torch.Tensor) and x.dtype == torch.float32
    assert not x.requires_grad
    assert k == 2 and isinstance(parts[0], torch.Tensor)
    grad, half, conjugate = reply.value
    assert grad.values.tolist() == [0, 2, 4] and grad.tracked
    assert (grad.kind, grad.framework) == ("torch.Tensor", "torch")
    assert half.values.dtype == np.float32
    assert conjugate.values.dtype == np.complex64


@pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")
def test_tensorflow_tensors_come_and_go():
    import tensorflow as tf

    seen = []

    def f(x):
        seen.append(x)
        rows = tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([1]), (2, 1))
        return [x * 2, tf.Variable(x), tf.cast(x, "bfloat16"), rows]

    (reply,) = replies(f, "tensorflow")
    assert tf.is_tensor(seen[0]) and seen[0].dtype == tf.float32
    product, variable, half, rows = reply.value
    assert product.values.tolist() == [0, 2, 4]
    assert variable.values.tolist() == [0, 1, 2]
    assert half.values.dtype == np.float32
    assert rows.values.tolist() == [[0], [1]]
    assert product.kind.startswith("tensorflow.")
    assert {part.framework for part in reply.value} == {"tensorflow"}


def test_a_framework_that_the_learner_has_replaced_is_their_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "grader.common.torch_adapter", None)
    for case in (CASES[0], {"x": 1}):
        (reply,) = replies(lambda x: x, "torch", [case])
        assert reply.raised.kind == "ModuleNotFoundError"


@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
@pytest.mark.parametrize("name", ["older", "newer"])
def test_torch_answers_without_tf32_and_has_it_back(name):
    """In a process of its own: of the two names, the first that is used counts."""
    names = {
        "older": "torch.set_float32_matmul_precision('high')",
        "newer": "matmul.fp32_precision = 'tf32'",
    }
    code = f"""
import torch
from grader.learner.answering import answers
matmul, seen = torch.backends.cuda.matmul, []
{names[name]}
before = matmul.fp32_precision
answers.answers(lambda: seen.append(matmul.fp32_precision), "torch", "[{{}}]")
answers.answers(lambda: 1 / 0, "torch", "[{{}}]")
print(before, *seen, matmul.fp32_precision)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["tf32", "ieee", "tf32"]


@pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")
@pytest.mark.parametrize("before", [True, False])
def test_tensorflow_answers_without_tf32_and_has_it_back(before):
    import tensorflow as tf

    config, seen = tf.config.experimental, []
    earlier = config.tensor_float_32_execution_enabled()
    config.enable_tensor_float_32_execution(before)
    try:
        replies(
            lambda x: seen.append(config.tensor_float_32_execution_enabled()),
            "tensorflow",
        )
        replies(lambda x: 1 / 0, "tensorflow")
        assert seen == [False]
        assert config.tensor_float_32_execution_enabled() == before
    finally:
        config.enable_tensor_float_32_execution(earlier)


@pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")
def test_what_can_not_be_read_is_told_as_the_result():
    import torch

    (reply,) = replies(lambda x: torch.ones(2, device="meta"), "torch")
    assert reply.raised.cause is Cause.RESULT
    with torch.device("meta"):
        (reply,) = replies(lambda x: x, "torch")
    assert reply.raised.cause is Cause.RESULT


def test_inputs_that_can_not_be_made_are_told_as_such(monkeypatch):
    monkeypatch.setitem(sys.modules, "grader.common.torch_adapter", None)
    (reply,) = replies(lambda x: x, "torch", [CASES[0]])
    assert reply.raised.cause is Cause.INPUTS


def test_an_exception_that_can_not_be_shown_is_still_data():
    source = (
        "class Odd(Exception):\n"
        "    def __str__(self):\n"
        "        raise ValueError('no')\n"
        "def f(x):\n"
        "    raise Odd\n"
    )
    (reply,) = replies(cell(source))
    assert (reply.raised.kind, reply.raised.message) == ("Odd", "")
