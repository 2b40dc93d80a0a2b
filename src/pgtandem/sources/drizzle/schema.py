"""What a Drizzle schema says, and where in its files each thing is declared."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgtandem.sources.drizzle import ddl, sandbox

LATE: Final[tuple[ddl.Kind, ...]] = ("unique index", "foreign key", "index", "view", "policy")
Path_ = tuple[str, ...]
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


@dataclass(frozen=True, kw_only=True)
class DrizzleSchema:
    """What a Drizzle schema says; what is not asked for is not worked out.

    `files` is every project file that was read, `notes` what the reader did not run or could not follow.
    """

    lines: tuple[ddl.Line, ...] = field(repr=False)
    recording: sandbox.Recording = field(repr=False, compare=False)  # where the lines, which are compared, come from
    files: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ddl(self) -> str:
        """The statements as drizzle-kit prints them."""
        return "".join(f"{_without_end(line)}\n" for line in self.lines)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The statements in drizzle-kit's order."""
        return tuple(self._statements())

    @property
    def loadable(self) -> tuple[Statement, ...]:
        """The statements in an order in which PostgreSQL takes them: a foreign key may need a unique index."""
        early = [one for one in self.statements if one.kind not in LATE]
        return (*early, *(one for kind in LATE for one in self.statements if one.kind == kind))

    @cached_property
    def places(self) -> Mapping[Path_, Place]:
        """Where each thing is declared, by its namespace and path.

        ("relation", schema, table or index or sequence or view), ("column", schema, table, column), ("constraint",
        schema, table, name), ("policy", schema, table, name), ("row security", schema, table), ("type", schema, name),
        ("schema", name), ("role", name).
        """
        return MappingProxyType(dict(_places(self.recording.model, _Finder(self.recording.places))))

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """What `relations()` declares."""
        return tuple(_relations(self.recording.model))

    def _statements(self) -> Iterator[Statement]:
        finder = _Finder(self.recording.places)
        for line in self.lines:
            place = finder.place(line.at)
            yield Statement(
                sql=_without_end(line), path=place.path, line=place.line, column=place.column, kind=line.kind
            )


def _without_end(line: ddl.Line) -> str:
    return line.sql.rstrip("\n")


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
