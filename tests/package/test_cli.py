"""The ``course`` command: help for everything, one sentence for bad input."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from grader import cli
from grader.cli.base import extra
from grader.common import course
from grader.common.errors import CourseError
from grader.copy import lab, learners_copy

COMMANDS = ("start", "lab", "list", "next", "reset", "update", "check-all")
COMMANDS += ("check", "init", "release", "grade", "regrade", "report", "doctor")


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command line in an empty folder: exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        with pytest.raises(SystemExit) as stop:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return run


@pytest.fixture
def small_course(tmp_path, monkeypatch):
    root = tmp_path / "course"
    for name in (
        str(learners_copy.FIRST_LESSON),
        "exercises/01_a/01_a_exercises.ipynb",
    ):
        (root / name).parent.mkdir(parents=True)
        nbformat.write(nbformat.v4.new_notebook(), root / name)
    monkeypatch.setattr(course, "course_root", lambda: root)
    return root


@pytest.fixture
def launched(monkeypatch):
    """Stands in for JupyterLab: what it was asked to open."""
    calls = []

    def open_lab(folder, port, browser):
        calls.append(SimpleNamespace(folder=folder, port=port, browser=browser))

    monkeypatch.setattr(lab, "open_lab", open_lab)
    return calls


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert f"Example: course {command}" in out


def test_the_reports_page_is_in_its_help(run):
    _, out, _ = run("report", "--help")
    assert "Example: course report 02_autograd --page" in out


def test_the_list_of_commands_is_complete(run):
    registered = {
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
    }
    assert registered == set(COMMANDS)
    _, out, _ = run("--help")
    assert all(f" {command} " in out for command in COMMANDS)


def test_help_imports_no_framework_and_no_notebook_tool():
    code = (
        "import sys\n"
        "from grader.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'tensorflow', 'nbgrader', 'jupyterlab', 'matplotlib'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "heavy: []", done.stderr


def test_start_says_what_it_did_and_what_it_kept(run, small_course, tmp_path):
    code, out, _ = run("start")
    assert (code, "both frameworks): added 2 files." in out) == (0, True)
    (tmp_path / "work" / learners_copy.FIRST_LESSON).write_text("mine")
    code, out, _ = run("start")
    assert code == 0
    assert "nothing to add, kept 1 file of yours." in out
    assert "kept notebooks/00_start_here.ipynb" in out


def test_an_error_is_one_sentence_and_status_2(run, small_course):
    run("start", "--track", "both")
    code, out, err = run("start", "--track", "torch")
    assert (code, out) == (2, "")
    assert err.startswith("course: ") and err.count("\n") == 1


def test_an_unknown_track_is_refused(run):
    code, _, err = run("start", "--track", "jax")
    assert code == 2
    assert "jax" in err and "Traceback" not in err


def test_lab_opens_the_copy(run, small_course, launched, tmp_path):
    code, out, _ = run("lab", "--no-browser", "--track", "both")
    assert code == 0
    assert (launched[0].folder, launched[0].browser) == (tmp_path / "work", False)
    assert "added 2 files" in out
    assert (tmp_path / "work" / learners_copy.FIRST_LESSON).is_file()


def test_lab_moves_on_from_a_taken_port_and_says_so(
    run, small_course, launched, taken, monkeypatch
):
    monkeypatch.setattr(lab, "FIRST_PORT", taken)
    code, out, _ = run("lab", "--track", "both")
    assert code == 0
    assert launched[0].port > taken
    assert f"Port {taken} is taken: using {launched[0].port}." in out


def test_lab_refuses_a_port_asked_for_and_taken(run, small_course, launched, taken):
    code, _, err = run("lab", "--track", "both", "--port", str(taken))
    assert (code, launched) == (2, [])
    assert err.startswith(f"course: port {taken} is taken")


def test_lab_takes_the_track_of_what_is_installed(
    run, small_course, launched, monkeypatch, tmp_path
):
    monkeypatch.setattr(lab, "installed", lambda name: name == "tensorflow")
    assert run("lab")[0] == 0
    assert course.recorded_track(tmp_path / "work") == "tensorflow"
    code, _, err = run("lab", "--track", "torch", "--to", "other")
    assert code == 2
    assert "needs PyTorch, which is not installed here" in err
    monkeypatch.setattr(lab, "installed", lambda name: False)
    code, _, err = run("lab", "--to", "third")
    assert code == 2
    assert "neither PyTorch nor TensorFlow is installed" in err
    assert not (tmp_path / "third").exists()


def test_jupyterlab_accepts_the_arguments(tmp_path):
    from jupyterlab.labapp import LabApp

    (tmp_path / learners_copy.FIRST_LESSON).parent.mkdir()
    (tmp_path / learners_copy.FIRST_LESSON).write_text("{}")
    app = LabApp()
    app.parse_command_line(lab.arguments(tmp_path, 8899, browser=False))
    assert app.default_url == "/lab/tree/notebooks/00_start_here.ipynb"
    assert app.news_url is None
    assert app.check_for_updates_class.__name__ == "NeverCheckForUpdate"
    assert app.config.ServerApp.root_dir == str(tmp_path)
    assert int(app.config.ServerApp.port) == 8899


def test_list_shows_each_framework_and_adds_up_points(run, small_course, tmp_path):
    run("start", "--track", "both")
    progress = {"start.celsius": {"torch": "correct", "tensorflow": "wrong"}}
    (tmp_path / "work/.tandem/progress.json").write_text(json.dumps(progress))
    code, out, _ = run("list")
    assert code == 0
    row = next(line for line in out.splitlines() if "celsius" in line)
    assert row.index("correct") < row.index("wrong")
    points = [line for line in out.splitlines() if "points" in line][-1]
    assert [word for word in points.split() if word.isdigit()][1:] == ["1", "0"]


def test_list_of_one_track_shows_one_framework(run, small_course):
    run("start", "--track", "torch")
    _, out, _ = run("list")
    assert "PyTorch" in out and "TensorFlow" not in out


def test_list_as_json_is_the_outline(run, small_course, tmp_path):
    from grader.learner.outline import outline

    run("start")
    code, out, _ = run("list", "--json")
    assert (code, json.loads(out)) == (0, outline(tmp_path / "work"))


def test_next_names_the_first_exercise_and_its_file(run):
    run("start", "--track", "torch")
    code, out, _ = run("next")
    assert code == 0
    assert out.splitlines() == [
        "Next, solve start.celsius in PyTorch:",
        f"  {Path('work/notebooks/00_start_here.ipynb')}",
        "  section 4. How an exercise works",
    ]


def test_reset_tells_where_the_backup_is(run, tmp_path):
    run("start")
    code, out, _ = run("reset", "autograd.hvp", "--framework", "torch")
    assert code == 0
    first, second, third = out.splitlines()
    assert first.startswith("autograd.hvp (PyTorch) is as it was released: exercises/")
    assert Path(second.removeprefix("Your notebook as it was: ")).is_file()
    assert "Reload Notebook from Disk" in third
    code, _, err = run("reset", "autograd.hpv")
    assert (code, "did you mean 'autograd.hvp'?" in err) == (2, True)


def test_update_tells_what_changes_and_start_hints_at_it(run, small_course, tmp_path):
    run("start")
    code, out, _ = run("update")
    assert (code, out) == (0, f"{tmp_path / 'work'} is up to date.\n")
    cell = nbformat.v4.new_code_cell("new")
    lesson = small_course / learners_copy.FIRST_LESSON
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), lesson)
    _, out, _ = run("start")
    assert "The course has a newer version of 1 file: course update brings it" in out
    for arguments, last in (("--dry-run", "dry run."), ("", "Reload Notebook")):
        code, out, _ = run("update", *filter(None, [arguments]))
        assert code == 0
        assert "updated notebooks/00_start_here.ipynb: 1 cell new" in out
        assert last in out.splitlines()[-1]
    assert "up to date" in run("update")[1]


def test_update_tells_conflicts_and_files_that_it_left(run, small_course, tmp_path):
    lesson = learners_copy.FIRST_LESSON
    cell = nbformat.v4.new_code_cell("old", id="a")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), small_course / lesson)
    (small_course / "notebooks/data.csv").write_text("1")
    run("start")
    (tmp_path / "work/notebooks/data.csv").write_text("mine")
    (small_course / "notebooks/data.csv").write_text("2")
    for root, text in ((tmp_path / "work", "mine"), (small_course, "newer")):
        cell.source = text
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), root / lesson)
    _, out, _ = run("update")
    assert "  newer: changed by both; yours stays, the course's follows" in out
    assert "kept notebooks/data.csv: " in out


@pytest.mark.parametrize(("status", "code"), [("correct", 0), ("wrong", 1)])
def test_check_all_ends_with_1_unless_all_is_correct(run, monkeypatch, status, code):
    from grader.copy import check_all

    checked = check_all.Checked()
    states = {"torch": status, "tensorflow": "not attempted"}
    checked.statuses["autograd.hvp"] = states
    checked.statuses["defaults.share_left"] = {"numpy": "correct"}
    checked.details["autograd.hvp", "torch"] = "NameError: hvp"
    monkeypatch.setattr(check_all, "check_all", lambda *arguments: checked)
    ended, out, _ = run("check-all")
    assert ended == code
    row = next(line for line in out.splitlines() if "autograd.hvp " in line)
    assert row.split() == ["autograd.hvp", *status.split(), "not", "attempted"]
    assert "autograd.hvp (PyTorch): NameError: hvp" in out
    (head,) = [line for line in out.splitlines() if "PyTorch  " in line]
    (row,) = [line for line in out.splitlines() if "share_left" in line]
    assert head.index("NumPy") == row.index("correct")


@pytest.mark.parametrize(
    "command", [["reset", "autograd.hvp"], ["update"], ["check-all"]]
)
def test_without_a_copy_a_command_says_how_to_get_one(run, command):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert "make one with course start" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["release", "02_a", "--track", "torch"], ("release", "02_a", "torch")),
        (["grade", "02_a"], ("grade", "02_a", False, None, None, False, None, None)),
        (
            ["grade", "02_a", "--json", "--timeout", "9", "--seed", "3"],
            ("grade", "02_a", True, 9, 3, False, None, None),
        ),
        (
            ["regrade", "02_a", "--dry-run", "--unsafe", "--jobs", "2"],
            ("regrade", "02_a", True, None, True, 2, None),
        ),
        (
            ["report", "02_a", "--csv", "m.csv", "--json"],
            ("report", "02_a", Path("m.csv"), True, False, None, True),
        ),
        (
            ["report", "02_a", "--page", "--to", "p.html", "--no-browser"],
            ("report", "02_a", None, False, True, Path("p.html"), False),
        ),
    ],
)
def test_class_commands_pass_their_options_on(run, monkeypatch, arguments, passed):
    from grader.grading import commands

    calls = []

    def note(name):
        return lambda *values: calls.append((name, *values)) or 3

    for name in ("release", "grade", "regrade", "report"):
        monkeypatch.setattr(commands, name, note(name))
    assert run(*arguments)[0] == 3
    assert calls == [passed]


def test_a_class_commands_error_is_one_sentence(run, monkeypatch):
    from grader.grading import commands

    def fail(*values):
        raise CourseError("no assignment is called 09_none")

    monkeypatch.setattr(commands, "grade", fail)
    code, out, err = run("grade", "09_none")
    assert (code, out, err) == (2, "", "course: no assignment is called 09_none\n")


def test_init_says_what_to_do_next(run, tmp_path):
    code, out, _ = run("init", "class")
    assert code == 0
    assert f"{tmp_path / 'class'} is ready, with 01_tensors, 02_autograd" in out
    assert "course release 01_tensors\n" in out and "course grade 01_tensors\n" in out
    code, out, err = run("init", "class")
    assert (code, out) == (2, "")
    assert err.startswith("course: there is something in ") and err.count("\n") == 1


def test_a_system_that_grading_lacks_something_of_is_one_sentence():
    sentence = "this command needs Linux or macOS: Python has no fcntl here"
    with pytest.raises(CourseError, match=sentence), extra("instructor"):
        raise ModuleNotFoundError(name="fcntl")


@pytest.mark.parametrize(
    ("arguments", "extra"), [(["grade", "02_a"], "instructor"), (["check"], "dev")]
)
def test_a_missing_extra_is_one_sentence(arguments, extra):
    code = (
        "import sys\n"
        "for name in ('nbgrader', 'nbclient', 'jupytext'): sys.modules[name] = None\n"
        "from grader.cli import main\n"
        f"main({arguments})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("course: this command needs ")
    assert f"tandem-course[{extra}]" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_dask_one_sentence_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "grader.grading.dask_cluster", raising=False)
    code, _, error = run("grade", "02_a", "--dask", "tcp://127.0.0.1:1")
    assert code == 2
    assert "needs distributed, which is not installed" in error
    assert 'pip install "tandem-course[cluster]"' in error
