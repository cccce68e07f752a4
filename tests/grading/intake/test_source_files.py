"""A submission runs beside the files that come with the assignment, not its own."""

import json
from importlib.machinery import EXTENSION_SUFFIXES

import pytest
from nbgrader.converters import Autograde

from grader.exercises import catalogue
from grader.grading import commands, execution
from grader.grading.place.course_folder import find_course
from grader.grading.plugins.source_files import lay_over, source_files
from grader.grading.plugins.steps import configured
from tests.classes import toy_course as toy

HELPER = "def twice(x):\n    return 2 * x\n"
FORGED = "def twice(x):\n    return -x\n"
OURS = {"helper.py": HELPER, "data/one.csv": "3", "tools/more.py": "factor = 3"}
USES = """import helper
from tools.more import factor
def double(x):
    return helper.twice(x) * factor / float(open("data/one.csv").read())"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Whose toy assignment comes with two modules and a table."""
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    source = tmp_path / "solutions" / toy.ASSIGNMENT
    write(
        source,
        {"helper.py": HELPER, "data/one.csv": "3", "tools/more.py": "factor = 3"},
    )
    write(source, {"__pycache__/helper.cpython-311.pyc": "no code"})
    return tmp_path


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def laid(folder, handed_in, assignment=toy.ASSIGNMENT):
    """The names that were changed, and what lies in the folder then."""
    write(folder, handed_in)
    converter = configured(Autograde, find_course().app)
    changed = lay_over(source_files(converter, assignment), folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return sorted(changed), files


@pytest.mark.parametrize(
    ("handed_in", "changed", "stays"),
    [
        ({}, [], {}),
        ({"helper.py": HELPER, "own.py": "1"}, [], {"own.py": "1"}),
        ({"helper.py": FORGED}, ["helper.py"], {}),
        ({"helper.py/x": "1"}, ["helper.py"], {}),
        ({"data": "1"}, ["data"], {}),
        # What Python takes for the module instead.
        ({"helper/__init__.py": FORGED}, ["helper"], {}),
        ({f"helper{EXTENSION_SUFFIXES[0]}": ""}, None, {}),
        ({"helper.so": ""}, ["helper.so"], {}),
        ({"tools.py": "factor = 6"}, ["tools.py"], {}),
        ({"tools/__init__.py": "factor = 6"}, ["tools/__init__.py"], {}),
        ({"tools/more/__init__.py": ""}, ["tools/more"], {}),
        # What it does not.
        ({"helper/notes.txt": "1"}, [], {"helper/notes.txt": "1"}),
        ({"data/own.csv": "1"}, [], {"data/own.csv": "1"}),
        ({"tools/own.py": "1"}, [], {"tools/own.py": "1"}),
    ],
)
def test_files_of_the_source_take_the_place_of_others(
    course, tmp_path_factory, handed_in, changed, stays
):
    folder = tmp_path_factory.mktemp("staged")
    found, files = laid(folder, handed_in)
    assert found == (sorted(handed_in) if changed is None else changed)
    assert files == OURS | stays


def test_what_a_learner_may_change_is_left(course, tmp_path_factory):
    names = ["helper.py", "data/one.csv"]
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(
            f"\nc.Autograde.exclude_overwriting = {{'{toy.ASSIGNMENT}': {names}}}"
        )
    folder = tmp_path_factory.mktemp("staged")
    assert laid(folder, {"helper.py": FORGED}) == (
        [],
        {"helper.py": FORGED, "tools/more.py": "factor = 3"},
    )


@pytest.mark.slow
@pytest.mark.parametrize("road", ["course grade", "nbgrader autograde"])
def test_a_forged_helper_earns_nothing_and_costs_nothing(course, capsys, road):
    solved = toy.submission(double=USES)
    forged = {
        "alone": {},
        "changed": {"helper.py": FORGED, "data/one.csv": "5"},
        "in-its-place": {"helper/__init__.py": FORGED, "tools.py": "factor = 6"},
    }
    for learner, files in forged.items():
        write(toy.submit(course, learner, solved).parent, files)
    if road == "course grade":
        assert commands.grade(toy.ASSIGNMENT, as_json=True) == 0
    else:
        commands.release(toy.ASSIGNMENT)
        for learner in forged:
            converted = find_course().convert(Autograde, toy.ASSIGNMENT, learner)
            assert converted.done, converted.log
        commands.report(toy.ASSIGNMENT, as_json=True)
    printed = capsys.readouterr().out
    rows = json.loads(printed[printed.index("{") :])["learners"]
    if road == "course grade":
        told = {row["learner"]: row["notes"] for row in rows}
        note = "files of the assignment had been changed: "
        assert told["alone"] == []
        assert told["changed"] == [f"{note}data/one.csv, helper.py"]
        assert f"{note}helper, tools.py" in told["in-its-place"]
    scores = {row["learner"]: row["score"] for row in rows}
    assert scores == dict.fromkeys(forged, 2)


@pytest.mark.slow
@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("cold", ["", "# TF_DETERMINISTIC_OPS is read at import"])
def test_a_kernel_starts_without_what_lies_beside_it_and_then_imports_it(
    tmp_path, unsafe, cold
):
    """A file with the name of a module that a kernel needs as it starts."""
    write(tmp_path, {"helper.py": HELPER, "ipykernel.py": "raise SystemExit"})
    notebook = toy.submission()
    del notebook.cells[2:]
    notebook.cells[1].source = f"{cold}\nimport helper\nhelper.twice(21)"
    ran = execution.execute(notebook, tmp_path, {"ExecuteAndJudge": {"unsafe": unsafe}})
    shown = [output.data["text/plain"] for output in ran.notebook.cells[1].outputs]
    assert shown == ["42"]
