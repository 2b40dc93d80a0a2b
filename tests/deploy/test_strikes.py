"""What strikes at every statement of a deployment, and at any byte: the old schema, or one that the next run ends."""

from __future__ import annotations

import random
import re
import signal
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.running import OURS, Running, is_left_alone, project, until
from deploy.site import NEW, declared, has_journal, is_new, seeded, ways_of
from deploy.wire import CUT, LOSE, PASS, STALL, Statement, Wire, wire
from pgtandem import deploy, scratch
from pgtandem.deploy import watched
from pgtandem.errors import PgtandemError
from pgtandem.scratch.address import parameters_of
from pgtandem.sources import live, pipelining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pgtandem.model.catalog import Catalog

PARTS = 8
"""Each sweep is cut into so many parts, of which one is struck in each test."""
BEGUN = "CREATE SCHEMA IF NOT EXISTS pgtandem"
COMMON = re.compile(r"SET (LOCAL )?\w+_timeout|SELECT pg_backend_pid")
SWEEP = [pytest.param(part, marks=pytest.mark.slow, id=f"part{part}") for part in range(PARTS)]


@pytest.fixture(scope="module")
def desired(server: scratch.Server) -> Catalog:
    return declared(server, NEW)


@pytest.fixture(scope="module")
def template(server: scratch.Server) -> Iterator[str]:
    """The name of a database of the old schema, with rows, of which copies are made."""
    with seeded(server) as url:
        yield parameters_of(url)["dbname"]


@pytest.fixture(scope="module")
def course(server: scratch.Server, template: str, desired: Catalog, options: deploy.Options) -> list[Statement]:
    """The statements of a deployment: before anything is written one of each sort, from then on all."""
    with scratch.database(server, template=template) as url, wire(url) as way:
        assert deploy.deploy(way.url, desired, options, ways_of(server)).in_step
    later = begun(way.statements)
    earlier = way.statements[: later[0].number]
    dumped = [statement for statement in earlier if "pg_catalog." in statement.text][1::8]
    ours = {statement.text: statement for statement in earlier if "pg_catalog." not in statement.text}
    return sorted({*ours.values(), *dumped, *later})


def begun(statements: list[Statement]) -> list[Statement]:
    """Those from the first that writes on."""
    first = next(place for place, statement in enumerate(statements) if BEGUN in statement.text)
    return [statement for statement in statements[first:] if not COMMON.match(statement.text)]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> deploy.Options:
    return deploy.Options(wait=20, backups=tmp_path_factory.mktemp("backups"))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "_LATE", 1.0)
    monkeypatch.setattr(pipelining, "_SILENCE", 3.0)


class Strikes:
    """Deployments to fresh copies of the old database, each of which something happens to."""

    def __init__(self, server: scratch.Server, template: str, desired: Catalog, options: deploy.Options) -> None:
        self._server, self._template, self._desired, self._options = server, template, desired, options

    def __call__(self, happens: Callable[[Wire, str], None], *, name: object) -> None:
        """One deployment over a wire that was made ready; afterwards it is the old schema, or the next run ends it."""
        with scratch.database(self._server, template=self._template) as made:
            url = scratch.with_parameters(made, connect_timeout=2)
            before = live.read(url).fingerprint()
            with wire(url) as way:
                happens(way, url)
                said, ended = self._deployed(way.url)
            until(lambda: is_left_alone(url), 40)
            is_begun = has_journal(url)
            assert is_begun or live.read(url).fingerprint() == before, (name, said)
            if is_begun and not ended:
                assert "`pgtandem deploy`" in said or "nothing was changed" in said, (name, said)
            again, ended = self._deployed(url)
            assert ended, (name, said, again)
            is_new(url)
            assert not list(self._options.backups.glob("*.part"))

    def _deployed(self, url: str) -> tuple[str, bool]:
        try:
            outcome = deploy.deploy(url, self._desired, self._options, ways_of(self._server))
        except PgtandemError as error:
            return str(error), False
        return " ".join(f"{f.message} {f.remedy}" for f in outcome.findings), outcome.in_step


@pytest.fixture(scope="module")
def strikes(server: scratch.Server, template: str, desired: Catalog, options: deploy.Options) -> Strikes:
    return Strikes(server, template, desired, options)


def at(number: int, fate: str) -> Callable[[Wire, str], None]:
    """What happens to the statement of this number."""

    def prepare(way: Wire, _: str) -> None:
        way.fate = lambda statement: fate if statement.number == number else PASS

    return prepare


def ends_all_at(number: int) -> Callable[[Wire, str], None]:
    """The server ends all our sessions before this statement, as it does when it is shut down."""

    def prepare(way: Wire, url: str) -> None:
        def fate(statement: Statement) -> str:
            if statement.number == number:
                with psycopg.connect(url, autocommit=True) as admin:
                    admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OURS}".encode())
            return PASS

        way.fate = fate

    return prepare


@pytest.mark.parametrize("part", SWEEP)
def test_the_connection_is_cut_at_every_statement(strikes: Strikes, course: list[Statement], part: int) -> None:
    for place, statement in enumerate(course[part::PARTS]):
        strikes(at(statement.number, (CUT, LOSE)[place % 2]), name=statement)


@pytest.mark.parametrize("part", SWEEP)
def test_the_server_ends_all_sessions_at_every_statement(strikes: Strikes, course: list[Statement], part: int) -> None:
    for statement in begun(course)[part::PARTS]:
        strikes(ends_all_at(statement.number), name=statement)


@pytest.mark.parametrize("part", SWEEP)
def test_the_connection_stalls(strikes: Strikes, course: list[Statement], part: int) -> None:
    for statement in course[part :: PARTS * 4]:
        strikes(at(statement.number, STALL), name=statement)


def test_the_connection_stalls_in_the_middle(strikes: Strikes, course: list[Statement]) -> None:
    (statement,) = [statement for statement in course if "ADD COLUMN motto" in statement.text]
    strikes(at(statement.number, STALL), name=statement)


@pytest.mark.parametrize("part", SWEEP)
def test_the_connection_is_cut_at_any_byte(strikes: Strikes, part: int) -> None:
    positions = random.Random(part)  # noqa: S311 - no secret
    for _ in range(6):
        position = int(10 ** positions.uniform(1, 6))

        def prepare(way: Wire, _: str, position: int = position) -> None:
            way.cut_at = position

        strikes(prepare, name=position)


@pytest.mark.parametrize("part", SWEEP)
def test_it_is_killed_at_every_statement(server: scratch.Server, template: str, tmp_path: Path, part: int) -> None:
    folder = project(tmp_path / "project", NEW)
    with scratch.database(server, template=template) as url, wire(url) as way:
        assert Running(folder, way.url, server.url, "--no-backup").end() == 0
    for statement in begun(way.statements)[part::PARTS]:
        with scratch.database(server, template=template) as url, wire(url) as way:
            running = Running(folder, way.url, server.url, "--no-backup")
            way.fate = killing(running, statement.number)
            assert running.end() == -signal.SIGKILL, (statement, running.text)
            way.close()
            until(lambda url=url: is_left_alone(url))
            again = Running(folder, url, server.url, "--no-backup")
            assert again.end() == 0, (statement, again.text)
            is_new(url)


def killing(running: Running, number: int) -> Callable[[Statement], str]:
    """Every second statement still arrives."""

    def fate(statement: Statement) -> str:
        if statement.number != number:
            return PASS
        running.process.kill()
        running.process.wait()
        return PASS if number % 2 else CUT

    return fate
