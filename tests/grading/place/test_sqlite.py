"""Engines of one process share what they have compiled, and nothing else."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import Engine, create_engine, event, inspect, text

from grader.grading.place import sqlite


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A new gradebook. nbgrader calls alembic by name for it."""
    made = tmp_path_factory.mktemp("made") / "gradebook.db"
    place = str(Path(sys.executable).parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([place, os.environ["PATH"]]))
        Gradebook(f"sqlite:///{made}", "course").close()
    return made


@pytest.fixture
def database(monkeypatch, empty, tmp_path):
    """The path of a gradebook's copy, by a name; nothing is compiled yet."""
    monkeypatch.setattr(sqlite, "_compiled", {})
    return lambda name: shutil.copy(empty, tmp_path / name)


@pytest.mark.parametrize(
    ("url", "same_by_ours"),
    [
        ("sqlite:////a b/g.db?timeout=60", "sqlite+shared:////a b/g.db?timeout=60"),
        ("sqlite+shared:///g.db", "sqlite+shared:///g.db"),
        ("postgresql://u:p@h/d", "postgresql://u:p@h/d"),
    ],
)
def test_only_sqlite_is_opened_by_our_dialect(url, same_by_ours):
    assert sqlite.shared(url) == same_by_ours


def test_a_second_gradebook_compiles_nothing_and_sees_its_own_rows(database):
    seen, counts = [], []
    for name in ("one", "two"):
        url = sqlite.shared(f"sqlite:///{database(name)}")
        with Gradebook(url, "course") as gradebook:
            gradebook.add_assignment(f"of-{name}")
            seen.append([a.name for a in gradebook.assignments])
        counts.append(len(sqlite._compiled))
    assert seen == [["of-one"], ["of-two"]]
    assert counts[0] == counts[1] > 0


def test_the_usual_dialect_keeps_to_itself(database):
    with Gradebook(f"sqlite:///{database('one')}", "course") as gradebook:
        assert gradebook.assignments == []
    assert sqlite._compiled == {}


def test_all_tables_are_looked_for_at_once(database):
    asked = []
    listener = ("before_cursor_execute", lambda *about: asked.append(about[2]))
    event.listen(Engine, *listener)
    try:
        url = sqlite.shared(f"sqlite:///{database('one')}")
        with Gradebook(url, "course") as gradebook:
            assert gradebook.assignments == []
    finally:
        event.remove(Engine, *listener)
    assert asked
    assert not [statement for statement in asked if "table_info" in statement]


def test_a_table_made_later_is_found(database):
    engine = create_engine(sqlite.shared(f"sqlite:///{database('one')}"))
    with engine.begin() as connection:
        assert not inspect(connection).has_table("later")
        connection.execute(text("CREATE TABLE later (id INTEGER)"))
        assert inspect(connection).has_table("later")
    engine.dispose()
