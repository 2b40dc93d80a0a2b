"""The recorded model as the statements that drizzle-kit 0.31 prints, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

Item: TypeAlias = Mapping[str, Any]

# Types that are printed as they are; any other one is taken for a type of the user's and quoted.
NATIVE: Final = (
    "uuid", "smallint", "integer", "bigint", "boolean", "text", "varchar", "serial", "bigserial", "decimal", "numeric",
    "real", "json", "jsonb", "time", "timestamp", "date", "interval", "double precision", "char", "vector", "geometry",
    "halfvec", "sparsevec", "bit",
)  # fmt: skip
ARRAY: Final = re.compile(r"\[\d*(?:\[\d*\])*\]")
# The order in which a view's options are printed.
VIEW_OPTIONS: Final = (
    "checkOption", "securityBarrier", "securityInvoker", "fillfactor", "toastTupleTarget", "parallelWorkers",
    "autovacuumEnabled", "vacuumIndexCleanup", "vacuumTruncate", "autovacuumVacuumThreshold",
    "autovacuumVacuumScaleFactor", "autovacuumVacuumCostDelay", "autovacuumVacuumCostLimit", "autovacuumFreezeMinAge",
    "autovacuumFreezeMaxAge", "autovacuumFreezeTableAge", "autovacuumMultixactFreezeMinAge",
    "autovacuumMultixactFreezeMaxAge", "autovacuumMultixactFreezeTableAge", "logAutovacuumMinDuration",
    "userCatalogTable",
)  # fmt: skip
UNQUOTED_ROLES: Final = frozenset({"current_user", "current_role", "session_user", "public"})


Kind: TypeAlias = Literal[
    "schema",
    "type",
    "sequence",
    "role",
    "table",
    "row security",
    "foreign key",
    "unique index",
    "index",
    "view",
    "policy",
]


class Line(NamedTuple):
    """One statement, what it makes, and where that is declared (a position that `sandbox.Places` finds)."""

    kind: Kind
    sql: str
    at: Any


def statements(model: Item) -> list[Line]:
    """Return the statements of a model, each once."""
    tables = _ordered(model["tables"], lambda table: f"{table['schema'] or 'public'}.{table['name']}")
    lines = [
        *_before_tables(model),
        *_tables(tables),
        *_keys(tables),
        *_indexes(tables),
        *_after_tables(model, tables),
    ]
    return list({line.sql: line for line in reversed(lines)}.values())[::-1]


def _before_tables(model: Item) -> Iterator[Line]:
    for schema in _ordered(model["schemas"], lambda one: one["name"]):
        yield Line("schema", f"CREATE SCHEMA {quoted(schema['name'])};\n", schema["at"])
    for enum in model["enums"]:
        values = ", ".join(literal(value) for value in enum["values"])
        yield Line("type", f"CREATE TYPE {qualified(enum['schema'], enum['name'])} AS ENUM({values});", enum["at"])
    for sequence in model["sequences"]:
        name, options = qualified(sequence["schema"], sequence["name"]), sequence_options(sequence)
        yield Line("sequence", f"CREATE SEQUENCE {name}{options};", sequence["at"])
    for role in _ordered(model["roles"], lambda one: one["name"]):
        yield Line("role", create_role(role), role["at"])


def _tables(tables: Sequence[Item]) -> Iterator[Line]:
    for table in tables:
        yield Line("table", _table(table), table["at"])
        if table["rls"] or table["policies"]:
            yield Line("row security", f"ALTER TABLE {_table_name(table)} ENABLE ROW LEVEL SECURITY;", table["at"])


def _keys(tables: Sequence[Item]) -> Iterator[Line]:
    for table in tables:
        for foreign_key in table["foreignKeys"]:
            yield Line("foreign key", _foreign_key(table, foreign_key), foreign_key["at"])


def _indexes(tables: Sequence[Item]) -> Iterator[Line]:
    for table in tables:
        for index in _ordered(table["indexes"], lambda one: one["name"]):
            yield Line("unique index" if index["unique"] else "index", _index(table, index), index["at"])


def _after_tables(model: Item, tables: Sequence[Item]) -> Iterator[Line]:
    for view in model["views"]:
        yield Line("view", create_view(view), view["at"])
    for table in tables:
        for policy in table["policies"]:
            yield Line("policy", create_policy(policy, _table_name(table)), policy["at"])
    for policy in model["policies"]:
        yield Line(
            "policy", create_policy(policy, qualified(policy["on"]["schema"], policy["on"]["name"])), policy["at"]
        )


def _ordered(items: Sequence[Item], key: Any) -> list[Item]:
    """As JavaScript orders an object's keys: whole numbers first, by size, the others as they came."""
    numbers = [item for item in items if _is_whole(key(item))]
    return sorted(numbers, key=lambda item: int(key(item))) + [item for item in items if not _is_whole(key(item))]


def _is_whole(name: str) -> bool:
    return bool(re.fullmatch(r"0|[1-9]\d{0,9}", name)) and int(name) < 2**32 - 1


# ---- names


