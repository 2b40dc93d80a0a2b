"""Objects that exist and that no kind describes, so that their absence from a report is not silence."""

from __future__ import annotations

from pgtandem.kinds.scope import not_of_extension, user_extension, user_schema

# What was granted on an object of an extension is held against what the extension itself granted
# (https://www.postgresql.org/docs/current/catalog-pg-init-privs.html).


def _in_schema(word: str, catalog: str, prefix: str) -> str:
    return f"""
    SELECT '{word} ' || format('%I.%I', n.nspname, x.{prefix}name)
    FROM {catalog} x JOIN pg_namespace n ON n.oid = x.{prefix}namespace
    WHERE {user_schema("n.nspname")} AND {not_of_extension(catalog, "x.oid")}"""


def _global(word: str, catalog: str, prefix: str) -> str:
    return f"""
    SELECT '{word} ' || quote_ident(x.{prefix}name) FROM {catalog} x
    WHERE x.oid >= 16384 AND {not_of_extension(catalog, "x.oid")}"""


UNMODELLED = f"""
    SELECT 'base type ' || format('%I.%I', n.nspname, t.typname) AS name
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
      AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    UNION ALL {_in_schema("operator", "pg_operator", "opr")}
    UNION ALL {_in_schema("operator class", "pg_opclass", "opc")}
    UNION ALL {_in_schema("operator family", "pg_opfamily", "opf")}
    UNION ALL {_in_schema("conversion", "pg_conversion", "con")}
    UNION ALL {_in_schema("text search configuration", "pg_ts_config", "cfg")}
    UNION ALL {_in_schema("text search dictionary", "pg_ts_dict", "dict")}
    UNION ALL {_in_schema("text search parser", "pg_ts_parser", "prs")}
    UNION ALL {_in_schema("text search template", "pg_ts_template", "tmpl")}
    UNION ALL {_global("foreign data wrapper", "pg_foreign_data_wrapper", "fdw")}
    UNION ALL {_global("language", "pg_language", "lan")}
    UNION ALL
    SELECT 'privileges on ' || pg_describe_object(o.catalog, o.oid, 0) || ' of extension ' || quote_ident(x.extname)
    FROM pg_extension x
    JOIN pg_depend e ON e.refclassid = 'pg_extension'::regclass AND e.refobjid = x.oid AND e.deptype = 'e'
    JOIN (
      SELECT 'pg_proc'::regclass AS catalog, oid, proacl AS given, acldefault('f', proowner) AS usual FROM pg_proc
      UNION ALL
      SELECT 'pg_type'::regclass, oid, typacl, acldefault('T', typowner) FROM pg_type
      UNION ALL
      SELECT 'pg_namespace'::regclass, oid, nspacl, acldefault('n', nspowner) FROM pg_namespace
      UNION ALL
      SELECT 'pg_class'::regclass, oid, relacl,
             acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
      FROM pg_class
    ) o ON o.catalog = e.classid AND o.oid = e.objid
    LEFT JOIN pg_init_privs i ON i.classoid = e.classid AND i.objoid = e.objid AND i.objsubid = 0
    WHERE {user_extension("x.extname")}
      AND NOT (coalesce(o.given, o.usual) @> coalesce(i.initprivs, o.usual)
               AND coalesce(i.initprivs, o.usual) @> coalesce(o.given, o.usual))
    UNION ALL
    SELECT format('user mapping for %s server %I', CASE m.umuser WHEN 0 THEN 'PUBLIC'
                  ELSE quote_ident(pg_get_userbyid(m.umuser)) END, m.srvname)
    FROM pg_user_mappings m
    UNION ALL
    SELECT 'subscription ' || quote_ident(x.subname) FROM pg_subscription x
    WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1
"""
