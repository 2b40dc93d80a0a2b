"""Transforms of a type for a procedural language."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension
from pgtandem.model.key import quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@record
class Transform(Thing):
    """A transform (https://www.postgresql.org/docs/current/sql-createtransform.html); the functions are signatures."""

    KIND: ClassVar = "transform"
    NAMESPACE: ClassVar = "transform"
    IDENTITY: ClassVar = ("type", "language")
    SECTION: ClassVar = "Casts"
    LABEL: ClassVar = "transform for {type:raw} language {language}"

    type: str
    language: str
    from_sql: str | None
    to_sql: str | None

    IF_ANY: ClassVar = any_of("pg_transform")
    READ: ClassVar = f"""
        SELECT {address("pg_transform", "x.oid")} AS address,
               format_type(x.trftype, NULL) AS type, l.lanname AS language,
               CASE WHEN x.trffromsql::oid <> 0 THEN x.trffromsql::oid::regprocedure::text END AS from_sql,
               CASE WHEN x.trftosql::oid <> 0 THEN x.trftosql::oid::regprocedure::text END AS to_sql
        FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang
        WHERE {not_of_extension("pg_transform", "x.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the transform about or replaces it."""
        functions = ", ".join(
            f"{word} SQL WITH FUNCTION {function}"
            for word, function in (("FROM", self.from_sql), ("TO", self.to_sql))
            if function
        )
        return (f"CREATE OR REPLACE TRANSFORM FOR {self.type} LANGUAGE {quote(self.language)} ({functions})",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TRANSFORM FOR {self.type} LANGUAGE {quote(self.language)}",)
