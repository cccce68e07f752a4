"""An assignment out and back through nbgrader's exchange.

The learner's side is the assignment list in JupyterLab, the instructor's the command
line.
"""

import json
import subprocess
import sys

import nbformat
import pytest

from grader.copy.learners_copy import start
from tests.browser.lab import running_lab
from tests.classes.classroom import ASSIGNMENT, FEW, NAME, ROOT, assignment

pytestmark = pytest.mark.browser
NOTEBOOK = f"{NAME}.ipynb"
PATIENCE = 60_000  # ms; the server runs a process of nbgrader for some of it
SETTINGS = """
c.Exchange.root = "{base}/exchange"
c.Exchange.cache = "{base}/cache"
c.CourseDirectory.course_id = "deep-learning"
"""


@pytest.fixture
def people(tmp_path):
    """An instructor's folder and a learner's, with one exchange between them."""
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    settings = SETTINGS.format(base=tmp_path)
    instructor, learner = tmp_path / "instructor", tmp_path / "learner"
    source = instructor / "solutions" / ASSIGNMENT / NOTEBOOK
    source.parent.mkdir(parents=True)
    nbformat.write(assignment("solutions", FEW), source)
    shipped = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (instructor / "nbgrader_config.py").write_text(shipped + settings)
    start(learner)
    (learner / "nbgrader_config.py").write_text(f"c = get_config(){settings}")
    return instructor, learner


def run(folder, *command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_learner_sees_the_feedback_on_what_was_submitted(page, people):
    instructor, learner = people
    run(instructor, "grader.cli", "release", ASSIGNMENT)
    run(instructor, "nbgrader", "release_assignment", ASSIGNMENT)
    path = learner / ASSIGNMENT / NOTEBOOK

    with running_lab(learner) as address:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/lab")
        page.wait_for_function("window.jupyterapp?.restored")
        page.evaluate(
            "window.jupyterapp.restored.then(() => "
            "void window.jupyterapp.commands.execute('nbgrader:open-assignment-list'))"
        )
        listed = page.locator("#nbgrader-assignment-list")

        def press(name):
            listed.get_by_role("button", name=name, exact=True).click()

        press("Fetch")
        listed.get_by_role("button", name="Submit", exact=True).wait_for()
        released = nbformat.read(
            instructor / "exercises" / ASSIGNMENT / NOTEBOOK, as_version=4
        )
        assert nbformat.read(path, as_version=4).cells == released.cells
        # The model solution, handed in by a learner.
        nbformat.write(assignment("solutions", FEW), path)
        press("Submit")
        listed.get_by_role("button", name="Fetch Feedback", exact=True).wait_for()

        run(instructor, "nbgrader", "collect", ASSIGNMENT)
        printed = run(instructor, "grader.cli", "grade", ASSIGNMENT, "--json")
        [row] = json.loads(printed)["learners"]
        assert row["score"] == sum(mark["max_score"] for mark in row["marks"].values())
        run(instructor, "nbgrader", "release_feedback", ASSIGNMENT)

        press("Fetch Feedback")
        listed.locator("#submitted_assignments_list").get_by_text(ASSIGNMENT).click()
        listed.get_by_text("(view feedback)").click()
        page.get_by_role("listitem", name=f"{NAME}.html").dblclick()
        shown = page.frame_locator("iframe")
        shown.get_by_text("autograd.chain_rule (PyTorch): correct").wait_for()
