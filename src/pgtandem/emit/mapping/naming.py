"""Chooses the names that a person would give to classes, attributes and relationships.

- A class is the singular of its table's name, each word capitalized: `crawl_jobs` is CrawlJob, `api_keys` ApiKey,
  `HTTPLogs` HttpLog. Where two tables would share a name, the one that is written in the singular keeps it and the
  other keeps its plural; after that the schema's name goes in front.
- An attribute is its column's name where Python and SQLAlchemy allow it, else that name made an identifier with an
  underscore behind it.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# Names that mean something else on a declarative class
# (https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#naming-declarative-mapped-columns-explicitly), `cls`
# where a relationship names its columns in a string.
_RESERVED = frozenset({"cls", "metadata", "registry", "type_annotation_map"})

_IRREGULAR: Mapping[str, str] = {
    "aches": "ache", "analyses": "analysis", "axes": "axis", "buses": "bus", "caches": "cache", "calories": "calorie",
    "children": "child", "cookies": "cookie", "cpus": "cpu", "crises": "crisis", "criteria": "criterion",
    "diagnoses": "diagnosis", "echoes": "echo", "feet": "foot", "geese": "goose", "gpus": "gpu", "gurus": "guru",
    "halves": "half", "headaches": "headache", "heroes": "hero", "hypotheses": "hypothesis", "indices": "index",
    "irises": "iris", "knives": "knife", "leaves": "leaf", "lenses": "lens", "lives": "life", "matrices": "matrix",
    "men": "man", "menus": "menu", "mice": "mouse", "movies": "movie", "niches": "niche", "parentheses": "parenthesis",
    "people": "person", "phenomena": "phenomenon", "potatoes": "potato", "quizzes": "quiz", "selfies": "selfie",
    "shelves": "shelf", "skus": "sku", "synopses": "synopsis", "teeth": "tooth", "theses": "thesis",
    "tomatoes": "tomato", "vertices": "vertex", "vetoes": "veto", "wives": "wife", "wolves": "wolf", "women": "woman",
    "zombies": "zombie",
}  # fmt: skip
_UNCHANGED = frozenset(
    """
    alias always analytics as atlas aws axis bias canvas chaos christmas cors debris dns gas gis gps headquarters https
    ibis ios iris is kubernetes kudos logistics macos mathematics news os pelvis perhaps physics redis series sms
    species tennis this tls us
    """.split()
)


def singular(word: str) -> str:
    """Return the singular of an English noun in lower case, or the word where it looks like none."""
    if word in _UNCHANGED:
        return word
    return _IRREGULAR.get(word) or _singular_by_ending(word)


# Nouns in -use, whose plural would otherwise be taken for that of a noun in -us.
_IN_USE = re.compile(r"(^(ab|f|m)?|[ao]|xc)uses$")


def _singular_by_ending(word: str) -> str:
    if re.search(r"(ss|us|sis)$", word):
        return word
    if re.search(r"((sh|ch|x|zz|ss)|^(ali|canv|atl|bi|g)as)es$", word):
        return word[:-2]
    if word.endswith("uses"):
        return word[:-1] if _IN_USE.search(word) else word[:-2]
    if word.endswith("ies") and len(word) > len("ties"):
        return word[:-3] + "y"
    return word.removesuffix("s")


def words(name: str) -> list[str]:
    """Return the words of a name in lower case, whether it is written in snake_case or camelCase."""
    plain = unicodedata.normalize("NFKC", name)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])", "_", plain)
    return [word.lower() for word in re.split(r"[\W_]+", apart) if word]


def snake(name: str) -> str:
    """Return the name in snake_case."""
    return "_".join(words(name))


def singular_name(name: str) -> str:
    """Return the name in snake_case with its last word in the singular."""
    *before, last = words(name) or [""]
    return "_".join([*before, singular(last)])


def camel(name: str) -> str:
    """Return the name as a class is called, each word capitalized; an identifier whatever the name is."""
    text = "".join(word[:1].upper() + word[1:] for word in words(name))
    if not text.isidentifier():
        text = "Table" + "".join(character for character in text if f"_{character}".isidentifier())
    return f"{text}_" if keyword.iskeyword(text) else text


def class_names(tables: Iterable[tuple[str, str]], taken: Collection[str]) -> dict[tuple[str, str], str]:
    """Return a name for each table (schema, name), none of them twice and none in `taken`."""
    chosen: dict[tuple[str, str], str] = {}
    used = set(taken)
    for table in sorted(tables, key=_claim):
        chosen[table] = first_free(_class_candidates(*table), used)
        used.add(chosen[table])
    return chosen


def _claim(table: tuple[str, str]) -> tuple[bool, bool, str, str]:
    schema, name = table
    return schema != "public", snake(name) != singular_name(name), schema, name


def _class_candidates(schema: str, name: str) -> tuple[str, ...]:
    one, many = camel(singular_name(name)), camel(name)
    return one, many, camel(f"{schema}_{singular_name(name)}"), camel(f"{schema}_{name}")


def first_free(candidates: Iterable[str], used: Collection[str]) -> str:
    """Return the first candidate that is not used, else the last of them with the first number that makes it so."""
    name = ""
    for name in candidates:
        if name not in used:
            return name
    number = 2
    while f"{name}_{number}" in used:
        number += 1
    return f"{name}_{number}"


def attribute_names(columns: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Return the attribute for each column of a table, none of them twice and none in `taken`."""
    columns = tuple(columns)
    fine = {column: column for column in columns if is_attribute(column) and column not in taken}
    used = {*fine.values(), *taken}
    for column in columns:
        if column not in fine:
            fine[column] = first_free([identifier(column)], used)
            used.add(fine[column])
    return fine


def is_attribute(name: str) -> bool:
    """Return whether a declarative class can have an attribute of the name."""
    return is_plain(name) and name not in _RESERVED and not name.startswith("_sa_")


def is_plain(name: str) -> bool:
    """Return whether the body of a class can define the name as it is.

    Python reads identifiers in normal form NFKC, and mangles names that begin with two underscores inside a class.
    """
    return (
        name.isidentifier()
        and unicodedata.normalize("NFKC", name) == name
        and not keyword.iskeyword(name)
        and not name.startswith("__")
    )


def identifier(name: str) -> str:
    """Return the name made an attribute's, with an underscore behind it where that leaves it as it was."""
    plain = unicodedata.normalize("NFKC", name)
    text = "".join(character if f"_{character}".isidentifier() else "_" for character in plain)
    if text.startswith(("__", "_sa_")):
        text = text.lstrip("_")
    if not text.strip("_"):
        text = "column"
    if not text[0].isidentifier():
        text = f"_{text}"
    return text if text != name and is_attribute(text) else f"{text}_"
