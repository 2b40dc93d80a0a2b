"""Guesses who the rows of a schema belong to: users by foreign keys, groups by tables of memberships."""

from __future__ import annotations

from collections import deque
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.access import (
    COMMANDS,
    OWNER,
    Access,
    Group,
    Identity,
    Name,
    Path,
    Rule,
    TableAccess,
    Who,
)
from pgtandem.prove.filling import speaks_of
from pgtandem.prove.values import literals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgtandem.prove.shape import Column, Relation, Shape

_USERS: tuple[Name, str] = (("auth", "users"), "id")
_OWNERS = ("user_id", "owner_id", "owner", "profile_id", "account_id", "created_by", "author_id")
_LEVELS = ("role", "level", "access", "permission", "kind", "type")
_STEPS, _PEOPLE = 4, 4
NOBODY = Who(("nobody",))
"""Stands for conditions that are to be tried although nobody is declared for them yet."""


def guessed(shape: Shape, path: str) -> Access:
    """Return a declaration that allows nothing, but knows who is who."""
    users = _USERS if _USERS[0] in shape.relations else None
    guess = _Guess(shape, users)
    groups = {group.name: group for group in guess.groups()}
    return Access(
        path=path,
        users=users,
        identities=MappingProxyType(
            {
                "user": Identity(name="user", role="authenticated", id="auth.uid()"),
                "anon": Identity(name="anon", role="anon"),
            }
        ),
        groups=MappingProxyType(groups),
        tables=MappingProxyType({table.name: table for table in guess.tables(groups)}),
        functions=MappingProxyType({}),
        waivers=MappingProxyType({}),
    )


