"""Guesses who the rows of a schema belong to: users by foreign keys, groups by tables of memberships."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import deque
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.access import (
    COMMANDS,
    NOBODY,
    NOTHING,
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
from pgtandem.prove.standing import way
from pgtandem.prove.values import literals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pgtandem.prove.shape import Column, Relation, Shape

_USERS: tuple[Name, str] = (("auth", "users"), "id")
_OWNERS = ("user_id", "owner_id", "owner", "profile_id", "account_id", "created_by", "author_id")
_LEVELS = ("role", "level", "access", "permission", "kind", "type")
_FILES: Name = ("storage", "objects")
_ME = re.compile(r"(?:\bauth\"?\.)?\"?\buid\"?\(\)|\bjwt\"?\(\)\s*->>\s*'sub'", re.IGNORECASE)
_AROUND = re.compile(r"[()\"]|::\w+")
_ASKED = re.compile(r"\bselect\s+@me(?:\s+as\s+\w+)?", re.IGNORECASE)
_CALL = re.compile(r"(?<=\w)\(")
_MINE = re.compile(r"(?<!@of )(?<![\w.])([\w.]+)\s*=\s*@me|@me\s*=\s*([\w.]+)(?!@of)(?![\w.])")
_FIRST_FOLDER = "(storage.foldername(name))[1]"
_FOLDER = re.compile(r"\(storage\.foldername\(\w+\)\)\[\d+\]")
_CASCADE, _SET_NULL, _SET_DEFAULT = "c", "n", "d"  # what ON DELETE does
_STEPS, _PEOPLE, _CONDITIONS = 4, 4, 12
Steps = tuple[tuple[Name, str], ...]


def closed(shape: Shape, path: str) -> Access:
    """Return a declaration that allows nothing, and knows only where users are."""
    return Access(
        path=path,
        users=_USERS if _USERS[0] in shape.relations else None,
        identities=MappingProxyType(
            {
                "user": Identity(name="user", role="authenticated", id="auth.uid()"),
                "anon": Identity(name="anon", role="anon"),
            }
        ),
        groups=NOTHING,
        tables=MappingProxyType({}),
        functions=NOTHING,
        waivers=NOTHING,
    )


def guessed(shape: Shape, path: str) -> Access:
    """Return a declaration that allows nothing, but knows who is who."""
    nobody = closed(shape, path)
    guess = _Guess(shape, nobody.users)
    groups: dict[str, Group] = {}
    for group in guess.groups():
        name = _singular(group.members[1]) if group.name in groups else group.name
        groups[name] = dataclasses.replace(group, name=name)
    return dataclasses.replace(
        nobody,
        groups=MappingProxyType(groups),
        tables=MappingProxyType({table.name: table for table in guess.tables(groups)}),
    )


class _Guess:
    def __init__(self, shape: Shape, users: tuple[Name, str] | None) -> None:
        self.shape, self.users = shape, users
        self.people = {users} if users else set()
        self.deciding = _deciding(shape)
        for relation in shape.relations.values():
            refers = (
                any(k.columns == relation.key and k.target == users[0] for k in relation.foreign_keys) if users else 0
            )
            if refers or (users and len(relation.key) == 1 and relation.key[0] in _own(relation)):
                self.people.add((relation.name, relation.key[0]))

    def _own(self) -> Iterator[Relation]:
        return (r for r in self.shape.relations.values() if not r.of_platform)

    def _persons(self, relation: Relation) -> list[str]:
        """Return the columns that name a user, the likeliest owner first."""
        own = _own(relation)
        found = own + [
            key.columns[0]
            for key in relation.foreign_keys
            if len(key.columns) == 1 and (key.target, key.target_columns[0]) in self.people
        ]
        if not relation.holds_rows or not found:
            uuids = {column.name for column in relation.columns if column.base in {"uuid", "text"}}
            found = [name for name in _OWNERS[:3] if name in uuids]
        rank = {name: number for number, name in enumerate(_OWNERS)}
        is_key = len(relation.key) == 1
        return sorted(
            dict.fromkeys(found),
            key=lambda name: (not (is_key and name == relation.key[0]), name not in own, rank.get(name, 99)),
        )

    def groups(self) -> Iterator[Group]:
        """Yield a group for each table of memberships, and one for the users with a role of their own."""
        keys: dict[Name, str] = {}
        for relation in self._own():
            if relation.holds_rows and not relation.parent and (found := self._group(relation)) is not None:
                keys[relation.name] = found.member_key[0]
                yield found
        yield from self._staff(keys)

    def _group(self, relation: Relation) -> Group | None:
        """Return the group whose members a relation lists: by pairs of key and user, or with each user's one key."""
        others = [text for text in self.deciding if text not in relation.words and speaks_of(text, relation.name[1])]
        persons = self._persons(relation)
        keys = [
            key
            for key in relation.foreign_keys
            if len(key.columns) == 1 and key.columns[0] not in persons and self._is_thing(key.target)
        ]
        for key, person in itertools.product(keys, persons):
            if self._lists(relation, key.columns[0], person, others):
                return Group(
                    name=_singular(key.target[1]),
                    key=(key.target, key.target_columns[:1]),
                    members=relation.name,
                    member_key=key.columns[:1],
                    member_user=person,
                    levels=MappingProxyType(self._levels(relation)),
                )
        return None

    def _lists(self, relation: Relation, key: str, person: str, others: Sequence[str]) -> bool:
        """Whether the relation says of users where they are members; `others` ask it who that is."""
        uniques = [set(unique.columns) for unique in relation.uniques]
        if {key, person} in uniques:
            return bool(others)
        asked = any(
            speaks_of(text, key) and person in {name.rpartition(".")[2] for name in _compared(text)} for text in others
        )
        referred = any(k.target == relation.name for other in self._own() for k in other.foreign_keys)
        return asked and ({person} in uniques or not referred)

    def _is_thing(self, target: Name) -> bool:
        """Whether rows of the relation are the user's own, and no people."""
        relation = self.shape.relations.get(target)
        return relation is not None and not relation.of_platform and not self._is_person(target)

    def _is_person(self, target: Name) -> bool:
        return any(name == target for name, _ in self.people)

    def _levels(self, relation: Relation) -> dict[str, str]:
        """Return the conditions on a membership that others ask about; what they do not ask makes no difference."""
        levels: dict[str, str] = {}
        for column in relation.columns:
            asking = [t for t in self.shape.words if speaks_of(t, relation.name[1]) and speaks_of(t, column.name)]
            if _is_level(column.name):
                labels = self._labels(relation, column)[:6]
            else:
                named = set(literals(asking))
                labels = [label for label in self._labels(relation, column) if label in named][:2]
            levels |= {_word(label): f"{quote(column.name)} = {literal(label)}" for label in labels}
            if column.base == "bool" and asking:
                levels[_word(column.name)] = quote(column.name)
        if "member" in list(levels)[1:-1]:  # some in the group are less than that
            return levels | {"anyone": "true"}
        levels.pop("member", None)
        return levels | {"member": "true"}

    def _labels(self, relation: Relation, column: Column) -> list[str]:
        if column.labels:
            return list(column.labels)
        checked = literals(text for columns, text in relation.checks if column.name in columns)
        if checked or column.category != "S":
            return checked
        return [word for word in ("owner", "admin", "active") if any(f"'{word}'" in t for t in self.shape.words)]

    def _staff(self, keys: Mapping[Name, str]) -> Iterator[Group]:
        """Yield who is somebody everywhere: by a column of the table of users, or by a table of their roles.

        `keys` are the columns by which tables say where somebody is a member; who asks for those does not mean all.
        """
        people = sorted(self.people - ({self.users} if self.users else set()))
        for among in (people, list(self._roles())):
            for name, person in among:
                if levels := self._ranks(self.shape.relations[name], person, keys.get(name)):
                    yield Group(name="staff", key=None, members=name, member_key=(), member_user=person, levels=levels)
                    break

    def _roles(self) -> Iterator[tuple[Name, str]]:
        """Yield the tables that say for each user once, or once for each role, what the user is."""
        for relation in self._own():
            levels = {column.name for column in relation.columns if _is_level(column.name)}
            for person in self._persons(relation) if relation.holds_rows else ():
                once = any({person} <= set(u.columns) <= {person} | levels for u in relation.uniques)
                if levels and once and (relation.name, person) not in self.people:
                    yield relation.name, person

    def _ranks(self, relation: Relation, person: str, key: str | None) -> dict[str, str]:
        """Return the conditions on a user of which others ask."""
        levels: dict[str, str] = {}
        words = [text for text in self.shape.words if key is None or not speaks_of(text, key)]
        for column in relation.columns:
            asking = [text for text in words if speaks_of(text, column.name)]
            named = set(literals(words if column.labels else asking))
            if asking and _is_level(column.name):
                labels = [label for label in self._labels(relation, column) if label in named][:5]
                levels |= {_word(label): f"{quote(column.name)} = {literal(label)}" for label in labels}
            elif column.base == "bool" and any(
                "uid(" in t and (speaks_of(t, relation.name[1]) or t in relation.words) for t in asking
            ):
                levels[_word(column.name)] = quote(column.name)
                if relation.key == (person,):
                    levels[f"not_{_word(column.name)}"] = f"not {quote(column.name)}"
        return levels

    def tables(self, groups: dict[str, Group]) -> Iterator[TableAccess]:
        """Yield what is known of each relation."""
        policed = (r for r in self.shape.relations.values() if r.of_platform and r.words)
        for relation in (*self._own(), *policed):
            if relation.parent and relation.bound:
                continue
            conditions = [Rule(by=tuple(Who(NOBODY, text) for text in self._conditions(relation)))]
            yield TableAccess(
                name=relation.name,
                people=MappingProxyType(dict(self._people(relation, groups))),
                groups=MappingProxyType(dict(self._groups_of(relation, groups))),
                rules=MappingProxyType({c: tuple(conditions) if c == "read" else () for c in COMMANDS}),
                goes_with=self._above(relation, _CASCADE),
                outlives=self._above(relation, _SET_NULL, _SET_DEFAULT),
                realtime=bool(relation.published),
            )

    def _above(self, relation: Relation, *actions: str) -> tuple[Name, ...]:
        """Return the relations of the user's own with whose rows one of those things happens to the relation's."""
        own = {other.name for other in self._own()}
        targets = (key.target for key in relation.foreign_keys if key.action in actions)
        return tuple(dict.fromkeys(target for target in targets if target in own))

    def _people(self, relation: Relation, groups: Mapping[str, Group]) -> Iterator[tuple[str, Path]]:
        persons = self._persons(relation)
        if (folder := self._folder(relation)) is not None:
            yield OWNER, folder
            return
        way = self._way(relation, self._is_owned, but={group.key[0] for group in groups.values() if group.key})
        if (relation.name, *relation.key[:1]) in self.people:
            yield OWNER, Path(steps=((relation.name, relation.key[0]),))
            persons = [name for name in persons if name != relation.key[0]]
        elif persons:
            yield OWNER, Path(steps=((relation.name, persons.pop(0)),))
        elif way is not None:
            yield OWNER, way
        for name in persons[:_PEOPLE]:
            yield _word(name.removesuffix("_id")), Path(steps=((relation.name, name),))
        above = (pair for pair in self._people_above(relation) if pair[1] != way)
        yield from itertools.islice(above, _PEOPLE)

    def _people_above(self, relation: Relation) -> Iterator[tuple[str, Path]]:
        """Yield the users named by what a row refers to, where policies of the row ask for them."""
        for key in relation.foreign_keys:
            if len(key.columns) == 1 and key.target != relation.name and self._is_thing(key.target):
                for person in self._persons(self.shape.relations[key.target]):
                    if _speak_of(relation.words, key.columns[0], key.target[1], person):
                        name = "_".join(column.removesuffix("_id") for column in (key.columns[0], person))
                        yield _word(name), Path(steps=((relation.name, key.columns[0]), (key.target, person)))

    def _folder(self, relation: Relation) -> Path | None:
        """Return the part of a file's path by which its policies tell whose it is."""
        if relation.name != _FILES:
            return None
        found = next(filter(None, map(_FOLDER.search, relation.words)), None)
        by_name = any("uid()" in text and speaks_of(text, "name") for text in relation.words)
        return Path(expression=found[0] if found else _FIRST_FOLDER) if found or by_name else None

    def _is_owned(self, relation: Relation) -> str | None:
        return next(iter(self._persons(relation)), None)

    def _groups_of(self, relation: Relation, groups: dict[str, Group]) -> Iterator[tuple[str, Path]]:
        for group in groups.values():
            if group.key is None:
                continue
            if relation.name == group.key[0]:
                yield group.name, Path(steps=((relation.name, group.key[1][0]),))
                continue
            path = self._way(relation, partial(self._column_to, key=group.key)) or self._folder(relation)
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

    def _way(
        self, relation: Relation, end: Callable[[Relation], str | None], *, but: Collection[Name] = ()
    ) -> Path | None:
        """Return the shortest way along foreign keys to a relation that has the column, but none through those."""
        waiting: deque[tuple[Relation, tuple[tuple[Name, str], ...]]] = deque([(relation, ())])
        seen = {relation.name, *but}
        while waiting:
            at, steps = waiting.popleft()
            column = end(at)
            if column is not None:
                return Path(steps=(*steps, (at.name, column)))
            asked = sorted(at.foreign_keys, key=lambda key: not _speak_of(at.words, key.columns[0]))
            for key in asked if len(steps) < _STEPS else ():
                if len(key.columns) == 1 and key.target not in seen and self._is_thing(key.target):
                    seen.add(key.target)
                    waiting.append((self.shape.relations[key.target], (*steps, (at.name, key.columns[0]))))
        return None

    def _conditions(self, relation: Relation) -> list[str]:
        """Return simple conditions, on a row and on the rows that it belongs to, of which its policies may be made."""
        texts = list(relation.words)
        for routine in self.shape.routines:
            texts += [routine.source] if any(speaks_of(text, routine.name[1]) for text in texts) else []
        found = list(_conditions(relation, quote, relation.words))
        for steps in self._upwards(relation):
            parent = self.shape.relations[steps[-1][0]]
            asking = [text for text in texts if speaks_of(text, parent.name[1])]

            def there(column: str, steps: Steps = steps) -> str:
                return way(Path(steps=(*steps[:-1], (steps[-1][0], column))), self.shape)

            found += _conditions(parent, there, asking)
        return list(dict.fromkeys(found))[:_CONDITIONS]

    def _upwards(self, relation: Relation) -> Iterator[Steps]:
        """Yield the ways to what a row belongs to, directly or at one remove."""
        waiting: list[Steps] = [((relation.name, ""),)]
        for _ in range(2):
            further = []
            for steps in waiting:
                at = self.shape.relations[steps[-1][0]]
                further += [
                    (*steps[:-1], (at.name, key.columns[0]), (key.target, ""))
                    for key in at.foreign_keys
                    if len(key.columns) == 1 and key.target != at.name and self._is_thing(key.target)
                ]
            yield from further
            waiting = further


