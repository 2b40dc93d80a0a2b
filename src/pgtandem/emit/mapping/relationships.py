"""Relationships of classes, two for each foreign key, named as the source names them or else as a person would.

- The side that holds the key is called after its column (`user_id` gives `user`, `created_by` gives `created_by_user`),
  or after the other table where the column is its own primary key.
- The side that is referred to is called after the other table, in the plural (`crawl_jobs`) or, where there can be only
  one, in the singular. Where several keys lead there, those that are not called after the table say so:
  `posts_as_editor`; the other side of a `parent` is `children`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pgtandem.emit.mapping.naming import first_free, identifier, is_attribute, singular_name, snake, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pgtandem.emit.definitions import ForeignKey
    from pgtandem.emit.mapping.model import Model, Models
    from pgtandem.model.key import Key
    from pgtandem.model.relation import Relation

_SUFFIXES = frozenset({"id", "uuid", "guid", "uid", "fk", "pk", "code", "ref"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One side of a foreign key, as an attribute of `owner`.

    `holds_key` says that it is the side with the foreign key; `many` that the attribute is a list, `optional` that it
    can be None. `ambiguous` says that other keys join the two tables, `doubled` that another does so over the same
    columns, `overlaps` names the relationships that write to
    the same columns, and `post_update` that the key is set after both rows are there, because they refer to each other.
    """

    owner: Model
    target: Model
    foreign: ForeignKey
    holds_key: bool
    name: str
    back: str
    many: bool
    optional: bool
    ambiguous: bool
    doubled: bool
    overlaps: tuple[str, ...]
    post_update: bool

    @property
    def child(self) -> Model:
        """The class that holds the foreign key."""
        return self.owner if self.holds_key else self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A foreign key between two classes, and the names of its two sides."""

    child: Model
    parent: Model
    foreign: ForeignKey
    forward: str = ""
    reverse: str = ""


def relationships(models: Models, relations: Sequence[Relation]) -> dict[Key, tuple[Relationship, ...]]:
    """Return the relationships of each table's class, those that hold keys first."""
    pairs = _named(_pairs(models), relations, models.module_names)
    siblings = _by_child(pairs)
    joining = _joining(models)
    found: dict[Key, list[Relationship]] = {model.key: [] for model in models.tables}
    for holds_key in (True, False):
        for pair in sorted(pairs, key=lambda pair: _position(pair) if holds_key else (0, pair.reverse)):
            owner, target = (pair.child, pair.parent) if holds_key else (pair.parent, pair.child)
            ways = joining[frozenset((pair.child.key, pair.parent.key))]
            one = pair.child.is_unique(pair.foreign.columns)
            found[owner.key].append(
                Relationship(
                    owner=owner,
                    target=target,
                    foreign=pair.foreign,
                    holds_key=holds_key,
                    name=pair.forward if holds_key else pair.reverse,
                    back=pair.reverse if holds_key else pair.forward,
                    many=not holds_key and not one,
                    optional=not holds_key or any(pair.child.column(name).nullable for name in pair.foreign.columns),
                    ambiguous=len(ways) > 1,
                    doubled=sum(way[:2] == (pair.child.key, frozenset(pair.foreign.columns)) for way in ways) > 1,
                    overlaps=_overlaps(pair, siblings[pair.child.key]),
                    post_update=pair.foreign.constraint.key in models.late,
                )
            )
    return {key: tuple(of) for key, of in found.items()}


def _position(pair: _Pair) -> tuple[int, str]:
    return min(pair.child.column(name).position for name in pair.foreign.columns), pair.forward


def _pairs(models: Models) -> list[_Pair]:
    pairs: list[_Pair] = []
    seen: dict[tuple[Key, frozenset[str], Key], ForeignKey] = {}
    for child in models.tables:
        for foreign in child.foreign:
            parent = models.by_key.get(foreign.target)
            # Of several keys over the same columns to the same table, one is enough to go by.
            same = (child.key, frozenset(foreign.columns), foreign.target)
            if parent is None or not parent.mapped or not child.mapped or same in seen or _is_idle(foreign):
                continue
            seen[same] = foreign
            pairs.append(_Pair(child=child, parent=parent, foreign=foreign))
    return pairs


