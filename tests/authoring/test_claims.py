"""A claim without a cell that would fail is found, and shown claims are listed."""

import jupytext
import pytest
from nbformat import NotebookNode

from grader.authoring.claims import claims, claims_lint, claims_page
from grader.authoring.claims.anchors import Added, Named, Replaced, Try
from grader.authoring.claims.asserting import Asserting
from grader.authoring.claims.prose import Sentence, asked, sentences

LESSON = """\
# %% [markdown]
# # Gradients in PyTorch
#
# - what PyTorch does
#
# | PyTorch | TensorFlow |
# |---|---|
# | `torch.add` | `tf.add` |

# %% tags=["torch"] pair="twice"
assert grad == 2

# %% tags=["tensorflow"] pair="twice"
agree(grad, 1.0)

# %% tags=["torch"] name="alone"
def positive(x):
    assert x > 0

# %% tags=["torch"] name="helped"
positive(grad)

# %% tags=["tensorflow"] name="keras"
assert eager and twice
assert eager or twice

# %% [markdown]
# `backward` *adds* to `.grad` in PyTorch, i.e. to what
# is there. <!-- shown: twice --> So do others. Does Keras?
#
# **You try:** the same with `torch.ones`. TensorFlow differs. <!-- try: nothing -->
"""


def notebook(text: str = LESSON) -> NotebookNode:
    return jupytext.reads(text, fmt="py:percent")


def prose(text: str) -> list[Sentence]:
    """The sentences of a cell after the first."""
    cells = ["# %% [markdown]\n# First."]
    cells.append("# %% [markdown]\n" + "\n".join(f"# {x}" for x in text.split("\n")))
    return list(sentences(notebook("\n\n".join(cells))))[1:]


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in prose(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("One\nsentence. Another\none.", ["One sentence.", "Another one."]),
        ("`a. B. c` is code. `d` too.", ["`a. B. c` is code.", "`d` too."]),
        ("``a ` b. C`` is one. So.", ["``a ` b. C`` is one.", "So."]),
        (
            "$x. Y$ and $$a. B$$ here. $z$ there.",
            ["$x. Y$ and $$a. B$$ here.", "$z$ there."],
        ),
        (
            "Many, e.g. PyTorch. Few, cf. Keras.",
            ["Many, e.g. PyTorch.", "Few, cf. Keras."],
        ),
        (
            "See [the docs](https://x.org/a.B). Then go.",
            ["See [the docs](https://x.org/a.B).", "Then go."],
        ),
        ("It is 1.5. By 2.13 it is 2.", ["It is 1.5.", "By 2.13 it is 2."]),
        (
            "**B.** It adds. *Why.* (So it is.) End.",
            ["**B.** It adds.", "*Why.*", "(So it is.)", "End."],
        ),
        ("**1.** In Keras it is.", ["**1.** In Keras it is."]),
        ("after step\n40. Up to there.", ["after step 40.", "Up to there."]),
        (
            "- one. Two\n- three\n  more\n1. four\n2. five",
            ["one.", "Two", "three more", "four", "five"],
        ),
        ("# A head. Of two\nText.", ["A head. Of two", "Text."]),
        ("> Quoted\n> text.", ["Quoted text."]),
        ("Text:\n```\ncode. More.\n```\nAfter.", ["Text:", "After."]),
        (
            "| a | b |\n|---|:-:|\n| `x|y`. Z | $|u|$ |",
            ["| a | b |", "`x|y`. Z · $|u|$"],
        ),
    ],
)
def test_prose_is_split_into_sentences(text, expected):
    assert texts(text) == expected


def test_a_long_comment_without_a_space_after_it_takes_no_time():
    comment = f"<!-- {'long ' * 20}-->"
    assert texts(f"One. {comment}Two. {comment}") == ["One.", "Two."]


