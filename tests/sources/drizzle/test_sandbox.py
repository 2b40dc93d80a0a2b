"""Hostile schemas end in a clear error within the limits, and see nothing of the machine."""

# ruff: noqa: E501 - a schema that shows one thing stands on one line

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from pgtandem.errors import SourceError
from pgtandem.sources import drizzle
from pgtandem.sources.drizzle import sandbox

HEAD = "import { sql } from 'drizzle-orm';\nimport * as pg from 'drizzle-orm/pg-core';\n"
TABLE = "export const t = pg.pgTable('t', { a: pg.text('a') });\n"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 1)
    monkeypatch.setattr(sandbox, "GRACE", 2)
    monkeypatch.setattr(sandbox, "MEMORY", 64 * 1024 * 1024)


def failure(read, source):
    before = time.process_time()
    with pytest.raises(SourceError) as caught:
        read(HEAD + source)
    assert time.process_time() - before < 10
    return caught.value


TOO_LONG = [
    "for (;;) {}",
    "for (;;) { try { for (;;) {} } catch (e) {} }",
    "(function f() { try { f() } finally { f() } })()",
    "Error.prototype.toString = () => { for (;;) {} }; try { InternalError.prototype.toString = Error.prototype.toString } catch {} for (;;) {}",
    "Error.prototype[Symbol.toPrimitive] = Object.prototype[Symbol.toPrimitive] = () => { for (;;) {} }; for (;;) {}",
    "throw Object.defineProperty(new Error('x'), 'message', { get() { for (;;) {} } })",
    "Object.defineProperty(Object.prototype, 'stack', { get() { for (;;) {} } }); for (;;) {}",
    "/(a*)*b/.test('a'.repeat(100000))",
    "export const t = pg.pgTable('t', { a: pg.text('a') }, () => { for (;;) {} })",
    "export const t = new Proxy(pg.pgTable('t', { a: pg.text('a') }), { get() { for (;;) {} } })",
    "[1e8].concat(new Array(1e8)).sort()",
    "new Array(1e9).join('xxxxxxxxxxxxxxxxxx')",
]


@pytest.mark.parametrize("source", TOO_LONG)
@pytest.mark.usefixtures("quick")
def test_code_that_does_not_end(read, source):
    text = failure(read, source).text
    assert "takes longer than 1 seconds" in text or "takes more than 64 MB of memory" in text


TOO_MUCH = [
    "const a = []; for (;;) a.push('x'.repeat(1e6) + a.length)",
    "'x'.padEnd(1e9).replace(/x/g, 'y')",
    "new Array(2 ** 32 - 1).fill(1)",
    "let a = []; for (;;) a = [a, a]",
    "const many = {}; for (let i = 0; ; i++) many[`c${i}`] = pg.text(`c${i}`)",
]


@pytest.mark.parametrize("source", TOO_MUCH)
@pytest.mark.usefixtures("quick")
def test_code_that_takes_all_memory(read, source):
    text = failure(read, source).text
    assert "takes more than 64 MB of memory" in text or "takes longer than 1 seconds" in text


TOO_DEEP = [
    "function f() { return f() + 1 } f()",
    "JSON.parse('['.repeat(1e6))",
    "const t = pg.pgTable('t', { get a() { return t.b.c } })",
    "let a = []; for (let i = 0; i < 1e6; i++) a = [a]; export const t = pg.pgTable('t', { a: pg.jsonb('a').default(a) })",
    "let s = sql`1`; for (let i = 0; i < 1e5; i++) s = sql`${s}`; export const t = pg.pgTable('t', { a: pg.text('a').default(s) })",
]


@pytest.mark.parametrize("source", TOO_DEEP)
@pytest.mark.usefixtures("quick")
def test_code_that_recurses_without_end(read, source):
    assert failure(read, source).text


@pytest.mark.parametrize("bracket", ["[", "(", "{a:", "`${", "!", "f("])
def test_deeply_nested_source(read, bracket):
    closing = {"[": "]", "(": ")", "{a:": "}", "`${": "}`", "!": "", "f(": ")"}[bracket]
    depth = 50_000
    error = failure(read, f"const a = {bracket * depth}1{closing * depth};")
    assert error.text


def test_a_file_of_fifty_megabytes(project, read):
    (project({}) / "schema.ts").write_bytes(b"export const a = 1;\n" * 2_500_000)
    before = time.process_time()
    with pytest.raises(SourceError, match="bytes; at most"):
        read({})
    assert time.process_time() - before < 1


