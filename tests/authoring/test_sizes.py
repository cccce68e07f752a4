"""A lesson's rows and words are counted as a reader meets them."""

import jupytext
import pytest

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
    assert [what for _, what, _ in sizes.lint(found)] == said
