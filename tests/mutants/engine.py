"""Derives every change of one object from a database, and asks for each whether it is noticed.

An operator is a query in `operators/`: it gives what it changes and the statements that do so, from PostgreSQL's own
catalogs and not from the model that is put to the test. Each mutant is applied in a transaction that is rolled back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from pgtandem.diff import diff, folded
from pgtandem.kinds import searched
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import label_of
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.change import Change
    from pgtandem.model.thing import Thing

OPERATORS = Path(__file__).parent / "operators"
_BODY = re.compile(r"^DO (\$validate\d*\$)\n(.*)\1;$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    operator: str
    about: str
    statements: str

    def __str__(self) -> str:
        return f"{self.operator}: {self.about}\n    {self.statements}"


@dataclass(slots=True, kw_only=True)
class Score:
    """How many mutants were noticed; `impossible` are statements that PostgreSQL refused."""

    noticed: int = 0
    impossible: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    disagreed: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    operators: set[str] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def possible(self) -> int:
        return self.noticed + len(self.survivors)

    def __str__(self) -> str:
        share = 100 * self.noticed / self.possible if self.possible else 100
        return f"{self.noticed} of {self.possible} noticed ({share:.2f} %), {self.impossible} refused by PostgreSQL"


def operators() -> Iterator[Operator]:
    for path in sorted(OPERATORS.glob("*.sql")):
        if path.stem != "objects":
            for part in path.read_text(encoding="utf-8").split("\n\n"):
                name, _, query = part.strip().partition("\n")
                yield Operator(name=f"{path.stem}: {name.removeprefix('-- ')}", query=query)


class Bench:
    """One connection to a database that is not changed in the end; mutants come and go in savepoints."""

    def __init__(self, connection: psycopg.Connection, scope: Scope, script: str) -> None:
        self.connection = connection
        self.scope = scope
        settings = {
            "mutation.outside": _array(scope.schemas),
            "mutation.extensions": _array(scope.extensions),
            "mutation.uninteresting": _array(_PLATFORM_ROLES),
        }
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.execute("SET search_path = ''; SET client_min_messages = error; SET check_function_bodies = off")
        connection.execute("SET timezone = 'UTC'; SET jit = off; SET plan_cache_mode = force_generic_plan")
        connection.execute("SET allow_system_table_mods = on")
        connection.execute("CREATE ROLE mutant_role")
        connection.execute((OPERATORS / "objects.sql").read_bytes())
        found = _BODY.search(script)
        assert found, "the script is one DO statement"
        # The same text as a function: its plan is kept from one mutant to the next.
        body = f"{found[1]}{found[2]}{found[1]}"
        connection.execute(f"CREATE FUNCTION pg_temp.validate() RETURNS void LANGUAGE plpgsql AS {body}".encode())
        self.major = connection.info.server_version // 10000
        self.kinds = searched(scope)
        for kind in self.kinds:
            connection.execute(f'PREPARE "{kind.KIND}" AS {scope.apply(kind.READ)}'.encode())
        self.before = Catalog(things={}, server=self.major)
        self.before = self.read(self.kinds)

    def mutants(self, chosen: Iterable[Operator]) -> Iterator[Mutant]:
        for operator in chosen:
            try:
                rows = self.connection.execute(operator.query.encode()).fetchall()
            except psycopg.Error as error:
                raise AssertionError(f"{operator.name}: {error}") from error
            for about, statements in rows:
                if statements is not None:
                    yield Mutant(operator=operator.name, about=about, statements=statements)

    def read(self, kinds: Collection[type[Thing]]) -> Catalog:
        """The catalog, without what needs what; the objects of other kinds as they were before."""
        things = {key: thing for key, thing in self.before.things.items() if type(thing) not in kinds}
        for kind in kinds:
            cursor = self.connection.execute(f'EXECUTE "{kind.KIND}"'.encode())
            names = tuple(column.name for column in cursor.description or ())
            things.update((thing.key, thing) for thing in live._things(kind, names, cursor.fetchall()))
        return Catalog(things=things, server=self.major)

    def validate(self) -> str:
        try:
            with self.connection.transaction():
                self.connection.execute("SELECT pg_temp.validate()")
        except psycopg.errors.RaiseException as error:
            return str(error.diag.message_primary)
        return ""

    def put(self, mutant: Mutant, score: Score) -> None:
        """Apply the mutant, look, and take it back.

        Of an operator that was seen before, only what the script complains of is read again: reading takes as long as
        the script does.
        """
        report, changes = "", ()
        with self.connection.transaction(force_rollback=True):
            try:
                with self.connection.transaction():
                    self.connection.execute(mutant.statements.encode())
            except psycopg.Error as error:
                if error.sqlstate == "42601":
                    score.malformed.append(f"{mutant}\n    {error}")
                score.impossible += 1
                return
            try:
                report = self.validate()
                kinds = blamed(report, self.kinds) if mutant.operator in score.operators else ()
                changes = diff(self.before, self.read(kinds or self.kinds))
            except psycopg.Error as error:
                score.disagreed.append(f"{mutant}\n    the catalogs cannot be read: {error}")
                return
        if report and changes:
            score.noticed += 1
            score.operators.add(mutant.operator)
            score.seen.update(_fields(changes))
            wanted = len(list(deviations(changes)))
            if not report.startswith(f"❌ Schema validation failed, deviations: {wanted}\n"):
                score.disagreed.append(f"{mutant}\n    {wanted} by diff: {report}")
        else:
            score.survivors.append(mutant)
            if report or changes:
                score.disagreed.append(f"{mutant}\n    {changes} by diff: {report}")


_PLATFORM_ROLES = frozenset(
    "authenticator dashboard_user supabase_admin supabase_auth_admin supabase_storage_admin supabase_realtime_admin"
    " supabase_functions_admin supabase_replication_admin supabase_read_only_user pgbouncer".split()
)


def blamed(report: str, kinds: Collection[type[Thing]]) -> set[type[Thing]]:
    """Those of the kinds of which the report of a validation script may speak."""
    lines = report.split("\n  ")[1:]
    labels = {kind: label_of(kind).partition("{")[0] for kind in kinds}
    return {kind for kind, label in labels.items() if any(line.startswith(label) for line in lines)}


def _array(names: Iterable[str]) -> str:
    return "{" + ",".join(f'"{name}"' for name in sorted(names)) + "}"


def _fields(changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    for change in changes:
        thing = change.before or change.after
        assert thing is not None
        for name in change.fields or ("missing" if change.after is None else "not declared",):
            yield thing.KIND, name


def deviations(changes: tuple[Change, ...]) -> Iterator[str]:
    """What the validation script must say of these."""
    for change in folded(changes):
        yield from change.fields
        if not change.fields:
            yield from ("missing" for _ in [change.before] if change.before is not None)
            yield from ("not declared" for _ in [change.after] if change.after is not None)


def run(
    url: str, scope: Scope, script: str, *, choose: Callable[[list[Mutant]], list[Mutant]] = lambda found: found
) -> Score:
    """Return the score of a database whose validation script passes on it."""
    score = Score()
    with psycopg.connect(url, prepare_threshold=None) as connection:
        bench = Bench(connection, scope, script)
        assert bench.validate() == "", bench.validate()
        for mutant in choose(list(bench.mutants(operators()))):
            bench.put(mutant, score)
        connection.rollback()
    return score


def by_operator(mutants: Iterable[Mutant]) -> dict[str, list[Mutant]]:
    groups: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        groups[mutant.operator].append(mutant)
    return groups
