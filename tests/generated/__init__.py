"""Schemas by chance: a hypothesis strategy for SQL that PostgreSQL 15 and later load, rich in what schemas hold.

    from generated import schemas
    @given(schemas())
    def test(sql: str): ...

Every schema has a few tables with columns of many types, keys, checks, foreign keys, indexes, comments, grants (to
PUBLIC and to the roles in ROLES, which must be there), and some of: enums, domains, composite types, sequences,
identity and generated columns, views, functions, triggers, row security with policies, partitions.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from pgtandem.model.key import literal, quote

ROLES = ("gen_reader", "gen writer")
NAMES = (
    "a",
    "b",
    "items",
    "user",
    "Order",
    "with space",
    'quo"te',
    "dot.ted",
    "über",
    "select",
    "🐘",
    "x" * 63,
    "%s",
    "$1$",
)
COLUMNS = ("id", "name", "Kind", "created at", "order", "ä", "v.1", 'q"', "value", "state")
TYPES = {
    "bigint": "0",
    "integer": "42",
    "smallint": "-1",
    "numeric(12,3)": "1.5",
    "real": "0.25",
    "text": "'it''s'",
    "character varying(40)": "'a\\b'",
    "character(3)": "'abc'",
    "boolean": "true",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "timestamp(3) without time zone": "'2026-01-02 03:04:05'",
    "date": "CURRENT_DATE",
    "interval": "'1 day 02:03'",
    "bytea": "'\\x00ff'",
    "jsonb": "'{}'",
    "text[]": "'{a,\"b c\"}'",
    "integer[]": "ARRAY[1, 2]",
    "inet": "'127.0.0.1'",
    "int4range": "'[1,5)'",
    "bit(4)": "B'1010'",
    "tsvector": "''",
    "money": None,
}
SORTED = ("bigint", "integer", "smallint", "numeric(12,3)", "text", "character varying(40)", "uuid", "date", "boolean")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    name: str
    columns: tuple[tuple[str, str], ...]
    key: str

    def sorted_columns(self) -> list[str]:
        return [name for name, kind in self.columns if kind in SORTED]


@st.composite
def schemas(draw: st.DrawFn) -> str:
    """Return the SQL of a schema."""
    schema = draw(st.sampled_from(("public", "app", "My Schema")))
    lines = [] if schema == "public" else [f"CREATE SCHEMA {quote(schema)}"]
    lines.append(f"SET search_path = {quote(schema)}, public")
    lines += draw(_types())
    tables = draw(st.lists(_tables(), min_size=1, max_size=4, unique_by=lambda table: table.name))
    for number, table in enumerate(tables):
        lines += draw(_table(table, tables[:number]))
    for number, table in enumerate(tables):
        lines += draw(_around(table, number))
    return "".join(f"{line};\n" for line in lines)


@st.composite
def _types(draw: st.DrawFn) -> list[str]:
    labels = draw(st.lists(st.sampled_from(("new", "it's", "Done", "ö", "")), min_size=1, unique=True))
    made = (
        f"CREATE TYPE gen_enum AS ENUM ({', '.join(map(literal, labels))})",
        f"CREATE DOMAIN gen_domain AS text DEFAULT 'x' CONSTRAINT short CHECK (length(VALUE) < {draw(_number())})",
        'CREATE TYPE gen_pair AS (one integer, "The Other" text)',
        "CREATE TYPE gen_range AS RANGE (subtype = numeric)",
        f"CREATE SEQUENCE gen_sequence INCREMENT {draw(_number())} CACHE 3 CYCLE MAXVALUE 100000",
    )
    return draw(st.lists(st.sampled_from(made), unique=True))


def _number() -> st.SearchStrategy[int]:
    return st.integers(1, 90)


@st.composite
def _tables(draw: st.DrawFn) -> _Table:
    names = draw(st.lists(st.sampled_from(COLUMNS[1:]), min_size=1, max_size=6, unique=True))
    columns = tuple((name, draw(st.sampled_from(tuple(TYPES)))) for name in names)
    return _Table(name=draw(st.sampled_from(NAMES)), columns=columns, key="id")


@st.composite
def _table(draw: st.DrawFn, table: _Table, earlier: list[_Table]) -> list[str]:
    name = quote(table.name)
    key = draw(st.sampled_from(("bigint GENERATED ALWAYS AS IDENTITY", "bigserial", "bigint", "bigint DEFAULT 7")))
    items = [f"id {key}"]
    for column, kind in table.columns:
        default = TYPES[kind]
        words = [quote(column), kind]
        words += draw(st.sampled_from(([], ["NOT NULL"])))
        words += draw(st.sampled_from(([], [f"DEFAULT {default}"]))) if default else []
        items.append(" ".join(words))
    if draw(st.booleans()) and "value" not in dict(table.columns):
        items.append("value bigint GENERATED ALWAYS AS (id * 2) STORED")
    partitioned = draw(st.integers(0, 5)) == 0
    named = f"CONSTRAINT {quote(table.name[:20] + ' key')} "
    items.append(draw(st.sampled_from(("", named))) + "PRIMARY KEY (id)")
    ordered = table.sorted_columns()
    if ordered and not partitioned and draw(st.booleans()):
        more = draw(st.sampled_from(("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")))
        items.append(f"UNIQUE {draw(st.sampled_from(('', 'NULLS NOT DISTINCT ')))}({quote(ordered[0])}, id){more}")
    if draw(st.booleans()):
        items.append(f"CONSTRAINT {quote(draw(st.sampled_from(NAMES)))} CHECK (id > {draw(_number())})")
    if earlier and draw(st.booleans()):
        target = draw(st.sampled_from(earlier))
        action = draw(st.sampled_from(("", " ON DELETE CASCADE", " ON UPDATE SET NULL", " MATCH FULL", " DEFERRABLE")))
        items.append(f"FOREIGN KEY (id) REFERENCES {quote(target.name)} (id){action}")
    with_ = draw(st.sampled_from(("", " WITH (fillfactor=70)"))) if not partitioned else " PARTITION BY RANGE (id)"
    inside = ",\n    ".join(items)
    lines = [f"CREATE TABLE {name} (\n    {inside}\n){with_}"]
    if partitioned:
        lines.append(f"CREATE TABLE {quote('p ' + table.name[:40])} PARTITION OF {name} FOR VALUES FROM (0) TO (100)")
        lines.append(f"CREATE TABLE {quote('d ' + table.name[:40])} PARTITION OF {name} DEFAULT")
    return lines


@st.composite
def _around(draw: st.DrawFn, table: _Table, number: int) -> list[str]:
    """Return what stands around a table: any choice of it."""
    name, column = quote(table.name), quote(table.columns[0][0])
    ordered = [quote(column) for column in table.sorted_columns()]
    role = draw(st.sampled_from(("PUBLIC", *map(quote, ROLES))))
    index = quote(draw(st.sampled_from(NAMES))[:30] + f" i{number}")
    order = draw(st.sampled_from(("", " DESC", " NULLS FIRST", " DESC NULLS LAST")))
    function, trigger_function = quote(f"gen fn {number}"), quote(f"gen tg {number}")
    how = draw(st.sampled_from(("STABLE", "IMMUTABLE STRICT", "SECURITY DEFINER SET search_path = app, public")))
    when = draw(st.sampled_from(("BEFORE INSERT", "AFTER UPDATE OF id OR DELETE")))
    sort, command = draw(st.sampled_from(("PERMISSIVE", "RESTRICTIVE"))), draw(st.sampled_from(("ALL", "UPDATE")))
    some = draw(_number())
    policy = f"{index} ON {name} AS {sort} FOR {command} TO {role} USING (id > {some}) WITH CHECK (id <> 0)"
    arguments = f"a integer DEFAULT {some}, VARIADIC b text[] DEFAULT '{{}}'"
    trigger = f"{index} {when} ON {name} FOR EACH ROW WHEN (pg_trigger_depth() < {some})"
    body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    made = [
        f"COMMENT ON TABLE {name} IS {literal(draw(st.sampled_from(NAMES)))}",
        f"COMMENT ON COLUMN {name}.{column} IS 'it''s \\ 🐘'",
        f"GRANT SELECT, UPDATE ON {name} TO {role} WITH GRANT OPTION"
        if role != "PUBLIC"
        else f"GRANT SELECT ON {name} TO PUBLIC",
        f"GRANT SELECT ({column}), INSERT (id) ON {name} TO {role}",
        f"REVOKE TRUNCATE ON {name} FROM CURRENT_USER",
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {policy}",
        f"CREATE INDEX {index} ON {name} USING btree ((id + 1), id{order}) WHERE id > {draw(_number())}",
        *(f"CREATE INDEX ON {name} ({one}{order}) INCLUDE (id)" for one in ordered[:1]),
        f"CREATE INDEX {quote(f'h {number}')} ON {name} USING hash (id)",
        f"CREATE VIEW {quote(f'v {number}')} WITH (security_invoker=true) AS SELECT id, {column} AS other FROM {name}",
        f"CREATE MATERIALIZED VIEW {quote(f'mat {number}')} AS SELECT count(*) AS n FROM {name} WITH NO DATA",
        f"CREATE FUNCTION {function}({arguments}) RETURNS integer LANGUAGE sql {how} AS $$ SELECT a $$",
        f"CREATE FUNCTION {trigger_function}() {body};\nCREATE TRIGGER {trigger} EXECUTE FUNCTION {trigger_function}()",
        f"CREATE STATISTICS {quote(f'stat {number}')} (mcv) ON id, (id + 1) FROM {name}",
        f"ALTER TABLE {name} ALTER COLUMN id SET STATISTICS {draw(_number())}",
        f"ALTER TABLE {name} ADD COLUMN {quote('later on')} text COLLATE \"C\" DEFAULT 'é'",
        f"CREATE RULE {index} AS ON DELETE TO {name} WHERE old.id = 1 DO ALSO NOTHING",
    ]
    chosen = draw(st.lists(st.sampled_from(range(len(made))), unique=True, max_size=12))
    return [made[at] for at in sorted(chosen)]
