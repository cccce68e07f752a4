"""The links of the lesson on records lead to sections that exist."""

import re

import pytest

from grader.authoring.texts import sources
from grader.authoring.texts.sources import ROOT

LESSON = "12_records"
DESTINATION = r"(?:[^\s()]|\([^\s()]*\))+"
LINK = re.compile(rf"\]\((?P<stem>\w+)?(?:\.ipynb)?(?:#(?P<anchor>{DESTINATION}))?\)")


def headings(notebook):
    """What JupyterLab calls the headings of a notebook."""
    lines = "\n".join(
        cell.source for cell in notebook.cells if cell.cell_type == "markdown"
    )
    found = re.findall(r"(?m)^#+ (.+?)\s*$", lines)
    return {re.sub(r"[`*]", "", heading).replace(" ", "-") for heading in found}


@pytest.fixture(scope="module")
def lessons():
    found = sources.find(ROOT, "lessons")
    return {source.stem: sources.read(source) for source in found}


def test_each_link_leads_to_a_section(lessons):
    text = "\n".join(
        cell.source for cell in lessons[LESSON].cells if cell.cell_type == "markdown"
    )
    found = [m for m in LINK.finditer(text) if m["stem"] or m["anchor"]]
    assert len(found) > 30
    for link in found:
        stem = link["stem"] or LESSON
        assert stem in lessons, link[0]
        assert link["anchor"] is None or link["anchor"] in headings(lessons[stem]), (
            link[0]
        )
