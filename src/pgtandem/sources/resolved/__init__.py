"""Reads what PostgreSQL has resolved: trees of expressions, effective privileges, the columns of keys and indexes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pgtandem.errors import ServerError
from pgtandem.kinds.scope import Scope, not_of_extension, user_routine, user_schema
from pgtandem.model.key import literal
from pgtandem.scratch.connecting import connect
from pgtandem.sources.resolved.facts import (
    Bucket,
    Check,
    Extension,
    Facts,
    ForeignKey,
    Function,
    Index,
    Label,
    Membership,
    Policy,
    Privilege,
    Published,
    Relation,
    Role,
    Trigger,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

_T = TypeVar("_T")

_BEGIN = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL search_path = '';
    SET LOCAL jit = off
"""

# A role is a client's where the platform says so; else where it is neither above row security nor the owner of a table.
_CLIENTS = """
    SELECT r.oid FROM pg_catalog.pg_roles r
    WHERE NOT r.rolsuper AND NOT r.rolbypassrls AND r.rolname !~ '^pg_'
      AND (r.rolname = ANY (:clients) OR :clients = '{}'
           AND r.oid NOT IN (SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'v')))
"""

_ROLES = f"""
    SELECT r.oid, r.rolname AS name, r.oid IN ({_CLIENTS}) AS client, r.rolsuper OR r.rolbypassrls AS bypasses,
           ARRAY(SELECT o.oid FROM pg_catalog.pg_roles o
                 WHERE o.oid <> r.oid AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, o.oid, 'MEMBER')) AS powers
    FROM pg_catalog.pg_roles r
"""

_MEMBERSHIPS = """
    SELECT m.member, m.roleid AS role, pg_catalog.pg_get_userbyid(m.grantor) AS grantor
    FROM pg_catalog.pg_auth_members m ORDER BY 1, 2, 3
"""

# https://www.postgresql.org/docs/current/catalog-pg-rewrite.html: a view is a rule named _RETURN.
_RELATIONS = f"""
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, c.relowner AS owner,
           {user_schema("n.nspname")} AND {not_of_extension("pg_catalog.pg_class", "c.oid")} AS mine,
           c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced,
           CASE WHEN c.relispartition THEN (SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
             END AS partition_of,
           coalesce((SELECT o.option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions) o
                     WHERE o.option_name = 'security_invoker'), false) AS invoker,
           (SELECT w.ev_action::text FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid AND w.rulename = '_RETURN')
             AS rule,
           a.columns, a.types, a.numbers, a.type_oids, a.required, a.generated, c.relreplident::text AS replica_identity
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{{}}') AS columns,
             coalesce(array_agg(pg_catalog.format_type(a.atttypid, NULL) ORDER BY a.attnum), '{{}}') AS types,
             coalesce(array_agg(a.attnum ORDER BY a.attnum), '{{}}') AS numbers,
             coalesce(array_agg(a.atttypid ORDER BY a.attnum), '{{}}') AS type_oids,
             coalesce(array_agg(a.attnum ORDER BY a.attnum) FILTER (WHERE a.attnotnull), '{{}}') AS required,
             coalesce(array_agg(a.attnum ORDER BY a.attnum) FILTER (WHERE a.attgenerated <> ''), '{{}}') AS generated
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) a
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""

_PRIVILEGES = f"""
    SELECT c.oid AS relation, r.oid AS role, p.name,
           pg_catalog.has_table_privilege(r.oid, c.oid, p.name) AS whole, columns.columns
    FROM pg_catalog.pg_class c
    LEFT JOIN (SELECT DISTINCT a.attrelid FROM pg_catalog.pg_attribute a WHERE a.attacl IS NOT NULL) s
      ON s.attrelid = c.oid
    CROSS JOIN pg_catalog.pg_roles r
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p(name)
    CROSS JOIN LATERAL (
      SELECT CASE WHEN s.attrelid IS NULL THEN '{{}}' ELSE ARRAY(
               SELECT a.attnum FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND EXISTS (SELECT FROM aclexplode(a.attacl) g WHERE g.privilege_type = p.name
                             AND (g.grantee = 0 OR pg_catalog.pg_has_role(r.oid, g.grantee, 'USAGE')))
               ORDER BY a.attnum) END AS columns) columns
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND r.oid IN ({_CLIENTS})
      AND EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.oid = c.relnamespace AND n.nspname !~ '^pg_'
                  AND n.nspname <> 'information_schema' AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE'))
      AND (pg_catalog.has_table_privilege(r.oid, c.oid, p.name) OR columns.columns <> '{{}}')
