"""What lies outside of all that is compared, though somebody made or changed it: it is counted and named.

Where a platform has prepared the database, what was done to PostgreSQL's own objects is the platform's affair.
"""

from __future__ import annotations

from typing import Final

from pgtandem.kinds.scope import ON_PLATFORM


def _usual(sort: str, owner: str, schema: str) -> str:
    """What a new object gets: what is built in, or set for its owner, and what is set for the schema beside.

    https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
    """
    # pg_default_acl has a capital letter for sequences, and acldefault() a small one.
    given = f"SELECT defaclacl FROM pg_default_acl WHERE defaclrole = {owner} AND defaclobjtype = {sort}"
    return f"""coalesce(({given} AND defaclnamespace = 0), acldefault(replace({sort}::text, 'S', 's')::"char", {owner}))
                   || coalesce(({given} AND defaclnamespace = {schema}), '{{}}')"""


_RELATION = """CASE relkind WHEN 'S' THEN 'S' ELSE 'r' END::"char\""""


# An object without a list has the privileges that are built in; what initdb and extensions grant is remembered
# (https://www.postgresql.org/docs/current/catalog-pg-init-privs.html).
def regranted(numbers: str) -> str:
    """Return an SQL subquery: objects with such numbers, and columns, whose privileges are not what they came with."""
    return f"""(
          SELECT o.catalog, o.oid, o.part
          FROM (
            SELECT 'pg_proc'::regclass AS catalog, oid, 0 AS part, proacl AS given,
                   {_usual("'f'", "proowner", "pronamespace")} AS usual
            FROM pg_proc WHERE oid {numbers} AND proacl IS NOT NULL
            UNION ALL
            SELECT 'pg_type'::regclass, oid, 0, typacl, {_usual("'T'", "typowner", "typnamespace")}
            FROM pg_type WHERE oid {numbers} AND typacl IS NOT NULL
            UNION ALL
            SELECT 'pg_namespace'::regclass, oid, 0, nspacl, acldefault('n', nspowner)
            FROM pg_namespace WHERE oid {numbers} AND nspacl IS NOT NULL
            UNION ALL
            SELECT 'pg_class'::regclass, oid, 0, relacl, {_usual(_RELATION, "relowner", "relnamespace")}
            FROM pg_class WHERE oid {numbers} AND relacl IS NOT NULL
            UNION ALL
            SELECT 'pg_class'::regclass, attrelid, attnum, attacl, '{{}}'::aclitem[]
            FROM pg_attribute WHERE attrelid {numbers} AND attacl IS NOT NULL
            UNION ALL
            SELECT 'pg_language'::regclass, oid, 0, lanacl, acldefault('l', lanowner)
            FROM pg_language WHERE oid {numbers} AND lanacl IS NOT NULL
            UNION ALL
            SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, acldefault('F', fdwowner)
            FROM pg_foreign_data_wrapper WHERE oid {numbers} AND fdwacl IS NOT NULL
          ) o
          LEFT JOIN pg_init_privs i ON i.classoid = o.catalog AND i.objoid = o.oid AND i.objsubid = o.part
          WHERE NOT (o.given @> coalesce(i.initprivs, o.usual) AND coalesce(i.initprivs, o.usual) @> o.given)
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
# The row type of a table, the array of a type and the index of a key go with them.
_BETWEEN = f"""
    SELECT concat(pg_describe_object(x.catalog, x.oid, 0), ' in ', x.namespace)
    FROM ({
    " UNION ALL ".join(
        f"SELECT '{catalog}'::regclass AS catalog, oid, {namespace}::regnamespace AS namespace"
        f" FROM {catalog} WHERE oid >= 16384"
        for catalog, namespace in _CATALOGS
    )
}) x
    WHERE NOT {ON_PLATFORM}
      AND x.namespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema'))
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = x.catalog AND d.objid = x.oid AND d.deptype IN ('e', 'i'))
"""
_LARGE_OBJECTS = "SELECT format('large objects: %s', count(*)) FROM pg_largeobject_metadata HAVING count(*) > 0"

OUTSIDE: Final = f"{_REGRANTED} UNION ALL {_BETWEEN} UNION ALL {_LARGE_OBJECTS}"
"""A query that names them, in one column."""
