"""A project, and a database of its former state that is deployed to, with rows."""

from __future__ import annotations

import dataclasses
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg

from deploy.running import SECRET, Running, is_left_alone, project, until, with_secret
from pgtandem import deploy, scratch
from pgtandem.kinds.scope import Scope
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pgtandem.model.catalog import Catalog

OLD = """
CREATE TABLE teams (id int PRIMARY KEY, name text);
CREATE TABLE notes (id int PRIMARY KEY, body text, team int REFERENCES teams);
CREATE INDEX notes_body ON notes (body);
CREATE POLICY own ON notes USING (team = 1);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
"""
NEW = """
CREATE TABLE teams (id int PRIMARY KEY, name text, motto text DEFAULT 'all for one');
CREATE TABLE notes (id int PRIMARY KEY, body text NOT NULL, team int REFERENCES teams ON DELETE CASCADE,
  mark uuid DEFAULT gen_random_uuid());
CREATE INDEX notes_team ON notes (team);
CREATE POLICY own ON notes USING (team = 2);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE VIEW mottos AS SELECT motto FROM teams;
"""
ROWS = """
INSERT INTO teams SELECT i, 'team' FROM generate_series(1, 50) i;
INSERT INTO notes SELECT i, 'note', i FROM teams t(i, n);
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Site:
    """A project, the database that it is deployed to, and where scratch databases are made."""

    folder: Path
    url: str
    server: str
    before: str

    def start(
        self,
        *options: str,
        url: str | None = None,
        environment: dict[str, str] | None = None,
        file_size: int | None = None,
    ) -> Running:
        database = with_secret(url or self.url)
        return Running(self.folder, database, self.server, *options, environment=environment, file_size=file_size)

    def fingerprint(self) -> str:
        return live.read(self.url, scope=Scope()).fingerprint()

    def is_as_before(self) -> bool:
        return self.fingerprint() == self.before

    def goes_on(self, first: Running) -> Running:
        """The same command once more ends at the new schema; nothing is lost, and nothing is left behind."""
        until(lambda: is_left_alone(self.url))
        again = self.start()
        assert again.end() == 0, again.text
        is_new(self.url)
        for running in (first, again):
            assert SECRET not in running.text
            assert "Traceback" not in running.text
        return again


def is_new(url: str) -> None:
    """It is the new schema, with all rows, and nothing in it is half-done."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT (SELECT count(*) FROM pg_index WHERE NOT indisvalid), (SELECT count(*) FROM teams), "
            "count(*), count(mark), sum(hashtext(body || team)) FROM notes"
        ).fetchone()
        wanted = connection.execute(
            "SELECT 0::bigint, 50::bigint, 50::bigint, 50::bigint, sum(hashtext('note' || i)) "
            "FROM generate_series(1, 50) i"
        ).fetchone()
        constraints = connection.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated").fetchone()
    assert found == wanted
    assert constraints == (0,)


def declared(server: scratch.Server, sql: str) -> Catalog:
    script = Script(path="new.sql", sql=sql)
    return Reader(platform=PLATFORMS["none"], server=lambda: server, cache=None).read((script,)).catalog


def ways_of(server: scratch.Server, say: Callable[[str], None] = lambda _: None) -> deploy.Ways:
    return deploy.Ways(server=lambda: server, platform=PLATFORMS["none"], scope=Scope(), say=say)


@contextmanager
def seeded(target: scratch.Server) -> Iterator[str]:
    with scratch.database(target) as url:
        scratch.load(url, OLD + ROWS)
        yield url


@contextmanager
def site(folder: Path, target: scratch.Server, server: scratch.Server) -> Iterator[Site]:
    with seeded(target) as url:
        before = live.read(url, scope=Scope()).fingerprint()
        yield Site(folder=project(folder / "project", NEW), url=url, server=server.url, before=before)


@contextmanager
def holding(url: str, statement: str) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(url)) as connection:
        connection.execute(statement)
        yield connection


def is_building(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return bool(connection.execute("SELECT FROM pg_index WHERE NOT indisvalid").rowcount)


def has_journal(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT to_regclass('pgtandem.deployment') IS NOT NULL").fetchone() == (True,)
