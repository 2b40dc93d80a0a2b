"""Schemas that people run, as their projects publish them; nothing of them is kept here.

`tests/corpora/fetch.sh FOLDER` brings them. Of their SQL is left out what fills tables, makes or drops a database, is a
command of psql's, or is about an extension that the server does not have.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pgtandem.scratch.statements import next_statement, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

_MUSICBRAINZ = ("Types", "Tables", "PrimaryKeys", "Functions", "Constraints", "FKConstraints")
SCHEMAS = {
    "adventureworks": ("AdventureWorks-for-Postgres/install.sql",),
    "chinook": ("chinook-database/ChinookDatabase/DataSources/Chinook_PostgreSql.sql",),
    "chinook with serial keys": ("chinook-database/ChinookDatabase/DataSources/Chinook_PostgreSql_SerialPKs.sql",),
    "danbooru": ("danbooru/db/structure.sql",),
    "lago": ("lago-api/db/structure.sql",),
    "musicbrainz": tuple(f"musicbrainz-server/admin/sql/Create{part}.sql" for part in _MUSICBRAINZ),
    "northwind": ("northwind_psql/northwind.sql",),
    "pagila": ("pagila/pagila-schema.sql",),
}
"""The files of each, in their order."""
_FIRST = {
    # What their own scripts make of ICU and unaccent, which not every server has.
    "musicbrainz": "CREATE EXTENSION cube; CREATE SCHEMA musicbrainz; SET search_path = musicbrainz, public;"
    " CREATE COLLATION musicbrainz (LOCALE = 'C');"
    " CREATE TEXT SEARCH CONFIGURATION mb_simple (COPY = simple);"
}
_IDLE = frozenset({"copy", "create database", "delete from", "drop database", "insert into", "update"})


def real_schema(folder: Path, name: str, extensions: AbstractSet[str]) -> str:
    """Return the SQL of the schema for a server that has these extensions."""
    sql = "\n".join((folder / path).read_text(encoding="utf-8-sig") for path in SCHEMAS[name])
    return "\n".join([_FIRST.get(name, ""), *_statements(sql, extensions)])


def _statements(sql: str, extensions: AbstractSet[str]) -> Iterator[str]:
    position = 0
    while statement := next_statement(sql, position):
        position = statement.end
        said = [word for word, _ in islice(words(sql, statement), 8)]
        lacking = "extension" in said[:3] and not extensions.intersection(said)
        idle = statement.is_command or not _IDLE.isdisjoint((said[0], " ".join(said[:2])))
        if not idle and not lacking:
            yield sql[statement.start : statement.end]
