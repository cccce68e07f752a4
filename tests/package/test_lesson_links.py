"""The links of the lessons lead to sections that exist."""

import re

import pytest

from grader.authoring.texts import sources
from grader.authoring.texts.sources import ROOT

DESTINATION = r"(?:[^\s()]|\([^\s()]*\))+"
LINK = re.compile(rf"\]\((?:(?P<stem>\w+)\.ipynb)?(?:#(?P<anchor>{DESTINATION}))?\)")
LESSONS = {s.stem: sources.read(s) for s in sources.find(ROOT, "lessons")}


def text(notebook):
    return "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def headings(notebook):
    """What JupyterLab calls the headings of a notebook."""
    found = re.findall(r"(?m)^#+ (.+?)\s*$", text(notebook))
    return {re.sub(r"[`*]", "", heading).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_link_leads_to_a_section(lesson):
    for link in LINK.finditer(text(LESSONS[lesson])):
        stem = link["stem"] or lesson
        assert stem in LESSONS, link[0]
        anchor = link["anchor"]
        assert anchor is None or anchor in headings(LESSONS[stem]), link[0]


def test_there_are_links():
    assert len(LINK.findall(text(LESSONS["12_records"]))) > 30
