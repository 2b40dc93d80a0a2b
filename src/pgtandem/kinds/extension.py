"""Extensions."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import unlocked
from pgtandem.kinds.conditional import new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import user_extension
from pgtandem.model.key import literal, quote
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class Extension(Thing):
    """An extension (https://www.postgresql.org/docs/current/extend-extensions.html).

    The version comes with the server; `keeps_rows` says that it has tables of its own.
    """

    KIND: ClassVar = "extension"
    NAMESPACE: ClassVar = "extension"
    IDENTITY: ClassVar = ("name",)
    SECTION: ClassVar = "Schemas and extensions"

    name: str
    schema: str
    version: str = field(metadata={"within_major": True})
    keeps_rows: bool = field(default=False, compare=False)  # comes with the version

    READ: ClassVar = f"""
        SELECT {address("pg_extension", "x.oid")} AS address,
               x.extname AS name, n.nspname AS schema, x.extversion AS version,
               EXISTS (SELECT FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p')
                       WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass
                         AND d.refobjid = x.oid AND d.deptype = 'e') AS keeps_rows
        FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
        WHERE {user_extension("x.extname")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the extension about, in whatever version the server has."""
        return (new("CREATE EXTENSION", f"{quote(self.name)} WITH SCHEMA {quote(self.schema)}"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP EXTENSION {quote(self.name)}",)

    @property
    def disposable(self) -> bool:
        """Whether it can be dropped without losing rows of its own tables."""
        return not self.keeps_rows

    def moved(self) -> tuple[str, ...]:
        """Return the statement that moves it, and all that it brought, to its schema."""
        return (f"ALTER EXTENSION {quote(self.name)} SET SCHEMA {quote(self.schema)}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how it is moved and updated."""
        statements = [*(self.moved() if self.schema != before.schema else ())]
        if self.version != before.version:
            statements.append(f"ALTER EXTENSION {quote(self.name)} UPDATE TO {literal(self.version)}")
        return unlocked(self, statements)
