"""A picture comes with its text alternative, once, and is closed."""

import base64
from html import escape

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.utils.capture import capture_output
from nbclient import NotebookClient
from nbconvert.exporters import HTMLExporter

from grader.pictures.described import show

WORDS = "A <line> rises\n    from 0 to 2."
TEXT = "A <line> rises from 0 to 2."
CELL = f"""\
import matplotlib.pyplot as plt
from grader.pictures.described import show
figure, axes = plt.subplots()
axes.plot([0, 2])
show(figure, {WORDS!r})
"""


def test_in_a_notebook_it_is_one_output_with_the_words_twice():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.data.keys() == {"image/png", "text/plain"}
    assert base64.b64decode(output.data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert output.data["text/plain"] == TEXT
    assert output.metadata == {"image/png": {"alt": TEXT}}
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert f'alt="{escape(TEXT)}"' in page


def test_a_terminal_prints_the_words(capsys):
    show(plt.subplots()[0], WORDS)
    assert capsys.readouterr().out.strip() == TEXT
    assert not plt.get_fignums()


@pytest.mark.parametrize("words", ["", " \n "])
def test_without_words_it_is_refused(words):
    with capture_output() as shown, pytest.raises(ValueError, match="has no words"):
        show(plt.subplots()[0], words)
    assert not shown.outputs and not plt.get_fignums()


def test_an_empty_figure_is_refused():
    with pytest.raises(ValueError, match="the figure is empty"):
        show(plt.figure(), WORDS)
    assert not plt.get_fignums()
