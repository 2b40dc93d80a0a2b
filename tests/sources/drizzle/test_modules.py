"""Which file an import means, what is loaded, and in which order."""

# ruff: noqa: E501 - a module that shows one thing stands on one line

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pgtandem.errors import SourceError
from pgtandem.sources import drizzle

HEAD = "import * as pg from 'drizzle-orm/pg-core';\n"


def table(name):
    return f"{HEAD}export const {name} = pg.pgTable('{name}', {{ a: pg.text('a') }});\n"


def default_of(value, imports):
    return f"{HEAD}{imports}\nexport const t = pg.pgTable('t', {{ a: pg.text('a').default({value}) }});\n"


def the_default(schema):
    return schema.statements[-1].sql.split("DEFAULT ")[1].split("\n")[0].strip("'")


def names(schema):
    return [statement.sql.split('"')[1] for statement in schema.statements if statement.kind == "table"]


WHERE = {
    "beside": ("'./value'", "value.ts", {}),
    "with its extension": ("'./value.ts'", "value.ts", {}),
    ".js that means .ts": ("'./value.js'", "value.ts", {}),
    ".mjs that means .mts": ("'./value.mjs'", "value.mts", {}),
    "tsx": ("'./value'", "value.tsx", {}),
    "plain JavaScript": ("'./value'", "value.js", {}),
    "a folder's index": ("'./folder'", "folder/index.ts", {}),
    "above": ("'../src/value'", "value.ts", {}),
    "two dots in its name": ("'./value.const'", "value.const.ts", {}),
    "paths with a star": ("'@/value'", "lib/value.ts", {"paths": {"@/*": ["./src/lib/*"]}}),
    "paths without a star": ("'the-value'", "lib/value.ts", {"paths": {"the-value": ["./src/lib/value.ts"]}}),
    "paths, second target": ("'@/value'", "lib/value.ts", {"paths": {"@/*": ["./nowhere/*", "./src/lib/*"]}}),
    "paths, the longest prefix": ("'@/x/value'", "x/value.ts", {"paths": {"@/*": ["./no/*"], "@/x/*": ["./src/x/*"]}}),
    "paths from a base": ("'~/value'", "lib/value.ts", {"baseUrl": "./src", "paths": {"~/*": ["lib/*"]}}),
    "bare names from a base": ("'lib/value'", "lib/value.ts", {"baseUrl": "./src"}),
    "paths like a package": ("'@app/db'", "db/index.ts", {"paths": {"@app/db": ["./src/db"]}}),
}


@pytest.mark.parametrize("where", WHERE)
def test_where_an_import_leads(read, where):
    specifier, path, options = WHERE[where]
    schema = read(
        {
            "src/schema.ts": default_of("value", f"import {{ value }} from {specifier};"),
            f"src/{path}": "export const value = 'found';",
            "tsconfig.json": json.dumps({"compilerOptions": options}),
        },
        entries=("src/schema.ts",),
    )
    assert the_default(schema) == "found"


EXTENDS = {
    "relative": ({"extends": "./base.json"}, "base.json"),
    "without its extension": ({"extends": "./base"}, "base.json"),
    "several": ({"extends": ["./other.json", "./base.json"]}, "base.json"),
    "a package": ({"extends": "@acme/tsconfig/base.json"}, "node_modules/@acme/tsconfig/base.json"),
    "references": ({"files": [], "references": [{"path": "./tsconfig.app.json"}]}, "tsconfig.app.json"),
}


@pytest.mark.parametrize("how", EXTENDS)
def test_a_tsconfig_that_points_at_another(read, how):
    config, path = EXTENDS[how]
    up = "../" * path.count("/")
    files = {
        "schema.ts": default_of("value", "import { value } from '@/value';"),
        "lib/value.ts": "export const value = 'found';",
        "tsconfig.json": json.dumps(config),
        "other.json": "{}",
        path: f'{{ "compilerOptions": {{ /* here */ "paths": {{ "@/*": ["./{up}lib/*"], }} }}, }}',
    }
    assert the_default(read(files)) == "found"