def _is_idle(foreign: ForeignKey) -> bool:
    """Whether every row refers to itself."""
    return foreign.table == foreign.target and set(foreign.columns) == set(foreign.references)


def _by_child(pairs: Iterable[_Pair]) -> dict[Key, list[_Pair]]:
    grouped: dict[Key, list[_Pair]] = {}
    for pair in pairs:
        grouped.setdefault(pair.child.key, []).append(pair)
    return grouped


_Way: TypeAlias = tuple["Key", frozenset[str], frozenset[tuple[str, str]]]


def _joining(models: Models) -> dict[frozenset[Key], set[_Way]]:
    """The ways in which two tables are joined by foreign keys, in either direction."""
    ways: dict[frozenset[Key], set[_Way]] = {}
    for model in models.tables:
        for foreign in model.foreign:
            pairs = frozenset(zip(foreign.columns, foreign.references, strict=True))
            way = (foreign.table, frozenset(foreign.columns), pairs)
            ways.setdefault(frozenset((foreign.table, foreign.target)), set()).add(way)
    return ways


def _overlaps(pair: _Pair, siblings: Iterable[_Pair]) -> tuple[str, ...]:
    columns = set(pair.foreign.columns)
    sharing = [other for other in siblings if other is not pair and columns & set(other.foreign.columns)]
    return tuple(sorted({name for other in sharing for name in (other.forward, other.reverse)}))


def _named(pairs: Sequence[_Pair], relations: Sequence[Relation], taken: Iterable[str]) -> list[_Pair]:
    children = _by_child(pairs)
    declared = {id(pair): _declared(pair, children[pair.child.key], relations) for pair in pairs}
    used: dict[Key, set[str]] = {}
    for pair in pairs:
        for model in (pair.child, pair.parent):
            used.setdefault(model.key, {*model.attributes.values(), *taken})
    forward: dict[int, str] = {}
    reverse: dict[int, str] = {}
    # What the source names has the first choice, then the sides that hold the keys.
    for is_declared in (True, False):
        for pair in pairs:
            if (declared[id(pair)][0] is not None) == is_declared:
                wanted = [declared[id(pair)][0] or "", *_forward_names(pair)]
                forward[id(pair)] = _claim(wanted, used[pair.child.key])
        for pair in pairs:
            if (declared[id(pair)][1] is not None) == is_declared:
                wanted = [declared[id(pair)][1] or "", *_reverse_names(pair, children[pair.child.key])]
                reverse[id(pair)] = _claim(wanted, used[pair.parent.key])
    return [
        _Pair(
            child=pair.child,
            parent=pair.parent,
            foreign=pair.foreign,
            forward=forward[id(pair)],
            reverse=reverse[id(pair)],
        )
        for pair in pairs
    ]


def _claim(wanted: Sequence[str], used: set[str]) -> str:
    names = [name for name in wanted if name]
    fine = [name for name in names if is_attribute(name)]
    name = first_free([*fine, *(identifier(name) for name in names), *(f"{name}_" for name in fine)], used)
    used.add(name)
    return name


def _declared(pair: _Pair, siblings: Sequence[_Pair], relations: Sequence[Relation]) -> tuple[str | None, str | None]:
    """The names that the source gives to the two sides."""
    child, parent, foreign = pair.child.key, pair.parent.key, pair.foreign
    joined = set(zip(foreign.columns, foreign.references, strict=True))
    forward = next(
        (
            relation
            for relation in relations
            if (relation.table, relation.target) == (child, parent)
            and relation.fields
            and set(zip(relation.fields, relation.references, strict=False)) == joined
        ),
        None,
    )
    only = sum(other.parent.key == parent for other in siblings) == 1
    label = forward.relation_name if forward else None
    reverse = next(
        (
            relation
            for relation in relations
            if (relation.table, relation.target) == (parent, child)
            and not relation.fields
            and (relation.relation_name == label if label is not None else only)
        ),
        None,
    )
    return snake(forward.name) if forward else None, snake(reverse.name) if reverse else None


