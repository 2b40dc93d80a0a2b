"""What policies cost at scale: each reading is timed against the same rows found by hand, among many of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgtandem.model.finding import Finding
from pgtandem.model.key import literal, quote
from pgtandem.model.outcome import Outcome
from pgtandem.prove.bench import prover
from pgtandem.prove.laboratory import enter
from pgtandem.prove.proof import prepared
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

    from pgtandem.platform import Platform
    from pgtandem.prove.access import Access, Name
    from pgtandem.prove.shape import Column, Relation
    from pgtandem.prove.standing import Actor
    from pgtandem.prove.world import World

ROWS = 50_000
_GROUPS, _LIMIT = 1000, 60
_RATIO, _MILLISECONDS = 1.5, 1.0
"""What is slower than by hand by this factor, and by this time, is reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How long one actor's reading of a table takes, in milliseconds, and how the server goes about it."""

    actor: str
    by_policy: float
    by_hand: float
    plan: str

    @property
    def is_slow(self) -> bool:
        """Whether the policies cost more than they must."""
        return self.by_policy > self.by_hand * _RATIO and self.by_policy > self.by_hand + _MILLISECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """The statements that make it faster and are proved to change nothing else, and what could not be proved."""

    statements: tuple[str, ...] = ()
    unproved: tuple[str, ...] = ()


def measure(
    url: str, access: Access, platform: Platform, say: Callable[[str], None], *, mend: Callable[[str, Name], Mended]
) -> Outcome:
    """Return where policies are slow on a clone full of rows; `mend` tries there what would be faster."""
    # What policies call is as little ours here as in the experiment.
    with (
        prepared(url, access, platform) as (laboratory, world),
        prover(url, access.roles, patience=2 * _LIMIT) as own,
        connect(own) as connection,
    ):
        connection.execute(f"SET statement_timeout = '{_LIMIT}s'".encode())
        relations = [r for r in laboratory.shape.relations.values() if r.kind == "r" and not r.of_platform and r.key]
        gaps = {relation.label: why for relation in relations if (why := _grow(connection, relation))}
        connection.execute("ANALYZE")
        actors = [actor for actor in world.actors if actor.name in {"owner", *(a.name for a in world.actors[-1:])}]
        found, timed = [], 0
        for relation in (each for each in relations if each.row_security and each.label not in gaps):
            say(f"{relation.label}: read with {ROWS} rows")
            readings = [each for actor in actors if (each := _reading(connection, relation, actor, world)) is not None]
            timed += len(readings)
            slow = max(readings, key=lambda reading: reading.by_policy, default=None)
            if slow is not None and slow.is_slow:
                mended = mend(url, relation.name)
                actor = next(actor for actor in actors if actor.name == slow.actor)
                then = _reading(connection, relation, actor, world) if mended.statements else None
                found.append(_finding(relation, slow, mended, then))
    return Outcome(
        findings=tuple(found),
        checked=(f"{timed} readings of tables with {ROWS} rows against the same rows found by hand",),
        not_checked=tuple(f"how fast {label} is read: {why}" for label, why in gaps.items()),
    )


def _finding(relation: Relation, slow: Reading, mended: Mended, then: Reading | None) -> Finding:
    faster = then is not None and then.by_policy < slow.by_policy / _RATIO
    remedy = "index what the policy compares, ask once for what is the same for all rows (SELECT ...), or declare less"
    if then is not None and faster:
        remedy = "\n".join([*mended.statements, f"-- the same rows, as is proved, in {then.by_policy:.1f} ms"])
    elif mended.unproved:
        remedy += f"; not offered, because it is not proved to be the same: {'; '.join(mended.unproved)}"
    ratio = slow.by_policy / max(slow.by_hand, 0.01)
    return Finding(
        rule="access-slow",
        level="warning",
        about=relation.label,
        message=f"{slow.actor} reads it in {slow.by_policy:.1f} ms where {slow.by_hand:.1f} ms would do "
        f"({ratio:.0f} times) with {ROWS} rows: {slow.plan}",
        remedy=remedy,
    )


