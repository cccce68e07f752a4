"""A hostile submission in an instructor's browser: nothing of it acts on formgrader."""

import json
from urllib.parse import quote

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from grader.exercises import catalogue
from grader.grading import commands
from tests.attacks.families.pages import COVERS, REMOTE
from tests.classes import toy_course as toy
from tests.classes.formgrader import PATIENCE, TOKEN, formgrader

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CELL, MARK = "toy-double-torch", "stranger"
FORGED = f"""<div class="nbgrader_cell"><input class="score tabbable" id="{CELL}">
<textarea id="{CELL}-solution-comment" class="comment tabbable"></textarea>
<p id="{CELL}" class="score">x</p></div>"""
PRINTS = """from IPython.display import display
for text in {texts!r}:
    for kind in ("text/html", "text/markdown"):
        display({{kind: text}}, raw=True)"""
# Whether something else is seen in the middle of an element's line.
COVERED = """element => {
    element.scrollIntoView({block: "center"});
    const box = element.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + 9, box.y + box.height / 2);
    return !(element === seen || element.contains(seen));
}"""


@pytest.fixture
def course(tmp_path, monkeypatch, capsys):
    """A graded course of one learner, whose page forges what it can."""
    real = catalogue.exercises
    toys = {"toy": toy.EXERCISES}
    monkeypatch.setattr(
        catalogue, "exercises", lambda lesson: toys.get(lesson) or real(lesson)
    )
    folder = tmp_path / "course"
    folder.mkdir()
    monkeypatch.chdir(toy.make_course(folder))
    texts = [text.replace("@MARK@", MARK) for text in (FORGED, REMOTE, COVERS)]
    notebook = toy.submission(**toy.RIGHT)
    shown = [new_markdown_cell(text) for text in texts]
    shown.append(new_code_cell(PRINTS.format(texts=texts)))
    tags = {"tags": ["x score tabbable nbgrader_cell"]}
    shown.append(new_code_cell("1", metadata=tags))
    notebook.cells = [*shown, *notebook.cells, *shown]
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    toy.submit(folder, "mallory", notebook)
    commands.grade(toy.ASSIGNMENT, as_json=True)
    rows = json.loads(capsys.readouterr().out)["learners"]
    assert [row["score"] for row in rows] == [5]
    return folder


def test_scores_are_saved_and_nothing_is_loaded_or_covered(page, course):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(
            toy.NAME, toy.ASSIGNMENT, "mallory"
        )
        number = notebook.id
    with formgrader(course) as address:
        root = address.removesuffix("/formgrader")
        then = quote(f"/formgrader/submissions/{number}/?index=0", "")
        page.goto(f"{root}/login?next={then}&token={TOKEN}")
        page.wait_for_function(
            "formgrader.loaded && formgrader.grades.loaded", timeout=PATIENCE
        )
        assert page.locator(f"[id='{CELL}']").count() == 1
        assert page.locator(".score").count() == 2
        assert page.locator(f"[id='{CELL}-solution-comment']").count() == 1
        verdicts = page.get_by_text("correct", exact=False).all()
        marked = [one for one in verdicts if "✓" in one.inner_text()]
        assert len(marked) >= 2
        assert not any(one.evaluate(COVERED) for one in marked)
        with page.expect_response(lambda reply: "/api/grade/" in reply.url):
            page.locator(f"[id='{CELL}']").fill("0.5")
            page.keyboard.press("Tab")
    assert not [url for url in asked if MARK in url]
    assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(CELL, toy.NAME, toy.ASSIGNMENT, "mallory")
        assert grade.manual_score == 0.5
