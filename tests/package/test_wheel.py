"""The built package: what is in it, and both roads through an installation of it."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.package.installed import install

ROOT = Path(__file__).parents[2]
COPIED = ("notebooks", "exercises")
COURSE = "grader/_course/"
EXTENSION = ROOT / "grader/labextension"


def course_files(root, *folders):
    return {
        path.relative_to(root).as_posix()
        for folder in folders
        for path in (root / folder).rglob("*.ipynb")
        if ".ipynb_checkpoints" not in path.parts
    }


def build(kind, folder, root=ROOT, **environment):
    """The sdist or wheel of the project at ``root``, made in ``folder``."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder]
    around = os.environ | environment
    done = subprocess.run(command, cwd=root, env=around, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def without(tmp_path_factory):
    folder = tmp_path_factory.mktemp("without")
    return build("wheel", folder, TANDEM_SOLUTIONS="no")


def names(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_carries_the_course(wheel):
    carried = {name for name in names(wheel) if name.startswith(COURSE)}
    notebooks = course_files(ROOT, *COPIED, "solutions")
    assert "notebooks/00_start_here.ipynb" in notebooks
    assert carried == {COURSE + name for name in notebooks | {"nbgrader_config.py"}}


def test_it_carries_what_the_report_page_is_made_of(wheel):
    page = "grader/grading/report/page"
    assert {f"{page}/report.html", f"{page}/report.css"} <= names(wheel)


def test_it_carries_what_runs_outside_of_a_notebook(wheel):
    for part in ("java", "web/static", "web/vendor"):
        folder = ROOT / "grader/production" / part
        parts = [path for path in folder.rglob("*") if path.is_file()]
        files = {p.relative_to(ROOT).as_posix() for p in parts}
        assert {name for name in files if "__pycache__" not in name} <= names(wheel)


def test_it_leaves_out_what_authors_need(wheel):
    found = {name for name in names(wheel) if name.startswith("grader/")}
    assert "grader/exercises/autograd/mse_gradient.py" in found
    for part in ("authoring", "author.py", "variants", "variant.py", "tests"):
        assert not [name for name in found if part in name.split("/")], part


def test_it_carries_the_library_beside_the_course(wheel):
    parts = [path for path in (ROOT / "twin").rglob("*") if path.is_file()]
    carried = {path.relative_to(ROOT).as_posix() for path in parts}
    carried = {name for name in carried if "__pycache__" not in name}
    assert {"twin/py.typed", "twin/README.md"} <= carried
    assert {name for name in names(wheel) if name.startswith("twin/")} == carried


def test_nothing_else_is_installed(wheel):
    release = wheel.name.split("-py3")[0]
    assert {name.split("/")[0] for name in names(wheel)} == {
        "grader",
        "twin",
        f"{release}.dist-info",
        f"{release}.data",
    }
    shared = f"{release}.data/data/share/jupyter/"
    settings = f"{release}.data/data/etc/jupyter/jupyter_server_config.d"
    parts = [path for path in EXTENSION.rglob("*") if path.is_file()]
    extension = [path.relative_to(EXTENSION).as_posix() for path in parts]
    assert {name for name in names(wheel) if name.startswith(f"{release}.data/")} == {
        f"{settings}/tandem-course.json",
        f"{shared}kernels/tandem/kernel.json",
        *(f"{shared}labextensions/tandem-course/{name}" for name in extension),
    }


def test_it_is_the_same_out_of_the_source_distribution(wheel, tmp_path):
    with tarfile.open(build("sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    [unpacked] = tmp_path.glob("tandem_course-*")
    again = build("wheel", tmp_path / "again", unpacked)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_model_solutions_can_be_left_out(wheel, without):
    left_out = names(wheel) - names(without)
    assert left_out == {COURSE + name for name in course_files(ROOT, "solutions")}
    assert names(without) < names(wheel)


def test_a_build_that_says_neither_yes_nor_no_is_refused(tmp_path):
    with pytest.raises(AssertionError, match="TANDEM_SOLUTIONS is 'false': use yes or"):
        build("wheel", tmp_path, TANDEM_SOLUTIONS="false")


def run(wheel, folder, *arguments):
    """A command of the unpacked wheel, in a folder."""
    site = folder / "site"
    if not site.exists():
        zipfile.ZipFile(wheel).extractall(site)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from grader import cli\n"
        f"assert cli.__file__.startswith({str(folder)!r}), cli.__file__\n"
        f"cli.main({list(arguments)!r})"
    )
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_course_starts_from_it(wheel, tmp_path):
    done = run(wheel, tmp_path, "start", "--track", "torch")
    assert done.returncode == 0, done.stderr
    copied = course_files(tmp_path / "work", "notebooks", "exercises", "solutions")
    assert copied == course_files(ROOT, *COPIED)


def test_it_offers_no_command_for_authors(wheel, tmp_path):
    told = run(wheel, tmp_path, "--help").stdout
    assert " grade " in told and "To write exercises" not in told
    assert "No such command 'check'" in run(wheel, tmp_path, "check").stderr


def test_without_model_solutions_it_says_so(wheel, without, tmp_path):
    (tmp_path / "with").mkdir()
    assert "without" not in run(wheel, tmp_path / "with", "--version").stdout
    told = run(without, tmp_path, "--version").stdout
    assert told.rstrip().endswith(", without model solutions")
    refused = run(without, tmp_path, "init", "class")
    assert refused.returncode == 2
    assert "left out of this installation" in refused.stderr
    assert not (tmp_path / "class").exists()


@pytest.mark.slow
def test_both_roads_lead_through_an_installation(wheel, tmp_path):
    # On the disk that the linked packages are on.
    environment = ROOT / "build" / "installed"
    shutil.rmtree(environment, ignore_errors=True)
    try:
        python = install(wheel, environment, ("torch", "tensorflow", "instructor"))
        done = subprocess.run(
            [python, "-I", ROOT / ".ci/roads.py"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        shutil.rmtree(environment, ignore_errors=True)
