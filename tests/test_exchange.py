"""nbgrader's exchange: fetch, submit, collect, ``course grade``, feedback back."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.classroom import ASSIGNMENT, NAME, ROOT

pytestmark = pytest.mark.slow
NAMED = '\nc.CourseDirectory.course_id = "deep-learning"\n'


@pytest.fixture
def people(tmp_path):
    """An instructor's folder and a learner's, with one exchange between them."""
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    settings = f'c.Exchange.root = "{exchange}"\n'
    instructor, learner = tmp_path / "instructor", tmp_path / "learner"
    instructor.mkdir()
    learner.mkdir()
    shutil.copytree(
        ROOT / "solutions" / ASSIGNMENT, instructor / "solutions" / ASSIGNMENT
    )
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (instructor / "nbgrader_config.py").write_text(
        config + NAMED + settings, encoding="utf-8"
    )
    (learner / "nbgrader_config.py").write_text(
        f"c = get_config()\n{settings}{NAMED}", encoding="utf-8"
    )
    return instructor, learner


def run(folder, *command):
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(folder.parent / "data")}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_learner_sees_the_feedback_on_what_was_submitted(people):
    instructor, learner = people
    run(instructor, "grader.cli", "release", ASSIGNMENT)
    run(instructor, "nbgrader", "release_assignment", ASSIGNMENT)

    run(learner, "nbgrader", "fetch_assignment", ASSIGNMENT)
    path = learner / ASSIGNMENT / f"{NAME}.ipynb"
    released = ROOT / "exercises" / ASSIGNMENT / path.name
    assert (
        json.loads(path.read_text())["cells"]
        == json.loads(released.read_text())["cells"]
    )
    # The model solution, handed in by a learner.
    shutil.copy(ROOT / "solutions" / ASSIGNMENT / path.name, path)
    run(learner, "nbgrader", "submit", ASSIGNMENT)

    run(instructor, "nbgrader", "collect", ASSIGNMENT)
    report = json.loads(run(instructor, "grader.cli", "grade", ASSIGNMENT, "--json"))
    [row] = report["learners"]
    assert row["score"] == sum(mark["max_score"] for mark in row["marks"].values())
    run(instructor, "nbgrader", "release_feedback", ASSIGNMENT)

    run(learner, "nbgrader", "fetch_feedback", ASSIGNMENT)
    [page] = (learner / ASSIGNMENT / "feedback").rglob("*.html")
    assert "autograd.chain_rule (PyTorch): correct" in page.read_text(encoding="utf-8")
