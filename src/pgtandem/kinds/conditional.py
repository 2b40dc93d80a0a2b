"""Statements that run under a condition, or as somebody else."""

from __future__ import annotations

from pgtandem.model.key import dollar_quoted, literal


def unless(query: str, statement: str) -> str:
    """Return one statement that runs `statement` unless `query` finds a row."""
    return _if(f"NOT EXISTS ({query})", statement)


def when(query: str, statement: str) -> str:
    """Return one statement that runs `statement` if `query` finds a row."""
    return _if(f"EXISTS ({query})", statement)


def from_version(major: int, statement: str) -> str:
    """Return one statement that runs `statement` on servers of this major version and newer ones."""
    return _if(f"pg_catalog.current_setting('server_version_num')::int >= {major}0000", statement)


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
