"""Views."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.query import canonical_query
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.kinds.view_column import ViewColumn
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class View(Thing):
    """A view (https://www.postgresql.org/docs/current/sql-createview.html).

    `options` are security_barrier, security_invoker and check_option, as `name=value`.
    """

    KIND: ClassVar = "view"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Views"
    GRANTED_AS: ClassVar = "TABLE"

    schema: str
    name: str
    options: tuple[str, ...]
    definition: str

    IF_ANY: ClassVar = any_of("pg_class", "v")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name, {option_list(("c.reloptions", ""))} AS options,
               {canonical_query("c.oid")} AS definition
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'v' AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that brings the view about or replaces it."""
        options = f" WITH ({written(self.options)})" if self.options else ""
        return (f"CREATE OR REPLACE VIEW {self.target()}{options} AS\n{self.definition}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP VIEW {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that replaces it, where its columns stay and new ones come last."""
        was, now = (_columns(inside.get(self.key, ())) for inside in (sides.inside_before, sides.inside_after))
        if now[: len(was)] != was:
            return None
        return locked(self, self.create(), Lock.ACCESS_EXCLUSIVE)


def _columns(things: Iterable[Thing]) -> list[tuple[str, str, str]]:
    columns = [thing for thing in things if isinstance(thing, ViewColumn)]
    return [(column.name, column.type, column.collation) for column in columns]
