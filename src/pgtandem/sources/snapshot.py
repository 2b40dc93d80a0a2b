"""Writes a catalog as JSON, and reads it back."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pgtandem.errors import SourceError
from pgtandem.kinds import EVERY
from pgtandem.model.catalog import Catalog
from pgtandem.model.key import Key
from pgtandem.model.place import Place
from pgtandem.model.thing import Thing, all_fields, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMAT = 2
_encode = json.JSONEncoder(ensure_ascii=False).encode
_BY_NAME = {kind.KIND: kind for kind in EVERY}


def dump(catalog: Catalog) -> str:
    """Return the catalog as JSON text, one object to a line, the same for equal catalogs."""
    keys = {key: _key_line(key) for key in {*catalog.needs}.union(*catalog.needs.values())}
    lists: dict[str, Iterable[str]] = {
        "things": [line for _, line in sorted(_lines(catalog))],
        "needs": [
            f"[{keys[key]}, [{', '.join([keys[need] for need in sorted(catalog.needs[key])])}]]"
            for key in sorted(catalog.needs)
        ],
        "tolerated": [line for _, line in sorted(_lines(catalog.tolerated))],
        "silent": map(_encode, sorted(catalog.silent)),
    }
    if catalog.places:
        lists["places"] = [_encode([_key(key), at.path, at.line]) for key, at in sorted(catalog.places.items())]
    if catalog.outside:
        lists["outside"] = map(_encode, catalog.outside)
    head = f'"format": {FORMAT},\n"server": {_encode(catalog.server)}'
    return f"{{\n{head},\n" + ",\n".join(f'"{name}": {_listed(lines)}' for name, lines in lists.items()) + "\n}\n"


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


def _listed(lines: Iterable[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]"


def _lines(things: Iterable[Thing]) -> list[tuple[Key, str]]:
    """Return the key and the text of each object; of what is tolerated, several may have the same key."""
    kinds: defaultdict[type[Thing], list[Thing]] = defaultdict(list)
    for thing in things:
        kinds[type(thing)].append(thing)
    lines: list[tuple[Key, str]] = []
    for kind, of in kinds.items():
        names = all_fields(kind)
        columns = [_encoded([getattr(thing, name) for thing in of]) for name in names]
        places = ", ".join(f'"{name}": %s' for name in names)
        template = f'["{kind.KIND}", {{{places}}}]'
        lines += zip(keys_of(kind, of), map(template.__mod__, zip(*columns, strict=True)), strict=True)
    return lines


def _encoded(values: Sequence[Any]) -> list[str]:
    # Most values of a field are there many times; all are of one type, so that no two are equal and not the same.
    texts = {value: _encode(value) for value in set(values)}
    return [texts[value] for value in values]


def _thing(row: list[Any]) -> Thing:
    kind, fields = row
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return _BY_NAME[kind](**values)


@cache
def _name(name: str) -> str:
    return _encode(name)


def _key_line(key: Key) -> str:
    return f"[{', '.join(map(_name, _key(key)))}]"


def _key(key: Key) -> list[str]:
    return [key.namespace, *key.path]


def _to_key(parts: list[str]) -> Key:
    return Key(parts[0], tuple(parts[1:]))