def test_a_tsconfig_most_of_which_is_comments(read):
    unused = '// "unused": "//", /* // what it is for, and so on */\n' * 200
    files = {
        "schema.ts": default_of("value", "import { value } from '@/value';"),
        "lib/value.ts": "export const value = 'found';",
        "tsconfig.json": f'{{ "compilerOptions": {{ "strict": true,\n{unused} "paths": {{ "@/*": ["./lib/*"] }},\n{unused} }} }}',
    }
    assert the_default(read(files)) == "found"


def test_sveltekit_aliases_without_its_generated_tsconfig(read):
    schema = read(
        {
            "schema.ts": default_of("a + b", "import { a } from '$lib/a';\nimport { b } from '$config';"),
            "src/lib/a.ts": "export const a = 'one';",
            "src/config/index.ts": "export const b = 'two';",
            "svelte.config.js": "export default { kit: { adapter: f(), alias: { $config: 'src/config', '$x/*': './x/*' } } };",
            "tsconfig.json": '{ "extends": "./.svelte-kit/tsconfig.json" }',
        }
    )
    assert the_default(schema) == "onetwo"


def workspace(manifest, files, root):
    package = {f"packages/shared/{name}": text for name, text in files.items()}
    return {
        "apps/web/package.json": '{ "name": "web" }',
        "apps/web/schema.ts": default_of("value", "import { value } from '@acme/shared';"),
        "packages/shared/package.json": json.dumps({"name": "@acme/shared"} | manifest),
        **package,
        **root,
    }


NPM = {"package.json": '{ "workspaces": ["apps/*", "packages/*"] }'}
PNPM = {"package.json": "{}", "pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n  - \"packages/*\" # ours\n"}
VALUE = "export const value = 'found';"
PACKAGES = {
    "main": ({"main": "./value.ts"}, {"value.ts": VALUE}, NPM),
    "yarn's form": ({"main": "./value.ts"}, {"value.ts": VALUE}, {"package.json": '{ "workspaces": { "packages": ["packages/*"] } }'}),
    "pnpm": ({"types": "./value.ts"}, {"value.ts": VALUE}, PNPM),
    "exports, a text": ({"exports": "./src/value.ts"}, {"src/value.ts": VALUE}, NPM),
    "exports, a map": ({"exports": {".": "./src/value.ts"}}, {"src/value.ts": VALUE}, NPM),
    "exports, conditions": ({"exports": {".": {"types": "./no.d.ts", "import": "./src/value.ts"}}}, {"src/value.ts": VALUE}, NPM),
    "build output, not committed": (
        {"exports": {".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"}}}, {"src/index.ts": VALUE}, NPM,
    ),
    "build output with src inside": ({"main": "dist/src/index.js"}, {"src/index.ts": VALUE}, NPM),
    "nothing said": ({}, {"index.ts": VALUE}, NPM),
    "nothing said, src": ({}, {"src/index.ts": VALUE}, NPM),
}  # fmt: skip


@pytest.mark.parametrize("how", PACKAGES)
def test_a_package_of_the_same_repository(project, how):
    folder = project(workspace(*PACKAGES[how]))
    assert the_default(drizzle.read([Path("schema.ts")], project=folder / "apps" / "web")) == "found"


def test_a_part_of_a_package_of_the_same_repository(read):
    files = workspace({"exports": {"./*": "./src/*.ts"}}, {"src/deep/value.ts": VALUE}, NPM)
    files["apps/web/schema.ts"] = default_of("value", "import { value } from '@acme/shared/deep/value';")
    assert the_default(read(files, entries=("apps/web/schema.ts",))) == "found"


def test_a_package_may_import_itself_by_its_name_and_by_hash(read):
    schema = read(
        {
            "package.json": '{ "name": "me", "exports": { "./*": "./src/*.ts" }, "imports": { "#db/*": "./src/db/*.ts" } }',
            "schema.ts": default_of("a + b", "import { a } from 'me/a';\nimport { b } from '#db/b';"),
            "src/a.ts": "export const a = 'one';",
            "src/db/b.ts": "export const b = 'two';",
        }
    )
    assert the_default(schema) == "onetwo"


ELIDED = [
    "import { value } from './throws';\nlet a: typeof value;",
    "import { Value } from './throws';\ninterface A extends Value {}",
    "import type { Value } from './throws';",
    "import { type Value } from './throws';",
    "import Value from './throws';\nexport type A = Value;",
    "import * as all from './throws';\nlet a: all.Value;",
    "export type { Value } from './throws';",
    "export { type Value } from './throws';",
    "import { Value } from './missing';\nconst a = {} as Value;",
    "import { Value } from '@/missing';\nconst a = <T extends Value>(b: T) => b;",
]


