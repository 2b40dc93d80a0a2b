"""Has PostgreSQL resolve what is declared and what functions with a text for a body do, in a clone made for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.model.key import qualified, quote
from pgtandem.prove.access import COMMANDS, EVERYONE, USER
from pgtandem.prove.logic.straight import expression
from pgtandem.prove.standing import ROW, way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from pgtandem.prove.access import Access, Command, Identity, Name, Path, Rule, TableAccess
    from pgtandem.prove.shape import Shape
    from pgtandem.sources.resolved.facts import Function

SCHEMA = "pgtandem_questions"
_QUERY = re.compile(r"\A\s*BEGIN\s+RETURN\s+QUERY\s+(?P<query>[^;]+);\s*(?:RETURN\s*;\s*)?END\s*;?\s*\Z", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whom a rule lets do something: `view` has one column that says so for each row of the relation."""

    identity: str
    relation: Name
    command: Command
    rule: int
    view: str


def ask(connection: Connection, access: Access, shape: Shape) -> tuple[tuple[Question, ...], dict[str, str]]:
    """Make a view of each rule of each table; return them, and why one cannot be made by the name of its view."""
    connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
    questions: list[Question] = []
    failures: dict[str, str] = {}
    for identity in access.identities.values():
        for table in access.tables.values():
            for command in COMMANDS:
                for number, rule in enumerate(table.rules.get(command, ())):
                    view = f"q{len(questions)}"
                    questions.append(
                        Question(identity=identity.name, relation=table.name, command=command, rule=number, view=view)
                    )
                    allowed = condition(access, shape, table, rule, identity)
                    failure = _view(connection, view, allowed, table.name)
                    if failure:
                        failures[view] = failure
    return tuple(questions), failures


def _view(connection: Connection, view: str, allowed: str, relation: Name) -> str | None:
    return _attempt(
        connection,
        f"CREATE VIEW {SCHEMA}.{view} AS SELECT ({allowed})::boolean AS allowed FROM {qualified(*relation)} {ROW}",
    )


def _attempt(connection: Connection, statement: str) -> str | None:
    """Run a statement; return what the server has against it."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    try:
        with connection.transaction():
            connection.execute(statement.encode())
    except psycopg.errors.Error as error:
        if error.sqlstate is None:
            raise
        return error.diag.message_primary
    return None


def condition(access: Access, shape: Shape, table: TableAccess, rule: Rule, identity: Identity) -> str:
    """Return the SQL that is true of the rows that the rule gives somebody of this identity."""
    parts = []
    for who in rule.by:
        each = (_stands(access, shape, table, name, identity) for name in who.names)
        stands = " AND ".join(f"({standing})" for standing in each)
        parts.append(f"({stands}) AND ({who.where})" if who.where else stands)
    return " OR ".join(f"({part})" for part in parts) or "false"


def _stands(access: Access, shape: Shape, table: TableAccess, name: str, identity: Identity) -> str:
    if name in {EVERYONE, identity.name} or (name == USER and identity.id):
        return "true"
    if not identity.id:
        return "false"
    if name in table.people:
        return _is(table.people[name], identity, shape)
    group_name, _, level = name.partition(".")
    group = access.groups.get(group_name)
    if group is None or level not in group.levels:
        return "false"
    same = [f"member.{quote(group.member_user)} = {identity.id}", f"({group.levels[level]})"]
    if group.key is not None:
        columns = ", ".join(f"member.{quote(column)}" for column in group.member_key)
        same.append(f"({columns}) = {way(table.groups[group_name], shape)}")
    return f"EXISTS (SELECT FROM {qualified(*group.members)} member WHERE {' AND '.join(same)})"


def _is(path: Path, identity: Identity, shape: Shape) -> str:
    return f"{way(path, shape)} = {identity.id}"


def shadows(connection: Connection, wanted: Iterable[Function]) -> Mapping[int, str]:
    """Give each function that is one query in text a double with a resolved body; return their names by oid.

    Where the text is more than one query there is no double (https://www.postgresql.org/docs/current/sql-createfunction.html).
    """
    made = {}
    for function in wanted:
        body = None if function.body else _body(function)
        if body is None:
            continue
        name = f"f{function.oid}"
        found = connection.execute(
            "SELECT pg_get_function_arguments(%s), pg_get_function_result(%s)", (function.oid, function.oid)
        ).fetchone()
        assert found is not None  # noqa: S101 - the function was just read
        path = next((s.partition("=")[2] for s in function.settings if s.startswith("search_path=")), "public")
        connection.execute("SELECT set_config('search_path', %s, false)", ("" if path == '""' else path,))
        statement = (
            f"CREATE FUNCTION {SCHEMA}.{name}({found[0]}) RETURNS {found[1]} LANGUAGE sql BEGIN ATOMIC {body}; END"
        )
        if _attempt(connection, statement) is None:
            made[function.oid] = name
        connection.execute("SET search_path = ''")
    return made


def _body(function: Function) -> str | None:
    source = _COMMENT.sub(" ", function.source).strip()
    if function.language == "sql":
        query = source.rstrip("; \n\t")
        return query if ";" not in query and query[:6].upper() in {"SELECT", "WITH A"} else None
    if function.language == "plpgsql":
        if query_of := _QUERY.match(source):
            return query_of["query"]
        value = expression(source)
        return value and f"SELECT {value}"
    return None
