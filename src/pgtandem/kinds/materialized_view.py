"""Materialized views."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, options_changed, step
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import new, when
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.query import canonical_query
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Sides


@record
class MaterializedView(Thing):
    """A materialized view (https://www.postgresql.org/docs/current/sql-creatematerializedview.html)."""

    KIND: ClassVar = "materialized view"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    READS_ROWS: ClassVar = True
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Materialized views"
    GRANTED_AS: ClassVar = "TABLE"

    schema: str
    name: str
    options: tuple[str, ...]
    access_method: str
    tablespace: str
    populated: bool = field(compare=False)  # whether it was filled yet is a matter of the data
    definition: str

    IF_ANY: ClassVar = any_of("pg_class", "m")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name,
               {option_list(("c.reloptions", ""), ("toast.reloptions", "toast."))} AS options,
               coalesce(m.amname, '') AS access_method, coalesce(s.spcname, '') AS tablespace,
               c.relispopulated AS populated, {canonical_query("c.oid")} AS definition
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_am m ON m.oid = c.relam
        LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
        WHERE c.relkind = 'm' AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings it about, empty: its query may call what comes later."""
        using = f" USING {quote(self.access_method)}" if self.access_method not in ("heap", "") else ""
        options = f" WITH ({written(self.options)})" if self.options else ""
        place = f" TABLESPACE {quote(self.tablespace)}" if self.tablespace else ""
        created = f"{self.target()}{using}{options}{place}"
        return (new("CREATE MATERIALIZED VIEW", f"{created} AS\n{self.definition}\nWITH NO DATA"),)

    def finish(self) -> tuple[str, ...]:
        """Return the statement that fills it where it is empty."""
        empty = (
            f"SELECT FROM pg_catalog.pg_class WHERE oid = {literal(self.target())}::pg_catalog.regclass"
            " AND NOT relispopulated"
        )
        return (when(empty, f"REFRESH MATERIALIZED VIEW {self.target()}"),) if self.populated else ()

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP MATERIALIZED VIEW {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how its settings change in place."""
        if changed(self, before, "definition"):
            return None
        view, steps = f"ALTER MATERIALIZED VIEW {self.target()}", []
        if self.access_method != before.access_method:
            method = quote(self.access_method)
            steps.append(step(self, f"{view} SET ACCESS METHOD {method}", Lock.ACCESS_EXCLUSIVE, rewrites=True))
        if self.tablespace != before.tablespace:
            place = quote(self.tablespace or "pg_default")
            steps.append(step(self, f"{view} SET TABLESPACE {place}", Lock.ACCESS_EXCLUSIVE, rewrites=True))
        to_set, to_reset = options_changed(before.options, self.options)
        if to_set:
            steps.append(step(self, f"{view} SET ({written(to_set)})", Lock.SHARE_UPDATE_EXCLUSIVE))
        if to_reset:
            steps.append(step(self, f"{view} RESET ({', '.join(to_reset)})", Lock.SHARE_UPDATE_EXCLUSIVE))
        return Alteration(steps=tuple(steps))
