"""`pgtandem init`: what is found in a folder, and a database written down, whole."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pgtandem import scratch
from pgtandem.config import load

CASES = Path(__file__).parents[1] / "emit" / "sqlalchemy" / "cases"
PIXCRAWLER = Path(__file__).parents[2] / "pixcrawler"
# Policies and defaults that call functions, which name the tables; what Drizzle has no words for.
EVERYTHING = """
CREATE TYPE level AS ENUM ('reader', 'editor');
CREATE FUNCTION short_id() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE TABLE documents (id text PRIMARY KEY DEFAULT short_id(), owner int NOT NULL, at timestamptz DEFAULT now());
CREATE TABLE members (id int PRIMARY KEY DEFERRABLE, level level NOT NULL) WITH (fillfactor = 70);
ALTER TABLE members ADD CHECK (id > 0) NOT VALID;
CREATE FUNCTION is_member(who int, lowest level) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT EXISTS (SELECT FROM members m WHERE m.id = who AND m.level >= lowest) $$;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY members ON documents FOR SELECT USING (is_member(owner, 'reader'));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.at := now(); RETURN new; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW readable WITH (security_invoker = true) AS SELECT id FROM documents;
CREATE MATERIALIZED VIEW counts AS SELECT owner, count(*) FROM documents GROUP BY owner;
CREATE UNIQUE INDEX counts_owner ON counts (owner);
CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE INDEX events_what ON events (what text_pattern_ops DESC);
GRANT SELECT, UPDATE (at) ON documents TO PUBLIC;
COMMENT ON TABLE documents IS 'What people write';
COMMENT ON FUNCTION short_id IS 'Short';
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def put(folder, **texts):
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_database_is_written_down_whole(run, folder, server, monkeypatch):
    with scratch.database(server) as url:
        scratch.load(url, EVERYTHING)
        monkeypatch.setenv("DATABASE_URL", url)
        done = run("init", "env:DATABASE_URL")
        assert done.code == 0, done.out + done.err
        assert run("validate").code == 0
        assert run("check").code == 0
        scratch.load(url, "ALTER TABLE documents NO FORCE ROW LEVEL SECURITY")
        assert run("validate").code == 1
    config = tomllib.loads((folder / "pgtandem.toml").read_text(encoding="utf-8"))
    assert config == {
        "platform": "none", "schema": ["db/schema.ts"], "sql": ["db/rest.sql"], "database": "env:DATABASE_URL",
    }  # fmt: skip
    assert "FORCE" in (folder / "db" / "rest.sql").read_text(encoding="utf-8")
    assert "pgPolicy" in (folder / "db" / "schema.ts").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", ["counters", "keys", "partitions", "schemas", "types", "unsaid", "views"])
def test_nothing_is_lost(case, run, folder):
    source = folder / "all.sql"
    parts = (CASES / case / name for name in ("outside.sql", "schema.sql"))
    source.write_text("\n".join(part.read_text(encoding="utf-8") for part in parts if part.exists()), encoding="utf-8")
    done = run("init", "all.sql")
    assert done.code == 0, done.out + done.err


GIVEN = """
CREATE TABLE parents (id int PRIMARY KEY, name text NOT NULL, number serial);
CREATE TABLE children (age int, PRIMARY KEY (id)) INHERITS (parents);
CREATE INDEX children_age ON children (age);
CREATE TABLE toys (owner int REFERENCES children);
CREATE VIEW ages AS SELECT id, age FROM children;
ALTER TABLE toys ENABLE ROW LEVEL SECURITY;
CREATE POLICY played_with ON toys USING (EXISTS (SELECT FROM children WHERE id = owner));
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touch BEFORE UPDATE ON children FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON COLUMN children.age IS 'in years';
GRANT SELECT ON children TO PUBLIC;
CREATE TYPE pair AS (a int, b text);
CREATE TABLE pairs OF pair (a NOT NULL);
"""


