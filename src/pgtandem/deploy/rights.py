"""The rights that a plan needs, held against those of the role, before anything is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.deploy.target import one, refusal, session
from pgtandem.diff import diff
from pgtandem.kinds import Constraint, Owner, Schema
from pgtandem.model.key import Key, qualified, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change
    from pgtandem.model.finding import Finding

# By the catalogs, as a name in a schema that the role may not use is an error.
_NO_REFERENCE = """
    NOT (SELECT has_any_column_privilege(current_user, c.oid, 'REFERENCES')
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE format('%%I.%%I', n.nspname, c.relname) = name)"""


def missing(url: str, *, role: str | None, before: Catalog, after: Catalog) -> Iterator[Finding]:
    """Return the rights that the way from one schema to the other needs and the role has not, all at once."""
    owners = {thing.within: thing.owner for thing in before if isinstance(thing, Owner)}
    changes = diff(before, after)
    changed = sorted({_whole(change, before, after) for change in changes})
    with session(url, role=role) as connection:
        if not one(connection, "SELECT has_database_privilege(current_user, current_database(), 'CREATE')"):
            yield refusal("the role may not create schemas in the database", "GRANT CREATE ON DATABASE ... TO the role")
        strange = _those(
            connection,
            "NOT pg_has_role(current_user, name::regrole, 'USAGE')",
            {quote(name) for name in owners.values()},
        )
        foreign = [f"{key} (owner: {owners[key]})" for key in changed if quote(owners.get(key, "")) in strange]
        if foreign:
            yield refusal(
                f"the role does not own what is to be changed: {', '.join(foreign)}",
                "connect as the owner, or as a member of that role",
            )
        # A table of the platform is in neither catalog, and is there.
        new = (key for key in changed if key in after.things and key not in before.things)
        schemas = {key.path[0] for key in new if len(key.path) > 1}
        closed = _those(
            connection,
            "NOT has_schema_privilege(current_user, to_regnamespace(name), 'CREATE')",
            {quote(schema) for schema in schemas},
        )
        for schema in sorted(closed):
            yield refusal(f"the role may not create anything in schema {schema}", f"GRANT CREATE ON SCHEMA {schema}")
        for table in sorted(_those(connection, _NO_REFERENCE, _referred(changes, before))):
            yield refusal(f"the role may not refer to table {table}", f"GRANT REFERENCES ON {table} TO the role")


def _referred(changes: Iterable[Change], before: Catalog) -> set[str]:
    """Return the tables that are there, to which foreign keys refer that come or change."""
    keys = {change.after.refers for change in changes if isinstance(change.after, Constraint) and change.after.refers}
    return {qualified(*path) for path in keys if Key("relation", path) in before.things}


def _whole(change: Change, *catalogs: Catalog) -> Key:
    """Return the key of what a change is about or a part of: what has an owner, or will, in its schema."""
    thing = change.before or change.after
    assert thing is not None  # noqa: S101 - a change has one side at least
    key = thing.key
    while thing is not None and thing.within is not None and thing.within.namespace != Schema.NAMESPACE:
        key = thing.within
        thing = next(filter(None, (catalog.things.get(key) for catalog in catalogs)), None)
    return key


def _those(connection: Connection, condition: str, names: Iterable[str]) -> set[str]:
    """Return the names for which the condition holds."""
    rows = connection.execute(f"SELECT name FROM unnest(%s::text[]) name WHERE {condition}".encode(), (list(names),))
    return {name for (name,) in rows}
