"""Everything that one project declares, read: its scripts, what they mean, and where each thing is written."""

from __future__ import annotations

import os
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.emit.emitters import Material
from pgtandem.errors import UsageError
from pgtandem.project.settling import settled
from pgtandem.sources import drizzle, migrations, sqlalchemy
from pgtandem.sources.footprint import Footprint
from pgtandem.sources.named import of_models, places_of, said_by, script_of
from pgtandem.sources.script import Script, read_text, sql_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.config import Config
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key
    from pgtandem.model.place import Place
    from pgtandem.project.workshop import Workshop
    from pgtandem.sources import alembic
    from pgtandem.sources.declared import Declared, Reader
    from pgtandem.sources.drizzle import DrizzleSchema
    from pgtandem.sources.named import Source
    from pgtandem.sources.sqlalchemy import Models


class Project:
    """A project, read as far as it is asked."""

    def __init__(self, config: Config, workshop: Workshop) -> None:
        """Read nothing yet."""
        self.config = config
        self.workshop = workshop

    @cached_property
    def reader(self) -> Reader:
        """What reads scripts on this project's platform."""
        config = self.config
        return self.workshop.reader(
            config.platform, config.environment, roles=config.roles, database=config.database_level
        )

    @cached_property
    def schema(self) -> DrizzleSchema | None:
        """What schema.ts says."""
        if not self.config.schema:
            return None
        config = self.config
        return drizzle.read(
            config.schema,
            project=config.folder,
            casing=config.casing,
            dialect=config.drizzle,
            environment=config.environment,
        )

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """The SQL of the whole declaration: what schema.ts means, then the hand-written files.

        Raises UsageError where neither is named: it would mean that there is to be nothing.
        """
        if not self.config.schema and not self.config.sql:
            raise UsageError(
                f"{self.config.path}: this goes by a declaration, and there is none; name it with the key schema or sql"
            )
        schema = () if self.schema is None else (script_of(self.schema, self.config.platform),)
        return (*schema, *sql_files(self.config.sql))

    @cached_property
    def declared(self) -> Declared:
        """What the declaration means."""
        return said_by(settled(self.reader.read(self.scripts), self.reader), places=self.places)

    @cached_property
    def models(self) -> Source:
        """What the SQLAlchemy models declare, read by running them."""
        return self._models[1]

    @cached_property
    def _models(self) -> tuple[Models, Source]:
        return self.read_models({})

    @cached_property
    def starting_models(self) -> sqlalchemy.Reading:
        """The models as they are being read."""
        return self._start_models({})

    def _start_models(self, texts: Mapping[Path, str]) -> sqlalchemy.Reading:
        return self.workshop.closing(
            sqlalchemy.start(
                self.config.models,
                folder=self.config.folder,
                python=self.config.sqlalchemy.python,
                seconds=self.config.sqlalchemy.seconds,
                provided=self.config.platform.schemas,
                texts=texts,
                cache=self.reader.cache,
            )
        )

    def read_models(self, texts: Mapping[Path, str]) -> tuple[Models, Source]:
        """The SQLAlchemy models as they would be if files held these texts, and what they then declare."""
        models = (self._start_models(texts) if texts else self.starting_models).models()
        return models, of_models(models, self.reader)

    @cached_property
    def starting_migrations(self) -> alembic.Reading | None:
        """The migrations as they are being printed, where Alembic does that."""
        if self.config.migrations is None:
            return None
        python, reader = self.config.sqlalchemy.python, self.reader
        started = migrations.start(self.config.migrations, python=python, cache=reader.cache, empty=reader.empty)
        return started and self.workshop.closing(started)

    @cached_property
    def _migrations(self) -> tuple[Script, ...]:
        if self.config.migrations is None:
            raise UsageError(f"{self.config.path}: there is no folder of migrations")
        return (
            (self.starting_migrations.script(),)
            if self.starting_migrations
            else migrations.read(self.config.migrations)
        )

    @property
    def history(self) -> tuple[str, ...]:
        """The files of the migrations, in the order in which they are applied."""
        paths = [[place.path for _, place in script.places] or [script.path] for script in self._migrations]
        return tuple(dict.fromkeys(chain.from_iterable(paths)))

    @cached_property
    def migrated(self) -> Catalog:
        """The catalog that the folder of migrations gives."""
        return self.reader.read(self._migrations).catalog

    @property
    def footprint(self) -> Footprint:
        """What the schema, the models and the migrations depend on, those that were read."""
        read = vars(self)
        schema = read.get("schema")
        written = Footprint(files=schema.files) if schema else Footprint()
        models = self._models[0].footprint if "_models" in read else Footprint()
        printed = [script.footprint for script in read.get("_migrations", ()) if script.footprint]
        return sum((models, *printed), written)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The text of every file that the declaration is read from, by its path from the project's folder."""
        paths = [*(Path(path) for path in (self.schema.files if self.schema else ())), *self.config.sql]
        return {_relative(self.config.folder, path): read_text(path, "a source of the schema") for path in paths}

    @cached_property
    def places(self) -> Mapping[Key, Place]:
        """Where in schema.ts each thing is written."""
        return places_of(self.schema) if self.schema else {}

    @cached_property
    def material(self) -> Material:
        """What artefacts are written from."""
        named = (*self.config.schema, *self.config.sql)
        return Material(
            declared=self.declared,
            platform=self.config.platform,
            scope=self.reader.scope,
            relations=self.schema.relations if self.schema else (),
            sources=", ".join(_relative(self.config.folder, path) for path in named) or "the declared schema",
            waivers=self.config.waivers,
        )


def _relative(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
