"""The two switches of row-level security, present for every table."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import qualified
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class RowSecurity(Thing):
    """Whether policies apply to a table, and whether they bind its owner too.

    FORCE without ENABLE is a state of its own: it waits for ENABLE
    (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
    """

    KIND: ClassVar = "row security"
    NAMESPACE: ClassVar = "row security"
    IDENTITY: ClassVar = ("schema", "table")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    GUARDS: ClassVar = True
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Row-level security"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    enabled: bool
    forced: bool

    READ: ClassVar = f"""
        SELECT n.nspname AS schema, c.relname AS "table", c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that sets both switches."""
        enabled, forced = "ENABLE" if self.enabled else "DISABLE", "FORCE" if self.forced else "NO FORCE"
        table = qualified(self.schema, self.table)
        return (f"ALTER TABLE {table} {enabled} ROW LEVEL SECURITY, {forced} ROW LEVEL SECURITY",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that puts both switches off."""
        return (
            f"ALTER TABLE {qualified(self.schema, self.table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY",
        )

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that sets both switches."""
        return locked(self, self.create(), Lock.ACCESS_EXCLUSIVE)
