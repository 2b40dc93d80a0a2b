import subprocess
import sys

import pytest

COMMANDS = (
    "init",
    "sync",
    "check",
    "validate",
    "verify",
    "dev",
    "sql",
    "emit",
    "snapshot",
    "diff",
    "deploy",
    "doctor",
    "platform",
)


@pytest.mark.parametrize("command", [*COMMANDS, "platform sql"])
def test_every_command_has_help_with_an_example(run, command):
    ran = run(*command.split(), "--help")
    assert ran.code == 0
    assert "Usage: pgtandem" in ran.out
    assert command == "platform" or "Example: pgtandem" in ran.out


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
    ran = run("snapshot", str(tmp_path / "schema.prisma"))
    assert ran.code == 64
    assert "this is no source" in ran.err


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
