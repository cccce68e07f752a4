"""Answers cross from the kernel as data: all honest ones, and nothing else."""

import base64
import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.common.cause import Cause
from grader.judging import wire
from grader.judging.wire import (
    DTYPES,
    Leaf,
    Other,
    Raised,
    WireError,
    decode_replies,
    encode_inputs,
)
from grader.learner.answering import answers

ANY_ARRAY = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: arrays.arrays(name, arrays.array_shapes(min_dims=0, max_dims=5))
)
PLAIN = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
EMPTY = arrays.arrays(
    "float32", st.sampled_from([(0,), (0, 3), (3, 0, 2)]), elements=st.just(0)
)


def through(value: object) -> object:
    """What arrives when a learner's function returns ``value``."""
    replies = answers.answers(lambda: value, None, "[{}]")._repr_json_()
    return decode_replies(json.loads(json.dumps(replies)), 1)[0].value


def leaf(**changes: object) -> dict:
    """A reply whose value is one honest array, but for ``changes``."""
    honest = {"array": "AAAAAA==", "dtype": "int8", "shape": [4], "kind": "ndarray"}
    return {"replies": [{"value": {**honest, **changes}}]}


@given(ANY_ARRAY | EMPTY)
def test_any_array_arrives_as_it_was(array):
    got = through(array)
    assert got.values.dtype == array.dtype
    assert got.values.shape == array.shape
    assert got.values.tobytes() == array.tobytes()
    assert got.kind == "ndarray"


@given(arrays.arrays("float64", (3, 4)))
def test_a_view_arrives_in_its_own_order(array):
    assert through(array.T[::-1]).values.tobytes() == array.T[::-1].tobytes()


def test_structure_arrives_as_it_was():
    got = through({"a": [1, (2.5, None)], "b": "text", "c": object()})
    assert got["a"][0].values == 1
    assert got["a"][1][0].values == 2.5
    assert got["a"][1][1] is None
    assert got["b"] == "text"
    assert got["c"] == Other("object")


def test_nesting_arrives_as_deep_as_it_may():
    value = 1.0
    for _ in range(wire.ANSWER_DEPTH):
        value = [value]
    assert isinstance(through(value)[0][0][0][0], Leaf)
    assert through([value])[0][0][0][0] == Other("list")


@given(
    st.dictionaries(
        st.text(max_size=5),
        ANY_ARRAY | PLAIN,
        max_size=4,
    )
)
def test_inputs_reach_a_function_as_they_were(case):
    seen = {}
    (received,) = json.loads(encode_inputs([case]))
    for name, node in received.items():
        seen[name] = answers._decode(node, None)
    assert seen.keys() == case.keys()
    for name, value in case.items():
        assert type(seen[name]) is type(value)
        if isinstance(value, np.ndarray):
            assert seen[name].dtype == value.dtype
            assert seen[name].shape == value.shape
            assert seen[name].tobytes() == value.tobytes()
        else:
            assert seen[name] == value


def test_an_input_of_another_kind_is_refused():
    with pytest.raises(TypeError, match="can't be a set"):
        encode_inputs([{"x": {1}}])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "array dtype shape kind framework tracked none text other list dict "
                "raised value message line cause operand changed names no_return "
                "switches replies".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
HOSTILE_LEAF = st.fixed_dictionaries(
    {},
    optional={
        "array": st.binary(max_size=9).map(lambda b: base64.b64encode(b).decode())
        | JSON,
        "dtype": st.sampled_from(["float64", "bool", "object", "O", "V8", "U4"]) | JSON,
        "shape": st.lists(st.integers(-2, 2**70) | JSON, max_size=40) | JSON,
        "kind": JSON,
        "tracked": JSON,
        "framework": st.sampled_from(["torch", "tensorflow", "numpy"]) | JSON,
    },
)


@given(JSON | st.lists(JSON, max_size=2), st.integers(0, 2))
def test_any_json_is_read_or_refused(data, count):
    for form in (data, {"replies": data}):
        with suppress(WireError):
            assert len(decode_replies(form, count)) == count


@given(HOSTILE_LEAF)
def test_any_leaf_is_read_or_refused(node):
    try:
        (reply,) = decode_replies({"replies": [{"value": node}]}, 1)
    except WireError:
        return
    if isinstance(reply.value, Leaf):
        assert reply.value.values.dtype.name in DTYPES
        assert reply.value.framework in ("torch", "tensorflow", None)
        assert reply.value.values.nbytes <= wire.MAX_BYTES


