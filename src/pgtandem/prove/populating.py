"""Populates a clone: two tenants, their members, an outsider, and rows of each in every table."""

from __future__ import annotations

import itertools
import json
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from pgtandem.model.key import quote
from pgtandem.prove.access import NOBODY
from pgtandem.prove.actors import Person, actor_of
from pgtandem.prove.filling import Filler, UnfillableError, Values, speaks_of
from pgtandem.prove.statements import insertion, is_row, update
from pgtandem.prove.values import literals, token, uuid_of
from pgtandem.prove.world import TENANTS, World, usable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pgtandem.prove.access import Access, Group, Identity, Name
    from pgtandem.prove.bench import Session
    from pgtandem.prove.filling import Link
    from pgtandem.prove.shape import Relation, Shape
    from pgtandem.prove.standing import Actor

_VARIANTS, _BELOW = 12, 4
_UNIQUE = "23505"


class Builder:
    """Makes the world, in the database of the session; `varied` where rows are to differ in what policies ask about."""

    def __init__(self, connection: Session, shape: Shape, access: Access, *, varied: bool = True) -> None:
        self.connection, self.shape, self.access, self.varied = connection, shape, access, varied
        self.filler = Filler(connection, shape, access)
        self.world = World(owners={}, people=[], filler=self.filler)
        self._varied: dict[tuple[Name, str], list[Values]] = {}

    def build(self) -> World:
        """Return the populated world."""
        for tenant in TENANTS:
            self.world.owners[tenant] = self._newcomer(f"owner {tenant}", tenant)
        staff = self._cast()
        self._newcomer("outsider", 0)
        for name in self._order():
            self._fill(self.shape.relations[name], staff)
        self._close_circles()
        self.world.actors = tuple(self._actors(staff))
        return self.world

    def _newcomer(self, name: str, tenant: int) -> Person:
        salt = self.filler.next_salt()
        person = Person(name=name, tenant=tenant, id=self._new_id(salt), salt=salt)
        self.world.people.append(person)
        if self.access.users is not None:
            self._sign_up(person, *self.access.users)
        return person

    def _is_filled_later(self, name: Name) -> bool:
        """Whether it is a table of users of the schema's own, whose rows may refer to others."""
        return not self.shape.relations[name].of_platform and name not in self.world.filled

    def _new_id(self, salt: int) -> str:
        relation = self.shape.relations.get(self.access.users[0]) if self.access.users else None
        column = relation.column(self.access.users[1]) if relation and self.access.users else None
        if column is None or column.base == "uuid":
            return uuid_of(salt)
        return str(7_000_000 + salt) if column.category == "N" else token(salt)

    def _sign_up(self, person: Person, name: Name, key: str) -> None:
        relation = self.shape.relations[name]
        if self._is_filled_later(name):
            return
        if not relation.of_platform:
            self._anchor(relation, person)
            return
        word = token(person.salt)
        names = ("full_name", "name", "username", "user_name", "display_name", "first_name", "last_name")
        metadata = dict.fromkeys(names, word) | {"avatar_url": f"https://example.com/{word}.png"}
        values: Values = {key: person.id, "role": "authenticated", "aud": "authenticated", "raw_app_meta_data": "{}"}
        values |= {"email": person.email, "raw_user_meta_data": json.dumps(metadata)}
        self._put(relation, values, person)
        person.anchors[name] = {key: person.id}
        self.world.filled.add(name)

    def _cast(self) -> dict[tuple[str, str, int], Person]:
        """Make a person for each level of each group: one in each tenant, or one where the group has no key."""
        cast = {}
        for group in self.access.groups.values():
            for level in group.levels:
                for tenant in TENANTS if group.key else (0,):
                    cast[group.name, level, tenant] = self._newcomer(
                        f"{group.name}.{level} {tenant or ''}".strip(), tenant
                    )
        return cast

    def _order(self) -> list[Name]:
        """Return the relations to fill, what is pointed at first; where they go round in circles, in any order."""
        stored = {r.name for r in self.shape.relations.values() if r.holds_rows and not r.bound}
        graph = {name: {link.target for link in self.filler.links[name]} & stored - {name} for name in sorted(stored)}
        while True:
            try:
                return list(TopologicalSorter(graph).static_order())
            except CycleError as error:
                before, after = self._weakest([*itertools.pairwise(error.args[1])])
                graph[after].discard(before)

    def _weakest(self, circle: list[tuple[Name, Name]]) -> tuple[Name, Name]:
        """Return a reference of the circle that may be left open at first: the relation meant, and the one it is in."""
        for target, name in circle:
            relation = self.shape.relations[name]
            links = [link for link in self.filler.links[name] if link.target == target]
            columns = {column for link in links for column in link.columns}
            if not any(column.required for column in relation.columns if column.name in columns):
                return target, name
        return circle[0]

    def _fill(self, relation: Relation, cast: Mapping[tuple[str, str, int], Person]) -> None:
        is_users = self.access.users is not None and relation.name == self.access.users[0]
        if is_users and relation.of_platform:
            return
        try:
            self._fill_members(relation, cast)
            people = list(self.world.people) if is_users else self._whose(relation)
            for person in people:
                self._anchor(relation, person)
            if self.varied and people:
                (self._vary_people if len(people) > len(TENANTS) else self._vary)(relation)
        except UnfillableError as error:
            self.world.gaps[relation.name] = str(error)
        else:
            self.world.filled.add(relation.name)

    def _close_circles(self) -> None:
        """Let rows refer to what was made after them, where relations refer to one another in a circle."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        for person in self.world.people:
            for name, anchor in person.anchors.items():
                relation = self.shape.relations[name]
                open_ends: Values = {
                    column: value
                    for column, value in self.world.fixed(relation, person).items()
                    if anchor.get(column) is None and value is not None and column not in relation.key
                }
                if not open_ends or not relation.key or relation.of_platform:
                    continue
                try:
                    with self.connection.transaction():
                        self.connection.execute("SET LOCAL session_replication_role = replica")
                        where = is_row(anchor, relation.key)
                        self.connection.execute(update(relation, open_ends, where))
                except psycopg.Error:
                    continue  # the row stays without the reference, which it may be without

    def _whose(self, relation: Relation) -> list[Person]:
        """Return the people of whom a row is made: everybody where a row is a person, else who owns a tenant.

        Nobody else where a row makes a user one of a circle, and nothing needs it.
        """
        makes_one = any(
            group.members == relation.name and group.key is None and "true" in group.levels.values()
            for group in self.access.groups.values()
        )
        if makes_one and not any(
            link.target == relation.name for links in self.filler.links.values() for link in links
        ):
            return []
        of_person = any(
            link.columns == relation.key and self._is_person(link) for link in self.filler.links[relation.name]
        )
        return list(self.world.people) if of_person else list(self.world.owners.values())

    def _is_person(self, link: Link) -> bool:
        """Whether a link tells a person: it points at a user, or at a row that has a user's key."""
        if self.access.users is None:
            return False
        if link.target == self.access.users[0]:
            return True
        target = self.shape.relations[link.target]
        return any(
            other.columns == link.target_columns == target.key
            and other.target != link.target
            and self._is_person(other)
            for other in self.filler.links[link.target]
        )

    def _anchor(self, relation: Relation, person: Person) -> None:
        """Give the person a row, and remember it as the one that others of the person's rows refer to."""
        if relation.name not in person.anchors:
            fixed, plain, seen = self.world.fixed(relation, person), self._plain(relation), self._seen(relation)
            for conditions in ([*plain, *seen], *([*plain, each] for each in seen), plain):
                with suppress(UnfillableError):
                    person.anchors[relation.name] = self._make(relation, person, fixed, conditions)
                    return
            person.anchors[relation.name] = self._make(relation, person, fixed, [])  # who has a row is always somebody

    def _plain(self, relation: Relation) -> list[str]:
        """Return the conditions for a row that makes nobody a member of a circle without key, where one can be none."""
        return [
            f"({condition}) IS NOT TRUE"
            for group in self.access.groups.values()
            if group.members == relation.name and group.key is None
            for condition in group.levels.values()
            if condition != "true" and not condition.startswith("not ")
        ]

    def _seen(self, relation: Relation) -> list[str]:
        """Return the conditions that make a row one that somebody may read: others will refer to it."""
        table = self.access.tables.get(relation.name)
        rules = table.rules["read"] if table else ()
        return [who.where for rule in rules for who in rule.by if who.where and who.names != NOBODY]

    def _fill_members(self, relation: Relation, cast: Mapping[tuple[str, str, int], Person]) -> None:
        for group in self.access.groups.values():
            if group.members != relation.name:
                continue
            if group.key is not None:
                for owner in self.world.owners.values():
                    self._member(relation, group, next(iter(group.levels)), owner)
            for (name, level, _), person in cast.items():
                if name == group.name:
                    self._member(relation, group, level, person)

    def _member(self, relation: Relation, group: Group, level: str, person: Person) -> None:
        fixed = self.world.fixed(relation, person)
        if usable(relation, group.member_user, person.id):
            fixed[group.member_user] = person.id
        others = [f"({text}) IS NOT TRUE" for name, text in group.levels.items() if name != level and text != "true"]
        condition = group.levels[level]
        try:
            row = self._make(relation, person, fixed, [condition, *others])
        except UnfillableError:
            row = self._make(relation, person, fixed, [condition])
        person.anchors[relation.name] = row

    def _make(self, relation: Relation, person: Person, fixed: Values, conditions: Sequence[str] = ()) -> Values:
        return self._put(relation, self._row(relation, person, fixed, conditions), person)

    def _row(self, relation: Relation, person: Person, fixed: Values, conditions: Sequence[str] = ()) -> Values:
        """Return a row that is the person's, also where an expression says whose it is, if that can be."""
        ties = self.world.ties(relation, person, self.access, self.shape)
        for tied in (ties, *([tie] for tie in ties[1:] and ties)):
            with suppress(UnfillableError):
                return self.filler.row(relation, fixed, [*conditions, *tied])
        return self.filler.row(relation, fixed, conditions, spare=self._spare(relation, person, fixed))

    def _spare(self, relation: Relation, person: Person, fixed: Values) -> dict[str, list[str | None]]:
        """Return what else may be in fixed columns: a check may want one of two references, or two different ones.

        A condition may ask the row that is referred to, and not hold of the first one that the person has.
        """
        found: dict[str, list[str | None]] = {
            column.name: [None] for column in relation.columns if column.name in fixed and not column.required
        }
        for link in self.filler.links[relation.name]:
            if len(link.columns) == 1 and link.columns[0] in fixed:
                anchors = (each.anchors.get(link.target) for each in self.world.people)
                rows = [*self._varied.get((link.target, person.name), ()), *filter(None, anchors)]
                others = (row[link.target_columns[0]] for row in rows)
                found.setdefault(link.columns[0], [])[:0] = dict.fromkeys(others)
        return found

    def _vary(self, relation: Relation) -> None:
        """Add rows that differ in what rules and policies ask about; what cannot be is left out."""
        for person in self.world.owners.values():
            spare = self.world.fixed(relation, person)
            table = self.access.tables.get(relation.name)
            variants = [(each, ()) for each in [spare, *itertools.islice(self._variants(relation, person), _VARIANTS)]]
            asked = [(spare, (f"({condition}) IS TRUE",)) for condition in (table.conditions if table else ())]
            for fixed, conditions in [*variants, *asked]:
                with suppress(UnfillableError, _RefusedError):
                    row = self._insert(relation, self._row(relation, person, fixed, conditions), person, replica=False)
                    if fixed is not spare or conditions:
                        self._varied.setdefault((relation.name, person.name), []).append(row)

    def _vary_people(self, relation: Relation) -> None:
        """Add users for whom a row that is a person differs: there can be but one of each."""
        for pattern in self.world.owners.values():
            base = self.world.fixed(relation, pattern)
            for number, fixed in enumerate(itertools.islice(self._variants(relation, pattern), _VARIANTS // 2)):
                person = self._newcomer(f"variant {pattern.tenant}.{number}", 0)
                own = self.world.fixed(relation, person)
                changed = {name: value for name, value in fixed.items() if value != base.get(name)}
                try:
                    person.anchors[relation.name] = self._put(
                        relation, self.filler.row(relation, own | changed), person
                    )
                except UnfillableError:
                    continue

    def _variants(self, relation: Relation, person: Person) -> Iterator[Values]:
        base = self.world.fixed(relation, person)
        stranger = self.world.owners[3 - person.tenant]
        table = self.access.tables.get(relation.name)
        for path in (table.people if table else {}).values():
            column = relation.column(path.steps[0][1]) if path.steps else None
            if column is not None and not column.required and len(path.steps) == 1:
                yield base | {column.name: None}
        yield from self._of_two_people(relation, person, stranger)
        yield from self._beside(relation, person)
        yield from self._below(relation, person, base)
        yield from self._of_what_is_there(relation, base)
        yield from self._addressed(relation, base)
        for column in relation.columns:
            if column.name in base or not column.writable or column.name in relation.key:
                continue
            for value in self._telling(relation, column.name):
                yield base | {column.name: value}

    def _of_two_people(self, relation: Relation, person: Person, stranger: Person) -> Iterator[Values]:
        personal = [link.columns[0] for link in self.filler.links[relation.name] if self._is_person(link)]
        table = self.access.tables.get(relation.name)
        personal += [p.steps[0][1] for p in (table.people.values() if table else ()) if len(p.steps) == 1]
        for column in dict.fromkeys(personal):
            if len(set(personal)) > 1:
                yield self.world.fixed(relation, person, others={column: stranger}) | (
                    {}
                    if any(column in link.columns for link in self.filler.links[relation.name])
                    else {column: stranger.id}
                )

    def _beside(self, relation: Relation, person: Person) -> Iterator[Values]:
        """Yield values by which a colleague's row refers to the person's own one in the same relation."""
        colleague = next((p for p in self.world.people if p.tenant == person.tenant and p is not person), None)
        own = person.anchors.get(relation.name)
        for link in self.filler.links[relation.name]:
            if link.target == relation.name and own is not None and colleague is not None:
                referring = {name: own[key] for name, key in zip(link.columns, link.target_columns, strict=True)}
                yield self.world.fixed(relation, colleague) | referring

    def _below(self, relation: Relation, person: Person, base: Values) -> Iterator[Values]:
        """Yield values that refer to the rows in which the person's things differ: policies may ask about those."""
        for link in self.filler.links[relation.name]:
            for row in self._varied.get((link.target, person.name), [])[:_BELOW]:
                yield base | {name: row[key] for name, key in zip(link.columns, link.target_columns, strict=True)}

    def _of_what_is_there(self, relation: Relation, base: Values) -> Iterator[Values]:
        """Yield values that refer to rows which the schema itself brings, where a rule or policy names them."""
        spoken = self._spoken(relation)
        for link in self.filler.links[relation.name]:
            target, key = self.shape.relations[link.target], link.target_columns[0]
            named = literals(text for text in spoken if speaks_of(text, link.columns[0]))
            if len(link.columns) == 1 and (column := target.column(key)) is not None and column.category == "S":
                query = f"SELECT {quote(key)}::text FROM {target.sql} WHERE {quote(key)}::text = ANY (%s)"
                there = {word for (word,) in self.connection.execute(query, (named,)).fetchall()}
                yield from (base | {link.columns[0]: word} for word in named if word in there)

    def _addressed(self, relation: Relation, base: Values) -> Iterator[Values]:
        """Yield values by which a row is meant for somebody who is known by an address alone."""
        spoken = [text for text in self._spoken(relation) if "email" in text]
        outsider = next(person for person in self.world.people if person.name == "outsider")
        for column in relation.columns:
            if column.category == "S" and column.name not in base and any(speaks_of(t, column.name) for t in spoken):
                yield base | {column.name: outsider.email}

    def _spoken(self, relation: Relation) -> list[str]:
        table = self.access.tables.get(relation.name)
        return [*(table.conditions if table else ()), *self.shape.words]

    def _telling(self, relation: Relation, name: str) -> list[str | None]:
        """Return the values of a column between which rules or policies may tell."""
        column = relation.column(name)
        spoken = self._spoken(relation)
        if column is None or not any(speaks_of(text, name) for text in spoken):
            return []
        if column.base == "bool" or column.labels:
            return list(self.filler.choices(relation, column))[1:6]
        found: list[str | None] = [] if column.required else [None, self.filler.choices(relation, column)[0]]
        named = self.filler.choices(relation, column)
        mentioned = {text for text in named if text and any(f"'{text}'" in each for each in spoken)}
        return found + [text for text in named if text in mentioned][:4]

    def _put(self, relation: Relation, values: Values, person: Person) -> Values:
        """Insert the row, or make the one that a trigger has made meanwhile like it; the row as it is then."""
        refusals = []
        for replica in (False, True):
            try:
                return self._insert(relation, values, person, replica=replica)
            except _RefusedError as error:
                if error.state == _UNIQUE and (found := self._adopt(relation, values)) is not None:
                    return found
                refusals.append(error.text)
        raise UnfillableError(f"a row is refused: {'; '.join(dict.fromkeys(refusals))}")

    def _insert(self, relation: Relation, values: Values, person: Person, *, replica: bool) -> Values:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        try:
            with self.connection.transaction():
                self._pretend(person, replica=replica)
                cursor = self.connection.execute(insertion(relation, values, returning=True))
                row = cursor.fetchone()
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            raise _RefusedError(error.sqlstate or "", f"{error.diag.message_primary}") from error
        if row is None:
            raise _RefusedError("", "a trigger keeps it from being inserted")
        if replica:
            self.world.unfired.add(relation.name)
        return dict(zip((column.name for column in relation.columns), row, strict=True))

    def _pretend(self, person: Person, *, replica: bool) -> None:
        """Let triggers see who the row is for, or let none run."""
        claims = json.dumps({"sub": person.id, "role": "service_role"})
        self.connection.execute("SELECT set_config('request.jwt.claims', %s, true)", (claims,))
        if replica:
            self.connection.execute("SET LOCAL session_replication_role = replica")

    def _adopt(self, relation: Relation, values: Values) -> Values | None:
        """Give the row that is there instead the values that its key does not hold."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        for unique in relation.uniques:
            columns = [name for name in unique.columns if values.get(name) is not None]
            if unique.partial or len(columns) != len(unique.columns) or not self._exists(relation, values, columns):
                continue
            where = is_row(values, columns)
            tied = {name for link in self.filler.links[relation.name] for name in link.columns} | set(relation.key)
            rest = {name: value for name, value in values.items() if name not in {*columns, *tied}}
            try:
                with self.connection.transaction():
                    self.connection.execute("SET LOCAL session_replication_role = replica")
                    if rest:
                        self.connection.execute(update(relation, rest, where))
            except psycopg.Error:
                pass  # the row stays as the trigger has made it, which is a row all the same
            listed = ", ".join(f"{quote(column.name)}::text" for column in relation.columns)
            row = self.connection.execute(f"SELECT {listed} FROM {relation.sql} WHERE {where}").fetchone()
            return dict(zip((column.name for column in relation.columns), row or (), strict=True))
        return None

    def _exists(self, relation: Relation, values: Values, columns: Iterable[str]) -> bool:
        query = f"SELECT count(*) FROM {relation.sql} WHERE {is_row(values, columns)}"
        found = self.connection.execute(query).fetchone()
        return found is not None and found[0] == 1

    def _actors(self, cast: Mapping[tuple[str, str, int], Person]) -> Iterator[Actor]:
        identities = self.access.identities
        anonymous = [identity for identity in identities.values() if not identity.id]
        signed_in = [identity for identity in identities.values() if identity.id]
        for identity in anonymous:
            yield self._actor(identity, None, identity.name)
        if not signed_in:
            return
        plain, *special = signed_in
        yield self._actor(plain, self.world.owners[1], "owner")
        for (group, level, tenant), person in cast.items():
            if tenant != 2:  # noqa: PLR2004 - the second tenant is whom the first must not reach
                yield self._actor(plain, person, f"{group}.{level}")
        outsider = next(person for person in self.world.people if person.name == "outsider")
        yield self._actor(plain, outsider, "outsider")
        for identity in special:
            yield self._actor(identity, self._newcomer(identity.name, 0), identity.name)
            yield self._actor(identity, self.world.owners[1], f"{identity.name} owner")

    def _actor(self, identity: Identity, person: Person | None, name: str) -> Actor:
        keys = dict.fromkeys(self.access.groups, "")
        for group in self.access.groups.values():
            member = person.anchors.get(group.members) if person else None
            if group.key and member:
                keys[group.name] = member.get(group.member_key[0]) or ""
        return actor_of(identity, person, name, keys)


class _RefusedError(Exception):
    def __init__(self, state: str, text: str) -> None:
        super().__init__(text)
        self.state, self.text = state, text
