"""The course panel in a real JupyterLab: states, live, and the way to each place."""

import json

import pytest

from grader.exercises import catalogue
from tests.browser.lab import Notebook

pytestmark = pytest.mark.browser

EXERCISES = "exercises/02_autograd/02_autograd_exercises.ipynb"
EXERCISE = "autograd.mse_gradient"
RIGHT = "def mse_gradient(w, X, y):\n    return 2 * X.T @ (X @ w - y) / len(y)"
WRONG = "def mse_gradient(w, X, y):\n    return X.T @ (X @ w - y)"
STOP = '[role="treeitem"][tabindex="0"]'
AT = "window.jupyterapp.shell.currentWidget"


@pytest.fixture
def course(page, lab, work):
    """The panel, in sight beside the exercises; two answers are right ones."""
    done = {
        "autograd.chain_rule": {"tensorflow": "correct"},
        "defaults.share_left": {"numpy": "correct"},
    }
    (work / ".tandem/progress.json").write_text(json.dumps(done))
    notebook = Notebook(page, lab, EXERCISES)
    page.evaluate("window.jupyterapp.commands.execute('tandem:course')")
    page.wait_for_selector(STOP)
    # Lab gives the focus to a notebook that has fully opened, whoever has it then.
    for _ in range(10):
        page.locator(STOP).focus()
        page.wait_for_timeout(2000)
        if page.evaluate("!!document.activeElement?.closest('[role=treeitem]')"):
            break
    else:
        pytest.fail("the panel does not keep the focus")
    yield notebook
    (work / ".tandem/progress.json").unlink()


def state(page, exercise: str, framework: str) -> str:
    item = page.locator(f'[data-key="{exercise}"]')
    return item.locator(f'[data-framework="{framework}"]').inner_text().strip()


def unfold(page) -> None:
    page.locator('[data-key="autograd"] .tandem-fold').first.click()


def test_the_panel_shows_states_and_follows_check(page, course):
    unfold(page)
    assert state(page, "autograd.chain_rule", "tensorflow").endswith("correct;")
    assert state(page, EXERCISE, "torch").endswith("not attempted;")
    course.run(course.find("from grader import"))
    solution = course.find("def mse_gradient")
    graded = course.find(EXERCISE, after=solution)
    for source, status in ((WRONG, "wrong"), (RIGHT, "correct")):
        course.type_and_run(solution, source)
        course.run(graded)
        page.wait_for_selector(
            f'[data-key="{EXERCISE}"] [data-framework="torch"][data-status="{status}"]'
        )
        assert state(page, EXERCISE, "torch").endswith(f"{status};")
    assert page.get_by_text("PyTorch: 2 of").is_visible()


def test_a_neutral_exercise_has_one_state_and_points_of_its_own(page, course):
    page.locator('[data-key="defaults"] .tandem-fold').first.click()
    item = page.locator('[data-key="defaults.share_left"]')
    assert item.locator("[data-framework]").count() == 1
    assert state(page, "defaults.share_left", "numpy").endswith("correct;")
    own, others = catalogue.exercises("defaults"), catalogue.exercises("autograd")
    lesson = page.locator('[data-key="defaults"] .tandem-states').first.inner_text()
    assert f"NumPy: 1 of {sum(e.neutral for e in own)}" in lesson
    assert not any(e.neutral for e in others)
    other = page.locator('[data-key="autograd"] .tandem-states').first.inner_text()
    assert "NumPy" not in other
    assert page.get_by_text("NumPy: 1 of").first.is_visible()


def press(page, *keys: str) -> str:
    """Press keys in the tree; the exercise or lesson that then has its tab stop."""
    for key in keys:
        page.locator(STOP).press(key)
    return page.locator(STOP).get_attribute("data-key")


def test_each_place_is_opened_by_keys_alone_and_by_a_click(page, course):
    assert press(page, "End") == catalogue.lessons()[-1]
    # The lesson that is next is open, with its one exercise.
    assert press(page, "Home", "ArrowDown", "ArrowDown", "ArrowDown") == "autograd"
    assert press(page, "ArrowRight", "ArrowRight", "ArrowDown") == EXERCISE
    assert press(page, "ArrowLeft") == "autograd"
    assert press(page, "ArrowRight", "ArrowDown", "Enter") == EXERCISE
    page.wait_for_function(
        f"{AT}.content.activeCell?.model.sharedModel.source.startsWith("
        "'## 2. The gradient of a mean squared error')"
    )

    page.locator('[data-key="tensors"] .tandem-title').first.click()
    page.wait_for_function(f"{AT}.context?.path === 'notebooks/01_tensors.ipynb'")
    page.get_by_role("button", name="Solve Degrees Fahrenheit to Celsius").click()
    page.wait_for_function(
        f"{AT}.context?.path === 'notebooks/00_start_here.ipynb' && "
        f"{AT}.content.activeCell?.model.sharedModel.source.startsWith('## 4.')"
    )
