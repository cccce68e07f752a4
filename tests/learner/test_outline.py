"""The course as plain data: states, places and what is next."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

import grader
from grader.common.course import course_root
from grader.common.frameworks import TITLES
from grader.common.places import cell_id, places, text
from grader.common.status import Status
from grader.copy.learners_copy import start
from grader.exercises import catalogue
from grader.learner.outline import outline
from grader.learner.overview import next_step, overview

FRAMEWORKS = ["torch", "tensorflow"]
COLUMNS = "schemas/tandem-course/columns.json"


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    for track in ("both", "torch"):
        start(folder / track, track)
    return folder


@pytest.fixture
def work(copies):
    yield copies / "both"
    (copies / "both/.tandem/progress.json").unlink(missing_ok=True)


def store(work, done):
    (work / ".tandem/progress.json").write_text(json.dumps(done))


def exercises(course):
    return [e for lesson in course["lessons"] for e in lesson["exercises"]]


def test_lessons_come_in_order_with_their_own_minutes(work):
    course = outline(work)
    assert json.loads(json.dumps(course)) == course
    assert (course["folder"], course["track"]) == (str(work), "both")
    lessons = [lesson for lesson in course["lessons"] if lesson["notebook"]]
    notebooks = [lesson["notebook"] for lesson in lessons]
    shipped = sorted((work / "notebooks").glob("*.ipynb"))
    assert notebooks == [p.relative_to(work).as_posix() for p in shipped]
    first = course["lessons"][0]
    assert (first["title"], first["minutes"]) == ("Start here", 15)
    assert all(lesson["minutes"] > 10 for lesson in lessons)


def test_each_exercise_is_where_it_says(work):
    found = exercises(outline(work))
    expected = [e for n in catalogue.lessons() for e in catalogue.exercises(n)]
    assert [e["id"] for e in found] == [e.id for e in expected]
    for exercise in found:
        cells = json.loads((work / exercise["notebook"]).read_text())["cells"]
        written = [text(cell) for cell in cells]
        assert any(exercise["heading"] in source for source in written)
        assert exercise["anchor"] == exercise["heading"].replace(" ", "-")
        halves = list(exercise["states"])
        assert list(exercise["cells"]) == halves
        for half in halves:
            [check] = [c for c in cells if cell_id(c) == exercise["cells"][half]]
            assert f'"{exercise["id"]}"' in text(check)
            tags = check["metadata"].get("tags", [])
            assert (half in tags) if half in FRAMEWORKS else not tags


def test_an_exercises_cells_are_its_function_and_its_check():
    for exercise, place in places(course_root()).items():
        halves = catalogue.find(exercise).halves()
        assert list(place.cells) == [half or "numpy" for half in halves]
        for half, cells in place.cells.items():
            assert len(cells) == 2, exercise
            assert cells[-1] == place.checks[half]


def test_states_tries_and_points_are_those_of_the_progress(work):
    store(
        work,
        {
            "tensors.windows": {"torch": {"status": "correct", "tries": 4}},
            "autograd.hvp": {"tensorflow": {"status": "timeout", "tries": 1}},
            "defaults.running_stats": {"numpy": {"status": "correct", "tries": 1}},
        },
    )
    course = outline(work / "exercises")
    states = {e["id"]: e["states"] for e in exercises(course)}
    assert states["tensors.windows"]["torch"] == {"status": "correct", "tries": 4}
    assert states["autograd.hvp"]["tensorflow"]["status"] == Status.TIMEOUT
    assert states["autograd.hvp"]["torch"]["status"] == Status.NOT_ATTEMPTED
    assert states["defaults.running_stats"] == {
        "numpy": {"status": "correct", "tries": 1}
    }
    earned = {"torch": 3, "tensorflow": 0, "numpy": 2}
    assert course["points"]["earned"] == earned


def test_a_neutral_exercise_counts_once_in_every_track(work, copies):
    both, one = (
        outline(home)["points"]["possible"] for home in (work, copies / "torch")
    )
    neutral = [
        e for n in catalogue.lessons() for e in catalogue.exercises(n) if e.neutral
    ]
    assert both["numpy"] == one["numpy"] == sum(e.points for e in neutral) > 0
    assert both["torch"] == both["tensorflow"] == one["torch"]


def test_the_list_shows_a_neutral_exercise_with_one_state(work):
    store(work, {"defaults.running_stats": {"numpy": {"status": "wrong", "tries": 12}}})
    console = Console(width=80, file=io.StringIO())
    console.print(overview(outline(work)))
    lines = console.file.getvalue().splitlines()
    [line] = [line for line in lines if "defaults.running_stats" in line]
    assert line.split()[1:] == ["2", "10", "wrong", "(12),", "in", "NumPy"]
    assert max(map(len, lines)) <= 80
    possible = outline(work)["points"]["possible"]["numpy"]
    assert any(line.split() == [str(possible), "0,", "in", "NumPy"] for line in lines)


def test_next_is_the_first_exercise_that_is_not_correct_everywhere(work):
    store(work, {"start.celsius": dict.fromkeys(FRAMEWORKS, "correct")})
    assert outline(work)["next"] == {
        "exercise": "tensors.strides",
        "lesson": "tensors",
        "frameworks": FRAMEWORKS,
        "read_first": True,
    }
    store(work, {"start.celsius": {"torch": "correct", "tensorflow": "wrong"}})
    following = outline(work)["next"]
    assert following["exercise"] == "start.celsius"
    assert following["frameworks"] == ["tensorflow"]
    assert not following["read_first"]


def test_what_is_next_is_said_with_the_files_to_open(work, monkeypatch):
    monkeypatch.chdir(work.parent)
    store(work, {"start.celsius": dict.fromkeys(FRAMEWORKS, "correct")})
    exercise = Path("both/exercises/01_tensors/01_tensors_exercises.ipynb")
    assert next_step(outline(work)) == [
        "Next, read 01_tensors: Tensors, 55 min:",
        f"  {Path('both/notebooks/01_tensors.ipynb')}",
        "Then solve tensors.strides in PyTorch and TensorFlow:",
        f"  {exercise}",
        "  section 1. Strides, and where an element lies (1 point)",
    ]


def test_nothing_is_next_when_all_is_correct(work):
    everything = {
        e: dict.fromkeys(place.checks, "correct")
        for e, place in places(course_root()).items()
    }
    store(work, everything)
    course = outline(work)
    assert course["next"] is None
    assert course["points"]["earned"] == course["points"]["possible"]
    assert next_step(course) == ["Everything is correct: nothing is left to do."]


def test_a_copy_of_one_track_has_one_framework(copies):
    course = outline(copies / "torch")
    assert course["frameworks"] == ["torch"]
    assert course["titles"] == {"torch": "PyTorch", "numpy": "NumPy"}
    for exercise in exercises(course):
        halves = catalogue.find(exercise["id"]).halves(["torch"])
        assert list(exercise["states"]) == [half or "numpy" for half in halves]
        assert list(exercise["cells"]) == list(exercise["states"])


def test_without_a_copy_nothing_is_attempted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    course = outline(tmp_path / "none")
    assert course["folder"] is None
    assert course["frameworks"] == FRAMEWORKS


def test_a_lesson_that_is_being_written_is_listed(work, monkeypatch):
    monkeypatch.setattr(catalogue, "notebook", lambda lesson: None)
    lesson = outline(work)["lessons"][1]
    assert (lesson["title"], lesson["notebook"]) == ("tensors", None)


def test_the_extension_names_the_frameworks_as_the_package_does():
    schema = Path(grader.__file__).with_name("labextension") / COLUMNS
    views = json.loads(schema.read_text())["properties"]["view"]["oneOf"]
    titles = {view["const"]: view["title"] for view in views}
    assert titles == {"both": "Both", **{name: TITLES[name] for name in FRAMEWORKS}}
