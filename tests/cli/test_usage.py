import subprocess
import sys

import pytest

from pgtandem import __version__
from pgtandem.cli import COMMANDS

GROUPS = {"access", "platform"}


@pytest.mark.parametrize("command", [*sorted({*COMMANDS} - GROUPS), "access init", "platform sql"])
def test_every_command_has_help_with_an_example(run, command):
    ran = run(*command.split(), "--help")
    assert ran.code == 0
    assert "Usage: pgtandem" in ran.out
    assert "Example" in ran.out


def test_it_says_which_version_it_is(run):
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"pgtandem {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [["chekc"], ["check", "--nope"], ["check", "--format", "xml"], ["platform", "sql", "heroku"], ["diff", "a.sql"]],
)
def test_what_the_command_line_does_not_know_is_a_usage_error(run, arguments):
    ran = run(*arguments)
    assert ran.code == 64
    assert ran.err


def test_without_a_project_it_says_what_is_missing(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = run("check")
    assert ran.code == 64
    assert "there is no pgtandem.toml" in ran.err


def test_what_is_no_source_is_a_usage_error(run, tmp_path):
    (tmp_path / "schema.prisma").write_text("model User {}")
    ran = run("snapshot", str(tmp_path / "schema.prisma"))
    assert ran.code == 64
    assert "this is no source" in ran.err
    assert "supabase/migration: there is no such file or folder" in run("snapshot", "supabase/migration").err


def test_no_colour_where_there_is_no_terminal(run):
    assert "\x1b" not in run("--help").out


def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m pgtandem platform sql | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("--")


def test_roles_and_the_database_level_are_compared_where_somebody_asks(tmp_path, run):
    here = "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$;"
    for name, sql in (("one.sql", "CREATE ROLE app_one LOGIN;"), ("other.sql", f"CREATE ROLE app_one; {here}")):
        (tmp_path / name).write_text(sql)
    files = [str(tmp_path / "one.sql"), str(tmp_path / "other.sql")]
    ran = run("diff", *files, "--role", "app_*")
    assert ran.code == 1
    assert "role app_one: login differs" in ran.out
    assert "on the database" not in ran.out
    asked = run("diff", *files, "--role", "app_*", "--database-level").out
    assert "privileges of PUBLIC on the database: privileges differs" in asked


MODELS = """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Pet(Base):
    __tablename__ = "pets"
    id: Mapped[int] = mapped_column(primary_key=True)
"""


@pytest.mark.parametrize("command", [["sync"], ["sync", "--fix"], ["sync", "--fix", "--dry-run"], ["verify"], ["lint"]])
def test_what_goes_by_a_declaration_does_nothing_where_there_is_none(run, tmp_path, monkeypatch, command):
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "pgtandem.toml").write_text('models = ["models.py"]')
    monkeypatch.chdir(tmp_path)
    ran = run(*command)
    assert (ran.code, "name it with the key schema or sql" in ran.err) == (64, True)
    assert (tmp_path / "models.py").read_text() == MODELS
    assert {path.name for path in tmp_path.iterdir()} == {"models.py", "pgtandem.toml"}


def test_models_and_migrations_are_compared_without_a_declaration(run, tmp_path, monkeypatch):
    (tmp_path / "models.py").write_text(MODELS)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_pets.sql").write_text("CREATE TABLE pets (id serial PRIMARY KEY);")
    (tmp_path / "pgtandem.toml").write_text('models = ["models.py"]\nmigrations = "migrations"')
    monkeypatch.chdir(tmp_path)
    assert run("check").code == 0


OF_USERS = {
    "a.sql": "CREATE TABLE notes (user_id uuid REFERENCES auth.users);",
    "b.sql": "CREATE TABLE notes (user_id uuid REFERENCES auth.users); CREATE POLICY p ON notes TO authenticated;",
    "schema.ts": "import { pgTable, uuid } from 'drizzle-orm/pg-core';\n"
    "import { authUsers } from 'drizzle-orm/supabase';\n"
    "export const notes = pgTable('notes', { userId: uuid().references(() => authUsers.id) });\n",
}


def test_the_platform_is_that_of_the_project_around(run, tmp_path, monkeypatch):
    for name, text in OF_USERS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for source in ("a.sql", "schema.ts"):
        lost = run("diff", source, "b.sql")
        assert lost.code == 2, lost.out
        assert "--platform supabase" in lost.err
    (tmp_path / "pgtandem.toml").write_text('platform = "supabase"', encoding="utf-8")
    assert "policy p" in run("diff", "a.sql", "b.sql").out
    assert run("diff", "schema.ts", "a.sql").code == 1
    assert run("diff", "a.sql", "b.sql", "--platform", "none").code == 2
    (tmp_path / "pgtandem.toml").write_text('platform = "elsewhere"', encoding="utf-8")
    wrong = run("diff", "a.sql", "b.sql")
    assert (wrong.code, "pgtandem.toml" in wrong.err) == (64, True)
