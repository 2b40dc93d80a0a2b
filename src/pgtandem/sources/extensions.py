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
        "btree_gist": ("gist_int4_ops", "gist_int8_ops", "gist_uuid_ops", "gist_text_ops", "gist_date_ops"),
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
_WORD = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+")
_MADE = re.compile(r"\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?\"?([\w-]+)", re.IGNORECASE)


def needed(ddl: str, *, quoted: bool = False) -> tuple[str, ...]:
    """Return the extensions whose words the SQL uses outside of quotes, sorted; with `quoted` in double ones as well.

    A type is a word that follows a name; a column that is merely called like one costs an extension that is not used.
    """
    words = {match.group().lower().strip('"' * quoted) for match in _WORD.finditer(ddl)}
    return tuple(sorted(name for name, its in _WORDS.items() if not words.isdisjoint(its)))


def made(sql: str) -> frozenset[str]:
    """Return the extensions that the SQL makes."""
    return frozenset(match.group(1).lower() for match in _MADE.finditer(sql))