def nested(depth: int) -> list:
    outer = inner = []
    for _ in range(depth):
        inner.append([])
        inner = inner[0]
    return outer


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [5]},
        {"shape": [-4]},
        {"shape": [True, 4]},
        {"shape": [4.0]},
        {"shape": "4"},
        {"shape": [1] * 33},
        {"shape": [0] + [2**24] * 31, "array": ""},
        {"shape": [2**24, 2**24, 2**24, 0], "array": ""},
        {"shape": [2**40]},
        {"dtype": "object"},
        {"dtype": "S4"},
        {"dtype": "int8,int8"},
        {"array": "AAAA AA=="},
        {"array": "ÄAAAAA=="},
        {"array": None},
    ],
    ids=str,
)
def test_a_leaf_that_contradicts_itself_is_refused(change):
    decode_replies(leaf(), 1)
    with pytest.raises(WireError):
        decode_replies(leaf(**change), 1)


@pytest.mark.parametrize("text", [nested(100_000), 10**5000, None], ids=type)
def test_a_text_that_is_none_is_refused(text):
    for value in ({"text": text}, {"other": text}):
        with pytest.raises(WireError):
            decode_replies({"replies": [{"value": value}]}, 1)
    for key in ("dtype", "kind"):
        with pytest.raises(WireError):
            decode_replies(leaf(**{key: text}), 1)
    with pytest.raises(WireError):
        decode_replies({"replies": [{"raised": {"message": text}}]}, 1)


def test_lists_deeper_than_allowed_are_refused():
    node = {"none": True}
    for _ in range(100_000):
        node = {"list": [node]}
    with pytest.raises(WireError, match="deeper"):
        decode_replies({"replies": [{"value": node}]}, 1)


def test_answers_share_one_budget(monkeypatch):
    monkeypatch.setattr(wire, "MAX_BYTES", 7)
    honest = leaf()["replies"]
    decode_replies({"replies": honest}, 1)
    with pytest.raises(WireError, match="larger than"):
        decode_replies({"replies": honest * 2}, 2)


def test_the_number_of_parts_is_capped():
    node = {"list": [{"none": True}] * wire.ANSWER_PARTS}
    with pytest.raises(WireError, match="parts"):
        decode_replies({"replies": [{"value": node}]}, 1)


def test_the_number_of_answers_must_be_that_of_the_cases():
    with pytest.raises(WireError, match="1 answers for 2 cases"):
        decode_replies(leaf(), 2)


@given(st.text())
def test_texts_are_safe_to_print_and_store(text):
    raised = {"kind": text, "message": text, "line": text}
    (reply,) = decode_replies({"replies": [{"raised": raised}]}, 1)
    for got in (reply.raised.kind, reply.raised.message, reply.raised.line):
        got.encode("utf-8")
        assert got.isprintable()
    if text.isprintable():
        assert reply.raised.message == text


def test_escapes_and_surrogates_do_not_pass():
    raised = {"kind": "E\x1b[31m", "message": "a\ud800\u202eb", "line": "x\ty"}
    (reply,) = decode_replies({"replies": [{"raised": raised}]}, 1)
    assert reply.raised == Raised("E [31m", "a  b", "x y")


@pytest.mark.parametrize("cause", ["no such cause", 3, None, ["stub"], {"stub": 1}])
def test_a_cause_that_there_is_not_is_unknown(cause):
    (reply,) = decode_replies({"replies": [{"raised": {"cause": cause}}]}, 1)
    assert reply.raised.cause is Cause.UNKNOWN


@pytest.mark.parametrize("field", ["changed", "names", "switches"])
@pytest.mark.parametrize("names", ["w", {"w": 1}, [1], [["w"]], ["w"] * 101, None])
def test_names_are_a_short_list_of_texts(field, names):
    with pytest.raises(WireError):
        decode_replies({"replies": [{"value": {"none": True}, field: names}]}, 1)


@pytest.mark.parametrize("told", ["yes", 1, None, [True]])
def test_whether_there_is_a_return_is_told_by_a_truth_value_alone(told):
    node = {"value": {"none": True}, "no_return": told}
    (reply,) = decode_replies({"replies": [node]}, 1)
    assert reply.no_return is None


def test_values_can_not_be_written_to():
    assert not through(np.ones(3)).values.flags.writeable
