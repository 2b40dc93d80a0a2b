"""Statements that run under a condition, or as somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pgtandem.model.key import dollar_quoted, literal

if TYPE_CHECKING:
    from collections.abc import Iterable


class Careful(str):
    """A statement that does no harm where its work is done already; `plain` is what it does where it is not."""

    __slots__ = ("plain",)
    plain: str

    def __new__(cls, careful: str, plain: str) -> Self:
        """Return the careful statement."""
        made = super().__new__(cls, careful)
        made.plain = plain
        return made


def plain(statements: Iterable[str]) -> tuple[str, ...]:
    """Return the statements as they are where it is known that nothing is done yet."""
    all_plain = (statement.plain if isinstance(statement, Careful) else statement for statement in statements)
    return tuple(statement for statement in all_plain if statement)


def new(words: str, rest: str) -> Careful:
    """Return the statement that creates something unless it is there: `words` are CREATE TABLE and the like."""
    return Careful(f"{words} IF NOT EXISTS {rest}", f"{words} {rest}")


def first_drop(words: str, rest: str) -> Careful:
    """Return the statement that makes room for what comes next."""
    return Careful(f"{words} IF EXISTS {rest}", "")


def unless(query: str, statement: str) -> Careful:
    """Return one statement that runs `statement` unless `query` finds a row."""
    return Careful(_if(f"NOT EXISTS ({query})", statement), statement)


def when(query: str, statement: str) -> Careful:
    """Return one statement that runs `statement` if `query` finds a row."""
    return Careful(_if(f"EXISTS ({query})", statement), statement)


def from_version(major: int, statement: str) -> str:
    """Return one statement that runs `statement` on servers of this major version and newer ones."""
    return _if(at_least(major), statement)


def by_version(major: int, newer: Careful, older: Careful) -> Careful:
    """Return one statement that runs `newer` on servers of this major version and newer ones, else `older`."""
    careful, plainly = (
        f"EXECUTE {literal(one)};\n  ELSE\n    EXECUTE {literal(other)}"
        for one, other in ((newer, older), (newer.plain, older.plain))
    )
    return Careful(_if(at_least(major), careful), _if(at_least(major), plainly))


def at_least(major: int) -> str:
    """Return the SQL condition that the server is of this major version or a newer one."""
    return f"pg_catalog.current_setting('server_version_num')::int >= {major}0000"


def _if(condition: str, statement: str) -> str:
    body = f"\nBEGIN\n  IF {condition} THEN\n    {statement};\n  END IF;\nEND\n"
    return f"DO {dollar_quoted(body, 'do')}"


def acting_as(role: str, statement: str) -> str:
    """Return one statement that runs `statement` as a role, and then goes on as before."""
    body = (
        "\nDECLARE\n  before constant text := pg_catalog.current_setting('role');\nBEGIN\n"
        f"  PERFORM pg_catalog.set_config('role', {literal(role)}, true);\n  {statement};\n"
        "  PERFORM pg_catalog.set_config('role', before, true);\nEND\n"
    )
    return f"DO {dollar_quoted(body, 'do')}"


def type_there(schema: str, name: str) -> str:
    """Return the query that finds the type."""
    return (
        "SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
        f" WHERE n.nspname = {literal(schema)} AND t.typname = {literal(name)}"
    )
