"""Proposes a declaration for a schema that is there: what it allows today, as rules that a person can judge."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, qualified, quote
from pgtandem.prove.access import COMMANDS, EVERYONE, NOBODY, USER, FunctionAccess, Rule, Who, Write
from pgtandem.prove.attempts import Attempts
from pgtandem.prove.beyond import Beyond, tokens
from pgtandem.prove.experiment import Experiment
from pgtandem.prove.filling import speaks_of
from pgtandem.prove.laboratory import Trial
from pgtandem.prove.structure import known_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pgtandem.prove.access import Access, Command, Name, TableAccess
    from pgtandem.prove.attempts import Attempt
    from pgtandem.prove.laboratory import Laboratory
    from pgtandem.prove.shape import Relation, Routine
    from pgtandem.prove.standing import Actor, Row
    from pgtandem.prove.world import World


_OF_TRIGGER = re.compile(r"\b(?:new|old)\b", re.IGNORECASE)
_UNCLEAR = "not all that works today is understood"
_PLACE = "tableoid::regclass || ' ' || ctid"
"""What tells a row where no key does."""


@dataclass(frozen=True, slots=True)
class Case:
    """What became of one try: who the actor is towards the row, which conditions it meets, and whether it worked."""

    standings: frozenset[str]
    conditions: frozenset[str]
    worked: bool


@dataclass(frozen=True, slots=True)
class _Reason:
    """Standings and conditions that may be why something works."""

    names: tuple[str, ...]
    conditions: tuple[str, ...] = ()

    def explains(self, case: Case) -> bool:
        return case.standings.issuperset(self.names) and case.conditions.issuperset(self.conditions)

    @property
    def who(self) -> Who:
        together = len(self.conditions) > 1
        return Who(self.names, " and ".join(f"({text})" if together else text for text in self.conditions))


def learned(cases: Sequence[Case], names: Sequence[str], conditions: Sequence[str]) -> tuple[list[Who], int]:
    """Return a rule for what worked that allows nothing that did not, and how much of it is left without one."""
    chosen, left = _learned(cases, names, conditions)
    return [reason.who for reason in chosen], left


def _learned(cases: Sequence[Case], names: Sequence[str], conditions: Sequence[str]) -> tuple[tuple[_Reason, ...], int]:
    left = [case for case in cases if case.worked]
    failed = [case for case in cases if not case.worked]
    chosen: list[_Reason] = []
    for reasons in _reasons(names, conditions):
        sound = [reason for reason in reasons if left and not any(map(reason.explains, failed))]
        while left and sound:
            best = max(sound, key=lambda reason: sum(map(reason.explains, left)))
            further = [case for case in left if not best.explains(case)]
            if len(further) == len(left):
                break
            chosen.append(best)
            left = further
    return tuple(chosen), len(left)


def _fits(reasons: Sequence[_Reason], cases: Sequence[Case]) -> bool:
    """Whether these are reasons for just what worked, and something did."""
    return any(case.worked for case in cases) and all(
        case.worked == any(reason.explains(case) for reason in reasons) for case in cases
    )


def _reasons(names: Sequence[str], conditions: Sequence[str]) -> Iterator[list[_Reason]]:
    """Yield what may be the reason, the simplest first."""
    singles = [(name,) for name in names]
    pairs = list(itertools.combinations([n for n in names if n not in {EVERYONE, USER}], 2))
    alone = [(text,) for text in conditions]
    yield [_Reason(who) for who in singles]
    yield [_Reason(*both) for both in itertools.product(singles, alone)]
    yield [_Reason(who) for who in pairs]
    yield [_Reason(*both) for both in itertools.product(singles, itertools.combinations(conditions, 2))]
    yield [_Reason(*both) for both in itertools.product(pairs, alone)]


class Proposal:
    """Learns the rules of one schema."""

    def __init__(self, laboratory: Laboratory, world: World, access: Access, say: Callable[[str], None]) -> None:
        self.laboratory, self.world, self._say = laboratory, world, say
        self.access = access = self._with_insertable(access)
        self.experiment = Experiment(laboratory, world, access)
        self.names = list(
            dict.fromkeys([EVERYONE, USER, *access.identities, *known_words(list(access.groups.values()))])
        )
        self.notes: dict[tuple[Name, str], str] = {}
        self._errors: dict[tuple[Name, str], str] = {}

    def _with_insertable(self, access: Access) -> Access:
        """Return the declaration with the columns that clients have the privilege to insert, for nobody yet."""
        tables = {}
        for name, table in access.tables.items():
            columns = self._granted(name, "INSERT")
            by = tuple(Who(NOBODY, text) for text in ("", *table.conditions))
            rules = {**table.rules, "insert": (Rule(by=by, columns=columns),) if columns else ()}
            tables[name] = dataclasses.replace(table, rules=MappingProxyType(rules))
        return dataclasses.replace(access, tables=MappingProxyType(tables))

    def _granted(self, name: Name, privilege: str, *roles: str) -> tuple[str, ...]:
        """Return the columns for which one of the roles, or some client, has the privilege."""
        found = (
            str(column)
            for role in roles or self.laboratory.shape.memberships
            for (column,) in self.laboratory.ask(
                f"SELECT attname FROM pg_attribute WHERE attrelid = {literal(qualified(*name))}::regclass"
                " AND attnum > 0 AND NOT attisdropped"
                f" AND has_column_privilege({literal(role)}, attrelid, attnum, {literal(privilege)})"
            )
        )
        return tuple(dict.fromkeys(found))

    def access_as_it_is(self) -> Access:
        """Return the declaration with the rules that the database follows now."""
        tables = dict(self.access.tables)
        for relation in self.experiment.subjects():
            table = self.access.tables.get(relation.name)
            if table is not None:
                self._say(f"{relation.label}: {self.laboratory.count} statements so far")
                rules = {command: self._rules(relation, table, command) for command in COMMANDS}
                tables[relation.name] = dataclasses.replace(table, rules=MappingProxyType(rules))
        tables |= dict(self._views())
        used = {name.partition(".")[0] for t in tables.values() for name in _names(t)}
        groups = {name: group for name, group in self.access.groups.items() if group.key or name in used}
        lists = {group.members for group in groups.values()}
        tables = {name: dataclasses.replace(table, authority=name in lists) for name, table in tables.items()}
        found = dataclasses.replace(self.access, tables=MappingProxyType(tables), groups=MappingProxyType(groups))
        return dataclasses.replace(found, functions=MappingProxyType(self._functions(found)))

    def _rules(self, relation: Relation, table: TableAccess, command: Command) -> tuple[Rule, ...]:
        by_column = self._readings(relation) if command == "read" else self._writings(relation, command)
        together: dict[tuple[_Reason, ...], list[str]] = {}
        for column, cases in sorted(by_column.items(), key=lambda pair: -len(pair[1])):
            known = next((reasons for reasons in together if _fits(reasons, cases)), None)
            chosen, left = (known, 0) if known else _learned(cases, [*table.people, *self.names], table.conditions)
            if left and any(case.worked for case in cases):
                self.notes[relation.name, command] = _UNCLEAR
            if chosen:
                together.setdefault(chosen, []).append(column)
        if command == "update" and together:  # what could not be tried, for a key that others hold, is like the rest
            like = max(together.values(), key=len)
            writable = {c.name for c in relation.columns if c.writable and c.identity != "a"}
            like += [c for c in self._granted(relation.name, "UPDATE") if c in writable and c not in by_column]
        self._note_untold(relation, table, command, {column for columns in together.values() for column in columns})
        every = ["*", *(column.name for column in relation.columns)]
        return tuple(
            Rule(
                by=tuple(reason.who for reason in reasons),
                columns=None
                if "*" in columns or set(columns) == {*every[1:]}
                else tuple(sorted(columns, key=every.index)),
            )
            for reasons, columns in together.items()
        )

    def _note_untold(self, relation: Relation, table: TableAccess, command: Command, columns: set[str]) -> None:
        """Note what the people and rows that were made cannot tell, where rules were found for these columns."""
        why = self._errors.get((relation.name, command))
        if why and not columns:
            self.notes[relation.name, command] = f"{_UNCLEAR}, for all that may be tried ends with an error: {why}"
        if command == "update" and columns:
            ties = {path.steps[0][1] for path in table.groups.values() if path.steps}
            moving = sorted(ties.intersection(self._granted(relation.name, "UPDATE")) - columns)
            if moving:
                who = f"nobody was made who is in two groups and might change {', '.join(moving)}"
                self.notes.setdefault((relation.name, command), f"{_UNCLEAR}: {who}")

    def _case(self, actor: Actor, row: Row, *, worked: bool) -> Case:
        names = [*row.people, *self.names]
        standings = frozenset(name for name in names if self.experiment.judge.stands(actor, name, row))
        return Case(standings, frozenset(text for text, holds in row.conditions.items() if holds), worked)

    def _readings(self, relation: Relation) -> dict[str, list[Case]]:
        rows = list(self.experiment.rows(relation))
        texts = self.experiment.texts[relation.name]
        names = [column.name for column in relation.columns]
        key = [names.index(name) for name in relation.key]
        told_by = [quote(name) for name in relation.key] or [_PLACE]
        found: dict[str, list[Case]] = {name: [] for name in names}
        for actor in self.world.actors:
            listed = self._seen(actor, relation, *([*told_by, quote(name)] for name in names))
            for number, (name, seen) in enumerate(zip(names, listed, strict=True)):
                for row in rows:
                    if row.place in texts:
                        told = [texts[row.place][at] for at in key] or [row.place]
                        wanted = (*told, texts[row.place][number])
                        found[name].append(self._case(actor, row, worked=wanted in seen))
        return found

    def _seen(self, actor: Actor, relation: Relation, *columns: Sequence[str]) -> Iterator[set[tuple[str | None, ...]]]:
        """Yield what the actor reads with each selection of columns; where it ends with an error, note that."""
        queries = (f"SELECT {', '.join(names)} FROM {relation.sql}" for names in columns)
        for seen in self.laboratory.run(Trial(actor=actor, statements=(query,)) for query in queries):
            if seen.failure and not seen.failure.is_refusal:
                why = seen.failure.text.partition("\n")[0]
                self.notes[relation.name, "read"] = f"{_UNCLEAR}, for reading ends with an error: {why}"
            yield set() if seen.failure else set(seen.answers[0])

    def _writings(self, relation: Relation, command: Command) -> dict[str, list[Case]]:
        """Return the cases of each column; for an insert, those without columns that never worked."""
        found: dict[str, list[tuple[frozenset[str], Case]]] = {}
        for actor in self.world.actors:
            for attempt, case in self._tries(actor, relation, command):
                column = attempt.cell.column if command == "update" else "*"
                found.setdefault(column, []).append((attempt.given, case))
        if command == "update":
            found |= {column: found[like] for column, like in self._like(relation).items() if like in found}
        if command != "insert":
            return {column: [case for _, case in cases] for column, cases in found.items()}
        given = frozenset[str]().union(*(given for given, case in found.get("*", ()) if case.worked))
        cases = [case for columns, case in found.get("*", ()) if columns <= given]
        return dict.fromkeys(sorted(given), cases)

    def _tries(self, actor: Actor, relation: Relation, command: Command) -> Iterator[tuple[Attempt, Case]]:
        attempts = Attempts(self.laboratory, self.world, self.access, self.experiment.judge, actor, every_shape=False)
        texts = self.experiment.texts[relation.name]
        tried = attempts.at(relation, command, texts, but=self._like(relation) if command == "update" else ())
        listed = [attempt for attempt in tried if attempt.cell.command == command and not attempt.anew]
        seen = self.laboratory.run(attempt.trial for attempt in listed)
        controls = self.experiment.control([attempt.trial for attempt in listed])
        together: dict[object, tuple[Attempt, Case]] = {}
        says_who = any(group.members == relation.name for group in self.access.groups.values())
        for attempt, one, control in zip(listed, seen, controls, strict=True):
            if one.failure and not one.failure.is_refusal:
                self._errors[relation.name, command] = one.failure.text.partition("\n")[0]
            change = next((c for c in control.changes if self.experiment.is_target(attempt, c)), None)
            if change is None or (one.failure is not None and not one.failure.is_refusal):
                continue
            if says_who and not one.changes and any(actor.id and actor.id in text for text in attempt.trial.before):
                continue  # room was made by taking away what the actor was
            if command == "insert" and change.before is not None:
                continue  # ON CONFLICT DO UPDATE has changed a row that was there
            rows = [row for row in (change.before, change.after) if row is not None]
            cases = [self._case(actor, row, worked=bool(one.changes)) for row in rows]
            standings = frozenset.intersection(*(case.standings for case in cases))
            conditions = frozenset.intersection(*(case.conditions for case in cases))
            # One shape of a statement may fail where another one does not: it reads a column, or the row that it makes.
            place = change.before.place if change.before else None
            key = (attempt.cell.column, attempt.given, place, standings, conditions)
            worked = bool(one.changes) or (key in together and together[key][1].worked)
            together[key] = (attempt, Case(standings, conditions, worked))
        yield from together.values()

    def _like(self, relation: Relation) -> dict[str, str]:
        """Return for columns of which nothing speaks another one, held by the same clients, that is tried instead."""
        texts = [t for t in self.laboratory.shape.words if speaks_of(t, relation.name[1]) or _OF_TRIGGER.search(t)]
        texts += [*relation.words, *(text for _, text in relation.checks)]
        tied = {name for key in relation.foreign_keys for name in key.columns}
        tied |= {name for unique in relation.uniques for name in unique.columns}
        holders = {role: self._granted(relation.name, "UPDATE", role) for role in self.laboratory.shape.memberships}
        first: dict[tuple[bool, ...], str] = {}
        found: dict[str, str] = {}
        for column in relation.columns:
            if not column.writable or column.identity or column.name in tied:
                continue
            if not any(speaks_of(text, column.name) for text in texts):
                held = tuple(column.name in columns for columns in holders.values())
                like = first.setdefault(held, column.name)
                found |= {column.name: like} if like != column.name else {}
        return found

    def _views(self) -> Iterator[tuple[Name, TableAccess]]:
        for relation in self.laboratory.shape.relations.values():
            table = self.access.tables.get(relation.name)
            if relation.holds_rows or table is None:
                continue
            readers = [
                actor
                for actor in self.world.actors
                if any(self._seen(actor, relation, [quote(column.name) for column in relation.columns]))
            ]
            names = EVERYONE if any(actor.id is None for actor in readers) else USER
            by = (Who((names,)),) if readers else ()
            rules = {command: (Rule(by=by),) if by and command == "read" else () for command in COMMANDS}
            yield relation.name, dataclasses.replace(table, people={}, groups={}, rules=MappingProxyType(rules))

    def _functions(self, access: Access) -> dict[str, FunctionAccess]:
        experiment = Experiment(self.laboratory, self.world, access)
        beyond = Beyond(experiment)
        found = {}
        for routine in self.laboratory.shape.routines:
            if routine.kind not in "fp" or routine.result in {"trigger", "event_trigger"}:
                continue
            roles = set(routine.callers)
            call = (
                (EVERYONE,)
                if roles >= set(access.roles)
                else tuple(identity.name for identity in access.identities.values() if identity.role in roles)
            )
            reads, writes = self._effects(
                beyond, [self._calls(beyond, routine, a) for a in self.world.actors if a.role in roles]
            )
            found[routine.signature] = FunctionAccess(
                signature=routine.signature,
                call=call,
                reads=reads,
                writes=tuple(Write(relation=relation) for relation in writes),
            )
        return found

    def _calls(self, beyond: Beyond, routine: Routine, actor: Actor) -> tuple[Actor, list[str]]:
        return actor, beyond.calls(actor, routine)

    def _effects(
        self, beyond: Beyond, calls: Sequence[tuple[Actor, list[str]]]
    ) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
        reads: set[Name] = set()
        writes: set[Name] = set()
        for actor, statements in calls:
            trials = [Trial(actor=actor, statements=(statement,)) for statement in statements]
            for trial, seen in zip(trials, self.laboratory.run(trials), strict=True):
                texts = [value for answer in seen.answers for row in answer for value in row if value]
                texts += [seen.notices, seen.failure.text if seen.failure else ""]
                known = tokens(trial.statements[0]) | tokens(json.dumps(dict(actor.settings)))
                reads |= beyond.places(actor, texts, known)
                writes |= {c.relation for c in seen.changes if not beyond.may_change(actor, c, ())}
        return tuple(sorted(reads)), tuple(sorted(writes))


def _names(table: TableAccess) -> Iterator[str]:
    return (name for rules in table.rules.values() for rule in rules for who in rule.by for name in who.names)
