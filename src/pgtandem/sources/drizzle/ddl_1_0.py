"""The recorded model as the statements that drizzle-kit 1.0 prints, in its order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.sources.drizzle import ddl
from pgtandem.sources.drizzle.ddl import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgtandem.sources.drizzle.ddl import Item

# The order in which a view's options are printed.
VIEW_OPTIONS = (
    "checkOption", "securityBarrier", "securityInvoker", "autovacuumEnabled", "autovacuumFreezeMaxAge",
    "autovacuumFreezeMinAge", "autovacuumFreezeTableAge", "autovacuumMultixactFreezeMaxAge",
    "autovacuumMultixactFreezeMinAge", "autovacuumMultixactFreezeTableAge", "autovacuumVacuumCostDelay",
    "autovacuumVacuumCostLimit", "autovacuumVacuumScaleFactor", "autovacuumVacuumThreshold", "fillfactor",
    "logAutovacuumMinDuration", "parallelWorkers", "toastTupleTarget", "userCatalogTable", "vacuumIndexCleanup",
    "vacuumTruncate",
)  # fmt: skip
BRACKETS = re.compile(r"\[\d*\]")
SERIAL = frozenset({"serial", "bigserial", "smallserial"})


def statements(model: Item) -> list[Line]:
    """Return the statements of a model."""
    tables = model["tables"]
    return [
        *(Line("schema", f"CREATE SCHEMA {ddl.quoted(one['name'])};\n", one["at"]) for one in model["schemas"]),
        *(Line("type", _enum(one), one["at"]) for one in model["enums"]),
        *(Line("sequence", _sequence(one), one["at"]) for one in model["sequences"]),
        *(Line("role", ddl.create_role(one), one["at"]) for one in model["roles"]),
        *_tables(tables, _linked(model)),
        *_indexes(tables),
        *_foreign_keys(tables),
        *(Line("view", _view(one), one["at"]) for one in _after_those_used(model["views"])),
        *_policies(model, tables),
    ]


def _named(schema: str | None, name: str) -> str:
    """A name with its schema, where that is not the one that is meant anyway."""
    return ddl.qualified(None if schema == "public" else schema, name)


def _of(table: Item) -> str:
    return _named(table["schema"], table["name"])


def _linked(model: Item) -> frozenset[tuple[str, str]]:
    return frozenset((one["on"]["schema"], one["on"]["name"]) for one in model["policies"])


def _enum(enum: Item) -> str:
    values = ", ".join(ddl.literal(value) for value in enum["values"])
    return f"CREATE TYPE {_named(enum['schema'], enum['name'])} AS ENUM({values});"


def _sequence(sequence: Item) -> str:
    return f"CREATE SEQUENCE {ddl.qualified(sequence['schema'], sequence['name'])}{ddl.sequence_options(sequence)};"


def _tables(tables: Sequence[Item], linked: frozenset[tuple[str, str]]) -> Iterator[Line]:
    for table in tables:
        yield Line("table", _table(table), table["at"])
        if table["rls"] or table["policies"] or (table["schema"] or "public", table["name"]) in linked:
            yield Line("row security", f"ALTER TABLE {_of(table)} ENABLE ROW LEVEL SECURITY;", table["at"])


def _table(table: Item) -> str:
    key = _primary_key(table)
    parts = [_column(column, table, key) for column in table["columns"]]
    if key is not None and (len(key["columns"]) > 1 or key["name"] != f"{table['name']}_pkey"):
        parts.append(f"CONSTRAINT {ddl.quoted(key['name'])} PRIMARY KEY({ddl.quoted_list(key['columns'])})")
    several = [one for one in table["uniques"] if len(one["columns"]) > 1]
    parts += [
        f"CONSTRAINT {ddl.quoted(one['name'])} UNIQUE{_nulls(one)}({ddl.quoted_list(one['columns'])})"
        for one in several
    ]
    parts += [f"CONSTRAINT {ddl.quoted(one['name'])} CHECK ({one['value']})" for one in table["checks"]]
    body = ",\n".join(f"\t{part}" for part in parts)
    return f"CREATE TABLE {_of(table)} (\n{body}\n);\n"


def _primary_key(table: Item) -> Item | None:
    """The table's key, else that of the first column that says it is one."""
    if table["primaryKeys"]:
        first: Item = table["primaryKeys"][0]
        return first
    column = next((one for one in table["columns"] if one["primary"]), None)
    return None if column is None else {"name": f"{table['name']}_pkey", "columns": [column["name"]]}


def _nulls(unique: Item) -> str:
    return " NULLS NOT DISTINCT" if unique["nullsNotDistinct"] else ""


