"""What there is any of in a database: asked first, in one quick query, so that nothing else is asked for in vain."""

from __future__ import annotations

# Catalogs of which it matters what sort of rows they have, each with the sort as SQL. PostgreSQL's own objects are
# below 16384, but the schema public has 2200. Composite types, as which tables count too, are told apart in pg_class;
# an array type, which has no array type of its own, goes with its element. What was granted on one makes it count.
_OWN = "oid >= 16384"
_SORTED = {
    "pg_class": ("relkind", _OWN),
    "pg_type": ("typtype", f"{_OWN} AND (typtype <> 'c' AND (typtype <> 'b' OR typarray <> 0) OR typacl IS NOT NULL)"),
    "pg_proc": ("prokind", _OWN),
    "pg_description": (
        "CASE WHEN objsubid = 0 THEN classoid::regclass::text ELSE 'column' END",
        "objoid >= 16384 OR classoid = 'pg_namespace'::regclass",
    ),
}
# Catalogs of which it matters that they have any.
_ALIKE = {
    "pg_depend": "refclassid = 'pg_extension'::regclass AND deptype = 'x'",
    "pg_inherits": "true",
    "pg_largeobject_metadata": "true",
    "pg_seclabel": "true",
    "pg_rewrite": f"{_OWN} AND rulename <> '_RETURN'",
} | dict.fromkeys(
    (
        "pg_am", "pg_cast", "pg_collation", "pg_conversion", "pg_default_acl", "pg_event_trigger", "pg_extension",
        "pg_foreign_data_wrapper", "pg_foreign_server", "pg_language", "pg_opclass", "pg_operator", "pg_opfamily",
        "pg_publication", "pg_publication_namespace", "pg_publication_rel", "pg_statistic_ext", "pg_subscription",
        "pg_transform", "pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template",
    ),
    _OWN,
)  # fmt: skip

_GRANTED, _OUTSIDE = "pg_attribute", "outside"


def _schemas(*names: str) -> str:
    return f"(ARRAY(SELECT oid FROM pg_namespace WHERE nspname IN ({', '.join(map(repr, names))})))"


def _regranted(catalog: str, privileges: str, columns: str = "oid", key: str = "objoid") -> str:
    """Whether one of PostgreSQL's own objects has other privileges than initdb has noted for it."""
    noted = f"SELECT {key}, initprivs FROM pg_init_privs WHERE classoid = '{catalog}'::regclass"
    return f"{privileges} IS NOT NULL AND ({columns}, {privileges}) NOT IN ({noted})"


def _outside(catalog: str, prefix: str) -> str:
    """Whether an object is where PostgreSQL's own are, or one of these is elsewhere or has other privileges."""
    schema = f"{prefix}namespace"
    return f"""
    (SELECT '{_OUTSIDE}' FROM {catalog}
     WHERE CASE WHEN {_OWN} THEN {schema} = ANY {_schemas("pg_catalog", "information_schema")}
                WHEN {schema} = 'pg_catalog'::regnamespace THEN {_regranted(catalog, f"{prefix}acl")}
                ELSE {schema} <> ALL {_schemas("information_schema", "pg_toast")} END LIMIT 1)"""


def _changed(catalog: str, prefix: str, condition: str = "true") -> str:
    """Whether one of PostgreSQL's own objects that are in no schema has other privileges than at first."""
    return f"""
    (SELECT '{_OUTSIDE}' FROM {catalog}
     WHERE oid < 16384 AND {condition} AND {_regranted(catalog, f"{prefix}acl")} LIMIT 1)"""


CENSUS = " UNION ALL ".join(
    (
        *(
            f"SELECT concat('{catalog} ', {sort}) FROM {catalog} WHERE {of} GROUP BY {sort}"
            for catalog, (sort, of) in _SORTED.items()
        ),
        *(f"(SELECT '{catalog}' FROM {catalog} WHERE {of} LIMIT 1)" for catalog, of in _ALIKE.items()),
        f"""
    SELECT CASE WHEN attrelid >= 16384 THEN '{_GRANTED}' ELSE '{_OUTSIDE}' END FROM pg_attribute
    WHERE attacl IS NOT NULL
      AND (attrelid >= 16384 OR {_regranted("pg_class", "attacl", "attrelid, attnum", "objoid, objsubid")})
    GROUP BY 1""",
        *(
            _outside(catalog, prefix)
            for catalog, prefix in (("pg_class", "rel"), ("pg_proc", "pro"), ("pg_type", "typ"))
        ),
        _changed("pg_namespace", "nsp", "oid <> 2200 AND nspname <> 'information_schema'"),
        _changed("pg_language", "lan"),
    )
)
"""The query, which gives a word for each sort of rows that there are, and one for what is not as initdb left it."""


def any_of(catalog: str, *sorts: str) -> frozenset[str]:
    """Return the words of which the census gives one where the catalog has any rows, or any of these sorts."""
    if (catalog in _SORTED) != bool(sorts) or catalog not in {*_SORTED, *_ALIKE, _GRANTED}:
        raise KeyError(catalog)
    return frozenset(f"{catalog} {sort}" for sort in sorts) or frozenset({catalog})


def outside(*catalogs: str) -> frozenset[str]:
    """Return the words of which the census gives one where anything may be outside of what is compared."""
    return frozenset({_OUTSIDE}).union(*map(any_of, catalogs))
