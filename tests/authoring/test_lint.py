"""Each thing an author can get wrong is named, with its cell and its mending."""

import pytest

from grader.authoring.lint import lint
from grader.authoring.texts import sources
from grader.authoring.texts.sources import Source

LESSON = """\
# %% [markdown]
# Prose.

# %% tags=["torch"] pair="sum"
import torch

y = torch.ones(3).sum()

# %% tags=["tensorflow"] pair="sum"
import tensorflow as tf

y = tf.reduce_sum(tf.ones(3))
"""
EXERCISES = """\
# %% tags=["torch"]
def celsius(f):
    ### BEGIN SOLUTION
    return (f - 32) * 5 / 9
    ### END SOLUTION

# %% tags=["torch"]
check("start.celsius", celsius, "torch")

# %% tags=["tensorflow"]
def celsius(f):
    ### BEGIN SOLUTION
    return (f - 32) / 1.8
    ### END SOLUTION

# %% tags=["tensorflow"]
check("start.celsius", celsius, "tensorflow")
"""


def problems(
    tmp_path, text: str, folder: str, stem: str = "00_start_here"
) -> list[str]:
    source = Source(tmp_path, folder, stem)
    source.path.parent.mkdir(parents=True, exist_ok=True)
    source.path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in lint(source, sources.read(source))]


def test_what_is_well_written_has_no_problems(tmp_path):
    assert problems(tmp_path, LESSON, "lessons") == []
    assert problems(tmp_path, EXERCISES, "exercises") == []


LONG = "y = " + " + ".join(["1"] * 14)
assert len(LONG) == 57


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("y = torch.ones(3).sum()", LONG, "cell 2: 57 characters in 'y = 1 + 1"),
        ("# Prose.\n", "# Prose.\n\n# %%\n" + "1\n" * 16, "cell 2: 16 lines, at most"),
        ('tags=["torch"]', 'tags=["pytorch"]', "cell 2: unknown tag 'pytorch'"),
        ('tags=["torch"]', 'tags=["torch", "both"]', "cell 2: more than one framework"),
        ('tags=["torch"]', "tags=[torch]", "cell 2: its header is not understood"),
        ('tags=["torch"]', 'tag=["torch"]', "cell 2: its header is not understood"),
        ('# %% tags=["torch"]', "# %% A title", "cell 2: its header is not"),
        ('tags=["torch"] ', "", 'cell 2: uses torch without its tag. Tag the cell "to'),
        ("y = torch.", "y = tf.", "cell 2: uses tensorflow without its tag. Tag the c"),
        ('tags=["torch"]', 'tags=["tensorflow"]', 'Tag the cell "both"'),
        ("import torch", "import torch as", "cell 2: not valid Python"),
        ('"sum"\nimport torch', '"total"\nimport torch', "cell 2: pair 'total' has"),
        ('tags=["torch"] pair', 'tags=["both"] pair', "has both in cell 2, tensorf"),
        ("# Prose.\n", '# Prose.\n\n# %%\nhint("start.kelvin")\n', "start.kelvin"),
        ("# Prose.", "# Keras adds.", "cell 1: “Keras adds.” states a fact, and"),
        (
            "# Prose.",
            "# It adds. <!-- shown: sum -->",
            "'sum' for PyTorch (cell 2) asserts",
        ),
    ],
)
def test_what_is_wrong_in_a_lesson_is_named(tmp_path, old, new, said):
    assert old in LESSON
    found = problems(tmp_path, LESSON.replace(old, new, 1), "lessons")
    assert found
    assert any(said in text for text in found), found
    assert all(
        text.startswith("sources/lessons/00_start_here.py, cell ") for text in found
    )


def test_a_lesson_that_is_too_long_is_named(tmp_path):
    (found,) = problems(tmp_path, LESSON + "\n# %%\n1\n" * 69, "lessons")
    assert found.startswith(
        "sources/lessons/00_start_here.py: 71 rows, with a pair as one"
    )


def test_the_form_is_asked_of_lessons_that_are_not_older(tmp_path):
    found = problems(tmp_path, LESSON, "lessons", "09_new")
    assert any("it asks for 0 predictions" in text for text in found), found
    assert any("2 rows, with a pair as one, and not 45" in text for text in found)


def test_claims_and_sizes_are_asked_of_lessons_alone(tmp_path):
    text = EXERCISES + "\n# %% [markdown]\n# Keras adds.\n" + "\n# %%\n1\n" * 69
    assert problems(tmp_path, text, "exercises") == []


def test_a_pair_may_not_be_used_twice(tmp_path):
    found = problems(tmp_path, LESSON + LESSON, "lessons")
    assert len(found) == 1
    assert "A pair is one torch and one tensorflow cell" in found[0]


def test_a_cell_that_shows_a_syntax_error_is_tagged_so(tmp_path):
    text = LESSON + '\n# %% tags=["raises-exception"]\nreturn return\n'
    assert problems(tmp_path, text, "lessons") == []


def test_magics_are_python_enough(tmp_path):
    assert problems(tmp_path, LESSON + "\n# %%\n# %timeit 1\n", "lessons") == []


TORCH_CHECK = 'check("start.celsius", celsius, "torch")'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (TORCH_CHECK, 'check("start.kelvin", celsius, "torch")', "start.kelvin"),
        (
            TORCH_CHECK,
            'check("autograd.mse_gradient", celsius, "torch")',
            "cell 2: autograd.mse_gradient is of another lesson",
        ),
        (TORCH_CHECK, 'check("start.celsius", c, "torch")', "is not called celsius"),
        (TORCH_CHECK, 'check("start.celsius", celsius)', "no framework is named"),
        (TORCH_CHECK, 'check(name, celsius, "torch")', "graded cell of another form"),
        (TORCH_CHECK, TORCH_CHECK + "\nprint()", "graded cell of another form"),
        (
            TORCH_CHECK,
            TORCH_CHECK.replace("torch", "tensorflow"),
            "cell 2: checks tensorflow without its tag",
        ),
        (
            '# %% tags=["torch"]\ncheck',
            "# %%\ncheck",
            'cell 2: checks torch without its tag. Tag the cell "torch"',
        ),
        (
            TORCH_CHECK,
            "1",
            "start.celsius has no graded cells for torch",
        ),
        (
            TORCH_CHECK,
            f'{TORCH_CHECK}\n\n# %% tags=["torch"]\n{TORCH_CHECK}',
            "start.celsius has 2 graded cells for torch",
        ),
        ("def celsius", "def kelvin", "defines no function celsius"),
        (
            '# %% tags=["torch"]\ndef',
            "# %%\ndef",
            "the solution cell before it has another tag",
        ),
        ("    ### END SOLUTION\n", "", "its solution marks are ['### BEGIN SOLUTION']"),
        ("    ### BEGIN SOLUTION\n", "", "a solution mark outside a solution cell"),
        (
            f'# %% tags=["torch"]\n{TORCH_CHECK}',
            f'# %%\n1\n\n# %% tags=["torch"]\n{TORCH_CHECK}',
            "no solution cell right before it",
        ),
    ],
)
def test_what_is_wrong_in_exercises_is_named(tmp_path, old, new, said):
    assert old in EXERCISES
    found = problems(tmp_path, EXERCISES.replace(old, new, 1), "exercises")
    assert any(said in text for text in found), found


def test_a_lesson_without_references_is_named(tmp_path):
    (found,) = problems(tmp_path, EXERCISES, "exercises", "07_unwritten")
    assert "there is no lesson 'unwritten' in grader/exercises" in found
