"""The learner's copy: complete, for one track or both, and never overwritten."""

import errno
import json
from pathlib import Path

import nbformat
import pytest

from grader.common import course
from grader.common.course import recorded_track
from grader.common.errors import CourseError
from grader.common.tracks import TRACKS, filter_track
from grader.copy import learners_copy
from grader.copy.learners_copy import start

LESSON = Path("notebooks/01_lesson.ipynb")
EXERCISE = Path("exercises/01_lesson/01_lesson_exercises.ipynb")


def notebook():
    cells = [
        nbformat.v4.new_markdown_cell("neutral"),
        nbformat.v4.new_code_cell("import torch", metadata={"tags": ["torch"]}),
        nbformat.v4.new_code_cell(
            "import tensorflow", metadata={"tags": ["tensorflow", "pair"]}
        ),
        nbformat.v4.new_code_cell("compare", metadata={"tags": ["both"]}),
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "course"
    for name in (LESSON, EXERCISE):
        (root / name).parent.mkdir(parents=True)
        nbformat.write(notebook(), root / name)
    (root / "notebooks/data.csv").write_text("1,2\n")
    (root / "notebooks/.ipynb_checkpoints").mkdir()
    (root / "notebooks/.ipynb_checkpoints/01_lesson-checkpoint.ipynb").write_text("")
    return root


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


@pytest.mark.parametrize(
    ("track", "kept"),
    [
        ("both", ["neutral", "import torch", "import tensorflow", "compare"]),
        ("torch", ["neutral", "import torch"]),
        ("tensorflow", ["neutral", "import tensorflow"]),
    ],
)
def test_a_track_keeps_its_cells_and_the_neutral_ones(track, kept):
    whole = notebook()
    before = nbformat.writes(whole)
    assert [cell.source for cell in filter_track(whole, track).cells] == kept
    assert nbformat.writes(whole) == before


def test_an_unknown_track_is_named():
    with pytest.raises(ValueError, match=r"'jax'.*both, torch, tensorflow"):
        filter_track(notebook(), "jax")


def test_a_first_start_copies_all_but_hidden_files(root, tmp_path):
    copied = start(tmp_path / "work", root=root)
    assert set(copied.added) == {EXERCISE, LESSON, Path("notebooks/data.csv")}
    assert copied.kept == ()
    files = {p.relative_to(copied.folder) for p in copied.folder.rglob("*.*")}
    assert files >= {EXERCISE, LESSON, Path(".tandem/course.json")}
    assert not list(copied.folder.rglob("*checkpoint*"))
    assert not list(copied.folder.rglob("*.partial"))
    assert (copied.folder / LESSON).read_bytes() == (root / LESSON).read_bytes()


@pytest.mark.parametrize("track", TRACKS)
def test_the_copy_is_filtered_and_remembers_its_track(root, tmp_path, track):
    folder = tmp_path / "work"
    start(folder, track, root)
    expected = [cell.source for cell in filter_track(notebook(), track).cells]
    assert sources(folder / LESSON) == expected
    assert sources(folder / EXERCISE) == expected
    record = json.loads((folder / ".tandem/course.json").read_text())
    assert record["track"] == track == recorded_track(folder)
    assert record["version"]
    assert start(folder, root=root).track == track


def graded(notebook):
    cells = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return {about["grade_id"]: about["points"] for about in cells if about.get("grade")}


@pytest.mark.parametrize("track", TRACKS)
def test_a_copy_has_what_a_class_of_its_track_is_graded_on(tmp_path, track):
    start(tmp_path / "work", track)
    sources = sorted((course.course_root() / "solutions").rglob("*.ipynb"))
    assert sources
    for source in sources:
        copied = tmp_path / "work/exercises" / source.parent.name / source.name
        expected = filter_track(nbformat.read(source, as_version=4), track)
        found = nbformat.read(copied, as_version=4)
        assert graded(found) == graded(expected)
        assert [cell.id for cell in found.cells] == [cell.id for cell in expected.cells]


def test_what_was_released_is_kept_apart_from_the_learners(root, tmp_path):
    folder = tmp_path / "work"
    start(folder, "torch", root)
    before = (folder / learners_copy.RELEASED / LESSON).read_bytes()
    assert before == (folder / LESSON).read_bytes()
    (folder / LESSON).write_text("my notes")
    start(folder, root=root)
    assert (folder / learners_copy.RELEASED / LESSON).read_bytes() == before


def test_nothing_of_the_learners_is_overwritten(root, tmp_path):
    folder = tmp_path / "work"
    start(folder, "torch", root)
    (folder / LESSON).write_text("my notes")
    (folder / ".tandem/progress.json").write_text("{}")
    (folder / "mine.txt").write_text("mine")
    (root / "notebooks/02_new.ipynb").write_bytes((root / LESSON).read_bytes())
    again = start(folder, root=root)
    assert again.kept == (LESSON,)
    assert again.added == (Path("notebooks/02_new.ipynb"),)
    assert (folder / LESSON).read_text() == "my notes"
    assert (folder / "mine.txt").read_text() == "mine"
    assert (folder / ".tandem/progress.json").read_text() == "{}"


def test_a_deleted_file_comes_back(root, tmp_path):
    folder = tmp_path / "work"
    start(folder, root=root)
    (folder / LESSON).unlink()
    assert start(folder, root=root).added == (LESSON,)


def test_another_track_needs_another_copy(root, tmp_path):
    start(tmp_path / "work", "torch", root)
    with pytest.raises(CourseError, match=r"started for the track torch.*--to"):
        start(tmp_path / "work", "tensorflow", root)


@pytest.mark.parametrize("inside", [".", "notebooks", "exercises/mine"])
def test_the_course_itself_is_no_place_for_a_copy(root, inside):
    before = sorted(root.rglob("*"))
    with pytest.raises(CourseError, match="is the course itself"):
        start(root / inside, root=root)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"track": "jax"}', "\x00"])
def test_a_damaged_record_is_one_sentence(root, tmp_path, content):
    folder = tmp_path / "work"
    start(folder, root=root)
    (folder / ".tandem/course.json").write_text(content)
    with pytest.raises(CourseError, match=r"course\.json is damaged; delete that"):
        start(folder, root=root)


def test_a_file_in_the_way_is_one_sentence(root, tmp_path):
    (tmp_path / "work").write_text("a file")
    with pytest.raises(CourseError, match=r"can't copy the course to .*work"):
        start(tmp_path / "work", root=root)


def test_a_full_disk_leaves_no_half_file(root, tmp_path, monkeypatch):
    folder = tmp_path / "work"
    write = Path.write_bytes

    def full(path, content):
        write(path, content[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(CourseError, match="No space left on device"):
            start(folder, root=root)
    assert start(folder, root=root).kept == ()
    assert sources(folder / LESSON) == sources(root / LESSON)


def test_an_installation_without_notebooks_says_so(tmp_path, monkeypatch):
    lonely = tmp_path / "grader" / "common" / "course.py"
    monkeypatch.setattr(course, "__file__", str(lonely))
    with pytest.raises(CourseError, match="notebooks are not in this installation"):
        course.course_root()