def _deciding(shape: Shape) -> list[str]:
    """Return what says who may do what: policies, and the routines that they call; without policies, all routines."""
    found = [text for relation in shape.relations.values() for text in relation.words]
    routines = [routine for routine in shape.routines if routine.source]
    while found and (called := [r for r in routines if any(speaks_of(text, r.name[1]) for text in found)]):
        found += [routine.source for routine in called]
        routines = [routine for routine in routines if routine not in called]
    return found or list(shape.words)


def _speak_of(texts: Sequence[str], *names: str) -> bool:
    """Whether one of the texts has all of the names."""
    return any(all(speaks_of(text, name) for name in names) for text in texts)


def _own(relation: Relation) -> list[str]:
    """Return the columns that policies of the relation compare with who is asking, where it holds rows."""
    # PostgreSQL prints the columns of the row itself without a table, and those of a subquery with one.
    found = dict.fromkeys(name for text in relation.words for name in _compared(text))
    return [name for name in found if relation.column(name) is not None]


def _compared(text: str) -> list[str]:
    """Return what an expression compares with who is asking, as it is written there."""
    called = _CALL.sub("@of (", _ME.sub("@me", text))
    plain = _ASKED.sub("@me", re.sub(r"\s+", " ", _AROUND.sub(" ", called)))
    return [one or other for one, other in _MINE.findall(plain)]


def _is_level(column: str) -> bool:
    """Whether a column of that name says how much somebody may do."""
    return column in _LEVELS or column.endswith("_role")


def _conditions(relation: Relation, named: Callable[[str], str], texts: Sequence[str]) -> Iterator[str]:
    """Yield conditions on the columns of which the texts speak; `named` is the SQL for a column."""
    for column in relation.columns:
        asking = [text for text in texts if speaks_of(text, column.name)]
        if not asking:
            continue
        name = named(column.name)
        if column.base == "bool":
            yield from (name, f"not {name}")
        elif column.labels:
            yield from (f"{name} = {literal(label)}" for label in column.labels)
        elif not column.required:
            yield from (f"{name} is null", f"{name} is not null")
        if column.category == "D" and any("now()" in text or "CURRENT_" in text for text in asking):
            yield f"{name} > now()"
        if column.category == "S":
            yield from (f"{name} = {literal(word)}" for word in literals(asking)[:4])


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
