"""Reads a Drizzle schema without Node: what `drizzle-kit export` would print, and where each thing is declared.

TypeScript is stripped of its types with every line kept, the modules run in a sandbox against a recording of
drizzle-orm's API, and what they record is printed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import UsageError
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.relation import Relation
from pgtandem.sources.drizzle import ddl, ddl_1_0, graph, kit_config, sandbox
from pgtandem.sources.drizzle.entries import is_entry, schema_files
from pgtandem.sources.drizzle.resolve import package_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["DIALECTS", "DrizzleSchema", "Statement", "is_entry", "read"]

LATE: Final[tuple[ddl.Kind, ...]] = ("unique index", "foreign key", "index", "view", "policy")
Path_ = tuple[str, ...]
DIALECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], list[ddl.Line]]]] = {
    "0.31": ddl.statements,
    "1.0": ddl_1_0.statements,
}
"""What writes a model as each line of drizzle-kit does; 0.30 writes as 0.31."""
NAME_LIMIT: Final = 63
"""In bytes: PostgreSQL cuts longer names (https://www.postgresql.org/docs/current/sql-syntax-lexical.html)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One DDL statement as drizzle-kit prints it, with its semicolon, and where what it makes is declared (from 1)."""

    sql: str
    path: str
    line: int
    column: int
    kind: ddl.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class DrizzleSchema:
    """What a Drizzle schema says.

    `statements` are in drizzle-kit's order; `places` tells where each thing is declared, by its namespace and path:
    ("relation", schema, table or index or sequence or view), ("column", schema, table, column), ("constraint", schema,
    table, name), ("policy", schema, table, name), ("row security", schema, table), ("type", schema, name), ("schema",
    name), ("role", name); `relations` is what relations() declares; `files` every project file that was read; `notes`
    what the reader did not run or could not follow.
    """

    statements: tuple[Statement, ...]
    places: Mapping[tuple[str, ...], Place]
    relations: tuple[Relation, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """The statements as drizzle-kit prints them."""
        return "".join(f"{statement.sql}\n" for statement in self.statements)

    @property
    def loadable(self) -> tuple[Statement, ...]:
        """The statements in an order in which PostgreSQL takes them: a foreign key may need a unique index."""
        early = [one for one in self.statements if one.kind not in LATE]
        return (*early, *(one for kind in LATE for one in self.statements if one.kind == kind))


def read(
    entries: Sequence[Path],
    *,
    project: Path | None = None,
    casing: str | None = None,
    dialect: str = "0.31",
    env: Mapping[str, str] | None = None,
) -> DrizzleSchema:
    """Read the schema that is made of these files, folders (their direct children) and globs.

    A drizzle.config.ts, or a folder that holds one, stands for the schema, casing and project that it names. `project`
    is the folder in which drizzle-kit would be run: its tsconfig says what path aliases mean. `casing` is "snake_case"
    or "camelCase". `env` is all of the environment that the schema's code sees.

    Raises `SourceError` with file, line, column and the source line where a file is missing, is not TypeScript, imports
    something that is not there, throws, takes too long or too much memory, or where a value of a package that cannot be
    run would reach the schema. Raises `UsageError` for a casing or dialect that does not exist.
    """
    if casing not in (None, "snake_case", "camelCase"):
        raise UsageError(f'casing is "snake_case" or "camelCase", not {casing!r}')
    if dialect not in DIALECTS:
        raise UsageError(f"the version of drizzle-kit is {' or '.join(DIALECTS)}, not {dialect!r}")
    if dialect == "1.0" and casing is not None:
        raise UsageError(
            "drizzle-kit 1.0 has no casing: there, tables are made with snakeCase.table() or camelCase.table()"
        )
    wanted = _wanted(entries, project, casing, env)
    return _read(wanted, dialect, env or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
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
    if path.is_dir():
        return kit_config.find(path)
    return path if kit_config.is_config(path) and path.is_file() else None


def _read(wanted: _Wanted, dialect: str, env: Mapping[str, str]) -> DrizzleSchema:
    """Run the schema; a package is run too, in the same sandbox, only where the schema needs it and it is installed."""
    run: frozenset[str] = frozenset()
    # drizzle-kit 1.0 does not look at the configuration's casing.
    casing = None if dialect == "1.0" else wanted.casing
    while True:
        with sandbox.Sandbox(at_once=wanted.files not in _latest) as box:
            modules = graph.build(wanted.files, wanted.project, run)
            inputs = _inputs(wanted, modules, dialect, env)
            known, schema = _latest.get(wanted.files, (None, None))
            if known == inputs and schema is not None:
                return schema
            try:
                recording = sandbox.run(box, modules, casing=casing, dialect=dialect, env=env)
            except sandbox.NotRunError as error:
                package = package_name(error.package)
                if package in run or not graph.is_installed(package, wanted.files[0]):
                    raise
                run |= {package}
            else:
                return _kept(wanted, inputs, _described(wanted, modules, recording, dialect))


_MOST_KEPT: Final = 8
_latest: dict[tuple[Path, ...], tuple[object, DrizzleSchema]] = {}
"""The schemas that were read last, by their entries, each with all that it depends on, as the sandbox sees no more."""


def _inputs(wanted: _Wanted, modules: graph.Graph, dialect: str, env: Mapping[str, str]) -> object:
    files = [(module.path, module.source, module.links) for module in modules.modules]
    return wanted, files, modules.files, modules.notes, dialect, dict(env)


def _kept(wanted: _Wanted, inputs: object, schema: DrizzleSchema) -> DrizzleSchema:
    _latest.pop(wanted.files, None)
    _latest[wanted.files] = inputs, schema
    for oldest in list(_latest)[:-_MOST_KEPT]:
        _latest.pop(oldest, None)
    return schema


def _described(wanted: _Wanted, modules: graph.Graph, recording: sandbox.Recording, dialect: str) -> DrizzleSchema:
    finder = _Finder(recording.places)
    return DrizzleSchema(
        statements=tuple(_statements(DIALECTS[dialect](recording.model), finder)),
        places=MappingProxyType(dict(_places(recording.model, finder))),
        relations=tuple(_relations(recording.model)),
        files=tuple(str(path) for path in (*wanted.configs, *modules.files)),
        notes=recording.notes,
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    places: sandbox.Places

    def place(self, at: Any) -> Place:
        """The place of a recorded position; the first file where our own code declared the thing."""
        found = self.places.find(at)
        if found is None:
            return Place(path=str(self.places.modules[0].path), line=1, column=1)
        module, line, column = found
        return Place(path=str(module.path), line=line, column=column)


def _statements(lines: Sequence[ddl.Line], finder: _Finder) -> Iterator[Statement]:
    for line in lines:
        place = finder.place(line.at)
        text = line.sql.rstrip("\n")
        yield Statement(sql=text, path=place.path, line=place.line, column=place.column, kind=line.kind)


def _places(model: Mapping[str, Any], finder: _Finder) -> Iterator[tuple[Path_, Place]]:
    for namespace, kind in (("type", "enums"), ("relation", "sequences"), ("relation", "views")):
        for item in model[kind]:
            yield _key(namespace, item["schema"], item["name"]), finder.place(item["at"])
    for namespace, kind in (("schema", "schemas"), ("role", "roles")):
        for item in model[kind]:
            yield _key(namespace, item["name"]), finder.place(item["at"])
    for policy in model["policies"]:
        yield _key("policy", policy["on"]["schema"], policy["on"]["name"], policy["name"]), finder.place(policy["at"])
    for table in model["tables"]:
        for path, at in _table_places(table):
            yield path, finder.place(at)


def _table_places(table: Mapping[str, Any]) -> Iterator[tuple[Path_, Any]]:
    schema, name = table["schema"] or "public", table["name"]
    yield _key("relation", schema, name), table["at"]
    yield _key("row security", schema, name), table["at"]
    for column in table["columns"]:
        yield _key("column", schema, name, column["name"]), column["at"]
        if column["primary"]:
            # What PostgreSQL calls a primary key that is declared without a name.
            yield _key("constraint", schema, name, f"{name}_pkey"), column["at"]
    for kind in ("primaryKeys", "uniques", "foreignKeys", "checks"):
        for constraint in table[kind]:
            yield (
                _key("constraint", schema, name, constraint["name"]),
                table["at"] if constraint["at"] is None else constraint["at"],
            )
    for index in table["indexes"]:
        yield _key("relation", schema, index["name"]), index["at"]
    for policy in table["policies"]:
        yield _key("policy", schema, name, policy["name"]), policy["at"]


def _key(namespace: str, *path: str) -> Path_:
    return (namespace, *(part.encode()[:NAME_LIMIT].decode(errors="ignore") for part in path))


def _relations(model: Mapping[str, Any]) -> Iterator[Relation]:
    for relation in model["relations"]:
        yield Relation(
            table=_table_key(relation["table"]),
            name=relation["name"],
            target=_table_key(relation["target"]),
            many=relation["kind"] == "many",
            fields=tuple(relation["fields"]),
            references=tuple(relation["references"]),
            relation_name=relation["relationName"],
        )


def _table_key(table: Mapping[str, Any]) -> Key:
    return Key("relation", _key("relation", table["schema"] or "public", table["name"])[1:])
