"""What the lesson on debugging prints: typed commands, traces and small processes."""

import linecache
import sys

import pytest

from grader.pictures.debugging import processes, stack_traces
from grader.pictures.debugging.pdb_session import post_mortem, short, typed
from grader.pictures.debugging.stack_traces import read


def twice(x):
    y = 2 * x
    breakpoint()
    return y


def run_cell(source: str, name: str) -> dict:
    """Run source as a cell of a notebook, whose file name it gets."""
    file = f"/tmp/ipykernel_1/{name}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    names: dict = {}
    exec(compile(source, file, "exec"), names)
    return names


def test_commands_are_shown_as_they_are_typed(capsys):
    with typed("p y", "c") as session:
        assert twice(4) == 8
    assert session.stops == 1
    assert "p y\n8\n" in session.text
    assert capsys.readouterr().out == session.text


def test_a_further_stop_is_one_line_when_the_commands_are_used_up():
    with typed("p y", "c") as session:
        for x in range(3):
            twice(x)
    assert session.stops == 3
    assert session.text.endswith("stop 2: continue\nstop 3: continue\n")


def test_to_quit_ends_the_block_and_nothing_else():
    reached = []
    with typed("q"):
        twice(1)
        reached.append("after it")
    assert reached == []
    assert sys.breakpointhook is sys.__breakpointhook__


def test_after_an_error_its_frames_can_be_looked_at():
    def inner(number):
        raise ValueError(number)

    def outer():
        word = "here"
        inner(len(word))

    with pytest.raises(ValueError, match="4") as caught:
        outer()
    session = post_mortem(caught.value, "p number", "u", "p word")
    assert "p number\n4\n" in session.text
    assert "p word\n'here'\n" in session.text


def test_an_error_that_was_never_raised_has_no_frames():
    with pytest.raises(ValueError, match="never raised"):
        post_mortem(ValueError())


def test_a_cell_has_a_short_name():
    assert short("/tmp/ipykernel_12/345.py") == "cell"
    assert short("/a/b/torch/nn/linear.py") == "nn/linear.py"
    assert short("/a/ipykernel_launcher.py") == "a/ipykernel_launcher.py"


def test_a_trace_tells_own_lines_and_folds_the_rest():
    source = "import json\ndef wrong():\n    text = '{'\n    json.loads(text)\n"
    trace = read("JSON", run_cell(source, "json")["wrong"], "json.loads")
    assert trace.error == "JSONDecodeError"
    assert trace.own == ["line 4: json.loads(text)"]
    assert trace.named
    assert not read("JSON", run_cell(source, "again")["wrong"], "text =").named


def test_a_line_that_only_the_message_names_counts():
    file = "/tmp/ipykernel_1/placed.py"
    run_cell("def late():\n    return gather(y)\n", "placed")
    source = f"def wrong():\n    raise ValueError('File \"{file}\", line 2, in late')\n"
    trace = read("graph", run_cell(source, "raiser")["wrong"], "gather(y)")
    assert trace.named


def test_of_the_places_in_a_message_only_those_within_the_call_are_left(capsys):
    cell, reader = "/tmp/ipykernel_1/stack.py", stack_traces.__file__
    source = f"""
def wrong():
    places = (
        ("{cell}", 1, "trace = read(...)"),
        ("{reader}", 66, "call()"),
        ("{cell}", 3, "places = ("))
    raise ValueError("Traceback:\\n" + "".join(
        f'  File "{{file}}", line {{n}}, in f\\n    {{text}}\\n'
        for file, n, text in places) + " (Triggered internally at /w/a.cpp:1.)")
"""
    trace = read("deep", run_cell(source, "stack")["wrong"], "places")
    assert trace.own[1:] == ["line 3: places = ("]
    assert "read(...)" not in trace.message
    shown = capsys.readouterr().out
    assert "ValueError: Traceback:</pre>" in shown
    assert "Triggered" not in shown


def test_a_function_that_does_not_fail_says_so():
    trace = read("fine", lambda: 1, "1")
    assert (trace.error, trace.message) == ("", "nothing was raised")


@pytest.mark.skipif(not processes.POSSIBLE, reason="only Linux limits a process so")
def test_a_process_without_memory_tells_its_error():
    begin, large = "import array", "bytearray(2**30)"
    assert processes.out_of_memory(begin, large, mebibytes=100).startswith("MemoryErr")
    assert processes.out_of_memory(begin, "bytearray(1)", 100) == "there was room"


@pytest.mark.skipif(not processes.POSSIBLE, reason="only Linux limits a process so")
def test_a_process_that_dies_tells_its_code():
    said = processes.out_of_memory("import os", "os._exit(7)", mebibytes=100)
    assert said == "the process ended with code 7"


def test_where_no_process_can_be_limited_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(processes, "POSSIBLE", False)
    assert "Only Linux" in processes.out_of_memory("", "", 1)


def test_a_program_restarts_with_the_hash_seed_it_is_given():
    program = "print(hash('a'))"
    first, again, other = (processes.restarted(program, n) for n in (1, 1, 2))
    assert first == again != other
