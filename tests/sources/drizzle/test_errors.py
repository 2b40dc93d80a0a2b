"""What goes wrong in a schema is told with file, line, column and the source line."""

# ruff: noqa: E501 - a schema that shows one thing stands on one line

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from pgtandem.errors import SourceError, UsageError

HEAD = "import { sql } from 'drizzle-orm';\nimport * as pg from 'drizzle-orm/pg-core';\n"
TABLE = HEAD + "export const t = pg.pgTable('t', { a: pg.text('a') });\n"


def failure(read, files, **options):
    with pytest.raises(SourceError) as caught:
        read(files, **options)
    return caught.value


SYNTAX = [
    ("const a = (1;\n", 3, '")"'),
    ("const a = [1, 2\n", 3, '"]"'),
    ("export const t = pgTable('t', {\n  id: integer('id'),\n", 3, "}"),
    ("const class = 3;\n", 3, "class"),
    ("const a = 'never ends\n", 3, "never ends"),
    ("const = 3;\n", 3, "="),
    ("function {}\n", 3, ""),
    ("}\n", 3, "}"),
    ("let a = 1;\nlet b = @@;\n", 4, "@"),
    ("let a = /a/g;\nlet b = /(/;\n", 4, "expecting ')'"),
    ("let a = /a/g;\n\nlet b = /a/agg;\n", 5, "invalid regular expression flags"),
]


@pytest.mark.parametrize(("source", "line", "about"), SYNTAX)
def test_syntax_error(read, source, line, about):
    error = failure(read, HEAD + source)
    assert error.path is not None
    assert error.path.endswith("schema.ts")
    assert error.line == line
    assert error.text.startswith("syntax error")
    assert about in error.text + (error.excerpt or "")
    assert error.excerpt == (HEAD + source).split("\n")[line - 1]


THROWN = [
    ("throw new Error('no database');", 3, 11, "Error: no database"),
    ("export const a = process.env.HOST.length;", 3, None, "TypeError"),
    ("export const a = { missing };", 3, None, "ReferenceError: missing is not defined"),
    ("const a = 1;\na = 2;", 4, None, "TypeError: 'a' is read-only"),
    ("const f = () => a;\nf();\nconst a = 1;", 3, None, "ReferenceError: a is not initialized"),
    ("const a = 1;\nconst a = 2;", 4, None, "redefinition"),
    ("class A {\n  f() {\n    return this.#unknown;\n  }\n}", 5, 17, "undefined private field '#unknown'"),
    ("const f = () => missing;\nf();", 3, 17, "missing is not defined"),
    ("type A = {\n  b: string;\n};\nconst x = null as any;\nx.y;", 7, None, "TypeError"),
    (
        "export const t = pg.pgTable('t', { a: pg.text('a').refs(sql.raw) });",
        3,
        52,
        "TypeError: refs is not a function",
    ),
    ("const o: any = {};\nconst b = [1].map((x) => o.primaryKey());", 4, 28, "primaryKey is not a function"),
    ("const o: any = {};\no['a'](1);", 4, 7, "this is not a function"),
    ("[1].map(3 as any);", 3, 5, "TypeError: not a function"),
    ("throw 'a text';", 1, 1, "a text"),
    ("throw null;", 1, 1, "null"),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, () => { throw new RangeError('late'); });", 3, 73, "late"),
]


@pytest.mark.parametrize(("source", "line", "column", "about"), THROWN)
def test_an_exception_points_at_the_typescript(read, source, line, column, about):
    error = failure(read, HEAD + source)
    assert about in error.text
    assert error.line == line
    if column is not None:
        assert error.column == column


