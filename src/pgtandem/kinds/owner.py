"""Owners of schemas, tables, sequences, functions and types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds import privilege
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import quote
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(Thing):
    """The role that owns an object; `namespace` and `path` are the key of the object.

    A sequence that goes with a column has the owner of its table and is not listed
    (https://www.postgresql.org/docs/current/sql-altersequence.html).
    """

    KIND: ClassVar = "owner"
    NAMESPACE: ClassVar = "owner"
    IDENTITY: ClassVar = ("namespace", "path")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    SECTION: ClassVar = "Owners"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    object_type: str
    owner: str

    READ: ClassVar = f"""
        SELECT NULL::oid AS classid, NULL::oid AS objid, NULL::int AS objsubid,
               o.namespace, o.path, o.object_type, pg_get_userbyid(o.owner)::text AS owner
        FROM (
          SELECT 'relation' AS namespace, ARRAY[n.nspname, c.relname]::text[] AS path,
                 CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS object_type, c.relowner AS owner
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE (c.relkind = 'r' AND NOT c.relispartition
                 OR c.relkind = 'S' AND NOT EXISTS (
                   SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                   AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
            AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'routine', ARRAY[n.nspname, p.proname, oidvectortypes(p.proargtypes)]::text[], 'ROUTINE', p.proowner
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE p.prokind IN ('f', 'p') AND {user_schema("n.nspname")} AND {not_of_extension("pg_proc", "p.oid")}
          UNION ALL
          SELECT 'schema', ARRAY[n.nspname]::text[], 'SCHEMA', n.nspowner
          FROM pg_namespace n
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_namespace", "n.oid")}
          UNION ALL
          SELECT 'type', ARRAY[n.nspname, t.typname]::text[], 'TYPE', t.typowner
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE t.typtype = 'e' AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}) o
    """

    @property
    def label(self) -> str:
        """The object whose owner it is."""
        return f"owner of {self.object_type.lower()} {privilege.object_name(self.namespace, self.path)}"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that gives the object to its owner."""
        name = privilege.object_name(self.namespace, self.path)
        return (f"ALTER {self.object_type} {name} OWNER TO {quote(self.owner)}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that makes the object the current role's own."""
        return (f"ALTER {self.object_type} {privilege.object_name(self.namespace, self.path)} OWNER TO CURRENT_USER",)
