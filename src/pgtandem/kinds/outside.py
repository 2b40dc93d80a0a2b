"""What lies outside of all that is compared, though somebody made or changed it: it is counted and named.

Where a platform has prepared the database, what was done to PostgreSQL's own objects is the platform's affair.
"""

from __future__ import annotations

from typing import Final

from pgtandem.kinds.census import outside
from pgtandem.kinds.scope import ON_PLATFORM

# What a new object gets: what is built in, or set for its owner, and what is set for the schema beside; a column gets
# nothing (https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html). pg_default_acl has a capital letter
# for sequences, and acldefault() a small one.
_GIVEN = 'SELECT defaclacl FROM pg_default_acl WHERE defaclrole = o.owner AND defaclobjtype = o.sort::"char"'
_USUAL = f"""coalesce(({_GIVEN} AND defaclnamespace = 0), acldefault(replace(o.sort, 'S', 's')::"char", o.owner))
            || coalesce(({_GIVEN} AND defaclnamespace = o.namespace), '{{}}')"""
# Catalogs of objects that have privileges, with the column of these, the sort, the owner and the schema.
_GRANTED = (
    ("pg_proc", "proacl", "'f'", "proowner", "pronamespace"),
    ("pg_type", "typacl", "'T'", "typowner", "typnamespace"),
    ("pg_namespace", "nspacl", "'n'", "nspowner", "NULL"),
    ("pg_class", "relacl", "CASE relkind WHEN 'S' THEN 'S' ELSE 'r' END", "relowner", "relnamespace"),
    ("pg_language", "lanacl", "'l'", "lanowner", "NULL"),
    ("pg_foreign_data_wrapper", "fdwacl", "'F'", "fdwowner", "NULL"),
)


# An object without a list has the privileges that are built in; what initdb and extensions grant is remembered
# (https://www.postgresql.org/docs/current/catalog-pg-init-privs.html).
def regranted(numbers: str) -> str:
    """Return an SQL subquery: objects with such numbers, and columns, whose privileges are not what they came with."""
    lists = "".join(
        f"""
            UNION ALL
            SELECT '{catalog}'::regclass, oid, 0, {privileges}, {sort}, {owner}, {namespace}
            FROM {catalog} WHERE oid {numbers} AND {privileges} IS NOT NULL"""
        for catalog, privileges, sort, owner, namespace in _GRANTED
    )
    return f"""(
          SELECT o.catalog, o.oid, o.part
          FROM (
            SELECT 'pg_class'::regclass AS catalog, attrelid AS oid, attnum AS part, attacl AS given, NULL AS sort,
                   NULL::oid AS owner, NULL::oid AS namespace
            FROM pg_attribute WHERE attrelid {numbers} AND attacl IS NOT NULL{lists}
          ) o
          LEFT JOIN pg_init_privs i ON i.classoid = o.catalog AND i.objoid = o.oid AND i.objsubid = o.part
          CROSS JOIN LATERAL (SELECT coalesce(i.initprivs, {_USUAL}) AS privileges OFFSET 0) first
          WHERE NOT (o.given @> first.privileges AND first.privileges @> o.given)
        )"""


# PostgreSQL's own objects have numbers below 16384; 2200 is the schema public, whose privileges are compared. initdb
# does not remember what it grants on the information schema.
_REGRANTED = f"""
    SELECT format('privileges on %s of PostgreSQL''s own objects (%s)', count(*),
                  string_agg(pg_describe_object(o.catalog, o.oid, o.part), ', ' ORDER BY o.catalog, o.oid, o.part))
    FROM {regranted("< 16384")} o
    LEFT JOIN pg_class c ON o.catalog = 'pg_class'::regclass AND c.oid = o.oid
    LEFT JOIN pg_namespace n ON n.oid = CASE o.catalog WHEN 'pg_namespace'::regclass THEN o.oid ELSE c.relnamespace END
    WHERE NOT {ON_PLATFORM} AND o.oid <> 2200 AND n.nspname IS DISTINCT FROM 'information_schema'
    HAVING count(*) > 0
"""
_CATALOGS = (
    ("pg_class", "relnamespace"),
    ("pg_proc", "pronamespace"),
    ("pg_type", "typnamespace"),
    ("pg_operator", "oprnamespace"),
    ("pg_opclass", "opcnamespace"),
    ("pg_opfamily", "opfnamespace"),
    ("pg_collation", "collnamespace"),
    ("pg_conversion", "connamespace"),
    ("pg_ts_config", "cfgnamespace"),
    ("pg_ts_dict", "dictnamespace"),
    ("pg_ts_parser", "prsnamespace"),
    ("pg_ts_template", "tmplnamespace"),
)
# The row type of a table, the array of a type and the index of a key go with them; so do tables of oversized values.
_PLACED = " UNION ALL ".join(
    f"SELECT '{catalog}'::regclass AS catalog, oid, {namespace}::regnamespace AS namespace FROM {catalog}"
    for catalog, namespace in _CATALOGS
)
_SCHEMAS = "SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')"
_BETWEEN = f"""
    SELECT concat(CASE WHEN x.oid < 16384 THEN 'PostgreSQL''s own ' END, pg_describe_object(x.catalog, x.oid, 0),
                  ' in ', x.namespace)
    FROM ({_PLACED}) x
    WHERE NOT {ON_PLATFORM} AND (x.oid >= 16384) = (x.namespace IN ({_SCHEMAS}))
      AND x.namespace <> 'pg_toast'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = x.catalog AND d.objid = x.oid AND d.deptype IN ('e', 'i'))
"""
_LARGE_OBJECTS = "SELECT format('large objects: %s', count(*)) FROM pg_largeobject_metadata HAVING count(*) > 0"

OUTSIDE: Final = f"{_REGRANTED} UNION ALL {_BETWEEN} UNION ALL {_LARGE_OBJECTS}"
"""A query that names them, in one column."""

IF_ANY: Final = outside(
    "pg_largeobject_metadata",
    *(catalog for catalog, _ in _CATALOGS if catalog not in ("pg_class", "pg_proc", "pg_type")),
)
"""The words of the census of which one is there where it names any."""
