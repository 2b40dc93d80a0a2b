"""Reads a Drizzle schema without Node: what `drizzle-kit export` would print, and where each thing is declared.

TypeScript is stripped of its types with every line kept, the modules run in a sandbox against a recording of
drizzle-orm's API, and what they record is printed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pgtandem.caches import looks
from pgtandem.caches.looks import Looks
from pgtandem.errors import SourceError, UsageError
from pgtandem.sources.drizzle import ddl, ddl_1_0, graph, sandbox, version
from pgtandem.sources.drizzle.entries import find_config, is_config, is_entry, schema_files
from pgtandem.sources.drizzle.resolve import is_private, package_name
from pgtandem.sources.drizzle.schema import DrizzleSchema, Statement
from pgtandem.sources.drizzle.typescript import error_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["DIALECTS", "DrizzleSchema", "Statement", "is_entry", "read"]

DIALECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], list[ddl.Line]]]] = {
    "0.31": ddl.statements,
    "1.0": ddl_1_0.statements,
}
"""What writes a model as each line of drizzle-kit does; 0.30 writes as 0.31."""


def read(
    entries: Sequence[Path],
    *,
    project: Path | None = None,
    casing: str | None = None,
    dialect: str | None = None,
    env: Mapping[str, str] | None = None,
    environment: Sequence[str] = (),
) -> DrizzleSchema:
    """Read the schema that is made of these files, folders (their direct children) and globs.

    A drizzle.config.ts, or a folder that holds one, stands for the schema, casing and project that it names.
    `project` is the folder in which drizzle-kit would be run: its tsconfig says what path aliases mean. `casing` is
    "snake_case" or "camelCase". `dialect` is one of DIALECTS, else that of the drizzle-kit that the project has or asks
    for. `env` is all of the environment; without one it is our own, of which a configuration
    may look at everything and the schema's code at what `environment` names.

    Raises `SourceError` with file, line, column and the source line where a file is missing, is not TypeScript,
    imports something that is not there, throws, takes too long or too much memory, reads a variable of our own
    environment that is not named, or where a value of a package that cannot be run would reach the schema. Raises
    `UsageError` for a casing or dialect that does not exist.
    """
    if casing not in (None, "snake_case", "camelCase"):
        raise UsageError(f'casing is "snake_case" or "camelCase", not {casing!r}')
    if dialect not in (None, *DIALECTS):
        raise UsageError(f"the version of drizzle-kit is {' or '.join(DIALECTS)}, not {dialect!r}")
    question = (
        tuple(entries),
        project,
        casing,
        dialect,
        None if env is None else tuple(sorted(env.items())),
        tuple(environment),
        Path.cwd(),
    )
    seen, schema = _latest.pop(question, (Looks(), None))
    if schema is not None and seen.stand():
        seen.note()
    else:
        with Looks() as seen:
            shown = _shown(environment) if env is None else env
            wanted = _wanted(entries, project, casing, env)
            meant = dialect or version.of((*wanted.configs, *wanted.files)[0].parent)
            if meant == "1.0" and casing is not None:
                raise UsageError(
                    "drizzle-kit 1.0 has no casing: there, tables are made with snakeCase.table() or camelCase.table()"
                )
            schema = _read(wanted, meant, shown, withholds=env is None)
    _latest[question] = seen, schema
    for oldest in list(_latest)[: max(len(_latest) - _MOST_KEPT, 0)]:
        _latest.pop(oldest, None)
    return schema


def _shown(environment: Sequence[str]) -> dict[str, str]:
    """The variables of our environment that have these names."""
    found = ((name, looks.variable(name)) for name in environment)
    return {name: value for name, value in found if value is not None}


_MOST_KEPT: Final = 8
_latest: dict[tuple[object, ...], tuple[Looks, DrizzleSchema]] = {}
"""The schemas that were read last, by what was asked for, each with all that it depends on."""


class _Wanted(NamedTuple):
    """The files of a schema, the folder in which drizzle-kit would be run, and the configurations that said so."""

    files: tuple[Path, ...]
    project: Path
    casing: str | None
    configs: tuple[Path, ...]


def _wanted(
    entries: Sequence[Path], project: Path | None, casing: str | None, env: Mapping[str, str] | None
) -> _Wanted:
    folder = Path(os.path.normpath(Path.cwd() / (project or "")))
    config = _configuration(entries, folder)
    if config is None:
        return _Wanted(files=schema_files(entries, folder), project=folder, casing=casing, configs=())
    from pgtandem.sources.drizzle import kit_config  # noqa: PLC0415 - a schema without a configuration is read sooner

    kit = kit_config.read(config, project=None if project is None else folder, env=env)
    files = schema_files([Path(entry) for entry in kit.schema], kit.project)
    return _Wanted(files=files, project=kit.project, casing=casing or kit.casing, configs=(config,))


def _configuration(entries: Sequence[Path], folder: Path) -> Path | None:
    """The drizzle.config.ts among the entries; raise UsageError where it does not stand alone."""
    paths = [Path(os.path.normpath(folder / entry)) for entry in entries]
    found = [one for one in map(_configuration_at, paths) if one is not None]
    if found and len(paths) > 1:
        raise UsageError(f"{found[0].name} names the whole schema: no other entry can stand beside it")
    return found[0] if found else None


def _configuration_at(path: Path) -> Path | None:
    if looks.is_folder(path):
        return find_config(path)
    return path if is_config(path) and looks.is_file(path) else None


def _read(wanted: _Wanted, dialect: str, env: Mapping[str, str], *, withholds: bool) -> DrizzleSchema:
    """Run the schema; and once more with the installed packages of which it hands something on, if these can be run."""
    options = _Options(dialect=dialect, env=env, withholds=withholds)
    schema, run = _run(wanted, options, frozenset())
    missing = [one for one in schema.recording.exported if package_name(one) not in run]
    installed = {one for one in map(package_name, missing) if graph.is_installed(one, wanted.files[0])}
    if installed:
        try:
            schema, run = _run(wanted, options, run | installed)
        except SourceError as error:
            return schema.noting(f"what the schema hands on of {', '.join(missing)} is missing: {error}")
        missing = [one for one in schema.recording.exported if package_name(one) not in run]
    return schema.noting(f"what the schema hands on of {', '.join(missing)} is missing: not run") if missing else schema


class _Options(NamedTuple):
    """How a schema is run, whatever it is."""

    dialect: str
    env: Mapping[str, str]
    withholds: bool


def _run(wanted: _Wanted, options: _Options, run: frozenset[str]) -> tuple[DrizzleSchema, frozenset[str]]:
    """Run the schema; a package is run too, in the same sandbox, only where the schema needs it and it is installed."""
    # drizzle-kit 1.0 does not look at the configuration's casing.
    casing = None if options.dialect == "1.0" else wanted.casing
    while True:
        with sandbox.Sandbox() as box:
            modules = graph.build(wanted.files, wanted.project, run)
            try:
                recording = sandbox.run(box, modules, casing=casing, **options._asdict())
            except sandbox.NotRunError as error:
                package = package_name(error.package)
                if package in run or not graph.is_installed(package, wanted.files[0]):
                    raise
                run |= {package}
            else:
                _refuse_private(modules, recording)
                return DrizzleSchema(
                    dialect=options.dialect,
                    lines=_lines(recording.model, options.dialect),
                    recording=recording,
                    files=tuple(str(path) for path in (*wanted.configs, *modules.files)),
                    notes=recording.notes,
                ), run


def _lines(model: Mapping[str, Any], dialect: str) -> tuple[ddl.Line, ...]:
    """The statements; raise SourceError where the model is not of the shape in which we record."""
    try:
        return tuple(DIALECTS[dialect](model))
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise SourceError(sandbox.TAMPERED) from error


def _refuse_private(modules: graph.Graph, recording: sandbox.Recording) -> None:
    """Raise SourceError where the schema hands on what no package can be: a file that was not found."""
    for module in modules.modules:
        for specifier, line, column in module.javascript.loads:
            if specifier in recording.exported and is_private(specifier):
                shown = graph.display(module.path)
                raise error_at(f'cannot find the module "{specifier}"', module.source, shown, line, column)