def _reading(connection: Connection, relation: Relation, actor: Actor, world: World) -> Reading | None:
    """Time the actor's reading; None where it reads nothing, or may not."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    key = ", ".join(map(quote, relation.key))
    asked = f"SELECT {key} FROM {relation.sql}"
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(enter(actor).encode())
            seen = connection.execute(asked.encode()).fetchall()
            by_policy, plan = _timed(connection, asked)
    except psycopg.Error:
        return None
    if not seen or len(seen) > ROWS / 2:
        return None
    by_hand = min(_timed(connection, f"{asked} WHERE {where}")[0] for where in _by_hand(relation, seen, actor, world))
    return Reading(actor=actor.name, by_policy=by_policy, by_hand=by_hand, plan=plan)


def _by_hand(relation: Relation, seen: list[Any], actor: Actor, world: World) -> Iterator[str]:
    """Yield the conditions that find the rows without policies: by their keys, and by whose they are."""
    by_name = {column.name: column.type for column in relation.columns}
    types = [by_name[name] for name in relation.key]
    rows = ", ".join(
        f"({', '.join(f'{literal(str(v))}::{type_}' for v, type_ in zip(row, types, strict=True))})" for row in seen
    )
    yield f"({', '.join(map(quote, relation.key))}) IN (VALUES {rows})"
    table = world.filler.access.tables.get(relation.name)
    owner = table.people.get("owner") if table else None
    if owner is not None and len(owner.steps) == 1 and actor.id is not None:
        yield f"{quote(owner.steps[0][1])} = {literal(actor.id)}"


def _timed(connection: Connection, query: str) -> tuple[float, str]:
    """Return the best of three executions, and what the plan does with the table."""
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) {query}"
    found = []
    for _ in range(3):
        row = connection.execute(explain.encode()).fetchone()
        found.append(row[0][0] if row else {})
    best = min(found, key=lambda plan: plan["Execution Time"])
    top = best["Plan"]
    filtered = f" with filter {top['Filter']}" if "Filter" in top else ""
    return float(best["Execution Time"]), f"{top['Node Type']}{filtered}"


# Rows of others


def _grow(connection: Connection, relation: Relation) -> str | None:
    """Fill the relation with copies of a row that have other keys; return why it cannot be done."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    values = {column.name: _grown(relation, column) for column in relation.columns if column.writable}
    alone = [u for u in relation.uniques if not u.partial and all(values[n].startswith("b.") for n in u.columns)]
    if alone:
        return f"no further values were found for {', '.join(alone[0].columns)}"
    names, listed = ", ".join(map(quote, values)), ", ".join(values.values())
    statement = (
        f"INSERT INTO {relation.sql} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {listed} FROM (SELECT * FROM {relation.sql} LIMIT 1) b, generate_series(1, {ROWS}) g"
    )
    try:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(statement.encode())
    except psycopg.Error as error:
        return error.diag.message_primary or "its rows are refused"
    return None


def _grown(relation: Relation, column: Column) -> str:
    """Return the value of a column in a further row: another one in keys, one of some in references, else the same."""
    uniques = [unique.columns for unique in relation.uniques if column.name in unique.columns]
    refers = any(column.name in key.columns for key in relation.foreign_keys)
    if not uniques and not refers:
        return f"b.{quote(column.name)}"
    alone = any(names[-1] == column.name for names in uniques)
    number = "g" if alone else f"(g % {_GROUPS})"
    made = {
        "uuid": f"('00000000-0000-4000-9000-' || lpad(to_hex({number}), 12, '0'))::uuid",
        "int4": f"(20000000 + {number})", "int8": f"(20000000 + {number})",
        "int2": f"(g % {_GROUPS})::int2" if not alone else "", "numeric": f"(20000000 + {number})",
        "text": f"('g' || {number})", "varchar": f"('g' || {number})", "citext": f"('g' || {number})",
        "timestamptz": f"(b.{quote(column.name)} + {number} * interval '1 second')",
        "date": f"(b.{quote(column.name)} + {number})",
    }  # fmt: skip
    return made.get(column.base) or f"b.{quote(column.name)}"
