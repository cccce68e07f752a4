"""Where a lesson leaves the form that lessons have since 06_data, it is told."""

import jupytext
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.authoring.claims.claims_lint import lint as claims
from grader.authoring.form import form_lint, glossary_page, minutes, pictures
from grader.authoring.form.terms import terms, twice

FIRST = """\
# %% [markdown]
# # A lesson
#
# | Section | Minutes |
# |---|---|
# | 1. A section | {minutes} |
# | Quiz | 1 |
#
# It follows another.

# %%
import numpy as np

# %% [markdown]
# ## 1. A section
#
# A **learning rate** is how far a step goes. **How it breaks.** It grows.
"""
PREDICTION = """
# %%
predict("a.{n}", ...)

# %%
reveal("a.{n}", 1)
"""
TRY = """
# %% name="spread"
factor = 1

# %% [markdown]
# **You try:** double it. <!-- try: spread `factor = 1` with `factor = 2`{proof} -->
#
# <details><summary>Answer</summary>
#
# PyTorch gives 2.
#
# </details>
"""
PROVED = TRY.format(proof="; spread + `assert factor == 2`")
PROOF = """
# %% tags=["proof"]
assert factor == 1
"""
QUIZ = """
# %% [markdown]
# ## Quiz
#
# **1.** Which is **bold**?
"""


def read(text: str):
    return jupytext.reads(text, fmt="py:percent")


def lesson(*more: str, asked: int = 4, of: int = 8) -> str:
    predictions = "".join(PREDICTION.format(n=n) for n in range(asked))
    return FIRST.format(minutes=of) + predictions + "".join(more) + QUIZ


def problems(text: str) -> list[str]:
    return [what for _, what, _ in form_lint.lint(read(text))]


def test_what_has_the_form_has_no_problems():
    assert problems(lesson(PROVED, PROOF, of=10)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lesson(asked=3), "it asks for 3 predictions, not for 4 to 6"),
        (lesson(asked=7, of=11), "it asks for 7 predictions, not for 4 to 6"),
        (lesson('\n# %%\npredict("b.c", 1)\n'), "prediction 'b.c' is never revealed"),
        (lesson('\n# %%\nreveal("b.c", 1)\n'), "prediction 'b.c' is never asked for"),
        (
            lesson(PROVED.replace("<details><summary>Answer</summary>", "")),
            "“**You try:** double it.” has no answer below it",
        ),
        (
            lesson(PROVED, PROOF.replace("assert factor", "factor")),
            "it is tagged proof, and asserts nothing",
        ),
        (
            lesson("\n# %% [markdown]\n# **Learning rates** are small.\n"),
            "**Learning rates** is bold, and was in cell 3",
        ),
        (
            lesson(of=20),
            "its table gives 20 minutes for '1. A section', which takes about 8 by",
        ),
        (lesson(of=20), "its table adds up to 21 minutes, and the lesson takes about"),
        (
            lesson().replace("# ## 1. A section", "# ## 1. Another"),
            "its table has '1. A section', which is no section",
        ),
        (
            lesson("\n# %% [markdown]\n# ## 2. More\n"),
            "its table lacks the section '2. More'",
        ),
    ],
)
def test_what_leaves_it_is_named(text, said):
    found = problems(text)
    assert any(said in what for what in found), found


def test_an_exercise_to_solve_needs_no_answer_below_it():
    here = "\n# %% [markdown]\n# **You try:** `a.exercise`. <!-- try: nothing -->\n"
    thought = here.replace("`a.exercise`", "think")
    assert problems(lesson(here)) == []
    assert problems(lesson(thought)) == ["“**You try:** think.” has no answer below it"]


def test_minutes_are_by_words_rows_and_tasks():
    text = lesson(PROVED, PROOF, asked=2)
    section, quiz = minutes.estimated(read(text)).values()
    # 4 rows of predictions and 1 of code; 2 predictions, 1 thing to try; 22 words.
    assert section == pytest.approx(5 * 0.5 + 3 + 22 / 150)
    assert quiz == pytest.approx(1 + 4 / 150)
    assert minutes.stated(read(text)) == {"1. A section": 8, "Quiz": 1}


def test_a_pair_is_read_as_one_row():
    pair = '\n# %% tags=["torch"] pair="a"\n1\n\n# %% tags=["tensorflow"] pair="a"\n1\n'
    alone, paired = (minutes.estimated(read(lesson(m))) for m in ("", pair))
    assert paired["1. A section"] - alone["1. A section"] == 0.5


def test_a_section_for_a_second_reading_is_still_that_section():
    text = lesson().replace("| 1. A section |", "| 1. A section (*second reading*) |")
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PROVED, 0),
        (TRY.format(proof=" raises"), 0),
        (TRY.format(proof=""), 1),
        (PROVED + "\n# %% [markdown]\n# PyTorch gives 3.\n", 1),
        (PROVED.replace("# </details>", "# </details>\n#\n# PyTorch gives 3."), 1),
    ],
)
def test_an_answer_that_its_edit_asserts_needs_no_anchor(text, told):
    found = [what for _, what, _ in claims(read(text)) if "states a fact" in what]
    assert len(found) == told, found


def test_terms_are_bold_once_and_not_in_the_quiz():
    (term,) = terms(read(lesson()))
    assert (term.name, term.section) == ("learning rate", "1. A section")
    assert term.sentence == "A **learning rate** is how far a step goes."


def test_two_lessons_define_no_term_twice():
    other = lesson().replace("A **learning rate**", "**Learning rates**")
    found = list(twice({"06_a": read(lesson()), "07_b": read(other)}))
    ((stem, term, earlier),) = found
    assert (stem, term.name, earlier) == ("07_b", "Learning rates", "06_a")


def test_the_glossary_is_sorted_and_leaves_older_lessons_out():
    linked = "[Dense](06_a.ipynb) **batches** are small."
    first = lesson().replace("A **learning rate** is how far a step goes.", linked)
    older = lesson().replace("learning rate", "momentum")
    lessons = {"05_training_loops": older, "06_a": first, "07_b": lesson()}
    page = glossary_page.page({stem: read(text) for stem, text in lessons.items()})
    assert "momentum" not in page
    assert page.index("## batches") < page.index("## learning rate")
    assert "\nDense **batches** are small.\n" in page
    assert "From [07_b](../notebooks/07_b.ipynb), 1. A section.\n" in page


@pytest.mark.parametrize(
    ("metadata", "told"), [({"image/png": {"alt": "words"}}, []), ({}, [1])]
)
def test_a_picture_without_words_is_told(metadata, told):
    shown = new_output("display_data", {"image/png": ""}, metadata=metadata)
    cell = new_code_cell("draw()", outputs=[shown])
    found = pictures.undescribed(new_notebook(cells=[cell]))
    assert [number for number, *_ in found] == told
