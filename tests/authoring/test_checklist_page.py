"""The page with the checklist for a port, and where its lines lead."""

import re

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from grader.authoring.form import checklist_page
from grader.authoring.texts import sources
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError

LINK = re.compile(r"\]\(\.\./notebooks/(\w+)\.ipynb#([^)\s]+)\)")


@pytest.fixture(scope="module")
def lessons():
    found = sources.find(ROOT, "lessons")
    return {source.stem: sources.read(source) for source in found}


def anchors(notebook):
    """What JupyterLab calls the headings of a notebook."""
    headings = [
        line.lstrip("# ")
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    return {heading.replace(" ", "-") for heading in headings}


def test_each_line_leads_to_a_section_that_exists(lessons):
    page = checklist_page.page(lessons[checklist_page.LESSON])
    lines = re.findall(r"(?m)^\d+\. .*$", page)
    assert len(lines) >= 10
    for line in lines:
        links = LINK.findall(line)
        assert links, line
        for stem, anchor in links:
            assert anchor in anchors(lessons[stem]), line


def test_each_section_but_the_checklist_is_linked(lessons):
    page = checklist_page.page(lessons[checklist_page.LESSON])
    sections = {a for a in anchors(lessons[checklist_page.LESSON]) if a[0].isdigit()}
    linked = {anchor for _, anchor in LINK.findall(page)}
    assert sections - linked == {"15.-The-checklist"}


def test_links_of_the_lesson_are_made_for_the_docs_folder():
    text = (
        "## 9. The checklist\n\nFirst.\n\n"
        "1. One [a](#3.-A). <!-- no claim -->\n2. Two [b](05_x.ipynb#4.-B).\n\n"
        "## Quiz\n\nNot this."
    )
    page = checklist_page.page(new_notebook(cells=[new_markdown_cell(text)]))
    assert "1. One [a](../notebooks/08_porting.ipynb#3.-A).\n" in page
    assert "2. Two [b](../notebooks/05_x.ipynb#4.-B).\n" in page
    assert "no claim" not in page and "Not this" not in page


def test_a_lesson_without_a_checklist_is_told():
    with pytest.raises(CourseError, match="no section 'The checklist'"):
        checklist_page.page(new_notebook(cells=[new_markdown_cell("## 1. Else")]))
