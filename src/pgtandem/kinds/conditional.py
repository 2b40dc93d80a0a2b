"""Statements that run under a condition, or as somebody else."""

from __future__ import annotations

from pgtandem.model.key import dollar_quoted, literal


def unless(query: str, statement: str) -> str:
    """Return one statement that runs `statement` unless `query` finds a row."""
    body = f"\nBEGIN\n  IF NOT EXISTS ({query}) THEN\n    {statement};\n  END IF;\nEND\n"
    return f"DO {dollar_quoted(body, 'do')}"


def acting_as(role: str, statement: str) -> str:
    """Return one statement that runs `statement` as a role, and then goes on as before."""
    body = (
        "\nDECLARE\n  before constant text := pg_catalog.current_setting('role');\nBEGIN\n"
        f"  PERFORM pg_catalog.set_config('role', {literal(role)}, true);\n  {statement};\n"
        "  PERFORM pg_catalog.set_config('role', before, true);\nEND\n"
    )
    return f"DO {dollar_quoted(body, 'do')}"
