"""The laws that hold for every case of every kind, in both directions; a case is a folder of data.

`before.sql` and `after.sql` are loaded into empty databases; `expect.txt` says what the comparison must name.
"""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.diff import diff, folded
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.validation_script import validation_script
from pgtandem.errors import NoWayError
from pgtandem.kinds import KINDS
from pgtandem.kinds.scope import Scope
from pgtandem.model.thing import compared_fields, label_of
from pgtandem.plan import file, goal, plan
from pgtandem.plan.apply import apply
from pgtandem.plan.reach import reach
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.address import parameters_of
from pgtandem.scratch.statements import next_statement
from pgtandem.sources import live, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.change import Change

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/before.sql"))
ROLES = (HERE / "roles.sql").read_text(encoding="utf-8")
SIDES = ("before", "after")
PLAIN = PLATFORMS["none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    url: str
    catalog: Catalog
    production: str
    validation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    folder: Path
    server: scratch.Server
    before: Side
    after: Side

    def side(self, name: str) -> Side:
        return self.before if name == "before" else self.after


def case_name(folder: Path) -> str:
    return folder.relative_to(HERE).as_posix()


def lacking(folder: Path, server: scratch.Server) -> str:
    """Return what the server lacks for the case, which says in its first line `-- PostgreSQL 18 with ICU`."""
    found = re.match(r"-- PostgreSQL (\d+)( with ICU)?\n", (folder / "before.sql").read_text(encoding="utf-8"))
    if found and int(found[1]) > server.major:
        return f"PostgreSQL {server.major} knows nothing of the kind"
    wanted = re.findall(
        r'^CREATE EXTENSION "?([\w-]+)', (folder / "before.sql").read_text(encoding="utf-8"), re.MULTILINE
    )
    with psycopg.connect(server.url) as connection:
        for (name,) in connection.execute(
            "SELECT w FROM unnest(%s::text[]) w WHERE w NOT IN (SELECT name FROM pg_available_extensions)", (wanted,)
        ):
            return f"this PostgreSQL has no extension {name}"
    if found and found[2]:
        with psycopg.connect(server.url) as connection:
            if connection.execute("SELECT FROM pg_collation WHERE collname = 'und-x-icu'").rowcount == 0:
                return "this PostgreSQL was built without ICU"
    return ""


def create_tablespace(server: scratch.Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_tablespace WHERE spcname = 'elsewhere'").rowcount == 0:
            connection.execute("SET allow_in_place_tablespaces = on")
            connection.execute("CREATE TABLESPACE elsewhere LOCATION ''")


def load_side(url: str, folder: Path, name: str) -> Side:
    scratch.load(url, ROLES, path="roles.sql")
    scratch.load(url, (folder / f"{name}.sql").read_text(encoding="utf-8"), path=f"{folder.name}/{name}.sql")
    catalog = live.read(url)
    return Side(
        url=url,
        catalog=catalog,
        production=render(production_sql(catalog, platform=PLAIN)),
        validation=render(validation_script(catalog, scope=Scope())),
    )


# A handful of cases that meet most of what differs between versions; all others are for the long run.
OF_VERSIONS = {"column/types", "constraint/checks", "grant/of_everything", "partition/forms", "view/forms"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        slow = "servers" in metafunc.fixturenames
        params = [
            pytest.param(folder, marks=pytest.mark.slow if slow and case_name(folder) not in OF_VERSIONS else ())
            for folder in CASES
        ]
        metafunc.parametrize("case", params, ids=list(map(case_name, CASES)), indirect=True, scope="module")


@pytest.fixture(scope="module")
def case(request: pytest.FixtureRequest, server: scratch.Server) -> Iterator[Case]:
    folder: Path = request.param
    if reason := lacking(folder, server):
        pytest.skip(reason)
    create_tablespace(server)
    with scratch.database(server) as before, scratch.database(server) as after:
        yield Case(
            folder=folder,
            server=server,
            before=load_side(before, folder, "before"),
            after=load_side(after, folder, "after"),
        )


def said(changes: tuple[Change, ...]) -> list[str]:
    return sorted(
        f"{'+' if change.before is None else '-' if change.after is None else '~'} {change.label}"
        + (f": {', '.join(sorted(change.fields))}" if change.fields else "")
        for change in changes
    )


def expected(folder: Path) -> list[str]:
    return sorted(line for line in (folder / "expect.txt").read_text(encoding="utf-8").split("\n") if line)


def assert_same(one: Catalog, other: Catalog) -> None:
    assert said(diff(one, other)) == []
    assert one.fingerprint() == other.fingerprint()


def validate(url: str, script: str, *, role: str | None = None) -> str:
    """Run the script in a transaction that may only read, and return what it fails with."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = on")
        if role is not None:
            connection.execute("SELECT set_config('role', %s, false)", (role,))
        try:
            connection.execute(script.encode())
        except psycopg.errors.RaiseException as error:
            return str(error.diag.message_primary)
        return ""


def test_comparison_names_exactly_what_differs(case: Case) -> None:
    if os.environ.get("PGTANDEM_REWRITE"):
        lines = said(folded(diff(case.before.catalog, case.after.catalog)))
        (case.folder / "expect.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert said(folded(diff(case.before.catalog, case.after.catalog))) == expected(case.folder)
    turned = [
        line.translate(str.maketrans("+-", "-+", "")) if line[0] in "+-" else line for line in expected(case.folder)
    ]
    assert [line[0] for line in said(folded(diff(case.after.catalog, case.before.catalog)))] == sorted(
        line[0] for line in turned
    )


@pytest.mark.parametrize("name", SIDES)
def test_everything_is_modelled(case: Case, name: str) -> None:
    assert case.side(name).catalog.unmodelled == ()


@pytest.mark.parametrize("name", SIDES)
def test_a_snapshot_is_the_catalog(case: Case, name: str) -> None:
    catalog = case.side(name).catalog
    assert_same(catalog, catalog)
    text = snapshot.dump(catalog)
    again = snapshot.load(text)
    assert_same(catalog, again)
    assert dict(again.needs) == dict(catalog.needs)
    assert snapshot.dump(again) == text


@pytest.mark.parametrize("name", SIDES)
def test_production_sql_gives_the_catalog_and_puts_back_what_was_dropped(case: Case, name: str) -> None:
    side = case.side(name)
    with scratch.database(case.server) as url:
        scratch.load(url, side.production, path="production.sql")
        assert_same(side.catalog, live.read(url))
        scratch.load(url, side.production, path="production.sql")
        assert_same(side.catalog, live.read(url))
        drop_some(url, side.catalog, chance_of(case, name, 0))
        scratch.load(url, side.production, path="production.sql")
        assert_same(side.catalog, live.read(url))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 9))])
def test_production_sql_completes_what_was_begun(case: Case, seed: int) -> None:
    name = SIDES[seed % 2]
    side = case.side(name)
    with scratch.database(case.server) as url:
        begin(url, side.production, chance_of(case, name, seed))
        scratch.load(url, side.production, path="production.sql")
        assert_same(side.catalog, live.read(url))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 9))
def test_production_sql_puts_back_whatever_was_dropped(case: Case, seed: int) -> None:
    name = SIDES[seed % 2]
    side = case.side(name)
    with scratch.database(case.server) as url:
        scratch.load(url, side.production, path="production.sql")
        drop_some(url, side.catalog, chance_of(case, name, seed))
        scratch.load(url, side.production, path="production.sql")
        assert_same(side.catalog, live.read(url))


def chance_of(case: Case, name: str, seed: int) -> random.Random:
    return random.Random(f"{case.folder.name} {name} {seed}")  # noqa: S311 - a choice that can be repeated


def begin(url: str, production: str, chance: random.Random) -> None:
    """Run a random choice of the statements, one by one; some fail, as what they need is missing."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements(production):
            if chance.random() < 0.5:
                try_statement(connection, statement)


# An attribute comes back at the end of its type. When partitions lose their parent, its NOT NULL constraints cannot
# have the same names as theirs again.
STAYING = ("attribute", "partition")


def drop_some(url: str, catalog: Catalog, chance: random.Random) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for thing in sorted(catalog, key=lambda thing: thing.key):
            if chance.random() < 0.3 and thing.KIND not in STAYING:
                for statement in thing.drop():
                    try_statement(connection, statement)


def try_statement(connection: psycopg.Connection, statement: str) -> None:
    try:
        connection.execute(statement.encode())
    except psycopg.DatabaseError as error:
        # What others depend on stays; but no statement is badly written.
        if error.sqlstate is None or error.sqlstate.startswith(("XX", "42601", "08")):
            raise


def statements(production: str) -> list[str]:
    found, position = [], 0
    while (statement := next_statement(production, position)) is not None:
        position = statement.end
        text = production[statement.start : statement.end]
        if text.strip(" ;\n") not in ("BEGIN", "COMMIT"):
            found.append(text.replace("SET LOCAL", "SET", 1) if text.startswith("SET LOCAL") else text)
    return found


@pytest.mark.parametrize("name", SIDES)
def test_validation_passes_on_what_it_was_written_from(case: Case, name: str) -> None:
    side = case.side(name)
    assert validate(side.url, side.validation) == ""
    assert validate(side.url, side.validation, role="rightless") == ""


def test_validation_names_every_deviation(case: Case) -> None:
    for side, other in ((case.before, case.after), (case.after, case.before)):
        report = validate(other.url, side.validation)
        wanted = list(deviations(side.catalog, other.catalog))
        missing = [line for line in wanted if f"\n  {line}" not in report]
        assert missing == [], report
        assert report.startswith(f"❌ Schema validation failed, deviations: {len(wanted)}\n" if wanted else ""), report


def deviations(declared: Catalog, there: Catalog) -> Iterator[str]:
    """Return what the validation script must say, up to the two values."""
    for change in folded(diff(declared, there)):
        yield from (f"{change.before.label}: {name}: expected " for name in change.fields if change.before)
        if not change.fields and change.before is not None:
            yield f"{change.before.label}: missing: expected "
        if not change.fields and change.after is not None:
            yield f"{change.after.label}: not declared: expected nothing, found "


def test_every_major_version_agrees(case: Case, servers: scratch.Server) -> None:
    """What another version reads is the same, its files work here and the files of this one there."""
    if reason := lacking(case.folder, servers):
        pytest.skip(reason)
    create_tablespace(servers)
    for name in SIDES:
        here = case.side(name)
        with scratch.database(servers) as url:
            there = load_side(url, case.folder, name)
            assert_same(here.catalog, there.catalog)
            assert validate(url, here.validation) == ""
            assert validate(here.url, there.validation) == ""
        for server, side in ((servers, here), (case.server, there)):
            with scratch.database(server) as url:
                scratch.load(url, side.production, path="production.sql")
                assert_same(side.catalog, live.read(url))


# What PostgreSQL has no statement for, and what is still to be done.
NOT_PLANNED = {
    "partition/forms": "indexes and constraints of partitions that go with those of their parents",
    "partition/moved-before": "triggers of partitions that go with those of their parents",
}
# What no statement brings about, and the error says so.
NO_WAY = {"table/inherited"}


@pytest.mark.parametrize("start", SIDES)
def test_a_plan_applied_to_one_side_gives_the_other(case: Case, start: str, request: pytest.FixtureRequest) -> None:
    reason = NOT_PLANNED.get(case_name(case.folder)) or NOT_PLANNED.get(f"{case_name(case.folder)}-{start}")
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    one, other = (case.before, case.after) if start == "before" else (case.after, case.before)
    if case_name(case.folder) in NO_WAY:
        with pytest.raises(NoWayError, match="Write them inside"):
            plan(one.catalog, other.catalog)
        return
    written = file.dump(plan(one.catalog, other.catalog))
    with scratch.database(case.server, template=parameters_of(one.url)["dbname"]) as url:
        apply(url, file.load(written))
        there = live.read(url)
        assert said(diff(there, other.catalog)) == []
        assert plan(there, other.catalog).steps == ()


UNSEEN = {
    ("row security", "the object"): "it goes with its table",
    ("extension", "version"): "the server decides on it; it has a test of its own",
    ("index", "valid"): "an index that cannot be used is nothing to bring about; it has a test of its own",
    ("constraint", "index_valid"): "the same",
    ("range type", "canonical"): "such a function can only be written in C",
    ("collation", "rules"): "they need ICU, which not every server has",
    ("collation", "deterministic"): "the same",
}


@pytest.mark.parametrize("start", SIDES)
def test_a_plan_is_the_same_without_what_is_out_of_its_reach(
    case: Case, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case_name(case.folder) in NO_WAY:
        pytest.skip("there is no plan")
    monkeypatch.setattr("pgtandem.plan.reach._LARGE", 0)
    one, other = (case.before, case.after) if start == "before" else (case.after, case.before)
    found = plan(one.catalog, other.catalog)
    within = reach(found, one.catalog, goal(one.catalog, other.catalog))
    assert within is not None
    assert plan(one.catalog.where(within), other.catalog.where(within)).segments == found.segments


def test_every_field_of_every_kind_differs_in_a_case() -> None:
    prefixes = sorted(((label_of(kind).partition("{")[0], kind) for kind in KINDS), key=lambda item: -len(item[0]))
    seen: dict[str, set[str]] = {kind.KIND: set() for kind in KINDS}
    for line in (line for folder in CASES for line in expected(folder)):
        kind = next(kind for prefix, kind in prefixes if line[2:].startswith(prefix))
        seen[kind.KIND].update(line.rpartition(": ")[2].split(", ") if line[0] == "~" else ["the object"])
    wanted = {(kind.KIND, name) for kind in KINDS for name in ("the object", *compared_fields(kind))}
    assert wanted - {(kind, name) for kind, names in seen.items() for name in names} == UNSEEN.keys()
