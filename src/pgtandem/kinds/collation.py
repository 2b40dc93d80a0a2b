"""Collations."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.aside import aside
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

_PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}


@record
class Collation(Thing):
    """A collation (https://www.postgresql.org/docs/current/sql-createcollation.html).

    `collate` and `ctype` are those of the operating system's locales, `locale` and `rules` those of the others.
    """

    KIND: ClassVar = "collation"
    NAMESPACE: ClassVar = "collation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    SECTION: ClassVar = "Types and sequences"

    schema: str
    name: str
    provider: str
    deterministic: bool
    collate: str | None
    ctype: str | None
    locale: str | None
    rules: str | None

    # The column of the locale was renamed with PostgreSQL 17, rules came with 16.
    IF_ANY: ClassVar = any_of("pg_collation")
    READ: ClassVar = f"""
        SELECT {address("pg_collation", "x.oid")} AS address,
               n.nspname AS schema, x.collname AS name, x.collprovider::text AS provider,
               x.collisdeterministic AS deterministic, x.collcollate::text AS collate, x.collctype::text AS ctype,
               coalesce(to_jsonb(x) ->> 'colllocale', to_jsonb(x) ->> 'colliculocale') AS locale,
               to_jsonb(x) ->> 'collicurules' AS rules
        FROM pg_collation x JOIN pg_namespace n ON n.oid = x.collnamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_collation", "x.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the collation about."""
        properties = [
            *([f"provider = {_PROVIDERS[self.provider]}"] if self.provider in _PROVIDERS else []),
            *([] if self.deterministic else ["deterministic = false"]),
            *(
                f"{word} = {literal(value)}"
                for word, value in (
                    ("lc_collate", self.collate),
                    ("lc_ctype", self.ctype),
                    ("locale", self.locale),
                    ("rules", self.rules),
                )
                if value is not None
            ),
        ]
        return (new("CREATE COLLATION", f"{self.target()} ({', '.join(properties)})"),)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP COLLATION {self.target()}",)

    def set_aside(self) -> tuple[tuple[str, ...], Thing]:
        """Return the statements that give it another name, and what it is then."""
        return aside(self)