"""

_MINE = f"({user_schema('n.nspname')} AND {user_routine('p.oid')})"
_FUNCTIONS = f"""
    SELECT p.oid, n.nspname AS schema, p.proname AS name, oidvectortypes(p.proargtypes) AS signature,
           p.provolatile::text AS volatility, p.proisstrict AS strict, {_MINE} AS mine,
           l.lanname AS language, p.prosecdef AS definer,
           p.proowner AS owner, coalesce(p.proconfig, '{{}}') AS settings,
           CASE WHEN {_MINE} THEN p.prosrc ELSE '' END AS source,
           CASE WHEN {_MINE} THEN p.prosqlbody::text END AS body,
           p.prorettype IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype) AS trigger,
           CASE WHEN {_MINE} THEN ARRAY(
             SELECT r.oid FROM pg_catalog.pg_roles r
             WHERE r.oid IN ({_CLIENTS}) AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
               AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')) ELSE '{{}}' END AS callers
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.prokind <> 'a'
"""

_POLICIES = f"""
    SELECT p.polrelid AS relation, p.polname AS name, p.polpermissive AS permissive,
           CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
             ELSE 'ALL' END AS command, p.polroles::oid[] AS roles,
           pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
           pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
           p.polqual::text AS using_tree, p.polwithcheck::text AS check_tree
    FROM pg_catalog.pg_policy p
    JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    WHERE {not_of_extension("pg_catalog.pg_class", "c.oid")}
    ORDER BY p.polrelid, p.polname
"""

_FOREIGN_KEYS = f"""
    SELECT k.conrelid AS relation, k.conname AS name, k.conkey AS columns, k.confrelid AS other,
           k.confkey AS other_columns,
           coalesce((SELECT i.indisprimary FROM pg_catalog.pg_index i WHERE i.indexrelid = k.conindid), false)
             AS to_primary,
           k.confdeltype::text AS on_delete, k.convalidated AS validated, k.conparentid <> 0 AS inherited
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND {user_schema("n.nspname")} AND {not_of_extension("pg_catalog.pg_class", "c.oid")}
    ORDER BY 1, 2
"""

_CHECKS = f"""
    SELECT k.conrelid AS relation, k.conname AS name, k.conbin::text AS expression
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'c' AND k.convalidated
      AND {user_schema("n.nspname")} AND {not_of_extension("pg_catalog.pg_class", "c.oid")}
    ORDER BY 1, 2
"""

_INDEXES = f"""
    SELECT i.indexrelid AS oid, i.indrelid AS relation, x.relname AS name,
           (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns, i.indisunique AS "unique", i.indisprimary AS "primary",
           i.indisvalid AS valid, i.indpred IS NOT NULL AS partial,
           regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' INDEX .*? ON ', ' INDEX ON ') AS form,
           k.conname AS "constraint"
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
    LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_catalog.pg_class", "i.indrelid")}
      AND i.indrelid IN (SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm'))
    ORDER BY 2, 3
"""

_TYPES = """
    SELECT oid, typname AS name, typtype::text AS kind, typcategory::text AS category, typbasetype AS base
    FROM pg_catalog.pg_type
"""

_LABELS = "SELECT oid, enumtypid AS type, enumlabel AS name FROM pg_catalog.pg_enum ORDER BY enumtypid, enumsortorder"

# Bits of pg_trigger.tgtype: 1 is ROW, 2 BEFORE, 4 INSERT, 16 UPDATE (src/include/catalog/pg_trigger.h).
_TRIGGERS = """
    SELECT t.tgrelid AS relation, t.tgfoid AS function,
           ARRAY(SELECT e.name FROM (VALUES (4, 'INSERT'), (16, 'UPDATE')) e (bit, name)
                 WHERE t.tgtype & e.bit > 0) AS events
    FROM pg_catalog.pg_trigger t
    WHERE NOT t.tgisinternal AND t.tgtype & 3 = 3 AND t.tgtype & 20 > 0 AND t.tgenabled <> 'D'
"""

_EXTENSIONS = """
    SELECT e.extname AS name, n.nspname AS schema, e.extrelocatable AS relocatable
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
"""

_PUBLISHED = """
    SELECT p.pubname AS publication, r.prrelid AS relation, false AS whole
    FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
    UNION
    SELECT p.pubname, c.oid, true
    FROM pg_catalog.pg_publication p
    JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p')
    WHERE p.puballtables
      OR c.relnamespace IN (SELECT s.pnnspid FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = p.oid)
    ORDER BY 1, 2
"""

_BUCKETS = "SELECT id AS name, coalesce(public, false) AS public FROM storage.buckets"


def read(url: str, *, scope: Scope, clients: Sequence[str] = ()) -> Facts:
    """Return the facts of the database; `clients` are the roles of users' requests, where the platform knows them.

    Raises ServerError where they cannot be read.
    """
    import psycopg  # noqa: PLC0415 - slow to import, and most commands never need it

    try:
        with connect(url) as connection:
            connection.execute(_BEGIN.encode())
            return _facts(connection, scope, clients)
    except psycopg.Error as error:
        raise ServerError(f"reading what the database has resolved: {' '.join(str(error).split())}") from error


def _facts(connection: Connection, scope: Scope, clients: Sequence[str]) -> Facts:
    named = f"ARRAY[{', '.join(map(literal, clients))}]::name[]"

    def rows(of: type[_T], query: str) -> tuple[_T, ...]:
        return _rows(connection, of, scope.apply(query).replace(":clients", named))

    with_buckets = connection.execute("SELECT to_regclass('storage.buckets') IS NOT NULL").fetchone() == (True,)
    return Facts(
        roles=MappingProxyType({role.oid: role for role in rows(Role, _ROLES)}),
        memberships=rows(Membership, _MEMBERSHIPS),
        relations=MappingProxyType({relation.oid: relation for relation in rows(Relation, _RELATIONS)}),
        functions=MappingProxyType({function.oid: function for function in rows(Function, _FUNCTIONS)}),
        operators=MappingProxyType(dict(connection.execute("SELECT oid, oprname FROM pg_catalog.pg_operator"))),
        types=MappingProxyType({of.oid: of for of in rows(Type, _TYPES)}),
        labels=rows(Label, _LABELS),
        triggers=rows(Trigger, _TRIGGERS),
        privileges=rows(Privilege, _PRIVILEGES),
        policies=rows(Policy, _POLICIES),
        foreign_keys=rows(ForeignKey, _FOREIGN_KEYS),
        checks=rows(Check, _CHECKS),
        indexes=rows(Index, _INDEXES),
        extensions=rows(Extension, _EXTENSIONS),
        published=rows(Published, _PUBLISHED),
        buckets=rows(Bucket, _BUCKETS) if with_buckets else (),
    )


def _rows(connection: Connection, of: type[_T], query: str) -> tuple[_T, ...]:
    cursor = connection.execute(query.encode())
    names = [column.name for column in cursor.description or ()]
    return tuple(of(**dict(zip(names, map(_frozen, row), strict=True))) for row in cursor)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
