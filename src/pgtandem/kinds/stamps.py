"""Which transaction wrote what last, and which command of it, as the system columns of the catalogs have it."""

from __future__ import annotations

from typing import TypeAlias

from pgtandem.kinds.dependencies import address, address_of

# https://www.postgresql.org/docs/current/ddl-system-columns.html. The first column says what was written: the object
# itself (nothing), what is about it and has no row of its own ("about"), or its comment. The row of a table changes
# with every index and trigger, that of an index whenever it is built anew; those taken here change with the object.
_OF_THEIR_OWN = (
    "pg_constraint", "pg_proc", "pg_trigger", "pg_policy", "pg_rewrite", "pg_namespace", "pg_extension", "pg_collation",
    "pg_statistic_ext", "pg_event_trigger", "pg_publication", "pg_publication_rel", "pg_cast", "pg_foreign_server",
    "pg_transform", "pg_am", "pg_type",
)  # fmt: skip
_WRITTEN = "xmin::text::bigint, cmin::text::bigint"

Stamp: TypeAlias = tuple[int, int]
"""The number of a transaction, or of a part of one (what follows a savepoint), and of a command in the transaction."""

STAMPS = f"""
    {
    " UNION ALL ".join(
        f"SELECT '' AS aspect, {address(catalog, 'oid')} AS address, {_WRITTEN} FROM {catalog} WHERE oid >= 16384"
        for catalog in _OF_THEIR_OWN
    )
}
    UNION ALL
    SELECT '', {address("pg_class", "typrelid")}, {_WRITTEN} FROM pg_type WHERE typrelid >= 16384
    UNION ALL
    SELECT 'about', {address("pg_class", "oid")}, {_WRITTEN} FROM pg_class WHERE oid >= 16384 AND relkind <> 't'
    UNION ALL
    SELECT '', {address("pg_class", "indexrelid")}, {_WRITTEN} FROM pg_index WHERE indexrelid >= 16384
    UNION ALL
    SELECT '', {address("pg_class", "seqrelid")}, {_WRITTEN} FROM pg_sequence
    UNION ALL
    SELECT '', {address("pg_class", "attrelid", "attnum")}, {_WRITTEN}
    FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0
    UNION ALL
    SELECT '', {address("pg_class", "adrelid", "adnum")}, {_WRITTEN} FROM pg_attrdef WHERE adrelid >= 16384
    UNION ALL
    SELECT 'comment', {address_of("classoid", "objoid", "objsubid")}, {
    _WRITTEN
} FROM pg_description WHERE objoid >= 16384
"""
