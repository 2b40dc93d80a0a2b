"""Derives every change of one object from a database, and asks for each whether it is noticed.

An operator is a query in `operators/`: it gives what it changes and the statements that do so, from PostgreSQL's own
catalogs and not from the model that is put to the test. Each mutant is applied in a transaction that is rolled back.

Where an operator was seen to change some kinds of objects, its next mutants are first looked for among these alone; one
that is not found there exactly as it should be is put to the whole script and the whole catalog.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from mutants.narrowed import narrowed
from pgtandem.diff import diff, folded
from pgtandem.kinds import searched
from pgtandem.model.catalog import Catalog
from pgtandem.model.thing import label_of
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.change import Change
    from pgtandem.model.key import Key
    from pgtandem.model.thing import Thing

OPERATORS = Path(__file__).parent / "operators"
# Rolled back mutants leave dead rows in the catalogs, and each statement after them looks at those too.
BATCH = 500
# So many mutants of an operator go to the parts of what they were seen to change before one goes to the whole again.
EVERY = 50
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
    kinds: dict[tuple[str, ...], set[type[Thing]]] = field(default_factory=lambda: defaultdict(set))
    narrow: Counter[str] = field(default_factory=Counter)
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
        self.tag, self.body = found[1], found[2]
        self.functions: dict[frozenset[type[Thing]] | None, str] = {}
        self._define(None)
        self.major = connection.info.server_version // 10000
        self.kinds = searched(scope)
        for kind in self.kinds:
            connection.execute(f'PREPARE "{kind.KIND}" AS {scope.apply(kind.READ)}'.encode())
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
        """The objects of these kinds, without what needs what."""
        things: dict[Key, Thing] = {}
        for kind in kinds:
            cursor = self.connection.execute(f'EXECUTE "{kind.KIND}"'.encode())
            names = tuple(column.name for column in cursor.description or ())
            things.update((thing.key, thing) for thing in live._things(kind, names, cursor.fetchall()))
        return Catalog(things=things, server=self.major)

    def changes(self, kinds: Collection[type[Thing]]) -> tuple[Change, ...]:
        return diff(self.before.where(lambda thing: type(thing) in kinds), self.read(kinds))

    def validate(self, kinds: frozenset[type[Thing]] | None = None) -> str:
        """What the script says, or the part of it that is about these kinds; nothing where it passes."""
        try:
            with self.connection.transaction():
                self.connection.execute(f"SELECT {self.functions[kinds]}()".encode())
        except psycopg.errors.RaiseException as error:
            return str(error.diag.message_primary)
        return ""

    def _define(self, kinds: frozenset[type[Thing]] | None) -> None:
        """The same text as a function: its plan is kept from one mutant to the next."""
        body = self.body if kinds is None else narrowed(self.body, {kind.KIND for kind in kinds})
        name = f"pg_temp.validate_{len(self.functions)}"
        self.connection.execute(
            f"CREATE FUNCTION {name}() RETURNS void LANGUAGE plpgsql AS {self.tag}{body}{self.tag}".encode()
        )
        self.functions[kinds] = name

    def put(self, mutant: Mutant, score: Score) -> None:
        """Apply the mutant, look, and take it back."""
        sort = (mutant.operator, *mutant.statements.split()[:2])
        seen = frozenset(score.kinds[sort])
        score.narrow[mutant.operator] += 1
        narrow = seen if score.narrow[mutant.operator] % EVERY else frozenset()
        if narrow and narrow not in self.functions:
            self._define(narrow)
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
                if not (narrow and self._found(score, narrow)):
                    self._look(mutant, score, sort)
            except psycopg.Error as error:
                score.survivors.append(mutant)
                score.disagreed.append(f"{mutant}\n    the catalogs cannot be read: {error}")

    def _found(self, score: Score, kinds: frozenset[type[Thing]]) -> bool:
        """Whether the comparison and the script find the mutant in these kinds, and find the same."""
        report, changes = self.validate(kinds), self.changes(kinds)
        found = bool(report and changes and agree(report, changes))
        if found:
            score.noticed += 1
            score.seen.update(_fields(changes))
        return found

    def _look(self, mutant: Mutant, score: Score, sort: tuple[str, ...]) -> None:
        report, changes = self.validate(), self.changes(self.kinds)
        if report and changes:
            score.noticed += 1
            score.operators.add(mutant.operator)
            score.kinds[sort] |= blamed(report, self.kinds)
            score.seen.update(_fields(changes))
            if not agree(report, changes):
                score.disagreed.append(f"{mutant}\n    {len(list(deviations(changes)))} by diff: {report}")
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


def agree(report: str, changes: tuple[Change, ...]) -> bool:
    wanted = len(list(deviations(changes)))
    return report.startswith(f"❌ Schema validation failed, deviations: {wanted}\n")


@contextmanager
def benched(url: str, scope: Scope, script: str) -> Iterator[Bench]:
    """A bench in a session and a transaction of its own, on catalogs without dead rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (SKIP_LOCKED)")
    with psycopg.connect(url, prepare_threshold=None) as connection:
        yield Bench(connection, scope, script)
        connection.rollback()


def run(
    url: str,
    scope: Scope,
    script: str,
    *,
    choose: Callable[[list[Mutant]], list[Mutant]] = lambda found: found,
    progress: Callable[[int, int, Score], None] = lambda _done, _all, _score: None,
) -> Score:
    """Return the score of a database whose validation script passes on it; `progress` is told before each mutant."""
    score = Score()
    with benched(url, scope, script) as bench:
        assert bench.validate() == "", bench.validate()
        mutants = choose(list(bench.mutants(operators())))
    for start in range(0, len(mutants), BATCH):
        with benched(url, scope, script) as bench:
            for number, mutant in enumerate(mutants[start : start + BATCH], start):
                progress(number, len(mutants), score)
                bench.put(mutant, score)
    return score


def by_operator(mutants: Iterable[Mutant]) -> dict[str, list[Mutant]]:
    groups: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        groups[mutant.operator].append(mutant)
    return groups
