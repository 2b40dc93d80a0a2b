"""How access.toml spells the names of tables and columns, and the ways from one to another.

A name stands as it is, or in double quotes where it has spaces, dots or signs in it, a double quote written twice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.model.key import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pgtandem.prove.access import Name

_NAME = r'(?:"(?:[^"]|"")*"|(?:(?!->)[^\s".(){},])+)'
_WORD = re.compile(_NAME)
_RELATION = re.compile(rf"\s*(?:({_NAME})\.)?({_NAME})\s*")
_COLUMN = re.compile(rf"\s*((?:{_NAME}\.)?{_NAME})\.({_NAME})\s*")
_CALL = re.compile(rf"\s*((?:{_NAME}\.)?{_NAME})\s*\((.*)\)\s*", re.DOTALL)
_LIST = re.compile(rf"\s*{_NAME}\s*(?:,\s*{_NAME}\s*)*")
_STEP = re.compile(rf"(?:{_NAME}\.)*{_NAME}")
_WAY = re.compile(rf"\s*{_NAME}(?:\s*->\s*(?:{_NAME}\.){{1,2}}{_NAME})*\s*")


def relation(text: str) -> Name:
    """Return schema and name; what stands before the last dot of a name without quotes is the schema."""
    found = _RELATION.fullmatch(text)
    schema, name = found.groups() if found else text.strip().rpartition(".")[::2]
    return (_unquoted(schema) if schema else "public", _unquoted(name))


def column(text: str) -> tuple[Name, str] | None:
    """Return the column of a table, None where the text names none."""
    found = _COLUMN.fullmatch(text)
    return None if found is None else (relation(found[1]), _unquoted(found[2]))


def columns(text: str) -> tuple[str, ...] | None:
    """Return the columns that are listed, None where the text is no list of names."""
    return tuple(map(_unquoted, _WORD.findall(text))) if _LIST.fullmatch(text) else None


def call(text: str) -> tuple[Name, tuple[str, ...]] | None:
    """Return a table and those of its columns that stand in brackets behind it."""
    found = _CALL.fullmatch(text)
    listed = None if found is None else columns(found[2])
    return None if found is None or listed is None else (relation(found[1]), listed)


def way(text: str, start: Name) -> tuple[tuple[Name, str], ...] | None:
    """Return the steps of `column -> table.column -> …` from a table, None where the text is no such way."""
    if not _WAY.fullmatch(text):
        return None
    first, *rest = _STEP.findall(text)
    steps = [column(step) for step in rest]
    return ((start, _unquoted(first)), *(step for step in steps if step is not None))


def word(name: str) -> str:
    """Return the name of a column as it is written."""
    return name if _WORD.fullmatch(name) and not name.startswith('"') else '"' + name.replace('"', '""') + '"'


def words(names: Iterable[str]) -> str:
    """Return names of columns as they are listed."""
    return ", ".join(map(word, names))


def named(name: Name) -> str:
    """Return the name of a table as it is written."""
    return qualified(name[1]) if name[0] == "public" else qualified(*name)


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name
