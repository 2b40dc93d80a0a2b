"""Access methods of tables and indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension
from pgtandem.model.key import literal, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = {"t": "TABLE", "i": "INDEX"}


@record
class AccessMethod(Thing):
    """An access method (https://www.postgresql.org/docs/current/sql-create-access-method.html)."""

    KIND: ClassVar = "access method"
    NAMESPACE: ClassVar = "access method"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Schemas and extensions"

    name: str
    type: str
    handler: str

    IF_ANY: ClassVar = any_of("pg_am")
    READ: ClassVar = f"""
        SELECT {address("pg_am", "x.oid")} AS address,
               x.amname AS name, x.amtype::text AS type, x.amhandler::text AS handler
        FROM pg_am x
        WHERE {not_of_extension("pg_am", "x.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the access method about."""
        there = f"SELECT FROM pg_catalog.pg_am WHERE amname = {literal(self.name)}"
        create = f"CREATE ACCESS METHOD {quote(self.name)} TYPE {_TYPES[self.type]} HANDLER {self.handler}"
        return (unless(there, create),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP ACCESS METHOD {quote(self.name)}",)
