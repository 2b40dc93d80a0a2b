"""Schemas that make roles, which belong to the whole server, or that say what the platform has made already."""

from __future__ import annotations

import pytest

SCHEMA = """\
import { sql } from 'drizzle-orm';
import { pgPolicy, pgRole, pgTable, uuid } from 'drizzle-orm/pg-core';
export const keeper = pgRole('keeper_of_notes', { createDb: true });
export const notes = pgTable('notes', { id: uuid().primaryKey() }, () => [
  pgPolicy('kept', { to: keeper, using: sql`true` }),
]);
"""
ACCESS = """\
[identity]
user = { role = "keeper_of_notes" }
[table.notes]
read = ["user"]
"""


@pytest.mark.parametrize("platform", ["none", "supabase"])
def test_each_copy_makes_the_roles(run, tmp_path, monkeypatch, platform):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.ts").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "pgtandem.toml").write_text(
        f'platform = "{platform}"\nschema = ["schema.ts"]\nmigrations = "migrations"\n', encoding="utf-8"
    )
    (tmp_path / "migrations").mkdir()
    ddl = run("sql", "schema.ts").out
    assert "CREATE ROLE" in ddl
    (tmp_path / "migrations" / "1_all.sql").write_text(ddl, encoding="utf-8")
    checked = run("check")
    assert checked.code == 0, checked.out + checked.err
    (tmp_path / "other.sql").write_text(ddl.replace("true", "false"), encoding="utf-8")
    assert "policy kept on public.notes: using" in run("diff", "schema.ts", "other.sql").out
    planned = run("plan", "schema.ts", "other.sql")
    assert "ALTER POLICY kept" in planned.out, planned.err


def test_each_clone_has_the_roles(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    grant = "GRANT SELECT ON notes TO keeper_of_notes;\nREVOKE ALL ON notes FROM anon, authenticated;\n"
    for name, text in (("schema.ts", SCHEMA), ("grants.sql", grant), ("access.toml", ACCESS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "pgtandem.toml").write_text(
        'platform = "supabase"\nschema = ["schema.ts"]\nsql = ["grants.sql"]\n', encoding="utf-8"
    )
    proved = run("prove")
    assert proved.code in {0, 1}, proved.err
    assert "cells by logic" in proved.out


PROVIDED = """\
import { sql } from 'drizzle-orm';
import { pgPolicy, pgRole, pgSchema, pgTable, uuid } from 'drizzle-orm/pg-core';
export const auth = pgSchema('auth');
export const level = auth.enum('level', ['low', 'high']);
export const users = auth.table('users', { id: uuid('id').primaryKey().defaultRandom() });
export const authenticated = pgRole('authenticated');
export const notes = pgTable('notes', { userId: uuid('user_id').references(() => users.id) }, () => [
  pgPolicy('kept', { to: authenticated, using: sql`true` }),
]);
"""


def test_what_the_platform_has_is_not_made_again(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.ts").write_text(PROVIDED, encoding="utf-8")
    (tmp_path / "pgtandem.toml").write_text('platform = "supabase"\nschema = ["schema.ts"]\n', encoding="utf-8")
    made = run("emit", "production-sql", "schema.ts")
    assert made.code == 0, made.err
    assert "REFERENCES auth.users" in made.out
    assert not any(
        word in made.out for word in ("auth.level", "CREATE ROLE", "CREATE SCHEMA", "TABLE IF NOT EXISTS auth")
    )
    (tmp_path / "made.sql").write_text(made.out, encoding="utf-8")
    assert run("diff", "schema.ts", "made.sql").code == 0
    assert run("check").code == 0
    # What drizzle-kit prints is another matter.
    assert 'CREATE TABLE "auth"."users"' in run("sql", "schema.ts").out
