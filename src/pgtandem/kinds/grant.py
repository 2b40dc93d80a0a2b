"""Privileges of one grantee on one object, or on one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds import privilege
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, qualified, quote, role
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


# A column's list begins empty: its owner's privileges are those on the table.
_COLUMN_ACL = (
    "ARRAY["
    + ", ".join(
        f"makeaclitem({{owner}}, {{owner}}, '{name}', false)" for name in ("SELECT", "INSERT", "UPDATE", "REFERENCES")
    )
    + "]"
)


def _read(source: str, *, namespace: str, path: str, object_type: str, acl: str, default: str, owner: str) -> str:
    everything = f"acldefault('{default}', {owner})"
    actual = f"coalesce({acl}, {everything})" if default != "c" else acl
    full = everything if default != "c" else _COLUMN_ACL.format(owner=owner)
    return f"""
        SELECT NULL::oid AS classid, NULL::oid AS objid, NULL::int AS objsubid,
               '{namespace}' AS namespace, {path} AS path, {object_type} AS object_type, p.grantee, p.privileges,
               p.grantable
        FROM {source}, LATERAL {privilege.rows(actual, owner, full)} p"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Thing):
    """What one grantee may do with one object (https://www.postgresql.org/docs/current/ddl-priv.html).

    `namespace` and `path` are the key of the object. `{ALL}` stands for every privilege that the object has.
    """

    KIND: ClassVar = "grant"
    NAMESPACE: ClassVar = "grant"
    IDENTITY: ClassVar = ("namespace", "path", "grantee")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    SECTION: ClassVar = "Privileges"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    object_type: str
    grantee: str
    privileges: tuple[str, ...]
    grantable: tuple[str, ...]

    READ: ClassVar = " UNION ALL ".join(
        (
            _read(
                "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
                namespace="relation",
                path="ARRAY[n.nspname, c.relname]::text[]",
                object_type="'TABLE'",
                acl="c.relacl",
                default="r",
                owner="c.relowner",
            )
            + f" WHERE c.relkind = 'r' AND NOT c.relispartition AND {user_schema('n.nspname')}"
            f" AND {not_of_extension('pg_class', 'c.oid')}",
            _read(
                "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
                namespace="relation",
                path="ARRAY[n.nspname, c.relname]::text[]",
                object_type="'SEQUENCE'",
                acl="c.relacl",
                default="s",
                owner="c.relowner",
            )
            + f" WHERE c.relkind = 'S' AND {user_schema('n.nspname')} AND {not_of_extension('pg_class', 'c.oid')}",
            _read(
                "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace",
                namespace="column",
                path="ARRAY[n.nspname, c.relname, a.attname]::text[]",
                object_type="'COLUMN'",
                acl="a.attacl",
                default="c",
                owner="c.relowner",
            )
            + " WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'"
            f" AND NOT c.relispartition AND {user_schema('n.nspname')}"
            f" AND {not_of_extension('pg_class', 'c.oid')} AND p.privileges <> '{{}}'",
            _read(
                "pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace",
                namespace="routine",
                path="ARRAY[n.nspname, f.proname, oidvectortypes(f.proargtypes)]::text[]",
                object_type="'ROUTINE'",
                acl="f.proacl",
                default="f",
                owner="f.proowner",
            )
            + f" WHERE {user_schema('n.nspname')} AND {not_of_extension('pg_proc', 'f.oid')}",
            _read(
                "pg_namespace n",
                namespace="schema",
                path="ARRAY[n.nspname]::text[]",
                object_type="'SCHEMA'",
                acl="n.nspacl",
                default="n",
                owner="n.nspowner",
            )
            + f" WHERE {user_schema('n.nspname')} AND {not_of_extension('pg_namespace', 'n.oid')}",
            _read(
                "pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace",
                namespace="type",
                path="ARRAY[n.nspname, t.typname]::text[]",
                object_type="'TYPE'",
                acl="t.typacl",
                default="T",
                owner="t.typowner",
            )
            + f" WHERE t.typtype IN ('e', 'd') AND {user_schema('n.nspname')}"
            f" AND {not_of_extension('pg_type', 't.oid')}",
        )
    )

    @property
    def label(self) -> str:
        """The grantee and the object."""
        what = privilege.object_name(self.namespace, self.path)
        return f"privileges of {role(self.grantee)} on {self.object_type.lower()} {what}"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the GRANT statements."""
        return tuple(privilege.grant(self.privileges, self.grantable, self._on(), self.grantee, self._columns()))

    def drop(self) -> tuple[str, ...]:
        """Return the REVOKE statement."""
        return (f"REVOKE ALL{self._columns()} ON {self._on()} FROM {role(self.grantee)}",)

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return the GRANT statements, one for all columns of a table on which a grantee has the same privilege."""
        columns: dict[tuple[str, str, str], list[Self]] = {}
        lots: list[tuple[Self, tuple[str, ...]]] = []
        for thing in things:
            if thing.namespace != "column" or thing.grantable or thing.privileges == ("ALL",):
                lots.append((thing, thing.create()))
                continue
            for name in thing.privileges:
                columns.setdefault((thing._on(), thing.grantee, name), []).append(thing)
        for (on, grantee, name), together in columns.items():
            names = ", ".join(quote(thing.path[-1]) for thing in together)
            lots.append((together[0], (f"GRANT {name} ({names}) ON {on} TO {role(grantee)}",)))
        return tuple(sorted(lots, key=lambda lot: (lot[0].path[:2], lot[0].grantee)))

    def _on(self) -> str:
        if self.namespace == "column":
            return f"TABLE {qualified(*self.path[:-1])}"
        return f"{self.object_type} {privilege.object_name(self.namespace, self.path)}"

    def _columns(self) -> str:
        return f" ({quote(self.path[-1])})" if self.namespace == "column" else ""


def fully_entitled(things: Iterable[Thing]) -> frozenset[tuple[Key, str]]:
    """Return the objects and roles of which the role has every privilege on the object."""
    return frozenset(
        (Key(thing.namespace, thing.path), thing.grantee)
        for thing in things
        if isinstance(thing, Grant) and thing.privileges == ("ALL",)
    )
