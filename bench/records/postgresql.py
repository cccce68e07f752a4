"""The SQL of the log on a PostgreSQL server."""

from typing import Any

import psycopg

from grader.pictures.records.stored import stored
from grader.production.records.store import Store, stored_run

THREE_PARTS = "INSERT INTO lab.records.runs (run) VALUES ('one')"


def measure(address: str) -> tuple[str, dict[str, Any]]:
    """The server's version, what differs between the stored runs, and what it refuses.

    Args:
        address: of an empty database.
    """
    store = Store.postgresql(address)
    for run in stored("runs").result.values():
        store.add(*stored_run(run))
    found = store.differences("stored-torch", "stored-keras")
    ((server,),) = store.query("SHOW server_version")
    refused = {
        "three parts": _refusal(store, THREE_PARTS),
        "no such run": _refusal(store, "INSERT INTO metrics VALUES ('x', 0, 'a', 1)"),
        "no number": _refusal(store, "UPDATE runs SET seed = 'seven'"),
    }
    store.close()
    return str(server).split()[0], {"differences": found, "refused": refused}


def _refusal(store: Store, sql: str) -> str:
    try:
        store.connection.execute(sql)
    except psycopg.Error as error:
        store.connection.rollback()
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    raise AssertionError(f"the server did not refuse: {sql}")
