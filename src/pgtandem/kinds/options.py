"""Storage parameters and other lists of `name=value`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

# Parameters that take any spelling of a boolean and keep it as it was written
# (https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-STORAGE-PARAMETERS).
_BOOLEAN = (
    "security_barrier|security_invoker|autovacuum_enabled|toast\\.autovacuum_enabled|fastupdate|deduplicate_items"
    "|autosummarize|user_catalog_table"
)
_PLAIN = re.compile(r"[a-z0-9_.]+\Z")


def option_list(*lists: tuple[str, str]) -> str:
    """Return an SQL expression for a sorted list: of each array (an SQL expression) its items behind a prefix."""
    items = " UNION ALL ".join(
        f"SELECT '{prefix}' || item AS item FROM unnest({array}) item" for array, prefix in lists
    )
    true = f"regexp_replace(item, '^({_BOOLEAN})=(t|true|on|y|yes|1)$', '\\1=true', 'i')"
    false = f"regexp_replace({true}, '^({_BOOLEAN})=(f|false|off|n|no|0)$', '\\1=false', 'i')"
    nothing = " AND ".join(f"{array} IS NULL" for array, _ in lists)
    return f"""CASE WHEN {nothing} THEN '{{}}'::text[] ELSE ARRAY(
                 SELECT {false} FROM ({items}) items ORDER BY item COLLATE "C") END"""


def written(items: Iterable[str]) -> str:
    """Return storage parameters as WITH takes them."""
    return ", ".join(f"{_name(name)}={_value(value)}" for name, _, value in (item.partition("=") for item in items))


def generic(items: Iterable[str]) -> str:
    """Return the options of something foreign as OPTIONS takes them."""
    return ", ".join(f"{quote(name)} {literal(value)}" for name, _, value in (item.partition("=") for item in items))


def altered(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """Return what turns one list of options of something foreign into another, as OPTIONS takes it."""
    was, now = (dict(item.split("=", 1) for item in items) for items in (before, after))
    return ", ".join(
        (
            *(f"DROP {quote(name)}" for name in was if name not in now),
            *(f"SET {quote(name)} {literal(value)}" for name, value in now.items() if was.get(name, value) != value),
            *(f"ADD {quote(name)} {literal(value)}" for name, value in now.items() if name not in was),
        )
    )


def _name(name: str) -> str:
    return ".".join(map(quote, name.split(".")))


def _value(value: str) -> str:
    return value if _PLAIN.match(value) else literal(value)