class _Guess:
    def __init__(self, shape: Shape, users: tuple[Name, str] | None) -> None:
        self.shape, self.users = shape, users
        self.people = {users} if users else set()
        for relation in shape.relations.values():
            if users and any(k.columns == relation.key and k.target == users[0] for k in relation.foreign_keys):
                self.people.add((relation.name, relation.key[0]))

    def _own(self) -> Iterator[Relation]:
        return (r for r in self.shape.relations.values() if not r.of_platform)

    def _persons(self, relation: Relation) -> list[str]:
        """Return the columns that name a user, the likeliest owner first."""
        found = [
            key.columns[0]
            for key in relation.foreign_keys
            if len(key.columns) == 1 and (key.target, key.target_columns[0]) in self.people
        ]
        known = relation.holds_rows and bool(found)
        if not known:
            uuids = {column.name for column in relation.columns if column.base in {"uuid", "text"}}
            found = [name for name in _OWNERS[:3] if name in uuids]
        rank = {name: number for number, name in enumerate(_OWNERS)}
        return sorted(
            dict.fromkeys(found),
            key=lambda name: (name not in relation.key[:1] or len(relation.key) > 1, rank.get(name, 99)),
        )

    def groups(self) -> Iterator[Group]:
        """Yield a group for each table of memberships, and one for the users with a role of their own."""
        for relation in self._own():
            others = [text for text in self.shape.words if text not in relation.words]
            asked = any(speaks_of(text, relation.name[1]) for text in others)
            if not relation.holds_rows or relation.parent or not asked:
                continue
            found = self._group(relation)
            if found is not None:
                yield found
        yield from self._staff()

    def _group(self, relation: Relation) -> Group | None:
        persons = self._persons(relation)
        keys = [
            key
            for key in relation.foreign_keys
            if len(key.columns) == 1 and key.columns[0] not in persons and not self._is_person(key.target)
        ]
        for key in keys:
            for person in persons:
                if any({key.columns[0], person} == set(unique.columns) for unique in relation.uniques):
                    return Group(
                        name=_singular(key.target[1]),
                        key=(key.target, key.target_columns[:1]),
                        members=relation.name,
                        member_key=key.columns[:1],
                        member_user=person,
                        levels=MappingProxyType(self._levels(relation)),
                    )
        return None

    def _is_person(self, target: Name) -> bool:
        return any(name == target for name, _ in self.people)

    def _levels(self, relation: Relation) -> dict[str, str]:
        levels: dict[str, str] = {}
        for column in relation.columns:
            if column.name in _LEVELS or column.name.endswith("_role"):
                levels |= {
                    _word(label): f"{quote(column.name)} = {literal(label)}"
                    for label in self._labels(relation, column)[:6]
                }
            elif column.base == "bool" and any(speaks_of(text, column.name) for text in self.shape.words):
                levels[_word(column.name)] = quote(column.name)
        levels.pop("member", None)
        return levels | {"member": "true"}

    def _labels(self, relation: Relation, column: Column) -> list[str]:
        if column.labels:
            return list(column.labels)
        checked = literals(text for columns, text in relation.checks if column.name in columns)
        return checked or [word for word in ("owner", "admin") if any(f"'{word}'" in text for text in self.shape.words)]

    def _staff(self) -> Iterator[Group]:
        for name, key in sorted(self.people - ({self.users} if self.users else set())):
            relation = self.shape.relations[name]
            levels: dict[str, str] = {}
            for column in relation.columns:
                spoken = any(speaks_of(text, column.name) for text in self.shape.words)
                if spoken and column.name in _LEVELS:
                    labels = [
                        v for v in self._labels(relation, column) if any(f"'{v}'" in text for text in self.shape.words)
                    ]
                    levels |= {_word(label): f"{quote(column.name)} = {literal(label)}" for label in labels[:5]}
                elif spoken and column.base == "bool" and "admin" in column.name:
                    levels[_word(column.name)] = quote(column.name)
            if levels:
                yield Group(name="staff", key=None, members=name, member_key=(), member_user=key, levels=levels)
                return

    def tables(self, groups: dict[str, Group]) -> Iterator[TableAccess]:
        """Yield what is known of each relation."""
        for relation in self._own():
            if relation.parent and relation.bound:
                continue
            conditions = [Rule(by=tuple(Who(NOBODY.names, text) for text in _conditions(relation)))]
            goes_with = tuple(
                key.target
                for key in relation.foreign_keys
                if key.action == "c" and not self.shape.relations[key.target].of_platform
            )
            yield TableAccess(
                name=relation.name,
                people=MappingProxyType(dict(self._people(relation))),
                groups=MappingProxyType(dict(self._groups_of(relation, groups))),
                rules=MappingProxyType({c: tuple(conditions) if c == "read" else () for c in COMMANDS}),
                goes_with=tuple(dict.fromkeys(goes_with)),
                realtime=bool(relation.published),
                authority=any(group.members == relation.name for group in groups.values()),
            )

    def _people(self, relation: Relation) -> Iterator[tuple[str, Path]]:
        persons = self._persons(relation)
        if (relation.name, *relation.key[:1]) in self.people:
            yield OWNER, Path(steps=((relation.name, relation.key[0]),))
            persons = [name for name in persons if name != relation.key[0]]
        elif persons:
            yield OWNER, Path(steps=((relation.name, persons.pop(0)),))
        elif (path := self._way(relation, self._is_owned)) is not None:
            yield OWNER, path
        for name in persons[:_PEOPLE]:
            yield _word(name.removesuffix("_id")), Path(steps=((relation.name, name),))

    def _is_owned(self, relation: Relation) -> str | None:
        return next(iter(self._persons(relation)), None)

    def _groups_of(self, relation: Relation, groups: dict[str, Group]) -> Iterator[tuple[str, Path]]:
        for group in groups.values():
            if group.key is None:
                continue
            if relation.name == group.key[0]:
                yield group.name, Path(steps=((relation.name, group.key[1][0]),))
                continue
            path = self._way(relation, partial(self._column_to, key=group.key))
            if path is not None:
                yield group.name, path

    def _column_to(self, relation: Relation, key: tuple[Name, tuple[str, ...]]) -> str | None:
        wanted = (key,)
        found = (
            k.columns[0]
            for k in relation.foreign_keys
            if len(k.columns) == 1 and ((k.target, k.target_columns),) == wanted
        )
        return next(found, None)

    def _way(self, relation: Relation, end: Callable[[Relation], str | None]) -> Path | None:
        """Return the shortest way along foreign keys to a relation that has the column."""
        waiting: deque[tuple[Relation, tuple[tuple[Name, str], ...]]] = deque([(relation, ())])
        seen = {relation.name}
        while waiting:
            at, steps = waiting.popleft()
            column = end(at)
            if column is not None:
                return Path(steps=(*steps, (at.name, column)))
            for key in at.foreign_keys if len(steps) < _STEPS else ():
                if len(key.columns) == 1 and key.target not in seen and not self._is_person(key.target):
                    seen.add(key.target)
                    waiting.append((self.shape.relations[key.target], (*steps, (at.name, key.columns[0]))))
        return None


def _conditions(relation: Relation) -> list[str]:
    """Return simple conditions that a policy of the relation may have."""
    found = []
    for column in relation.columns:
        if not any(speaks_of(text, column.name) for text in relation.words):
            continue
        name = quote(column.name)
        if column.base == "bool":
            found += [name, f"not {name}"]
        elif column.labels:
            found += [f"{name} = {literal(label)}" for label in column.labels]
        elif not column.required:
            found += [f"{name} is null", f"{name} is not null"]
        if column.category == "S":
            spoken = [text for text in relation.words if speaks_of(text, column.name)]
            found += [f"{name} = {literal(word)}" for word in literals(spoken)[:4]]
    return list(dict.fromkeys(found))[:12]


def _singular(name: str) -> str:
    word = _word(name)
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _word(name: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name.lower()) or "level"


def known_words(groups: Sequence[Group]) -> list[str]:
    """Return how rules name the levels of groups, the strongest first."""
    return [f"{group.name}.{level}" for group in groups for level in group.levels]
