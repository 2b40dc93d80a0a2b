"""A folder of drizzle-kit: journal, SQL, snapshots and what a database says that it ran, held against each other.

drizzle-orm runs the migrations whose time is later than that of the last one that the database has, whatever their
numbers and names are, and never looks at the hash that it keeps of each (`migrate` in its src/pg-core/dialect.ts).
"""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pgtandem.config import database_url
from pgtandem.errors import PgtandemError
from pgtandem.files import shown
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.model.place import Place
from pgtandem.scratch.connecting import connect
from pgtandem.sources.script import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_RAN = "SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY created_at"


def examine(folder: Path, database: str | None) -> Outcome:
    """Return where the folder contradicts itself, or the database; nothing where it is none of drizzle-kit."""
    journal = folder / "meta" / "_journal.json"
    if not journal.is_file():
        return Outcome()
    try:
        entries = _json(journal)["entries"]
        snapshots = [(path, _json(path)) for path in sorted(journal.parent.glob("*_snapshot.json"))]
    except PgtandemError as error:
        return Outcome(failed=(str(error),))
    except (KeyError, TypeError):
        return Outcome(failed=(f"{shown(journal)}: this is not a journal of drizzle-kit: it has no entries",))
    findings = (
        *_of_journal(journal, entries),
        *_of_files(folder, entries),
        *_of_snapshots(entries, snapshots, journal),
    )
    told = f"{shown(folder)}: {len(entries)} migrations and {len(snapshots)} snapshots"
    return Outcome(findings=findings, checked=(told,)) + _what_ran(folder, entries, database)


def _what_ran(folder: Path, entries: Sequence[dict[str, Any]], database: str | None) -> Outcome:
    table = "drizzle.__drizzle_migrations"
    if database is None:
        return Outcome(not_checked=(f"{table}: no database is named",))
    try:
        with connect(database_url(database)) as connection:
            if connection.execute(f"SELECT to_regclass('{table}')".encode()).fetchone() == (None,):
                return Outcome(not_checked=(f"{table}: the database has none",))
            ran = connection.execute(_RAN.encode()).fetchall()
    except PgtandemError as error:
        return Outcome(not_checked=(f"{table}: {error}",))
    told = f"{table}: {len(ran)} migrations were run"
    return Outcome(findings=tuple(_of_database(folder, entries, ran)), checked=(told,))


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(read_text(path, "a file of drizzle-kit"))
    except json.JSONDecodeError as error:
        raise PgtandemError(
            f"{shown(path)}:{error.lineno}: this is not JSON: {error.msg}. Was it merged? Take one side, then run "
            "drizzle-kit generate"
        ) from error
    return content


def _of_journal(journal: Path, entries: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    for place, entry in enumerate(entries):
        if entry["idx"] != place:
            message = f"has the number {entry['idx']} in the place {place}"
            yield _finding(journal, entry["tag"], message, "number the entries anew, from 0 on")
    for before, after in pairwise(entries):
        if after["when"] <= before["when"]:
            message = f"is not later than {before['tag']}: a database that ran that one never runs this one"
            yield _finding(journal, after["tag"], message, f"give it a `when` greater than {before['when']}")


def _of_files(folder: Path, entries: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    journal, tags = folder / "meta" / "_journal.json", {entry["tag"] for entry in entries}
    for tag in sorted(tags):
        if not (folder / f"{tag}.sql").is_file():
            yield _finding(journal, tag, "is in the journal, and there is no such file", f"bring {tag}.sql back")
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        if path.stem not in tags:
            message = "is not in the journal: nobody runs it"
            yield _finding(path, path.stem, message, "add its entry to meta/_journal.json, or remove the file")


def _of_snapshots(
    entries: Sequence[dict[str, Any]], snapshots: Sequence[tuple[Path, dict[str, Any]]], journal: Path
) -> Iterator[Finding]:
    known = {f"{entry['idx']:04d}" for entry in entries}
    found = {path.name.partition("_")[0] for path, _ in snapshots}
    for path, _ in snapshots:
        if path.name.partition("_")[0] not in known:
            yield _finding(path, path.name, "belongs to no entry of the journal", "remove it")
    if entries and f"{entries[-1]['idx']:04d}" not in found:
        message = "has no snapshot: the next `drizzle-kit generate` will repeat its changes"
        yield _finding(
            journal, entries[-1]["tag"], message, "make it with `drizzle-kit generate --custom`, and move its SQL there"
        )
    ids = {content.get("id") for _, content in snapshots}
    followed: dict[str, str] = {}
    for (_, former), (path, content) in pairwise(snapshots):
        before = str(content.get("prevId"))
        if before in followed:
            message = f"follows the same snapshot as {followed[before]}: two branches were merged"
            yield _finding(path, path.name, message, "remove the later migration and its snapshot; generate it again")
        elif before not in ids:
            message, remedy = "follows a snapshot that is not here", f'set its prevId to "{former.get("id")}"'
            yield _finding(path, path.name, message, remedy)
        followed[before] = path.name


def _of_database(folder: Path, entries: Sequence[dict[str, Any]], ran: Sequence[tuple[str, int]]) -> Iterator[Finding]:
    last = max((when for _, when in ran), default=0)
    at = {when: digest for digest, when in ran}
    for entry in entries:
        path = folder / f"{entry['tag']}.sql"
        if not path.is_file():
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if entry["when"] in at and at[entry["when"]] != digest:
            message = "is not what the database ran: it was changed afterwards"
            yield _finding(path, entry["tag"], message, "restore it, and write the change as a migration of its own")
        elif entry["when"] not in at and entry["when"] <= last:
            message = "was not run by the database, and never will be: a later one was"
            yield _finding(path, entry["tag"], message, f"give it a `when` greater than {last} in the journal")
    for digest, when in ran:
        if when not in {entry["when"] for entry in entries}:
            message = f"the database ran a migration of {when} ({digest[:12]}) that is not in the journal"
            yield _finding(folder / "meta" / "_journal.json", str(when), message, "bring its file and entry back")


def _finding(path: Path, about: str, message: str, remedy: str) -> Finding:
    return Finding(
        rule="doctor-migrations",
        level="error",
        about=about,
        message=message,
        remedy=remedy,
        where=Place(path=shown(path)),
    )
