"""A new course folder: all that grading reads, and nothing overwritten."""

import errno
import shutil

import pytest

from grader.common import course
from grader.common.errors import CourseError
from grader.grading.place import new_course
from grader.grading.place.assignment import Assignment
from grader.grading.place.course_folder import CONFIG, find_course

NOTEBOOK = "solutions/01_a/01_a_exercises.ipynb"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An installation with two assignments, the first one with a file beside it."""
    root = tmp_path / "installed"
    for name in (NOTEBOOK, "solutions/02_b/02_b_exercises.ipynb"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("{}")
    (root / "solutions/01_a/data").mkdir()
    (root / "solutions/01_a/data/points.csv").write_text("1,2\n")
    (root / "solutions/.ipynb_checkpoints").mkdir()
    (root / "solutions/.ipynb_checkpoints/old.ipynb").write_text("{}")
    shutil.copy(course.course_root() / CONFIG, root)
    for module in (course, new_course):
        monkeypatch.setattr(module, "course_root", lambda: root)
    return root


def test_it_holds_all_that_grading_reads(root, tmp_path):
    made = new_course.make(tmp_path / "new" / "class")
    assert made.folder == tmp_path / "new" / "class"
    assert made.assignments == ("01_a", "02_b")
    files = {p.relative_to(made.folder).as_posix() for p in made.folder.rglob("*.*")}
    assert files == {
        CONFIG,
        NOTEBOOK,
        "solutions/01_a/data/points.csv",
        "solutions/02_b/02_b_exercises.ipynb",
    }
    found = find_course(made.folder / "solutions")
    assert found.root == made.folder
    assert found.assignments() == ["01_a", "02_b"]
    assert "data/points.csv" in Assignment.of(found, "01_a").files


def test_the_shipped_course_becomes_one(tmp_path):
    made = new_course.make(tmp_path)
    assert "02_autograd" in made.assignments
    for name in (CONFIG, "solutions/02_autograd/02_autograd_exercises.ipynb"):
        shipped = course.course_root() / name
        assert (tmp_path / name).read_bytes() == shipped.read_bytes()
    with (tmp_path / CONFIG).open("a") as settings:
        settings.write('c.CourseDirectory.course_id = "mine"\n')
    found = find_course(tmp_path).directory
    assert found.course_id == "mine"
    assert found.db_url == f"sqlite:///{tmp_path / 'gradebook.db'}?timeout=60"


def test_nothing_is_overwritten(root, tmp_path):
    folder = tmp_path / "class"
    new_course.make(folder)
    (folder / CONFIG).write_text("mine")
    with pytest.raises(CourseError, match=r"there is something in .*class already"):
        new_course.make(folder)
    assert (folder / CONFIG).read_text() == "mine"


def test_a_file_is_no_folder(root, tmp_path):
    (tmp_path / "class").write_text("mine")
    with pytest.raises(CourseError, match=r"make a course in .*class: File exists"):
        new_course.make(tmp_path / "class")
    assert (tmp_path / "class").read_text() == "mine"


def test_what_fails_leaves_no_half_course(root, tmp_path, monkeypatch):
    copy = shutil.copyfile

    def full(source, target):
        if source.name == CONFIG:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return copy(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(CourseError, match="No space left on device"):
            new_course.make(tmp_path / "class")
    assert list((tmp_path / "class").iterdir()) == []
    assert new_course.make(tmp_path / "class").assignments == ("01_a", "02_b")


def test_where_nobody_may_write_is_a_sentence(root, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "mkdir", refused)
    with pytest.raises(CourseError, match=r"make a course in .*Permission denied"):
        new_course.make(tmp_path / "class")


def test_without_model_solutions_there_is_none(root, tmp_path):
    shutil.rmtree(root / "solutions")
    with pytest.raises(CourseError, match="left out of this installation"):
        new_course.make(tmp_path / "class")
    assert not (tmp_path / "class").exists()
