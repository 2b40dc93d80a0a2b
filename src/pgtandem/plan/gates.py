"""Questions to the rows before anything is done: what they must not answer, or the plan would fail half-way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pgtandem.kinds import Column, Constraint, Enum, Index
from pgtandem.kinds.retyping import may_refuse
from pgtandem.model.finding import Finding
from pgtandem.model.key import Key, literal, qualified, quote
from pgtandem.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from psycopg import Connection

    from pgtandem.model.change import Change
    from pgtandem.model.step import Sides
    from pgtandem.model.thing import Thing

# What pg_get_constraintdef() prints; of names that need quotes nothing is asked.
_CHECK = re.compile(r"CHECK (?P<condition>\(.*\))(?: NO INHERIT)?\Z", re.DOTALL)
_UNIQUE = re.compile(r"(?:PRIMARY KEY|UNIQUE)(?P<nulls> NULLS NOT DISTINCT)? \((?P<columns>[a-z0-9_, ]+)\)")
_FOREIGN = re.compile(
    r"FOREIGN KEY \((?P<columns>[a-z0-9_, ]+)\) REFERENCES (?P<table>[a-z0-9_.]+)\((?P<others>[a-z0-9_, ]+)\)"
)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z|.*\)\Z")
_IS_INPUT = 16
_PATIENCE = "2s"


class Gate(NamedTuple):
    """How many rows stand in the way of what is to become of an object."""

    about: str
    relation: Key
    sql: str


def gates(sides: Sides, changes: Iterable[Change]) -> tuple[Gate, ...]:
    """Return the questions that the changes raise about the rows of tables that are there."""
    changes = tuple(changes)
    columns = {change.key for change in changes if isinstance(change.after or change.before, Column)}
    return tuple(
        gate for change in changes if change.after for gate in _of_change(change.before, change.after, sides, columns)
    )


def _of_change(before: Thing | None, after: Thing, sides: Sides, columns: AbstractSet[Key]) -> Iterator[Gate]:
    if isinstance(after, Enum) and isinstance(before, Enum):
        yield from _of_labels(before, after, sides)
    relation, sql = after.relation, None
    if relation is None or relation not in sides.before.things:
        return
    if isinstance(after, Column):
        sql = _of_column(before if isinstance(before, Column) else None, after, sides)
    # Of a column that comes or changes first nothing can be asked yet.
    elif _rule(before) != _rule(after) and not any(
        need in columns and need.path[:2] == relation.path for need in sides.after.needs.get(after.key, ())
    ):
        sql = _of_rule(after, sides)
    if sql is not None:
        yield Gate(after.label, relation, sql)


def _rule(thing: Thing | None) -> object:
    """Return what an object asks of rows."""
    return getattr(thing, "definition", None) or thing


def _of_labels(before: Enum, after: Enum, sides: Sides) -> Iterator[Gate]:
    gone = [label for label in before.labels if label not in after.labels]
    for column in sides.before if gone else ():
        if isinstance(column, Column) and column.type == before.target() and column.key in sides.after.things:
            table, relation = qualified(column.schema, column.table), Key("relation", (column.schema, column.table))
            labels = ", ".join(map(literal, gone))
            yield Gate(
                after.label, relation, f"SELECT count(*) FROM {table} WHERE {quote(column.name)}::text IN ({labels})"
            )


def in_the_way(connection: Connection, asked: Sequence[Gate]) -> Outcome:
    """Ask, and say what stands in the way; nobody is waited for who keeps a table for himself."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    outcome = Outcome()
    connection.execute(f"SET search_path = ''; SET lock_timeout = '{_PATIENCE}'".encode())
    for gate in asked:
        try:
            number = connection.execute(gate.sql.encode()).fetchall()[0][0]
        except psycopg.errors.LockNotAvailable:
            table = qualified(*gate.relation.path)
            outcome += Outcome(not_checked=(f"{gate.about}: the rows of {table}, which somebody keeps locked",))
            continue
        outcome += Outcome(findings=(_finding(gate, number),) if number else ())
    kept = len(asked) - len(outcome.not_checked)
    done = f"rows: {kept} questions to them, and none is in the way"
    return outcome + Outcome(checked=(done,) if kept and not outcome.findings else ())


def _finding(gate: Gate, number: int) -> Finding:
    return Finding(
        rule="rows-in-the-way",
        level="error",
        about=gate.about,
        message=f"{number} of the rows of {qualified(*gate.relation.path)} are against it",
        remedy=f"nothing was changed; mend what this counts: {gate.sql}",
    )


def _of_rule(rule: Thing, sides: Sides) -> str | None:
    if isinstance(rule, Constraint):
        return _of_constraint(rule, sides)
    if isinstance(rule, Index) and rule.unique and all(map(_PLAIN.match, rule.columns)):
        return _repeated(qualified(rule.schema, rule.table), rule.columns, rule.where, nulls=rule.nulls_not_distinct)
    return None


def _of_column(before: Column | None, after: Column, sides: Sides) -> str | None:
    table, name = qualified(after.schema, after.table), quote(after.name)
    if before is None:
        needed = not after.nullable and after.default is None and not after.identity and not after.inherited
        return f"SELECT count(*) FROM {table}" if needed and not after.of_partition else None
    wrong = [f"{name} IS NULL"] if before.nullable and not after.nullable else []
    if (sides.before.server or _IS_INPUT) >= _IS_INPUT and may_refuse(before.type, after.type):
        # https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-VALIDITY
        wrong.append(f"NOT pg_catalog.pg_input_is_valid({name}::text, {literal(after.type)})")
    return f"SELECT count(*) FROM {table} WHERE {' OR '.join(wrong)}" if wrong else None


def _of_constraint(constraint: Constraint, sides: Sides) -> str | None:
    table = qualified(constraint.schema, constraint.table)
    if check := _CHECK.match(constraint.definition):
        return f"SELECT count(*) FROM {table} WHERE NOT {check['condition']}"
    if key := _UNIQUE.match(constraint.definition):
        return _repeated(table, key["columns"].split(", "), None, nulls=bool(key["nulls"]))
    reference = _FOREIGN.match(constraint.definition)
    if reference is None or constraint.definition.endswith((" NOT VALID", " NOT ENFORCED")):
        return None
    if Key("relation", constraint.refers) not in sides.before.things:
        return f"SELECT count(*) FROM {table} WHERE {_all(reference['columns'].split(', '), '{} IS NOT NULL')}"
    pairs = zip(reference["columns"].split(", "), reference["others"].split(", "), strict=True)
    same = " AND ".join(f"o.{other} = t.{column}" for column, other in pairs)
    there = f"SELECT FROM {reference['table']} o WHERE {same}"
    filled = _all(reference["columns"].split(", "), "t.{} IS NOT NULL")
    return f"SELECT count(*) FROM {table} t WHERE {filled} AND NOT EXISTS ({there})"


def _repeated(table: str, columns: Iterable[str], where: str | None, *, nulls: bool) -> str:
    parts = tuple(f"({column})" for column in columns)
    filters = [*([] if nulls else [_all(parts, "{} IS NOT NULL")]), *([f"({where})"] if where else [])]
    rows = f"SELECT FROM {table}{' WHERE ' if filters else ''}{' AND '.join(filters)}"
    return f"SELECT count(*) FROM ({rows} GROUP BY {', '.join(parts)} HAVING count(*) > 1) AS repeated"


def _all(columns: Iterable[str], form: str) -> str:
    return " AND ".join(form.format(column) for column in columns)
