"""Draws the tables of a catalog and the foreign keys between them, as SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from math import sqrt
from typing import TYPE_CHECKING

from pgtandem.emit.document import Block
from pgtandem.kinds import Column, Constraint, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.model.catalog import Catalog
    from pgtandem.model.key import Key

_HEAD, _LINE, _CHARACTER, _GAP_X, _GAP_Y, _MARGIN = 30, 20, 7.3, 72, 26, 16
_SCREEN = (1240.0, 800.0)
_STEEPNESS = (0.7, 0.9, 1.1, 1.3, 1.6, 2.0, 2.5)
"""How high a column may be, as a multiple of the side of a square that holds all boxes."""
_MANY = 60
"""With more tables than that, only keys are drawn."""
_FOREIGN = re.compile(r"FOREIGN KEY \((.*?)\) REFERENCES")
_PRIMARY = re.compile(r"PRIMARY KEY \((.*?)\)")
_SHORT = {
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "character varying": "varchar",
    "double precision": "float8",
    "time without time zone": "time",
    "time with time zone": "timetz",
}

STYLE = """
.erd text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--ink, #1c2230); }
.erd .name { font-weight: 600; font-size: 13px; }
.erd .type { fill: var(--soft, #667085); text-anchor: end; }
.erd .key { fill: var(--accent, #2456c8); font-size: 10px; }
.erd .box { fill: var(--card, #ffffff); stroke: var(--line, #cfd6e2); }
.erd .head { fill: var(--head, #eef2f8); stroke: var(--line, #cfd6e2); }
.erd [data-state=differs] .head { fill: var(--differs-soft, #fff1d6); stroke: var(--differs, #b26a00); }
.erd [data-state=missing] .head, .erd [data-state=extra] .head {
  fill: var(--missing-soft, #fde7e7); stroke: var(--missing, #c02b2b); }
.erd .edge { fill: none; stroke: var(--edge, #93a0b5); stroke-width: 1.3; }
.erd .edge.lit { stroke: var(--accent, #2456c8); stroke-width: 2.4; }
.erd .edge.dim { opacity: .12; }
.erd .tip { fill: var(--edge, #93a0b5); }
.erd g:focus { outline: none; }
.erd g:focus .box, .erd g:hover .box { stroke: var(--accent, #2456c8); stroke-width: 2; }
"""


@dataclass(slots=True)
class _Box:
    """A table as it is drawn: its rows are name, type and sign (PK, FK)."""

    key: Key
    rows: list[tuple[str, str, str]]
    more: int = 0
    refers: list[tuple[str, Key]] = field(default_factory=list)
    x: float = 0
    y: float = 0

    @property
    def width(self) -> float:
        widest = max((len(name) + len(kind) + len(sign) + 3 for name, kind, sign in self.rows), default=0)
        return max(widest, len(self.key.path[-1]) + 4, 16) * _CHARACTER + 14

    @property
    def height(self) -> float:
        return _HEAD + _LINE * (len(self.rows) + bool(self.more)) + 6

    def row_y(self, column: str) -> float:
        """The height at which an edge that belongs to the column ends."""
        names = [name for name, _, _ in self.rows]
        return self.y + (_HEAD + _LINE * (names.index(column) + 0.5) + 2 if column in names else _HEAD / 2)


def diagram(catalog: Catalog, *, marks: Mapping[Key, str] | None = None) -> tuple[Block, ...]:
    """Return the SVG; `marks` are the states of tables, which colour them."""
    boxes = _boxes(catalog)
    width, height = _arranged(boxes)
    svg = [
        (
            f'<svg class="erd" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}"'
            f' width="{width:.0f}" height="{height:.0f}" role="group" aria-label="Tables and foreign keys">'
        ),
        f"<style>{STYLE}</style>",
        *_edges(boxes),
        *(_drawn(box, (marks or {}).get(box.key, "same")) for box in boxes.values()),
        "</svg>",
    ]
    return (Block(text="\n".join(svg)),)


def _boxes(catalog: Catalog) -> dict[Key, _Box]:
    tables = sorted(thing.key for thing in catalog if isinstance(thing, Table))
    primary: dict[Key, list[str]] = {key: [] for key in tables}
    refers: dict[Key, list[tuple[str, Key]]] = {key: [] for key in tables}
    for thing in catalog:
        if isinstance(thing, Constraint) and thing.within in primary:
            if match := _PRIMARY.match(thing.definition):
                primary[thing.within] = _columns(match[1])
            elif match := _FOREIGN.match(thing.definition):
                refers[thing.within] += [(_columns(match[1])[0], target) for target in _targets(thing, catalog)]
    columns: dict[Key, list[Column]] = {key: [] for key in tables}
    for thing in catalog:
        if isinstance(thing, Column) and thing.within in columns:
            columns[thing.within].append(thing)
    brief = len(tables) > _MANY
    return {key: _box(key, columns[key], primary[key], refers[key], brief=brief) for key in tables}


def _columns(listed: str) -> list[str]:
    return [name.strip().strip('"') for name in listed.split(",")]


def _targets(thing: Constraint, catalog: Catalog) -> Iterator[Key]:
    """The table that the foreign key refers to: of the columns that it needs, those of another table."""
    needed = {catalog.things[key].within for key in catalog.needs.get(thing.key, ()) if key in catalog.things}
    others = sorted(key for key in needed if key is not None and key.namespace == "relation" and key != thing.within)
    tables = [key for key in others if isinstance(catalog.things.get(key), Table)]
    # A key of its own table, beside its own columns: the table refers to itself. Else it refers to a table of others.
    own = {key.namespace for key in catalog.needs.get(thing.key, ()) if key in catalog.things} - {"column", "relation"}
    yield from tables[:1] or ([thing.within] if own and thing.within is not None else [])


def _box(
    key: Key, columns: Sequence[Column], primary: Sequence[str], refers: list[tuple[str, Key]], *, brief: bool
) -> _Box:
    foreign = {name for name, _ in refers}
    rows = [
        (column.name, _type(column), "PK" if column.name in primary else "FK" if column.name in foreign else "")
        for column in sorted(columns, key=lambda column: column.position)
    ]
    shown = [row for row in rows if row[2]] if brief else rows
    return _Box(key=key, rows=shown, more=len(rows) - len(shown), refers=refers)


def _type(column: Column) -> str:
    text = column.type
    for long, short in _SHORT.items():
        text = text.replace(long, short)
    text = text if len(text) <= 24 else f"{text[:23]}…"  # noqa: PLR2004 - a box is not wider than that for a type
    return text if not column.nullable else f"{text}?"


def _components(boxes: Mapping[Key, _Box]) -> list[list[_Box]]:
    """The tables that hang together, the largest part first; those that stand alone together at the end."""
    root = {key: key for key in boxes}

    def find(key: Key) -> Key:
        while root[key] != key:
            root[key] = key = root[root[key]]
        return key

    for box in boxes.values():
        for _, target in box.refers:
            if target in boxes:
                root[find(box.key)] = find(target)
    parts: dict[Key, list[_Box]] = {}
    for key, box in boxes.items():
        parts.setdefault(find(key), []).append(box)
    several = sorted((part for part in parts.values() if len(part) > 1), key=lambda part: (-len(part), part[0].key))
    alone = [part[0] for part in parts.values() if len(part) == 1]
    return [*several, alone] if alone else several


def _arranged(boxes: Mapping[Key, _Box]) -> tuple[float, float]:
    """Place all boxes, in the shape that a screen shows largest; return the size of the whole."""
    parts = _components(boxes)

    def scale(steepness: float) -> float:
        width, height = _shelve([_placed(part, steepness) for part in parts])
        return min(_SCREEN[0] / width, _SCREEN[1] / height)

    best = max(_STEEPNESS, key=scale)
    return _shelve([_placed(part, best) for part in parts])


def _placed(part: list[_Box], steepness: float) -> list[_Box]:
    """Put what is referred to left of what refers to it; a layer that would be too high takes several columns."""
    layers = _ordered(_layers(part))
    area = sum(box.width * box.height for box in part)
    highest = max(sqrt(area) * steepness, 420.0)
    x = 0.0
    columns: list[list[_Box]] = []
    for layer in layers:
        columns += _cut(layer, highest)
    tallest = max(_column_height(column) for column in columns)
    for column in columns:
        y = (tallest - _column_height(column)) / 2
        for box in column:
            box.x, box.y = x, y
            y += box.height + _GAP_Y
        x += max(box.width for box in column) + _GAP_X
    return part


def _column_height(column: Sequence[_Box]) -> float:
    return sum(box.height + _GAP_Y for box in column) - _GAP_Y


def _cut(layer: Sequence[_Box], highest: float) -> list[list[_Box]]:
    columns = max(1, round(_column_height(layer) / highest + 0.3))
    share = _column_height(layer) / columns
    found: list[list[_Box]] = [[]]
    for box in layer:
        if found[-1] and len(found) < columns and _column_height([*found[-1], box]) > share + box.height / 2:
            found.append([])
        found[-1].append(box)
    return found


def _layers(part: Sequence[_Box]) -> list[list[_Box]]:
    by_key = {box.key: box for box in part}
    depth: dict[Key, int] = {}

    def deep(key: Key, seen: frozenset[Key]) -> int:
        if key in depth:
            return depth[key]
        targets = {target for _, target in by_key[key].refers if target in by_key} - seen - {key}
        found = max((deep(target, seen | {key}) + 1 for target in sorted(targets)), default=0)
        depth[key] = found
        return found

    for box in part:
        deep(box.key, frozenset())
    layers: list[list[_Box]] = [[] for _ in range(max(depth.values()) + 1)]
    for box in part:
        layers[depth[box.key]].append(box)
    return [layer for layer in layers if layer]


def _ordered(layers: list[list[_Box]]) -> list[list[_Box]]:
    """Put each table of a layer near the middle of those that it refers to."""
    at: dict[Key, float] = {}
    for layer in layers:

        def middle(box: _Box) -> float:
            places = [at[target] for _, target in box.refers if target in at]
            return sum(places) / len(places) if places else 0.5

        layer.sort(key=lambda box: (middle(box), box.key))
        for number, box in enumerate(layer):
            at[box.key] = (number + 0.5) / len(layer)
    return layers


def _shelve(parts: Sequence[list[_Box]]) -> tuple[float, float]:
    """Put the parts beside and below each other; return the size of the whole."""
    sizes = [(max(box.x + box.width for box in part), max(box.y + box.height for box in part)) for part in parts]
    widest = max((width for width, _ in sizes), default=0)
    x = y = float(_MARGIN)
    shelf = right = 0.0
    for part, (width, height) in zip(parts, sizes, strict=True):
        if x > _MARGIN and x + width > max(widest, 1400) + _MARGIN:
            x, y, shelf = float(_MARGIN), y + shelf + 2 * _GAP_Y, 0.0
        for box in part:
            box.x, box.y = box.x + x, box.y + y
        x += width + _GAP_X
        shelf, right = max(shelf, height), max(right, x - _GAP_X)
    return right + _MARGIN, y + shelf + _MARGIN


def _edges(boxes: Mapping[Key, _Box]) -> Iterator[str]:
    for box in boxes.values():
        for column, target in box.refers:
            if target in boxes:
                yield _edge(box, column, boxes[target])


def _edge(box: _Box, column: str, other: _Box) -> str:
    one, two = box.row_y(column), other.y + _HEAD / 2
    if box is other or abs(box.x - other.x) < 1:
        right = max(box.x + box.width, other.x + other.width) + 34
        start, end = box.x + box.width, other.x + other.width
        path = f"M{start:.0f} {one:.0f} C{right:.0f} {one:.0f} {right:.0f} {two:.0f} {end:.0f} {two:.0f}"
    else:
        start, end = (box.x, other.x + other.width) if box.x > other.x else (box.x + box.width, other.x)
        bend = max(abs(start - end) * 0.45, 36) * (1 if start > end else -1)
        path = f"M{start:.0f} {one:.0f} C{start - bend:.0f} {one:.0f} {end + bend:.0f} {two:.0f} {end:.0f} {two:.0f}"
    ends = f'data-from="{_id(box.key)}" data-to="{_id(other.key)}"'
    return f'<path class="edge" {ends} d="{path}"/><circle class="tip" cx="{end:.0f}" cy="{two:.0f}" r="3"/>'


def _id(key: Key) -> str:
    return escape(".".join(key.path))


def _drawn(box: _Box, state: str) -> str:
    name = box.key.path[-1] if box.key.path[0] == "public" else ".".join(box.key.path)
    targets = ", ".join(dict.fromkeys(target.path[-1] for _, target in box.refers))
    label = f"{name}: {len(box.rows) + box.more} columns{f', refers to {targets}' if targets else ''}, {state}"
    x, y, width = box.x, box.y, box.width
    head = f"v-{_HEAD - 7}q0 -7 7 -7h{width - 14:.0f}q7 0 7 7v{_HEAD - 7}z"
    lines = [
        (
            f'<g tabindex="0" role="img" data-table="{_id(box.key)}" data-state="{escape(state)}"'
            f' aria-label="{escape(label)}"><title>{escape(label)}</title>'
        ),
        f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{box.height:.0f}" rx="7"/>',
        f'<path class="head" d="M{x:.0f} {y + _HEAD:.0f}{head}"/>',
        f'<text class="name" x="{x + 10:.0f}" y="{y + 20:.0f}">{escape(name)}</text>',
    ]
    lines += _rows(box, x, y + _HEAD, width)
    return "\n".join((*lines, "</g>"))


def _rows(box: _Box, x: float, y: float, width: float) -> Iterable[str]:
    for number, (name, kind, sign) in enumerate(box.rows):
        at = y + _LINE * number + 16
        after = f' <tspan class="key">{sign}</tspan>' if sign else ""
        yield f'<text x="{x + 10:.0f}" y="{at:.0f}">{escape(name)}{after}</text>'
        yield f'<text class="type" x="{x + width - 10:.0f}" y="{at:.0f}">{escape(kind)}</text>'
    if box.more:
        at = y + _LINE * len(box.rows) + 16
        yield f'<text class="type" x="{x + width - 10:.0f}" y="{at:.0f}">{box.more} more</text>'
