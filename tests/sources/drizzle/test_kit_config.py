"""drizzle.config.ts is read without running it, and means what it means to drizzle-kit."""

# ruff: noqa: E501 - a configuration that shows one thing stands on one line

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import drizzle_kit
import pytest

from pgtandem.cli import run
from pgtandem.errors import SourceError
from pgtandem.sources import drizzle
from pgtandem.sources.drizzle import kit_config

TABLE = "import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const NAME = pgTable('NAME', { firstId: integer() });\n"
SCHEMA = {f"db/{name}.ts": TABLE.replace("NAME", name) for name in ("users", "teams")}
USERS, BOTH = ('CREATE TABLE "users"',), ('CREATE TABLE "teams"', 'CREATE TABLE "users"')

# The text of a configuration, its name, and the tables that it stands for.
CONFIGURATIONS = {
    "define_config": ("import { defineConfig } from 'drizzle-kit';\nexport default defineConfig({ dialect: 'postgresql', schema: './db/users.ts' });", "drizzle.config.ts", USERS),
    "satisfies": ("import type { Config } from 'drizzle-kit';\nexport default { dialect: 'postgresql', schema: './db/users.ts' } satisfies Config;", "drizzle.config.ts", USERS),
    "as_config": ("import type { Config } from 'drizzle-kit';\nexport default ({ dialect: 'postgresql', schema: './db/users.ts' }) as Config;", "drizzle.config.ts", USERS),
    "array": ("export default { dialect: 'postgresql', schema: ['./db/teams.ts', './db/users.ts'] };", "drizzle.config.js", BOTH),
    "folder": ("export default { dialect: 'postgresql', schema: './db' };", "drizzle.config.ts", BOTH),
    "glob": ("const folder = './db';\nexport default { dialect: 'postgresql', schema: `${folder}/u*.ts` };", "drizzle.config.ts", USERS),
    "constant": ("const schema = './db/users.ts', dialect = 'postgresql';\nconst config = { schema, dialect };\nexport default config;", "drizzle.config.ts", USERS),
    "commonjs": ("module.exports = { dialect: 'postgresql', schema: './db/users.ts' };", "drizzle.config.js", USERS),
    "json": ('{ "dialect": "postgresql", "schema": "./db/users.ts" }', "drizzle.config.json", USERS),
    "path_join": ("import path from 'node:path';\nexport default { dialect: 'postgresql', schema: path.join('db', 'users.ts') };", "drizzle.config.ts", USERS),
    "url": ("import { relative } from 'path';\nimport { fileURLToPath } from 'url';\nconst schema = relative(process.cwd(), fileURLToPath(new URL('./db/users.ts', import.meta.url)));\nexport default { dialect: 'postgresql', schema };", "drizzle.config.ts", USERS),
    "replaced": ("import path from 'path';\nexport default { dialect: 'postgresql', schema: path.join(__dirname, 'db/users.ts').replace(/\\\\/g, '/') };", "drizzle.config.ts", USERS),
    "environment": ("export default { dialect: 'postgresql', schema: process.env.PGTANDEM_TEST_SCHEMA ?? './db/users.ts' };", "drizzle.config.ts", USERS),
    "choice": ("const all = process.env.PGTANDEM_TEST_ALL === 'yes';\nexport default { dialect: 'postgresql', schema: all ? './db' : './db/users.ts' };", "drizzle.config.ts", USERS),
    "imported": ("import { base } from './base';\nexport default { ...base, schema: ['./db/teams.ts', ...base.schema] };", "drizzle.config.ts", BOTH),
    "credentials": ("const url = process.env.DATABASE_URL!.replace(':6543', ':5432');\nexport default { dialect: 'postgresql', schema: './db/users.ts', dbCredentials: { url } };", "drizzle.config.ts", USERS),
    "casing": ("export default { dialect: 'postgresql', schema: './db/users.ts', casing: 'snake_case', schemaFilter: 'public', tablesFilter: ['u*'], entities: { roles: true } };", "drizzle.config.ts", USERS),
}  # fmt: skip
BASE = {"base.ts": "export const base = { dialect: 'postgresql' as const, schema: ['./db/users.ts'] };"}