def quoted(name: str) -> str:
    """Return a name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def qualified(schema: str | None, name: str) -> str:
    """Return a name with its schema."""
    return f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)


def _table_name(table: Item) -> str:
    return qualified(table["schema"], table["name"])


def quoted_list(names: Sequence[str]) -> str:
    """Return names as they stand in a list of columns."""
    return ",".join(quoted(name) for name in names)


# ---- tables


def _table(table: Item) -> str:
    parts = [_column(column, table) for column in table["columns"]]
    if table["primaryKeys"]:
        key = table["primaryKeys"][0]
        parts.append(f"CONSTRAINT {quoted(key['name'])} PRIMARY KEY({quoted_list(key['columns'])})")
    for key in table["uniques"]:
        nulls = " NULLS NOT DISTINCT" if key["nullsNotDistinct"] else ""
        parts.append(f"CONSTRAINT {quoted(key['name'])} UNIQUE{nulls}({quoted_list(key['columns'])})")
    parts += [f"CONSTRAINT {quoted(check['name'])} CHECK ({check['value']})" for check in table["checks"]]
    body = ",\n".join(f"\t{part}" for part in parts)
    return f"CREATE TABLE {_table_name(table)} (\n{body}\n);\n"


def _column(column: Item, table: Item) -> str:
    parts = [quoted(column["name"]), _type(column)]
    if column["primary"]:
        parts.append("PRIMARY KEY")
    if column["default"] is not None:
        parts.append(f"DEFAULT {column['default']}")
    if column["generated"] is not None:
        parts.append(f"GENERATED ALWAYS AS ({column['generated']}) STORED")
    identity = column["identity"]
    if column["notNull"] and not identity:
        parts.append("NOT NULL")
    if identity:
        how = "ALWAYS" if identity["type"] == "always" else "BY DEFAULT"
        sequence = qualified(table["schema"], identity["name"])
        parts.append(f"GENERATED {how} AS IDENTITY (sequence name {sequence}{sequence_options(identity)})")
    return " ".join(parts)


def _type(column: Item) -> str:
    declared = column["type"]
    arrays = "".join(ARRAY.findall(declared))
    bare = ARRAY.sub("", declared)
    # What has an argument is no name: PostgreSQL takes `geography(Point,4326)` as it is, and in quotes for one name.
    if declared.startswith(NATIVE) or "(" in bare:
        return f"{bare}{arrays}"
    schema = column["typeSchema"]
    prefix = f"{quoted(schema)}." if schema and schema != "public" else ""
    return f"{prefix}{quoted(bare)}{arrays}"


def sequence_options(sequence: Item) -> str:
    """Return what a sequence says beside its name."""
    words = (
        ("increment", "INCREMENT BY"),
        ("minValue", "MINVALUE"),
        ("maxValue", "MAXVALUE"),
        ("startWith", "START WITH"),
        ("cache", "CACHE"),
    )
    options = "".join(f" {word} {sequence[key]}" for key, word in words if sequence[key])
    return options + (" CYCLE" if sequence["cycle"] else "")


def _foreign_key(table: Item, key: Item) -> str:
    target = qualified(key["schemaTo"] or "public", key["tableTo"])
    actions = (f" ON DELETE {key['onDelete']}" if key["onDelete"] else "") + (
        f" ON UPDATE {key['onUpdate']}" if key["onUpdate"] else ""
    )
    return (
        f"ALTER TABLE {_table_name(table)} ADD CONSTRAINT {quoted(key['name'])} "
        f"FOREIGN KEY ({quoted_list(key['columns'])}) "
        f"REFERENCES {target}({quoted_list(key['columnsTo'])}){actions};"
    )


def _index(table: Item, index: Item) -> str:
    unique = "UNIQUE INDEX" if index["unique"] else "INDEX"
    concurrently = " CONCURRENTLY" if index["concurrently"] else ""
    columns = ",".join(_index_column(column) for column in index["columns"])
    options = ",".join(f"{key}={value}" for key, value in index["with"])
    storage = f" WITH ({options})" if index["with"] else ""
    where = f" WHERE {index['where']}" if index["where"] else ""
    return (
        f"CREATE {unique}{concurrently} {quoted(index['name'])} ON {_table_name(table)} USING {index['method']} "
        f"({columns}){storage}{where};"
    )


def _index_column(column: Item) -> str:
    written = column["expression"] if column["isExpression"] else quoted(column["expression"])
    if column["opclass"]:
        return f"{written} {column['opclass']}"
    order = "" if column["asc"] else " DESC"
    nulls = "" if column["asc"] and column["nulls"] == "last" else f" NULLS {column['nulls'].upper()}"
    return f"{written}{order}{nulls}"


# ---- the rest


def create_role(role: Item) -> str:
    """Return the statement that makes a role."""
    options = (
        (" CREATEDB" if role["createDb"] else "")
        + (" CREATEROLE" if role["createRole"] else "")
        + ("" if role["inherit"] else " NOINHERIT")
    )
    return f"CREATE ROLE {quoted(role['name'])}{' WITH' + options if options else ''};"


def create_policy(policy: Item, table: str) -> str:
    """Return the statement that makes a policy of that table."""
    roles = ", ".join(role if role in UNQUOTED_ROLES else quoted(role) for role in policy["to"])
    using = f" USING ({policy['using']})" if policy["using"] else ""
    check = f" WITH CHECK ({policy['withCheck']})" if policy["withCheck"] else ""
    head = f"CREATE POLICY {quoted(policy['name'])} ON {table} AS {policy['as']} FOR {policy['for']}"
    return f"{head} TO {roles}{using}{check};"


def create_view(view: Item, order: Sequence[str] = VIEW_OPTIONS) -> str:
    """Return the statement that makes a view."""
    words = "CREATE MATERIALIZED VIEW" if view["materialized"] else "CREATE VIEW"
    sql = f"{words} {qualified(view['schema'], view['name'])}"
    if view["using"]:
        sql += f" USING {quoted(view['using'])}"
    if view["with"] is not None:
        given = sorted(view["with"], key=lambda one: order.index(one[0]) if one[0] in order else 99)
        options = ", ".join(f"{_snake(key)} = {value}" for key, value in given)
        sql += f" WITH ({options})"
    if view["tablespace"]:
        sql += f" TABLESPACE {view['tablespace']}"
    sql += f" AS ({view['definition']})"
    return sql + (" WITH NO DATA;" if view["withNoData"] else ";")


def _snake(key: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter.group().lower()}", key)
