"""Everything that an actor tries: each command on each relation and column, in every shape of a statement."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.cells import Cell
from pgtandem.prove.filling import UnfillableError, Values, speaks_of
from pgtandem.prove.laboratory import Trial, declared_for
from pgtandem.prove.standing import ROW
from pgtandem.prove.statements import insertion, is_row, typed, update

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access, Command, Name, Rule
    from pgtandem.prove.actors import Person
    from pgtandem.prove.filling import Filler
    from pgtandem.prove.laboratory import Laboratory
    from pgtandem.prove.shape import Column, Relation, Shape
    from pgtandem.prove.standing import Actor, Judge, Row
    from pgtandem.prove.world import World


# Neither triggers nor foreign keys act then: https://www.postgresql.org/docs/current/runtime-config-client.html
_REPLICA = "SET LOCAL session_replication_role = replica"
_ORIGIN = "SET LOCAL session_replication_role = origin"
_VALUES = 4
_HOLDING = {"a", "r"}  # ON DELETE NO ACTION and RESTRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A trial at a cell.

    `given` are the columns that get a value from the client; `anew` says that a row that is there afterwards was
    deleted and inserted again.
    """

    cell: Cell
    trial: Trial
    relation: Name
    given: frozenset[str] = frozenset()
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A row that is aimed at: what it holds as text, and the condition that finds it."""

    row: Row
    texts: Mapping[str, str | None]
    where: str

    def alone(self, relation: Relation) -> tuple[str, ...]:
        """Return the statements that leave only this row in its relation, without any trigger or foreign key acting."""
        place = f"{ROW}.tableoid::regclass || ' ' || {ROW}.ctid"
        return (
            _REPLICA,
            f"DELETE FROM {relation.sql} {ROW} WHERE {place} <> {literal(self.row.place)}",
            _ORIGIN,
        )


class Attempts:
    """Thinks up attempts for one actor; without `every_shape` only those that differ in what they do."""

    def __init__(
        self,
        laboratory: Laboratory,
        world: World,
        access: Access,
        judge: Judge,
        actor: Actor,
        *,
        every_shape: bool = True,
    ) -> None:
        self.laboratory, self.world, self.access, self.judge, self.actor = laboratory, world, access, judge, actor
        self._every_shape = every_shape
        self.person: Person = world.person(actor) or world.owners[1]

    @property
    def shape(self) -> Shape:
        """The database."""
        return self.laboratory.shape

    @property
    def filler(self) -> Filler:
        """What makes values."""
        return self.world.filler

    def cell(self, relation: Relation, command: str, column: str = "*") -> Cell:
        """Return the cell of the actor."""
        return Cell(self.actor.name, relation.label, command, column)

    def rules(self, relation: Relation, command: Command) -> tuple[Rule, ...]:
        """Return what is declared for the relation."""
        table = declared_for(relation, self.shape, self.access.tables)
        return table.rules[command] if table else ()

    def of(self, relation: Relation, texts: Mapping[str, tuple[str | None, ...]]) -> Iterator[Attempt]:
        """Yield the attempts to write to a relation that holds rows; `texts` are its rows as text, by place."""
        for command in ("insert", "update", "delete"):
            yield from self.at(relation, command, texts)
        if not relation.of_platform:
            yield from self.whole(relation)

    def at(
        self,
        relation: Relation,
        command: str,
        texts: Mapping[str, tuple[str | None, ...]],
        *,
        but: Collection[str] = (),
    ) -> Iterator[Attempt]:
        """Yield the attempts with one command; to update, at all columns but those."""
        targets = list(self.targets(relation, texts))
        if command == "insert":
            yield from self.inserts(relation, targets)
        elif command == "delete":
            spare = self.targets(relation, texts, last=True)
            yield from self.deletes(relation, {target.where: target for target in (*targets, *spare)}.values())
        else:
            for column in relation.columns:
                if column.writable and column.name not in but:
                    way = self.renumberings if column.identity == "a" else self.updates
                    yield from way(relation, column, targets)

    def targets(
        self, relation: Relation, texts: Mapping[str, tuple[str | None, ...]], *, last: bool = False
    ) -> Iterator[Target]:
        """Yield one row for each way in which rows differ in who stands how towards them.

        It is the first one of its sort, to which other rows refer, or the last one.
        """
        seen = set()
        names = [column.name for column in relation.columns]
        rows = list(self.rows(relation))
        for row in reversed(rows) if last else rows:
            likeness = self._likeness(row)
            if row.place not in texts or likeness in seen:
                continue
            seen.add(likeness)
            values = dict(zip(names, texts[row.place], strict=True))
            yield Target(row=row, texts=values, where=_where(relation, values, row.place))

    def rows(self, relation: Relation) -> Iterator[Row]:
        """Yield the rows of a relation and of its partitions."""
        yield from self.laboratory.rows.get(relation.name, ())
        for part in self.shape.partitions(relation.name):
            yield from self.rows(part)

    def _likeness(self, row: Row) -> object:
        people = tuple((name, user is None, user == self.actor.id) for name, user in row.people.items())
        levels = tuple(self.judge.stands(self.actor, f"{g}.{level}", row) for g, level in self.judge.memberships)
        return people, levels, tuple(row.conditions.values())

    # Insert

    def inserts(self, relation: Relation, targets: list[Target]) -> Iterator[Attempt]:
        """Yield attempts to insert rows of one's own, of others, of nobody, and over those that are there."""
        try:
            own = self._own_row(relation)
        except UnfillableError:
            yield from (self.insert(relation, self._again(relation, target), "*") for target in targets)
            return
        listed = self.insertable(relation)
        given = self._given(relation, own, listed)
        yield self.insert(relation, given, "*")
        yield self.insert(relation, given, "*", end=f" RETURNING {_key(relation)}")
        yield self.insert(relation, own, "*")
        yield self._merge_insert(relation, given)
        for column in relation.columns:
            if column.writable and column.name in own:
                yield from self._insert_column(relation, own, given, column)
        yield from (self.insert(relation, self._given(relation, row, listed), "*") for row in self._as_asked(relation))
        for ties in self.ties(relation):
            for base in (given, own):
                if base is given or base.keys() != given.keys():
                    yield self.insert(relation, base | {n: v for n, v in ties.items() if n in base}, "*")
        for target in targets:
            like = {name: target.texts[name] for link in self.filler.links[relation.name] for name in link.columns}
            yield self.insert(relation, given | {name: value for name, value in like.items() if name in given}, "*")
        for target in targets[:3]:
            yield from self._insert_over(relation, given, target)

    def _own_row(self, relation: Relation) -> Values:
        """Return a row of the actor's own, also where an expression says whose it is, if that can be.

        Where it cannot name nobody but the actor, it names somebody else too.
        """
        ties = self.world.ties(relation, self.person, self.access, self.shape)
        table = declared_for(relation, self.shape, self.access.tables)
        people = [path.steps[0][1] for path in (table.people.values() if table else ()) if len(path.steps) == 1]
        own = self.own(relation)
        for fixed in (own, *(own | {column: self.world.owners[2].id} for column in people[1:])):
            for conditions in (ties, ()):
                with suppress(UnfillableError):
                    return self.filler.row(relation, fixed, conditions)
        return self.filler.row(relation, own)

    def _again(self, relation: Relation, target: Target) -> Values:
        """Return the row that is there, for one more of its sort: a key that the server would make is another one."""
        again: Values = {column.name: target.texts[column.name] for column in relation.columns if column.writable}
        for column in relation.columns:
            if column.name in relation.key and column.own is not None:
                again[column.name], *_ = [*self.filler.others(relation, column, again), again[column.name]]
        return again

    def own(self, relation: Relation) -> Values:
        """Return the values that make a row the actor's own."""
        values = self.world.fixed(relation, self.person)
        table = declared_for(relation, self.shape, self.access.tables)
        for path in table.people.values() if table else ():
            if len(path.steps) == 1 and path.steps[0][1] not in values:
                values[path.steps[0][1]] = self.person.id
        for group in self.access.groups.values():
            if group.members == relation.name and (group.key is not None or relation.key != (group.member_user,)):
                values[group.member_user] = self.newcomer.id
        return values

    def _as_asked(self, relation: Relation) -> Iterator[Values]:
        """Yield rows that meet the conditions under which somebody may insert them: one's own, and those of others.

        Whose a row is where a column says so is tried by changing that column (`ties`); here an expression says it.
        """
        own = self.own(relation)
        wheres = sorted({who.where for rule in self.rules(relation, "insert") for who in rule.by if who.where})
        for person in (self.person, *self._others()):
            ties = self.world.ties(relation, person, self.access, self.shape)
            for where in wheres if person is self.person else [*wheres, ""] if ties else ():
                fixed = {name: value for name, value in own.items() if not speaks_of(where, name)}
                with suppress(UnfillableError):
                    yield self.filler.row(relation, fixed, [*([f"({where}) IS TRUE"] if where else ()), *ties])

    def _others(self) -> list[Person]:
        """Return somebody of the other tenant, and two of the actor's own."""
        stranger = self.world.owners[3 - (self.person.tenant or 1)]
        return [stranger, *(p for p in self.world.people if p.tenant == self.person.tenant and p is not self.person)][
            :3
        ]

    @property
    def newcomer(self) -> Person:
        """Who is a member of nothing yet."""
        return next(person for person in self.world.people if person.name == "outsider")

    def insertable(self, relation: Relation) -> frozenset[str] | None:
        """Return the columns that somebody like the actor may give when inserting; None are all."""
        columns: set[str] = set()
        for rule in self.rules(relation, "insert"):
            if rule.columns is None:
                return None
            columns |= set(rule.columns)
        return frozenset(columns)

    def _given(self, relation: Relation, own: Values, listed: frozenset[str] | None) -> Values:
        """Return of the row what may be given, and what must be."""
        if not listed:
            return own
        needed = {c.name for c in relation.columns if c.required and c.own is None and not c.identity}
        return {name: value for name, value in own.items() if name in listed | needed}

    def insert(self, relation: Relation, values: Values, column: str, *, end: str = "") -> Attempt:
        """Return the attempt to insert the values."""
        before = () if "CONFLICT" in end else self._room(relation, values)
        return Attempt(
            cell=self.cell(relation, "insert", column),
            trial=Trial(actor=self.actor, statements=(insertion(relation, values) + end,), before=before),
            relation=relation.name,
            given=frozenset(values),
        )

    def _room(self, relation: Relation, values: Values) -> tuple[str, ...]:
        """Return the statements that take away a row beside which there cannot be another one."""
        tied = {name for link in self.filler.links[relation.name] for name in link.columns} | self.own(relation).keys()
        alone = [u.columns for u in relation.uniques if not u.partial and set(u.columns) <= tied & values.keys()]
        found = [" AND ".join(f"{quote(n)} = {typed('', values[n])}" for n in names) for names in alone]
        deletions = [f"DELETE FROM {relation.sql} WHERE {where}" for where in found]
        return (_REPLICA, *deletions, _ORIGIN) if deletions else ()

    def _insert_column(self, relation: Relation, own: Values, given: Values, column: Column) -> Iterator[Attempt]:
        name = column.name
        if name in given:
            yield self.insert(relation, given, name)
            for group in self.access.groups.values():  # who takes the place of one's own row is not oneself any more
                if group.members == relation.name and relation.key == (group.member_user,):
                    yield self.insert(relation, given | {group.member_user: self.newcomer.id}, name)
            return
        for value in self.filler.others(relation, column, own)[:3]:
            yield self.insert(relation, given | {name: value}, name)

    def ties(self, relation: Relation) -> Iterator[Values]:
        """Yield values that tie a row to somebody else: to the other tenant, to a colleague, to nobody."""
        own = self.own(relation)
        for other in self._others():
            foreign = self.world.fixed(relation, other)
            swapped = {
                name: foreign.get(name, other.id if value == self.person.id else value) for name, value in own.items()
            }
            different = {name: value for name, value in swapped.items() if own[name] != value}
            yield different
            if len(different) > 1:
                for name, value in different.items():
                    yield {name: value}
        for group in self.access.groups.values():
            if group.members == relation.name:
                yield {group.member_user: self.person.id}
        for name in own:
            column = relation.column(name)
            if column is not None and not column.required:
                yield {name: None}

    def _insert_over(self, relation: Relation, given: Values, target: Target) -> Iterator[Attempt]:
        if not relation.key:
            return
        values = given | {name: target.texts[name] for name in relation.key}
        key = ", ".join(map(quote, relation.key))
        yield self.insert(relation, values, "*", end=f" ON CONFLICT ({key}) DO NOTHING")
        rest = [name for name in given if name not in relation.key]
        if rest:
            changed = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in rest)
            yield self.insert(relation, values, "*", end=f" ON CONFLICT ({key}) DO UPDATE SET {changed}")

    def _merge_insert(self, relation: Relation, values: Values) -> Attempt:
        names = ", ".join(map(quote, values))
        listed = ", ".join(typed("", value) for value in values.values())
        statement = (
            f"MERGE INTO {relation.sql} {ROW} USING (VALUES (1)) one (n) ON false"
            f" WHEN NOT MATCHED THEN INSERT ({names}){_overriding(relation, values)} VALUES ({listed})"
        )
        return Attempt(
            cell=self.cell(relation, "insert"),
            trial=Trial(actor=self.actor, statements=(statement,)),
            relation=relation.name,
            given=frozenset(values),
        )

    # Update

    def updates(self, relation: Relation, column: Column, targets: Iterable[Target]) -> Iterator[Attempt]:
        """Yield attempts to set a column, in each row, to each telling value."""
        for target in targets:
            for number, value in enumerate(self.update_values(relation, column, target)):
                for statement, before in self._update_shapes(
                    relation, column, target, value, every=number == 0 and self._every_shape
                ):
                    yield Attempt(
                        cell=self.cell(relation, "update", column.name),
                        trial=Trial(actor=self.actor, statements=(statement,), before=before),
                        relation=relation.name,
                        given=frozenset({column.name}),
                    )
        keys = [key for other in self.shape.relations.values() for key in other.foreign_keys]
        if any(key.target == relation.name and column.name in key.target_columns for key in keys):
            yield from self._unreferred(relation, column)

    def renumberings(self, relation: Relation, column: Column, targets: Iterable[Target]) -> Iterator[Attempt]:
        """Yield attempts to give each row another number: of GENERATED ALWAYS, nobody chooses which one.

        https://www.postgresql.org/docs/current/sql-update.html
        """
        for target in targets:
            for before in dict.fromkeys(((), self._let_go(relation, target.texts))):
                yield Attempt(
                    cell=self.cell(relation, "update", column.name),
                    trial=Trial(
                        actor=self.actor,
                        statements=(f"UPDATE {relation.sql} SET {quote(column.name)} = DEFAULT WHERE {target.where}",),
                        before=before,
                    ),
                    relation=relation.name,
                    given=frozenset({column.name}),
                )

    def _unreferred(self, relation: Relation, column: Column) -> Iterator[Attempt]:
        """Yield the attempt to change a key in a row of the actor's own to which nothing refers yet."""
        try:
            own = self._own_row(relation)
            (other, *_) = self.filler.others(relation, column, own) or [None]
        except UnfillableError:
            return
        if other is not None and all(own.get(name) is not None for name in relation.key):
            yield Attempt(
                cell=self.cell(relation, "update", column.name),
                trial=Trial(
                    actor=self.actor,
                    statements=(update(relation, {column.name: other}, is_row(own, relation.key)),),
                    before=(
                        *self._room(relation, own),
                        *self._room(relation, own | {column.name: other}),
                        *self._let_go(relation, own),
                        *(_REPLICA, insertion(relation, own), _ORIGIN),
                    ),
                ),
                relation=relation.name,
                given=frozenset({column.name}),
            )

    def update_values(self, relation: Relation, column: Column, target: Target) -> list[str | None]:
        """Return values other than the one that is there: whose the row would become, and what it would be worth."""
        found: list[str | None] = []
        tied = {name for link in self.filler.links[relation.name] for name in link.columns}
        own = self.own(relation)
        if column.name in own:
            found.append(own[column.name])
            found += [ties[column.name] for ties in self.ties(relation) if column.name in ties]
        table = declared_for(relation, self.shape, self.access.tables)
        ways = (*table.people.values(), *table.groups.values()) if table else ()
        if any(speaks_of(way.expression, column.name) for way in ways):
            found += [row.get(column.name) for row in self._as_asked(relation)]
        if column.name not in tied:
            found += self.filler.others(relation, column, dict(target.texts))[:3]
        return [value for value in dict.fromkeys(found) if value != target.texts[column.name]][:_VALUES]

    def _update_shapes(
        self, relation: Relation, column: Column, target: Target, value: str | None, *, every: bool
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        values = {column.name: value}
        assigned = f"{quote(column.name)} = {typed('', value)}"
        yield update(relation, values), target.alone(relation)
        yield update(relation, values, target.where), ()
        if not every:
            return
        yield f"{update(relation, values, target.where)} RETURNING {_key(relation)}", ()
        yield f"UPDATE {relation.sql} SET {assigned} FROM (VALUES (1)) one (n) WHERE {target.where}", ()
        yield (
            (
                f"MERGE INTO {relation.sql} {ROW} USING (VALUES (1)) one (n) ON {target.where}"
                f" WHEN MATCHED THEN UPDATE SET {assigned}"
            ),
            (),
        )

    # Delete, and the relation as a whole

    def deletes(self, relation: Relation, targets: Iterable[Target]) -> Iterator[Attempt]:
        """Yield attempts to delete each sort of row, and to put it back improved."""
        for target in targets:
            merge = f"MERGE INTO {relation.sql} {ROW} USING (VALUES (1)) one (n) ON {target.where}"
            rooms = dict.fromkeys(((), self._let_go(relation, target.texts)))
            for statement, before in (
                (f"DELETE FROM {relation.sql}", target.alone(relation)),
                *((f"DELETE FROM {relation.sql} WHERE {target.where}", room) for room in rooms),
                (f"DELETE FROM {relation.sql} WHERE {target.where} RETURNING {_key(relation)}", ()),
                (f"DELETE FROM {relation.sql} USING (VALUES (1)) one (n) WHERE {target.where}", ()),
                (f"{merge} WHEN MATCHED THEN DELETE", ()),
            ):
                yield Attempt(
                    cell=self.cell(relation, "delete"),
                    trial=Trial(actor=self.actor, statements=(statement,), before=before),
                    relation=relation.name,
                )
            yield from self._anew(relation, target)

    def _let_go(self, relation: Relation, texts: Mapping[str, str | None]) -> tuple[str, ...]:
        """Return the statements that take away the rows because of which one with these values may not go."""
        deletions = [
            f"DELETE FROM {other.sql} WHERE "
            + " AND ".join(
                f"{quote(mine)} = {typed('', texts.get(its))}"
                for mine, its in zip(key.columns, key.target_columns, strict=True)
            )
            for other in self.shape.relations.values()
            for key in other.foreign_keys
            if key.target == relation.name and key.action in _HOLDING
        ]
        return (_REPLICA, *deletions, _ORIGIN) if deletions else ()

    def _anew(self, relation: Relation, target: Target) -> Iterator[Attempt]:
        row = {c.name: target.texts[c.name] for c in relation.columns if c.writable}
        for column in relation.columns:
            if not column.writable or column.name in relation.key:
                continue
            for value in self.filler.others(relation, column, row)[:2]:
                statements = (
                    f"DELETE FROM {relation.sql} WHERE {target.where}",
                    insertion(relation, row | {column.name: value}),
                )
                yield Attempt(
                    cell=self.cell(relation, "insert", column.name),
                    trial=Trial(actor=self.actor, statements=statements),
                    relation=relation.name,
                    given=frozenset(row),
                    anew=True,
                )

    def whole(self, relation: Relation) -> Iterator[Attempt]:
        """Yield attempts at the relation as a whole, which policies do not cover."""
        for statement in (f"TRUNCATE {relation.sql}", f"TRUNCATE {relation.sql} CASCADE"):
            yield Attempt(
                cell=self.cell(relation, "truncate"),
                trial=Trial(actor=self.actor, statements=(statement,)),
                relation=relation.name,
            )


def _overriding(relation: Relation, values: Values) -> str:
    always = any(column.identity == "a" for column in relation.columns if column.name in values)
    return " OVERRIDING SYSTEM VALUE" if always else ""


def _key(relation: Relation) -> str:
    return ", ".join(map(quote, relation.key)) if relation.key else quote(relation.columns[0].name)


def _where(relation: Relation, values: Mapping[str, str | None], place: str) -> str:
    if relation.key:
        return " AND ".join(f"{quote(name)} = {typed('', values[name])}" for name in relation.key)
    return f"tableoid::regclass || ' ' || ctid = {literal(place)}"
