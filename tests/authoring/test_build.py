"""From texts to notebooks: the same bytes each time, and clear words when not."""

import io
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from grader.authoring.build import FOLDERS, Build
from grader.authoring.solutions import with_metadata
from grader.authoring.texts import sources
from grader.authoring.texts.sources import ROOT, Source

LESSON = """\
# %% [markdown]
# # A lesson

# %%
import numpy as np

print(np.arange(3))

# %% tags=["torch"] pair="sum"
total = 6

# %% tags=["tensorflow"] pair="sum"
total = 6

# %% tags=["raises-exception"]
np.ones(2) @ np.ones(3)
"""
EXERCISES = """\
# %% [markdown]
# # Exercises

# %%
from grader import check

# %% tags=["torch"] pair="celsius"
def celsius(f):
    ### BEGIN SOLUTION
    shifted = f - 32
    return shifted * 5 / 9
    ### END SOLUTION

# %% tags=["torch"] pair="celsius-check"
check("start.celsius", celsius, "torch")

# %% tags=["tensorflow"] pair="celsius"
def celsius(f):
    ### BEGIN SOLUTION
    return (f - 32) * 5 / 9
    ### END SOLUTION

# %% tags=["tensorflow"] pair="celsius-check"
check("start.celsius", celsius, "tensorflow")
"""


class Course:
    """A course of one lesson and one assignment in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lesson = Source(root, "lessons", "00_start_here")
        self.exercises = Source(root, "exercises", "00_start_here")
        for source, text in ((self.lesson, LESSON), (self.exercises, EXERCISES)):
            source.path.parent.mkdir(parents=True)
            source.path.write_text(text, encoding="utf-8")
        shutil.copy(ROOT / "nbgrader_config.py", root)

    def build(
        self, *folders: str, check: bool = False, force: bool = False
    ) -> tuple[int, str]:
        """The exit code and what was printed."""
        said = io.StringIO()
        build = Build(self.root, Console(file=said, width=400), check, force)
        return build.run(folders or FOLDERS), said.getvalue()

    def change(self, source: Source, old: str, new: str) -> None:
        text = source.path.read_text(encoding="utf-8")
        assert old in text
        source.path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


def cells(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


def test_a_lesson_is_executed_once_and_then_only_when_it_changes(course):
    code, said = course.build("notebooks")
    assert code == 0, said
    assert "notebooks/00_start_here.ipynb: written" in said
    built = course.lesson.notebook.read_bytes()
    assert cells(course.lesson.notebook)[1].outputs[0].text == "[0 1 2]\n"

    assert course.build("notebooks") == (0, "notebooks/00_start_here.ipynb: current\n")
    assert course.build("notebooks", check=True) == (0, "")

    # Running it again gives the very same bytes.
    assert course.build("notebooks", force=True)[0] == 0
    assert course.lesson.notebook.read_bytes() == built

    course.change(course.lesson, "arange(3)", "arange(4)")
    code, said = course.build("notebooks", check=True)
    assert (code, said) == (
        1,
        "✗ notebooks/00_start_here.ipynb is out of date. Mend it: "
        "python -m grader.authoring.build notebooks\n",
    )
    assert course.build("notebooks")[0] == 0
    assert cells(course.lesson.notebook)[1].outputs[0].text == "[0 1 2 3]\n"


def test_a_lesson_finds_itself_where_a_learner_has_it(course):
    """With its present text, before it was ever built and when it has changed."""
    seen = """
# %%
import json
from pathlib import Path

