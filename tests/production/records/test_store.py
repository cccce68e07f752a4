"""The log of runs says what differs, alike on SQLite and on PostgreSQL."""

import math
import sqlite3

import pytest

from grader.common.errors import CourseError
from grader.pictures.records.stored import stored
from grader.production.records.store import Run, Store, stored_run
from grader.production.records.values import Setting
from tests.postgres import empty_database

THREE_PARTS = "INSERT INTO lab.records.runs (run) VALUES ('one')"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def store(request):
    if request.param == "sqlite":
        made = Store.sqlite()
        yield made
        made.close()
        return
    with empty_database("log") as address:
        made = Store.postgresql(f"postgresql://{address}")
        yield made
        made.close()


def run(name, framework="torch", seed=0):
    return Run(name, framework, "2", "abc", "d", seed)


def rows(**values):
    return [Setting("optimizer", name, value, False) for name, value in values.items()]


def test_one_look_tells_all_differences_of_two_settings(store):
    same = {"rate": 0.001, "zero": 0.0, "text": "relu", "none": None, "yes": True}
    left = same | {"eps": 1e-8, "word": "same", "kind": 1.0, "gone": 3}
    right = same | {"eps": 1e-7, "word": "valid", "kind": True, "new": 4}
    right["rate"] = 0.0010000000474974513  # as float32 keeps it
    store.add(run("a"), rows(**left))
    store.add(run("b"), rows(**right))
    expected = [
        ("optimizer", "eps", "1e-08", "1e-07"),
        ("optimizer", "gone", "3", None),
        ("optimizer", "kind", "1.0", "True"),
        ("optimizer", "new", None, "4"),
        ("optimizer", "word", "same", "valid"),
    ]
    assert store.differences("a", "b") == expected
    swapped = [(place, name, b, a) for place, name, a, b in expected]
    assert store.differences("b", "a") == swapped


def test_a_third_run_adds_nothing_to_what_differs_between_two(store):
    store.add(run("a"), rows(x=1))
    store.add(run("b"), rows(x=1))
    store.add(run("c"), rows(x=2, y=1))
    assert store.differences("a", "b") == []


def test_the_stored_runs_differ_in_what_is_known_to_differ(store):
    for kept in stored("runs").result.values():
        store.add(*stored_run(kept))
    found = store.differences("stored-torch", "stored-keras")
    both = [row for row in found if None not in row]
    assert ("norm1", "kept", "0.9", "0.99") in both
    assert ("optimizer", "epsilon", "1e-08", "1e-07") in both
    assert not any(row[1] == "learning_rate" for row in found)


def test_metrics_that_are_no_numbers_are_kept_as_null(store):
    metrics = [(1, "loss", 0.5), (2, "loss", math.nan), (3, "loss", math.inf)]
    store.add(run("a"), [], metrics)
    found = store.query("SELECT step, value FROM metrics ORDER BY step")
    assert found == [(1, 0.5), (2, None), (3, None)]


@pytest.mark.parametrize(
    ("refused", "settings"),
    [
        (run("a"), []),
        (run("b", framework="another"), []),
        (run("b"), rows(x=1) + rows(x=2)),
        (run("b", seed=None), []),
    ],
    ids=["twice", "framework", "setting twice", "no seed"],
)
def test_a_run_that_is_refused_leaves_nothing_behind(store, refused, settings):
    store.add(run("a"), rows(x=1))
    with pytest.raises(CourseError, match=f"refuses run '{refused.run}'"):
        store.add(refused, settings)
    assert store.query("SELECT run FROM runs") == [("a",)]
    assert store.query("SELECT COUNT(*) FROM settings") == [(1,)]


def test_metrics_need_their_run(store):
    with pytest.raises(store._driver.IntegrityError):
        store.connection.execute("INSERT INTO metrics VALUES ('none', 0, 'loss', 1)")


def test_a_name_of_three_parts_is_refused(store):
    with pytest.raises(store._driver.Error) as refused:
        store.connection.execute(THREE_PARTS)
    said = str(refused.value)
    if isinstance(refused.value, sqlite3.Error):
        assert said == 'near ".": syntax error'
    else:
        assert said.startswith("cross-database references are not implemented")


def test_a_log_in_a_file_is_opened_again(tmp_path):
    path = str(tmp_path / "log.db")
    first = Store.sqlite(path)
    first.add(run("a"), [])
    first.close()
    again = Store.sqlite(path)
    assert again.query("SELECT run, code FROM runs") == [("a", "abc")]
    again.close()


@pytest.mark.slow
def test_a_log_on_a_server_is_opened_again():
    with empty_database("log") as address:
        first = Store.postgresql(f"postgresql://{address}")
        first.add(run("a"), [])
        first.close()
        again = Store.postgresql(f"postgresql://{address}")
        assert again.query("SELECT run FROM runs") == [("a",)]
        again.close()


@pytest.mark.slow
def test_what_is_stored_of_postgresql_is_what_a_server_says():
    from bench.records.postgresql import measure

    kept = stored("postgresql").result
    with empty_database("log") as address:
        _, found = measure(f"postgresql://{address}")
    assert [list(row) for row in found["differences"]] == kept["differences"]
    assert found["refused"].keys() == kept["refused"].keys()
