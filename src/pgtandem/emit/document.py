"""A generated file as blocks of text, each of which knows the object that it was written from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a file, without its last line feed; `about` is the label of the object that it says something of."""

    text: str
    about: str = ""


def render(blocks: Iterable[Block]) -> str:
    """Return the whole file."""
    return "".join(f"{block.text}\n" for block in blocks)


def about_line(blocks: Iterable[Block], line: int) -> str:
    """Return the label of the object that the line (from 1) says something of, or an empty text."""
    for block in blocks:
        line -= block.text.count("\n") + 1
        if line <= 0:
            return block.about
    return ""
