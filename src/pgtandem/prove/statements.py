"""The statements that write rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgtandem.model.key import literal, qualified, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pgtandem.prove.filling import Values
    from pgtandem.prove.shape import Relation


def insertion(relation: Relation, values: Values, *, returning: bool = False) -> str:
    """Return the statement that inserts the row."""
    columns = {column.name: column for column in relation.columns}
    names = ", ".join(map(quote, values))
    listed = ", ".join(typed(columns[name].type, value) for name, value in values.items())
    always = any(columns[name].identity == "a" for name in values)
    overriding = " OVERRIDING SYSTEM VALUE" if always else ""
    shown = ", ".join(f"{quote(column.name)}::text" for column in relation.columns)
    end = f" RETURNING {shown}" if returning else ""
    if not values:
        return f"INSERT INTO {qualified(*relation.name)} DEFAULT VALUES{end}"
    return f"INSERT INTO {qualified(*relation.name)} ({names}){overriding} VALUES ({listed}){end}"


def typed(_type: str, value: str | None) -> str:
    """Return a value as it stands in a statement; where it is assigned, its type follows from the column."""
    return "NULL" if value is None else literal(value)


def update(relation: Relation, values: Values, where: str = "") -> str:
    """Return the statement that sets the values."""
    listed = ", ".join(f"{quote(name)} = {typed('', value)}" for name, value in values.items())
    return f"UPDATE {qualified(*relation.name)} SET {listed}{f' WHERE {where}' if where else ''}"


def copied(values: Values) -> str:
    """Return a row as COPY takes it (https://www.postgresql.org/docs/current/sql-copy.html)."""
    return "\t".join("\\N" if value is None else value.translate(_ESCAPED) for value in values.values()) + "\n"


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def grantees(role: str) -> str:
    """Return from whom to revoke what the role has, by itself or as everybody has it."""
    return f"PUBLIC, {quote(role)}"


def closing(relation: Relation, role: str) -> str:
    """Return the statement that puts policies between the role and the rows, where none stand there yet."""
    if relation.kind == "v":
        return f"ALTER VIEW {relation.sql} SET (security_invoker = true)"
    if relation.kind in "mf":
        return f"REVOKE ALL ON {relation.sql} FROM {grantees(role)}"
    return "" if relation.row_security else f"ALTER TABLE {relation.sql} ENABLE ROW LEVEL SECURITY"


def withdrawing(relation: Relation, command: str, role: str, columns: Iterable[str]) -> str:
    """Return the statements that leave the role the privilege for a command on those columns alone, or on none.

    Taken from a table, a privilege is taken from its columns too: https://www.postgresql.org/docs/current/sql-revoke.html
    """
    privilege = "SELECT" if command == "read" else command.upper()
    listed = ", ".join(map(quote, columns))
    granted = f"; GRANT {privilege} ({listed}) ON {relation.sql} TO {quote(role)}" if listed else ""
    return f"REVOKE {privilege} ON {relation.sql} FROM {grantees(role)}{granted}"


def is_row(values: Mapping[str, Any], columns: Iterable[str]) -> str:
    """Return the condition that a row has these values in the columns."""
    return " AND ".join(f"{quote(name)} = {typed('', values[name])}" for name in columns)
