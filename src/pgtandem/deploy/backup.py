"""Takes a backup with pg_dump, and believes in it only when it has been restored and compared."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem import files, scratch
from pgtandem.deploy.target import session
from pgtandem.diff import diff, folded
from pgtandem.errors import PgtandemError, ServerError
from pgtandem.model.key import qualified, quote
from pgtandem.plan.roles import make_roles
from pgtandem.scratch.address import parameters_of, with_parameters
from pgtandem.scratch.connecting import connect
from pgtandem.scratch.keeper import control_of_processes
from pgtandem.scratch.places import born_locked
from pgtandem.scratch.programs import program_of_client
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from psycopg import Connection

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.catalog import Catalog
    from pgtandem.scratch import Server

_TABLES = """
    SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgtandem')
      AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')
    ORDER BY 1, 2
"""
_LOCK_WAIT = 10_000
_EVERY = 5.0
_GRACE = 10.0
SILENT = 120
"""Seconds after which a pg_dump of which the server hears nothing is given up: its own connection is stalled."""
_UNHEARD = """
    SELECT extract(epoch FROM max(clock_timestamp() - state_change)) FROM pg_stat_activity
    WHERE application_name = 'pg_dump' AND datname = current_database() AND usename = session_user
      AND state = 'idle in transaction' AND backend_start > (SELECT now())
"""
_UNFINISHED = ".part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup file, the rows of each table that it is to hold, the database's owner, and how many seconds it took."""

    path: Path
    rows: Mapping[tuple[str, str], int]
    owner: str
    seconds: float

    @property
    def size(self) -> int:
        """The size of the file, in bytes."""
        return self.path.stat().st_size


