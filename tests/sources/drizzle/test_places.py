"""Where things are declared, and which relations a schema names."""

# ruff: noqa: E501 - a schema that shows one thing stands on one line

from __future__ import annotations

import textwrap

from pgtandem.model.key import Key
from pgtandem.model.relation import Relation

SCHEMA = """\
import { relations, sql } from 'drizzle-orm';
import {
  check, foreignKey, index, integer, pgEnum, pgPolicy, pgRole, pgSchema, pgSequence, pgTable, pgView, primaryKey, text, unique,
} from 'drizzle-orm/pg-core';
import { stamps } from './helpers';
export const mood = pgEnum('mood', ['ok']);
export const app = pgSchema('app');
export const counter = pgSequence('counter');
export const boss = pgRole('boss');
export const users = pgTable('users', {
  id: integer('id').primaryKey(),
  name: text('name')
    .notNull()
    .unique('name_key'),
  ...stamps,
  boss: integer('boss')
    .references(() => users.id),
}, (t) => [
  index('by_name').on(t.name),
  check('named', sql`${t.name} <> ''`),
  unique('both')
    .on(t.id, t.name),
  foreignKey({ name: 'fk', columns: [t.boss], foreignColumns: [t.id] }),
  pgPolicy('all of it', { using: sql`true` }),
]);
export const pairs = app.table('pairs', { a: integer('a'), b: integer('b') }, (t) => [
  primaryKey({ columns: [t.a, t.b] }),
]);
export const everyone = pgView('everyone').as((qb) => qb.select().from(users));
export const usersRelations = relations(users, ({ one, many }) => ({
  boss: one(users, { fields: [users.boss], references: [users.id], relationName: 'bosses' }),
  staff: many(users, { relationName: 'bosses' }),
  pairs: many(pairs),
}));
"""
HELPERS = """\
import { timestamp } from 'drizzle-orm/pg-core';
export const stamps = {
  createdAt: timestamp('created_at').defaultNow(),
};
"""


def places(read):
    schema = read({"schema.ts": SCHEMA, "helpers.ts": HELPERS})
    return {path: (place.path.rsplit("/", 1)[1], place.line) for path, place in schema.places.items()}


def line_of(text, source=SCHEMA):
    return next(number for number, line in enumerate(source.split("\n"), 1) if text in line)


def test_everything_has_its_file_and_line(read):
    assert places(read) == {
        ("type", "public", "mood"): ("schema.ts", line_of("pgEnum(")),
        ("schema", "app"): ("schema.ts", line_of("pgSchema(")),
        ("relation", "public", "counter"): ("schema.ts", line_of("pgSequence(")),
        ("role", "boss"): ("schema.ts", line_of("pgRole(")),
        ("relation", "public", "users"): ("schema.ts", line_of("pgTable(")),
        ("row security", "public", "users"): ("schema.ts", line_of("pgTable(")),
        ("column", "public", "users", "id"): ("schema.ts", line_of("integer('id')")),
        ("constraint", "public", "users", "users_pkey"): ("schema.ts", line_of("integer('id')")),
        ("column", "public", "users", "name"): ("schema.ts", line_of("name: text")),
        ("constraint", "public", "users", "name_key"): ("schema.ts", line_of(".unique('name_key')")),
        ("column", "public", "users", "created_at"): ("helpers.ts", 3),
        ("column", "public", "users", "boss"): ("schema.ts", line_of("boss: integer('boss')")),
        ("constraint", "public", "users", "users_boss_users_id_fk"): ("schema.ts", line_of(".references(")),
        ("relation", "public", "by_name"): ("schema.ts", line_of("index('by_name')")),
        ("constraint", "public", "users", "named"): ("schema.ts", line_of("check('named'")),
        ("constraint", "public", "users", "both"): ("schema.ts", line_of("unique('both')")),
        ("constraint", "public", "users", "fk"): ("schema.ts", line_of("name: 'fk'")),
        ("policy", "public", "users", "all of it"): ("schema.ts", line_of("'all of it'")),
        ("relation", "app", "pairs"): ("schema.ts", line_of("app.table(")),
        ("row security", "app", "pairs"): ("schema.ts", line_of("app.table(")),
        ("column", "app", "pairs", "a"): ("schema.ts", line_of("app.table(")),
        ("column", "app", "pairs", "b"): ("schema.ts", line_of("app.table(")),
        ("constraint", "app", "pairs", "pairs_a_b_pk"): ("schema.ts", line_of("primaryKey({")),
        ("relation", "public", "everyone"): ("schema.ts", line_of("pgView(")),
    }


def test_statements_carry_the_places(read):
    schema = read({"schema.ts": SCHEMA, "helpers.ts": HELPERS})
    found = {statement.sql.split("(")[0].split(" USING")[0].strip(): statement.line for statement in schema.statements}
    assert found['CREATE TABLE "users"'] == line_of("pgTable(")
    assert found['CREATE INDEX "by_name" ON "users"'] == line_of("index('by_name')")
    assert found['CREATE POLICY "all of it" ON "users" AS PERMISSIVE FOR ALL TO public'] == line_of("'all of it'")


def test_the_column_of_a_declaration_is_where_its_call_starts(read):
    schema = read(
        "import { integer, pgTable } from 'drizzle-orm/pg-core';\nexport const t = pgTable('t', {\n  a: integer('a'),\n});\n"
    )
    assert schema.places["column", "public", "t", "a"].column == 6
    assert schema.places["relation", "public", "t"].column == 18


def test_names_are_cut_as_postgresql_cuts_them(read):
    name = "x" * 70
    schema = read(
        f"import {{ integer, pgTable }} from 'drizzle-orm/pg-core';\nexport const t = pgTable('{name}', {{ a: integer('a') }});"
    )
    assert ("relation", "public", "x" * 63) in schema.places


def test_relations_are_told(read):
    users, pairs = Key("relation", ("public", "users")), Key("relation", ("app", "pairs"))
    assert read({"schema.ts": SCHEMA, "helpers.ts": HELPERS}).relations == (
        Relation(
            table=users,
            name="boss",
            target=users,
            many=False,
            fields=("boss",),
            references=("id",),
            relation_name="bosses",
        ),
        Relation(table=users, name="staff", target=users, many=True, relation_name="bosses"),
        Relation(table=users, name="pairs", target=pairs, many=True),
    )


def test_a_relation_that_throws_is_a_note(read):
    schema = read(
        textwrap.dedent("""\
        import { relations } from 'drizzle-orm';
        import { integer, pgTable } from 'drizzle-orm/pg-core';
        export const t = pgTable('t', { a: integer('a') });
        export const r = relations(t, () => { throw new Error('later'); });
        """)
    )
    assert schema.relations == ()
    assert schema.notes == ('the relations of "t" could not be read: later',)


def test_files_are_all_that_were_read(read, tmp_path):
    schema = read({"schema.ts": SCHEMA, "helpers.ts": HELPERS, "tsconfig.json": "{}", "unused.ts": "!"})
    assert schema.files == tuple(str(tmp_path / name) for name in ("schema.ts", "helpers.ts"))
