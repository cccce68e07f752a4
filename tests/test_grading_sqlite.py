"""Engines of one process share what they have compiled, and nothing else."""

import os
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.grading import sqlite


@pytest.fixture(autouse=True)
def alembic_is_found(monkeypatch):
    """As nbgrader_config.py has it: a new gradebook calls it by name."""
    place = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([place, os.environ["PATH"]]))


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


def test_a_second_gradebook_compiles_nothing_and_sees_its_own_rows(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(sqlite, "_compiled", {})
    seen, counts = [], []
    for name in ("one", "two"):
        url = sqlite.shared(f"sqlite:///{tmp_path}/{name}.db")
        with Gradebook(url, "course") as gradebook:
            gradebook.add_assignment(f"of-{name}")
            seen.append([a.name for a in gradebook.assignments])
        counts.append(len(sqlite._compiled))
    assert seen == [["of-one"], ["of-two"]]
    assert counts[0] == counts[1] > 0


def test_the_usual_dialect_keeps_to_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(sqlite, "_compiled", {})
    with Gradebook(f"sqlite:///{tmp_path}/one.db", "course") as gradebook:
        assert gradebook.assignments == []
    assert sqlite._compiled == {}
