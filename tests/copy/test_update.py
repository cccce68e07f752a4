"""``course update`` on files: backups, what it tells, and what it can't know."""

import errno
from pathlib import Path

import nbformat
import pytest

from grader.common.errors import CourseError
from grader.common.tracks import TRACKS, filter_track
from grader.copy.learners_copy import RELEASED, start
from grader.copy.update import update
from tests.copy.test_merge import course_cell

LESSON = Path("notebooks/01_lesson.ipynb")
EXERCISE = Path("exercises/01_lesson/01_lesson_exercises.ipynb")
DATA = Path("notebooks/data.csv")


def tagged(text, tag=None, grade_id=None):
    cell = course_cell(text, grade_id=grade_id)
    if tag:
        cell.metadata["tags"] = [tag]
    return cell


def release(root, version):
    """A course: ``version`` is in each text that changes from one to the next."""
    lesson = nbformat.v4.new_notebook(
        cells=[
            tagged("same in all versions"),
            tagged(f"torch {version}", "torch"),
            tagged(f"tensorflow {version}", "tensorflow"),
        ]
    )
    exercise = nbformat.v4.new_notebook(
        cells=[
            tagged(f"setup {version}"),
            tagged("stub", "torch", "l-f-torch-solution"),
            tagged("check", "torch", "l-f-torch"),
        ]
    )
    for name, notebook in ((LESSON, lesson), (EXERCISE, exercise)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, root / name)
    (root / DATA).write_text(f"{version}\n")
    return root


@pytest.fixture
def root(tmp_path):
    return release(tmp_path / "course", 1)


@pytest.fixture
def work(root, tmp_path):
    start(tmp_path / "work", root=root)
    return tmp_path / "work"


def cells(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def write_cell(path, before, after):
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.source == before).source = after
    nbformat.write(notebook, path)


def state(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def actions(updated):
    return {change.name: change.action for change in updated.changes}


def test_a_current_copy_is_left_alone(root, work):
    before = state(work)
    updated = update(work, root=root)
    assert (updated.changes, updated.backups) == ((), None)
    assert state(work) == before


@pytest.mark.parametrize("track", TRACKS)
def test_an_untouched_copy_becomes_the_new_version(root, tmp_path, track):
    folder = tmp_path / track
    start(folder, track, root)
    release(root, 2)
    (root / "notebooks/02_new.ipynb").write_bytes((root / LESSON).read_bytes())
    update(folder, root=root)
    fresh = nbformat.read(root / LESSON, as_version=4)
    assert nbformat.read(folder / LESSON, as_version=4) == filter_track(fresh, track)
    assert start(folder, root=root).kept == ()
    assert start(folder, root=root).added == ()


def test_what_the_learner_wrote_stays_and_a_backup_is_kept(root, work):
    write_cell(work / EXERCISE, "stub", "my answer")
    (work / "mine.txt").write_text("mine")
    before = (work / EXERCISE).read_bytes()
    release(root, 2)
    updated = update(work / "exercises", root=root)
    assert actions(updated) == {LESSON: "updated", EXERCISE: "updated", DATA: "updated"}
    assert cells(work / EXERCISE) == ["setup 2", "my answer", "check"]
    assert (work / updated.backups / EXERCISE).read_bytes() == before
    assert (work / DATA).read_text() == "2\n"
    assert (work / "mine.txt").read_text() == "mine"
    done = state(work)
    assert update(work, root=root).changes == ()
    assert state(work) == done


def test_a_dry_run_tells_the_same_and_writes_nothing(root, work):
    write_cell(work / EXERCISE, "stub", "my answer")
    release(root, 2)
    before = state(work)
    told = update(work, dry_run=True, root=root)
    assert state(work) == before
    assert told.changes == update(work, root=root).changes


def test_start_tells_which_files_are_older_than_the_courses(root, work):
    write_cell(work / EXERCISE, "stub", "my answer")
    assert start(work, root=root).outdated == ()
    release(root, 2)
    assert set(start(work, root=root).outdated) == {LESSON, EXERCISE, DATA}
    update(work, root=root)
    assert start(work, root=root).outdated == ()


def test_a_file_that_left_the_course_goes_unless_it_was_changed(root, work):
    write_cell(work / EXERCISE, "stub", "my answer")
    run = nbformat.read(work / LESSON, as_version=4)
    run.cells[0].execution_count = 5
    nbformat.write(run, work / LESSON)
    (root / EXERCISE).unlink()
    (root / LESSON).unlink()
    updated = update(work, root=root)
    assert actions(updated) == {LESSON: "removed", EXERCISE: "kept"}
    assert not (work / LESSON).exists()
    assert (work / updated.backups / LESSON).is_file()
    assert cells(work / EXERCISE)[1] == "my answer"
    assert update(work, root=root).changes == ()


def test_a_file_that_both_dropped_is_not_told(root, work):
    (root / EXERCISE).unlink()
    (work / EXERCISE).unlink()
    assert update(work, root=root).changes == ()
    assert not (work / RELEASED / EXERCISE).exists()


def test_a_file_that_became_empty_stays_a_file(root, work):
    (root / DATA).write_bytes(b"")
    assert actions(update(work, root=root)) == {DATA: "updated"}
    assert (work / DATA).read_bytes() == b""
    assert update(work, root=root).changes == ()


def test_a_copy_from_before_there_were_records_is_left_and_told(root, work):
    (work / RELEASED / EXERCISE).unlink()
    (work / RELEASED / LESSON).unlink()
    write_cell(work / EXERCISE, "stub", "my answer")
    start(work, root=root)  # a file that is still the course's can be recorded
    assert (work / RELEASED / LESSON).is_file()
    release(root, 2)
    before = (work / EXERCISE).read_bytes()
    updated = update(work, root=root)
    assert actions(updated)[EXERCISE] == "kept"
    assert (work / EXERCISE).read_bytes() == before
    assert cells(work / LESSON)[1] == "torch 2"
    (work / EXERCISE).rename(work / "exercises/mine.ipynb")
    assert actions(update(work, root=root))[EXERCISE] == "added"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff", b'{"nbformat": 4}', b'{"nbformat": 3}']
)
def test_a_damaged_notebook_is_left_and_told(root, work, damage):
    (work / EXERCISE).write_bytes(damage)
    release(root, 2)
    updated = update(work, root=root)
    assert actions(updated)[EXERCISE] == "kept"
    assert (work / EXERCISE).read_bytes() == damage


