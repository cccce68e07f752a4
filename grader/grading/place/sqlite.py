"""SQLite for a process that opens the gradebook again and again, as nbgrader does.

Each engine of SQLAlchemy compiles its statements anew, and nbgrader makes several for
each submission and looks for each of its tables with each of them. The engines of this
dialect share what they have compiled, and look once for all tables.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url

NAME = "shared"
_compiled: dict[object, object] = {}  # as many as nbgrader has statements


class Dialect(SQLiteDialect_pysqlite):
    """pysqlite, one like the other: a compiled statement's key holds its dialect."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    def has_table(
        self,
        connection: Connection,
        table_name: str,
        schema: str | None = None,
        **options: Any,
    ) -> bool:
        """Whether the table exists; a connection looks once for all of them."""
        known = connection.info.get("tables")
        if known is None:
            known = connection.info["tables"] = self.get_table_names(connection)
        return table_name in known or super().has_table(
            connection, table_name, schema, **options
        )


registry.register(f"sqlite.{NAME}", __name__, Dialect.__name__)


@event.listens_for(Engine, "engine_connect")
def _share(connection: Connection) -> None:
    if isinstance(connection.dialect, Dialect):
        connection.execution_options(compiled_cache=_compiled)


def shared(db_url: str) -> str:
    """The URL of the same database by this dialect; another server's as it is."""
    url = make_url(db_url)
    if url.drivername != "sqlite":
        return db_url
    return url.set(drivername=f"sqlite+{NAME}").render_as_string(hide_password=False)