def test_tables_whose_columns_others_give_are_written_as_sql(run, folder):
    put(folder, **{"all.sql": GIVEN})
    done = run("init", "all.sql")
    assert done.code == 0, done.out + done.err
    assert "table public.children: Drizzle cannot say it" in done.out
    rest = (folder / "db" / "rest.sql").read_text(encoding="utf-8")
    assert "INHERITS (public.parents)" in rest
    assert "OF public.pair" in rest
    assert run("check").code == 0


def test_a_schema_on_a_platform_is_written_down_without_the_platform(run, folder):
    source = PIXCRAWLER / "frontend" / "lib" / "db" / "migrations" / "production_schema.sql"
    done = run("init", str(source), "--platform", "supabase", "--into", "schema")
    assert done.code == 0, done.out + done.err
    assert "storage" not in (folder / "schema" / "rest.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", ["new", "legacy"])
def test_a_database_on_a_platform_is_written_down_without_it_whatever_that_grants(mode, run, folder, server):
    template = scratch.platform_template(server, "supabase", default_privileges=mode)
    with scratch.database(server, template=template) as url:
        # As whoever owns a project there, who may not change what the platform's own roles grant.
        owner = scratch.with_parameters(url, options="-crole=postgres")
        scratch.load(owner, "CREATE TABLE notes (id int PRIMARY KEY); GRANT SELECT ON notes TO authenticated;")
        scratch.load(owner, "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON FUNCTIONS FROM anon;")
        done = run("init", url, "--platform", "supabase")
        assert done.code == 0, done.out + done.err
        assert "supabase_admin" not in (folder / "db" / "rest.sql").read_text(encoding="utf-8")
        assert run("validate", "--database", url).code == 0
        assert "supabase_admin" not in run("emit", "production-sql", url, "--platform", "supabase").out
        assert run("lint", url, "--platform", "supabase").code == 1


def test_roles_that_are_granted_to_are_made_where_there_are_none(run, folder):
    with scratch.server() as theirs, scratch.database(theirs) as url:
        scratch.load(url, "CREATE ROLE \"app 'x'\"; CREATE TABLE notes (id int PRIMARY KEY);")
        scratch.load(url, "GRANT SELECT ON notes TO \"app 'x'\", pg_monitor;")
        scratch.load(url, "CREATE POLICY readers ON notes TO \"app 'x'\" USING (true);")
        done = run("init", url)
    assert done.code == 0, done.out + done.err
    rest = (folder / "db" / "rest.sql").read_text(encoding="utf-8")
    assert rest.count("CREATE ROLE") == 1
    assert run("check").code == 0


def test_what_is_there_is_named_and_nothing_is_run(run, folder):
    put(
        folder,
        **{
            "web/drizzle.config.ts": 'export default { dialect: "postgresql", schema: "db/schema.ts", out: "drizzle" }',
            "web/db/schema.ts": 'import { pgTable, text } from "drizzle-orm/pg-core";\n'
            'export const notes = pgTable("notes", { id: text().primaryKey() });\n',
            "web/drizzle/meta/_journal.json": '{"entries": []}',
            "web/node_modules/x/drizzle.config.ts": "export default {}",
            "supabase/migrations/1_init.sql": "CREATE TABLE notes (id text PRIMARY KEY);",
            "api/__init__.py": "raise SystemExit('run')",
            "api/models.py": "class Note(Base):\n    __tablename__ = 'notes'\n",
            "sql/triggers.sql": "CREATE TRIGGER t AFTER INSERT ON notes EXECUTE FUNCTION f();",
            ".env.example": "DATABASE_URL=postgresql://user:secret@host/db\n",
        },
    )
    done = run("init")
    assert done.code == 0, done.err
    text = (folder / "pgtandem.toml").read_text(encoding="utf-8")
    assert "secret" not in text
    assert tomllib.loads(text) == {
        "platform": "supabase",
        "schema": ["web/drizzle.config.ts"],
        "models": ["api/models.py"],
        "migrations": "web/drizzle",
        "database": "env:DATABASE_URL",
        "places": {"migrations_2": "supabase/migrations"},
    }
    assert '# sql = ["sql/triggers.sql"]' in text
    assert load(folder / "pgtandem.toml").models == ("api/models.py",)


