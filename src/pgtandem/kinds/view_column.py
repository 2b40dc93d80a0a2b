"""Columns of views and materialized views, which the query gives."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked, options_changed
from pgtandem.kinds.census import any_of
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Sides

_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}


@record
class ViewColumn(Thing):
    """A column of a view: its type follows from the query, its default and its settings can be set.

    https://www.postgresql.org/docs/current/sql-alterview.html
    """

    KIND: ClassVar = "view column"
    NAMESPACE: ClassVar = "column"
    IDENTITY: ClassVar = ("schema", "view", "name")
    WITHIN: ClassVar = ("relation", ("schema", "view"))
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Views"
    PROPERTY: ClassVar = True

    schema: str
    view: str
    name: str
    position: int = field(compare=False)  # the query says it
    materialized: bool
    type: str
    collation: str
    default: str | None
    storage: str
    compression: str
    statistics: int | None
    options: tuple[str, ...]

    IF_ANY: ClassVar = any_of("pg_class", "v", "m")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid", "a.attnum")} AS address,
               n.nspname AS schema, c.relname AS view, a.attname AS name, a.attnum::int AS position,
               c.relkind = 'm' AS materialized,
               format_type(a.atttypid, a.atttypmod) AS type,
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text ELSE '' END
                 AS collation,
               {canonical("pg_get_expr(d.adbin, d.adrelid)")} AS "default",
               CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage::text ELSE '' END
                 AS storage,
               a.attcompression::text AS compression, nullif(a.attstattarget, -1)::int AS statistics,
               {option_list(("a.attoptions", ""))} AS options
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('v', 'm')
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def place(self) -> int:
        """Its position."""
        return self.position

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that set what the query does not say."""
        word = "MATERIALIZED VIEW" if self.materialized else "VIEW"
        alter = f"ALTER {word} {qualified(self.schema, self.view)} ALTER COLUMN {quote(self.name)} SET"
        settings = (
            ("DEFAULT ", self.default),
            ("STORAGE ", _STORAGE.get(self.storage)),
            ("COMPRESSION ", _COMPRESSION.get(self.compression)),
            ("STATISTICS ", self.statistics),
            ("", f"({written(self.options)})" if self.options else None),
        )
        return tuple(f"{alter} {setting}{value}" for setting, value in settings if value is not None)

    def drop(self) -> tuple[str, ...]:
        """Return nothing: the column goes when the query changes."""
        return ()

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change what the query does not say."""
        word = "MATERIALIZED VIEW" if self.materialized else "VIEW"
        alter = f"ALTER {word} {qualified(self.schema, self.view)} ALTER COLUMN {quote(self.name)}"
        statements: list[str] = []
        settings: list[str] = []
        if self.default != before.default:
            statements.append(f"{alter} {'DROP DEFAULT' if self.default is None else f'SET DEFAULT {self.default}'}")
        if self.storage != before.storage:
            statements.append(f"{alter} SET STORAGE {_STORAGE.get(self.storage, 'DEFAULT')}")
        if self.compression != before.compression:
            statements.append(f"{alter} SET COMPRESSION {_COMPRESSION.get(self.compression, 'default')}")
        if self.statistics != before.statistics:
            settings.append(f"{alter} SET STATISTICS {-1 if self.statistics is None else self.statistics}")
        to_set, to_reset = options_changed(before.options, self.options)
        settings.extend([f"{alter} SET ({written(to_set)})"] if to_set else [])
        settings.extend([f"{alter} RESET ({', '.join(to_reset)})"] if to_reset else [])
        alteration = locked(self, statements, Lock.ACCESS_EXCLUSIVE)
        light = locked(self, settings, Lock.SHARE_UPDATE_EXCLUSIVE)
        return Alteration(steps=alteration.steps + light.steps)
