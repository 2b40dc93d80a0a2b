"""Triggers."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, locked
from pgtandem.kinds.conditional import first_drop
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, trigger_in_scope
from pgtandem.model.key import qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_ENABLED = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


@record
class Trigger(Thing):
    """A trigger (https://www.postgresql.org/docs/current/sql-createtrigger.html).

    `definition` is what pg_get_triggerdef() prints after CREATE; `enabled` is pg_trigger.tgenabled. A trigger on a
    table outside the scope counts where it calls a function inside. What a partition has from its parent (`cloned`)
    counts where it is enabled or disabled on its own.
    """

    KIND: ClassVar = "trigger"
    NAMESPACE: ClassVar = "trigger"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    CREATED_UNDER: ClassVar = Lock.SHARE_ROW_EXCLUSIVE
    RECURSES: ClassVar = True
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Triggers"
    LABEL: ClassVar = "trigger {name} on {schema}.{table}"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    definition: str
    enabled: str
    cloned: bool = False
    of_parent: str = field(default="", compare=False)  # whether the parent's is enabled shows in the parent's

    READ: ClassVar = f"""
        SELECT {address("pg_trigger", "g.oid")} AS address,
               n.nspname AS schema, c.relname AS "table", g.tgname AS name,
               {canonical("substr(pg_get_triggerdef(g.oid), length('CREATE ') + 1)")} AS definition,
               g.tgenabled::text AS enabled, parent.oid IS NOT NULL AS cloned,
               coalesce(parent.tgenabled::text, '') AS of_parent
        FROM pg_trigger g
        JOIN pg_class c ON c.oid = g.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_trigger parent ON parent.oid = g.tgparentid
        WHERE NOT g.tgisinternal AND parent.tgenabled IS DISTINCT FROM g.tgenabled
          AND {trigger_in_scope("g", "n")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def essence(self) -> tuple[object, ...]:
        """A trigger is when it fires and what it calls."""
        return (self.definition.partition(f"TRIGGER {quote(self.name)} ")[2], self.enabled)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the trigger about or replace it.

        OR REPLACE asks for the TRIGGER privilege alone, where DROP asks for the table's owner; it is not to be had for
        constraint triggers (https://www.postgresql.org/docs/current/sql-createtrigger.html).
        """
        table = qualified(self.schema, self.table)
        if self.cloned:
            statements = []
        elif self.definition.startswith("CONSTRAINT"):
            statements = [first_drop("DROP TRIGGER", f"{quote(self.name)} ON {table}"), f"CREATE {self.definition}"]
        else:
            statements = [f"CREATE OR REPLACE {self.definition}"]
        if self.enabled != "O" or self.cloned:
            statements.append(self._switch(self.enabled))
        return tuple(statements)

    def _switch(self, enabled: str) -> str:
        return f"ALTER TABLE {qualified(self.schema, self.table)} {_ENABLED[enabled]} TRIGGER {quote(self.name)}"

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it, or has that of a partition go by the parent's again."""
        if self.cloned:
            return (self._switch(self.of_parent),)
        return (f"DROP TRIGGER {quote(self.name)} ON {qualified(self.schema, self.table)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that replace it and switch it on or off."""
        if changed(self, before, "cloned"):
            return None
        if changed(self, before, "definition") and "CONSTRAINT" in (self.definition[:10], before.definition[:10]):
            return None
        replace = [f"CREATE OR REPLACE {self.definition}"] if changed(self, before, "definition") else []
        switch = [self._switch(self.enabled)] if changed(self, before, "enabled") else []
        return locked(self, (*replace, *switch), Lock.SHARE_ROW_EXCLUSIVE)
