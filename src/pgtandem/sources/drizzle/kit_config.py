"""Reads drizzle.config.ts without running it: only the expressions that say which schema is meant are worked out.

A configuration imports dotenv, checks the environment, throws; none of that is looked at. A value that is not known
becomes an error only where it is needed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pgtandem.caches import looks
from pgtandem.errors import SourceError
from pgtandem.sources.drizzle.constants import UNDEFINED, Reading, Unknown, is_true
from pgtandem.sources.drizzle.graph import display
from pgtandem.sources.drizzle.namings import contents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DIALECT: Final = "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class KitConfig:
    """What a configuration says that a schema depends on.

    `schema` are files, folders and globs as they are written, `project` the folder that they are relative to;
    `schema_filter`, `tables_filter` and `roles` tell what drizzle-kit would look at in a database.
    """

    path: Path
    project: Path
    schema: tuple[str, ...]
    casing: str | None = None
    out: str | None = None
    schema_filter: tuple[str, ...] = ()
    tables_filter: tuple[str, ...] = ()
    roles: bool = False


def read(path: Path, *, project: Path | None = None, env: Mapping[str, str] | None = None) -> KitConfig:
    """Read the configuration at `path`.

    Paths in it are relative to the folder in which drizzle-kit is run: the first of `project`, the configuration's
    folder and those above it in which the schema is. `env` is the environment.

    Raises `SourceError`, with file and line, where it is no configuration for PostgreSQL or where a value that is
    needed can only be known by running it.
    """
    reading = Reading(env=env, folder=project or path.parent)
    options = _Options(path=path, values=_exported(path, reading))
    schema = options.needed("schema")
    if not schema:
        raise SourceError('the configuration has no "schema": it must name the files of the schema', path=display(path))
    options.check_dialect()
    return KitConfig(
        path=path,
        project=_folder_of(schema, path, project),
        schema=schema,
        casing=next(iter(options.needed("casing")), None),
        out=options.text("out"),
        schema_filter=options.texts("schemaFilter"),
        tables_filter=options.texts("tablesFilter"),
        roles=options.truth("entities", "roles"),
    )


def _exported(path: Path, reading: Reading) -> Any:
    if path.suffix == ".json":
        try:
            return json.loads(contents(path))
        except ValueError as error:
            raise SourceError(f"the file is not JSON: {error}", path=display(path)) from error
    value = reading.default_export(path)
    if not isinstance(value, (dict, Unknown)):
        raise SourceError(
            "the configuration exports no object: `export default defineConfig({...})` is expected", path=display(path)
        )
    return value


def _folder_of(schema: Sequence[str], path: Path, project: Path | None) -> Path:
    """The folder in which drizzle-kit is run; a configuration may lie deeper than that."""
    for folder in (project or path.parent, path.parent, *path.parent.parents):
        if all(looks.exists(folder / _fixed_part(entry)) for entry in schema):
            return folder
        if folder != project and looks.exists(folder / ".git"):
            break
    return project or path.parent


def _fixed_part(entry: str) -> str:
    """An entry up to its first wildcard."""
    return re.split(r"[^/]*[*?\[{]|[^/]*[!@+]\(", entry, maxsplit=1)[0] or "."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    path: Path
    values: Any

    def _value(self, *keys: str) -> Any:
        value = self.values
        for key in keys:
            if isinstance(value, Unknown):
                return value
            value = value.get(key, UNDEFINED) if isinstance(value, dict) else UNDEFINED
        return value

    def text(self, key: str) -> str | None:
        """A text that is looked at only where it is known."""
        value = self._value(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or texts that are looked at only where they are known."""
        value = self._value(key)
        return tuple(one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))

    def needed(self, key: str) -> tuple[str, ...]:
        """A text or texts without which the schema cannot be read; none where the key is absent."""
        value = self._value(key)
        if value is None or value is UNDEFINED:
            return ()
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Unknown):
                raise SourceError(
                    f'"{key}" cannot be told without running the configuration: {one.why}; '
                    "name the schema's files instead of the configuration",
                    path=one.place.path, line=one.place.line, column=one.place.column, excerpt=one.place.excerpt,
                )  # fmt: skip
            if not isinstance(one, str):
                raise SourceError(f'"{key}" must be a text or a list of texts', path=display(self.path))
        return tuple(value) if isinstance(value, list) else (value,)

    def truth(self, *keys: str) -> bool:
        value = self._value(*keys)
        return not isinstance(value, Unknown) and is_true(value)

    def check_dialect(self) -> None:
        """Old configurations have no dialect; their driver tells it."""
        given = self.needed("dialect")
        driver = self.text("driver")
        if not given and driver in (None, "pg", "aws-data-api", "pglite"):
            return
        dialect = given[0] if given else f"that of the driver {driver}"
        if dialect != DIALECT:
            raise SourceError(f'"dialect" is {dialect}, and only {DIALECT} is read', path=display(self.path))
