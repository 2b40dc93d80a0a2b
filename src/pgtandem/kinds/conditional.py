"""Statements for which PostgreSQL has no IF NOT EXISTS."""

from __future__ import annotations

from pgtandem.model.key import dollar_quoted


def unless(query: str, statement: str) -> str:
    """Return one statement that runs `statement` unless `query` finds a row."""
    body = f"\nBEGIN\n  IF NOT EXISTS ({query}) THEN\n    {statement};\n  END IF;\nEND\n"
    return f"DO {dollar_quoted(body, 'do')}"
