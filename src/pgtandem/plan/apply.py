"""Runs the statements of a plan on a database; nothing is retried, backed up or rolled back beyond a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.errors import ServerError
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.loading import become

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection

    from pgtandem.model.step import Step
    from pgtandem.plan.plan import Plan, Segment

SETTINGS = (
    # Every name in the steps says its schema; function bodies may name what comes later.
    "SET search_path = ''",
    "SET check_function_bodies = off",
    # timestamp becomes timestamptz without a rewrite in this time zone alone.
    "SET timezone = 'UTC'",
)
"""What a session needs before it runs the steps of a plan."""


def apply(url: str, plan: Plan, *, role: str | None = None) -> None:
    """Run all steps, as `role` if one is given; raise ServerError at the first one that PostgreSQL refuses."""
    with connect(url) as connection:
        prepare(connection, role)
        for segment in plan.segments:
            run(connection, segment)


def prepare(connection: Connection, role: str | None) -> None:
    """Make the connection one that can run the steps of a plan."""
    if role is not None:
        become(connection, role)
    for setting in SETTINGS:
        connection.execute(setting.encode())


def run(
    connection: Connection, segment: Segment, *, around: Callable[[Callable[[], None]], None] | None = None
) -> None:
    """Run one segment on a connection in autocommit mode; `around` does the work of a transaction, and may look on."""
    transactional = segment.transactional
    if transactional:
        connection.execute("BEGIN")

    def work() -> None:
        for step in segment.steps:
            _run(connection, step, in_transaction=transactional)

    around(work) if around is not None else work()
    if transactional:
        connection.execute("COMMIT")


def _run(connection: Connection, step: Step, *, in_transaction: bool) -> None:
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    try:
        connection.execute(step.sql.encode())
    except psycopg.Error as error:
        if in_transaction and not connection.broken:
            connection.execute("ROLLBACK")
        raise ServerError(f"{step.about}: {error.diag.message_primary}\n    {step.sql}") from error
