"""The README's example works when pasted, and its links lead somewhere."""

import re
import sys
from pathlib import Path

import pytest

import grader.exercises
from grader.cli import app
from grader.exercises.catalogue import exercises, lessons
from grader.learner.check import NotCorrect

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXERCISE, NOTEBOOK = re.findall(r"```python\n(.*?)```", README, re.S)


def forget():
    lessons.cache_clear()
    exercises.cache_clear()


@pytest.fixture
def pasted(tmp_path, monkeypatch):
    (tmp_path / "mylesson").mkdir()
    (tmp_path / "mylesson/__init__.py").write_text(EXERCISE)
    monkeypatch.chdir(tmp_path)
    path = [*grader.exercises.__path__, str(tmp_path)]
    monkeypatch.setattr(grader.exercises, "__path__", path)
    forget()
    yield
    forget()
    sys.modules.pop("grader.exercises.mylesson", None)


def test_the_pasted_exercise_names_the_mistake(pasted, capsys):
    with pytest.raises(NotCorrect):
        exec(NOTEBOOK, {})
    assert "uphill" in capsys.readouterr().out


def test_the_pasted_exercise_accepts_the_right_answer(pasted, capsys):
    exec(NOTEBOOK.replace("w + lr", "w - lr"), {})
    assert "uphill" not in capsys.readouterr().out


def test_the_example_is_as_short_as_promised():
    assert len(EXERCISE.splitlines()) <= 22


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_and_pictures_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_it_names_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    known = {c.name or c.callback.__name__ for c in app.registered_commands}
    assert set(re.findall(r"\bcourse ([a-z]+) (?=[-\d<])", text)) <= known
    targets = re.findall(
        r"^([a-z]+)(?= *[a-z]*:)", (ROOT / "Makefile").read_text(), re.M
    )
    assert set(re.findall(r"^ {4}make ([a-z]+)", text, re.M)) <= set(targets)