@pytest.mark.parametrize("source", ELIDED)
def test_an_import_of_types_loads_nothing(read, source):
    assert names(read({"schema.ts": f"{source}\n{table('t')}", "throws.ts": "throw new Error('loaded');"})) == ["t"]


KEPT = [
    "import './throws';",
    "import { value } from './throws';\nexport const a = value;",
    "import { value } from './throws';\nconst a = () => value;",
    "import { value } from './throws';\nconst a = { value };",
    "export * from './throws';",
    "export * as all from './throws';",
    "export { value } from './throws';",
    "export { value }\n// on a line of its own\nfrom './throws';",
    "import { value } from './throws';\nexport { value };",
    "const a = require('./throws');",
    "import a = require('./throws');\nexport const b = a;",
]


@pytest.mark.parametrize("source", KEPT)
def test_an_import_of_values_loads_its_module(read, source):
    with pytest.raises(SourceError, match="loaded"):
        read(
            {"schema.ts": f"{source}\n{table('t')}", "throws.ts": "throw new Error('loaded');\nexport const value = 1;"}
        )


IMPORTED = {
    "a default": ("import a from './m';", "a", "export default 'x';"),
    "a default function": ("import a from './m';", "a()", "export default function () { return 'x' }"),
    "a default that is named": ("import a from './m';", "a()", "export default function named() { return 'x' }"),
    "a default class": ("import A from './m';", "new A().b", "export default class { b = 'x' }"),
    "a default renamed": ("import { default as a } from './m';", "a", "const b = 'x';\nexport { b as default };"),
    "everything": ("import * as all from './m';", "all.a + Object.keys(all)", "export const a = 'x';"),
    "renamed": ("import { b as a } from './m';", "a", "const c = 'x';\nexport { c as b };"),
    "destructured": ("import { a, c } from './m';", "a + c", "export const { a, b: [c = 'z'] } = { a: 'x', b: [] };"),
    "an enum": ("import { E } from './m';", "E.A + E[E.B] + E.C", "export enum E { A = 'a', B = 4, C }"),
    "a class": ("import { K } from './m';", "new K('p').own", "export class K { constructor(public own: string) {} }"),
    "JSON": ("import data from './d.json';", "data.a[0]", ""),
    "a name of JSON": ("import { b } from './d.json';", "b", ""),
    "through stars": ("import { a } from './star';", "a", "export const a = 'x';"),
    "a star's own name first": ("import { own } from './star';", "own", "export const own = 'theirs';"),
    "as a namespace": ("import { n } from './star';", "n.a", "export const a = 'x';"),
    "required": ("const { a } = require('./m');", "a", "export const a = 'x';"),
    "CommonJS": ("import c, { a } from './c.cjs';", "a + c.b()", ""),
    "a later value": (
        "import { a, set } from './m';\nset();",
        "a",
        "export let a = 'early';\nexport const set = () => { a = 'late' };",
    ),
}
ALSO = {
    "d.json": '{ "a": ["x"], "b": "y" }',
    "star.ts": "export * from './m';\nexport * as n from './m';\nexport const own = 'ours';",
    "c.cjs": "const inner = require('./i.cjs');\nexports.a = 'x';\nmodule.exports.b = () => inner + typeof this;",
    "i.cjs": "module.exports = 'inner';",
}
GIVEN = {"everything": "xa", "destructured": "xz", "an enum": "aB5", "a class": "p", "a name of JSON": "y",
         "a star's own name first": "ours", "CommonJS": "xinnerundefined", "a later value": "late"}  # fmt: skip


@pytest.mark.parametrize("how", IMPORTED)
def test_what_an_import_gives(read, how):
    imports, value, module = IMPORTED[how]
    schema = read({"schema.ts": default_of(value, imports), "m.ts": module, **ALSO})
    assert the_default(schema).removesuffix("object") == GIVEN.get(how, "x").removesuffix("undefined")


