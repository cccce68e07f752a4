"""A graded kernel has the learner's half of this package, all of it and no more."""

from pathlib import Path

import pytest

import grader
from tests.kernels.graded_kernel import Session

pytestmark = pytest.mark.slow
HALF = {"__init__.py", "common", "learner", "pictures"}
OUTSIDE = sorted(
    path.stem
    for path in Path(grader.__file__).parent.iterdir()
    if path.name not in HALF and (path / "__init__.py").is_file()
)
FOUND = """
import os, grader
package = os.path.dirname(grader.__file__)
print(*os.listdir(os.path.dirname(package)))
print(*sorted(name for name in os.listdir(package) if name != "__pycache__"))
"""
ELSEWHERE = """
import importlib.util, os
for name in OUTSIDE:
    print(name, importlib.util.find_spec("grader." + name))
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) != "/proc"]
    if {"judge.py", "verdict.py"} <= {*files} or {"autograd", "loops"} <= {*folders}:
        print(folder)
"""
PICTURES = """
import importlib, pkgutil
from grader import pictures
from grader.pictures import plots
for module in pkgutil.iter_modules(pictures.__path__):
    importlib.import_module("grader.pictures." + module.name)
"""
CALLED = """
from grader import agree, check, device, hint, predict, progress, reveal, solution
check("start.celsius", lambda fahrenheit: (fahrenheit - 32) / 1.8)
hint("start.celsius")
solution("start.celsius")
progress()
predict("how many?", 3)
agree(1.0, 1.0)
device("torch")
reveal("how many?", 3)
"""


@pytest.fixture(scope="module", params=["warm", "cold"])
def session(request):
    with Session(warm=request.param == "warm") as session:
        yield session


def test_the_half_is_there_and_alone(session):
    shown = session.run(FOUND)
    assert shown.raised == ""
    course, package = shown.stdout.splitlines()
    assert course == "grader"
    assert set(package.split()) == HALF


def test_the_other_half_is_nowhere(session):
    assert {"authoring", "exercises", "grading", "judging", "kernels"} <= {*OUTSIDE}
    shown = session.run(f"OUTSIDE = {OUTSIDE}" + ELSEWHERE)
    assert shown.raised == ""
    assert shown.stdout.splitlines() == [f"{name} None" for name in OUTSIDE]


@pytest.mark.parametrize("cell", [CALLED, PICTURES], ids=["functions", "pictures"])
def test_all_that_a_notebook_imports_works(session, cell):
    shown = session.run(cell)
    assert (shown.raised, shown.stderr) == ("", "")
