"""Where in its files each thing of a Drizzle schema is declared, and the relations that its code knows."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.relation import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pgtandem.sources.drizzle import sandbox

Path_ = tuple[str, ...]
NAME_LIMIT: Final = 63
"""In bytes: PostgreSQL cuts longer names (https://www.postgresql.org/docs/current/sql-syntax-lexical.html)."""


def place(places: sandbox.Places, at: Any) -> Place:
    """Return the place of a recorded position; the first file where our own code declared the thing."""
    found = places.find(at)
    if found is None:
        return Place(path=str(places.modules[0].path), line=1, column=1)
    module, line, column = found
    return Place(path=str(module.path), line=line, column=column)


def places(recording: sandbox.Recording) -> Mapping[Path_, Place]:
    """Return where each thing is declared, by its namespace and path."""
    found = _positions(recording.model)
    return MappingProxyType({path: place(recording.places, at) for path, at in found})


def _positions(model: Mapping[str, Any]) -> Iterator[tuple[Path_, Any]]:
    for namespace, kind in (("type", "enums"), ("relation", "sequences"), ("relation", "views")):
        for item in model[kind]:
            yield _key(namespace, item["schema"], item["name"]), item["at"]
    for namespace, kind in (("schema", "schemas"), ("role", "roles")):
        for item in model[kind]:
            yield _key(namespace, item["name"]), item["at"]
    for policy in model["policies"]:
        yield _key("policy", policy["on"]["schema"], policy["on"]["name"], policy["name"]), policy["at"]
    for table in model["tables"]:
        yield from _table_positions(table)


def _table_positions(table: Mapping[str, Any]) -> Iterator[tuple[Path_, Any]]:
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


def relations(model: Mapping[str, Any]) -> Iterator[Relation]:
    """Yield what `relations()` declares."""
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
