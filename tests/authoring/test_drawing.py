"""Where a cell draws and where it asserts is read from its code."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grader.authoring.running.drawing import Drawing

IMPORTS = """
from grader import agree
from grader.pictures import init_plots, plots
from grader.pictures.described import show
from grader.pictures.data_plots import batches as draw_batches
import matplotlib.pyplot as plt
def checked(x):
    assert x
def drawn():
    plots.curves()
def both():
    drawn()
    checked(1)
"""


def asserts_first(source: str, *others: tuple[str, str], tag: str = "") -> bool:
    cells = [new_code_cell(IMPORTS), new_code_cell(source)]
    cells[-1].metadata["tags"] = [tag] if tag else []
    cells += [new_code_cell(s, metadata={"tags": [t]}) for s, t in others]
    return Drawing(new_notebook(cells=cells)).asserts_first(cells[1])


@pytest.mark.parametrize(
    "source",
    [
        "assert 1\nplots.curves()",
        "agree(1, 1)\ninit_plots.by_depth()",
        "agree(1, 1)\nshow(plt.gcf(), 'words')",
        "agree(1, 1)\ndraw_batches()",
        "checked(1)\nplt.plot([1])",
        "for i in range(3):\n    checked(i)\ndrawn()",
        "if 1:\n    assert 1\nplots.curves()",
        "def mine():\n    assert 1\n    drawn()",
        "assert_near(1, 2)\ndrawn()",
    ],
)
def test_an_assertion_before_the_picture(source):
    assert asserts_first(source)


@pytest.mark.parametrize(
    "source",
    [
        "plots.curves()\nassert 1",
        "draw_batches()\nassert 1",
        "agree(1, 1)\nshown()",
        "both()",
        "for i in range(3):\n    drawn()\n    checked(i)\ndrawn()",
        "assert 1",
        "drawn()",
        "def inner():\n    assert 1\nplots.curves()",
        "again = lambda: checked(1)\ndrawn()",
        "x.curves()\nassert 1",
        "def loop():\n    loop()",
        "this is no Python",
    ],
)
def test_no_assertion_before_a_picture(source):
    assert not asserts_first(source)


def test_a_function_is_that_of_the_cells_own_framework():
    others = [
        ("def own():\n    assert 1", "torch"),
        ("def own():\n    plots.curves()", "tensorflow"),
    ]
    source = "own()\nplots.curves()\nassert 1"
    assert asserts_first(source, *others, tag="torch")
    assert not asserts_first(source, *others, tag="tensorflow")
