"""Random Drizzle schemas over the whole API, as TypeScript; the same seed gives the same schema."""

# ruff: noqa: E501, S311, C901, PLR0911, PLR0912 - lists of choices

from __future__ import annotations

from random import Random

IMPORTS = """\
import { and, asc, between, count, desc, eq, exists, gt, gte, ilike, inArray, isNotNull, isNull, like, lt, lte, ne, not,
  notBetween, notInArray, or, sql } from 'drizzle-orm';
import * as orm from 'drizzle-orm';
import * as pg from 'drizzle-orm/pg-core';
import { crudPolicy } from 'drizzle-orm/neon';
import { anonRole, authUid, authUsers, authenticatedRole } from 'drizzle-orm/supabase';
"""
WORDS = (
    "id",
    "name",
    "createdAt",
    "user_id",
    "Order",
    "über",
    "select",
    "x1",
    "very_long_name_of_a_thing",
    "a b",
    "größe",
)
TEXTS = ("plain", "it's", "", 'say "x"', "ünï", "a;b", "50%", "$1", "{}", "line\\n", "tab\\t", "NULL", "null")
SIMPLE = (
    "boolean", "cidr", "doublePrecision", "inet", "integer", "json", "jsonb", "macaddr", "macaddr8", "real", "serial",
    "smallint", "smallserial", "text", "uuid", "date", "time", "timestamp", "varchar", "char", "interval", "numeric",
    "decimal", "line", "point", "geometry",
)  # fmt: skip
OPTIONS = {
    "bigint": ("{ mode: 'number' }", "{ mode: 'bigint' }"),
    "bigserial": ("{ mode: 'number' }", "{ mode: 'bigint' }"),
    "varchar": ("{ length: 10 }", "{ length: 255, enum: ['a', 'b'] }"),
    "char": ("{ length: 3 }",),
    "numeric": ("{ precision: 10 }", "{ precision: 10, scale: 2 }", "{ scale: 2 }", "{ mode: 'number', precision: 4, scale: 0 }"),
    "decimal": ("{ precision: 3, scale: 1 }",),
    "timestamp": (
        "{ withTimezone: true }", "{ precision: 3 }", "{ mode: 'string' }", "{ mode: 'string', precision: 6, withTimezone: true }",
        "{ mode: 'date', precision: 0 }",
    ),
    "time": ("{ withTimezone: true }", "{ precision: 4 }"),
    "date": ("{ mode: 'date' }", "{ mode: 'string' }"),
    "interval": ("{ fields: 'day' }", "{ fields: 'minute to second', precision: 2 }", "{ precision: 5 }"),
    "text": ("{ enum: ['x', 'y'] }",),
    "vector": ("{ dimensions: 3 }",),
    "halfvec": ("{ dimensions: 3 }",),
    "bit": ("{ dimensions: 3 }",),
    "sparsevec": ("{ dimensions: 3 }",),
    "line": ("{ mode: 'abc' }",),
    "point": ("{ mode: 'xy' }",),
    "geometry": ("{ type: 'point', srid: 4326 }", "{ mode: 'xy' }"),
}  # fmt: skip
QUOTED = tuple("'" + text.replace("'", "\\'") + "'" for text in TEXTS)
NUMBERS = ("0", "7", "-1")
SUITING = {
    "boolean": ("true", "false"), "cidr": ("'10.0.0.0/8'",), "doublePrecision": ("1.5", "-2"), "inet": ("'10.0.0.1'",),
    "integer": NUMBERS, "smallint": NUMBERS, "bigint": NUMBERS, "real": ("1.5", "0"), "numeric": ("'1.5'", "'0'"),
    "decimal": ("'1.5'",), "json": ("{}", "{ a: 1, b: [true, null] }", "5", "{ x: `it's` }", "[1]"),
    "jsonb": ("{}", "{ a: { b: `say x` } }", "false", "'text'", "['a']"), "macaddr": ("'08:00:2b:01:02:03'",),
    "macaddr8": ("'08:00:2b:01:02:03:04:05'",), "text": QUOTED, "varchar": QUOTED, "char": ("'x'",),
    "uuid": ("'00000000-0000-0000-0000-000000000000'",), "date": ("'2024-02-29'",), "time": ("'12:34:56'",),
    "timestamp": ("new Date('2024-02-29T12:34:56.789Z')", "'2024-02-29 12:00:00'"), "interval": ("'1 day'",),
    "line": ("[1, 2, 3]",), "point": ("[1, 2]",), "geometry": ("[1, 2]",), "vector": ("[1, 2, 3]",),
    "halfvec": ("[1, 2, 3]",), "bit": ("'101'",), "sparsevec": ("'{1:1}/3'",),
}  # fmt: skip
ACTIONS = ("cascade", "restrict", "no action", "set null", "set default")


