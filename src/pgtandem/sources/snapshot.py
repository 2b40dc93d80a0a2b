"""Writes a catalog as JSON, and reads it back."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError
from pgtandem.kinds import EVERY
from pgtandem.model.catalog import Catalog
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.thing import Thing, all_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = 2
_encode = json.JSONEncoder(ensure_ascii=False).encode
_BY_NAME = {kind.KIND: kind for kind in EVERY}


def dump(catalog: Catalog) -> str:
    """Return the catalog as JSON text, one object to a line, the same for equal catalogs."""
    content: dict[str, Sequence[Any]] = {
        "things": _things(catalog),
        "needs": [[_key(key), sorted(map(_key, needs))] for key, needs in sorted(catalog.needs.items())],
        "tolerated": _things(catalog.tolerated),
        "silent": sorted(catalog.silent),
    }
    if catalog.places:
        content["places"] = [[_key(key), place.path, place.line] for key, place in sorted(catalog.places.items())]
    if catalog.outside:
        content["outside"] = catalog.outside
    head = f'"format": {FORMAT},\n"server": {_encode(catalog.server)}'
    return f"{{\n{head},\n" + ",\n".join(f'"{name}": {_listed(rows)}' for name, rows in content.items()) + "\n}\n"


def load(text: str, *, path: str = "<snapshot>") -> Catalog:
    """Return the catalog; raise SourceError where the text is not a snapshot of this format."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(f"this is not JSON: {error.msg}", path=path, line=error.lineno, column=error.colno) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise SourceError(f"this is not a snapshot of format {FORMAT}; `pgtandem snapshot` writes one", path=path)
    things = [_thing(row) for row in content["things"]]
    return Catalog(
        things=MappingProxyType({thing.key: thing for thing in things}),
        needs=MappingProxyType({_to_key(key): frozenset(map(_to_key, needs)) for key, needs in content["needs"]}),
        tolerated=tuple(_thing(row) for row in content["tolerated"]),
        silent=frozenset(content["silent"]),
        places=MappingProxyType(
            {_to_key(key): Place(path=place, line=line) for key, place, line in content.get("places", ())}
        ),
        server=content["server"],
        outside=tuple(content.get("outside", ())),
    )


def _listed(rows: Sequence[Any]) -> str:
    # The encoder that is written in C knows no indentation; with it a large database takes a tenth of the time.
    return "[\n" + ",\n".join(map(_encode, rows)) + "\n]"


def _things(things: Iterable[Thing]) -> list[list[Any]]:
    return [
        [thing.KIND, {name: getattr(thing, name) for name in all_fields(type(thing))}]
        for thing in sorted(things, key=lambda thing: thing.key)
    ]


def _thing(row: list[Any]) -> Thing:
    kind, fields = row
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return _BY_NAME[kind](**values)


def _key(key: Key) -> list[str]:
    return [key.namespace, *key.path]


def _to_key(parts: list[str]) -> Key:
    return Key(parts[0], tuple(parts[1:]))