def _column(column: Item, table: Item, key: Item | None) -> str:
    base = _base_type(column)
    of_key = key is not None and column["name"] in key["columns"]
    alone = key is not None and key["columns"] == [column["name"]] and key["name"] == f"{table['name']}_pkey"
    parts = [ddl.quoted(column["name"]), f"{_type(column, base)}{'[]' * column['dimensions']}"]
    if alone:
        parts.append("PRIMARY KEY")
    if column["default"]:
        parts.append(f"DEFAULT {column['default']}{_cast(column, base)}")
    if column["generated"] is not None:
        parts.append(f"GENERATED ALWAYS AS ({column['generated']}) STORED")
    if column["notNull"] and not (of_key or column["identity"] or base.lower() in SERIAL):
        parts.append("NOT NULL")
    unique = next((one for one in table["uniques"] if one["columns"] == [column["name"]]), None)
    if unique is not None:
        named = f"CONSTRAINT {ddl.quoted(unique['name'])} " if unique["isNamed"] else ""
        parts.append(f"{named}UNIQUE{_nulls(unique)}")
    if column["identity"]:
        parts.append(_identity(column["identity"], table))
    return " ".join(parts)


def _identity(identity: Mapping[str, str], table: Item) -> str:
    how = "ALWAYS" if identity["type"] == "always" else "BY DEFAULT"
    sequence = _named(table["schema"], identity["name"])
    return f"GENERATED {how} AS IDENTITY (sequence name {sequence}{ddl.sequence_options(identity)})"


def _base_type(column: Item) -> str:
    base: str = column["type"].replace(", ", ",", 1)
    base = base.replace("timestamp (", "timestamp(", 1) if base.startswith("timestamp (") else base
    return BRACKETS.sub("", base)


def _type(column: Item, base: str) -> str:
    return _named(column["typeSchema"], base) if column["typeSchema"] else base


def _cast(column: Item, base: str) -> str:
    if column["typeSchema"]:
        return f"::{_named(column['typeSchema'], base)}{'[]' if column['dimensions'] else ''}"
    return f"::{base}[]" if column["dimensions"] else ""


def _foreign_keys(tables: Sequence[Item]) -> Iterator[Line]:
    for table in tables:
        for key in table["foreignKeys"]:
            actions = "".join(
                f" ON {event} {key[action].upper()}"
                for event, action in (("DELETE", "onDelete"), ("UPDATE", "onUpdate"))
                if key[action] and key[action] != "no action"
            )
            sql = (
                f"ALTER TABLE {_of(table)} ADD CONSTRAINT {ddl.quoted(key['name'])} "
                f"FOREIGN KEY ({ddl.quoted_list(key['columns'])}) REFERENCES {_named(key['schemaTo'], key['tableTo'])}"
                f"({ddl.quoted_list(key['columnsTo'])}){actions};"
            )
            yield Line("foreign key", sql, key["at"])


def _indexes(tables: Sequence[Item]) -> Iterator[Line]:
    for table in tables:
        for index in table["indexes"]:
            yield Line("unique index" if index["unique"] else "index", _index(table, index), index["at"])


def _index(table: Item, index: Item) -> str:
    unique = "UNIQUE INDEX" if index["unique"] else "INDEX"
    concurrently = " CONCURRENTLY" if index["concurrently"] else ""
    using = "" if index["method"] == "btree" else f" USING {index['method']}"
    options = ", ".join(f"{key}={value}" for key, value in index["with"])
    storage = f" WITH ({options})" if options else ""
    where = f" WHERE {index['where']}" if index["where"] and index["where"] != "true" else ""
    columns = ",".join(_index_column(column) for column in index["columns"])
    return (
        f"CREATE {unique}{concurrently} {ddl.quoted(index['name'])} ON {_of(table)}{using} ({columns}){storage}{where};"
    )


def _index_column(column: Item) -> str:
    written = column["expression"] if column["isExpression"] else ddl.quoted(column["expression"])
    opclass = f" {column['opclass']}" if column["opclass"] else ""
    usual = "last" if column["asc"] else "first"
    nulls = "" if column["nulls"] == usual else f" NULLS {column['nulls'].upper()}"
    return f"{written}{opclass}{'' if column['asc'] else ' DESC'}{nulls}"


def _after_those_used(views: Sequence[Item]) -> list[Item]:
    """The views, each after those that its query names."""
    named = {f"{view['schema']}.{view['name']}": view for view in views}
    ordered: dict[str, Item] = {}
    waiting, seen = [*reversed(named)], set()
    while waiting:
        key = waiting[-1]
        used = [] if key in seen else [one for one in named[key]["uses"] if one in named and one not in seen]
        seen.add(key)
        waiting += reversed(used)
        if not used:
            ordered[key] = named[key]
            waiting.pop()
    return [*ordered.values()]


def _view(view: Item) -> str:
    schema = None if view["schema"] == "public" else view["schema"]
    return ddl.create_view({**view, "schema": schema}, VIEW_OPTIONS)


def _policies(model: Item, tables: Sequence[Item]) -> Iterator[Line]:
    """The linked ones go first, but those of one table stay together."""
    together: dict[str, list[Item]] = {}
    for policy in model["policies"]:
        together.setdefault(_named(policy["on"]["schema"], policy["on"]["name"]), []).append(policy)
    for table in tables:
        together.setdefault(_of(table), []).extend(table["policies"])
    for table_name, policies in together.items():
        for policy in policies:
            yield Line("policy", ddl.create_policy(policy, table_name), policy["at"])
