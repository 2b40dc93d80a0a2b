"""What `pgtandem doctor` says of machines, folders of drizzle-kit and databases, each with something amiss."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from deploy.running import SECRET, command
from intermediaries import pgbouncer, pooler, reachable
from pgtandem import scratch
from pgtandem.stages.examining import drizzle_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MIGRATIONS = (
    "CREATE TABLE a (id int PRIMARY KEY);",
    "CREATE TABLE b (id int PRIMARY KEY);",
    "CREATE TABLE c (id int);",
)


class Folder:
    """A folder of drizzle-kit that is as it should be, and a project that names it."""

    def __init__(self, path: Path) -> None:
        self.path, self.migrations, self.meta = path, path / "drizzle", path / "drizzle" / "meta"
        self.meta.mkdir(parents=True)
        (path / "pgtandem.toml").write_text('sql = ["schema.sql"]\nmigrations = "drizzle"\ndatabase = "env:TARGET"\n')
        (path / "schema.sql").write_text("\n".join(MIGRATIONS))
        for number, sql in enumerate(MIGRATIONS):
            (self.migrations / f"{number:04d}_step.sql").write_text(sql)
            self.write(f"{number:04d}_snapshot.json", {"id": f"id{number}", "prevId": f"id{number - 1}"})
        self.journal(lambda _: None)

    def write(self, name: str, content: object) -> None:
        (self.meta / name).write_text(json.dumps(content))

    def journal(self, change: Callable[[list[dict[str, Any]]], object]) -> None:
        entries = [{"idx": n, "when": 1000 + n, "tag": f"{n:04d}_step"} for n in range(len(MIGRATIONS))]
        change(entries)
        self.write("_journal.json", {"version": "7", "entries": entries})

    def run_in(self, url: str, *numbers: int) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(
                b"CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (hash text, created_at int8)"
            )
            for number in numbers:
                digest = hashlib.sha256(MIGRATIONS[number].encode()).hexdigest()
                insert = "INSERT INTO drizzle.__drizzle_migrations VALUES (%s, %s)"
                connection.execute(insert.encode(), (digest, 1000 + number))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def target(server: scratch.Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with scratch.database(server) as url:
        monkeypatch.setenv("TARGET", scratch.with_parameters(url, password=SECRET))
        yield url


def said(folder: Folder, server: scratch.Server) -> tuple[int, str]:
    done = command(folder.path, "doctor", "--server", server.url)
    assert SECRET not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_all_is_well(folder: Folder, server: scratch.Server, target: str) -> None:
    folder.run_in(target, 0, 1)
    code, text = said(folder, server)
    assert code == 0, text
    for part in (
        "pgtandem ", "scratch databases: PostgreSQL", "pg_dump ", "pg_restore ", "cache of catalogs", "of servers",
        "the configuration pgtandem.toml", "drizzle: 3 migrations and 3 snapshots", "2 migrations were run",
        "(superuser)", "connections", "schema and migrations",
    ):  # fmt: skip
        assert part in text


AMISS: dict[str, tuple[Callable[[Folder], object], str]] = {
    "no file": (lambda f: (f.migrations / "0001_step.sql").unlink(), "there is no such file"),
    "not in the journal": (lambda f: f.journal(lambda e: e.pop()), "is not in the journal: nobody runs it"),
    "number": (lambda f: f.journal(lambda e: e[1].update(idx=7)), "has the number 7 in the place 1"),
    "time": (lambda f: f.journal(lambda e: e[2].update(when=5)), "never runs this one"),
    "no snapshot": (lambda f: (f.meta / "0002_snapshot.json").unlink(), "will repeat its changes"),
    "two branches": (
        lambda f: f.write("0002_snapshot.json", {"id": "id2", "prevId": "id0"}),
        "follows the same snapshot as 0001_snapshot.json",
    ),
    "lost snapshot": (
        lambda f: f.write("0002_snapshot.json", {"id": "id2", "prevId": "lost"}),
        'set its prevId to "id1"',
    ),
    "changed since": (
        lambda f: (f.migrations / "0000_step.sql").write_text(f"{MIGRATIONS[0]} -- more"),
        "is not what the database ran",
    ),
    "skipped": (lambda f: f.journal(lambda e: e[2].update(when=1)), "never will be: a later one was"),
    "ran another": (lambda f: f.journal(lambda e: e[1].update(when=1001_5)), "that is not in the journal"),
}


@pytest.mark.parametrize("case", AMISS)
def test_what_is_amiss_in_a_folder_is_said(folder: Folder, target: str, case: str) -> None:
    folder.run_in(target, 0, 1)
    change, message = AMISS[case]
    change(folder)
    outcome = drizzle_folder.examine(folder.migrations, target)
    assert message in " ".join(f"{finding.message} {finding.remedy}" for finding in outcome.findings)


@pytest.mark.usefixtures("target")
def test_what_the_migrations_give_is_held_against_the_schema(folder: Folder, server: scratch.Server) -> None:
    (folder.path / "schema.sql").write_text(MIGRATIONS[0])
    code, text = said(folder, server)
    assert code == 1, text
    assert "table public.b" in text


@pytest.mark.usefixtures("target")
def test_a_merged_file_is_named_with_its_line(folder: Folder) -> None:
    (folder.meta / "_journal.json").write_text('{\n<<<<<<< HEAD\n"entries": []}')
    (failure,) = drizzle_folder.examine(folder.migrations, None).failed
    assert "_journal.json:2: this is not JSON" in failure


def test_a_pooler_and_an_unreachable_database_are_said(
    server: scratch.Server, target: str, open_path: Path, tmp_path: Path, require
) -> None:
    require(pgbouncer(), "there is no pgbouncer")
    with pooler(target, open_path) as pooled:
        assert reachable(pooled)
        done = command(tmp_path, "doctor", "--database", pooled, "--server", server.url, "--format", "json")
    assert done.returncode == 1, done.stdout
    (finding,) = (f for f in json.loads(done.stdout)["findings"] if f["level"] == "error")
    assert "pooler in transaction mode" in finding["message"]
    nobody = f"postgresql://nobody:{SECRET}@127.0.0.1:1/x"
    unreachable = command(tmp_path, "doctor", "--database", nobody, "--server", server.url)
    assert unreachable.returncode == 2
    assert "connecting to postgresql://nobody@/x" in unreachable.stdout
    assert SECRET not in unreachable.stdout + unreachable.stderr


def test_what_a_machine_lacks_is_said(tmp_path: Path) -> None:
    done = command(tmp_path, "doctor", "--server", "postgresql://127.0.0.1:1/x")
    assert done.returncode == 1, done.stdout
    assert "error scratch databases" in done.stdout
    assert "not checked a database: none is named" in done.stdout