def heads(schema):
    return tuple(statement.sql.split(" (")[0] for statement in schema.statements)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_configuration_stands_for_its_schema(project, name):
    text, file, tables = CONFIGURATIONS[name]
    folder = project({file: text, **SCHEMA, **BASE})
    schema = drizzle.read([folder / file])
    assert heads(schema) == tables
    assert ('"first_id"' in schema.statements[0].sql) == (name == "casing")
    assert str(folder / file) in schema.files
    assert drizzle.read([folder]).statements == schema.statements


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_drizzle_kit_takes_the_configuration_so(project, name, require):
    require(drizzle_kit.is_here(), "drizzle-kit is not installed")
    text, file, tables = CONFIGURATIONS[name]
    folder = project({file: text, **SCHEMA, **BASE})
    (folder / "node_modules").symlink_to(drizzle_kit.node_modules(), target_is_directory=True)
    command = ["node", "node_modules/drizzle-kit/bin.cjs", "export", "--config", file]
    environment = {"PATH": str(Path(shutil.which("node")).parent), "DATABASE_URL": "postgresql://localhost:6543/x"}
    printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment).stdout
    made = tuple(line.split(" (")[0] for line in printed.split("\n") if line.startswith("CREATE"))
    assert made == tables


def test_what_is_set_in_the_environment_counts(project):
    folder = project({"drizzle.config.ts": CONFIGURATIONS["environment"][0], **SCHEMA})
    config = kit_config.read(folder / "drizzle.config.ts", env={"PGTANDEM_TEST_SCHEMA": "./db/teams.ts"})
    assert config.schema == ("./db/teams.ts",)


@pytest.mark.parametrize(
    "load", ["import 'dotenv/config';", "import { config } from 'dotenv';\nconfig({ path: ['.env.local', '.env'] });"]
)
def test_what_dotenv_would_set_counts(project, load):
    folder = project(
        {
            "drizzle.config.ts": f"{load}\n{CONFIGURATIONS['environment'][0]}",
            ".env": 'PGTANDEM_TEST_SCHEMA="./db/teams.ts"',
            **SCHEMA,
        }
    )
    assert kit_config.read(folder / "drizzle.config.ts").schema == ("./db/teams.ts",)


LOADS_ENV = "import { config } from 'dotenv';\nconfig({ path: process.env.ENV_FILE ?? '.env.local' });\n"


def test_what_dotenv_is_given_may_itself_ask_for_a_variable(project):
    text = "export default { dialect: 'postgresql', schema: process.env.SCHEMA_FILE, out: process.env.NONE };"
    folder = project({"drizzle.config.ts": LOADS_ENV + text, ".env.local": "SCHEMA_FILE=./db/users.ts", **SCHEMA})
    assert heads(drizzle.read([folder / "drizzle.config.ts"], env={})) == USERS


def doubled(first, twice):
    """Constants of which each is made of the one before it, twice."""
    return f"const a0 = {first};\n" + "".join(f"const a{n} = {twice(f'a{n - 1}')};\n" for n in range(1, 80))


LARGE = {
    "a chain": "const a0 = './x';\n"
    + "".join(f"const a{n} = a{n - 1};\n" for n in range(1, 3000))
    + "const a79 = a2999;",
    "a text": doubled("'./x'", lambda name: f"{name} + {name}"),
    "a list": doubled("['./x']", lambda name: f"[{name}, {name}]"),
    "a pattern": f"const a79 = '{'a' * 60}'.replace(/(a+)+$|(a|a)+b/, '');",
}


@pytest.mark.parametrize("name", LARGE)
def test_what_grows_without_end_is_not_worked_out(project, name):
    text = "export default { dialect: 'postgresql', schema: a79 };"
    folder = project({"drizzle.config.ts": LARGE[name] + text, **SCHEMA})
    with pytest.raises(SourceError, match=r'"schema" (cannot be told|must be a text)'):
        drizzle.read([folder / "drizzle.config.ts"])


def test_everything_else_is_kept(project):
    config = kit_config.read(project({"drizzle.config.ts": CONFIGURATIONS["casing"][0]}) / "drizzle.config.ts")
    assert (config.casing, config.schema_filter, config.tables_filter, config.roles) == (
        "snake_case",
        ("public",),
        ("u*",),
        True,
    )


def test_paths_may_be_meant_from_a_folder_above(project):
    folder = project({"db/drizzle.config.ts": CONFIGURATIONS["define_config"][0], ".git/HEAD": "", **SCHEMA})
    assert kit_config.read(folder / "db" / "drizzle.config.ts").project == folder
    assert heads(drizzle.read([folder / "db" / "drizzle.config.ts"])) == USERS


