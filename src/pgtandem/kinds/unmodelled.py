"""Objects that exist and that no kind describes, so that their absence from a report is not silence."""

from __future__ import annotations

from pgtandem.kinds.scope import not_of_extension, user_schema


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
    SELECT format('user mapping for %s server %I', CASE m.umuser WHEN 0 THEN 'PUBLIC'
                  ELSE quote_ident(pg_get_userbyid(m.umuser)) END, m.srvname)
    FROM pg_user_mappings m
    UNION ALL
    SELECT 'subscription ' || quote_ident(x.subname) FROM pg_subscription x
    WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1
"""