def _forward_names(pair: _Pair) -> list[str]:
    """What the side that holds the key may be called, best first; all of them identifiers but for key words."""
    parent, role = singular_name(pair.parent.table.name), _role(pair)
    if role == parent:
        return [parent]
    # A column without a suffix has the role's name itself.
    own = _own_columns(pair.child, pair.foreign)
    return [f"{role}_{parent}"] if own and role == snake(own[-1]) else [role, f"{role}_{parent}"]


def _role(pair: _Pair) -> str:
    return role(pair.child, pair.parent, pair.foreign)


def role(child: Model, parent: Model, foreign: ForeignKey) -> str:
    """Return what the row referred to is to the row that refers: the column's name without its suffix."""
    own = _own_columns(child, foreign)
    shared = _shared_start(own)
    if len(own) > 1 and shared:
        return "_".join(shared)
    column = words(own[-1]) if own else []
    if len(column) > 1 and column[-1] in _SUFFIXES:
        return "_".join(column[:-1])
    if not column or (len(column) == 1 and column[0] in _SUFFIXES):
        return singular_name(parent.table.name)
    return "_".join(column)


def _shared_start(names: Sequence[str]) -> list[str]:
    """The words with which all of the names begin."""
    start = []
    for together in zip(*map(words, names), strict=False):
        if len(set(together)) > 1:
            break
        start.append(together[0])
    return start


def _own_columns(child: Model, foreign: ForeignKey) -> tuple[str, ...]:
    """The columns of the key that no other foreign key of the table has."""
    if len(foreign.columns) == 1:
        return foreign.columns
    others = {name for other in child.foreign if other != foreign for name in other.columns}
    return tuple(name for name in foreign.columns if name not in others)


def _reverse_names(pair: _Pair, siblings: Sequence[_Pair]) -> list[str]:
    one, role = pair.child.is_unique(pair.foreign.columns), _role(pair)
    name = singular_name(pair.child.table.name) if one else snake(pair.child.table.name)
    name = name or "rows"
    if pair.child.key == pair.parent.key and role == "parent" and not one:
        return ["children"]
    alone = sum(other.parent.key == pair.parent.key for other in siblings) == 1
    if alone or role == singular_name(pair.parent.table.name):
        return [name, f"{name}_as_{role}"]
    return [f"{name}_as_{role}"]


def circular(models: Mapping[Key, Model]) -> tuple[ForeignKey, ...]:
    """Return foreign keys without which the tables can be created one after the other; those that may be NULL first."""
    edges = [
        foreign
        for model in models.values()
        for foreign in model.foreign
        if foreign.target in models and foreign.target != model.key
    ]
    edges.sort(key=lambda foreign: (not _nullable(foreign, models), foreign.table, foreign.constraint.name))
    leading: dict[Key, list[ForeignKey]] = {}
    for foreign in edges:
        leading.setdefault(foreign.table, []).append(foreign)
    late: list[ForeignKey] = []
    for foreign in edges:
        if _leads_back(foreign, leading):
            late.append(foreign)
            leading[foreign.table].remove(foreign)
    return tuple(late)


def _nullable(foreign: ForeignKey, models: Mapping[Key, Model]) -> bool:
    return any(models[foreign.table].column(name).nullable for name in foreign.columns)


def _leads_back(foreign: ForeignKey, leading: Mapping[Key, Sequence[ForeignKey]]) -> bool:
    seen, waiting = set(), [foreign.target]
    while waiting:
        here = waiting.pop()
        if here == foreign.table:
            return True
        if here not in seen:
            seen.add(here)
            waiting += [edge.target for edge in leading.get(here, ())]
    return False