WRONG = [
    ("export const t = pg.pgTable('t', { a: 3 });", '"a" in the table "t" is not a column', 3),
    ("export const t = pg.pgTable(undefined, { a: pg.text('a') });", "the name of a table is undefined", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index('i').on(t.b)]);", "an index names a column that does not exist", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.primaryKey({ columns: [t.b] })]);", "a primary key names a column", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a').references(() => undefined) });", "a foreign key names a column that does not exist", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index().on(sql`lower(${t.a})`)]);", "so it needs a name", 3),
    ("export const t = pg.pgTable('t', { a: pg.vector('a', { dimensions: 3 }) }, (t) => [pg.index('i').using('hnsw', t.a)]);", "operator class", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a').unique('u'), b: pg.text('b').unique('u') });", "two unique keys", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, () => [pg.pgPolicy('p'),\npg.pgPolicy('p')]);", "two policies", 4),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, () => [pg.check('p', sql`1`),\npg.check('p', sql`2`)]);", "two checks", 4),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index('i').on(t.a),\npg.index('i').on(t.a)]);", "two indexes", 4),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, () => [pg.pgPolicy('p', { to: [] })]);", "names no role", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a').default(sql`${'x'}`) });", "a default may hold plain SQL only", 3),
    ("export const t = pg.pgTable('t', {\n  a: pg.integer('a').default(0 / 0) });", "NaN", 4),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.check('c', sql`${t} is not null`)]);", "the columns of a table cannot be written", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, [pg.index('i')]);", "is not a function", 3),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => { pg.index('i').on(t.a); });", "return nothing", 3),
    ("export const t = pg.pgTable('t', {\n  a: pg.text('a').references('b.c') });", "references() is not a function", 4),
    ("export const t = pg.pgTable('t', { a: pg.customType({})('a') });", "dataType of a custom type", 3),
    ("export const v = pg.pgView('v').as(sql`select 1`);", "its columns have to be listed", 3),
    ("export const v = pg.pgView('v', { a: pg.text('a') }).as('select 1');", "its query is sql``", 3),
    ("export const v = pg.pgView('v').as((qb) => qb.select());", "not made of a query", 3),
    ("export const e = pg.pgEnum('e');", 'the values of the enum "e" are not a list', 3),
    ("import { pgtable } from 'drizzle-orm/pg-core';\nexport const t = pgtable('t', {});", '"t" is made by pgtable()', 4),
    ("import { pgTable } from 'drizzle-orm';\nexport const t = pgTable('t', {});", 'which "drizzle-orm" does not have', 4),
    ("export const e = pg.pgEnum('e', [1]);", 'a value of the enum "e" is number', 3),
    ("export const s = pg.pgSchema('public');", "public", 3),
]  # fmt: skip


@pytest.mark.parametrize(("source", "about", "line"), WRONG)
def test_what_makes_no_schema_is_an_error(read, source, about, line):
    error = failure(read, HEAD + source)
    assert about in error.text
    assert error.line == line
    assert error.excerpt is not None


LEFT_OUT = [
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [{ k: pg.unique().on(t.a) }]);", "is no index, key, check or policy"),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index('i')]);", 'the index "i" has no .on()'),
    ("export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.pgPolicy('p', { using: 'true' })]);", "USING of the policy"),
    ("export const p = pg.pgPolicy('p');", 'the policy "p" is in no table'),
]  # fmt: skip


@pytest.mark.parametrize(("source", "about"), LEFT_OUT)
def test_what_drizzle_kit_leaves_out_without_a_word_is_noted(read, source, about):
    assert about in " ".join(read(HEAD + source).notes)


@pytest.mark.parametrize(("source", "about"), LEFT_OUT[:2])
def test_an_extra_that_is_none_is_an_error_as_in_drizzle_kit_1_0(read, source, about):
    error = failure(read, HEAD + source, dialect="1.0")
    assert about in error.text
    assert error.line == HEAD.count("\n") + 1


def test_a_missing_file(read):
    error = failure(read, {}, entries=("missing.ts",))
    assert error.path is not None
    assert error.path.endswith("missing.ts")
    assert "no schema file" in error.text


def test_an_import_that_leads_nowhere(read):
    error = failure(read, "import { a } from 'drizzle-orm';\n\nimport { b } from './nowhere';\nexport const c = b;\n")
    assert (error.line, error.column) == (3, 1)
    assert 'cannot find the module "./nowhere"' in error.text
    assert error.excerpt == "import { b } from './nowhere';"


def test_an_alias_that_leads_nowhere(read):
    config = '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }'
    error = failure(
        read, {"schema.ts": "import { b } from '@/nowhere';\nexport const c = b;\n", "tsconfig.json": config}
    )
    assert error.line == 1
    assert '"@/nowhere"' in error.text


def test_an_error_in_an_imported_file(read):
    files = {
        "schema.ts": "import { a } from './other';\nexport const b = a;\n",
        "other.ts": "const n: any = null;\nexport const a = n.b;\n",
    }
    error = failure(read, files)
    assert error.path is not None
    assert error.path.endswith("other.ts")
    assert error.line == 2


def test_a_binary_file(project, read):
    (project({}) / "schema.ts").write_bytes(b"\xff\xfe\x00export")
    assert "not UTF-8" in failure(read, {}).text


