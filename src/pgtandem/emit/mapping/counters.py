"""Columns that count by themselves: the sequences behind them, and the options that are not PostgreSQL's defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.emit.sql import path, tokens
from pgtandem.model.key import Key, chosen_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.emit.mapping.model import Models
    from pgtandem.kinds import Column, Sequence

MAXIMUM: Mapping[str, int] = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
"""The greatest value of a sequence of each type."""


def serial_of(column: Column, models: Models) -> Sequence | None:
    """Return the sequence that belongs to the column and that its default draws from."""
    owned = models.owned.get(column.key)
    return owned if owned is not None and drawn_from(column) == owned.key else None


_NEXTVAL = ("nextval", "(", "'sequence'", "::", "regclass", ")")


def drawn_from(column: Column) -> Key | None:
    """Return the key of the sequence from which the column's default takes its values."""
    items = tokens(column.default or "")
    texts = [token.text for token in items]
    if column.generated or len(items) != len(_NEXTVAL) or [*texts[:2], *texts[3:]] != [*_NEXTVAL[:2], *_NEXTVAL[3:]]:
        return None
    name = path(items[2].text[1:-1].replace("''", "'"))
    return Key("relation", name if len(name) > 1 else (column.schema, *name))


def is_standard(sequence: Sequence, column: Column, *, persistence: str = "p") -> bool:
    """Return whether the sequence is as `serial` makes it, in a table of that persistence.

    https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
    """
    name = chosen_name(column.table, column.name, "seq")
    return (
        (sequence.schema, sequence.name) == (column.schema, name)
        and sequence.type == column.type
        and sequence.persistence == persistence
        and not sequence_options(sequence, sequence.type)
    )


def sequence_options(sequence: Sequence, integer: str) -> dict[str, int]:
    """Return the options that a sequence of that type would not have by default."""
    return _unusual(
        integer,
        start=sequence.start,
        increment=sequence.increment,
        minvalue=sequence.minimum,
        maxvalue=sequence.maximum,
        cycle=sequence.cycle,
        cache=sequence.cache,
    )


_IDENTITY_OPTIONS = re.compile(
    r"START WITH (-?\d+) INCREMENT BY (-?\d+) MINVALUE (-?\d+) MAXVALUE (-?\d+) CACHE (\d+)( CYCLE)?"
)


def identity_options(column: Column) -> dict[str, int]:
    """Return the options that an identity column of its type would not have by default."""
    match = _IDENTITY_OPTIONS.match(column.identity_options or "")
    if match is None:
        return {}
    start, increment, minimum, maximum, cache = (int(number) for number in match.groups()[:5])
    return _unusual(
        column.type,
        start=start,
        increment=increment,
        minvalue=minimum,
        maxvalue=maximum,
        cycle=match[6] is not None,
        cache=cache,
    )


def _unusual(
    integer: str, *, start: int, increment: int, minvalue: int, maxvalue: int, cycle: bool, cache: int
) -> dict[str, int]:
    """The options that are not the defaults (https://www.postgresql.org/docs/current/sql-createsequence.html)."""
    up = increment > 0
    least, most = (1, MAXIMUM[integer]) if up else (-MAXIMUM[integer] - 1, -1)
    given = {
        "start": (start, minvalue if up else maxvalue),
        "increment": (increment, 1),
        "minvalue": (minvalue, least),
        "maxvalue": (maxvalue, most),
        "cycle": (cycle, False),
        "cache": (cache, 1),
    }
    return {name: value for name, (value, default) in given.items() if value != default}