@pytest.mark.parametrize(
    "text",
    [
        "It adds. <!-- shown: a, b-2 --> Next.",
        "It\nadds. <!-- shown: a -->\n<!-- shown: b-2 --> Next.",
        "It adds. <!-- shown:\na, b-2 --> Next.",
        "It adds.<!-- shown: a,b-2 -->\nNext.",
        "It adds. <!-- shown: a, b-2 --> next to it.",
        "- It adds. <!-- shown: a, b-2 -->\n- Next.",
    ],
)
def test_an_anchor_is_of_the_sentence_before_it(text):
    first, second = prose(text)
    assert (first.text, first.shown) == ("It adds.", (Named("a"), Named("b-2")))
    assert second.text.lower().startswith("next") and not second.shown


def test_an_anchor_may_stand_inside_of_a_row_or_after_it():
    for row in ("| it | adds | <!-- shown: a -->", "| it | adds <!-- shown: a --> |"):
        _, found = prose(f"| x | y |\n|---|---|\n{row}")
        assert (found.text, found.shown) == ("it · adds", (Named("a"),))


def test_questions_headings_options_and_things_to_try_claim_nothing():
    text = (
        "## Quiz\n\nWhat does Keras do?\n\n- **A** Keras adds.\n\n"
        "<details><summary>Answer in PyTorch</summary>\n\n**A.** Keras adds.\n"
        "- PyTorch too.\n</details>\n\n**You try:** do it. Keras too."
    )
    assert [(s.text, s.exempt) for s in prose(text)] == [
        ("Quiz", True),
        ("What does Keras do?", True),
        ("**A** Keras adds.", True),
        ("**A.** Keras adds.", False),
        ("PyTorch too.", False),
        ("**You try:** do it.", True),
        ("Keras too.", True),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("PyTorch's way.", {"torch"}),
        ("Keras and Dynamo.", {"torch", "tensorflow"}),
        ("XLA fuses.", {None}),
        ("`torch.compile` is it.", {"torch"}),
        ("With `nn.Linear` or `F.relu`.", {"torch"}),
        ("`@tf.function` and `x = keras.ops.add(y)`.", {"tensorflow"}),
        ("Take `torch`.", {"torch"}),
        ("Say `make lab TRACK=torch`.", set()),
        ("[Here](https://x.org/PyTorch) is `conf.x` of `mytf.y`.", set()),
        ("Both add, `pytorch_lightning`.", set()),
    ],
)
def test_whom_a_sentence_is_about(text, names):
    (sentence,) = prose(text)
    assert claims.about(sentence) == names


def test_a_row_is_about_its_tables_head():
    row = prose("| | PyTorch | Keras |\n|---|---|---|\n| mode | a | b |")[1]
    assert claims.about(row) == {"torch", "tensorflow"}
    after = prose("| | PyTorch |\n|---|---|\n| mode | a |\n\nIt adds.")[2]
    assert claims.about(after) == set()


def test_a_sound_lesson_has_no_problems():
    assert list(claims_lint.lint(notebook())) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<!-- shown: twice -->", "", "states a fact, and no cell that shows it"),
        ("<!-- shown: twice -->", "<!-- Shown: twice -->", "is no anchor"),
        ("shown: twice", "shown: thrice", "'thrice', which is no cell's name"),
        (
            "shown: twice",
            "shown: alone",
            "'alone' for PyTorch (cell 4) asserts no",
        ),
        ("assert grad == 2", "grad", "'twice' for PyTorch (cell 2) asserts nothing"),
        ("shown: twice", "shown: keras", "is shown for TensorFlow alone"),
        ("shown: twice", "shown: twice `3`", "no assertion of 'twice' has `3`"),
        (
            "in PyTorch, i.e. to what\n# is there. <!-- shown: twice",
            "in Keras. <!-- shown: keras `eager`",
            "`eager` of 'keras' for TensorFlow (cell 6) is in assert eager and twice; "
            "assert eager or twice. Quote more",
        ),
        (
            "in PyTorch, i.e. to what\n# is there. <!-- shown: twice",
            "here. <!-- shown: twice `== 2`",
            "'twice' for TensorFlow (cell 3) asserts nothing with `== 2`",
        ),
        ("shown: twice", "shown: twice `--`", "is no anchor"),
        (
            "<!-- shown: twice -->",
            "<!-- shown: twice --> <!-- no claim -->",
            "Keep one",
        ),
        ("there. <!--", "there.\n# <!--", "an anchor begins a line"),
        ("So do others.", "So does Keras.", "“So does Keras.” states a fact"),
        ("Does Keras?", "\n#\n# <!-- no claim -->", "stands after no sentence"),
        ('name="alone"', 'name="helped"', "'helped' is that of the cells 4 and 5"),
        ('name="alone"', 'name="twice"', "'twice' is that of the cells 2 and 3 and 4"),
        ('["torch"] pair="twice"', '["torch"] pair="twice" name="x"', "Drop the name"),
    ],
)
def test_each_fault_is_named(old, new, said):
    assert old in LESSON
    found = [
        f"{what}. {mend}"
        for _, what, mend in claims_lint.lint(notebook(LESSON.replace(old, new, 1)))
    ]
    assert any(said in text for text in found), found