def test_a_file_of_one_long_line(read):
    error = failure(read, "const a = [" + "1," * 100_000 + "];\n" + "null.x;")
    assert "TypeError" in error.text


TRICKS = [
    "Error.prepareStackTrace = () => ({}); Error.stackTraceLimit = 0;",
    "Error.prepareStackTrace = () => { throw new Error('x') }; throw new Error('x');",
    "Array.prototype.map = () => { throw new Error('map') };",
    "JSON.stringify = () => '{}'; JSON.parse = () => 3;",
    "Object.prototype.name = 'polluted'; Object.prototype.toJSON = () => 'gone';",
    "Object.prototype.at = { length: 3 };",
    "String.prototype.replace = () => 3;",
    "Object.entries = () => []; Object.values = () => [3];",
    "globalThis.__read = () => '{}'; globalThis.Error = 3; globalThis.Object = 4;",
    "Array.prototype.toJSON = () => ({});",
    "Symbol.iterator; Array.prototype[Symbol.iterator] = null;",
    "Array.prototype.push = () => 0; Map.prototype.get = () => 0; Set.prototype.has = () => true;",
    "Reflect.ownKeys = () => { throw 1 }; Object.defineProperty = () => 0;",
    "pg.pgTable.call = 3; Object.setPrototypeOf(Array.prototype, new Proxy({}, { get() { throw new Error('trap') } }));",
    "delete globalThis.Object; delete globalThis.JSON; delete globalThis.Array;",
    "export const u = { get x() { throw 1 } }; export const w = new Proxy({}, { get() { throw 2 }, getPrototypeOf() { throw 3 } });",
    "throw new Proxy({}, { get() { throw 2 }, getPrototypeOf() { throw 3 } });",
    "throw { toString() { throw 1 } };",
    "throw Symbol('x');",
]


@pytest.mark.parametrize("dialect", drizzle.DIALECTS)
@pytest.mark.parametrize("source", TRICKS)
def test_tampering_gives_a_schema_or_an_error(read, source, dialect):
    try:
        schema = read(HEAD + TABLE + source, dialect=dialect)
    except SourceError:
        return
    assert all(isinstance(statement.sql, str) and statement.line for statement in schema.statements)


def test_nothing_of_the_machine_is_seen(read, monkeypatch):
    monkeypatch.delenv("PGTANDEM_SECRET", raising=False)
    seen = "JSON.stringify([process.env.PGTANDEM_SECRET ?? 'unset', typeof std, typeof os, process.cwd(), Object.keys(process.env)])"
    schema = read(HEAD + f"export const t = pg.pgTable('t', {{ a: pg.text('a').default({seen}) }});")
    assert """DEFAULT '["unset","undefined","undefined","/",[]]'""" in schema.statements[0].sql
    assert schema.notes == ("read from the environment and not set: PGTANDEM_SECRET",)


NAMED = (
    HEAD
    + """
const prefix = process.env.PGTANDEM_PREFIX ?? 'none';
export const t = pg.pgTable(prefix, { a: pg.text('a') });
"""
)


def test_a_variable_is_shown_where_it_is_named(read, monkeypatch):
    monkeypatch.setenv("PGTANDEM_PREFIX", "given")
    assert read(NAMED, environment=["PGTANDEM_PREFIX"]).statements[0].sql.startswith('CREATE TABLE "given"')
    monkeypatch.setenv("PGTANDEM_PREFIX", "other")
    assert read(NAMED, environment=["PGTANDEM_PREFIX"]).statements[0].sql.startswith('CREATE TABLE "other"')
    monkeypatch.delenv("PGTANDEM_PREFIX")
    schema = read(NAMED, environment=["PGTANDEM_PREFIX"])
    assert schema.statements[0].sql.startswith('CREATE TABLE "none"')
    assert schema.notes == ("read from the environment and not set: PGTANDEM_PREFIX",)


NEEDED = r'name it: environment = \["PGTANDEM_PREFIX"\]'