def test_a_configuration_that_cannot_be_read_is_named(run, folder):
    put(folder, **{"drizzle.config.ts": "export default { schema: choose() }", "db/schema.sql": "CREATE TABLE t ();"})
    done = run("init")
    assert "drizzle.config.ts:1" in done.out
    assert "schema" not in tomllib.loads((folder / "pgtandem.toml").read_text(encoding="utf-8"))


def test_of_several_configurations_the_outermost_is_meant(run, folder):
    one = 'export default {{ dialect: "postgresql", schema: "{}" }}'
    put(folder, **{"apps/a/drizzle.config.ts": one.format("a.ts"), "drizzle.config.ts": one.format("b.ts")})
    put(folder, **{"apps/a/a.ts": "export const a = 1;", "b.ts": "export const b = 1;"})
    done = run("init")
    assert tomllib.loads((folder / "pgtandem.toml").read_text(encoding="utf-8"))["schema"] == ["drizzle.config.ts"]
    assert "apps/a/drizzle.config.ts: a second schema" in done.out


def test_a_schema_without_a_configuration_is_found_by_what_it_imports(run, folder):
    notes = "import { pgTable } from 'drizzle-orm/pg-core';"
    put(folder, **{"lib/notes.ts": notes, "lib/other.ts": "export {};", "lib/the_same.ts": notes})
    put(folder, **{"lib/users.ts": "import { authUsers } from 'drizzle-orm/supabase';"})
    put(folder, **{"lib/queries.ts": "import { alias } from 'drizzle-orm/pg-core';"})
    done = run("init")
    assert done.code == 0
    assert "lib/the_same.ts: a copy of lib/notes.ts" in done.out
    config = tomllib.loads((folder / "pgtandem.toml").read_text(encoding="utf-8"))
    assert config == {"platform": "supabase", "schema": ["lib/notes.ts"]}


