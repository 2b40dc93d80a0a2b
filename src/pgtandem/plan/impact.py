"""Who can do what with which table, before a plan and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from psycopg import Connection


class Access(NamedTuple):
    """One cell of the matrix."""

    role: str
    schema: str
    relation: str
    command: str


# What is granted to PUBLIC is said of PUBLIC too, for roles that nobody has thought of: in PostgreSQL's own books it is
# the role whose number is 0 (https://www.postgresql.org/docs/current/catalog-pg-policy.html), a member of none.
# A row-level policy counts for whoever is a member of one of its roles; the owner is bound by FORCE alone
# (https://www.postgresql.org/docs/current/ddl-rowsecurity.html).
_MATRIX = """
    SELECT r.rolname, n.nspname, c.relname, k.command,
      CASE
        WHEN NOT c.relrowsecurity OR r.rolbypassrls THEN 'all rows'
        WHEN pg_has_role(r.oid, c.relowner, 'USAGE') AND NOT c.relforcerowsecurity THEN 'all rows'
        WHEN p.allowed IS NULL THEN 'no rows'
        ELSE 'rows where ' || p.allowed || coalesce(' AND ' || p.required, '')
      END
    FROM (SELECT oid, rolname::text, rolbypassrls FROM pg_roles
          WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname = ANY (%s)
          UNION ALL SELECT 0, 'PUBLIC', false) r
    CROSS JOIN pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN (VALUES ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) AS k(command, code)
    LEFT JOIN LATERAL (
      SELECT string_agg(x.rows, ' OR ' ORDER BY x.name) FILTER (WHERE x.permissive) AS allowed,
             string_agg(x.rows, ' AND ' ORDER BY x.name) FILTER (WHERE NOT x.permissive) AS required
      FROM (
        SELECT q.polname AS name, q.polpermissive AS permissive,
               coalesce(CASE k.code WHEN 'a' THEN pg_get_expr(q.polwithcheck, q.polrelid) END,
                        pg_get_expr(q.polqual, q.polrelid), 'true') AS rows
        FROM pg_policy q
        WHERE q.polrelid = c.oid AND q.polcmd::text IN ('*', k.code)
          AND EXISTS (SELECT FROM unnest(q.polroles) AS o(oid)
                      WHERE o.oid = 0 OR pg_has_role(r.oid, o.oid, 'MEMBER'))) x) p ON c.relrowsecurity
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (has_table_privilege(r.oid, c.oid, k.command)
           OR (k.command <> 'DELETE' AND has_any_column_privilege(r.oid, c.oid, k.command)))
      AND has_schema_privilege(r.oid, n.oid, 'USAGE')
"""


def matrix(connection: Connection, roles: Collection[str]) -> dict[Access, str]:
    """Return which rows PUBLIC, and each of the roles that is no superuser, can get at, by table and command."""
    rows = connection.execute(_MATRIX.encode(), (sorted(roles),)).fetchall()
    return {Access(*cell): rows_ for *cell, rows_ in rows}


def difference(before: Mapping[Access, str], after: Mapping[Access, str]) -> tuple[str, ...]:
    """Return in words what each role gains and loses."""
    return tuple(_lines(before, after))


def _lines(before: Mapping[Access, str], after: Mapping[Access, str]) -> Iterator[str]:
    for access in sorted({*before, *after}):
        was, now = before.get(access), after.get(access)
        what = f"{access.command} on {qualified(access.schema, access.relation)}"
        if was is None:
            yield f"{access.role} gains {what}: {now}"
        elif now is None:
            yield f"{access.role} loses {what}"
        elif was != now:
            yield f"{access.role}, {what}: {now}; before: {was}"
