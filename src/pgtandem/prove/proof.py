"""One proof from end to end: a populated clone, the experiment, its findings."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgtandem.errors import ServerError
from pgtandem.model.key import on_one_line
from pgtandem.prove import bench, shape, structure
from pgtandem.prove.claims import unheld
from pgtandem.prove.experiment import Experiment, Result
from pgtandem.prove.findings import of_verdicts, outcome, settle
from pgtandem.prove.laboratory import Laboratory, connection_to
from pgtandem.prove.populating import Builder
from pgtandem.prove.proposal import Proposal
from pgtandem.prove.writing import text_of
from pgtandem.scratch import load, with_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pgtandem.model.outcome import Outcome
    from pgtandem.platform import Platform
    from pgtandem.prove.access import Access, Name
    from pgtandem.prove.cells import Cell
    from pgtandem.prove.logic.verdict import Verdict
    from pgtandem.prove.shape import Shape
    from pgtandem.prove.world import World
    from pgtandem.sources.script import Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found, and the whole matrix that it was found in."""

    outcome: Outcome
    result: Result
    verdicts: tuple[Verdict, ...] = ()

    def with_verdicts(self, verdicts: tuple[Verdict, ...], outcome: Outcome) -> Proof:
        """Return it with what the solver said beside what was observed."""
        return Proof(outcome=self.outcome + outcome, result=self.result, verdicts=verdicts)

    def decided(self, verdicts: tuple[Verdict, ...], access: Access) -> Proof:
        """Return it with what the solver said, which also tells what the experiment could not."""
        settle(self.result, verdicts)
        proof = Proof(outcome=outcome(self.result, access), result=self.result)
        return proof.with_verdicts(verdicts, of_verdicts(verdicts, self.result, access))

    def matrix(self) -> str:
        """Return every cell as JSON: who, what, what is expected, what was observed, what the solver says."""
        proved: dict[tuple[str, tuple[str, str], str], str] = {}
        proved |= {(v.role, v.relation, v.command): v.state for v in self.verdicts}
        rows = [
            {
                **cell._asdict(),
                "expected": tally.expected,
                "observed": tally.observed,
                "verdict": tally.verdict,
                "attempts": tally.attempts,
                "proved": self._proved(cell, proved),
            }
            for cell, tally in self.result.cells.items()
        ]
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"

    def _proved(self, cell: Cell, proved: Mapping[tuple[str, tuple[str, str], str], str]) -> str | None:
        schema, _, name = cell.relation.rpartition(".")
        role = self.result.roles.get(cell.actor)
        return role and proved.get((role, (schema or "public", name), cell.command))


@contextmanager
def prepared(
    url: str, access: Access, platform: Platform, rows: Script | None = None
) -> Iterator[tuple[Laboratory, World]]:
    """Populate the clone at the URL, with those rows too, and open a session for experiments on it."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg.rows import dict_row  # noqa: PLC0415

    with bench.prover(url, access.roles) as own, bench.ended_from_outside(url) as admin:
        with psycopg.connect(url, autocommit=True, row_factory=dict_row) as reader:
            seen = read(reader, access, platform)
        with bench.Session(own) as session:
            world = Builder(session, seen, access).build()
            if rows is not None:
                load(_knowing(url, world), rows.sql, path=rows.path, role=platform.owner)
            laboratory = Laboratory(
                connection_to(own),
                lambda process: _end(admin, process),
                seen,
                access.tables,
            )
            yield laboratory, world
            laboratory.close()


def _knowing(url: str, world: World) -> str:
    """The URL for sessions that find the people's ids in settings: pgtandem.owner_1, pgtandem.org_member_2, ..."""
    ids = {re.sub(r"\W+", "_", person.name): person.id for person in world.people}
    return with_parameters(url, options=" ".join(f"-c pgtandem.{name}={value}" for name, value in ids.items()))


def read(connection: Any, access: Access, platform: Platform) -> Shape:
    """Return the shape of the database. Raises ServerError where a role or relation that is declared is not there."""
    found = shape.read(connection, platform=platform.schemas, roles=access.roles)
    missing = [role for role in access.roles if role not in found.memberships]
    if missing:
        raise ServerError(f"the roles that {access.path} names are not there: {', '.join(missing)}")
    return found


def fill(url: str, platform: Platform) -> dict[Name, str]:
    """Put a few rows into every table of the database at the URL, and return into which none went, and why not."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg.rows import dict_row  # noqa: PLC0415

    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as reader:
        seen = shape.read(reader, platform=platform.schemas, roles=())
    with bench.Session(with_parameters(url, options=bench.SETTINGS)) as session:
        return Builder(session, seen, structure.closed(seen, ""), varied=False).build().gaps


def propose(url: str, platform: Platform, path: str, say: Callable[[str], None] = lambda _: None) -> str:
    """Return an access.toml for what the clone at the URL allows as it is."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands
    from psycopg.rows import dict_row  # noqa: PLC0415

    with psycopg.connect(url, autocommit=True, row_factory=dict_row) as reader:
        seen = shape.read(reader, platform=platform.schemas, roles=("anon", "authenticated"))
    access = structure.guessed(seen, path)
    with prepared(url, access, platform) as (laboratory, world):
        proposal = Proposal(laboratory, world, access, say)
        found = proposal.access_as_it_is()
        gaps = [f"{'.'.join(name)}: {why}" for name, why in world.gaps.items()]
        gaps += [f"who has the claim {claim} in the token" for claim in unheld(access, seen.words)]
        return text_of(found, proposal.notes) + "".join(f"# not tried: {on_one_line(gap)}\n" for gap in gaps)


def _end(admin: Any, process: int) -> None:
    admin.execute("SELECT pg_terminate_backend(%s)", (process,))


def prove(
    url: str,
    access: Access,
    platform: Platform,
    say: Callable[[str], None] = lambda _: None,
    *,
    first_only: bool = False,
    rows: Script | None = None,
) -> Proof:
    """Return what an experiment on the database at the URL finds; it must be a clone, for it is filled with rows.

    With `first_only` it ends at the first leak. `rows` make more rows than the experiment thinks of itself; there the
    settings pgtandem.owner_1, pgtandem.outsider, ... are the ids of its people.
    """
    with prepared(url, access, platform, rows) as (laboratory, world):
        result = Experiment(laboratory, world, access, say, first_only=first_only).run()
        empty = {name: why for name, why in world.gaps.items() if not laboratory.rows.get(name)}
        result.not_checked += [f"{'.'.join(name)}: {why}" for name, why in empty.items()]
        return Proof(outcome=outcome(result, access), result=result)
