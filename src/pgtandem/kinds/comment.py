"""Comments on objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import literal
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Thing):
    """A comment (https://www.postgresql.org/docs/current/sql-comment.html).

    `namespace` and `path` are the key of the object; `object_name` is how COMMENT ON names it.
    """

    KIND: ClassVar = "comment"
    NAMESPACE: ClassVar = "comment"
    IDENTITY: ClassVar = ("namespace", "path")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    SECTION: ClassVar = "Comments"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    object_name: str
    text: str

    READ: ClassVar = f"""
        SELECT NULL::oid AS classid, NULL::oid AS objid, NULL::int AS objsubid, o.namespace, o.path, o.object_name,
               d.description AS text
        FROM pg_description d
        JOIN (
          SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, 'relation' AS namespace,
                 ARRAY[n.nspname, c.relname]::text[] AS path,
                 CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' WHEN 'i' THEN 'INDEX ' WHEN 'v' THEN 'VIEW '
                   WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'f' THEN 'FOREIGN TABLE ' ELSE 'TABLE ' END
                   || format('%I.%I', n.nspname, c.relname) AS object_name
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'pg_class'::regclass, c.oid, a.attnum, 'column', ARRAY[n.nspname, c.relname, a.attname]::text[],
                 format('COLUMN %I.%I.%I', n.nspname, c.relname, a.attname)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE a.attnum > 0 AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'pg_constraint'::regclass, k.oid, 0, 'constraint', ARRAY[n.nspname, c.relname, k.conname]::text[],
                 format('CONSTRAINT %I ON %I.%I', k.conname, n.nspname, c.relname)
          FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'pg_trigger'::regclass, g.oid, 0, 'trigger', ARRAY[n.nspname, c.relname, g.tgname]::text[],
                 format('TRIGGER %I ON %I.%I', g.tgname, n.nspname, c.relname)
          FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'pg_policy'::regclass, p.oid, 0, 'policy', ARRAY[n.nspname, c.relname, p.polname]::text[],
                 format('POLICY %I ON %I.%I', p.polname, n.nspname, c.relname)
          FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          UNION ALL
          SELECT 'pg_proc'::regclass, p.oid, 0, 'routine',
                 ARRAY[n.nspname, p.proname, oidvectortypes(p.proargtypes)]::text[],
                 format('%s %I.%I(%s)', CASE p.prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'ROUTINE' END, n.nspname,
                        p.proname, oidvectortypes(p.proargtypes))
          FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_proc", "p.oid")}
          UNION ALL
          SELECT 'pg_type'::regclass, t.oid, 0, 'type', ARRAY[n.nspname, t.typname]::text[],
                 format('TYPE %I.%I', n.nspname, t.typname)
          FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
          UNION ALL
          SELECT 'pg_namespace'::regclass, n.oid, 0, 'schema', ARRAY[n.nspname]::text[],
                 format('SCHEMA %I', n.nspname)
          FROM pg_namespace n WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_namespace", "n.oid")}) o
          ON (o.classid, o.objid, o.objsubid) = (d.classoid, d.objoid, d.objsubid)
    """

    @property
    def label(self) -> str:
        """The object that it is about."""
        return f"comment on {self.object_name}"

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that sets the comment."""
        return (f"COMMENT ON {self.object_name} IS {literal(self.text)}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that takes the comment away."""
        return (f"COMMENT ON {self.object_name} IS NULL",)
