"""Ordinary tables; their columns, constraints and the rest are kinds of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

_REPLICA_IDENTITY = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Thing):
    """An ordinary table (https://www.postgresql.org/docs/current/sql-createtable.html).

    `persistence` is pg_class.relpersistence (`p` permanent, `u` unlogged), `options` the storage parameters as
    `name=value`, `replica_identity` pg_class.relreplident (`i`, by an index, is a field of that index).
    """

    KIND: ClassVar = "table"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Tables"
    GRANTED_AS: ClassVar = "TABLE"

    schema: str
    name: str
    persistence: str
    options: tuple[str, ...]
    replica_identity: str
    access_method: str

    READ: ClassVar = f"""
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid,
               n.nspname AS schema, c.relname AS name, c.relpersistence::text AS persistence,
               coalesce(c.reloptions, '{{}}') AS options, c.relreplident::text AS replica_identity,
               m.amname AS access_method
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_am m ON m.oid = c.relam
        WHERE c.relkind = 'r' AND NOT c.relispartition
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the table about."""
        inside = ",".join(f"\n    {part.part()}" for part in parts)
        unlogged = "UNLOGGED " if self.persistence == "u" else ""
        using = f" USING {self.access_method}" if self.access_method != "heap" else ""
        options = f" WITH ({', '.join(self.options)})" if self.options else ""
        body = f"({inside}\n)" if inside else "()"
        create = f"CREATE {unlogged}TABLE IF NOT EXISTS {self.target()} {body}{using}{options}"
        if self.replica_identity in ("f", "n"):
            return (create, f"ALTER TABLE {self.target()} REPLICA IDENTITY {_REPLICA_IDENTITY[self.replica_identity]}")
        return (create,)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TABLE {self.target()}",)
