"""Of what a hostile kernel sends, the grader is given what the protocol knows."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from grader.grading.run.messages import (
    CONTENTS,
    MAX_ERROR,
    MAX_LINES,
    Unfit,
    fit,
    measures,
    whole,
)
from grader.grading.run.outputs import Outputs

HALF = "\ud83d"
TEXTS = st.text(st.characters(exclude_categories=()), max_size=8)
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXTS
    | st.sampled_from(["stdout", "ok", "error", "idle", "image/png", "text/html"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            TEXTS | st.sampled_from(["data", "status"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FIELDS = (
    *("status", "execution_state", "execution_count", "name", "text", "data", "wait"),
    *("metadata", "transient", "ename", "evalue", "traceback", "user_expressions"),
)
GOOD = {
    "name": "stdout",
    "text": "x",
    "data": {"text/plain": "x", "image/png": "x"},
    "metadata": {"image/png": {"width": 1}},
    "transient": {"display_id": "d"},
    "ename": "E",
    "evalue": "v",
    "traceback": ["t"],
    "execution_state": "busy",
    "execution_count": 1,
    "status": "error",
}
CONTENT = st.dictionaries(st.sampled_from(FIELDS), ODD).map(lambda odd: GOOD | odd)


PRINTED = {"name": "stdout", "text": "x"}


def message(kind="stream", content=PRINTED, **parts):
    about = {"msg_type": kind, "header": {}, "metadata": {}}
    request = {"parent_header": {"msg_id": "request"}}
    return {**about, **request, "content": content, **parts}


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(CONTENTS)) | TEXTS, CONTENT | ODD, ODD)
def test_whatever_comes_gives_a_notebook_that_can_be_written(kind, content, parent):
    for parts in ({}, {"parent_header": parent}):
        try:
            read = fit(message(kind, content, **parts))
        except Unfit:
            continue
        json.dumps(read["parent_header"], ensure_ascii=False).encode()
        notebook = new_notebook(cells=[new_code_cell("x")])
        outputs = Outputs(10**6, 10**6)
        outputs.begin(notebook.cells[0])
        if kind.endswith("_reply"):
            read["content"].pop("user_expressions", None)  # looked at elsewhere
            json.dumps(read["content"], ensure_ascii=False).encode()
            continue
        for _ in range(2):
            if outputs.take(read):
                assert read["content"] == {"execution_state": "idle"}
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode()


@pytest.mark.parametrize("part", ["parent_header", "content"])
def test_parts_that_are_no_objects_are_refused(part):
    for odd in ([], None, "x", 5):
        with pytest.raises(Unfit):
            fit(message(**{part: odd}))


@pytest.mark.parametrize(
    "kind", [7, [], "comm_open", "input_request", "shutdown_reply"]
)
def test_kinds_that_grading_has_no_use_for_are_refused(kind):
    with pytest.raises(Unfit):
        fit(message(kind))


def test_an_output_passes_as_it_is():
    data = {"text/plain": "x", "text/html": "<b>x</b>"}
    content = {"data": data, "metadata": {}, "execution_count": 3}
    read = fit(message("execute_result", content))
    assert read["content"] == {**content, "transient": {}}
    assert read["parent_header"] == {"msg_id": "request"}


def test_data_that_no_page_shows_are_left_out():
    data = {"text/plain": "x", "application/json": {}, "text/html": ["x"]}
    read = fit(message("display_data", {"data": data}))
    assert read["content"]["data"] == {"text/plain": "x"}


@pytest.mark.parametrize("count", ["full", -1, True, 1.0, 10**400, [], None])
def test_an_odd_execution_count_is_none(count):
    read = fit(message("execute_input", {"execution_count": count}))
    assert read["content"] == {"execution_count": None}


def test_halves_of_characters_become_a_sign_that_a_file_can_hold():
    assert whole(f"a{HALF}b") == "a\ufffdb"
    assert whole("\ud83d\ude00") == "😀"
    assert whole("é 😀") == "é 😀"


def test_errors_are_cut():
    content = {"status": "error", "ename": "E" * 10**6, "evalue": "x" * 10**6}
    read = fit(message("execute_reply", content | {"traceback": ["y" * 10**6] * 900}))
    assert len(read["content"]["evalue"]) == MAX_ERROR
    assert len(read["content"]["traceback"]) == MAX_LINES
    assert len(str(read)) < 2 * MAX_LINES * MAX_ERROR


def test_answers_pass_and_luggage_does_not():
    answers = {"status": "ok", "data": {"application/json": {"replies": [1]}}}
    content = {
        "status": "ok",
        "payload": ["x"],
        "user_expressions": {"answers": answers},
    }
    read = fit(message("execute_reply", content))["content"]
    assert read["user_expressions"] == {"answers": answers}
    assert "payload" not in read


def test_a_kernel_does_not_say_what_it_is():
    said = {"protocol_version": "full", "language_info": {"name": "full"}}
    read = fit(message("kernel_info_reply", said))["content"]
    assert read == {}


def test_measures_are_numbers_of_pixels():
    assert measures({"width": 3, "height": 2.5, "alt": "x"}) == {
        "width": 3,
        "height": 2.5,
    }
    for odd in ("3", -1, 0, True, float("nan"), float("inf"), 10**9, [3]):
        assert measures({"width": odd}) == {}
    assert measures([]) == {}
