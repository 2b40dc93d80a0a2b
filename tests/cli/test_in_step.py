from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("project")

SCHEMA = "frontend/lib/db/schema.ts"
SQL = "frontend/lib/db/sql/01_functions.sql"
MIGRATIONS = "frontend/lib/db/migrations"
GENERATED = (
    f"{MIGRATIONS}/production_schema.sql",
    f"{MIGRATIONS}/validate_schema.sql",
    "backend/database/models.py",
    "backend/SCHEMA_ALIGNMENT_REVIEW.md",
    "pgtandem.lock",
)


def edit(path: str, before: str, after: str) -> int:
    """Change the first occurrence, and return its line."""
    text = Path(path).read_text()
    at = text.index(before)
    Path(path).write_text(text[:at] + after + text[at + len(before) :])
    return text.count("\n", 0, at) + 1


def test_what_is_committed_is_in_step(run):
    ran = run("check")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "in step")


def test_sync_writes_the_same_bytes_again(run):
    before = {path: Path(path).read_bytes() for path in GENERATED}
    for path in GENERATED:
        Path(path).unlink()
    assert run("sync").code == 0
    assert {path: Path(path).read_bytes() for path in GENERATED} == before
    assert all(line.endswith("unchanged") for line in run("sync").out.splitlines()[: len(GENERATED)])


def test_a_dry_run_writes_nothing(run):
    edit(GENERATED[0], "CREATE", "create")
    before = Path(GENERATED[0]).read_bytes()
    ran = run("sync", "--dry-run")
    assert ran.code == 0
    assert f"{GENERATED[0]}: to be written" in ran.out
    assert Path(GENERATED[0]).read_bytes() == before


@pytest.mark.parametrize("path", GENERATED[:-1])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_changed_byte_in_a_generated_file_is_reported_with_its_line(run, path, share):
    content = Path(path).read_bytes().decode()
    at = int(len(content) * share)
    Path(path).write_text(content[:at] + "~" + content[at + 1 :])
    ran = run("check", "--format", "json")
    assert ran.code == 1
    line = content.count("\n", 0, at) + 1
    assert {f"{path}:{line}", f"{path}:{max(line - 1, 1)}"} & ran.places


@pytest.mark.parametrize("path", [SCHEMA, SQL])
def test_a_changed_space_in_a_source_is_reported_with_its_line(run, path):
    line = edit(path, " ", "  ")
    ran = run("check", "--format", "json")
    assert ran.code == 1
    assert f"{path}:{line}" in ran.places


def test_a_changed_column_is_reported_with_its_object_and_both_values(run):
    line = edit(SCHEMA, "length: 200", "length: 201")
    ran = run("check", "--format", "json")
    findings = ran.json["findings"]
    assert ran.code == 1
    assert f"{SCHEMA}:{line}" in ran.places
    (drift,) = [finding for finding in findings if finding["rule"] == "column-type"]
    assert (drift["about"], drift["expected"], drift["found"]) == (
        "column public.api_keys.name",
        "character varying(201)",
        "character varying(200)",
    )
    assert drift["where"]["path"] == SCHEMA
    assert abs(drift["where"]["line"] - line) <= 1
    assert any(finding["where"]["path"] == GENERATED[0] for finding in findings)


def test_a_change_is_in_step_again_after_sync_and_a_migration(run):
    edit(SCHEMA, "length: 200", "length: 201")
    edit(f"{MIGRATIONS}/0000_schema.sql", "varchar(200)", "varchar(201)")
    assert run("sync").code == 0
    assert run("check").code == 0
    assert "character varying(201)" in Path(GENERATED[0]).read_text()


def test_a_changed_migration_is_reported(run):
    edit(f"{MIGRATIONS}/0000_schema.sql", '"is_read" boolean DEFAULT false', '"is_read" boolean DEFAULT true')
    ran = run("check")
    assert ran.code == 1
    assert "column public.notifications.is_read: default differs" in ran.out


@pytest.mark.parametrize("path", GENERATED)
def test_a_missing_file_could_not_be_told(run, path):
    Path(path).unlink()
    ran = run("check")
    assert ran.code == 2
    assert "could not tell (0 findings in the rest)" in ran.out
    assert f"{path}: there is no such file" in ran.err
    assert "pgtandem sync" in ran.err


def test_a_missing_source_could_not_be_told(run):
    Path(SCHEMA).unlink()
    ran = run("check")
    assert ran.code == 2
    assert SCHEMA in ran.err


def test_a_syntax_error_in_the_schema_could_not_be_told(run):
    line = edit(SCHEMA, "pgTable(", "pgTable((")
    ran = run("check")
    assert ran.code == 2
    assert f"{SCHEMA}:" in ran.err
    assert line


def test_a_syntax_error_in_the_sql_could_not_be_told(run):
    with Path(SQL).open("a") as file:
        file.write("\nSELEC 1;\n")
    line = Path(SQL).read_text().count("\n")
    ran = run("check")
    assert ran.code == 2
    assert f"{SQL}:{line}:1: syntax error" in ran.err


def test_an_unreachable_server_could_not_be_told(run):
    ran = run("check", "--server", "postgresql://user:secret@127.0.0.1:1/db")
    assert ran.code == 2
    assert "127.0.0.1" in ran.err
    assert "secret" not in ran.err
