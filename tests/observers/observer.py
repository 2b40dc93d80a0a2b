"""pg_dump as an outside observer: what it prints of a database, freed of what says nothing about the schema."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.errors import SourceError
from pgtandem.model.key import quote
from pgtandem.platform import PLATFORMS
from pgtandem.platform.stand_ins import all_stand_ins
from pgtandem.scratch.statements import next_statement
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pgtandem.model.catalog import Catalog

ROLES = "SELECT rolname FROM pg_roles WHERE oid >= 16384"
SUBSCRIPTIONS = """
    SELECT quote_ident(subname) FROM pg_subscription JOIN pg_database d ON d.oid = subdbid
    WHERE datname = current_database()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One database in our words and in pg_dump's, and pg_dump of one made from the SQL that we print of it."""

    catalog: Catalog
    dump: tuple[str, ...]
    again: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How many pairs went which way, and what went wrong."""

    equal: int = 0
    different: int = 0
    unloadable: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.equal} equal, {self.different} different, {len(self.unloadable)} did not load, "
            f"{len(self.not_compared)} with objects that we say are not compared, {len(self.wrong)} wrong"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """A server, and the pg_dump that goes with it."""

    server: scratch.Server
    pg_dump: Path

    def dump(self, url: str) -> tuple[str, ...]:
        """Return the statements of a dump, in an order of their own."""
        command = (self.pg_dump, "--schema-only", "--no-sync", url)
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        # Of an extension for which this server has a stand-in, nobody knows which comment comes with it.
        unknown = tuple(f"COMMENT ON EXTENSION {quote(name)} " for name in all_stand_ins())
        return tuple(sorted(normal(one) for one in statements(text) if not one.startswith(unknown)))

    def observe(self, *scripts: str, roles: tuple[str, ...] = ()) -> Observed:
        """Load the scripts into an empty database and look at it. Raises SourceError where they cannot be loaded."""
        with self._roles(roles):
            with scratch.database(self.server) as url:
                for number, script in enumerate(scripts, 1):
                    scratch.load(url, script, path=f"script {number}")
                catalog, dump = live.read(url), self.dump(url)
                drop_subscriptions(url)
            with scratch.database(self.server) as url:
                try:
                    scratch.load(url, render(production_sql(catalog, platform=PLATFORMS["none"])), path="printed")
                    again = self.dump(url)
                except SourceError as error:
                    again = (f"our SQL does not load: {error}",)
        return Observed(catalog=catalog, dump=dump, again=again)

    @contextmanager
    def _roles(self, roles: tuple[str, ...]) -> Iterator[None]:
        """These roles, where there are none; and in the end none that the block made."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            before = {name for (name,) in connection.execute(ROLES)}
            for role in dict.fromkeys(roles):
                if role not in before:
                    connection.execute(f"CREATE ROLE {quote(role)}".encode())
            yield
            for role in {name for (name,) in connection.execute(ROLES)} - before:
                connection.execute(f"DROP OWNED BY {quote(role)} CASCADE; DROP ROLE {quote(role)}".encode())


def drop_subscriptions(url: str) -> None:
    """A database with a subscription cannot be dropped."""
    with psycopg.connect(url, autocommit=True) as connection:
        for (name,) in connection.execute(SUBSCRIPTIONS).fetchall():
            for words in (f"ALTER SUBSCRIPTION {name} DISABLE", f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"):
                connection.execute(words.encode())
            connection.execute(f"DROP SUBSCRIPTION {name}".encode())


def statements(text: str) -> Iterator[str]:
    """Yield the statements of a dump, without comments and settings."""
    lines = [line for line in text.split("\n") if not line.startswith(("\\restrict", "\\unrestrict"))]
    text, position = "\n".join(lines), 0
    while (statement := next_statement(text, position)) is not None:
        position = statement.end
        found = text[statement.start : statement.end].strip()
        if not found.startswith(("SET ", "SELECT pg_catalog.set_config(")):
            yield found


_TABLE = re.compile(r"CREATE (UNLOGGED |FOREIGN )?TABLE ")
_OPTION = r"[a-z_.]+=(?:'[^']*'|[\w.-]+)"
_OPTIONS = re.compile(rf"(?<=WITH \(){_OPTION}(?:, {_OPTION})*(?=\))|(?<=WHEN TAG IN \()[^)]*(?=\))")
_SWITCHES = {"'on'": "'true'", "on": "'true'", "'off'": "'false'", "off": "'false'"}
_VARCHAR_LIST = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")
_VARCHAR = re.compile(r"\(('(?:[^']|'')*')::character varying\)::text")
_NAMELESS = re.compile(r"(\( SELECT '(?:[^']|'')*'::\w+) AS \w+\)")


def normal(statement: str) -> str:
    """Return the statement in one of the spellings that mean the same.

    The columns of a table, storage parameters, tags of an event trigger and settings of a function are in alphabetical
    order: theirs means nothing. PostgreSQL prints a list of varchar constants, and a subquery without a name, in
    another way when its own print is loaded again.
    """
    head, *lines = statement.split("\n")
    if _TABLE.match(head):
        statement = "\n".join([head, *sorted(line.rstrip(",") for line in lines)])
    elif head.startswith(("CREATE FUNCTION", "CREATE PROCEDURE")):
        settings = sorted(line for line in lines if line.startswith("    SET "))
        statement = "\n".join([head, *settings, *(line for line in lines if line not in settings)])
    statement = _OPTIONS.sub(lambda found: ", ".join(sorted(map(_switch, found[0].split(", ")))), statement)
    statement = _VARCHAR_LIST.sub(lambda found: f"ARRAY[{found[1].replace('character varying', 'text')}]", statement)
    return _NAMELESS.sub(r"\1)", _VARCHAR.sub(r"\1::text", statement))


def _switch(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{name}={_SWITCHES.get(value, value)}" if value else option


def judge(tally: Tally, name: str, before: Observed, after: Observed) -> None:
    """Hold our comparison of the two against pg_dump's, and what we print of each against the original."""
    for side, observed in (("before", before), ("after", after)):
        if observed.again != observed.dump and not observed.catalog.unmodelled and not unusable(observed.catalog):
            tally.wrong.append(f"{name}: {side}: printed and loaded again: {apart(observed.dump, observed.again)}")
    changes = [f"{change.label} {list(change.fields)}" for change in diff(before.catalog, after.catalog)]
    if bool(changes) == (before.dump != after.dump):
        tally.equal += not changes
        tally.different += bool(changes)
    elif before.catalog.unmodelled or after.catalog.unmodelled:
        tally.not_compared.append(name)
    else:
        tally.wrong.append(f"{name}: we say {changes}, pg_dump says {apart(before.dump, after.dump)}")


def unusable(catalog: Catalog) -> bool:
    """Return whether an index is not valid: such a one is nothing that our SQL brings about."""
    return any(getattr(thing, "valid", True) is False for thing in catalog)


def apart(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Return the statements that only one of the two has."""
    return "\n".join(
        ["", *(f"- {line}" for line in one if line not in other), *(f"+ {line}" for line in other if line not in one)]
    )
