"""Takes PostgreSQL's types apart, as format_type() prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pgtandem.emit.sql import split, tokens

TIMES = re.compile(r"(timestamp|time)(?:\((\d)\))? (with|without) time zone\Z")
"""Which of the two, its precision, and with or without."""
INTERVAL = re.compile(r"interval(?: ([a-z ]+?))?(?:\((\d)\))?\Z")
"""The fields and the precision."""
_BRACKETS = re.compile(r"(\[\])+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeName:
    """A type taken apart: `varchar(3)[]` is `character varying`, ("3",), array."""

    name: str
    arguments: tuple[str, ...] = ()
    after: str = ""
    array: bool = False


def item_type(text: str) -> str:
    """Return the type of an array's items, or the type itself where it is none."""
    return _BRACKETS.sub("", text)


def type_name(text: str) -> TypeName:
    """Return the type taken apart."""
    base = item_type(text)
    items = tokens(base)
    brackets = [index for index, token in enumerate(items) if token.text == "("]
    if not brackets:
        return TypeName(name=base, array=base != text)
    first, last = items[brackets[0]], next(token for token in reversed(items) if token.text == ")")
    return TypeName(
        name=base[: first.start].strip(),
        arguments=split(base[first.end : last.start]),
        after=base[last.end :].strip(),
        array=base != text,
    )
