"""A lesson's rows and words are counted as a reader meets them."""

import jupytext
import pytest
from nbformat.v4 import new_code_cell

from grader.authoring.texts import sizes

LESSON = """\
# %% [markdown]
# # Four words are here
# and <!-- shown: not, these --> five more
# do | -- | stand.

# %% tags=["torch"] pair="sum"
1

# %% tags=["tensorflow"] pair="sum"
1

# %%
1

# %% [markdown]
# ## Quiz
#
# These are not counted.

# %% [markdown]
# nor these
{more}
"""


def notebook(more: str = ""):
    return jupytext.reads(LESSON.format(more=more), fmt="py:percent")


def test_a_pair_is_one_row():
    assert sizes.rows(notebook()) == 5


def test_words_are_without_quiz_and_anchors():
    assert sizes.words(notebook()) == 9
    assert sizes.words(notebook("\n# %% [markdown]\n# ## After it\n# two more")) == 13


@pytest.mark.parametrize(
    ("rows", "words", "said"),
    [
        (65, 1791, []),
        (66, 0, ["71 rows, with a pair as one, at most 70 are read"]),
        (0, 1792, ["1801 words of prose without the quiz, at most 1800 are read"]),
    ],
)
def test_what_is_too_long_is_told(rows, words, said):
    found = notebook()
    found.cells[0].source += " word" * words
    found.cells += notebook().cells[3:4] * rows
    limits = sizes.OLDER_LIMITS
    assert [what for _, what, _ in sizes.lint(found, limits)] == said


@pytest.mark.parametrize(
    ("rows", "lines", "said"),
    [
        (40, 6, []),
        (39, 1, ["44 rows, with a pair as one, and not 45"]),
        (40, 7, ["half of its cells have 7 lines or more, where at most 6 are read"]),
    ],
)
def test_a_lesson_of_the_present_form_is_not_too_short_and_has_short_cells(
    rows, lines, said
):
    found = notebook()
    found.cells += [notebook().cells[3].copy() for _ in range(rows)]
    for cell in found.cells:
        if cell.cell_type == "code":
            cell.source = "\n".join("1" * lines)
    told = [what for _, what, _ in sizes.lint(found, sizes.LIMITS)]
    assert len(told) == len(said)
    assert all(what.startswith(start) for what, start in zip(told, said, strict=True))


def test_a_folded_cell_is_not_among_those_that_are_read():
    found = notebook()
    before = sizes.lines(found)
    long = new_code_cell("1\n" * 14, metadata={"tags": ["proof"]})
    found.cells += [long] * 9
    assert sizes.lines(found) == before == 1