REFUSED = {
    "package": ("import { schema } from 'elsewhere';\nexport default {\n  dialect: 'postgresql',\n  schema,\n};", 'the package "elsewhere" is not run', 4, 3),
    "call": ("const find = () => 'x';\nexport default { dialect: 'postgresql', schema: find() };", "find() is not run", 2, 49),
    "dialect": ("export default { dialect: 'sqlite', schema: './db' };", '"dialect" is sqlite', None, None),
    "no schema": ("export default { dialect: 'postgresql' };", 'no "schema"', None, None),
    "nothing": ("export const x = 1;", "exports no object", None, None),
    "no text": ("export default { dialect: 'postgresql', schema: 3 };", "must be a text", None, None),
    "not there": ("export default { dialect: 'postgresql', schema: './elsewhere' };", "no schema file is there", None, None),
    "syntax": ("export default { dialect: ", "expected", 1, None),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_told_is_an_error_with_its_place(project, name):
    text, message, line, column = REFUSED[name]
    folder = project({"drizzle.config.ts": text, **SCHEMA})
    with pytest.raises(SourceError) as caught:
        drizzle.read([folder / "drizzle.config.ts"])
    assert message in caught.value.text
    assert caught.value.path
    assert (line, column) == (caught.value.line, caught.value.column if column else None)


@pytest.mark.parametrize("schema", ["dist/db/*.js", "./build/src/db/users.js", "dist/db/users.mjs"])
def test_what_is_not_built_yet_is_read_from_its_source(project, schema):
    text = f"export default {{ dialect: 'postgresql', schema: '{schema}' }};"
    folder = project({"drizzle.config.ts": text, "src/db/users.ts": TABLE.replace("NAME", "users"), "src/db/x.txt": ""})
    assert heads(drizzle.read([folder / "drizzle.config.ts"])) == USERS
    project({f"{build}/db/users.js": TABLE.replace("NAME", "built") for build in ("dist", "build/src")})
    expected = USERS if schema.endswith(".mjs") else ('CREATE TABLE "built"',)
    assert heads(drizzle.read([folder / "drizzle.config.ts"])) == expected
    with pytest.raises(SourceError, match="no schema file is there"):
        drizzle.read([Path("dist/db/users.ts")], project=folder)


def test_the_command_takes_files_folders_globs_and_configurations(project, capsys, monkeypatch):
    monkeypatch.chdir(project({"drizzle.config.ts": CONFIGURATIONS["folder"][0], **SCHEMA}))
    outputs = set()
    for sources in (
        ["drizzle.config.ts"],
        ["."],
        ["db"],
        ["db/*.ts"],
        ["db/teams.ts", "db/users.ts"],
        ["--project", "db", "db"],
    ):
        assert run(["sql", *sources]) == 0
        outputs.add(capsys.readouterr().out)
    assert len(outputs) == 1
    assert run(["sql", "--casing", "snake_case", "db/users.ts"]) == 0
    assert '"first_id"' in capsys.readouterr().out


LEFT_OUT = {
    "index": 'the index "i" has no .on(), so it is left out',
    "unique": 'an extra of the table "t" is no index, key, check or policy, so it is left out',
    "pgView": 'the view "i" has no .as(), so it is left out',
}


@pytest.mark.parametrize("made", LEFT_OUT)
def test_the_command_says_what_is_left_out(project, capsys, monkeypatch, made):
    text = (
        f"import {{ pgTable, text, {made} }} from 'drizzle-orm/pg-core';\nexport const one = {made}('i', {{ a: text() }});\n"
        "export const t = pgTable('t', { a: text() }, () => [one, undefined] as any);"
    )
    monkeypatch.chdir(project({"schema.ts": text}))
    for _ in range(2):
        assert run(["sql", "schema.ts"]) == 0
        printed = capsys.readouterr()
        assert printed.out.startswith('CREATE TABLE "t"')
        assert f"not checked schema.ts: {LEFT_OUT[made]}\n" in printed.err


def test_the_command_refuses_what_is_not_one_schema(project, capsys, monkeypatch):
    monkeypatch.chdir(project({"drizzle.config.ts": CONFIGURATIONS["folder"][0], "a.sql": "", **SCHEMA}))
    assert run(["sql", "db/users.ts", "a.sql"]) == 64
    assert run(["sql", "db/users.ts", "drizzle.config.ts"]) == 64
    assert run(["sql", "--drizzle", "0.1", "db"]) == 64
    assert run(["sql", "--casing", "kebab", "db"]) == 64
    assert run(["sql", "db/nothing.ts"]) == 2
    capsys.readouterr()
