"""Who and what there is on a populated clone, and to whom its rows are tied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.model.key import literal
from pgtandem.prove.standing import way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pgtandem.prove.access import Access, Name
    from pgtandem.prove.actors import Person
    from pgtandem.prove.filling import Filler, Link, Values
    from pgtandem.prove.shape import Relation, Shape
    from pgtandem.prove.standing import Actor

TENANTS = (1, 2)


@dataclass(slots=True)
class World:
    """Who and what there is on the clone. `gaps` says what could not be filled, by relation."""

    owners: dict[int, Person]
    people: list[Person]
    filler: Filler
    actors: tuple[Actor, ...] = ()
    gaps: dict[Name, str] = field(default_factory=dict)
    unfired: set[Name] = field(default_factory=set)
    filled: set[Name] = field(default_factory=set)

    def person(self, actor: Actor) -> Person | None:
        """Return the person behind an actor."""
        return next((person for person in self.people if person.id == actor.id), None)

    def fixed(self, relation: Relation, person: Person, *, others: Mapping[str, Person] | None = None) -> Values:
        """Return the values that tie a row of the relation to the person, or columns of it to other people."""
        users = self.filler.access.users
        values: Values = {users[1]: person.id} if users and users[0] == relation.name else {}
        open_ends: Values = {}  # what they refer to is not there yet
        for link in self.filler.links[relation.name]:
            whose = (others or {}).get(link.columns[0], person)
            is_stranger = not whose.tenant and self._makes_member(relation, link)
            home = self.owners[whose.tenant or (TENANTS[-1] if is_stranger else TENANTS[0])]
            anchor = whose.anchors.get(link.target) or home.anchors.get(link.target)
            if anchor is None or (is_stranger and all(usable(relation, name, None) for name in link.columns)):
                open_ends |= dict.fromkeys(link.columns)
                continue
            for column, target in zip(link.columns, link.target_columns, strict=True):
                values.setdefault(column, anchor.get(target))
        values = open_ends | values
        return {name: value for name, value in values.items() if usable(relation, name, value)}

    def _makes_member(self, relation: Relation, link: Link) -> bool:
        """Whether a row that is a user says with the link where the user is a member."""
        return any(
            (group.members, group.member_key, (group.member_user,)) == (relation.name, link.columns, relation.key)
            for group in self.filler.access.groups.values()
        )

    def ties(self, relation: Relation, person: Person, access: Access, shape: Shape) -> list[str]:
        """Return the conditions of a row that belongs to the person, where an expression says to whom it does."""
        table = access.tables.get(relation.name)
        found = [(path, person.id) for path in (table.people if table else {}).values()]
        for name, path in (table.groups if table else {}).items():
            key = access.groups[name].key
            anchor = self.owners[person.tenant].anchors.get(key[0]) if key and person.tenant else None
            if key and anchor and len(key[1]) == 1:
                found.append((path, anchor.get(key[1][0]) or ""))
        return [
            f"({way(path, shape)})::text IS NOT DISTINCT FROM {literal(value)}"
            for path, value in found
            if path.expression
        ]


def usable(relation: Relation, name: str, value: str | None) -> bool:
    """Return whether a row of the relation may be given the value."""
    column = relation.column(name)
    return column is not None and column.writable and not (value is None and column.required)
