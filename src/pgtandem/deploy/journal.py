"""The history of deployments, in the database itself: what was run, how far it came, and the schema before it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pgtandem.errors import ServerError

if TYPE_CHECKING:
    from psycopg import Connection

    from pgtandem.plan import Plan

SCHEMA = "pgtandem"
State = Literal["done", "rolled back", "stopped", "taken up"]
"""How a deployment ended: a stopped one, and one that is still "applying", is gone on with or undone; then the one that
does so has taken it up."""

_CREATE = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA};
    REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC;
    CREATE TABLE IF NOT EXISTS {SCHEMA}.deployment (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      undoes bigint REFERENCES {SCHEMA}.deployment,
      plan text NOT NULL,
      checksum text NOT NULL,
      before text NOT NULL,
      after text NOT NULL,
      declared text NOT NULL,
      segments integer NOT NULL,
      finished integer NOT NULL DEFAULT 0,
      state text NOT NULL DEFAULT 'applying'
        CHECK (state IN ('applying', 'done', 'rolled back', 'stopped', 'taken up')),
      backup text,
      by_user text NOT NULL DEFAULT session_user,
      by_host text NOT NULL,
      by_process integer NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      note text
    )
"""
_OPEN = "state IN ('applying', 'stopped')"
_READ = f"""
    SELECT id, undoes, plan, checksum, before, declared, segments, finished, state,
      date_trunc('second', started_at)::text, by_user || ' on ' || by_host || ', process ' || by_process
    FROM {SCHEMA}.deployment
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One row of the history; one that `undoes` another leads back.

    `before` is a snapshot of the schema, and `declared` the fingerprint of what was wanted.
    """

    id: int
    undoes: int | None
    plan: str
    checksum: str
    before: str
    declared: str
    segments: int
    finished: int
    state: str
    started_at: str
    by: str


def last(connection: Connection) -> Deployment | None:
    """Return the deployment that can be undone: one that was interrupted, else the latest; None where there is none."""
    return _first(connection, f"WHERE undoes IS NULL ORDER BY {_OPEN} DESC, id DESC")


def unfinished(connection: Connection) -> Deployment | None:
    """Return the latest deployment or undoing that was interrupted and not gone on with."""
    return _first(connection, f"WHERE {_OPEN} ORDER BY id DESC")


def _first(connection: Connection, which: str) -> Deployment | None:
    # Asked of the catalog: to_regclass is refused where one may not use the schema.
    there = "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND relname = %s"
    if not connection.execute(there.encode(), (SCHEMA, "deployment")).rowcount:
        return None
    row = connection.execute(f"{_READ} {which} LIMIT 1".encode()).fetchone()
    names = Deployment.__dataclass_fields__
    return Deployment(**dict(zip(names, row, strict=True))) if row else None


def begin(
    connection: Connection,
    plan: Plan,
    *,
    text: str,
    checksum: str,
    before: str,
    after: str,
    declared: str,
    backup: str | None,
    undoes: int | None,
) -> int:
    """Write down what is about to be done; return its number."""
    connection.execute(_CREATE.encode())
    insert = (
        f"INSERT INTO {SCHEMA}.deployment (plan, checksum, before, after, declared, segments, backup, undoes, by_host, "
        "by_process) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id"
    )
    values = (text, checksum, before, after, declared, len(plan.segments), backup, undoes)
    row = connection.execute(insert.encode(), (*values, socket.gethostname(), os.getpid())).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return int(row[0])


def advance(connection: Connection, number: int, finished: int) -> None:
    """Write down that so many segments are finished, in the transaction of the last of them where it has one."""
    update = f"UPDATE {SCHEMA}.deployment SET finished = %s WHERE id = %s"
    if connection.execute(update.encode(), (finished, number)).rowcount != 1:
        raise ServerError(f"somebody has deleted deployment {number} from {SCHEMA}.deployment")


def finished(connection: Connection, number: int) -> int:
    """Return how many segments are finished."""
    row = connection.execute(f"SELECT finished FROM {SCHEMA}.deployment WHERE id = %s".encode(), (number,)).fetchone()
    return int(row[0]) if row else 0


def end(connection: Connection, number: int, state: State, note: str = "") -> None:
    """Write down how it ended."""
    connection.execute(
        f"UPDATE {SCHEMA}.deployment SET state = %s, note = %s, ended_at = now() WHERE id = %s".encode(),
        (state, note, number),
    )


def settle(connection: Connection, note: str) -> None:
    """Write down that nothing is left to be gone on with."""
    connection.execute(
        f"UPDATE {SCHEMA}.deployment SET state = 'taken up', note = %s, ended_at = now() WHERE {_OPEN}".encode(),
        (note,),
    )