def test_modules_run_once_and_those_they_import_first(read):
    log = "(globalThis as any).log = [...((globalThis as any).log ?? []), '{}'];"
    files = {
        "schema.ts": f"import './b';\nimport './a';\n{log.format('schema')}\n"
        + default_of("(globalThis as any).log.join()", ""),
        "a.ts": f"import './c';\n{log.format('a')}",
        "b.ts": f"import './c';\n{log.format('b')}",
        "c.ts": log.format("c"),
    }
    assert the_default(read(files)) == "c,b,a,schema"


def test_a_value_of_a_cycle_that_is_not_there_yet(read):
    with pytest.raises(SourceError, match="is not initialized") as caught:
        read(
            {
                "schema.ts": "import { b } from './b';\nexport const a = b;",
                "b.ts": "import { a } from './schema';\nexport const b = a;",
            }
        )
    assert caught.value.path is not None
    assert caught.value.path.endswith("b.ts")
    assert caught.value.line == 2


def test_only_what_the_entries_export_is_created(read):
    schema = read(
        {
            "schema.ts": f"{table('shown')}const hidden = pg.pgTable('hidden', {{ a: pg.text('a') }});\nimport './other';\n",
            "other.ts": table("elsewhere"),
        }
    )
    assert names(schema) == ["shown"]


def test_several_entries_and_a_table_in_two_of_them(read):
    files = {"a.ts": table("one"), "b.ts": f"export * from './a';\n{table('two')}"}
    assert names(read(files, entries=("a.ts", "b.ts"))) == ["one", "two"]
    assert names(read(files, entries=("b.ts", "a.ts", "b.ts"))) == ["two", "one"]


INSTALLED = {
    "CommonJS": {
        "package.json": '{ "name": "tool", "main": "./lib/main.js" }',
        "lib/main.js": "'use strict';\nconst inner = require('./inner');\nmodule.exports = { shout: (x) => inner(x) + require('dependency').mark };",
        "lib/inner.js": "module.exports = function (x) { return x.toUpperCase(); };",
    },
    "transpiled": {
        "package.json": '{ "name": "tool", "exports": { ".": { "require": "./index.cjs" } } }',
        "index.cjs": "Object.defineProperty(exports, '__esModule', { value: true });\nexports.shout = (x) => x.toUpperCase() + '!';\nexports.default = 3;",
    },
    "modules": {
        "package.json": '{ "name": "tool", "type": "module", "exports": { ".": { "types": "./x.d.ts", "import": "./index.js" } } }',
        "index.js": "import { mark } from 'dependency';\nexport * from './shout.js';\nexport { mark };",
        "shout.js": "import { mark } from './index.js';\nexport const shout = (x) => x.toUpperCase() + mark;",
    },
}


@pytest.mark.parametrize("form", INSTALLED)
def test_an_installed_package_is_run_where_the_schema_needs_it(read, form):
    schema = read(
        {
            "schema.ts": default_of(
                "shout('found')", "import { shout } from 'tool';\nimport other from 'not-needed';\nother.go();"
            ),
            **{f"node_modules/tool/{name}": text for name, text in INSTALLED[form].items()},
            "node_modules/dependency/package.json": '{ "name": "dependency" }',
            "node_modules/dependency/index.js": "exports.mark = '!';",
            "node_modules/not-needed/package.json": '{ "name": "not-needed", "main": "x.js" }',
            "node_modules/not-needed/x.js": "throw new Error('needed');",
        }
    )
    assert the_default(schema) == "FOUND!"
    assert schema.notes == ("not run, and nothing that they make is in the schema: not-needed",)


def test_a_package_that_hands_drizzle_on_under_a_path_of_its_own(statements):
    handed_on = statements(
        "import { sql } from '@acme/db-postgres/drizzle';\n"
        "import { pgTable, text } from '@acme/db-postgres/drizzle/pg-core';\n"
        "import { unknown } from 'acme/drizzle';\n"
        "unknown();\n"
        "export const t = pgTable('t', { a: text().default(sql`now()`) });"
    )
    assert handed_on == ['CREATE TABLE "t" (\n\t"a" text DEFAULT now()\n);']


HANDED_ON = ("export * from 'shared';", "export { u } from 'shared';", "import { u } from 'shared';\nexport { u };")


