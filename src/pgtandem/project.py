"""Everything that one project declares, read: its scripts, what they mean, and where each thing is written."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pgtandem import scratch
from pgtandem.emit.emitters import Material
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.sources import drizzle, migrations
from pgtandem.sources.declared import Declared, Reader
from pgtandem.sources.script import Script, read_text, sql_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from pgtandem.config import Config
    from pgtandem.model.catalog import Catalog
    from pgtandem.scratch import Server
    from pgtandem.sources.drizzle import DrizzleSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where scratch databases are made: the URL of a server, or None for one of our own, and the folder of caches."""

    server: str | None = None
    cache: Path | None = None


class Project:
    """A project, read when it is asked; a scratch server is started when the first catalog is not in the cache.

    Use it as a context manager: the server stops at its end.
    """

    def __init__(self, config: Config, workshop: Workshop) -> None:
        """Read nothing yet."""
        self.config = config
        self._workshop = workshop
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @cached_property
    def server(self) -> Server:
        """The scratch server."""
        return self._stack.enter_context(scratch.server(self._workshop.server))

    @cached_property
    def reader(self) -> Reader:
        """What reads scripts on this project's platform; a foreign server's catalogs are not cached."""
        cache = None if self._workshop.server else self._workshop.cache
        return Reader(platform=self.config.platform, server=lambda: self.server, cache=cache)

    @cached_property
    def schema(self) -> DrizzleSchema | None:
        """What schema.ts says."""
        if not self.config.schema:
            return None
        return drizzle.read(self.config.schema, project=self.config.folder, casing=self.config.casing)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The SQL of the whole declaration: what schema.ts means, then the hand-written files."""
        schema = () if self.schema is None else (_script(self.schema),)
        return (*schema, *sql_files(self.config.sql))

    @cached_property
    def declared(self) -> Declared:
        """What the declaration means."""
        return self.reader.read(self.scripts)

    @cached_property
    def migrated(self) -> Catalog | None:
        """The catalog that the folder of migrations gives."""
        if self.config.migrations is None:
            return None
        return self.reader.read(migrations.read(self.config.migrations)).catalog

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The text of every file that the declaration is read from, by its path from the project's folder."""
        files = [*(Path(path) for path in (self.schema.files if self.schema else ())), *self.config.sql]
        return {_relative(self.config.folder, path): read_text(path, "a source of the schema") for path in files}

    @cached_property
    def places(self) -> Mapping[Key, Place]:
        """Where in schema.ts each thing is written."""
        places = self.schema.places if self.schema else {}
        return {
            Key(path[0], tuple(path[1:])): Place(
                path=self.config.shown(place.path), line=place.line, column=place.column
            )
            for path, place in places.items()
        }

    @property
    def material(self) -> Material:
        """What artefacts are written from."""
        return Material(
            declared=self.declared,
            platform=self.config.platform,
            scope=self.reader.scope,
            relations=self.schema.relations if self.schema else (),
            sources=", ".join(_relative(self.config.folder, path) for path in self._named) or "the declared schema",
        )

    @property
    def _named(self) -> tuple[Path, ...]:
        return (*self.config.schema, *self.config.sql)


def _script(schema: DrizzleSchema) -> Script:
    """Join the statements, and remember at which line each starts."""
    places, texts, line = [], [], 1
    for statement in schema.statements:
        places.append((line, Place(path=statement.path, line=statement.line, column=statement.column)))
        texts.append(statement.sql)
        line += statement.sql.count("\n") + 1
    return Script(path="schema.ts", sql="\n".join(texts), places=tuple(places))


def _relative(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
