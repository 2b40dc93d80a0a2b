"""Statistics over several columns or expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, unlocked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class Statistics(Thing):
    """A statistics object (https://www.postgresql.org/docs/current/sql-createstatistics.html).

    `definition` is what pg_get_statisticsobjdef() prints after CREATE, but for the order of the columns, which means
    nothing: it is that of their names. `statistics` is None for the server's own target.
    """

    KIND: ClassVar = "statistics"
    NAMESPACE: ClassVar = "statistics"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("relation", ("table_schema", "table"))
    CREATED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    SECTION: ClassVar = "Indexes"
    FOLLOWS: ClassVar = True

    schema: str
    name: str
    table_schema: str
    table: str
    definition: str
    statistics: int | None

    IF_ANY: ClassVar = any_of("pg_statistic_ext")
    READ: ClassVar = f"""
        SELECT {address("pg_statistic_ext", "x.oid")} AS address,
               n.nspname AS schema, x.stxname AS name, tn.nspname AS table_schema, c.relname AS "table",
               overlay(d.text PLACING d.by_name FROM d.place + 1 FOR length(d.by_number)) AS definition,
               nullif(x.stxstattarget::int, -1) AS statistics
        FROM pg_statistic_ext x
        JOIN pg_namespace n ON n.oid = x.stxnamespace
        JOIN pg_class c ON c.oid = x.stxrelid
        JOIN pg_namespace tn ON tn.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT p.text, p.before + strpos(substr(p.text, p.before + 1), ' ON ') + 3 AS place, k.by_name, k.by_number
          FROM (SELECT substr(pg_get_statisticsobjdef(x.oid), length('CREATE ') + 1) AS text,
                       length(format('STATISTICS %I.%I', n.nspname, x.stxname)) AS before OFFSET 0) p
          CROSS JOIN (
            SELECT coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), '') AS by_name,
                   coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '') AS by_number
            FROM pg_attribute a WHERE a.attrelid = x.stxrelid AND a.attnum = ANY (x.stxkeys::int2[])) k
        ) d
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the object about."""
        there = (
            "SELECT FROM pg_catalog.pg_statistic_ext x JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace"
            f" WHERE n.nspname = {literal(self.schema)} AND x.stxname = {literal(self.name)}"
        )
        target = (
            (f"ALTER STATISTICS {self.target()} SET STATISTICS {self.statistics}",)
            if self.statistics is not None
            else ()
        )
        return (unless(there, f"CREATE {self.definition}"), *target)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP STATISTICS {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that sets its target."""
        if changed(self, before, "table_schema", "table", "definition"):
            return None
        target = -1 if self.statistics is None else self.statistics
        return unlocked(self, (f"ALTER STATISTICS {self.target()} SET STATISTICS {target}",))
