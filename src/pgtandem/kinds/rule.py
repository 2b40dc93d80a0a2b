"""Rewrite rules of tables and views, other than the query of a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


@record
class Rule(Thing):
    """A rule (https://www.postgresql.org/docs/current/sql-createrule.html).

    `definition` is what pg_get_ruledef() prints after CREATE; `enabled` is pg_rewrite.ev_enabled.
    """

    KIND: ClassVar = "rule"
    NAMESPACE: ClassVar = "rule"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Rules"
    LABEL: ClassVar = "rule {name} on {schema}.{table}"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    definition: str
    enabled: str

    IF_ANY: ClassVar = any_of("pg_rewrite")
    READ: ClassVar = f"""
        SELECT {address("pg_rewrite", "r.oid")} AS address,
               n.nspname AS schema, c.relname AS "table", r.rulename AS name,
               {canonical("rtrim(substr(pg_get_ruledef(r.oid), length('CREATE ') + 1), ';')")} AS definition,
               r.ev_enabled::text AS enabled
        FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the rule about or replace it."""
        table = qualified(self.schema, self.table)
        state = (
            (f"ALTER TABLE {table} {_ENABLED[self.enabled]} RULE {quote(self.name)}",)
            if self.enabled in _ENABLED
            else ()
        )
        return (f"CREATE OR REPLACE {self.definition}", *state)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP RULE {quote(self.name)} ON {qualified(self.schema, self.table)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that replace it and switch it on or off."""
        create, *switch = self.create()
        if self.enabled != before.enabled and not switch:
            switch = [f"ALTER TABLE {qualified(self.schema, self.table)} ENABLE RULE {quote(self.name)}"]
        replace = [create] if self.definition != before.definition else []
        return locked(self, (*replace, *switch), Lock.ACCESS_EXCLUSIVE)
