"""Remembers what `sync` last read, so that a later change of a source is noticed, and at which line."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FORMAT = 1
_NOTE = "What `pgtandem sync` read, a checksum for each line. Written by it; do not edit."


def dump(sources: Mapping[str, str]) -> str:
    """Return the text of the lock file for these sources: their texts by path."""
    lines = {path: " ".join(_checksums(text)) for path, text in sorted(sources.items())}
    return json.dumps({"note": _NOTE, "format": _FORMAT, "sources": lines}, indent=1, ensure_ascii=False) + "\n"


def changed(text: str, sources: Mapping[str, str], *, path: str) -> dict[str, int]:
    """Return, for each source that is not as the lock file `text` has it, the first line (from 1) that differs."""
    try:
        content = json.loads(text)
        before: dict[str, str] = {} if content["format"] != _FORMAT else content["sources"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError("this is no lock file; `pgtandem sync` writes it anew", path=path) from error
    different = {}
    for name in sorted({*before, *sources}):
        one, other = before.get(name, "").split(), _checksums(sources[name]) if name in sources else []
        if one != other:
            same = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
            different[name] = 1 + (min(len(one), len(other)) if same is None else same)
    return different


def _checksums(text: str) -> list[str]:
    return [f"{zlib.crc32(line.encode()):08x}" for line in text.split("\n")]
