"""SQL that a source contributes, and the way back from its lines to the files of the user."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from pgtandem.errors import SourceError
from pgtandem.files import shown
from pgtandem.model.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pgtandem.sources.footprint import Footprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """SQL to be loaded as a whole; `places` holds where each statement is from, by the line at which it starts.

    Without places, the lines are those of the file at `path`. Where a program of the user's printed it, `footprint` is
    what that depends on. `waits` says that its statements only list what there is to be, so that one that lacks
    something can wait for the scripts behind it.
    """

    path: str
    sql: str
    places: tuple[tuple[int, Place], ...] = ()
    footprint: Footprint | None = None
    waits: bool = False

    def place(self, line: int) -> Place:
        """Return where in the user's files the line comes from."""
        found = bisect.bisect_right(self.places, line, key=itemgetter(0))
        return self.places[found - 1][1] if found else Place(path=self.path, line=line)


def read_text(path: Path, what: str) -> str:
    """Return the text of a file, line ends and all; raise SourceError where there is none or it is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError as error:
        raise SourceError(f"there is no such file; it is named as {what}", path=shown(path)) from error
    except IsADirectoryError as error:
        raise SourceError(f"this is a folder, and {what} must be a file", path=shown(path)) from error
    except PermissionError as error:
        raise SourceError(f"the file cannot be read, and it is named as {what}", path=shown(path)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceError("the file is not UTF-8 text", path=shown(path), line=line) from error


def sql_files(paths: Sequence[Path]) -> tuple[Script, ...]:
    """Return the scripts in SQL files, in the order given."""
    return tuple(Script(path=shown(path), sql=read_text(path, "a file of SQL")) for path in paths)
