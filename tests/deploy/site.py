"""A project, and a database of its former state that is deployed to, with rows."""

from __future__ import annotations

import dataclasses
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg

from deploy.running import SECRET, Running, is_left_alone, project, until, with_secret
from pgtandem import scratch
from pgtandem.kinds.scope import Scope
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
        self, *options: str, url: str | None = None, path: str | None = None, file_size: int | None = None
    ) -> Running:
        return Running(self.folder, with_secret(url or self.url), self.server, *options, path=path, file_size=file_size)

    def fingerprint(self) -> str:
        return live.read(self.url, scope=Scope()).fingerprint()

    def is_as_before(self) -> bool:
        return self.fingerprint() == self.before

    def goes_on(self, first: Running) -> Running:
        """The same command once more ends at the new schema; nothing is lost, and nothing is left behind."""
        until(lambda: is_left_alone(self.url))
        again = self.start()
        assert again.end() == 0, again.text
        self.is_new()
        for running in (first, again):
            assert SECRET not in running.text
            assert "Traceback" not in running.text
        return again

    def is_new(self) -> None:
        with psycopg.connect(self.url) as connection:
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


@contextmanager
def site(folder: Path, target: scratch.Server, server: scratch.Server) -> Iterator[Site]:
    with scratch.database(target) as url:
        scratch.load(url, OLD + ROWS)
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
