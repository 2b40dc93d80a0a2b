"""Runs whole SQL files as psql would, and says at which line one fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from pgtandem.errors import ServerError, SourceError
from pgtandem.scratch import watching
from pgtandem.scratch.connecting import connect, server_trouble
from pgtandem.scratch.statements import Statement, next_statement, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg import Connection, Cursor
    from psycopg.errors import Diagnostic

LOGIN_SETTINGS = """
    WITH configured AS (
        SELECT setrole, split_part(pair, '=', 1) AS name, substr(pair, strpos(pair, '=') + 1) AS value,
            -- The order in which they win: https://www.postgresql.org/docs/current/sql-alterrole.html
            (setrole <> 0)::int * 2 + (setdatabase <> 0)::int AS weight
        FROM pg_db_role_setting, unnest(setconfig) AS pair
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
            AND setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = %(role)s))
    ), ours AS (
        SELECT split_part(pair, '=', 1) AS name
        FROM pg_db_role_setting, unnest(setconfig) AS pair
        WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user)
    )
    SELECT DISTINCT ON (name) name, coalesce(value, boot_val)
    FROM pg_settings JOIN (SELECT name FROM configured UNION SELECT name FROM ours) AS named USING (name)
        LEFT JOIN configured USING (name)
    WHERE context IN ('user', 'superuser')
    ORDER BY name, weight DESC
"""
"""Name and value of what a session of the role would find set, where that is not what ours found."""

# What is over is below the snapshot's xmax (https://www.postgresql.org/docs/current/functions-info.html).
HIGHEST = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1"
"""The highest number of a transaction that is over."""

NUMBERS = """
    DO $do$
    BEGIN
      IF current_setting('is_superuser') = 'on' THEN
        SET LOCAL session_replication_role = replica;  -- event triggers of the schema have no say in it
      END IF;
      CREATE TEMPORARY TABLE pgtandem ();
      GRANT SELECT, INSERT ON pgtandem TO PUBLIC;
    END
    $do$
