"""The learner's road in a real JupyterLab: lessons run, exercises answer."""

import os
import shutil
from pathlib import Path

import pytest

from grader.authoring.proving.variants import cell, load
from tests.browser.lab import SHOTS, Notebook

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
EXERCISES = "exercises/02_autograd/02_autograd_exercises.ipynb"


def shoot(notebook: Notebook, index: int, name: str) -> None:
    if "TANDEM_SHOTS" in os.environ:
        SHOTS.mkdir(parents=True, exist_ok=True)
        notebook.cell(index).screenshot(path=SHOTS / f"{name}.png")


def test_a_lesson_runs_from_top_to_bottom(page, lab):
    """nbval runs the cells of all lessons; that JupyterLab runs them, one shows."""
    notebook = Notebook(page, lab, "notebooks/00_start_here.ipynb")
    notebook.run_all()
    code = [c for c in notebook.cells() if c["cell_type"] == "code"]
    assert len(code) > 10
    for one in code:
        failed = any(o["output_type"] == "error" for o in one["outputs"])
        meant_to = "raises-exception" in one["metadata"].get("tags", [])
        assert failed == meant_to, "".join(one["source"])
        streams = [o for o in one["outputs"] if o["output_type"] == "stream"]
        assert all(o["name"] == "stdout" for o in streams), streams


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_an_exercise_names_three_mistakes_and_then_is_solved(page, lab, framework):
    variants = [
        v for v in load("autograd", framework) if v.exercise.endswith(".mse_gradient")
    ]
    wrong = [v for v in variants if v.mistake][:3]
    right = [v for v in variants if not v.mistake][:1]
    assert len(wrong) == 3 and right
    notebook = Notebook(page, lab, EXERCISES)
    imports = "import torch" if framework == "torch" else "import tensorflow"
    for text in (imports, "from grader import"):
        notebook.run(notebook.find(text))
    halves = [notebook.find("def mse_gradient(")]
    halves.append(notebook.find("def mse_gradient(", after=halves[0]))
    solution = halves[framework == "tensorflow"]
    graded = notebook.find("mse_gradient", after=solution)

    assert "not attempted" in run_both(notebook, solution, None, graded)
    for variant in wrong:
        said = run_both(notebook, solution, cell(variant), graded)
        assert f"Likely mistake: {variant.mistake}" in said
        assert "Next:" in said and "Traceback" not in said
        shoot(notebook, graded, f"{framework}_{variant.function.__name__}")
    said = run_both(notebook, solution, cell(right[0]), graded)
    assert "correct" in said and "wrong" not in said
    shoot(notebook, graded, f"{framework}_right")


def run_both(notebook: Notebook, solution: int, source: str | None, graded: int) -> str:
    if source is None:
        notebook.run(solution)
    else:
        notebook.type_and_run(solution, source)
    return notebook.run(graded)


def test_hints_open_one_after_the_other_in_a_notebook_that_is_not_trusted(
    page, lab, work
):
    shipped = ROOT / "notebooks/00_start_here.ipynb"
    shutil.copy(shipped, work / "notebooks/as_shipped.ipynb")
    notebook = Notebook(page, lab, "notebooks/as_shipped.ipynb")
    index = notebook.find("32 * 5")
    trusted = f"{notebook.CONTENT}.widgets[{index}].model.trusted"
    assert page.evaluate(trusted) is False
    first, second, third = (
        notebook.cell(index).locator("summary", has_text=f"Hint {tier} of 3")
        for tier in (1, 2, 3)
    )
    assert first.is_visible() and not second.is_visible()
    first.focus()
    page.keyboard.press("Enter")
    assert second.is_visible() and not third.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert third.is_visible()
    shoot(notebook, index, "hints")
    border = third.locator("span").evaluate("e => getComputedStyle(e).borderTopWidth")
    assert border == "1px", "it no longer looks like a button"


def test_validate_finds_the_unsolved_exercises(page, lab):
    notebook = Notebook(page, lab, EXERCISES)
    notebook.page.get_by_role("button", name="Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=180_000)
    said = dialog.inner_text()
    assert "fail" in said.lower() and "not attempted" in said


def test_feedback_reads_in_the_dark_theme(page, lab):
    notebook = Notebook(page, lab, "notebooks/00_start_here.ipynb")
    page.evaluate(
        "window.jupyterapp.commands.execute("
        "'apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    for text in ("import torch", "from grader import check"):
        notebook.run(notebook.find(text))
    index = notebook.find("32 * 5")
    notebook.run(index)
    said = notebook.cell(index).locator("[role=status]").first
    colours = said.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(document.querySelector("
        "'.jp-Notebook')).backgroundColor]"
    )
    shoot(notebook, index, "dark")
    text, ground = (luminance(colour) for colour in colours)
    # WCAG 2.2, 1.4.3: text of normal size needs a contrast of 4.5.
    assert (max(text, ground) + 0.05) / (min(text, ground) + 0.05) > 4.5
    page.evaluate(
        "window.jupyterapp.commands.execute("
        "'apputils:change-theme', {theme: 'JupyterLab Light'})"
    )


def luminance(colour: str) -> float:
    """Relative luminance of a CSS ``rgb(...)`` colour, by WCAG's formula."""
    channels = [
        float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]
    ]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
