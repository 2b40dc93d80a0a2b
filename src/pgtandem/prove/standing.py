"""Who stands how towards a row: the SQL that asks a database, and the judgement on its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgtandem.model.key import literal, qualified, quote
from pgtandem.prove.access import EVERYONE, USER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pgtandem.prove.access import Access, Group, Name, Path, Rule, TableAccess
    from pgtandem.prove.shape import Shape

ROW = "the_row"
"""The alias of the relation in every expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who uses the database.

    `sorts` are the identities (and with them everyone, user) that the actor has. `memberships` are the keys of the
    groups where it is a member, by group and level.
    """

    name: str
    role: str
    id: str | None = None
    sorts: frozenset[str] = frozenset({EVERYONE})
    settings: Mapping[str, str] = field(default_factory=dict)
    tenant: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with what decides who stands how towards it. `place` is where it lies: relation and ctid."""

    relation: Name
    place: str
    values: Mapping[str, Any]
    people: Mapping[str, str | None]
    groups: Mapping[str, str | None]
    conditions: Mapping[str, bool | None]


Memberships = dict[tuple[str, str], frozenset[tuple[str, str]]]
"""For each group and level the pairs of key and user."""


def way(path: Path, shape: Shape) -> str:
    """Return the SQL expression, over the alias ROW, that a path means."""
    if path.expression:
        return f"({path.expression})"
    (_, first), *rest = path.steps
    expression = f"{ROW}.{quote(first)}"
    before = path.steps[0]
    for number, (relation, column) in enumerate(rest):
        alias = f"w{number}"
        target = _target(shape, before, relation)
        source = f"{qualified(*relation)} {alias}"
        expression = f"(SELECT {alias}.{quote(column)} FROM {source} WHERE {alias}.{quote(target)} = {expression})"
        before = (relation, column)
    return expression


def _target(shape: Shape, before: tuple[Name, str], relation: Name) -> str:
    """Return the column of the relation that the column before points at."""
    here, column = before
    for key in shape.relations[here].foreign_keys if here in shape.relations else ():
        if key.columns == (column,) and key.target == relation:
            return key.target_columns[0]
    found = shape.relations.get(relation)
    return found.key[0] if found and found.key else "id"


def record(table: TableAccess | None, shape: Shape, *, place: bool = True) -> str:
    """Return the SQL of the JSON object that a `Row` is made of, over the alias ROW."""
    where = f"{ROW}.tableoid::regclass || ' ' || {ROW}.ctid" if place else "''"
    parts = [f"'place', {where}", f"'values', to_jsonb({ROW})"]
    people = table.people if table else {}
    groups = table.groups if table else {}
    conditions = table.conditions if table else ()
    ways = {"people": people, "groups": groups}
    for kind, paths in ways.items():
        pairs = ((name, f"({way(path, shape)})::text") for name, path in paths.items())
        parts.append(f"'{kind}', jsonb_build_object({_pairs(pairs)})")
    parts.append(f"'conditions', jsonb_build_object({_pairs((text, f'({text})') for text in conditions)})")
    return f"jsonb_build_object({', '.join(parts)})"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{literal(name)}, {expression}" for name, expression in pairs)


def row_of(relation: Name, content: Mapping[str, Any]) -> Row:
    """Return the row that the database described."""
    return Row(relation=relation, **content)


def membership_query(group: Group, condition: str) -> str:
    """Return the query for the pairs of key and user of one level."""
    columns = ", ".join(f"{ROW}.{quote(column)}" for column in group.member_key)
    key = f"({columns})::text" if columns else "''"
    user = f"{ROW}.{quote(group.member_user)}::text"
    return f"SELECT {key}, {user} FROM {qualified(*group.members)} {ROW} WHERE {condition}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Says who may do what with a row, given who is a member where."""

    access: Access
    memberships: Memberships

    def stands(self, actor: Actor, name: str, row: Row) -> bool:
        """Whether the actor is that somebody towards the row."""
        if name in actor.sorts:
            return True
        if actor.id is None:
            return False
        if name in row.people:
            return row.people[name] == actor.id
        group, _, level = name.partition(".")
        if (group, level) not in self.memberships:
            return False
        key = row.groups.get(group) if self.access.groups[group].key else ""
        return key is not None and (key, actor.id) in self.memberships[group, level]

    def may(self, actor: Actor, rules: Iterable[Rule], row: Row) -> bool:
        """Whether one of the rules lets the actor."""
        return any(
            all(self.stands(actor, name, row) for name in who.names)
            and (not who.where or row.conditions.get(who.where) is True)
            for rule in rules
            for who in rule.by
        )

    def knows(self, actor: Actor, row: Row) -> bool:
        """Whether the actor has any standing of its own towards the row."""
        names = {*row.people, *(f"{group}.{level}" for group, level in self.memberships)}
        return any(self.stands(actor, name, row) for name in names)

    def called(self, actor: Actor, names: Iterable[str]) -> bool:
        """Whether the actor is one of those who may call a function: of a sort, or a member anywhere."""
        for name in names:
            group, _, level = name.partition(".")
            members = self.memberships.get((group, level), frozenset())
            if name in actor.sorts or any(user == actor.id for _, user in members):
                return True
        return False


def is_signed_in(actor: Actor) -> bool:
    """Whether the actor is a user."""
    return USER in actor.sorts