@pytest.mark.parametrize(
    "new",
    [
        "<!-- no claim -->",
        "<!-- shown: helped -->",
        "<!-- shown: helped, twice -->",
        "<!-- shown: twice `grad==2` -->",
        "<!-- shown: helped `(grad)`, twice `assert grad` -->",
    ],
)
def test_each_way_to_answer_for_a_sentence_is_one(new):
    text = LESSON.replace("<!-- shown: twice -->", new)
    assert list(claims_lint.lint(notebook(text))) == []


def test_each_half_may_be_quoted_by_itself():
    text = LESSON.replace("in PyTorch, i.e. to what\n# is there.", "here.")
    text = text.replace("shown: twice", "shown: twice `== 2`, twice `agree(grad`")
    book = notebook(text)
    assert list(claims_lint.lint(book)) == []
    (claim,) = claims.claims(book)
    shown = [[each.line for each in half.assertions] for half in claim.halves]
    assert shown == [["assert grad == 2"], [], [], ["agree(grad, 1.0)"]]


def test_the_half_that_a_sentence_leaves_out_shows_nothing():
    (claim,) = claims.claims(notebook())
    assert [half.framework for half in claim.halves] == ["torch"]


TRIED = "<!-- try: nothing -->"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("So do others.", "So does `x`.", "“So does `x`.” states a fact, and no cell"),
        ("So do others.", "2 more do.", "“2 more do.” states a fact, and no cell"),
        ("So do others.", "So do $2$ of int32.", None),
        ("So do others.", "So do those of section 2. See `x`:", None),
        ("So do others.", "So does `x`. <!-- no claim -->", None),
        ("So do others.", "So do `x` ([from the documentation](https://x.y)).", None),
        ("So do others.", "Keras does ([from the documentation](https://x.y)).", None),
        ("So do others.", "So do 2. <!-- shown: keras `or twice` -->", None),
        (
            "So do others.",
            "So does it ([from the documentation](https://x.y)). <!-- shown: keras -->",
            "is from the documentation, and has an anchor",
        ),
        (
            "So do others.",
            "So does 1. <!-- shown: keras -->",
            "does not say which assertion of 'keras' for TensorFlow (cell 6) shows it: "
            "assert eager and twice; assert eager or twice. Write keras `part",
        ),
        ("So do others.", "All **You try:** it.", "**You try** begins no paragraph"),
        (TRIED, "", "“**You try:** the same with `torch.ones`.” has 0 edits"),
        (TRIED, f"{TRIED} {TRIED}", "has 2 edits. Write <!-- try: name `old`"),
    ],
)
def test_what_needs_an_anchor_and_which(old, new, said):
    changed = notebook(LESSON.replace(old, new, 1))
    found = [f"{what}. {mend}" for _, what, mend in claims_lint.lint(changed)]
    assert (said is None and not found) or any(said in text for text in found), found


