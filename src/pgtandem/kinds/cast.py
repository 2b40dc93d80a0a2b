"""Casts between types, at least one of which is the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_made_for_another
from pgtandem.model.key import literal
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONTEXT = {"a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}


@record
class Cast(Thing):
    """A cast (https://www.postgresql.org/docs/current/sql-createcast.html).

    `before` and `after` are types as SQL; `method` and `context` are the codes of pg_cast, `function` is the function's
    signature as SQL, where there is one.
    """

    KIND: ClassVar = "cast"
    NAMESPACE: ClassVar = "cast"
    IDENTITY: ClassVar = ("before", "after")
    SECTION: ClassVar = "Casts"
    LABEL: ClassVar = "cast ({before:raw} AS {after:raw})"

    before: str
    after: str
    method: str
    function: str | None
    context: str

    IF_ANY: ClassVar = any_of("pg_cast")
    READ: ClassVar = f"""
        SELECT {address("pg_cast", "x.oid")} AS address,
               format_type(x.castsource, NULL) AS before, format_type(x.casttarget, NULL) AS after,
               x.castmethod::text AS method,
               CASE WHEN x.castfunc <> 0 THEN x.castfunc::regprocedure::text END AS function,
               x.castcontext::text AS context
        FROM pg_cast x
        WHERE {not_made_for_another("pg_cast", "x.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the cast about."""
        there = (
            "SELECT FROM pg_catalog.pg_cast"
            f" WHERE castsource = {literal(self.before)}::pg_catalog.regtype"
            f" AND casttarget = {literal(self.after)}::pg_catalog.regtype"
        )
        how = (
            f"WITH FUNCTION {self.function}"
            if self.function
            else "WITH INOUT"
            if self.method == "i"
            else "WITHOUT FUNCTION"
        )
        return (unless(there, f"CREATE CAST {self.target()} {how}{_CONTEXT.get(self.context, '')}"),)

    def target(self) -> str:
        """Return the cast as SQL statements name it."""
        return f"({self.before} AS {self.after})"

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP CAST {self.target()}",)
