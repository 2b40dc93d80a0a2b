"""Range types, each with its multirange."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import type_there, unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import qualified
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@record
class RangeType(Thing):
    """A range type (https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-DEFINING).

    `operator_class` and `collation` are empty where they are the subtype's; the functions where there are none.
    """

    KIND: ClassVar = "range type"
    NAMESPACE: ClassVar = "type"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Types and sequences"
    GRANTED_AS: ClassVar = "TYPE"

    schema: str
    name: str
    subtype: str
    operator_class: str
    collation: str
    canonical: str
    difference: str
    multirange: tuple[str, ...]

    IF_ANY: ClassVar = any_of("pg_type", "r")
    READ: ClassVar = f"""
        SELECT {address("pg_type", "t.oid")} AS address,
               n.nspname AS schema, t.typname AS name, format_type(r.rngsubtype, NULL) AS subtype,
               CASE WHEN o.opcdefault THEN '' ELSE format('%I.%I', oc.nspname, o.opcname) END AS operator_class,
               CASE WHEN r.rngcollation NOT IN (0, s.typcollation) THEN r.rngcollation::regcollation::text ELSE '' END
                 AS collation,
               CASE WHEN r.rngcanonical::oid = 0 THEN '' ELSE r.rngcanonical::text END AS canonical,
               CASE WHEN r.rngsubdiff::oid = 0 THEN '' ELSE r.rngsubdiff::text END AS difference,
               ARRAY[mn.nspname, m.typname]::text[] AS multirange
        FROM pg_range r
        JOIN pg_type t ON t.oid = r.rngtypid
        JOIN pg_namespace n ON n.oid = t.typnamespace
        JOIN pg_type s ON s.oid = r.rngsubtype
        JOIN pg_opclass o ON o.oid = r.rngsubopc
        JOIN pg_namespace oc ON oc.oid = o.opcnamespace
        JOIN pg_type m ON m.oid = r.rngmultitypid
        JOIN pg_namespace mn ON mn.oid = m.typnamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the type about.

        A function that makes values canonical takes and gives the type, so there must be a shell of it before.
        """
        properties = ", ".join(
            f"{word} = {value}"
            for word, value in (
                ("SUBTYPE", self.subtype),
                ("SUBTYPE_OPCLASS", self.operator_class),
                ("COLLATION", self.collation),
                ("CANONICAL", self.canonical),
                ("SUBTYPE_DIFF", self.difference),
                ("MULTIRANGE_TYPE_NAME", qualified(*self.multirange)),
            )
            if value
        )
        return (
            unless(
                f"{type_there(self.schema, self.name)} AND t.typisdefined",
                f"CREATE TYPE {self.target()} AS RANGE ({properties})",
            ),
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TYPE {self.target()}",)
