"""Schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.conditional import new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@record
class Schema(Thing):
    """A schema (https://www.postgresql.org/docs/current/ddl-schemas.html)."""

    KIND: ClassVar = "schema"
    NAMESPACE: ClassVar = "schema"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Schemas and extensions"
    GRANTED_AS: ClassVar = "SCHEMA"
    HOLDS: ClassVar = True

    name: str

    READ: ClassVar = f"""
        SELECT {address("pg_namespace", "n.oid")} AS address, n.nspname AS name
        FROM pg_namespace n
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_namespace", "n.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the schema about."""
        return (new("CREATE SCHEMA", quote(self.name)),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP SCHEMA {quote(self.name)}",)