STAND_INS = [
    "import { createId } from '@paralleldrive/cuid2';\nexport const t = pg.pgTable(createId(), {});",
    "import x from 'some-package';\nexport const t = pg.pgTable(`prefix_${x.name}`, { a: pg.text('a') });",
    "import { NAMES } from 'some-package';\nexport const e = pg.pgEnum('e', NAMES);",
    "import { NAMES } from 'some-package';\nexport const e = pg.pgEnum('e', [...NAMES, 'x']);",
    "import { NAMES } from 'some-package';\nexport const e = pg.pgEnum('e', Object.values(NAMES));",
    "import { NAMES } from 'some-package';\nexport const e = pg.pgEnum('e', Object.keys(NAMES));",
    "import { columns } from 'some-package';\nexport const t = pg.pgTable('t', { ...columns });",
    "import { columns } from 'some-package';\nexport const t = pg.pgTable('t', columns);",
    "import { column } from 'some-package';\nexport const t = pg.pgTable('t', { a: column('a') });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.integer('a').default(LIMIT) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.integer('a').default(LIMIT * 2) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.jsonb('a').default({ b: [LIMIT] }) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a').array().default([LIMIT]) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.varchar('a', { length: LIMIT }) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.varchar('a', LIMIT) });",
    "import { LIMIT } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text(LIMIT) });",
    "import { SQL } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a').default(sql`${SQL}`) });",
    "import { SQL } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a').default(sql.raw(SQL)) });",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.check('c', sql`${t.a} = ${V}`)]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.check('c', V)]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [V(t)]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => V(t));",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a').references(() => V.id) });",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index('i').on(V)]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.index(V).on(t.a)]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.pgPolicy('p', { to: V })]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.pgPolicy('p', { using: V })]);",
    "import { V } from 'some-package';\nexport const t = pg.pgTable('t', { a: pg.customType({ dataType: () => V })('a') });",
    "import { V } from 'some-package';\nexport const s = pg.pgSchema(V);",
    "import { V } from 'some-package';\nexport const s = pg.pgSequence('s', { startWith: V });",
    "import { V } from 'some-package';\nexport const v = pg.pgView('v').as(V);",
    "import { parse } from 'some-package';\nclass X extends parse {}\nexport const t = pg.pgTable('t', { a: pg.text('a').default(new X().y) });",
    "import { z } from 'zod';\nexport const t = pg.pgTable(z.string().parse(3), { a: pg.text('a') });",
    "export const t = pg.pgTable('t', { a: pg.text('a').default(crypto.randomUUID()) });",
    "export const t = pg.pgTable('t', { a: pg.notThere('a') });",
]


@pytest.mark.parametrize("source", STAND_INS)
def test_a_value_of_a_package_that_is_not_run_never_gets_in(read, source):
    error = failure(read, HEAD + source)
    package = re.search(r"from '([^']*)'", source)
    named = package.group(1) if package else "crypto" if "crypto" in source else "drizzle-orm/pg-core"
    assert f'"{named}"' in error.text or f'"the global {named}"' in error.text, error.text
    assert error.line is not None


def test_what_a_package_does_at_run_time_is_no_error(read):
    schema = read(
        HEAD
        + """
        import { createId } from '@paralleldrive/cuid2';
        import { nanoid, customAlphabet } from 'nanoid';
        import dayjs from 'dayjs';
        import utc from 'dayjs/plugin/utc';
        dayjs.extend(utc);
        const id = customAlphabet('abc', 10);
        export const config = { a: dayjs(), [`${id}`]: 1 };
        export const t = pg.pgTable('t', { a: pg.text('a').$defaultFn(() => createId() + nanoid()) });
        """
    )
    assert len(schema.statements) == 1
    assert schema.notes == ("not run, and nothing that they make is in the schema: dayjs, nanoid",)


def test_a_casing_that_does_not_exist(read):
    with pytest.raises(UsageError):
        read(HEAD, casing="kebab")


def test_a_dialect_that_does_not_exist(read):
    with pytest.raises(UsageError):
        read(HEAD, dialect="2.0")


@pytest.mark.parametrize("source", [TABLE, "export const a = (;", "throw new Error('no')"])
def test_the_short_way_prints_what_the_long_way_prints(project, source):
    schema = project({"schema.ts": source}) / "schema.ts"
    short, long = (
        subprocess.run(
            [sys.executable, "-m", "pgtandem", "sql", schema, *more], capture_output=True, text=True, check=False
        )
        for more in ((), ("--drizzle", "0.31"))
    )
    assert (short.returncode, short.stdout, short.stderr) == (long.returncode, long.stdout, long.stderr)
    assert short.returncode == (0 if source is TABLE else 2)


TWICE_IN_1_0 = {
    "tables": "export const a = pgTable('t', { id: integer() });\nexport const b = pgTable('t', { id: integer() });",
    "columns": "export const x = 1;\nexport const b = pgTable('t', { a: integer('id'), b: integer('id') });",
    "enums": "export const a = pgEnum('e', ['x']);\nexport const b = pgEnum('e', ['y']);",
    "a value twice": "export const x = 1;\nexport const a = pgEnum('e', ['x', 'x']);",
}


@pytest.mark.parametrize("what", TWICE_IN_1_0)
def test_two_of_one_name_stop_drizzle_kit_1_0(read, what):
    head = "import { integer, pgEnum, pgTable } from 'drizzle-orm/pg-core';\n"
    read(head + TWICE_IN_1_0[what])
    with pytest.raises(SourceError, match=what) as caught:
        read(head + TWICE_IN_1_0[what], dialect="1.0")
    assert caught.value.line == 3
    assert caught.value.excerpt


def test_drizzle_kit_1_0_has_no_casing(read):
    with pytest.raises(UsageError, match=r"snakeCase\.table"):
        read("export const a = 1;", dialect="1.0", casing="snake_case")
