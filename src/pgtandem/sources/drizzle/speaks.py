"""What a Drizzle schema has no words for."""

from __future__ import annotations

from typing import Final

from pgtandem.kinds import FOUND

_KINDS = frozenset(
    {"schema", "enum", "sequence", "table", "column", "constraint", "index", "view", "view column",
     "materialized view", "row security", "policy"}
)  # fmt: skip
_FIELDS = {
    "table": "persistence inherits partition_by of_type options replica_identity access_method tablespace",
    "column": "not_null_name not_null_inherited not_null_valid not_null_of_parent collation storage compression"
    " statistics options foreign_options inherited sequence_persistence",
    "constraint": "options tablespace clustered replica_identity index_valid triggers",
    "index": "include valid clustered replica_identity tablespace statistics nulls_not_distinct",
    "row security": "forced",
}
# https://orm.drizzle.team/docs/sql-schema-declaration, .../indexes-constraints, .../rls
SILENT: Final = frozenset(kind.KIND for kind in FOUND if kind.KIND not in _KINDS) | {
    f"{kind}.{name}" for kind, names in _FIELDS.items() for name in names.split()
}
