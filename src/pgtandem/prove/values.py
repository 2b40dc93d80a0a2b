"""Values that a column may take: first one that is told from all others wherever it turns up, then likely ones."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pgtandem.prove.patterns import matching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pgtandem.prove.shape import Column

_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^",{}]+)')
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])")
_INTEGERS = {"int2": 30_000, "int4": 2_000_000_000, "int8": 9_000_000_000}
_DAY, _HOUR, _MINUTE = 28, 24, 60

_PRECISION = re.compile(r"numeric\((\d+),(\d+)\)")
_PATTERN = re.compile(r"(?<!~)~\*? '((?:[^']|'')*)'")

CANARY = re.compile(r"zq[0-9a-z]{6}z|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}|\d{6,}")
"""What a value that is found once only looks like inside of other text."""


def token(salt: int) -> str:
    """Return a word that no other salt gives."""
    digits = ""
    for _ in range(6):
        salt, rest = divmod(salt, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return f"zq{digits}z"


def uuid_of(salt: int) -> str:
    """Return a UUID that no other salt gives."""
    return f"7a717a71-0000-4000-8000-{salt:012x}"


def candidates(column: Column, salt: int, hints: Sequence[str] = ()) -> list[str]:
    """Return values for the column as text, the best first; `hints` are SQL expressions that speak of the column."""
    hints = (*hints, *column.domain_checks)
    found = [*column.labels] or list(_typed(column, salt, hints))
    if column.base == "bool" and column.own == "false":
        found.reverse()  # a row is first of all as it is made without a word about it
    if column.own is not None:
        found += [text.replace("''", "'") for text in _LITERAL.findall(column.own)] if column.labels else []
    if precise := _PRECISION.fullmatch(column.type):
        whole = int(precise[1]) - int(precise[2])
        found = [value for value in found if abs(float(value)) < 10**whole]
    fitting = (value[: column.length] if 0 < column.length < len(value) else value for value in found)
    return list(dict.fromkeys(fitting))


def _typed(column: Column, salt: int, hints: Sequence[str]) -> Iterator[str]:
    if column.category == "A":
        yield from _array(column, salt)
        return
    if column.base in _INTEGERS:
        yield from _integers(column.base, salt, hints)
        return
    maker = _MAKERS.get(column.base)
    if maker is not None:
        yield from maker(salt, hints)
        return
    if column.category == "S":
        yield from _texts(column, salt, hints)
        return
    if column.base in _VECTORS:
        yield _vector(column, salt)
        return
    # An object identifier is a number; https://www.postgresql.org/docs/current/datatype-oid.html
    fallback = ("0", "{}") if column.category == "N" else ("{}", "0")
    yield from (*fallback, token(salt), "[1,2]", "(1,2)", "[0]")


# Types of the extension pgvector, which take as many numbers as the column says, and any number where it says none.
_VECTORS = frozenset({"vector", "halfvec", "sparsevec"})
_DIMENSIONS = re.compile(r"\((\d+)\)")


def _vector(column: Column, salt: int) -> str:
    said = _DIMENSIONS.search(column.type)
    dimensions, first = int(said.group(1)) if said else 1, salt % 2000 + 1
    if column.base == "sparsevec":
        return f"{{1:{first}}}/{dimensions}"
    return f"[{','.join([str(first), *['0'] * (dimensions - 1)])}]"


def literals(hints: Iterable[str]) -> list[str]:
    """Return the string constants in SQL expressions, and the elements of those that are arrays."""
    found = [text.replace("''", "'") for hint in hints for text in _LITERAL.findall(hint)]
    elements = (element for text in found if text[:1] == "{" and text[-1:] == "}" for element in _elements(text))
    return list(dict.fromkeys([*found, *elements]))


def _elements(array: str) -> Iterator[str]:
    """The elements of an array of strings (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO)."""
    for quoted, bare in _ELEMENT.findall(array[1:-1]):
        yield re.sub(r"\\(.)", r"\1", quoted) if quoted else bare


def numbers(hints: Iterable[str]) -> list[str]:
    """Return the numbers in SQL expressions, and their neighbours."""
    found = [float(text) for hint in hints for text in _NUMBER.findall(hint)]
    near = (value + step for value in found for step in (0, 1, -1))
    return list(dict.fromkeys(str(int(value)) if value == int(value) else str(value) for value in near))


def _integers(base: str, salt: int, hints: Sequence[str]) -> Iterator[str]:
    top = _INTEGERS[base]
    yield str(1000 + salt % 28_000 if base == "int2" else (7_000_000 + salt) % top)
    known = numbers(hints)
    if known:
        yield str(salt % 90 + 1)
    yield from ("1", "0", "2", "10", "-1")
    yield from known


def _texts(column: Column, salt: int, hints: Sequence[str]) -> Iterator[str]:
    word = token(salt)
    if 0 < column.length < len(word):
        yield word[-column.length - 1 : -1] if column.length < len(word) - 1 else word[: column.length]
    as_json = re.compile(rf'(?<!\w){re.escape(column.name)}"?\)*::jsonb?\b')
    if any(map(as_json.search, hints)):
        yield json.dumps({"word": word})
    yield word
    if hints:
        yield from filter(None, (matching(pattern, salt) for pattern in _PATTERN.findall(" ".join(hints))))
        yield from (f"{known}/{word}" for known in literals(hints) if "%" not in known)
        yield from (f"{word}@example.com", f"https://{word}.example.com/{word}", word.upper(), word.capitalize())
        yield from (f"+1{salt:010d}", f"{salt:06x}", f"#{salt % 0xFFFFFF:06x}", f"#{salt % 0xFFFFFF:06X}", f"/{word}")
        yield from (
            f"{salt:064x}",
            uuid_of(salt),
            f"{word}/{word}",
            f"{word}-{word}",
            f"{word}.png",
            "a",
            "A",
            "1",
            "en",
        )
        yield from ("USD", "en-US", "12:00", "2031-01-01", "UTC", "AB", f"{salt % 10**5:05d}", f"{salt % 10**8:08d}")
        yield word + " " + word * 3
        yield word * 12
        yield from literals(hints)  # last: what holds no salt is the same in every row
        yield ""


def _array(column: Column, salt: int) -> Iterator[str]:
    if column.element_labels:
        yield "{" + column.element_labels[0] + "}"
    elif column.element in _INTEGERS or column.element in {"numeric", "float8", "float4"}:
        yield "{" + str(salt % 20_000) + "}"
    elif column.element == "uuid":
        yield "{" + uuid_of(salt) + "}"
    elif column.element == "bool":
        yield "{t}"
    elif column.element in {"text", "varchar", "name", "citext"}:
        yield "{" + token(salt) + "}"
    yield "{}"


def _moment(salt: int) -> str:
    days, minute = divmod(salt, _HOUR * _MINUTE)
    hour, minute = divmod(minute, _MINUTE)
    return f"{_date(days)} {hour:02d}:{minute:02d}:00"


def _date(salt: int) -> str:
    return f"20{31 + salt // (12 * _DAY) % 60}-{salt // _DAY % 12 + 1:02d}-{salt % _DAY + 1:02d}"


def _clock(salt: int) -> str:
    return f"{salt // 3600 % 24:02d}:{salt // 60 % 60:02d}:{salt % 60:02d}"


def _json(salt: int, hints: Sequence[str]) -> Iterator[str]:
    word = token(salt)
    keys = [text for text in literals(hints) if re.fullmatch(r"\w+", text)]
    yield f'{{"k": "{word}"}}'
    yield f'["{word}"]'
    if keys:
        yield "{" + ", ".join(f'"{key}": "{word}"' for key in keys) + "}"
        yield "{" + ", ".join(f'"{key}": 1' for key in keys) + "}"
    yield from ("{}", "[]", f'"{word}"', "1", "true")


def _decimals(salt: int, hints: Sequence[str]) -> Iterator[str]:
    yield from (str(salt % 9000 + 1000), str(salt % 90 + 1), f"0.{salt % 9000 + 1000}", "1", "0", "0.5")
    yield from numbers(hints)


_MAKERS: dict[str, Callable[[int, Sequence[str]], Iterable[str]]] = {
    "uuid": lambda salt, _: (uuid_of(salt),),
    "bool": lambda _, __: ("t", "f"),
    "numeric": _decimals,
    "float4": _decimals,
    "float8": _decimals,
    "money": _decimals,
    "json": _json,
    "jsonb": _json,
    "timestamptz": lambda salt, _: (f"{_moment(salt)}+00", "2020-01-01 00:00:00+00", "2090-01-01 00:00:00+00"),
    "timestamp": lambda salt, _: (_moment(salt), "2020-01-01 00:00:00", "2090-01-01 00:00:00"),
    "date": lambda salt, _: (_date(salt), "2020-01-01", "1990-01-01", "2090-01-01"),
    "time": lambda salt, _: (_clock(salt),),
    "timetz": lambda salt, _: (f"{_clock(salt)}+00",),
    "interval": lambda salt, _: (f"{salt} seconds", "1 hour", "1 day"),
    "bytea": lambda salt, _: (f"\\x{salt:012x}", f"\\x{salt:064x}", "\\x"),
    "inet": lambda salt, _: (f"10.{salt >> 16 & 255}.{salt >> 8 & 255}.{salt & 255}",),
    "cidr": lambda salt, _: (f"10.{salt >> 16 & 255}.{salt >> 8 & 255}.{salt & 255}/32",),
    "macaddr": lambda salt, _: (":".join(f"{salt >> shift & 255:02x}" for shift in (40, 32, 24, 16, 8, 0)),),
    "hstore": lambda salt, _: (f'"{token(salt)}"=>"1"',),
    "ltree": lambda salt, _: (token(salt),),
    "geometry": lambda salt, _: (f"POINT({salt % 180} 1)",),
    "geography": lambda salt, _: (f"POINT({salt % 180} 1)",),
    "xml": lambda salt, _: (f"<k>{token(salt)}</k>",),
    "tsvector": lambda salt, _: (token(salt),),
    "tsquery": lambda salt, _: (token(salt),),
    "point": lambda salt, _: (f"({salt},1)",),
    "bit": lambda _, __: ("1", "0", "00000000"),
    "varbit": lambda salt, _: (f"{salt:b}",),
    "int4range": lambda salt, _: (f"[{salt * 10},{salt * 10 + 5})",),
    "int8range": lambda salt, _: (f"[{salt * 10},{salt * 10 + 5})",),
    "numrange": lambda salt, _: (f"[{salt * 10},{salt * 10 + 5})",),
    "daterange": lambda salt, _: (f"[{_date(salt * 3)},{_date(salt * 3 + 1)})",),
    "tsrange": lambda salt, _: (f"[{_moment(salt * 3)},{_moment(salt * 3 + 1)})",),
    "tstzrange": lambda salt, _: (f"[{_moment(salt * 3)}+00,{_moment(salt * 3 + 1)}+00)",),
}