TABLE, ROWS = "CREATE TABLE t (id int);", "INSERT INTO t VALUES (1);"
# The files of a project without models, and the configuration that stands for them.
SQL = {
    "one_file": (
        {"db/schema.sql": TABLE, "seed.sql": ROWS, "tests/x.sql": TABLE, "mysql.sql": "CREATE TABLE `t` (id int);"},
        {"sql": ["db/schema.sql"]},
    ),
    "two_files_of_one_name": (
        {"a/schema.sql": TABLE, "b/schema.sql": TABLE, "dump.sql": TABLE},
        {"places": {"a/schema.sql": "a/schema.sql", "b/schema.sql": "b/schema.sql", "dump": "dump.sql"}},
    ),
    "supabase": (
        {"supabase/migrations/1_a.sql": TABLE, "supabase/seed.sql": f"SET x.y = 1; {ROWS}", "supabase/tests/1.sql": ""},
        {"platform": "supabase", "sql": ["supabase/migrations/*.sql"]},
    ),
    "supabase_of_another_project": (
        {"supabase/migrations/1.sql": TABLE, "old/app/supabase/migrations/1.sql": f"{TABLE} {ROWS}"},
        {"platform": "supabase", "sql": ["supabase/migrations/*.sql"]},
    ),
    "supabase_declared": (
        {"supabase/migrations/1.sql": TABLE, "supabase/schemas/a.sql": TABLE, "supabase/schemas/b.sql": "SET x.y = 1;"},
        {"platform": "supabase", "sql": ["supabase/schemas/*.sql"], "migrations": "supabase/migrations"},
    ),
    "numbered": (
        {"db/migrations/1_a.sql": TABLE, "db/migrations/2_b.sql": ROWS, "structure.sql": TABLE},
        {"sql": ["structure.sql"], "migrations": "db/migrations"},
    ),
    "in_folders": (
        {"migrations/2_b/up.sql": ROWS, "migrations/2_b/down.sql": "DROP TABLE t;", "migrations/1_a/up.sql": TABLE},
        {"migrations": "migrations"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SQL)
def test_sql_is_what_makes_tables(name, run, folder):
    files, config = SQL[name]
    put(folder, **files)
    done = run("init")
    assert done.code == 0, done.err
    assert tomllib.loads((folder / "pgtandem.toml").read_text(encoding="utf-8")) == {"platform": "none"} | config
    assert ("is the declaration" in done.out) == (name == "two_files_of_one_name")
    assert ("of their own" in done.out) == (name == "supabase_of_another_project")
    assert run("check").code == 0, done.out


def test_an_empty_folder_says_what_to_do(run, folder):
    done = run("init")
    assert done.code == 64
    assert "pgtandem init env:DATABASE_URL" in done.err
    assert list(folder.iterdir()) == []


NEEDING = """
CREATE SCHEMA "My kinds";
CREATE DOMAIN "My kinds"."An address" AS text;
CREATE TABLE people (id int PRIMARY KEY, "e-mail" "My kinds"."An address", age int);
CREATE STATISTICS both_known ON "e-mail", age FROM people;
CREATE FUNCTION reached() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER reached BEFORE UPDATE OF "e-mail" ON people FOR EACH ROW EXECUTE FUNCTION reached();
CREATE FUNCTION addresses() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count("e-mail") FROM people; END;
CREATE VIEW known AS SELECT "e-mail", addresses() FROM people;
CREATE RULE keep AS ON DELETE TO people WHERE old."e-mail" IS NULL DO INSTEAD NOTHING;
CREATE PUBLICATION contacts FOR TABLE people (id, "e-mail");
GRANT UPDATE ("e-mail") ON people TO PUBLIC;
"""


def test_what_needs_a_column_that_drizzle_cannot_say_comes_after_it(run, folder):
    put(folder, **{"all.sql": NEEDING})
    done = run("init", "all.sql")
    assert done.code == 0, done.out + done.err
    assert "column public.people.e-mail" in done.out.replace('"', "")
    assert run("check").code == 0


@pytest.mark.parametrize("name", ["pgtandem.toml", "db/schema.ts", "db/rest.sql"])
def test_nothing_is_overwritten(name, run, folder):
    put(folder, **{name: "mine", "all.sql": "CREATE TABLE t (id int);"})
    done = run("init", "all.sql")
    assert done.code == 64
    assert name in done.err
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == sorted([name.split("/")[-1], "all.sql"])


ENV = """
from alembic import context
from shop.base import Base

target_metadata = Base.metadata
context.configure(url="postgresql://", target_metadata=target_metadata, literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
"""
BASE = """
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

from . import orders
"""
ORDERS = """
from sqlalchemy.orm import Mapped, mapped_column
from .base import Base

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
"""
REVISION = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "a", None

def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True))
"""


def test_the_models_are_those_that_alembic_compares(run, folder):
    files = {"alembic.ini": "[alembic]\nscript_location = history\n", "history/env.py": ENV, "shop/base.py": BASE}
    put(folder, **files, **{"history/versions/a.py": REVISION, "shop/orders.py": ORDERS})
    assert run("init").code == 0
    config = load()
    assert (config.models, config.migrations) == (("history/env.py",), folder / "history/versions")
    done = run("check")
    assert done.code == 0, done.out + done.err
    (folder / "shop/orders.py").write_text(f"{ORDERS}    note: Mapped[str]\n", encoding="utf-8")
    assert "shop/orders.py:8:5: column public.orders.note: missing in migrations" in run("check").out


def test_an_environment_that_names_no_models_is_told(run, folder):
    put(folder, **{"alembic.ini": "[alembic]\nscript_location = history\n", "history/versions/a.py": REVISION})
    put(folder, **{"history/env.py": ENV.replace(", target_metadata=target_metadata", ""), "shop/base.py": BASE})
    put(folder, **{"shop/orders.py": ORDERS, "pgtandem.toml": 'models = ["history/env.py"]'})
    done = run("check")
    assert (done.code, "gives Alembic no target_metadata" in done.err) == (2, True)


def test_the_interpreter_of_the_project_is_named(run, folder):
    put(folder, **{"models.py": ORDERS, ".venv/bin/python": ""})
    assert run("init").code == 0
    assert load().sqlalchemy.python == folder / ".venv/bin/python"
