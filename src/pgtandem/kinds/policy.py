"""Row-level security policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, locked
from pgtandem.kinds.conditional import first_drop
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import no_system_schema, not_of_extension
from pgtandem.model.key import qualified, quote, role
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class Policy(Thing):
    """A policy (https://www.postgresql.org/docs/current/sql-createpolicy.html); the role `public` is everybody."""

    KIND: ClassVar = "policy"
    NAMESPACE: ClassVar = "policy"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    GUARDS: ClassVar = True
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Row-level security"
    LABEL: ClassVar = "policy {name} on {schema}.{table}"
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    permissive: bool
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None

    READ: ClassVar = f"""
        SELECT {address("pg_policy", "p.oid")} AS address,
               n.nspname AS schema, c.relname AS "table", p.polname AS name, p.polpermissive AS permissive,
               CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                 ELSE 'ALL' END AS command,
               ARRAY(SELECT r.name COLLATE "C" FROM (
                       SELECT CASE WHEN o.oid = 0 THEN 'public' ELSE pg_get_userbyid(o.oid)::text END AS name
                       FROM unnest(p.polroles) AS o(oid)) r ORDER BY 1) AS roles,
               {canonical("pg_get_expr(p.polqual, p.polrelid)")} AS "using",
               {canonical("pg_get_expr(p.polwithcheck, p.polrelid)")} AS "check"
        FROM pg_policy p
        JOIN pg_class c ON c.oid = p.polrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {no_system_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def essence(self) -> tuple[object, ...]:
        """A policy is what it lets whom do."""
        return (self.permissive, self.command, self.roles, self.using, self.check)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that put the policy in the place of any other of its name."""
        on = f"{quote(self.name)} ON {qualified(self.schema, self.table)}"
        words = [f"CREATE POLICY {on}"]
        if not self.permissive:
            words.append("  AS RESTRICTIVE")
        words.append(f"  FOR {self.command} TO {', '.join(role(name) for name in self.roles)}")
        if self.using is not None:
            words.append(f"  USING ({self.using})")
        if self.check is not None:
            words.append(f"  WITH CHECK ({self.check})")
        return (first_drop("DROP POLICY", on), "\n".join(words))

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP POLICY {quote(self.name)} ON {qualified(self.schema, self.table)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that changes roles and expressions, where none of them goes away."""
        if changed(self, before, "permissive", "command"):
            return None
        if (self.using is None) != (before.using is None) or (self.check is None) != (before.check is None):
            return None
        words = [f"ALTER POLICY {quote(self.name)} ON {qualified(self.schema, self.table)}"]
        if self.roles != before.roles:
            words.append(f"  TO {', '.join(role(name) for name in self.roles)}")
        if self.using != before.using:
            words.append(f"  USING ({self.using})")
        if self.check != before.check:
            words.append(f"  WITH CHECK ({self.check})")
        return locked(self, ("\n".join(words),), Lock.ACCESS_EXCLUSIVE)
