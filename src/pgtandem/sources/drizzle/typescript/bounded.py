"""The parser, stopped where a text takes it more memory or time than any that people write.

Recovering from errors, it may keep as many readings of a text as that has words, each as long as the text, and try
them all on every word that follows.
"""

from __future__ import annotations

import resource
import sys
import time
from typing import TYPE_CHECKING, Final

from tree_sitter import Parser

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.typescript.lines import reference_at

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

MEMORY: Final = 512 * 1024 * 1024
"""In bytes, beyond what the process had at most before; a schema of a thousand tables takes 60 MB."""
SECONDS: Final = 10
"""Of processor time for each text; a schema of a thousand tables takes a quarter of one."""
CHUNK: Final = 64 * 1024


class BoundedParser:
    """A parser for one file."""

    def __init__(self, language: Language, path: str) -> None:
        self._parser, self._path = Parser(language), path

    def parse(self, text: bytes) -> Tree:
        """Return the tree of a text; raise `SourceError` where that takes too much."""
        most, end, reached, spent = _peak() + MEMORY, time.thread_time() + SECONDS, 0, ""

        def is_too_much(offset: int, _: bool) -> bool:  # noqa: FBT001 - how the parser calls it
            nonlocal reached, spent
            reached = offset
            if _peak() > most:
                spent = f"{MEMORY // 1024 // 1024} MB of memory"
            elif time.thread_time() > end:
                spent = f"{SECONDS} seconds"
            return bool(spent)

        try:
            return self._parser.parse(lambda start, _: text[start : start + CHUNK], progress_callback=is_too_much)
        except ValueError as error:
            place = reference_at(text, reached, "")
            message = f"what is written up to here takes the parser more than {spent}"
            raise SourceError(message, path=self._path, line=place.line, column=place.column) from error


def _peak() -> int:
    """The most memory that the process has had, in bytes, which is how macOS counts; Linux counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