first = json.loads(Path("00_start_here.ipynb").read_text())["cells"][0]
print("".join(first["source"]))
"""
    for title in ("A lesson", "A lesson of another name"):
        text = (LESSON + seen).replace("# A lesson", f"# {title}")
        course.lesson.path.write_text(text, encoding="utf-8")
        code, said = course.build("notebooks")
        assert code == 0, said
        printed = cells(course.lesson.notebook)[-1].outputs[0].text
        assert printed == f"# {title}\n"


def test_the_first_lesson_shows_its_own_title_and_minutes():
    """Its last cell lists the course, and it is in it."""
    shown = [
        output["data"]["text/plain"]
        for cell in cells(ROOT / "notebooks" / "00_start_here.ipynb")
        if cell.cell_type == "code" and "progress()" in cell.source
        for output in cell.outputs
        if "data" in output
    ]
    assert shown and all("00_start_here: Start here, 15 min" in text for text in shown)
    assert all("section 4. How an exercise works" in text for text in shown)


def test_a_built_lesson_holds_nothing_of_this_machine(course):
    assert course.build("notebooks")[0] == 0
    text = course.lesson.notebook.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert str(course.root) not in text
    notebook = json.loads(text)
    wanted = {"kernelspec", "language_info", "tandem_source_hash"}
    assert notebook["metadata"].keys() == wanted
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    for cell in notebook["cells"]:
        assert "execution" not in cell["metadata"]


def test_a_cell_changed_by_hand_in_the_notebook_is_stale(course):
    assert course.build("notebooks")[0] == 0
    notebook = nbformat.read(course.lesson.notebook, as_version=4)
    notebook.cells[1].source += "  # by hand"
    nbformat.write(notebook, course.lesson.notebook)
    assert course.build("notebooks", check=True)[0] == 1


def test_a_damaged_notebook_is_stale(course):
    course.lesson.notebook.parent.mkdir()
    course.lesson.notebook.write_text("{", encoding="utf-8")
    assert course.build("notebooks", check=True)[0] == 1
    assert course.build("notebooks")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "print(np.arange(3))",
            "1 / 0",
            "cell 2: raised ZeroDivisionError: division by zero",
        ),
        ("np.arange(3)", "object()", "cell 2: its output holds '0x"),
        (
            "print(np.arange(3))",
            "import warnings; warnings.warn('w')",
            "cell 2: it writes to stderr",
        ),
        (
            "print(np.arange(3))",
            "import os; os._exit(1)",
            "cell 2: ended its kernel",
        ),
    ],
)
def test_a_lesson_that_does_not_run_well_is_not_written(course, old, new, sentence):
    course.change(course.lesson, old, new)
    code, said = course.build("notebooks")
    assert code == 1
    assert f"✗ sources/lessons/00_start_here.py, {sentence}" in said
    assert not course.lesson.notebook.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b'# %% tags="torch"\n1\n',
            "'torch' is not of type 'array' in a cell's header",
        ),
        ("# %%\n'\u00e9'\n".encode("latin-1"), "is not UTF-8: save it as UTF-8"),
    ],
)
def test_a_source_that_can_not_be_read_is_one_sentence(course, content, sentence):
    course.lesson.path.write_bytes(content)
    code, said = course.build("notebooks", check=True)
    assert code == 1
    assert said.startswith("✗ sources/lessons/00_start_here.py")
    assert sentence in said


def test_solutions_and_exercises_are_built_and_checked(course):
    code, said = course.build("solutions", "exercises", check=True)
    assert code == 1
    assert said.count("is missing. Mend it: python -m grader.authoring.build") == 2
    assert course.build("solutions", "exercises")[0] == 0
    first = course.exercises.release.read_bytes()
    assert course.build("solutions", "exercises", check=True) == (0, "")
    course.build("solutions", "exercises", force=True)
    assert course.exercises.release.read_bytes() == first

    text = course.exercises.release.read_text(encoding="utf-8")
    course.exercises.release.write_text(text.replace("Exercises", "Changed"))
    code, said = course.build("solutions", "exercises", check=True)
    assert (code, said.count("\n")) == (1, 1)
    assert (
        "exercises/00_start_here/00_start_here_exercises.ipynb is out of date" in said
    )


def test_cells_get_the_metadata_that_nbgrader_wants(course):
    notebook = with_metadata("start", sources.read(course.exercises))
    nbgrader = [cell.metadata["nbgrader"] for cell in notebook.cells]
    assert [
        (m["grade_id"], m["grade"], m["solution"], m["locked"], m.get("points"))
        for m in nbgrader
    ] == [
        ("start-locked-1", False, False, True, None),
        ("start-locked-2", False, False, True, None),
        ("start-celsius-torch-solution", False, True, False, None),
        ("start-celsius-torch", True, False, True, 1),
        ("start-celsius-tensorflow-solution", False, True, False, None),
        ("start-celsius-tensorflow", True, False, True, 1),
    ]
    assert {m["schema_version"] for m in nbgrader} == {3}
    # Tags and pairs stay: tracks and the two columns need them.
    assert notebook.cells[2].metadata["tags"] == ["torch"]
    assert notebook.cells[2].metadata["pair"] == "celsius"


def test_a_released_cell_is_a_stub_and_holds_no_solution(course):
    assert course.build("solutions", "exercises")[0] == 0
    released = cells(course.exercises.release)
    assert released[2].source == "def celsius(f):\n    raise NotImplementedError"
    assert released[3].source == 'check("start.celsius", celsius, "torch")'
    assert released[3].metadata["editable"] is False
    assert "shifted" not in course.exercises.release.read_text(encoding="utf-8")
    assert "shifted" in course.exercises.solution.read_text(encoding="utf-8")


def test_a_release_leaves_no_gradebook(course):
    course.build("exercises")
    assert not list(course.root.rglob("*.db"))


def test_marks_around_the_whole_function_are_refused(course):
    course.change(
        course.exercises,
        """def celsius(f):
    ### BEGIN SOLUTION
    shifted = f - 32
    return shifted * 5 / 9
    ### END SOLUTION""",
        """### BEGIN SOLUTION
def celsius(f):
    return (f - 32) * 5 / 9
### END SOLUTION""",
    )
    code, said = course.build("exercises")
    assert code == 1
    assert "cell 3: without its solution the cell is no function" in said
    assert not course.exercises.release.exists()


