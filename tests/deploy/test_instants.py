"""Between any two statements of a deployment nobody reads what was not and will not be theirs, nor loses what stays.

A case is a folder of two schemas, the first with rows; every table and view in it has a column `id`.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.site import declared, ways_of
from deploy.wire import PASS, Statement, wire
from pgtandem import deploy, scratch
from pgtandem.plan.renaming import Rename

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = sorted((Path(__file__).parent / "instants").iterdir())
ROLES = ("probe_anon", "probe_tenant")
RELATIONS = """
    SELECT DISTINCT relname::text FROM pg_class
    WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
NOT_TO_BE_READ = ("42P01", "42501")
"""undefined_table, insufficient_privilege (https://www.postgresql.org/docs/current/errcodes-appendix.html)"""
LOCKED = "55P03"


@dataclasses.dataclass
class Prober:
    """Sessions of the roles that nobody deploys as; what each reads of each relation, at one instant after another."""

    url: str
    relations: frozenset[str]
    seen: dict[tuple[str, str], set[frozenset[int]]] = dataclasses.field(default_factory=dict)
    instants: int = 0

    def look(self) -> dict[tuple[str, str], frozenset[int]]:
        """Read all that can be read now; what the deployment holds locked nobody reads."""
        found = {}
        for role in ROLES:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"SET ROLE {role}; SET lock_timeout = '20ms'".encode())
                for relation in self.relations:
                    ids = _ids(connection, relation)
                    if ids is not None:
                        found[role, relation] = ids
                        self.seen.setdefault((role, relation), set()).add(ids)
        self.instants += 1
        return found

    def at_each(self, _: Statement) -> str:
        self.look()
        return PASS


def _ids(connection: psycopg.Connection, relation: str) -> frozenset[int] | None:
    try:
        return frozenset(row[0] for row in connection.execute(f"SELECT id FROM public.{relation}".encode()))
    except psycopg.Error as error:
        if error.sqlstate in NOT_TO_BE_READ:
            return frozenset()
        if error.sqlstate == LOCKED:
            return None
        raise


@pytest.fixture
def url(server: scratch.Server) -> Iterator[str]:
    with psycopg.connect(server.url, autocommit=True) as admin, scratch.database(server) as made:
        for role in ROLES:
            admin.execute(f"CREATE ROLE {role}".encode())
        try:
            yield made
        finally:
            with psycopg.connect(made, autocommit=True) as there:
                there.execute(f"DROP OWNED BY {', '.join(ROLES)}".encode())
            admin.execute(f"DROP ROLE {', '.join(ROLES)}".encode())


def relations(url: str) -> frozenset[str]:
    with psycopg.connect(url) as connection:
        return frozenset(name for (name,) in connection.execute(RELATIONS.encode()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_read_at_every_instant(case: Path, url: str, server: scratch.Server) -> None:
    scratch.load(url, (case / "before.sql").read_text())
    desired = declared(server, (case / "after.sql").read_text())
    renames = case / "renames.txt"
    options = deploy.Options(
        renames=tuple(map(Rename.of, renames.read_text().split())) if renames.is_file() else (),
        allowed=frozenset(),
    )
    names = frozenset(thing.key.path[1] for thing in desired if thing.KIND in {"table", "view"})
    prober = Prober(url, relations(url) | names)
    before = prober.look()
    with wire(url, prober.at_each) as way:
        outcome = deploy.deploy(way.url, desired, options, ways_of(server))
    assert outcome.in_step, outcome.findings
    after = prober.look()
    assert prober.instants > 50
    for place, observed in prober.seen.items():
        for ids in observed:
            assert ids <= before[place] | after[place], place
            assert ids >= before[place] & after[place], place


NAIVE = """
DROP POLICY narrow ON notes;
DROP POLICY mine ON notes;
CREATE POLICY mine ON notes USING (owner IN (current_user, 'team'));
CREATE POLICY narrower ON notes AS RESTRICTIVE USING (id > 5);
"""


def test_the_prober_sees_what_a_plain_script_lets_through(url: str) -> None:
    scratch.load(url, (CASES[[case.name for case in CASES].index("policy_change")] / "before.sql").read_text())
    prober = Prober(url, relations(url))
    before = prober.look()["probe_tenant", "notes"]
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in NAIVE.strip().split("\n"):
            connection.execute(statement.encode())
            prober.look()
    after = prober.look()["probe_tenant", "notes"]
    observed = prober.seen["probe_tenant", "notes"]
    assert any(not ids <= before | after for ids in observed)
    assert any(not ids >= before & after for ids in observed)
