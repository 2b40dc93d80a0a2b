"""check over any copies of a schema: what it remembers, what it waives, and what it says where one cannot be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pgtandem import scratch

pytestmark = pytest.mark.usefixtures("folder")

SQL = "CREATE TABLE users (\n    id int PRIMARY KEY,\n    name varchar(9)\n);\n"
FILES = {
    "pgtandem.toml": '[places]\none = "one.sql"\ntwo = "two.sql"\nthree = "three"\n',
    "one.sql": SQL,
    "two.sql": SQL,
    "three/1_users.sql": SQL,
    "three/10_more.sql": "ALTER TABLE more ADD COLUMN note text;\nDROP TABLE more;\n",
    "three/9_more.sql": "CREATE TABLE more (id int);\n",
    "three/9_more.down.sql": "DROP TABLE more;\n",
}
MODELS = """
from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
Table("users", metadata, Column("id", Integer, primary_key=True, autoincrement=False), Column("name", String(9)))
"""

WAIVER = '[[waive]]\nabout = "{about}"\nplace = "two"\nreason = "old"\ndate = 2026-01-01\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "project"


def check(run, *words):
    ran = run("check", "--format", "json", *words)
    return ran, json.loads(ran.out)


def test_copies_that_agree_are_in_step_without_any_generated_file(run):
    ran, said = check(run)
    assert (ran.code, said["findings"]) == (0, [])
    assert said["matrix"]["places"] == ["one", "two", "three"]


@pytest.mark.parametrize("name", ["one.sql", "two.sql", "three/1_users.sql"])
def test_the_one_that_differs_is_found_at_its_line(run, name):
    Path(name).write_text(SQL.replace("varchar(9)", "text"))
    ran, said = check(run)
    (finding,) = said["findings"]
    assert ran.code == 1
    assert (finding["rule"], finding["about"]) == ("column-type", "column public.users.name")
    assert (finding["where"]["path"], finding["where"]["line"]) == (name, 3)
    assert {one["value"] for one in finding["witnesses"]} == {"text", "character varying(9)"}


def test_a_missing_table_is_one_finding(run):
    with Path("one.sql").open("a") as file:
        file.write("CREATE TABLE extra (id serial PRIMARY KEY, at int REFERENCES users, n int UNIQUE CHECK (n > 0));\n")
        file.write("CREATE INDEX extra_at ON extra (at);\nCOMMENT ON TABLE extra IS 'more';\n")
        file.write("ALTER TABLE extra ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON extra USING (true);\n")
    _, said = check(run)
    assert [(finding["rule"], finding["about"]) for finding in said["findings"]] == [
        ("table-missing", "table public.extra")
    ]


def test_what_does_the_same_under_another_name_is_one_object(run):
    for name, constraint in (("one.sql", "a_key"), ("two.sql", "b_key"), ("three/1_users.sql", "a_key")):
        Path(name).write_text(SQL + f"ALTER TABLE users ADD CONSTRAINT {constraint} UNIQUE (name);\n")
    _, said = check(run)
    (finding,) = said["findings"]
    assert (finding["rule"], finding["expected"], finding["found"]) == ("constraint-name", "a_key", "b_key")


def test_the_standards_name_of_now_is_no_other_default(run):
    said_by = {"one.sql": "now()", "two.sql": "CURRENT_TIMESTAMP", "three/11.sql": "current_timestamp"}
    for name, default in said_by.items():
        Path(name).write_text(f"CREATE TABLE notes (at timestamptz DEFAULT {default});\n")
    Path("three/1_users.sql").unlink()
    ran, said = check(run)
    assert (ran.code, said["findings"]) == (0, [])
    Path("two.sql").write_text("CREATE TABLE notes (at timestamptz DEFAULT clock_timestamp());\n")
    ran, said = check(run)
    assert [finding["about"] for finding in said["findings"]] == ["column public.notes.at"]


@pytest.mark.parametrize("name", ["one.sql", "two.sql", "three/1_users.sql", "three/11_new.sql", "pgtandem.toml"])
def test_what_was_said_is_said_again_until_any_file_changes(run, name, monkeypatch):
    first = run("check")
    with monkeypatch.context() as without:
        # While nothing has changed, no server is needed.
        without.setattr(scratch, "server", None)
        assert run("check") == first
    path = Path(name)
    more = WAIVER.format(about="table nothing") if name.endswith(".toml") else "CREATE TABLE sudden (id int);\n"
    path.write_text(FILES.get(name, "") + more)
    _, said = check(run)
    assert [finding["rule"] for finding in said["findings"]] == [
        "waiver-unused" if name.endswith(".toml") else "table-missing"
    ]
    if name in FILES:
        path.write_text(FILES[name])
    else:
        path.unlink()
    assert run("check") == first


def test_places_that_cannot_be_read_are_told_and_the_rest_is_checked(run):
    Path("two.sql").write_text(SQL.replace("varchar(9)", "text"))
    Path("three/9_more.sql").write_text("CREATE TABLE more (id int);\n\nCREATE TABLE more (id nonsense);\n")
    Path("broken.py").write_text("import nowhere_to_be_found\n")
    Path("circle_one.py").write_text("from circle_two import metadata\n")
    Path("circle_two.py").write_text("from circle_one import metadata\n")
    with Path("pgtandem.toml").open("a") as file:
        file.write('broken = "broken.py"\ncircle = "circle_one.py"\n[databases]\n')
        file.write('away = "postgresql://u:secret@127.0.0.1:1/db"\ngone = "postgresql://u:secret@127.0.0.1:2/db"\n')
    ran, said = check(run)
    assert ran.code == 2
    assert [finding["about"] for finding in said["findings"]] == ["column public.users.name"]
    failures = dict(text.split(": ", 1) for text in said["failed"])
    assert set(failures) == {"three", "broken", "circle", "away", "gone"}
    assert failures["three"].startswith("three/9_more.sql:3")
    assert "nonsense" in failures["three"]
    assert "nowhere_to_be_found" in failures["broken"]
    assert "broken.py:1" in failures["broken"]
    assert "circular import" in failures["circle"]
    assert "secret" not in ran.out + ran.err
    assert all(name in ran.err for name in failures)


def test_models_and_databases_are_copies(run, blank_url, monkeypatch):
    Path("models.py").write_text(MODELS.replace("String(9)", "String(8)"))
    monkeypatch.setenv("STAGING", blank_url)
    scratch.load(blank_url, SQL + "CREATE INDEX fast ON users (name);")
    Path("pgtandem.toml").write_text(
        'models = ["models.py"]\n[places]\none = "one.sql"\n[databases]\nstaging = "env:STAGING"\n'
        'again = "env:STAGING"\n'
    )
    _, said = check(run)
    found = {(finding["rule"], finding["where"]["path"], finding["where"]["line"]) for finding in said["findings"]}
    assert ("column-type", "models.py", 5) in found
    assert "index-missing" in {rule for rule, _, _ in found}
    assert len(found) == 2
    only, said = check(run, "one", "staging")
    assert [finding["rule"] for finding in said["findings"]] == ["index-missing"]
    assert only.code == 1


def test_a_difference_that_is_meant_is_waived(run):
    Path("two.sql").write_text(SQL.replace("varchar(9)", "text"))
    with Path("pgtandem.toml").open("a") as file:
        file.write(WAIVER.format(about="column public.users.*") + "until = 2999-01-01\n")
    ran, said = check(run)
    assert (ran.code, said["findings"]) == (0, [])
    assert [finding["about"] for finding in said["waived"]] == ["column public.users.name"]


def test_a_waiver_of_one_place_leaves_the_others(run):
    for name in ("two.sql", "three/1_users.sql"):
        Path(name).write_text(SQL.replace("varchar(9)", "text"))
    with Path("pgtandem.toml").open("a") as file:
        file.write(WAIVER.format(about="column public.users.*"))
    _, said = check(run)
    (finding,) = said["findings"]
    assert [one["copy"] for one in finding["witnesses"]] == ["one", "three"]


@pytest.mark.parametrize(("more", "rules"), [("", {"waiver-unused"}), ("until = 2026-02-01\n", {"waiver-expired"})])
def test_a_waiver_that_is_needless_or_over_is_a_finding_with_its_line(run, more, rules):
    with Path("pgtandem.toml").open("a") as file:
        file.write(WAIVER.format(about="table nothing") + more)
    ran, said = check(run)
    assert ran.code == 1
    assert {finding["rule"] for finding in said["findings"]} == rules
    assert said["findings"][0]["where"]["line"] == 5


def test_the_first_migration_that_departs_is_named(run):
    Path("pgtandem.toml").write_text('migrations = "three"\nsql = ["one.sql"]\n')
    _, said = check(run)
    assert not any("departs" in line for line in said["checked"])
    more = "ALTER TABLE users ALTER name TYPE varchar(7);\n"
    Path("three/2_shorter.sql").write_text(more)
    Path("three/11_extra.sql").write_text("CREATE TABLE extra (id int);\n")
    _, said = check(run)
    assert "migrations: the first that departs from what is declared is three/2_shorter.sql" in said["checked"]
    # What the history does not come to yet is no migration's fault.
    Path("three/2_shorter.sql").unlink()
    Path("three/11_extra.sql").unlink()
    Path("one.sql").write_text(SQL + "CREATE TABLE extra (id int);\n")
    _, said = check(run)
    assert [finding["rule"] for finding in said["findings"]] == ["table-missing"]
    assert not any("departs" in line for line in said["checked"])


def test_models_of_a_place_are_run_as_configured(run):
    Path("slow.py").write_text("import time\ntime.sleep(60)\n")
    with Path("pgtandem.toml").open("a") as file:
        file.write('slow = "slow.py"\n[sqlalchemy]\nseconds = 1\n')
    ran, said = check(run)
    assert ran.code == 2
    assert "slow.py:2: reading SQLAlchemy models: importing the models took longer than 1 s" in said["failed"][0]


def test_a_source_that_is_named_is_run_as_configured_too(run):
    Path("models.py").write_text(MODELS)
    assert run("diff", "models.py", "one.sql").code == 0
    Path("pgtandem.toml").write_text('[sqlalchemy]\npython = "there/is/none"\n')
    ran = run("diff", "models.py", "one.sql")
    assert (ran.code, "there/is/none" in ran.err) == (2, True)
    assert run("diff", "two.sql", "one.sql").code == 0


BOOKS = """
CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
CREATE TABLE goose_db_version (id serial PRIMARY KEY, tstamp timestamp);
GRANT SELECT ON goose_db_version TO PUBLIC;
"""


def test_what_migration_tools_keep_for_themselves_is_no_difference(run):
    Path("two.sql").write_text(SQL + BOOKS)
    ran, said = check(run)
    assert (ran.code, said["findings"]) == (0, [])
    assert "table public.alembic_version: Alembic keeps it for itself" in said["not_checked"]
    # What is declared is to be there.
    Path("one.sql").write_text(SQL + BOOKS)
    tables = {"table public.alembic_version", "table public.goose_db_version"}
    assert {finding["about"] for finding in check(run)[1]["findings"]} == tables


STRANGE = """
CREATE DOMAIN counted AS bigint CHECK (value >= 0);
CREATE SEQUENCE numbers;
CREATE TABLE t (id counted PRIMARY KEY DEFAULT nextval('numbers'));
ALTER SEQUENCE numbers OWNED BY t.id;
CREATE FUNCTION same(text, int) RETURNS boolean LANGUAGE sql AS 'SELECT $1 = $2::text';
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = int, FUNCTION = same);
"""


def test_what_nobody_can_write_as_sql_is_named_and_keeps_nothing_from_being_read(run):
    Path("strange.sql").write_text(STRANGE)
    emitted = 'alignment-review = "review.md"\nproduction-sql = "production.sql"\n'
    Path("pgtandem.toml").write_text(f'sql = ["strange.sql"]\n[places]\ntwo = "two.sql"\n[emit]\n{emitted}')
    ran = run("sync")
    assert ran.code == 0, ran.err
    assert "not checked operator public.===(text,integer)" in ran.out
    assert "`public.counted`, next of `numbers`" in Path("review.md").read_text()
    assert run("check").code == 1


def test_a_line_is_told_as_a_number(run):
    Path("two.sql").write_text("\n" * 97 + SQL.replace("varchar(9)", "text"))
    assert "two.sql:100" in run("check").out


def test_a_name_that_postgresql_cut_is_nobodys(run):
    table, column = "everybody_who_ever_ordered", "the_day_on_which_somebody_last_ordered"
    for name, null in (("one.sql", ""), ("two.sql", " NOT NULL"), ("three/1_users.sql", "")):
        Path(name).write_text(f"CREATE TABLE {table} ({column} date{null});")
    _, said = check(run)
    assert [finding["rule"] for finding in said["findings"]] == ["column-nullable"]


def test_a_terminal_is_told_once_why_a_copy_could_not_be_read():
    Path("two.sql").write_text("CREATE TABLE;")
    master, slave = os.openpty()
    command = [sys.executable, "-m", "pgtandem", "check"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, check=False)
    os.close(slave)
    said = os.read(master, 1 << 16).decode()
    os.close(master)
    assert (done.returncode, said.count("two.sql:1")) == (2, 1)
