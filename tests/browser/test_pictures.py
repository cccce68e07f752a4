"""JupyterLab gives a screen reader a picture's words, stored or just drawn."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.authoring.texts.sources import KERNEL
from tests.browser.lab import Notebook

pytestmark = pytest.mark.browser

WORDS = 'A "line" rises from 0 to 2 & <stays>.'
PATH = "notebooks/described.ipynb"
WITH_AND_WITHOUT = f"""\
import matplotlib.pyplot as plt
from grader.pictures.described import show
figure, axes = plt.subplots()
axes.plot([0, 2])
show(figure, {WORDS!r})
plt.plot([2, 0]);
"""


def test_the_words_are_the_images_text_alternative(page, lab, work):
    stored = new_notebook(cells=[new_code_cell(WITH_AND_WITHOUT)])
    stored.metadata["kernelspec"] = KERNEL
    NotebookClient(stored, kernel_name="python3").execute()
    nbformat.write(stored, work / PATH)
    notebook = Notebook(page, lab, PATH)
    _described(notebook)
    notebook.run_all()
    _described(notebook)


def _described(notebook: Notebook) -> None:
    images = notebook.cell(0).locator(".jp-OutputArea-output img")
    images.nth(1).wait_for()
    assert images.count() == 2
    assert images.first.get_attribute("alt") == WORDS
    assert notebook.page.get_by_role("img", name=WORDS, exact=True).is_visible()
    assert images.last.get_attribute("alt") in (None, "")
