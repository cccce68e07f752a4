"""What the lesson says of a person at the prompt, in a kernel that asks for input."""

import queue
import time

import pytest
from jupyter_client.manager import start_new_kernel

SECONDS = 60


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def typed(client, code, *answers):
    """Run a cell, answer each prompt, and return the prompts and what was printed."""
    cell = client.execute(code, allow_stdin=True)
    left, prompts, printed = [*answers], [], ""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            prompts.append(client.get_stdin_msg(timeout=0.1)["content"]["prompt"])
            client.input(left.pop(0) if left else "q")
            continue
        except queue.Empty:
            pass
        try:
            message = client.get_iopub_msg(timeout=0.1)
        except queue.Empty:
            continue
        content = message["content"]
        printed += content.get("text", "") if message["msg_type"] == "stream" else ""
        ended = content.get("execution_state") == "idle"
        if ended and message["parent_header"].get("msg_id") == cell:
            return prompts, printed
    raise TimeoutError(printed)


@pytest.mark.slow
def test_a_breakpoint_in_a_notebook_does_nothing_while_its_debugger_is_off(kernel):
    prompts, printed = typed(kernel, "breakpoint()\nprint('went on')")
    assert (prompts, printed) == ([], "went on\n")


@pytest.mark.slow
def test_pdb_asks_in_a_notebook(kernel):
    code = "def f(x):\n    import pdb; pdb.set_trace()\n    return x\nf(3)"
    prompts, printed = typed(kernel, code, "p x + 39", "c")
    assert len(prompts) == 2
    assert "42" in printed


@pytest.mark.slow
def test_after_an_error_debug_asks_where_it_was_raised(kernel):
    typed(kernel, "def g(x):\n    z = x + 38\n    return 1 / 0\ng(4)")
    prompts, printed = typed(kernel, "%debug", "p z", "u", "q")
    assert len(prompts) == 3
    assert "42" in printed