def prepare(folder: Path) -> None:
    """Make the folder, and take away what backups that were killed left in it.

    Raises ServerError where nothing can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"*{_UNFINISHED}"):
            with left.open("rb") as file, suppress(BlockingIOError):
                # Whoever is still writing it holds the lock.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ServerError(
            f"there can be no backup in {files.shown(folder)}: {error.strerror}. Name another folder with --backup, or "
            "go without one: --no-backup"
        ) from error


def take(url: str, path: Path, *, major: int) -> Backup:
    """Dump the database into a file of pg_dump's custom format, and count its rows in the same snapshot.

    Raises ServerError where there is no pg_dump that is new enough, or it fails; then no file is left.
    """
    program = program_of_client("pg_dump", at_least=major)
    started = time.perf_counter()
    aside = path.with_name(f"{path.name}{_UNFINISHED}")
    try:
        with open(born_locked(aside), "rb"):  # noqa: PTH123 - it is open already
            rows, owner = _dump(url, program, aside)
            aside.rename(path)
    except OSError as error:
        raise ServerError(f"writing the backup {files.shown(path)}: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
    return Backup(path=path, rows=rows, owner=owner, seconds=time.perf_counter() - started)


def _dump(url: str, program: str, aside: Path) -> tuple[dict[tuple[str, str], int], str]:
    with session(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute(
            "SELECT pg_export_snapshot(), pg_get_userbyid(datdba)::text FROM pg_database "
            "WHERE datname = current_database()"
        ).fetchone()
        assert row is not None  # noqa: S101 - we are in that database
        _run(
            [program, "--format=custom", f"--file={aside}", f"--snapshot={row[0]}",
             f"--lock-wait-timeout={_LOCK_WAIT}", "--exclude-schema=pgtandem"],
            url,
            meanwhile=lambda: _is_heard(connection),
        )  # fmt: skip
        return count(connection), row[1]


def _is_heard(connection: Connection) -> None:
    """Raise ServerError where the server waits for pg_dump, which may wait for the server."""
    ((seconds,),) = connection.execute(_UNHEARD.encode()).fetchall()
    if seconds is not None and seconds > SILENT:
        raise ServerError(
            f"pg_dump: the server has heard nothing from it for {seconds:.0f} s. Its connection is stalled: look at "
            "what is between here and the server"
        )


def count(connection: Connection) -> dict[tuple[str, str], int]:
    """Return the number of rows of every table."""
    tables = connection.execute(_TABLES.encode()).fetchall()
    found = {}
    for table in tables:
        row = connection.execute(f"SELECT count(*) FROM ONLY {qualified(*table)}".encode()).fetchone()
        found[table] = int(row[0]) if row else 0
    return found


@contextmanager
def restored(backup: Backup, server: Server, catalog: Catalog, *, scope: Scope) -> Iterator[str]:
    """The URL of a scratch database into which the backup was restored, after it was compared with the original.

    What cannot be restored there because it is the platform's own (its extensions, its event triggers) is no matter;
    the user's schema and all rows of it must be the same. Raises ServerError where they are not.
    """
    with scratch.database(server) as url:
        with connect(url) as connection:
            make_roles(connection, catalog, backup.owner)
            # Much may be done by whoever owns the database (https://www.postgresql.org/docs/current/predefined-roles.html).
            name = connection.info.dbname
            connection.execute(f"ALTER DATABASE {quote(name)} OWNER TO {quote(backup.owner)}".encode())
        program = program_of_client("pg_restore", at_least=server.major)
        said = _run([program, "--no-subscriptions", f"--dbname={url}", str(backup.path)], url, may_complain=True)
        # The server's messages are in the language of its computer, as ours are.
        if os.strerror(errno.ENOSPC) in said:
            raise ServerError(
                f"the backup {files.shown(backup.path)} could not be tried: there is no room where it is restored; "
                f"name another server with --server. {said[:600]}"
            )
        try:
            wrong = _differences(url, backup, catalog, scope)
        except PgtandemError as error:
            raise ServerError(
                f"the backup {files.shown(backup.path)} cannot be read after it was restored: {error}. {said[:600]}"
            ) from error
        if wrong:
            backup.path.rename(backup.path.with_suffix(".bad"))
            raise ServerError(f"the backup {files.shown(backup.path)} does not restore: {wrong}. {said[:600]}")
        yield url


def _differences(url: str, backup: Backup, catalog: Catalog, scope: Scope) -> str:
    there = live.read(url, scope=scope)
    # pg_dump leaves out indexes that are not valid (src/bin/pg_dump/pg_dump.c, getIndexes).
    left = folded(diff(catalog.where(lambda thing: bool(getattr(thing, "valid", True))), there))
    if left:
        return f"{', '.join(change.label for change in left[:5])} differ"
    mine = {(thing.key.path[0]) for thing in catalog if thing.GRANTED_AS == "TABLE"}
    with session(url) as connection:
        rows = count(connection)
    wrong = [
        f"{qualified(*table)} has {rows.get(table, 0)} rows and not {number}"
        for table, number in backup.rows.items()
        if table[0] in mine and rows.get(table) != number
    ]
    return "; ".join(wrong[:5])


def _run(
    command: list[str], url: str, *, may_complain: bool = False, meanwhile: Callable[[], object] = lambda: None
) -> str:
    """Run a program of PostgreSQL's on the database; the password goes into its environment, where nobody sees it.

    What is done `meanwhile`, again and again, ends the program where it fails.
    """
    password = parameters_of(url).get("password")
    shown = with_parameters(url, password=None)
    command = [part.replace(url, shown) for part in command]
    if not any(part.startswith("--dbname=") for part in command):
        command.append(f"--dbname={shown}")
    with subprocess.Popen(  # noqa: S603 - the program was found where PostgreSQL's are
        command,
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ends_with_us(),  # noqa: PLW1509 - it calls the system and nothing of ours
    ) as process:
        try:
            complaint = _until_it_ends(process, meanwhile)
        except BaseException:
            process.terminate()  # so that it cancels what the server does for it, where that can be reached
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
            process.kill()
            raise
    if process.returncode and not may_complain:
        raise ServerError(
            f"{Path(command[0]).name} failed: {complaint[:1000] or f'it ended with {process.returncode}'}"
        )
    return complaint


def _until_it_ends(process: subprocess.Popen[str], meanwhile: Callable[[], object]) -> str:
    """Return what the program complained of."""
    while True:
        try:
            return process.communicate(timeout=_EVERY)[1].strip()
        except subprocess.TimeoutExpired:
            meanwhile()


def ends_with_us() -> Callable[[], object] | None:
    """Return what a child has to call so that it ends when we are killed, where the system can do that."""
    control = control_of_processes()
    return None if control is None else lambda: control(1, int(signal.SIGTERM))  # PR_SET_PDEATHSIG