def quote(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


class Schema:
    """One file: what it declares has names that begin with its own prefix, so that many files make one schema."""

    def __init__(self, seed: int, prefix: str, *, suiting: bool = False, views: bool = True) -> None:
        self.views = views
        """Whether there are views: with a casing, the names in them are a known difference."""
        self.random, self.prefix = Random(seed), prefix
        self.suiting = suiting
        """Whether defaults are of their column's type and arrays are written as drizzle-orm 1.0 has them."""
        self.tables: list[tuple[str, list[str], list[str]]] = []
        self.enums: list[str] = []
        self.schemas: list[str] = []
        self.lines: list[str] = [IMPORTS]
        self.unnamed: set[str] = set()
        self.with_neon: set[str] = set()
        self.only = False
        """Whether a table's indexes are made with onOnly(): an order beside it is a known difference."""

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def pick(self, choices):
        return self.random.choice(choices)

    def name(self, *parts: object) -> str:
        return quote("_".join([self.prefix, *(str(part) for part in parts)]))

    def text(self) -> str:
        for number in range(self.random.randrange(2)):
            self.schema(number)
        for number in range(self.random.randrange(3)):
            self.enum(number)
        for number in range(self.random.randrange(2)):
            self.sequence(number)
        if self.chance(20):
            self.role()
        self.customs()
        for number in range(1 + self.random.randrange(3)):
            self.table(number)
        self.around()
        for number in range(self.random.randrange(3) if self.views else 0):
            self.view(number)
        return "\n".join(self.lines)

    def customs(self) -> None:
        """Types of the schema's own, columns that several tables have, and a maker of tables."""
        self.lines.append(
            "const custom = pg.customType<any>({ dataType: (c: any) => c?.size ? `varchar(${c.size})` : 'citext' });\n"
            "const stamps = (): any => ({ createdAt: pg.timestamp('created_at').defaultNow().notNull(), by: pg.uuid() });\n"
            f"const made: any = pg.pgTableCreator((name) => `{self.prefix}_made_${{name}}`);"
        )

    def around(self) -> None:
        """What stands beside tables: linked policies and relations."""
        table, keys, _ = self.pick(self.tables)
        if self.chance(25):
            condition = f"sql`${{{table}.{self.pick(keys)}}} is not null`"
            self.lines.append(
                f"export const link = pg.pgPolicy({self.name('link')}, {{ for: 'select', to: anonRole, using: {condition} }})"
                f".link({self.pick((table, 'authUsers'))});"
            )
        if self.chance(25) and not self.suiting:
            self.lines.append(
                f"export const related = (orm as any).relations({table}, ({{ one, many }}: any) => ({{ own: one({table}, "
                f"{{ fields: [{table}.{keys[0]}], references: [{table}.{keys[0]}] }}), all: many({table}) }}));"
            )

    def schema(self, number: int) -> None:
        self.schemas.append(f"schema{number}")
        self.lines.append(f"{self.export()}const schema{number} = pg.pgSchema({self.name('schema', number)});")

    def export(self) -> str:
        return "export " if self.chance(90) else ""

    def enum(self, number: int) -> None:
        make = f"{self.pick(self.schemas)}.enum" if self.schemas and self.chance(30) else "pg.pgEnum"
        values = ", ".join(
            quote(text) for text in dict.fromkeys(self.random.choices(TEXTS, k=1 + self.random.randrange(4)))
        )
        listed = (
            f"{{ {', '.join(f'k{n}: {value}' for n, value in enumerate(values.split(', ')))} }}"
            if self.chance(15)
            else f"[{values}]"
        )
        if any(bad in values for bad in (", '", "','")) and listed.startswith("{"):
            listed = f"[{values}]"
        self.enums.append(f"enum{number}")
        self.lines.append(f"{self.export()}const enum{number} = {make}({self.name('enum', number)}, {listed} as any);")

    def sequence(self, number: int) -> None:
        make = f"{self.pick(self.schemas)}.sequence" if self.schemas and self.chance(30) else "pg.pgSequence"
        self.lines.append(
            f"{self.export()}const sequence{number} = {make}({self.name('sequence', number)}{self.sequence_options()});"
        )

    def sequence_options(self, name: str | None = None) -> str:
        if self.chance(40):
            return ""
        given = [f"name: {name}"] if name and self.chance(40) else []
        for key, values in (
            ("startWith", ("5", "'7'", "-3")), ("increment", ("1", "2", "-1", "'10'")), ("minValue", ("1", "-100")),
            ("maxValue", ("1000", "'99'")), ("cache", ("1", "20")), ("cycle", ("true", "false")),
        ):  # fmt: skip
            if self.chance(40):
                given.append(f"{key}: {self.pick(values)}")
        joined = ", ".join(given)
        return f", {{ {joined} }}" if name is None else f"{{ {joined} }}" if given else ""

    def role(self) -> None:
        options = ", ".join(
            f"{key}: {self.pick(('true', 'false'))}" for key in ("createDb", "createRole", "inherit") if self.chance(50)
        )
        existing = ".existing()" if self.chance(20) else ""
        self.lines.append(f"export const role = pg.pgRole({self.name('role')}, {{ {options} }}){existing};")

    # ---- tables

    def table(self, number: int) -> None:
        name, keys = f"table{number}", []
        make = "made" if self.chance(10) else "pg.pgTable"
        if self.schemas and self.chance(30):
            make = f"{self.pick(self.schemas)}.table"
        lines, plain = [], []
        for position in range(1 + self.random.randrange(7)):
            word = self.pick(WORDS)
            key = f"c{position}" if self.chance(60) else f"c{position}Of{position}Kind"
            keys.append(key)
            column, is_plain = self.column(key, f"{word}{position}", name, number, position)
            if is_plain:
                plain.append(key)
            lines.append(f"  {key}: {column},")
        self.tables.append((name, keys, plain))
        extras = self.extras(name, number, keys, plain)
        rls = ".enableRLS()" if self.chance(10) else ""
        if self.chance(12):
            keys += ["createdAt", "by"]
            lines.append("  ...stamps(),")
        columns = "\n".join(lines)
        opening, closing = ("() => ({", "})") if self.chance(10) else ("{", "}")
        self.lines.append(
            f"export const {name}: any = {make}({self.name('table', number)}, {opening}\n{columns}\n{closing}{extras}){rls};"
        )

    def column(self, key: str, word: str, table: str, number: int, position: int) -> tuple[str, bool]:
        if self.enums and self.chance(10):
            kind, base = "enum", self.pick(self.enums)
            column = f"{base}({quote(word)})" if self.chance(60) else f"{base}()"
        elif self.chance(5):
            kind, column = (
                "custom",
                self.pick((f"custom({quote(word)})", "custom()", f"custom({quote(word)}, {{ size: 8 }})")),
            )
        else:
            kind = self.pick(SIMPLE) if self.chance(80) else self.pick(sorted(OPTIONS))
            options = self.pick(OPTIONS[kind]) if kind in OPTIONS and (kind not in SIMPLE or self.chance(60)) else ""
            if self.suiting and "mode" in options and kind in ("line", "point", "geometry"):
                # An array as default is for the mode that is meant without one.
                options = ""
            if kind in ("vector", "halfvec", "bit", "sparsevec", "bigint", "bigserial") and not options:
                options = OPTIONS[kind][0]
            named = self.chance(60)
            arguments = ", ".join([*([quote(word)] if named else []), *([options] if options else [])])
            column = f"pg.{kind}({arguments})"
        is_array = self.chance(10) and "serial" not in kind
        if is_array:
            column += self.array()
        plain = not is_array and kind in ("integer", "text", "uuid", "boolean", "varchar", "smallint", "real", "date")
        modifiers = [self.default(kind, is_array=is_array)] if self.chance(45) else []
        if self.chance(30):
            modifiers.append(".notNull()")
        if position == 0 and self.chance(50):
            modifiers.append(".primaryKey()")
        if self.chance(10):
            unique = self.pick(
                ("", self.name("column_unique", number, position), "undefined, { nulls: 'not distinct' }")
            )
            modifiers.append(f".unique({unique})")
        if kind in ("integer", "smallint", "bigint") and not is_array and self.chance(12):
            how = self.pick(("generatedAlwaysAsIdentity", "generatedByDefaultAsIdentity"))
            modifiers = [f".{how}({self.sequence_options(self.name('identity', number, position))})"]
        elif self.chance(4):
            expression = self.pick(("sql`1 + 1`", "() => sql`lower(x)`", "'upper(y)' as any"))
            modifiers.append(f".generatedAlwaysAs({expression})")
        if self.tables and self.chance(12):
            other, others, _ = self.pick(self.tables)
            modifiers.append(f".references((): any => {other}.{self.pick(others)}{self.actions()})")
        elif self.chance(3):
            modifiers.append(f".references((): any => authUsers.id{self.actions()})")
        elif self.chance(4):
            modifiers.append(f".references((): any => {table}.{key})")
        if self.chance(5):
            modifiers.append(".$defaultFn(() => 1 as any)")
        if self.chance(5):
            modifiers.append(".$onUpdate(() => 1 as any)")
        self.random.shuffle(modifiers)
        return "(" + column + " as any)" + "".join(modifiers), plain

    def array(self) -> str:
        if self.suiting:
            return self.pick((".array()", ".array('[][]')"))
        return f".array({self.pick(('', '', '3'))})" + (".array()" if self.chance(20) else "")

    def actions(self) -> str:
        given = [f"{key}: {quote(self.pick(ACTIONS))}" for key in ("onDelete", "onUpdate") if self.chance(40)]
        return f", {{ {', '.join(given)} }}" if given or self.chance(10) else ""

    def default(self, kind: str, *, is_array: bool) -> str:
        sql = self.pick(
            ("sql`now()`", "sql`'x'::text`", "sql`gen_random_uuid()`", "sql.raw('1')", "sql`${sql.raw('a')} || b`")
        )
        if self.chance(20):
            return f".default({sql})"
        if self.suiting:
            return self.suiting_default(kind, is_array=is_array)
        if is_array:
            value = self.pick(("[]", "[1, 2]", "[true]", "['a', 'b c']", "[[1], [2]]", "[new Date(0)]"))
            return f".default({value} as any)"
        if kind in ("json", "jsonb"):
            value = self.pick(("{}", "[]", "{ a: 1, b: [true, null] }", "5", "false", "{ x: { y: `z` } }", "'[]'"))
            return f".default({value} as any)"
        if kind in ("timestamp", "date"):
            value = self.pick(("new Date('2024-02-29T12:34:56.789Z')", "'2024-02-29'", "null"))
            return self.pick((".defaultNow()", f".default({value} as any)"))
        if kind == "time":
            return ".defaultNow()"
        if kind == "uuid":
            return ".defaultRandom()"
        if kind in ("point", "line", "geometry", "vector", "halfvec"):
            return f".default({sql})"
        value = self.pick(
            (*(quote(text) for text in TEXTS), "0", "-1", "1.5", "true", "false", "null", "1e100", "0.1 + 0.2")
        )
        return f".default({value} as any)"

    def suiting_default(self, kind: str, *, is_array: bool) -> str:
        values = SUITING.get(kind)
        if values is None:
            return ""
        value = self.pick(values)
        if is_array:
            value = self.pick(("[]", f"[{value}, {self.pick(values)}]", f"[[{value}], [{self.pick(values)}]]"))
        return f".default({value} as any)"

    # ---- extras

    def extras(self, table: str, number: int, keys: list[str], plain: list[str]) -> str:
        made = []
        self.only = self.chance(10)
        for position in range(self.random.randrange(5)):
            kinds = (self.index, self.index, self.unique, self.check, self.foreign_key, self.policy, self.neon)
            make = self.pick(kinds)
            extra = make(table, f"{number}_{position}", keys, plain)
            if extra:
                made.append(extra)
        if self.chance(15):
            chosen = self.random.sample(keys, min(len(keys), 1 + self.random.randrange(3)))
            columns = ", ".join(f"t.{key}" for key in chosen)
            named = f", name: {self.name('pk', number)}" if self.chance(40) else ""
            made.append(f"pg.primaryKey({{ columns: [{columns}]{named} }} as any)")
        if not made:
            return ""
        if self.chance(30) and not any(extra.startswith("...") for extra in made):
            return ", (t: any) => ({ " + ", ".join(f"e{n}: {extra}" for n, extra in enumerate(made)) + " })"
        return ", (t: any) => [\n  " + ",\n  ".join(made) + ",\n]"

    def condition(self, columns: list[str], depth: int = 0) -> str:
        column = f"t.{self.pick(columns)}"
        choice = self.random.randrange(10 if depth < 2 else 6)
        if self.chance(15):
            return self.pick((
                f"between({column}, sql`1`, sql`2`)", f"notBetween({column}, sql`1`, t.{self.pick(columns)})",
                f"inArray({column}, [sql`1`, sql`2`])", f"notInArray({column}, [])", "exists(sql`(select 1)`)",
                f"sql.join([sql`${{{column}}} > 0`, sql.raw('true')], sql` and `)", f"sql`a`.append(sql` = ${{{column}}}`)",
                f"sql`${{sql.identifier('Some name')}} = ${{{column}}}`", f"sql`${{[{column}, {column}]}} is not null`",
            ))  # fmt: skip
        if choice < 2:
            return f"{self.pick(('isNull', 'isNotNull'))}({column})"
        if choice < 4:
            compare = self.pick(("eq", "ne", "gt", "gte", "lt", "lte", "like", "ilike"))
            return f"{compare}({column}, {self.pick((f't.{self.pick(columns)}', 'sql`1`'))})"
        if choice < 6:
            rest = self.pick(("is not null", "> 0", f"<> ${{t.{self.pick(columns)}}}", "in (${sql.raw(`1, 2`)})"))
            return f"sql`${{{column}}} {rest}`"
        inner, other = self.condition(columns, depth + 1), self.condition(columns, depth + 1)
        return self.pick(
            (f"and({inner}, {other})", f"or({inner}, {other}, undefined)", f"not({inner})", f"and({inner})")
        )

    def index(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        unique = "uniqueIndex" if self.chance(30) else "index"
        columns = self.random.sample(plain, min(len(plain), 1 + self.random.randrange(3)))
        if not columns:
            return ""
        parts, named = [], self.chance(70) or table in self.unnamed
        for key in columns:
            part = f"t.{key}"
            for call in (".desc()", ".asc()", ".nullsFirst()", ".nullsLast()", ".op('text_ops')"):
                if self.chance(15) and not self.only:
                    part += call
            if named and self.chance(12):
                part = f"sql`lower(${{t.{key}}})`"
            parts.append(part)
        if not named:
            # Two indexes without a name on the same columns would have the same one.
            self.unnamed.add(table)
        name = self.name("index", number) if named else ""
        how = "onOnly" if self.only else self.pick(("on", "on", "on", "using"))
        given = ", ".join([*([quote(self.pick(("btree", "gin", "hash", "brin")))] if how == "using" else []), *parts])
        text = f"pg.{unique}({name}).{how}({given})"
        if self.chance(20):
            text += f".where({self.condition(plain)} as any)"
        if self.chance(10):
            text += ".with({ fillfactor: 70, fastupdate: true } as any)"
        if self.chance(10):
            text += ".concurrently()"
        return text

    def unique(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        columns = ", ".join(
            f"t.{key}" for key in self.random.sample(keys, min(len(keys), 1 + self.random.randrange(3)))
        )
        nulls = ".nullsNotDistinct()" if self.chance(30) else ""
        return f"pg.unique({self.name('unique', number)}).on({columns}){nulls}"

    def check(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        return f"pg.check({self.name('check', number)}, {self.condition(keys)} as any)"

    def neon(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        if table in self.with_neon:
            return ""
        self.with_neon.add(table)
        own = f"sql`${{t.{self.pick(keys)}}} is not null`"
        read, modify = (self.pick(("true", "false", "null", own)) for _ in range(2))
        return f"...(crudPolicy({{ role: authenticatedRole, read: {read}, modify: {modify} }} as any) as any)"

    def foreign_key(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        other, others, _ = self.pick(self.tables)
        size = 1 + self.random.randrange(min(len(keys), len(others), 2))
        columns = ", ".join(f"t.{key}" for key in self.random.sample(keys, size))
        foreign = ", ".join(f"{other}.{key}" for key in self.random.sample(others, size))
        named = f", name: {self.name('fk', number)}" if self.suiting or self.chance(40) else ""
        after = "".join(f".{key}({quote(self.pick(ACTIONS))})" for key in ("onDelete", "onUpdate") if self.chance(40))
        return f"pg.foreignKey({{ columns: [{columns}], foreignColumns: [{foreign}]{named} }} as any){after}"

    def policy(self, table: str, number: str, keys: list[str], plain: list[str]) -> str:
        given = []
        if self.chance(60):
            given.append(f"for: {quote(self.pick(('all', 'select', 'insert', 'update', 'delete')))}")
        if self.chance(30):
            given.append(f"as: {quote(self.pick(('permissive', 'restrictive')))}")
        if self.chance(60):
            roles = (
                "authenticatedRole",
                "anonRole",
                "'public'",
                "'current_user'",
                "[authenticatedRole, 'b role', anonRole]",
            )
            given.append(f"to: {self.pick(roles)}")
        if self.chance(60):
            own = f"sql`${{authUid}} = ${{t.{self.pick(keys)}}}`"
            given.append(f"using: {self.pick((own, self.condition(keys), 'sql`true`'))} as any")
        if self.chance(40):
            given.append(f"withCheck: {self.condition(keys)} as any")
        return f"pg.pgPolicy({self.name('policy', number)}, {{ {', '.join(given)} }})"

    # ---- views

    def view(self, number: int) -> None:
        table, keys, _ = self.pick(self.tables)
        materialized = self.chance(30)
        word = "aterializedView" if materialized else "iew"
        make = (
            f"{self.pick(self.schemas)}.{'m' if materialized else 'v'}{word}"
            if self.schemas and self.chance(30)
            else f"pg.pg{'M' if materialized else 'V'}{word}"
        )
        options = ""
        if self.chance(20):
            options = (
                ".with({ fillfactor: 90 } as any)"
                if materialized
                else ".with({ securityInvoker: true, checkOption: 'local' })"
            )
        if materialized:
            options += ".withNoData()" if self.chance(20) else ""
            options += ".using('heap')" if self.chance(20) else ""
            options += ".tablespace('space')" if self.chance(10) else ""
        name = self.name("view", number)
        if self.chance(25):
            value = self.pick(("5", "'ok'", "true", "null"))
            query = f'sql`select ${{{table}.{keys[0]}}} as "x", ${{{value}}} from ${{{table}}}`'
            finish = ".existing()" if self.chance(15) else f".as({query})"
            self.lines.append(
                f"export const view{number}: any = {make}({name}, {{ x: pg.text('x') }}){options}{finish};"
            )
            return
        self.lines.append(
            f"export const view{number}: any = ({make}({name}){options} as any).as((qb: any) => {self.query(table, keys)});"
        )

    def nested_query(self, table: str, keys: list[str]) -> str:
        key = self.pick(keys)
        inner = f"qb.select({{ k: {table}.{key}, n: sql`count(*)`.as('n') }}).from({table}).groupBy({table}.{key})"
        return self.pick((
            f"{{ const sq = {inner}.as('sq'); return qb.select().from(sq).where(isNotNull(sq.k)); }}",
            f"{{ const w = qb.$with('w').as({inner}); return qb.with(w).select({{ k: w.k }}).from(w); }}",
            (f"qb.select({{ k: {table}.{key} }}).from({table}).{self.pick(('union', 'unionAll', 'except', 'intersect'))}"
            f"(qb.select({{ k: {table}.{self.pick(keys)} }}).from({table}))"),
            (f"{{ const other = pg.alias({table}, 'other'); return qb.select({{ b: other.{key} }}).from({table})"
            f".leftJoin(other, eq(other.{key}, {table}.{key})); }}"),
            f"qb.selectDistinctOn([{table}.{key}], {{ k: {table}.{key} }}).from({table}).orderBy({table}.{key})",
            f"{inner}.having(sql`count(*) > 1`)",
        ))  # fmt: skip

    def query(self, table: str, keys: list[str]) -> str:
        if self.chance(25):
            return self.nested_query(table, keys)
        select = self.pick(("select", "select", "selectDistinct"))
        key = self.pick(keys)
        joined = next((one for one in self.tables if one[0] != table), None)
        fields = self.pick((
            "", f"{{ a: {table}.{key} }}", f"{{ a: {table}.{key}, n: count().as('n') }}",
            f"{{ s: sql`lower(${{{table}.{key}}})`.as('s'), a: {table}.{key} }}",
        ))  # fmt: skip
        text = f"qb.{select}({fields}).from({table})"
        if joined and self.chance(40):
            join = self.pick(("leftJoin", "innerJoin", "rightJoin", "fullJoin"))
            text += f".{join}({joined[0]}, eq({joined[0]}.{joined[1][0]}, {table}.{key}))"
        if self.chance(40):
            value = self.pick(("3", "'x'", "true", "sql`1`"))
            text += f".where(and(isNotNull({table}.{key}), sql`${{{table}.{key}}} = ${{{value}}}`))"
        if "count()" in fields:
            text += f".groupBy({table}.{key})"
        if self.chance(25):
            text += f".orderBy({self.pick(('desc', 'asc'))}({table}.{key}))"
        if self.chance(20):
            text += ".limit(10)"
        if self.chance(10):
            text += ".offset(3)"
        return text


def schema(seed: int, prefix: str = "s", *, suiting: bool = False, views: bool = True) -> str:
    """Return the TypeScript of a random schema; all names begin with `prefix`."""
    return Schema(seed, prefix, suiting=suiting, views=views).text()
