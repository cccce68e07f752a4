"""The log of runs in a database: SQLite in a file or in memory, or PostgreSQL."""

import math
import sqlite3
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, NamedTuple, Self

from grader.common.errors import CourseError
from grader.production.records.values import Setting, number, text

Row = tuple[Any, ...]
Metric = tuple[int, str, float]
"""A step, a name and a value."""

_RUN = "run, framework, version, code, data, seed"
_DIFFERENCES = """
    SELECT place, name, left_value, right_value FROM differences
    WHERE left_run = {mark} AND right_run = {mark} ORDER BY place, name"""


class Run(NamedTuple):
    """A row of the table ``runs``; the database adds when the run started."""

    run: str
    framework: str
    version: str
    code: str
    data: str
    seed: int


def schema() -> str:
    """The SQL that makes the tables and the view."""
    return files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")


class Store:
    """A log of runs. Each is added whole or not at all."""

    def __init__(self, connection: Any, driver: Any, mark: str) -> None:
        """Take over a connection to a database that has the tables.

        Args:
            connection: as Python's DB-API (PEP 249) has it.
            driver: its module, which has the kinds of errors.
            mark: what stands for a value in SQL: ``?`` or ``%s``.
        """
        self.connection = connection
        self._driver = driver
        self._mark = mark

    @classmethod
    def sqlite(cls, path: str = ":memory:") -> Self:
        """Open a log in a file of SQLite's, and make it where there is none."""
        connection = sqlite3.connect(path)
        # Otherwise SQLite accepts metrics of a run that does not exist.
        connection.execute("PRAGMA foreign_keys = ON")
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            connection.executescript(schema())
        return cls(connection, sqlite3, "?")

    @classmethod
    def postgresql(cls, address: str) -> Self:
        """Open a log on a PostgreSQL server, and make it where there is none.

        Args:
            address: of the database, such as ``postgresql://user@host/name``.
        """
        import psycopg

        connection = psycopg.connect(address)
        found = connection.execute("SELECT to_regclass('runs')").fetchone()
        if found is None or found[0] is None:
            connection.execute(schema().encode())
        connection.commit()
        return cls(connection, psycopg, "%s")

    def add(
        self, run: Run, settings: Iterable[Setting], metrics: Iterable[Metric] = ()
    ) -> None:
        """Record a run.

        Raises:
            CourseError: the database refuses it: the run is there already, a setting
                or a metric comes twice, or a value is one that the tables don't allow.
        """
        told = [
            (run.run, s.place, s.name, text(s.value), number(s.value), s.explicit)
            for s in settings
        ]
        measured = [
            (run.run, step, name, value if math.isfinite(value) else None)
            for step, name, value in metrics
        ]
        cursor = self.connection.cursor()
        try:
            cursor.execute(self._insert(f"runs ({_RUN})", 6), run)
            cursor.executemany(self._insert("settings", 6), told)
            cursor.executemany(self._insert("metrics", 4), measured)
        except self._driver.Error as error:
            self.connection.rollback()
            raise CourseError(
                f"the log refuses run {run.run!r}: {str(error).splitlines()[0]}"
            ) from error
        self.connection.commit()

    def query(self, sql: str, *values: object) -> list[Row]:
        """The rows that a question in SQL has for an answer.

        Args:
            sql: with a mark for each value, in the database's own form.
            values: what the marks stand for.
        """
        rows: list[Row] = self.connection.cursor().execute(sql, values).fetchall()
        return rows

    def kept(self, run: str) -> dict[str, Any]:
        """A run as ``stored_run`` reads it, to be kept as JSON."""
        named = f"WHERE run = {self._mark}"
        (row,) = self.query(f"SELECT {_RUN} FROM runs {named}", run)
        settings = f"SELECT place, name, value, number, explicit FROM settings {named}"
        metrics = f"SELECT step, name, value FROM metrics {named} ORDER BY step, name"
        told = [
            (place, name, _value(value, real), bool(explicit))
            for place, name, value, real, explicit in self.query(settings, run)
        ]
        return {
            "run": Run(*row)._asdict(),
            "settings": told,
            "metrics": self.query(metrics, run),
        }

    def differences(self, left: str, right: str) -> list[Row]:
        """What differs between two runs.

        Returns:
            (place, name, value in ``left``, value in ``right``) for each setting, by
            place and name; None where a run does not have it.
        """
        return self.query(_DIFFERENCES.format(mark=self._mark), left, right)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _insert(self, table: str, columns: int) -> str:
        marks = ", ".join([self._mark] * columns)
        return f"INSERT INTO {table} VALUES ({marks})"


def _value(told: str, real: float | None) -> str | float:
    """A setting's value: a number again, whole if it was, where it is one."""
    if real is None:
        return told
    return int(told) if told.lstrip("-").isdigit() else real


def stored_run(kept: Mapping[str, Any]) -> tuple[Run, list[Setting], list[Metric]]:
    """A run that was kept as JSON, as ``add`` takes it."""
    settings = [Setting(*row) for row in kept["settings"]]
    metrics = [(step, name, value) for step, name, value in kept["metrics"]]
    return Run(**kept["run"]), settings, metrics
