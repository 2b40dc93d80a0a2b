"""Plans between the pairs of schemas in the public suites of other tools, both ways, judged by pg_dump.

A plan is right where pg_dump and our reader see the desired schema afterwards, and refused where the trial on a clone
stops it and names what stands in the way. What we say that we do not model is not judged. No plan may be wrong.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest
from observer import Observer

from corpora import SOURCES, pairs
from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.errors import PgtandemError, ServerError
from pgtandem.plan import plan, rows
from pgtandem.plan.apply import apply
from pgtandem.plan.seed import breaks_rules, plainly
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.programs import find_installation
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from corpora import Pair
    from pgtandem.model.catalog import Catalog
    from pgtandem.plan import Plan

# Of those that load and that we model, where a part has that many; over all suites it is far fewer.
_REFUSED = 0.1
_ONE_PAIR = 2
_PARTS = 4


class Side(NamedTuple):
    text: str
    catalog: Catalog
    dump: tuple[str, ...]
    roles: frozenset[str]


def roles_of(connection: psycopg.Connection) -> frozenset[str]:
    return frozenset(name for (name,) in connection.execute("SELECT rolname FROM pg_roles"))


def load(observer: Observer, connection: psycopg.Connection, pair: Pair, text: str) -> Side:
    with scratch.database(observer.server) as url:
        scratch.load(url, pair.setup)
        scratch.load(url, text)
        return Side(text, live.read(url), observer.dump(url), roles_of(connection))


def outcomes(observer: Observer, connection: psycopg.Connection, pair: Pair) -> Iterator[tuple[str, str]]:
    """Yield what becomes of the pair, one way and the other, and why."""
    before = roles_of(connection)
    try:
        create(connection, pair.roles)
        sides = [load(observer, connection, pair, pair.before)]
        forget(connection, before)
        create(connection, pair.roles)
        sides.append(load(observer, connection, pair, pair.after))
    except PgtandemError as error:
        yield "does not load", str(error)
        return
    finally:
        forget(connection, before)
    for one, other in (sides, sides[::-1]):
        try:
            yield judge(observer, connection, pair, one, other)
        except PgtandemError as error:
            yield "refused", str(error)
        finally:
            forget(connection, before)


class Run(NamedTuple):
    """A plan from one side of a pair to the other, on a server of which the connection is one."""

    observer: Observer
    connection: psycopg.Connection
    pair: Pair
    one: Side
    other: Side
    plan: Plan


def judge(observer: Observer, connection: psycopg.Connection, pair: Pair, one: Side, other: Side) -> tuple[str, str]:
    run = Run(observer, connection, pair, one, other, plan(one.catalog, other.catalog))
    if one.catalog.unmodelled or other.catalog.unmodelled:
        return "not modelled", ", ".join((*one.catalog.unmodelled, *other.catalog.unmodelled))
    try:
        return arrive(run, filled=True)
    except ServerError as error:
        if not breaks_rules(error):
            raise
        return arrive(run, filled=False)


def arrive(run: Run, *, filled: bool) -> tuple[str, str]:
    """Return what becomes of one side, with a few rows where it is filled, that the plan is run on."""
    observer, one, other = run.observer, run.one, run.other
    with scratch.database(observer.server) as url:
        create(run.connection, run.pair.roles)
        scratch.load(url, run.pair.setup)
        scratch.load(url, one.text)
        create(run.connection, sorted(one.roles | other.roles))
        with connect(url) as inside:
            if filled:
                plainly(inside)
            before = rows.read(inside)
        apply(url, run.plan)
        there = live.read(url)
        left = diff(there, other.catalog)
        if left:
            # The trial on a clone finds this, names it, and stops.
            return "refused", ", ".join(change.label for change in left)
        with connect(url) as inside:
            lost = [*rows.lost(before, rows.read(inside), run.plan.losses)]
        dump = observer.dump(url)
    if lost or plan(there, other.catalog).steps:
        return "wrong", f"{lost}; and again {plan(there, other.catalog).steps}"
    return ("right", "") if dump == other.dump else ("wrong", repr(set(dump) ^ set(other.dump)))


def create(connection: psycopg.Connection, names: tuple[str, ...] | list[str]) -> None:
    for name in set(names) - roles_of(connection):
        connection.execute(psycopg.sql.SQL("CREATE ROLE {}").format(psycopg.sql.Identifier(name)))


def forget(connection: psycopg.Connection, kept: frozenset[str]) -> None:
    for name in roles_of(connection) - kept:
        connection.execute(psycopg.sql.SQL("DROP ROLE {}").format(psycopg.sql.Identifier(name)))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("suite", SOURCES)
def test_no_plan_is_wrong(
    suite: str, part: int, server: scratch.Server, require: Callable[[object, str], None]
) -> None:
    folder = Path(os.environ.get("PGTANDEM_CORPORA", "/nowhere"))
    require((folder / suite).is_dir(), f"{suite} is not in PGTANDEM_CORPORA; tests/corpora/fetch.sh brings it")
    observer = Observer(server=server, pg_dump=find_installation().bin / "pg_dump")
    counts: Counter[str] = Counter()
    with psycopg.connect(server.url, autocommit=True) as connection:
        for pair in islice(pairs(folder, suite), part, None, _PARTS):
            for outcome, why in outcomes(observer, connection, pair):
                counts[outcome] += 1
                if outcome in ("wrong", "refused"):
                    print(f"{pair.name}: {outcome}: {why[:300]}")  # noqa: T201 - they are worth seeing
    print(f"{suite}, part {part}: {dict(counts)}")  # noqa: T201 - so are the shares
    judged = counts["right"] + counts["refused"] + counts["wrong"]
    assert counts["wrong"] == 0
    assert counts["right"]
    assert counts["refused"] <= max(_REFUSED * judged, _ONE_PAIR)
