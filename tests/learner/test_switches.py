"""A global switch that was left on is seen, each by the name that judging knows."""

import json
import subprocess
import sys

import numpy as np
import pytest

from grader.common.frameworks import installed
from grader.judging.switches import SWITCHES, left_on
from grader.learner.answering.switches import switches

LINES = {
    "torch.set_grad_enabled": "torch.set_grad_enabled(False)",
    "torch.inference_mode": "mode = torch.inference_mode()\nmode.__enter__()",
    "torch.set_default_dtype": "torch.set_default_dtype(torch.float64)",
    "torch.set_default_device": "torch.set_default_device('meta')",
    "torch.use_deterministic_algorithms": "torch.use_deterministic_algorithms(True)",
    "torch.autocast": "torch.autocast('cpu').__enter__()",
    "torch._dynamo.config.disable": "import torch._dynamo.config\n"
    "torch._dynamo.config.disable = True",
    "tf.disable_eager_execution": "tf.compat.v1.disable_eager_execution()",
    "tf.run_functions_eagerly": "tf.config.run_functions_eagerly(True)",
    "keras.set_floatx": "tf.keras.config.set_floatx('float64')",
    "keras.set_dtype_policy": "tf.keras.config.set_dtype_policy('mixed_float16')",
    "np.seterr": "np.seterr(all='raise')",
    "warnings.simplefilter": "warnings.simplefilter('error')",
}


def test_each_switch_that_judging_knows_is_tried():
    assert set(LINES) == set(SWITCHES)


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_each_is_seen_alone_and_nothing_without_it(framework):
    """In a process of its own: some can't be put back."""
    if not installed(framework):
        pytest.skip(f"needs {framework}")
    short = {"torch": ("torch",), "tensorflow": ("tf", "keras")}[framework]
    lines = {
        name: line
        for name, line in LINES.items()
        if name.split(".")[0] in (*short, "np", "warnings")
        and "disable_eager" not in name
    }
    code = f"""
import json, os, sys, warnings
import numpy as np
import {framework}{" as tf" if framework == "tensorflow" else ""}
from grader.learner.answering.switches import switches
seen = {{"": switches("{framework}")}}
for name, line in {lines!r}.items():
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        exec(line)
        print(json.dumps([name, switches("{framework}")]), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
print(json.dumps(["", seen[""]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120
    )
    seen = dict(map(json.loads, done.stdout.splitlines()))
    assert seen == {name: [name] for name in lines} | {"": []}, done.stderr


@pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")
def test_graphs_in_place_of_values_are_seen_and_answers_are_still_data():
    code = """
import json
import numpy as np
import tensorflow as tf
from grader.judging.wire import decode_replies, encode_inputs
from grader.learner.answering.answers import answers
tf.compat.v1.disable_eager_execution()
cases = encode_inputs([{"x": np.ones(2, np.float32)}])
given = answers(lambda x: 2 * x, "tensorflow", cases)
(reply,) = decode_replies(given._repr_json_(), 1)
print(json.dumps([reply.raised.cause, reply.switches]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120
    )
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == ["result", ["tf.disable_eager_execution"]], done.stderr


def test_numpys_and_pythons_need_no_framework():
    with np.errstate(divide="raise"):
        assert switches(None) == ["np.seterr"]
    assert "np.seterr" not in switches(None)


def test_each_switch_says_how_it_is_put_back():
    for name, switch in SWITCHES.items():
        sentence = left_on({name, "no such switch"})
        assert sentence.startswith(f"In this notebook {switch.effect}.")
        assert sentence.endswith(f"{switch.undo}.")
    assert left_on({"no such switch"}) is None
    assert left_on(set()) is None
