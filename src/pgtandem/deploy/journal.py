"""The history of deployments, in the database itself: what was run, how far it came, and the schema before it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from psycopg import Connection

    from pgtandem.plan import Plan

SCHEMA = "pgtandem"
State = Literal["applying", "done", "rolled back", "stopped"]

_CREATE = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA};
    REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC;
    CREATE TABLE IF NOT EXISTS {SCHEMA}.deployment (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      plan text NOT NULL,
      checksum text NOT NULL,
      before text NOT NULL,
      after text NOT NULL,
      segments integer NOT NULL,
      finished integer NOT NULL DEFAULT 0,
      state text NOT NULL DEFAULT 'applying' CHECK (state IN ('applying', 'done', 'rolled back', 'stopped')),
      backup text,
      by_user text NOT NULL DEFAULT session_user,
      by_host text NOT NULL,
      by_process integer NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      note text
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One row of the history; `before` and `after` are snapshots of the schema."""

    id: int
    plan: str
    checksum: str
    before: str
    after: str
    segments: int
    finished: int
    state: State
    started_at: str
    by: str


def last(connection: Connection) -> Deployment | None:
    """Return the latest deployment, None where there was none."""
    if connection.execute(f"SELECT to_regclass('{SCHEMA}.deployment') IS NOT NULL".encode()).fetchone() != (True,):
        return None
    row = connection.execute(
        f"SELECT id, plan, checksum, before, after, segments, finished, state, date_trunc('second', started_at)::text, "
        f"by_user || ' on ' || by_host || ', process ' || by_process FROM {SCHEMA}.deployment "
        "ORDER BY id DESC LIMIT 1".encode()
    ).fetchone()
    names = ("id", "plan", "checksum", "before", "after", "segments", "finished", "state", "started_at", "by")
    return Deployment(**dict(zip(names, row, strict=True))) if row else None


def begin(
    connection: Connection, plan: Plan, *, text: str, checksum: str, before: str, after: str, backup: str | None
) -> int:
    """Write down what is about to be done; return its number."""
    connection.execute(_CREATE.encode())
    row = connection.execute(
        f"INSERT INTO {SCHEMA}.deployment (plan, checksum, before, after, segments, backup, by_host, by_process) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id".encode(),
        (text, checksum, before, after, len(plan.segments), backup, socket.gethostname(), os.getpid()),
    ).fetchone()
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return int(row[0])


def advance(connection: Connection, number: int, finished: int) -> None:
    """Write down that so many segments are finished, in the transaction of the last of them where it has one."""
    connection.execute(f"UPDATE {SCHEMA}.deployment SET finished = %s WHERE id = %s".encode(), (finished, number))


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
