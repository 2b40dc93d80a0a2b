"""Plans between pairs of schemas, our own and by chance, both ways: pg_dump sees the desired one, rows survive."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from observer import Observer

from generated import ROLES, schemas
from pgtandem import scratch
from pgtandem.errors import NoWayError, ServerError
from pgtandem.model.key import quote
from pgtandem.plan import plan, rows
from pgtandem.plan.apply import apply
from pgtandem.plan.seed import breaks_rules, plainly
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.programs import find_installation
from pgtandem.sources import live

QUIET = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.generate,),
}


@pytest.fixture(scope="module")
def observer(server: scratch.Server) -> Observer:
    with connect(server.url) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name in set(ROLES) - there:
            connection.execute(f"CREATE ROLE {quote(name)}".encode())
    return Observer(server=server, pg_dump=find_installation().bin / "pg_dump")


def arrive(observer: Observer, one: str, other: str, *, filled: bool = True) -> None:
    with scratch.database(observer.server) as current, scratch.database(observer.server) as desired:
        scratch.load(current, one)
        scratch.load(desired, other)
        wanted = live.read(desired)
        found = plan(live.read(current), wanted)
        with connect(current) as connection:
            if filled:
                plainly(connection)
            before = rows.read(connection)
        try:
            apply(current, found)
        except ServerError as error:
            if not filled or not breaks_rules(error):
                raise
            arrive(observer, one, other, filled=False)
            return
        with connect(current) as connection:
            assert [*rows.lost(before, rows.read(connection), found.losses)] == []
        assert plan(live.read(current), wanted).steps == ()
        assert observer.dump(current) == observer.dump(desired)


def compare(observer: Observer, one: str, other: str) -> None:
    for sides in ((one, other), (other, one)):
        try:
            arrive(observer, *sides)
        except Exception as error:
            error.add_note("{}\n-- to be\n{}".format(*sides))
            raise


def sides_of(pair: Path) -> tuple[str, str]:
    before, after = ((pair / name).read_text(encoding="utf-8") for name in ("before.sql", "after.sql"))
    return before, after


def cases(folder: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "pair", sorted((Path(__file__).parent / folder).iterdir()), ids=lambda pair: pair.name
    )


@cases("pairs")
def test_ours(observer: Observer, pair: Path) -> None:
    compare(observer, *sides_of(pair))


@cases("one_way")
def test_where_there_is_no_way_back(observer: Observer, pair: Path) -> None:
    arrive(observer, *sides_of(pair))


@cases("refused")
def test_where_there_is_none_the_message_says_what_to_write_instead(observer: Observer, pair: Path) -> None:
    with pytest.raises(NoWayError, match=r"[Ww]rite|Drop|Make|Declare"):
        arrive(observer, *sides_of(pair))


@settings(max_examples=4, derandomize=True, **QUIET)
@given(one=schemas(), other=schemas())
def test_a_few(observer: Observer, one: str, other: str) -> None:
    compare(observer, one, other)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
@settings(max_examples=50, **QUIET)
@given(one=schemas(), other=schemas())
def test_a_thousand(observer: Observer, part: int, one: str, other: str) -> None:  # noqa: ARG001 - each by chance
    compare(observer, one, other)