@pytest.mark.parametrize("source", HANDED_ON)
def test_tables_of_an_installed_package_are_created_where_they_are_handed_on(read, source):
    package = {"node_modules/shared/package.json": '{ "name": "shared", "main": "x.js" }'}
    schema = read({"schema.ts": f"{table('t')}{source}", "node_modules/shared/x.js": table("u"), **package})
    assert sorted(names(schema)) == ["t", "u"]
    assert schema.notes == ()
    broken = read(
        {"schema.ts": f"{table('t')}{source}", "node_modules/shared/x.js": "throw new Error('x');", **package}
    )
    assert names(broken) == ["t"]
    assert "shared is missing" in broken.notes[0]


@pytest.mark.parametrize("source", HANDED_ON)
def test_what_is_handed_on_of_a_package_that_is_not_there_is_noted(read, source):
    schema = read(f"{table('t')}{source}")
    assert schema.notes == ("what the schema hands on of shared is missing: not run",)


@pytest.mark.parametrize("source", HANDED_ON)
def test_what_is_handed_on_of_a_file_that_is_not_there_is_an_error(read, source):
    with pytest.raises(SourceError, match='cannot find the module "@/shared"') as caught:
        read(f"{table('t')}{source}".replace("'shared'", "'@/shared'"))
    assert caught.value.line == 3


@pytest.mark.parametrize("part", ["expressions", "sql", "sql/expressions", "sql/expressions/conditions.js"])
def test_a_file_of_drizzle_orm_gives_a_part_of_it(read, part):
    schema = read(
        {
            "schema.ts": f"{HEAD}import {{ eq }} from 'drizzle-orm/{part}';\n"
            "export const t = pg.pgTable('t', { a: pg.text('a') }, (t) => [pg.check('c', eq(t.a, t.a))]);"
        }
    )
    assert '"t"."a" = "t"."a"' in schema.ddl


def test_zod_enums_can_be_read(read):
    source = """
    import { z } from 'zod';
    import { createInsertSchema } from 'drizzle-zod';
    z.config(z.locales.fr());
    z.globalRegistry.add(z.string(), { id: 'a' });
    const roles = z.enum(['admin', 'user']);
    const shape = z.object({ role: roles.optional().default('user'), other: z.string().min(1).email() }).extend({ b: z.number() });
    enum Native { A = 'x', B = 'y' }
    export const one = pg.pgEnum('one', roles.options);
    export const two = pg.pgEnum('two', Object.values(roles.enum) as any);
    export const three = pg.pgEnum('three', shape.shape.role.removeDefault().unwrap().exclude(['user']).options);
    export const four = pg.pgEnum('four', z.nativeEnum(Native).enum);
    export const five = pg.pgEnum('five', shape.keyof().options);
    export const t = pg.pgTable('t', { a: one('a') });
    export const insert = createInsertSchema(t, { a: (s: any) => s.min(3) }).omit({ a: true });
    export const env = z.object({ SCHEMA: z.string().default('from_env') }).parse(process.env);
    export const s = pg.pgSchema(env.SCHEMA);
    """
    printed = [statement.sql for statement in read(HEAD + source).statements]
    found = [sql.split("ENUM")[1] for sql in printed if "ENUM" in sql]
    assert found == ["('role', 'other', 'b');", "('x', 'y');", "('admin', 'user');", "('admin');", "('admin', 'user');"]
    assert printed[0] == 'CREATE SCHEMA "from_env";'


CHANGES = {
    "an imported file": ("value.ts", "export const value = 'second';", None),
    "an imported JSON file": ("value.json", '{"value": "second"}', None),
    "a file that goes before the imported one": ("other.ts", "export const other = 'second';", None),
    "the environment": (None, None, {"VALUE": "second"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_is_read_again(read, change):
    read_value = {
        "an imported file": "value",
        "an imported JSON file": "json.value",
        "the environment": "process.env.VALUE!",
    }
    imports = "import { value } from './value';\nimport json from './value.json';\nimport { other } from './other';"
    files = {
        "schema.ts": default_of(read_value.get(change, "other"), imports),
        "value.ts": "export const value = 'first';",
        "value.json": '{"value": "first"}',
        "other.js": "export const other = 'first';",
    }
    first = read(files, env={"VALUE": "first"})
    assert read({}, env={"VALUE": "first"}) is first
    name, text, env = CHANGES[change]
    assert the_default(read({} if name is None else {name: text}, env=env or {"VALUE": "first"})) == "second"
