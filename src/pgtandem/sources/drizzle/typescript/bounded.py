"""The parser, stopped where a text takes it more memory than any that people write.

Recovering from errors, it may keep as many readings of a text as that has words, each as long as the text.
"""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING, Final

from tree_sitter import Parser

from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.typescript.lines import reference_at

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

MEMORY: Final = 512 * 1024 * 1024
"""In bytes, beyond what the process had at most before; a schema of a thousand tables takes 60 MB."""
CHUNK: Final = 64 * 1024


class BoundedParser:
    """A parser for one file."""

    def __init__(self, language: Language, path: str) -> None:
        self._parser, self._path = Parser(language), path

    def parse(self, text: bytes) -> Tree:
        """Return the tree of a text; raise `SourceError` where that takes too much memory."""
        most, reached = _peak() + MEMORY, 0

        def is_too_much(offset: int, _: bool) -> bool:  # noqa: FBT001 - how the parser calls it
            nonlocal reached
            reached = offset
            return _peak() > most

        try:
            return self._parser.parse(lambda start, _: text[start : start + CHUNK], progress_callback=is_too_much)
        except ValueError as error:
            place = reference_at(text, reached, "")
            message = f"what is written up to here takes the parser more than {MEMORY // 1024 // 1024} MB of memory"
            raise SourceError(message, path=self._path, line=place.line, column=place.column) from error


def _peak() -> int:
    """The most memory that the process has had, in bytes, which is how macOS counts; Linux counts in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
