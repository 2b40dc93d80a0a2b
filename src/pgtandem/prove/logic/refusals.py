"""Asks PostgreSQL which statements of a client it refuses before it has looked at any row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.key import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.prove.access import Command
    from pgtandem.prove.bench import Session
    from pgtandem.sources.resolved.facts import Relation, Role

_NO_PRIVILEGE, _POLICIES_IN_A_CIRCLE = "42501", "42P17"


class Refusals:
    """What the server of a clone refuses, whatever the rows are."""

    def __init__(self, session: Session) -> None:
        """The session may act as the clients."""
        self._session = session

    def why(self, relation: Relation, role: Role, command: Command, columns: tuple[int, ...]) -> str | None:
        """Return why the role can do nothing of the sort with any of the columns, None where it may be able to."""
        refusals = []
        for statement in _least(relation, command, [quote(relation.column(number)) for number in columns]):
            refusal = self._refusal(role, statement)
            if refusal is None:
                return None
            refusals.append(refusal)
        return next(iter(refusals), None)

    def _refusal(self, role: Role, statement: str) -> str | None:
        """Return what the server has against starting the statement; what a function says once it runs is no refusal.

        EXPLAIN prepares what a statement calls and reads, with the checks of privileges that belong to it, and goes no
        further (https://www.postgresql.org/docs/current/sql-explain.html). Of what is left to see of its calls a
        policy keeps none that do not matter: in `true OR f()` nobody needs the privilege to call f.
        """
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        try:
            with self._session.transaction(force_rollback=True):
                self._session.execute(f"SET LOCAL ROLE {quote(role.name)}")
                self._session.execute(f"EXPLAIN {statement}")
        except psycopg.errors.Error as error:
            of_the_statement = error.diag.context is None
            known = error.sqlstate in {_NO_PRIVILEGE, _POLICIES_IN_A_CIRCLE}
            return error.diag.message_primary if known and of_the_statement else None
        return None


def _least(relation: Relation, command: Command, columns: list[str]) -> Iterator[str]:
    """Yield the statements that ask for least: where all of them are refused, so is every other one."""
    target = relation.target
    if command == "insert":
        nothing = ", ".join("NULL" for _ in columns)
        yield f"INSERT INTO {target} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE VALUES ({nothing})"
    elif command == "delete":
        yield f"DELETE FROM {target}"
    else:
        yield from (
            f"SELECT {column} FROM {target}" if command == "read" else f"UPDATE {target} SET {column} = NULL"
            for column in columns
        )
