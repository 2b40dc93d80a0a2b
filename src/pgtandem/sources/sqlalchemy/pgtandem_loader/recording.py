"""Records what `create_all` would send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, create_mock_engine
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import CompileError, NoReferencedTableError, SQLAlchemyError
from sqlalchemy.sql.ddl import DDLElement
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import NullType

from .importing import error_place
from .keys import described
from .places import PLACES
from .trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .trouble import Place


class Nothing:
    """The result of a statement that was not sent: no rows."""

    rowcount = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getattr__(self, name: str) -> Any:
        empty: Any = [] if name in ("all", "fetchall", "fetchmany", "partitions", "keys") else None
        if name in ("scalars", "mappings", "unique", "columns", "tuples"):
            return lambda *_, **__: self
        return lambda *_, **__: empty


class Connection(MockConnection):
    """A connection as SQLAlchemy and listeners know it, that sends nothing; as a context manager it is itself."""

    def __init__(self, dialect: Any, take: Any) -> None:
        super().__init__(dialect, take)
        self.take = take

    def execute(self, statement: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Hand the statement to the recorder."""
        return self.take(statement, *args, **kwargs)

    scalars = execute

    def exec_driver_sql(self, statement: str, *_: Any, **__: Any) -> Any:
        """Hand the statement to the recorder as the driver would send it: with single percent signs."""
        return self.take(statement.replace("%%", "%"))

    def scalar(self, statement: Any, *args: Any, **kwargs: Any) -> None:
        """Hand the statement to the recorder; its value is NULL."""
        self.take(statement, *args, **kwargs)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name in ("begin", "begin_nested", "get_bind"):
            return lambda *_, **__: self
        if name in ("commit", "rollback", "close"):
            return lambda: None
        if name == "in_transaction":
            return lambda: True
        raise AttributeError(name)


class Recorder:
    """Takes the statements of `create_all`, with what each is about."""

    def __init__(self, notes: list[str]) -> None:
        self.notes = notes
        self.statements: list[tuple[Any, str]] = []
        # With another parameter style, every percent sign would come doubled.
        self.dialect: Any = create_mock_engine("postgresql://", self.take, paramstyle="named").dialect

    def connection(self) -> Connection:
        """A connection whose statements are recorded."""
        return Connection(self.dialect, self.take)

    def take(self, statement: Any, *_: Any, **__: Any) -> Nothing:
        """Record a statement if it defines something."""
        sql = self._text(statement)
        if sql is None:
            self.notes.append(f"a listener sends an {type(statement).__name__.lower()}, which was not run")
        elif re.match(r"\s*(select|with|show|values)\b", sql, re.IGNORECASE):
            self.notes.append(f"a listener asks the database, and was told that there is nothing: {one_line(sql)}")
        elif sql.strip():
            self.statements.append((statement, sql.strip()))
        return Nothing()

    def _text(self, statement: Any) -> str | None:
        if isinstance(statement, str):
            return statement
        if isinstance(statement, DDLElement):
            return str(statement.compile(dialect=self.dialect))
        if isinstance(statement, TextClause):
            return str(statement.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        return None


def one_line(sql: str) -> str:
    """The beginning of a statement."""
    return " ".join(sql.split())[:100]


def create_all(metadata: Any, recorder: Recorder, provided: list[str]) -> None:
    """Record what `create_all` sends; the tables of the platform are there already."""
    stand_in_tables(metadata, provided, recorder.notes)
    tables = [table for table in metadata.tables.values() if table.schema not in provided]
    whole = len(tables) == len(metadata.tables)
    try:
        metadata.create_all(recorder.connection(), checkfirst=False, **({} if whole else {"tables": tables}))
    except NoReferencedTableError as error:
        raise Trouble(f"create_all() fails: {error}", key_place(metadata, error.table_name)) from error
    except CompileError as error:
        raise Trouble(
            f"create_all() fails: {str(error).splitlines()[0]}", column_place(metadata, str(error))
        ) from error
    except SQLAlchemyError as error:
        raise Trouble(f"create_all() fails: {str(error).splitlines()[0]}", error_place(error)) from error


def stand_in_tables(metadata: Any, provided: list[str], notes: list[str]) -> None:
    """Name the tables of the platform that foreign keys refer to and the models do not have."""
    for key in foreign_keys(metadata):
        schema, _, rest = str(key._colspec).partition(".")
        name, _, column = rest.partition(".")
        if isinstance(key._colspec, str) and column and schema in provided:
            table = metadata.tables.get(f"{schema}.{name}")
            if table is None:
                Table(name, metadata, Column(column, NullType), schema=schema)
                notes.append(f"{schema}.{name}: the models have no such table; create_all() by itself would fail")
            elif column not in table.c:
                table.append_column(Column(column, NullType))


def foreign_keys(metadata: Any) -> Iterator[Any]:
    """The foreign keys of all columns."""
    for table in list(metadata.tables.values()):
        for column in table.columns:
            yield from column.foreign_keys


def key_place(metadata: Any, table_name: str) -> Place:
    """Where a foreign key to that table is written."""
    keys = (key for key in foreign_keys(metadata) if str(key._colspec).startswith(f"{table_name}."))
    return next((PLACES.of(key, key.parent) for key in keys), None)


def column_place(metadata: Any, message: str) -> Place:
    """Where the column is declared that the error names."""
    found = re.search(r"\(in table '(.+?)', column '(.+?)'\)", message)
    for table in metadata.tables.values():
        if found and table.name == found.group(1) and found.group(2) in table.c:
            place: Place = described(table).columns[found.group(2)]
            return place
    return None
