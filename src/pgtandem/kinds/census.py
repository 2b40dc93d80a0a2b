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
    "pg_attribute": "attrelid >= 16384 AND attacl IS NOT NULL",
    "pg_depend": "refclassid = 'pg_extension'::regclass AND deptype = 'x'",
    "pg_inherits": "true",
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

CENSUS = " UNION ALL ".join(
    (
        *(
            f"SELECT concat('{catalog} ', {sort}) FROM {catalog} WHERE {of} GROUP BY {sort}"
            for catalog, (sort, of) in _SORTED.items()
        ),
        *(f"(SELECT '{catalog}' FROM {catalog} WHERE {of} LIMIT 1)" for catalog, of in _ALIKE.items()),
    )
)
"""The query, which gives a word for each sort of rows that is there."""


def any_of(catalog: str, *sorts: str) -> frozenset[str]:
    """Return the words of which the census gives one where the catalog has any rows, or any of these sorts."""
    if (catalog in _SORTED) != bool(sorts) or catalog not in _SORTED | _ALIKE:
        raise KeyError(catalog)
    return frozenset(f"{catalog} {sort}" for sort in sorts) or frozenset({catalog})