"""
NUMBER = "INSERT INTO pg_temp.pgtandem DEFAULT VALUES RETURNING cmin::text::bigint"
"""The number of a command that is higher than all that the statements before it have used, in the same transaction."""

Written: TypeAlias = "Callable[[Statement, int | None, int | None], None]"
"""Is told a statement; the highest number of a transaction that is over, or None inside of one; there,
a number that is higher than those of the statement's commands, or None for a statement that writes nothing.
"""

TRANSACTION_WORD = re.compile(r"(begin|start|commit|end|abort|rollback|savepoint|release|prepare|set)\b", re.IGNORECASE)

HARMLESS_COMMANDS = ("\\restrict", "\\unrestrict")
"""The commands of psql that pg_dump writes around every dump; they only guard psql itself."""

FROM_STDIN = re.compile(r"copy\b.*\bfrom\s+stdin\b", re.IGNORECASE | re.DOTALL)
TO_STDOUT = re.compile(r"copy\b.*\bto\s+stdout\b", re.IGNORECASE | re.DOTALL)
END_OF_DATA = re.compile(r"^\\\.\r?$\n?", re.MULTILINE)
BLOCK_LINE = re.compile(r"inline_code_block line (\d+)")
DOLLAR = re.compile(r"\$\w*\$")


def load(
    url: str,
    sql: str,
    *,
    path: str = "<sql>",
    role: str | None = None,
    notice: Callable[[str], None] | None = None,
    written: Written | None = None,
    missing: Callable[[Statement, SourceError], bool] | None = None,
    between: Callable[[str], object] | None = None,
    called: str | None = None,
) -> None:
    """Run every statement of `sql` as psql would: one by one, each its own transaction unless the file says BEGIN.

    With `role`, in a session of that role. `notice` is called with the text of each notice. The data of COPY ... FROM
    STDIN may follow its statement, as in a dump. `written` is called after each statement, with what tells the rows
    that it wrote by their `xmin` and `cmin`. `missing` is asked
    what to do about a statement, outside of a transaction, that names something that is not there: run it once more
    (True), leave it out (False), or raise. `between` is called with each statement that has made something, outside of
    a transaction. `called` is the name that the database has where the SQL usually runs: ALTER DATABASE and the like
    mean this one by it.

    Raises SourceError at the first error, or where a statement does not come back, with `path`, the line and column in
    `sql`, and the server's message, detail and hint; ServerError if the server cannot be reached, is out of space, or
    does not know the role.
    """
    if "\0" in sql:
        raise SourceError("a zero byte, which PostgreSQL does not take", path=path, line=_line(sql, sql.index("\0")))
    text = sql.removeprefix("\ufeff")
    with connect(url) as connection:
        if written is not None:
            connection.execute(NUMBERS)
        if role is not None:
            become(connection, role)
        if notice is not None:
            connection.add_notice_handler(lambda diagnostic: notice(diagnostic.message_primary or ""))
        with watching.watched(url, connection) as watch:
            _run(connection, text, path, _Asked(written, missing, between, called), watch)


def highest_transaction(url: str) -> int:
    """The highest number of a transaction that is over. Raises ServerError."""
    with connect(url) as connection, connection.cursor() as cursor:
        return _number(cursor, HIGHEST)


def become(connection: Connection, role: str) -> None:
    """Make the connection a session of this role, with the settings that the role would find when it logs in.

    Where we are no superuser it only acts as the role (SET ROLE). Raises ServerError if it may not, or there is none.
    """
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    settings = connection.execute(LOGIN_SETTINGS, {"role": role}).fetchall()
    for name, value in settings:
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    try:
        how = "session_authorization" if connection.info.parameter_status("is_superuser") == "on" else "role"
        connection.execute("SELECT set_config(%s, %s, false)", (how, role))
    except psycopg.Error as error:
        raise ServerError(
            f"becoming role {role}: {error.diag.message_primary}. Load the platform that has this role first, or "
            "connect as a superuser."
        ) from error


# https://www.postgresql.org/docs/current/errcodes-appendix.html: an undefined function, table, column, object, schema.
_MISSING = frozenset({"42883", "42P01", "42703", "42704", "3F000"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is told, and asked, while a file runs, and what it calls the database; see `load`."""

    written: Written | None
    missing: Callable[[Statement, SourceError], bool] | None
    between: Callable[[str], object] | None
    called: str | None


def _run(connection: Connection, sql: str, path: str, asked: _Asked, watch: watching.Watch) -> None:
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    position = 0
    with connection.cursor() as cursor:
        while (statement := next_statement(sql, position)) is not None:
            position = statement.end
            try:
                position = _run_one(cursor, sql, statement, path, watch, called=asked.called)
                if asked.written is not None:
                    asked.written(statement, *_last(cursor, sql[statement.start : statement.end]))
                if asked.between is not None and _makes(cursor, sql, statement):
                    asked.between(sql[statement.start : statement.end])
            except psycopg.Error as error:
                if watch.ended:
                    raise _endless(error.diag, sql, statement, path) from error
                if (trouble := server_trouble(error)) is not None:
                    raise trouble from error
                failure = _source_error(error.diag, sql, statement, path)
                inside = connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
                if asked.missing is None or inside or error.sqlstate not in _MISSING:
                    raise failure from error
                position = statement.start if asked.missing(statement, failure) else statement.end
    if connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        raise SourceError("the file ends inside a transaction: COMMIT is missing", path=path, line=_line(sql, len(sql)))


# A block may make anything, and what a transaction has made is there when it ends.
_MAKING = frozenset({"create", "do", "commit", "commit;"})


def _makes(cursor: Cursor, sql: str, statement: Statement) -> bool:
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    outside = cursor.connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    return outside and sql[statement.start : statement.end].split(None, 1)[0].lower() in _MAKING


def _last(cursor: Cursor, text: str) -> tuple[int | None, int | None]:
    """What is known of the last transaction or command, after the statement."""
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    status = cursor.connection.info.transaction_status
    if status == psycopg.pq.TransactionStatus.IDLE:
        return _number(cursor, HIGHEST), None
    # What a transaction is to be like must be said before anything else is asked in it.
    if status == psycopg.pq.TransactionStatus.INERROR or TRANSACTION_WORD.match(text):
        return None, None
    return None, _number(cursor, NUMBER)


