"""What a plan says of locks, rewrites and scans is what PostgreSQL does, on every major version.

The statements are in catalogue.txt. Those that block for as long as a table is big are found by running them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pgtandem import scratch
from pgtandem.model.key import Key
from pgtandem.model.step import Lock
from pgtandem.plan import plan
from pgtandem.plan.apply import prepare
from pgtandem.plan.measure import measured
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from psycopg import Connection

    from pgtandem.model.step import Step
    from pgtandem.plan.measure import Measured

TYPES = """
    CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE other_mood AS ENUM ('a', 'b', 'c');
    CREATE DOMAIN plain AS text; CREATE DOMAIN checked AS text CHECK (value <> '');
    CREATE DOMAIN never_null AS text NOT NULL;
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TABLE one (id int PRIMARY KEY, u int UNIQUE);
"""


FREE = "types that change, without a look at the rows"
MANY = 81
"""What is known of others that look for such statements counts this many."""


class Entry(NamedTuple):
    """A statement of the catalogue, what is there before it, and its mark."""

    section: str
    before: str
    statement: str
    mark: str

    def blocks_on(self, major: int) -> bool:
        """Whether nothing can be done about its blocking on a server of that version."""
        return self.mark == "!" or (self.mark == "!15" and major < 18)


def entries() -> Iterator[Entry]:
    section = ""
    for line in (Path(__file__).parent / "catalogue.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            yield entry(section, line)


def entry(section: str, line: str) -> Entry:
    mark, text = line.split(" ", 1) if line.startswith("!") else ("", line)
    table = "CREATE TABLE {t} (id int NOT NULL, n int, s text);"
    if section.startswith("types"):
        one, other = text.split(" -> ")
        using = {("text", "uuid"), ("text", "mood"), ("mood", "other_mood"), ("text", "bytea"), ("int", "money")}
        cast = f" USING c::text::{other}" if (one, other) in using else ""
        return Entry(
            section,
            f"{table} ALTER TABLE {{t}} ADD c {one};",
            f"ALTER TABLE {{t}} ALTER c TYPE {other}{cast}",
            mark,
        )
    before, _, statement = text.rpartition(" => ")
    return Entry(section, f"{table} {before};", statement, mark)


ENTRIES = tuple(entries())


class Both(NamedTuple):
    """All that the entries begin with, and what they make of it."""

    before: str
    after: str


def numbered(text: str, number: int) -> str:
    return text.replace("{t}", f"t{number}").replace("{n}", str(number))


def schemas() -> Both:
    befores = [TYPES, *(numbered(one.before, number) for number, one in enumerate(ENTRIES))]
    afters = [f"{numbered(one.statement, number)};" for number, one in enumerate(ENTRIES)]
    return Both("\n".join(befores), "\n".join([*befores, *afters]))


def done(connection: Connection, sql: str) -> Measured:
    connection.execute("BEGIN")
    found = measured(connection, lambda: connection.execute(sql.encode()))  # type: ignore[arg-type,return-value]
    connection.execute("COMMIT")
    return found


def seen(connection: Connection, step: Step) -> str:
    """Run the step, and return where it does something else than it says; of partitions it may say more."""
    if step.mode == "alone":
        connection.execute(step.sql.encode())
        return ""
    found = done(connection, step.sql)
    says = {*step.locks, *(("rewrites", key) for key in step.rewrites), *(("scans", key) for key in step.scans)}
    does = {*found.locks.items(), *(("rewrites", k) for k in found.rewrites), *(("scans", k) for k in found.scans)}
    too_much = {said for said in says - does if not is_about_partition(said)}
    too_much -= {said for said in too_much if not {*said} & found.relations or Lock.ROW_EXCLUSIVE in said}
    too_little = {did for did in does - says if not (is_about_partition(did) and weaker(did, step))}
    return f"{step.sql}: says {too_much}, does {too_little}" if too_much or too_little else ""


def weaker(did: tuple[object, ...], step: Step) -> bool:
    return any(key == did[0] and isinstance(did[1], Lock) and lock >= did[1] for key, lock in step.locks)


def is_about_partition(said: tuple[object, ...]) -> bool:
    return any(isinstance(one, Key) and one.path[-1].startswith("p") for one in said)


@pytest.mark.parametrize(
    ("turned", "online"), [(False, True), (True, True), (False, False)], ids=["there", "back", "in one transaction"]
)
def test_a_step_locks_rewrites_and_scans_what_it_says(servers: scratch.Server, *, turned: bool, online: bool) -> None:
    texts = schemas()[::-1] if turned else schemas()
    with scratch.database(servers) as one, scratch.database(servers) as other:
        scratch.load(one, texts[0])
        scratch.load(other, texts[1])
        found = plan(live.read(one), live.read(other), online=online)
        with connect(one) as connection:
            prepare(connection, None)
            wrong = [line for step in found.steps if (line := seen(connection, step))]
    assert wrong == []


def test_what_blocks_for_long_is_avoided_or_said(servers: scratch.Server) -> None:
    texts, major = schemas(), servers.major
    with scratch.database(servers) as one, scratch.database(servers) as other:
        scratch.load(one, texts.before)
        scratch.load(other, texts.after)
        steps = plan(live.read(one), live.read(other)).steps
        with connect(one) as connection:
            prepare(connection, None)
            connection.execute("SET search_path = public")
            found = [done(connection, numbered(entry.statement, number)) for number, entry in enumerate(ENTRIES)]
    blocking = {
        number for number, one in enumerate(found) if blocks_long([*one.locks.items()], one.rewrites | one.scans)
    }
    said = {int(number) for step in steps for number in blocked_by(step)}
    assert said <= blocking
    assert {ENTRIES[number].statement for number in said} == {
        entry.statement for entry in ENTRIES if entry.blocks_on(major)
    }
    assert len(blocking) > MANY
    free = {number for number, entry in enumerate(ENTRIES) if entry.section == FREE}
    assert len(free) == 24
    assert not free & blocking


def blocked_by(step: Step) -> Iterator[str]:
    """Yield the numbers of the entries whose tables the step blocks for long."""
    for key in blocks_long(step.locks, {*step.rewrites, *step.scans}):
        yield from re.findall(r"\d+", key.path[-1])


def blocks_long(locks: Iterable[tuple[Key, Lock]], busy: AbstractSet[Key]) -> set[Key]:
    """Return the relations to which nobody writes while all their rows are written anew or read."""
    return {key for key, lock in locks if key in busy and lock >= Lock.SHARE}