def test_without_a_configuration_nothing_is_released(course):
    (course.root / "nbgrader_config.py").unlink()
    code, said = course.build("exercises")
    assert code == 1
    assert "nbgrader_config.py is missing" in said


def test_a_notebook_without_a_source_is_a_stray(course):
    stray = course.root / "notebooks" / "old.ipynb"
    stray.parent.mkdir()
    stray.write_text("{}", encoding="utf-8")
    course.build("notebooks")
    code, said = course.build("notebooks", check=True)
    assert code == 1
    assert said.startswith("✗ notebooks/old.ipynb comes from no source.")


def test_ids_of_cells_follow_their_content_alone(course):
    before = sources.read(course.lesson)
    course.change(course.lesson, "# # A lesson", "# # A lesson\n\n# %%\n1\n\n# %%\n1")
    after = sources.read(course.lesson)
    ids = [cell.id for cell in after.cells]
    assert len(set(ids)) == len(ids)
    assert {cell.id for cell in before.cells} <= set(ids)


def test_a_lesson_is_called_as_its_references_or_by_its_stem(tmp_path):
    for stem, lesson in (
        ("02_autograd", "autograd"),
        ("05_training_loops", "loops"),  # the NOTEBOOK of grader.exercises.loops
        ("99_not_yet", "not_yet"),
        ("autograd", "autograd"),
    ):
        assert Source(tmp_path, "exercises", stem).lesson == lesson


def test_the_pages_of_claims_and_terms_are_built_and_checked(course):
    def told(state: str, *pages: str) -> str:
        return "".join(f"{page} {state}" for page in pages)

    claims, glossary = "docs/claims.md", "docs/glossary.md"
    mend = ". Mend it: python -m grader.authoring.build docs\n"
    code, said = course.build("docs", check=True)
    assert code == 1
    assert said == told(f"is missing{mend}", f"✗ {claims}", f"✗ {glossary}")
    both = f"{claims}:", f"{glossary}:"
    assert course.build("docs") == (0, told("written\n", *both))
    assert "\n## 00_start_here\n" in (course.root / claims).read_text(encoding="utf-8")
    assert course.build("docs") == (0, told("current\n", *both))
    assert course.build("docs", check=True) == (0, "")
    for page in (claims, glossary):
        (course.root / page).write_text("By hand.", encoding="utf-8")
        stale = told(f"is out of date{mend}", f"✗ {page}")
        assert course.build("docs", check=True) == (1, stale)
        course.build("docs")


def test_the_source_of_a_cell_that_only_guards_is_folded(course):
    proof = 'total = 6\n\n# %% tags=["proof"]\nassert total == 6\n'
    course.change(course.lesson, "total = 6\n", proof)
    assert course.build("notebooks")[0] == 0
    hidden = [
        cell.source
        for cell in cells(course.lesson.notebook)
        if cell.metadata.get("jupyter") == {"source_hidden": True}
    ]
    assert hidden == ["assert total == 6"] * 2
    assert course.build("notebooks", check=True) == (0, "")


def test_a_lesson_with_problems_is_told_once_and_leaves_the_page(course):
    course.change(course.lesson, 'tags=["torch"]', 'tags=["pytorch"]')
    code, said = course.build("notebooks", "docs")
    assert code == 1
    assert said.count("unknown tag 'pytorch'") == 1
    left = "left, since a lesson is to be mended\n"
    assert said.endswith(f"docs/claims.md: {left}docs/glossary.md: {left}")
    assert not (course.root / "docs").exists()
