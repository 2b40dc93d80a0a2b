"""Every object that has an owner, privileges or a comment, by the catalog that it is in."""

from __future__ import annotations

from dataclasses import dataclass

from pgtandem.kinds.census import any_of
from pgtandem.kinds.scope import (
    no_system_schema,
    not_made_for_another,
    not_of_extension,
    trigger_in_scope,
    user_extension,
    user_publication,
    user_routine,
    user_schema,
)
from pgtandem.model.stand_in import STAND_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Where objects are found; all but `catalog` is SQL, empty where it does not apply.

    `source` is what follows FROM, `where` its condition; unless the census gives one of the words `if_any`, there are
    none. `namespace` and `path` are the key of an object, `word` and `name` how statements name it (TABLE, public.t).
    `owner` is its owner's oid, which counts `if_owned`. `privileges` is the list of its privileges, `granted_as` its
    word in GRANT, `default` the type of object for acldefault(), and `free_to_all` says that without a list everybody
    has privileges.
    """

    catalog: str
    oid: str
    column: str = "0"
    source: str
    where: str
    if_any: frozenset[str] = frozenset()
    namespace: str
    path: str
    word: str
    name: str
    owner: str = ""
    if_owned: str = "true"
    privileges: str = ""
    granted_as: str = ""
    default: str = ""
    free_to_all: bool = False


def _where(catalog: str, oid: str, *conditions: str) -> str:
    return " AND ".join((*conditions, user_schema("n.nspname"), not_of_extension(catalog, oid)))


def _on_table(catalog: str, alias: str, table: str, name: str, word: str, *, where: str = "true") -> Objects:
    return Objects(
        catalog=catalog,
        oid=f"{alias}.oid",
        source=f"{catalog} {alias} JOIN pg_class c ON c.oid = {alias}.{table}"
        " JOIN pg_namespace n ON n.oid = c.relnamespace",
        where=f"{where} AND {not_of_extension('pg_class', 'c.oid')}",
        namespace=f"'{word.lower()}'",
        path=f"ARRAY[n.nspname, c.relname, {alias}.{name}]::text[]",
        word=f"'{word}'",
        name=f"format('%I ON %I.%I', {alias}.{name}, n.nspname, c.relname)",
    )


def _in_schema(catalog: str, alias: str, prefix: str, word: str) -> Objects:
    return Objects(
        catalog=catalog,
        oid=f"{alias}.oid",
        source=f"{catalog} {alias} JOIN pg_namespace n ON n.oid = {alias}.{prefix}namespace",
        where=_where(catalog, f"{alias}.oid"),
        if_any=any_of(catalog),
        namespace=f"'{word.lower()}'",
        path=f"ARRAY[n.nspname, {alias}.{prefix}name]::text[]",
        word=f"'{word}'",
        name=f"format('%I.%I', n.nspname, {alias}.{prefix}name)",
        owner=f"{alias}.{prefix}owner",
    )


_RELATIONS = Objects(
    catalog="pg_class",
    oid="c.oid",
    source="pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
    where=_where("pg_class", "c.oid", "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')"),
    namespace="'relation'",
    path="ARRAY[n.nspname, c.relname]::text[]",
    word="CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'"
    " WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END",
    name="format('%I.%I', n.nspname, c.relname)",
    owner="c.relowner",
    # A sequence that goes with a column has the owner of the table
    # (https://www.postgresql.org/docs/current/sql-altersequence.html).
    if_owned="(c.relkind <> 'S' OR NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass"
    " AND o.objid = c.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')))",
    privileges="c.relacl",
    granted_as="CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END",
    default="CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"",
)
_INDEXES = Objects(
    catalog="pg_class",
    oid="c.oid",
    source="pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
    where=_where("pg_class", "c.oid", "c.relkind IN ('i', 'I')"),
    namespace="'relation'",
    path="ARRAY[n.nspname, c.relname]::text[]",
    word="'INDEX'",
    name="format('%I.%I', n.nspname, c.relname)",
)
_COLUMNS = Objects(
    catalog="pg_class",
    oid="c.oid",
    column="a.attnum",
    source="pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace",
    where=_where("pg_class", "c.oid", "NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')"),
    namespace="'column'",
    path="ARRAY[n.nspname, c.relname, a.attname]::text[]",
    word="'COLUMN'",
    name="format('%I.%I.%I', n.nspname, c.relname, a.attname)",
    owner="c.relowner",
    if_owned="false",
    if_any=any_of("pg_attribute"),
    privileges="a.attacl",
    granted_as="'COLUMN'",
)
_ROUTINES = Objects(
    catalog="pg_proc",
    oid="p.oid",
    source="pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace",
    where=f"{user_schema('n.nspname')} AND {user_routine('p.oid')}",
    namespace="'routine'",
    path="ARRAY[n.nspname, p.proname, oidvectortypes(p.proargtypes)]::text[]",
    # AGGREGATE would ask for more than the types of the arguments.
    word="CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'ROUTINE' ELSE 'FUNCTION' END",
    name="format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))",
    owner="p.proowner",
    if_any=any_of("pg_proc", "a", "f", "p", "w"),
    privileges="p.proacl",
    granted_as="CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'ROUTINE' ELSE 'FUNCTION' END",
    default="'f'",
    free_to_all=True,
)
# The row type of a table, an array and a multirange go with what they belong to.
_TYPES = Objects(
    catalog="pg_type",
    oid="t.oid",
    source="pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid",
    where=_where(
        "pg_type",
        "t.oid",
        "t.typtype <> 'm' AND t.typisdefined AND coalesce(c.relkind, 'c') = 'c'",
        "NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)",
    ),
    namespace="'type'",
    path="ARRAY[n.nspname, t.typname]::text[]",
    word="CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END",
    name="format('%I.%I', n.nspname, t.typname)",
    owner="t.typowner",
    if_any=any_of("pg_type", "b", "d", "e", "p", "r") | any_of("pg_class", "c"),
    privileges="t.typacl",
    granted_as="'TYPE'",
    default="'T'",
    free_to_all=True,
)
_SCHEMAS = Objects(
    catalog="pg_namespace",
    oid="n.oid",
    source="pg_namespace n",
    where=_where("pg_namespace", "n.oid"),
    namespace="'schema'",
    path="ARRAY[n.nspname]::text[]",
    word="'SCHEMA'",
    name="quote_ident(n.nspname)",
    owner="n.nspowner",
    privileges="n.nspacl",
    granted_as="'SCHEMA'",
    default="'n'",
)
_CASTS = Objects(
    catalog="pg_cast",
    oid="x.oid",
    source="pg_cast x",
    where=not_made_for_another("pg_cast", "x.oid"),
    namespace="'cast'",
    path="ARRAY[format_type(x.castsource, NULL), format_type(x.casttarget, NULL)]",
    word="'CAST'",
    name="format('(%s AS %s)', format_type(x.castsource, NULL), format_type(x.casttarget, NULL))",
)
_DOMAIN_CONSTRAINTS = Objects(
    catalog="pg_constraint",
    oid="k.oid",
    source="pg_constraint k JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace",
    where=_where("pg_type", "t.oid"),
    namespace="'domain constraint'",
    path="ARRAY[n.nspname, t.typname, k.conname]::text[]",
    word="'CONSTRAINT'",
    name="format('%I ON DOMAIN %I.%I', k.conname, n.nspname, t.typname)",
)
_EVENT_TRIGGERS = Objects(
    catalog="pg_event_trigger",
    oid="v.oid",
    source="pg_event_trigger v JOIN pg_proc p ON p.oid = v.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace",
    where=_where("pg_event_trigger", "v.oid"),
    namespace="'event trigger'",
    path="ARRAY[v.evtname]::text[]",
    word="'EVENT TRIGGER'",
    name="quote_ident(v.evtname)",
    if_any=any_of("pg_event_trigger"),
    owner="v.evtowner",
)
_PUBLICATIONS = Objects(
    catalog="pg_publication",
    oid="b.oid",
    source="pg_publication b",
    where=f"{user_publication('b.pubname')} AND {not_of_extension('pg_publication', 'b.oid')}",
    namespace="'publication'",
    path="ARRAY[b.pubname]::text[]",
    word="'PUBLICATION'",
    name="quote_ident(b.pubname)",
    if_any=any_of("pg_publication"),
    owner="b.pubowner",
)
_SERVERS = Objects(
    catalog="pg_foreign_server",
    oid="s.oid",
    source="pg_foreign_server s",
    where=not_of_extension("pg_foreign_server", "s.oid"),
    namespace="'server'",
    path="ARRAY[s.srvname]::text[]",
    word="'SERVER'",
    name="quote_ident(s.srvname)",
    if_any=any_of("pg_foreign_server"),
    owner="s.srvowner",
    privileges="s.srvacl",
    granted_as="'FOREIGN SERVER'",
    default="'S'",
)
# A comment that came with the extension's own files is not the user's. What that would be is not known of a stand-in.
EXTENSIONS = Objects(
    catalog="pg_extension",
    oid="x.oid",
    source="pg_extension x",
    where=f"""{user_extension("x.extname")} AND coalesce(obj_description(x.oid, 'pg_extension') !~ '^{STAND_IN}', true)
        AND coalesce((SELECT obj_description(x.oid, 'pg_extension') IS DISTINCT FROM f.comment
                             AND coalesce(f.comment !~ '^{STAND_IN}', true)
                      FROM pg_available_extensions() f WHERE f.name = x.extname),
                     obj_description(x.oid, 'pg_extension') IS NOT NULL)""",
    namespace="'extension'",
    path="ARRAY[x.extname]::text[]",
    word="'EXTENSION'",
    name="quote_ident(x.extname)",
)
_ACCESS_METHODS = Objects(
    catalog="pg_am",
    oid="m.oid",
    source="pg_am m",
    where=not_of_extension("pg_am", "m.oid"),
    namespace="'access method'",
    path="ARRAY[m.amname]::text[]",
    word="'ACCESS METHOD'",
    name="quote_ident(m.amname)",
)
_TRANSFORMS = Objects(
    catalog="pg_transform",
    oid="x.oid",
    source="pg_transform x JOIN pg_language l ON l.oid = x.trflang",
    where=not_of_extension("pg_transform", "x.oid"),
    namespace="'transform'",
    path="ARRAY[format_type(x.trftype, NULL), l.lanname]::text[]",
    word="'TRANSFORM'",
    name="format('FOR %s LANGUAGE %I', format_type(x.trftype, NULL), l.lanname)",
)

OBJECTS: tuple[Objects, ...] = (
    _SCHEMAS,
    EXTENSIONS,
    _RELATIONS,
    _INDEXES,
    _COLUMNS,
    _on_table("pg_constraint", "k", "conrelid", "conname", "CONSTRAINT", where=user_schema("n.nspname")),
    _on_table("pg_trigger", "g", "tgrelid", "tgname", "TRIGGER", where=trigger_in_scope("g", "n")),
    _on_table("pg_policy", "p", "polrelid", "polname", "POLICY", where=no_system_schema("n.nspname")),
    _on_table("pg_rewrite", "r", "ev_class", "rulename", "RULE", where=user_schema("n.nspname")),
    _ROUTINES,
    _TYPES,
    _DOMAIN_CONSTRAINTS,
    _CASTS,
    _in_schema("pg_collation", "x", "coll", "COLLATION"),
    _in_schema("pg_statistic_ext", "x", "stx", "STATISTICS"),
    _EVENT_TRIGGERS,
    _PUBLICATIONS,
    _SERVERS,
    _ACCESS_METHODS,
    _TRANSFORMS,
)