@pytest.mark.parametrize(
    ("comment", "edits", "raises"),
    [
        ("try: nothing", (), False),
        ("try:a `x` with `y z`", (Replaced("a", "x", "y z"),), False),
        (
            "try: a `x; y` with `z`; b-2 + `f()` raises",
            (Replaced("a", "x; y", "z"), Added("b-2", "f()")),
            True,
        ),
    ],
)
def test_what_a_learner_is_asked_to_try_is_read(comment, edits, raises):
    text = f"**You try:** it. Or\nnot? <!-- {comment} -->\n\nMore."
    book = notebook("# %% [markdown]\n" + "\n".join(f"# {x}" for x in text.split("\n")))
    (found,) = asked(book)
    assert (found.cell, found.text) == (1, "**You try:** it.")
    assert found.edits == (Try(edits, raises),)


CELLS = """\
# %%
class Scale:
    def __init__(self, x):
        assert x > 0

def refused(call):
    return must_raise(call)

def must_raise(call):
    assert call is None

# %% tags=["tensorflow"]
def only_here(x):
    agree(x, 1)
"""


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("assert x == 1", ["assert x == 1"]),
        ("y = agree(x,\n          1)", ["y = agree(x, 1)"]),
        ("for x in y:\n    assert x", ["assert x"]),
        ("with a:\n    if b:\n        agree(x, 1)", ["agree(x, 1)"]),
        ("try:\n    f()\nexcept E:\n    assert x", ["assert x"]),
        ("np.testing.assert_allclose(x, y)", ["np.testing.assert_allclose(x, y)"]),
        ("Scale(3)", ["Scale(3)"]),
        ("refused(f)", ["refused(f)"]),
        (
            "for x in refused(f):\n    x",
            ["refused(f)"],
        ),
        ("x = 1", []),
        ("def f():\n    assert x", []),
        ("class C:\n    def f(self):\n        assert x", []),
        ("only_here(x)", []),
        ("x = 'assert y'", []),
    ],
)
def test_what_a_cell_asserts(cell, lines):
    text = f'{CELLS}\n# %% tags=["torch"]\n{cell}\n'
    book = notebook(text)
    found = Asserting(book).of(book.cells[-1])
    assert [each.line for each in found] == lines


def test_a_cell_that_is_meant_to_raise_asserts_it():
    book = notebook('# %% tags=["raises-exception"]\nx = 1\nx + y\n')
    assert [each.line for each in Asserting(book).of(book.cells[0])] == [
        "x + y  # raises"
    ]


def test_a_function_that_is_defined_anew_need_not_assert():
    text = "# %%\ndef f():\n    assert x\n\nf()\n\n# %%\ndef f():\n    x\n\nf()\n"
    first, second = (book := notebook(text)).cells
    asserting = Asserting(book)
    assert [each.line for each in asserting.of(first)] == ["f()"]
    assert asserting.of(second) == []


def test_the_page_lists_each_claim_with_the_assertion_that_shows_it():
    text = LESSON.replace("So do others.", "`x | y` in Keras. <!-- no claim -->")
    text = text.replace("assert grad == 2", "assert grad | 2\nassert not grad")
    text = text.replace(
        "Does Keras?", "It will ([from the documentation](https://x.y))."
    )
    text = text.replace("in PyTorch, i.e.", "in it, i.e.")
    text = text.replace("shown: twice", "shown: twice `grad|2`, twice `agree(`, helped")
    said = claims_page.page({"01_one": notebook(text)})
    assert said.startswith("# What the lessons state, and what shows it\n")
    assert said.endswith(
        "\n## 01_one\n\n"
        "1 statement, shown by 3 assertions; 1 more from the documentation.\n\n"
        "| Sentence | Cell | Assertion |\n|---|---|---|\n"
        "| `backward` *adds* to `.grad` in it, i.e. to what is there. "
        "| `twice`, PyTorch<br>`twice`, TensorFlow<br>`helped`, PyTorch "
        "| `assert grad \\| 2`<br>`agree(grad, 1.0)`<br>`positive(grad)` |\n\n"
        "From the documentation:\n\n"
        "- It will (from the documentation). <https://x.y>\n\n"
        "Marked as claiming nothing:\n\n- `x \\| y` in Keras.\n"
    )


def test_the_page_leaves_out_the_half_of_another_framework():
    said = claims_page.page({"01_one": notebook()})
    assert "is there. | `twice`, PyTorch | `assert grad == 2` |\n" in said
