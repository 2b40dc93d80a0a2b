"""Schemas as they should not be: real ones damaged, rearranged and spliced, by words, by brackets and by bytes."""

# ruff: noqa: E501 - long lists of words; chance that can be repeated is what is wanted

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

HERE: Final = Path(__file__).parent
WORD: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\s+|[A-Za-z_$][\w$]*|\d[\w.]*|=>|"
    r"\.\.\.|[=!<>&|?*+-]+|.",
    re.DOTALL,
)
CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
WORDS: Final = (
    *"( ) [ ] { } < > ; , . : ? ! = => ... ?. ?? || && ** # @ \\ ` ' \" / // /* */ ${ - + ~ | &".split(),
    *"""
    abstract accessor any as asserts async await bigint break case catch class const continue declare default delete do
    else enum export extends finally for from function get global if implements import in infer instanceof interface is
    keyof let module namespace never new null object of override package private protected public readonly require
    return satisfies set static string super switch this throw true try type typeof undefined unique using var void
    while with yield __proto__ constructor prototype toString valueOf then arguments eval globalThis process Symbol
    Proxy Reflect Object Array Promise sql pg text pgTable references default array
    """.split(),
    "0", "-0", "1e999", "0x", "9007199254740993n", "1_000", "NaN", "''", '"\\u{110000}"', '"\\ud800"', "`${", "/(a*)*b/",
    "\ufeff", "\u2028", "\u0000", "\U0001f600", "\r", "\t", "import('x')", "import.meta", "<T,>() => {}", "<T>x", "x as any",
    "x!", "x satisfies T", "enum E { A = 1 << 2, B }", "namespace N.M { export const a = 1 }", "import x = require('x');",
    "export = x;", "export * from './schema';", "import s from './schema';", "import * as d from 'drizzle-orm';", "@x",
    "for (;;) {}", "await 1", "class A { constructor(private a = 1) {} }", "function f(): void; function f() {}",
)  # fmt: skip


@cache
def seeds() -> tuple[str, ...]:
    """Every TypeScript file among the cases."""
    folders = ("cases", "typescript")
    files = sorted(path for folder in folders for path in (HERE / folder).rglob("*.ts"))
    return tuple(path.read_text(encoding="utf-8") for path in files)


@cache
def _words(number: int) -> tuple[str, ...]:
    return tuple(WORD.findall(seeds()[number]))


def mutated(random: Random) -> bytes:
    """Return a damaged schema; the same one for the same state of `random`."""
    words = list(_words(random.randrange(len(seeds()))))
    for _ in range(random.choice((1, 1, 1, 2, 3, 5, 10))):
        words = random.choice(BY_WORDS)(words, random)
    source = "".join(words).encode("utf-8", "surrogatepass")
    return random.choice(BY_BYTES)(source, random) if random.random() < 0.1 else source


def _range(words: list[str], random: Random, longest: int = 12) -> slice:
    start = random.randrange(len(words) + 1)
    return slice(start, start + random.randrange(longest))


def _without(words: list[str], random: Random) -> list[str]:
    words[_range(words, random)] = []
    return words


def _twice(words: list[str], random: Random) -> list[str]:
    part = words[_range(words, random)]
    words[_range(words, random, 1)] = part
    return words


def _other_word(words: list[str], random: Random) -> list[str]:
    place = _range(words, random, 2)
    words[place] = [random.choice(WORDS)]
    return words


def _own_word(words: list[str], random: Random) -> list[str]:
    if words:
        words[_range(words, random, 2)] = [random.choice(words)]
    return words


def _from_elsewhere(words: list[str], random: Random) -> list[str]:
    other = _words(random.randrange(len(seeds())))
    words[_range(words, random)] = other[_range(list(other), random, 60)]
    return words


def _group(words: list[str] | tuple[str, ...], random: Random) -> slice:
    """A pair of brackets with all between."""
    openings = [place for place, word in enumerate(words) if word in CLOSING]
    if not openings:
        return slice(0, 0)
    start = random.choice(openings)
    depth = 0
    for place in range(start, len(words)):
        depth += (words[place] in CLOSING) - (words[place] in CLOSING.values())
        if depth == 0:
            return slice(start, place + 1)
    return slice(start, len(words))


def _other_group(words: list[str], random: Random) -> list[str]:
    other = _words(random.randrange(len(seeds())))
    words[_group(words, random)] = other[_group(other, random)]
    return words


def _nested(words: list[str], random: Random) -> list[str]:
    place = _group(words, random)
    before, after = random.choice(
        (("(", ")"), ("[", "]"), ("{a:", "}"), ("f(", ")"), ("`${", "}`"), ("<any>(", ")"), ("((x): any => ", ")"), ("!", ""),
         ("(", " as any)"), ("new ", "()"), ("await ", ""), ("typeof ", ""), ("a?b:", ""), ("if(a)", ""), ("x<", ">"))
    )  # fmt: skip
    depth = random.choice((1, 2, 3, 30, 300, 3000, 30_000))
    words[place] = [before * depth, *words[place], after * depth]
    return words


def _all_of_one_word(words: list[str], random: Random) -> list[str]:
    if not words:
        return words
    one, other = random.choice(words), random.choice((random.choice(words), random.choice(WORDS)))
    return [other if word == one else word for word in words]


def _flipped(source: bytes, random: Random) -> bytes:
    found = bytearray(source)
    for _ in range(random.randrange(1, 8)):
        if found:
            found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


def _cut(source: bytes, random: Random) -> bytes:
    start = random.randrange(len(source) + 1)
    return random.choice(
        (source[:start], source[start:], source[:start] + random.randbytes(random.randrange(20)) + source[start:])
    )


def _marked(source: bytes, random: Random) -> bytes:
    return (
        random.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"#!/usr/bin/env node\n", b"\xef\xbb\xbf\xef\xbb\xbf", b"\0"))
        + source
    )


def _other_lines(source: bytes, random: Random) -> bytes:
    return source.replace(b"\n", random.choice((b"\r\n", b"\r", b"\xe2\x80\xa8", b" ")))


BY_WORDS: Final[tuple[Callable[[list[str], Random], list[str]], ...]] = (
    _without, _twice, _other_word, _own_word, _from_elsewhere, _other_group, _nested, _all_of_one_word,
)  # fmt: skip
BY_BYTES: Final[tuple[Callable[[bytes, Random], bytes], ...]] = (_flipped, _cut, _marked, _other_lines)