def _number(cursor: Cursor, query: str) -> int:
    cursor.execute(query)
    ((number,),) = cursor.fetchall()
    return int(number)


def _run_one(
    cursor: Cursor, sql: str, statement: Statement, path: str, watch: watching.Watch, *, called: str | None
) -> int:
    """Run the statement; the position after it and after the data that belongs to it."""
    text = sql[statement.start : statement.end]
    if statement.is_command:
        if text.split(None, 1)[0] not in HARMLESS_COMMANDS:
            message = f"{text.strip()!r} is a command of psql and not SQL"
            raise SourceError(message, path=path, line=_line(sql, statement.start))
        return statement.end
    if FROM_STDIN.match(text):
        return _copy_in(cursor, sql, statement)
    if TO_STDOUT.match(text):
        with cursor.copy(text.encode()) as copy:
            for _ in copy:
                pass
        return statement.end
    if called is not None and _MAY_NAME_DATABASE.match(text):
        text = _about_this_database(cursor, sql, statement, called)
    with watch.statement():
        cursor.execute(text.encode())
    return statement.end


_MAY_NAME_DATABASE = re.compile(r"(alter|comment|grant|revoke)\b.*\bdatabase\b", re.IGNORECASE | re.DOTALL)


def _about_this_database(cursor: Cursor, sql: str, statement: Statement, called: str) -> str:
    """The statement, where it names the database, with the name that it has here."""
    from psycopg.sql import Identifier  # noqa: PLC0415 - importing the driver takes longer than most commands

    here = Identifier(cursor.connection.info.dbname).as_string(None)
    text, position = "", statement.start
    for (before, _), (word, at) in pairwise(words(sql, statement)):
        if before == "database" and word == called:
            text += sql[position:at] + here
            position = at + len(called) + 2 * (sql[at] == '"')
    return text + sql[position : statement.end]


def _copy_in(cursor: Cursor, sql: str, statement: Statement) -> int:
    start = sql.find("\n", statement.end) + 1 or len(sql)
    end = END_OF_DATA.search(sql, start)
    with cursor.copy(sql[statement.start : statement.end].encode()) as copy:
        copy.write(sql[start : end.start() if end else len(sql)])
    return end.end() if end else len(sql)


def _source_error(diagnostic: Diagnostic, sql: str, statement: Statement, path: str) -> SourceError:
    line, column = _place(diagnostic, sql, statement)
    hint = diagnostic.message_hint
    parts = (diagnostic.message_primary, diagnostic.message_detail, f"Hint: {hint}" if hint else None)
    message = "\n".join(part for part in parts if part)
    return SourceError(message, path=path, line=line, column=column, excerpt=sql.split("\n")[line - 1] or None)


def _endless(diagnostic: Diagnostic, sql: str, statement: Statement, path: str) -> SourceError:
    line, _ = _place(diagnostic, sql, statement)
    message = f"this did not come back in {watching.LIMIT:.0f} seconds and was ended; does it sleep, loop or wait?"
    return SourceError(message, path=path, line=line, excerpt=sql.split("\n")[line - 1] or None)


def _place(diagnostic: Diagnostic, sql: str, statement: Statement) -> tuple[int, int | None]:
    """Line and column of an error: where the server points, else the line of a DO block that failed, else the start."""
    if diagnostic.statement_position:
        at = statement.start + int(diagnostic.statement_position) - 1
        return _line(sql, at), at - sql.rfind("\n", 0, at)
    block = BLOCK_LINE.findall(diagnostic.context or "")
    body = DOLLAR.search(sql, statement.start, statement.end)
    if block and body:
        return _line(sql, body.end()) + int(block[-1]) - 1, None
    return _line(sql, statement.start), None


def _line(sql: str, position: int) -> int:
    return sql.count("\n", 0, position) + 1
