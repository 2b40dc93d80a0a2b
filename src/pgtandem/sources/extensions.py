"""Which extensions SQL needs: by the names of types, operators and functions that only they have.

What models and Drizzle schemas say is without words for extensions; what they use has to be there all the same.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# https://www.postgresql.org/docs/current/contrib.html, and what pgvector and PostGIS say of theirs.
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "citext": ("citext",),
        "cube": ("cube",),
        "earthdistance": ("ll_to_earth", "earth"),
        "fuzzystrmatch": ("levenshtein", "soundex", "metaphone", "dmetaphone"),
        "hstore": ("hstore",),
        "isn": ("isbn", "isbn13", "issn", "ean13"),
        "ltree": ("ltree", "lquery", "ltxtquery"),
        "pg_trgm": ("gin_trgm_ops", "gist_trgm_ops", "similarity"),
        "pgcrypto": ("gen_salt", "crypt", "gen_random_bytes", "digest"),
        "postgis": ("geometry", "geography", "raster"),
        "seg": ("seg",),
        "unaccent": ("unaccent",),
        "uuid-ossp": ("uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuid_generate_v5"),
        "vector": ("vector", "halfvec", "sparsevec"),
    }
)
# Which types of columns these methods take without an operator class, only the extension says
# (https://www.postgresql.org/docs/current/btree-gist.html, btree-gin.html): GIN is used for one column but rarely.
_METHODS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "btree_gin": re.compile(r"\busing\s+\"?gin\b[^(]*\([^)]*,", re.IGNORECASE),
        "btree_gist": re.compile(r"\busing\s+\"?gist\b", re.IGNORECASE),
    }
)
_WORD = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+")
_MADE = re.compile(r"\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?\"?([\w-]+)", re.IGNORECASE)


def needed(ddl: str, *, quoted: bool = False) -> tuple[str, ...]:
    """Return the extensions whose words or methods the SQL uses, sorted; words in double quotes only with `quoted`.

    A type is a word that follows a name; a column that is merely called like one costs an extension that is not used.
    """
    words = {match.group().lower().strip('"' * quoted) for match in _WORD.finditer(ddl)}
    found = {name for name, its in _WORDS.items() if not words.isdisjoint(its)}
    return tuple(sorted(found | {name for name, method in _METHODS.items() if method.search(ddl)}))


def made(sql: str) -> frozenset[str]:
    """Return the extensions that the SQL makes."""
    return frozenset(match.group(1).lower() for match in _MADE.finditer(sql))