def test_data_that_the_learner_changed_stays(root, work):
    (work / DATA).write_text("my data")
    release(root, 2)
    assert actions(update(work, root=root))[DATA] == "kept"
    assert (work / DATA).read_text() == "my data"


def test_a_full_disk_leaves_whole_files_and_the_next_update_goes_on(
    root, work, monkeypatch
):
    write_cell(work / EXERCISE, "stub", "my answer")
    release(root, 2)
    written = Path.write_bytes
    left = 4

    def fill(path, data):
        nonlocal left
        left -= 1
        if left < 0:
            written(path, data[:10])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return written(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fill)
        with pytest.raises(CourseError, match="No space left on device"):
            update(work, root=root)
    assert cells(work / EXERCISE)[1] == "my answer"
    update(work, root=root)
    assert cells(work / EXERCISE) == ["setup 2", "my answer", "check"]
    assert cells(work / LESSON)[1] == "torch 2"


def test_without_a_copy_one_sentence_says_so(tmp_path, root):
    with pytest.raises(CourseError, match="there is no copy of the course in"):
        update(tmp_path, root=root)


def shown(text):
    return [nbformat.v4.new_output("stream", text=text)]


def run_cells(path, texts, first=0):
    """Have run the cells from ``first`` on, with these outputs."""
    notebook = nbformat.read(path, as_version=4)
    for count, (cell, text) in enumerate(
        zip(notebook.cells[first:], texts, strict=False), start=1
    ):
        cell.outputs, cell.execution_count = shown(text), count
    nbformat.write(notebook, path)


def outputs(path):
    found = nbformat.read(path, as_version=4).cells
    return [o.text for cell in found for o in cell.outputs]


SHIPPED = ("one", "two", "three")


@pytest.fixture
def older(root, work):
    """A copy that was made while lessons came with their outputs."""
    run_cells(root / LESSON, SHIPPED)
    for path in (work / LESSON, work / RELEASED / LESSON):
        path.write_bytes((root / LESSON).read_bytes())
    return work


def test_lessons_come_without_outputs(root, tmp_path):
    run_cells(root / LESSON, SHIPPED)
    before = state(root)
    for track in TRACKS:
        folder = tmp_path / track
        start(folder, track, root)
        found = nbformat.read(folder / LESSON, as_version=4)
        assert all(not c.outputs and c.execution_count is None for c in found.cells)
        assert update(folder, root=root).changes == ()
        assert start(folder, root=root).kept == ()
    assert state(root) == before


def test_an_untouched_lesson_of_an_older_copy_loses_its_outputs(root, older):
    copied = start(older, root=root)
    assert (copied.kept, copied.outdated) == ((), ())
    updated = update(older, root=root)
    assert actions(updated) == {LESSON: "updated"}
    assert outputs(older / LESSON) == []
    assert outputs(older / updated.backups / LESSON) == list(SHIPPED)
    assert update(older, root=root).changes == ()


def test_what_the_learner_has_run_in_an_older_copy_stays(root, older):
    run_cells(older / LESSON, ["one", "mine"])  # the first shows what the course's did
    copied = start(older, root=root)
    assert (copied.kept, copied.outdated) == ((), ())
    update(older, root=root)
    assert outputs(older / LESSON) == ["one", "mine"]
    done = state(older)
    assert update(older, root=root).changes == () and state(older) == done


def test_a_lesson_that_was_saved_and_not_run_is_untouched(root, older):
    notebook = nbformat.read(older / LESSON, as_version=4)
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    nbformat.write(notebook, older / LESSON)
    update(older, root=root)
    assert outputs(older / LESSON) == []


def test_an_answer_that_was_not_run_yet_stays_without_the_courses_output(root, older):
    write_cell(older / LESSON, "torch 1", "torch mine")
    update(older, root=root)
    assert cells(older / LESSON)[1] == "torch mine"
    assert outputs(older / LESSON) == []


def test_outputs_stay_when_the_course_has_a_new_version(root, work):
    run_cells(work / LESSON, ["mine", "mine too"])
    assert start(work, root=root).kept == ()
    release(root, 2)
    run_cells(root / LESSON, SHIPPED)
    update(work, root=root)
    assert cells(work / LESSON)[1] == "torch 2"
    assert outputs(work / LESSON) == ["mine"]


def test_a_copy_without_a_record_of_what_was_released_keeps_what_was_run(root, older):
    (older / RELEASED / LESSON).unlink()
    assert update(older, root=root).changes == ()
    assert outputs(older / LESSON) == list(SHIPPED)
