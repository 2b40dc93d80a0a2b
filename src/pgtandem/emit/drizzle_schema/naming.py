"""Chooses the names that a person would give to constants and properties.

A table's constant is its name in camelCase (`crawl_jobs` is `crawlJobs`), an enumerated type's has `Enum` behind it; a
property is its column's name in camelCase.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgtandem.emit.mapping.naming import first_free, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# https://developer.mozilla.org/docs/Web/JavaScript/Reference/Lexical_grammar#reserved_words, in modules and in strict
# mode, and the globals that a file may need.
RESERVED = frozenset(
    """
    arguments async await break case catch class const continue debugger default delete do else enum eval export extends
    false finally for function get if implements import in instanceof interface let new null of package private
    protected public return set static super switch this throw true try type typeof undefined var void while with yield
    Array Date Error Infinity JSON Map NaN Number Object Promise RegExp Set String Symbol globalThis
    """.split()
)
# What the file takes from drizzle-orm.
FUNCTIONS = frozenset(
    """
    AnyPgColumn bigint bigserial bit boolean char check cidr customType date doublePrecision foreignKey halfvec index
    inet integer interval json jsonb line macaddr macaddr8 numeric pgEnum pgMaterializedView pgPolicy pgSchema
    pgSequence pgTable PgTableExtraConfigValue pgView point primaryKey real relations serial smallint smallserial
    sparsevec sql text time timestamp unique uniqueIndex uuid varchar vector
    """.split()
)
# What every table and every object has (https://orm.drizzle.team/docs/rls, getSQL() of drizzle-orm's SQLWrapper).
_OF_TABLES = frozenset(
    {"_", "constructor", "enableRLS", "getSQL", "hasOwnProperty", "prototype", "shouldOmitSQLParens", "toString"}
)


def camel(name: str) -> str:
    """Return the name in camelCase, an identifier whatever the name is."""
    first, *rest = words(name) or ["unnamed"]
    text = first + "".join(word[:1].upper() + word[1:] for word in rest)
    text = re.sub(r"[^\w$]", "", text, flags=re.ASCII) or "unnamed"
    return f"_{text}" if text[0].isdigit() else text


def constant(candidates: Iterable[str], used: set[str]) -> str:
    """Return the first of the names that is free, and take it."""
    name = first_free([name if name not in RESERVED else f"{name}_" for name in candidates], used)
    used.add(name)
    return name


def properties(columns: Iterable[str], taken: Collection[str] = _OF_TABLES) -> dict[str, str]:
    """Return the property for each column of a table, none of them twice."""
    names: dict[str, str] = {}
    used = set(taken)
    for column in columns:
        names[column] = first_free([camel(column), f"{camel(column)}_"], used)
        used.add(names[column])
    return names