@pytest.mark.parametrize(
    "use",
    [
        "pg.pgTable(process.env.PGTANDEM_PREFIX ?? 'none', { a: pg.text() })",
        "pg.pgTable('t', { a: pg.text().default(`${process.env.PGTANDEM_PREFIX}_x`) })",
        "pg.pgTable('t' + JSON.parse(process.env.PGTANDEM_PREFIX ?? '{}').a, {})",
    ],
)
def test_a_variable_that_is_set_and_not_named_cannot_reach_the_schema(read, monkeypatch, use):
    """drizzle-kit would see it, so what we should read is not what it reads."""
    source = HEAD + f"const value = String(1);\nexport const a = {use};"
    monkeypatch.delenv("PGTANDEM_PREFIX", raising=False)
    if "default" not in use:
        assert read(source).notes == ("read from the environment and not set: PGTANDEM_PREFIX",)
    monkeypatch.setenv("PGTANDEM_PREFIX", "given")
    with pytest.raises(SourceError, match=NEEDED) as caught:
        read(source)
    assert (caught.value.path is not None, caught.value.line) == (True, HEAD.count("\n") + 2)


def test_a_variable_that_is_set_and_not_needed_is_noted(read, monkeypatch):
    monkeypatch.setenv("PGTANDEM_PREFIX", "given")
    schema = read(HEAD + "export const a = process.env.PGTANDEM_PREFIX === 'x' ? pg.pgSchema('a') : pg.pgSchema('b');")
    assert schema.statements[0].sql == 'CREATE SCHEMA "b";'
    assert schema.notes == ("read from the environment, set and not shown: PGTANDEM_PREFIX",)


def test_only_the_named_environment_is_seen(read):
    schema = read(HEAD + "export const t = pg.pgTable(process.env.NAME!, { a: pg.text('a') });", env={"NAME": "given"})
    assert schema.statements[0].sql.startswith('CREATE TABLE "given"')


@pytest.mark.usefixtures("anew")
def test_the_clock_stands_still(statements):
    source = HEAD + "export const t = pg.pgTable('t', { a: pg.text('a').default(String(Date.now()) + Math.random()) });"
    assert statements(source) == statements(source)


@pytest.mark.usefixtures("anew")
def test_the_time_zone_is_not_that_of_the_machine(statements, monkeypatch):
    times = "[new Date(2024, 0, 1), new Date('2024-07-01T10:00'), new Date('July 1, 2024 10:00'), new Date(0)]"
    source = HEAD + f"export const t = pg.pgTable('t', {{ a: pg.text('a').default({times}.map(String).join()) }});"
    found = []
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.append(statements(source))
    monkeypatch.undo()
    time.tzset()
    assert found == [found[0]] * 3


def test_an_order_that_depends_on_the_locale_is_noted(read):
    compared = "'ä'.localeCompare('z', undefined, { numeric: true })"
    schema = read(HEAD + f"export const t = pg.pgTable('t', {{ a: pg.integer('a').default({compared}) }});")
    assert "DEFAULT -1" in schema.statements[0].sql
    assert "depends on the locale" in schema.notes[0]


def test_what_is_not_known_of_a_buffer_harms_only_where_it_is_needed(read):
    source = HEAD + "const made = Buffer.from('abcd').readUInt32BE(0) + Buffer.poolSize;\n"
    assert read(source + TABLE).statements
    error = failure(read, "export const u = pg.pgTable('u', { a: pg.text('a').default(Buffer.from('ab').swap16()) });")
    assert '"the global Buffer", which is not run here' in error.text


def test_a_file_outside_of_the_project_is_not_read(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.ts"
    outside.write_text("export const name = 'outside';", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    error = failure(read, f"import {{ name }} from '../{outside.stem}';\nexport const t = pg.pgTable(name, {{}});")
    assert "leads out of the project" in error.text


def test_a_link_to_a_file_outside_of_the_project_is_not_read(read, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-linked.ts"
    outside.write_text("export const name = 'outside';", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / "link.ts").symlink_to(outside)
    error = failure(read, "import { name } from './link';\nexport const t = pg.pgTable(name, {});")
    assert "leads out of the project" in error.text


def test_a_named_pipe_does_not_hang(read, tmp_path):
    os.mkfifo(tmp_path / "pipe.ts")
    assert "cannot find the module" in failure(read, "import { name } from './pipe';\nexport const n = name;").text


def test_reading_works_in_threads_with_small_stacks(project):
    folder = project({"schema.ts": HEAD + TABLE})
    outcomes = []

    def work():
        outcomes.append(len(drizzle.read([Path("schema.ts")], project=folder).statements))

    before = threading.stack_size(256 * 1024)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
    finally:
        threading.stack_size(before)
    for thread in threads:
        thread.join()
    assert outcomes == [1, 1, 1, 1]
