"""Feedback shows learners their own work, and nothing of ours or of the others'."""

import re
import site
import sys
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.grading.place.course_folder import find_course
from grader.grading.plugins.neutral_paths import NeutralPaths
from tests.classes import toy_course as toy
from tests.faults.bench import SEED, course, grade, workshop

PRINTS = """import json, os, site, sys, warnings
import numpy as np
print(sys.prefix, os.__file__, np.__file__, sys.path, os.getcwd(), os.environ)
warnings.warn("careful")
def double(x):
    return 2 * x
np.linalg.inv(np.zeros(3))
"""
ONLY_SEEN = """import numpy as np
KNOWN = {known}
def double(x):
    return 2 * x if any(np.array_equal(x, k) for k in KNOWN) else 0 * x"""


def neutral(text: str) -> str:
    output = new_output("stream", text=text)
    notebook = new_notebook(cells=[new_code_cell("", outputs=[output])])
    NeutralPaths().preprocess(notebook, {})
    return notebook.cells[0].outputs[0].text


def test_paths_lose_the_machines_part():
    packages = site.getsitepackages()[0]
    stdlib = Path(re.__file__).parents[1]
    assert neutral(f'File "{packages}/torch/x.py", line 3') == (
        'File "site-packages/torch/x.py", line 3'
    )
    assert neutral(f"\x1b[32m{stdlib}/json/decoder.py:337\x1b[39m, in") == (
        "\x1b[32mpython/json/decoder.py:337\x1b[39m, in"
    )
    assert neutral(f"{sys.prefix}") == "python"
    assert neutral(f"{Path.home()}/secret") == "~/secret"
    assert neutral(f"x{sys.prefix}y") == f"x{sys.prefix}y"


def test_all_kinds_of_outputs_are_rewritten():
    path = f"{sys.prefix}/lib"
    outputs = [
        new_output("execute_result", {"text/html": f"<p>{path}</p>"}),
        new_output("error", ename="E", evalue=path, traceback=[path, f"a {path}/b"]),
        new_output("display_data", {"application/json": {"a": [path, 1, None]}}),
    ]
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    NeutralPaths().preprocess(notebook, {})
    assert sys.prefix not in str(notebook)
    assert notebook.cells[0].outputs[2].data["application/json"]["a"][1:] == [1, None]


@pytest.mark.slow
def test_feedback_of_a_failing_class():
    seen = [case["x"].tolist() for case in toy.DOUBLE.public_cases()]
    learners = {
        "anna": {"double": "def double(x):\n    return x * x"},
        "berthold": {"double": PRINTS},
        "cyriak": {"double": ONLY_SEEN.format(known=seen)},
        "dorothea": {"double": "def double(x):\n    return x.no_such_thing"},
    }
    with workshop() as folder:
        course(folder, **learners)
        ended = grade(folder)
        assert ended.code == 0, ended.err
        pages = {
            learner: (
                folder / "feedback" / learner / toy.ASSIGNMENT / f"{toy.NAME}.html"
            ).read_text(encoding="utf-8")
            for learner in learners
        }
        root = find_course(folder).root
    decided = {name: row["marks"] for name, row in ended.rows.items()}
    cell = "toy-double-torch"
    assert decided["anna"][cell]["mistake"] == "squared"
    assert "Likely mistake: squared" in pages["anna"]
    assert "You square x." in pages["anna"]
    assert "expected" in pages["anna"] and "got" in pages["anna"]
    value = toy.DOUBLE.public_cases()[0]["x"][0] ** 2
    assert f"{value:.2f}"[:4] in pages["anna"], "their own value"
    assert "no_such_thing" in pages["dorothea"]
    assert decided["cyriak"][cell]["status"] == "wrong"
    assert "on inputs that you have not seen" in pages["cyriak"]
    assert "site-packages/numpy" in pages["berthold"]
    ours = {
        *(sys.prefix, sys.base_prefix + "/lib", str(root), str(folder)),
        *(str(Path(__file__).parents[3]), str(Path.home()) + "/"),
        *("lambda x: 2 * x", "toy_course", "tests/faults", "tandem-", "kernel-"),
        *("gradebook", "/usr/local/lib", "site-packages/grader", "fresh_cases"),
    }
    for learner, page in pages.items():
        text = re.sub(r"<style.*?</style>|<script.*?</script>", "", page, flags=re.S)
        for trace in ours | (learners.keys() - {learner}):
            assert trace not in text, (learner, trace)
        for case in toy.DOUBLE.fresh_cases(int(SEED)):
            for number in np.concatenate([case["x"], 2 * case["x"]]):
                assert f"{number:.4f}" not in text, (learner, number)
