"""Foreign servers and foreign tables; the columns of the tables are a kind of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.options import altered, generic
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, literal, quote
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class ForeignServer(Thing):
    """A foreign server (https://www.postgresql.org/docs/current/sql-createserver.html).

    `options` are `name=value`. User mappings hold passwords and are not read.
    """

    KIND: ClassVar = "server"
    NAMESPACE: ClassVar = "server"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Foreign data"

    name: str
    wrapper: str
    type: str | None
    version: str | None
    options: tuple[str, ...]

    IF_ANY: ClassVar = any_of("pg_foreign_server")
    READ: ClassVar = f"""
        SELECT {address("pg_foreign_server", "s.oid")} AS address,
               s.srvname AS name, w.fdwname AS wrapper, s.srvtype AS type, s.srvversion AS version,
               coalesce(s.srvoptions, '{{}}') AS options
        FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
        WHERE {not_of_extension("pg_foreign_server", "s.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the server about."""
        kind = f" TYPE {literal(self.type)}" if self.type is not None else ""
        version = f" VERSION {literal(self.version)}" if self.version is not None else ""
        options = f" OPTIONS ({generic(self.options)})" if self.options else ""
        of = f" FOREIGN DATA WRAPPER {quote(self.wrapper)}"
        return (new("CREATE SERVER", f"{quote(self.name)}{kind}{version}{of}{options}"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP SERVER {quote(self.name)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change its options."""
        if changed(self, before, "wrapper", "type"):
            return None
        statements = []
        if self.version != before.version:
            version = "NULL" if self.version is None else literal(self.version)
            statements.append(f"ALTER SERVER {quote(self.name)} VERSION {version}")
        if self.options != before.options:
            statements.append(f"ALTER SERVER {self.target()} OPTIONS ({altered(before.options, self.options)})")
        return unlocked(self, statements)


@record
class ForeignTable(Thing):
    """A foreign table (https://www.postgresql.org/docs/current/sql-createforeigntable.html)."""

    KIND: ClassVar = "foreign table"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Foreign data"
    GRANTED_AS: ClassVar = "TABLE"

    schema: str
    name: str
    server: str
    options: tuple[str, ...]
    inherits: tuple[str, ...]

    IF_ANY: ClassVar = any_of("pg_foreign_server")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name, s.srvname AS server, coalesce(f.ftoptions, '{{}}') AS options,
               ARRAY(SELECT i.inhparent::regclass::text FROM pg_inherits i
                     WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno) AS inherits
        FROM pg_foreign_table f
        JOIN pg_class c ON c.oid = f.ftrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_foreign_server s ON s.oid = f.ftserver
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """The server."""
        return (Key("server", (self.server,)),)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the table about."""
        inside = ",".join(f"\n    {part.part()}" for part in parts if part.part())
        inherits = f" INHERITS ({', '.join(self.inherits)})" if self.inherits else ""
        options = f" OPTIONS ({generic(self.options)})" if self.options else ""
        body = f"({inside}\n)" if inside else "()"
        return (
            new(
                "CREATE FOREIGN TABLE",
                f"{self.target()} {body}{inherits} SERVER {quote(self.server)}{options}",
            ),
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP FOREIGN TABLE {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change its options."""
        if changed(self, before, "server", "inherits"):
            return None
        statements = []
        if self.options != before.options:
            statements.append(f"ALTER FOREIGN TABLE {self.target()} OPTIONS ({altered(before.options, self.options)})")
        return unlocked(self, statements)
