"""Every change of one object can be planned, there and back, or is refused by name: pg_dump judges."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from observer import Observer

from pgtandem import scratch
from pgtandem.diff import diff
from pgtandem.errors import PgtandemError, ServerError
from pgtandem.plan import plan, rows
from pgtandem.plan.apply import apply
from pgtandem.plan.seed import breaks_rules, plainly
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.programs import find_installation
from pgtandem.sources import live

sys.path.insert(0, str(Path(__file__).parents[1] / "mutants"))

import engine

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]
SCHEMA = (TESTS / "kinds" / "roles.sql", TESTS / "mutants" / "everything.sql")
PARTS = 8
# What is found and not modelled is refused, and so are some changes of tables that inherit.
RIGHT = 0.75


class Ground:
    """A database with everything in it, others made from it, and what can be changed in it."""

    def __init__(self, observer: Observer, url: str) -> None:
        self.observer, self.url = observer, url
        self.mutants: dict[str, list[engine.Mutant]] = defaultdict(list)
        with psycopg.connect(url) as connection:
            for name in ("outside", "extensions", "uninteresting"):
                connection.execute("SELECT set_config(%s, '{}', false)", (f"mutation.{name}",))
            connection.execute((engine.OPERATORS / "objects.sql").read_bytes())
            for operator in engine.operators():
                for about, statements in connection.execute(operator.query.encode()).fetchall():
                    # What only an edit of PostgreSQL's own catalogs does, no statement takes back.
                    if statements is not None and " pg_" not in statements:
                        mutant = engine.Mutant(operator=operator.name, about=about, statements=statements)
                        self.mutants[operator.name].append(mutant)

    def outcomes(self, mutant: engine.Mutant) -> Iterator[tuple[str, str]]:
        """Yield what becomes of the plan that makes the change, and of the one that takes it back."""
        server = self.observer.server
        with scratch.database(server, template=name_of(self.url)) as changed:
            with psycopg.connect(changed, autocommit=True) as connection:
                connection.execute("SET search_path = ''; SET check_function_bodies = off")
                try:
                    connection.execute(mutant.statements.encode())
                except psycopg.Error:
                    return
            for one, other in ((self.url, changed), (changed, self.url)):
                try:
                    yield self.outcome(one, other, filled=True)
                except ServerError as error:
                    yield self.outcome(one, other, filled=False) if breaks_rules(error) else ("refused", str(error))
                except PgtandemError as error:
                    yield "refused", str(error)

    def outcome(self, one: str, other: str, *, filled: bool) -> tuple[str, str]:
        desired = live.read(other)
        with scratch.database(self.observer.server, template=name_of(one)) as url:
            found = plan(live.read(url), desired)
            with connect(url) as connection:
                if filled:
                    plainly(connection)
                before = rows.read(connection)
            apply(url, found)
            there = live.read(url)
            left = [change.label for change in diff(there, desired)]
            if left:
                return "refused", ", ".join(left)  # the trial on a clone finds this, names it, and stops
            with connect(url) as connection:
                lost = [*rows.lost(before, rows.read(connection), found.losses)]
            again = plan(there, desired).steps
            apart = set(self.observer.dump(url)) ^ set(self.observer.dump(other))
            return ("wrong", f"{lost} {again} {apart}") if lost or again or apart else ("right", "")

    def judge(self, mutants: list[engine.Mutant]) -> None:
        found = [(mutant, *outcome) for mutant in mutants for outcome in self.outcomes(mutant)]
        assert [one for one in found if one[1] == "wrong"] == []
        refused = "\n".join(f"{mutant}\n    {why}" for mutant, outcome, why in found if outcome == "refused")
        assert sum(outcome == "right" for _, outcome, _ in found) >= RIGHT * len(found) > 0, refused


def name_of(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


@pytest.fixture(scope="module")
def ground(server: scratch.Server) -> Iterator[Ground]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        if not connection.execute("SELECT FROM pg_tablespace WHERE spcname = 'elsewhere'").rowcount:
            connection.execute("CREATE TABLESPACE elsewhere LOCATION ''")
        connection.execute("CREATE ROLE mutant_role")
        with scratch.database(server) as url:
            for path in SCHEMA:
                scratch.load(url, path.read_text(encoding="utf-8"), path=path.name)
            yield Ground(Observer(server=server, pg_dump=find_installation().bin / "pg_dump"), url)
        connection.execute("DROP ROLE mutant_role")


def test_a_few_changes_are_planned(ground: Ground) -> None:
    chance = random.Random(1)  # noqa: S311 - a choice that can be repeated
    ground.judge([chance.choice(ground.mutants[name]) for name in chance.sample(sorted(ground.mutants), 5)])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_one_change_of_every_operator_is_planned(ground: Ground, part: int) -> None:
    chance = random.Random()  # noqa: S311 - another choice each time
    ground.judge([chance.choice(mutants) for _, mutants in sorted(ground.mutants.items())[part::PARTS]])
