"""The experiment: everybody tries everything on a populated clone, and the outcome is held against the declaration."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.access import COMMANDS
from pgtandem.prove.attempts import Attempt, Attempts
from pgtandem.prove.beyond import Beyond
from pgtandem.prove.cells import Breach, Cell, Tally
from pgtandem.prove.claims import unheld
from pgtandem.prove.consequences import Closure, Oracles
from pgtandem.prove.laboratory import Observation, Trial, declared_for
from pgtandem.prove.pretence import Pretence
from pgtandem.prove.reach import Reach
from pgtandem.prove.standing import Actor, Judge, membership_query
from pgtandem.prove.statements import closing, grantees, withdrawing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access, Command, Name, Rule, TableAccess
    from pgtandem.prove.changes import Change
    from pgtandem.prove.laboratory import Laboratory
    from pgtandem.prove.shape import Relation
    from pgtandem.prove.standing import Row
    from pgtandem.prove.world import World

CONTROL = Actor(name="control", role="none")
"""Ourselves, whom neither privileges nor policies stop."""


class _FoundError(Exception):
    """One leak was enough."""


@dataclass(slots=True)
class Result:
    """What the experiment came to; `roles` are those of its actors."""

    roles: Mapping[str, str]
    cells: dict[Cell, Tally] = field(default_factory=dict)
    statements: int = 0
    not_checked: list[str] = field(default_factory=list)


class Experiment:
    """One run."""

    def __init__(
        self,
        laboratory: Laboratory,
        world: World,
        access: Access,
        say: Callable[[str], None] = lambda _: None,
        *,
        first_only: bool = False,
    ) -> None:
        self.laboratory, self.world, self.access, self._say = laboratory, world, access, say
        self._first_only = first_only
        self.shape = laboratory.shape
        self.judge = Judge(access=access, memberships=memberships(laboratory, access))
        self.texts = {r.name: laboratory.texts(r) for r in self.shape.relations.values() if r.holds_rows}
        self.result = Result(roles={actor.name: actor.role for actor in world.actors})
        self._parts = {relation.label for relation in self.shape.relations.values() if relation.parent}
        self.granted: dict[Cell, Attempt] = {}
        self.readable: dict[tuple[str, Name], set[str]] = {}
        self._controls: dict[tuple[tuple[str, ...], tuple[str, ...]], Observation] = {}

    def run(self) -> Result:
        """Let every actor try everything, or until somebody may do what is not declared."""
        with suppress(_FoundError):
            self._run()
        self.result.statements = self.laboratory.count
        self.result.not_checked += self._untried()
        return self.result

    def _run(self) -> None:
        beyond = Beyond(self)
        Reach(self).check()
        for actor in self.world.actors:
            self._say(f"{actor.name}: {self.laboratory.count} statements so far")
            attempts = Attempts(self.laboratory, self.world, self.access, self.judge, actor)
            for relation in self.subjects():
                self._reads(actor, relation)
                self.writes(actor, attempts.of(relation, self.texts[relation.name]))
            beyond.views(actor)
            beyond.routines(actor)
            beyond.sequences(actor)
        users = [actor for actor in self.world.actors if actor.id]
        for first, then in itertools.pairwise(users[:1] + users[-1:]):
            beyond.plans(first, then)
        if users:
            Pretence(self, beyond).check(users[-1])
            for actor in users:
                Oracles(self).check(actor)
                Closure(self, beyond).check(actor)
                beyond.copies(actor)

    def _untried(self) -> Iterator[str]:
        """Yield what was not seen: claims that nobody has, rules of reading for which no row and nobody was made."""
        for claim in unheld(self.access, self.shape.words):
            yield f"who has the claim {claim} in the token: no identity of {self.access.path} has it among its claims"
        for relation in self.subjects():
            table = self.access.tables.get(relation.name)
            for who in (who for rule in table.rules["read"] for who in rule.by) if table else ():
                rule = dataclasses.replace(table.rules["read"][0], by=(who,)) if table else None
                rows = list(self.rows(relation))
                if rule and not any(self.judge.may(actor, [rule], row) for actor in self.world.actors for row in rows):
                    yield f"{relation.label} read by {who}: no row was made that somebody may read so"

    def subjects(self) -> list[Relation]:
        """Return the relations that are tried: those that hold rows, and are the user's or declared."""
        return [
            relation
            for relation in self.shape.relations.values()
            if relation.holds_rows and (not relation.of_platform or self.declared(relation))
        ]

    def declared(self, relation: Relation) -> TableAccess | None:
        """Return what is declared for the relation or for what it is a part of."""
        return declared_for(relation, self.shape, self.access.tables)

    def tally(self, cell: Cell) -> Tally:
        """Return the tally of a cell."""
        return self.result.cells.setdefault(cell, Tally())

    # Reading

    def _reads(self, actor: Actor, relation: Relation) -> None:
        texts = self.texts[relation.name]
        trials = [
            Trial(actor=actor, statements=(f"SELECT {quote(column.name)} FROM {relation.sql}",))
            for column in relation.columns
        ]
        rows = {row.place: row for row in self.rows(relation)}
        for number, observation in enumerate(self.laboratory.run(trials)):
            column = relation.columns[number].name
            if observation.failure is None:
                self.readable.setdefault((actor.role, relation.name), set()).add(column)
            may = {place for place, row in rows.items() if self.may_read(actor, relation, row, column)}
            self._judge_read(
                Cell(actor.name, relation.label, "read", column),
                trials[number],
                observation,
                expected=Counter(texts[place][number] for place in may if place in texts),
                there=Counter(values[number] for values in texts.values()),
            )

    def rows(self, relation: Relation) -> Iterator[Row]:
        """Yield the rows of a relation and of its partitions."""
        yield from self.laboratory.rows.get(relation.name, ())
        for part in self.shape.partitions(relation.name):
            yield from self.rows(part)

    def may_read(self, actor: Actor, relation: Relation, row: Row, column: str) -> bool:
        """Whether it is declared that the actor reads this column of this row."""
        table = self.declared(relation)
        rules = [rule for rule in table.rules["read"] if rule.covers(column)] if table else []
        return self.judge.may(actor, rules, row)

    def _judge_read(
        self,
        cell: Cell,
        trial: Trial,
        observation: Observation,
        *,
        expected: Counter[str | None],
        there: Counter[str | None],
    ) -> None:
        tally = self.tally(cell)
        tally.attempts += 1
        tally.possible |= bool(expected) and not self._is_part(cell)
        if observation.failure:
            tally.told |= observation.failure.is_refusal
            tally.refusals.append(observation.failure.text)
            return
        seen = Counter(row[0] for row in observation.answers[0])
        more, less = seen - expected, expected - seen
        if more:
            shown = ", ".join(repr(value) for value in list(more)[:3])
            message = f"reads {sum(more.values())} values of others, such as {shown}"
            self.breach(cell, "access-read", message, trial)
        elif less:
            tally.refusals.append(f"{sum(less.values())} of {sum(expected.values())} values do not appear")
        else:
            tally.done |= bool(expected)
            tally.told |= sum(there.values()) > sum(expected.values())

    def _is_part(self, cell: Cell) -> bool:
        """Whether the cell is about a partition: what may be done with the whole need not be possible with a part."""
        return cell.relation in self._parts

    def _is_over(self, attempt: Attempt, changes: Iterable[Change]) -> bool:
        """Whether an insert has changed a row that was there: then it has to be allowed besides.

        See the manual on INSERT ... ON CONFLICT DO UPDATE: https://www.postgresql.org/docs/current/sql-createpolicy.html.
        """
        over = attempt.cell.command == "insert" and not attempt.anew
        return over and any(change.before is not None and self.is_target(attempt, change) for change in changes)

    def breach(self, cell: Cell, rule: str, message: str, trial: Trial, *, remedy: str = "") -> None:
        """Note that more was possible than is declared; the remedy of reading and writing is that of the relation."""
        relation = next((r for r in self.shape.relations.values() if r.label == cell.relation), None)
        if relation is not None and rule in {"access-read", "access-write"}:
            remedy = closing(relation, trial.actor.role) or self._withdrawing(cell, relation, trial.actor.role)
        shown = script(trial) if trial.statements else ""
        self.tally(cell).breaches.append(Breach(cell=cell, rule=rule, message=message, sql=shown, remedy=remedy))
        if self._first_only:
            raise _FoundError

    def _withdrawing(self, cell: Cell, relation: Relation, role: str) -> str:
        """Return what takes from the role what nobody with it is declared to need; nothing where policies must tell."""
        if cell.command not in COMMANDS:
            return ""
        actors = [actor for actor in self.world.actors if actor.role == role]
        rules = _rules(self.declared(relation), cell.command)
        held = [rule for rule in rules if any(self.hopes(actor, [rule]) for actor in actors)]
        needed = [column.name for column in relation.columns if any(rule.covers(column.name) for rule in held)]
        is_needed = cell.column in needed or (cell.column == "*" and bool(held))
        return "" if is_needed else withdrawing(relation, cell.command, role, needed)

    # Writing

    def writes(self, actor: Actor, attempts: Iterable[Attempt]) -> None:
        """Make the attempts, and then as ourselves those whose outcome would otherwise say nothing."""
        listed = list(attempts)
        outcomes = zip(listed, self.laboratory.run(attempt.trial for attempt in listed), strict=True)
        unclear = []
        for attempt, observation in outcomes:
            if observation.failure and observation.failure.is_refusal and not self._hopes(actor, attempt):
                tally = self.tally(attempt.cell)
                tally.attempts, tally.told = tally.attempts + 1, True
            else:
                unclear.append((attempt, observation))
        controls = self.control([attempt.trial for attempt, _ in unclear])
        for (attempt, observation), control in zip(unclear, controls, strict=True):
            self._judge_write(actor, attempt, observation, control)

    def _hopes(self, actor: Actor, attempt: Attempt) -> bool:
        """Whether something is declared that may let the actor do such a thing, to some row."""
        table = self.declared(self.shape.relations[attempt.relation])
        command = attempt.cell.command
        rules = table.rules[command] if table and command in COMMANDS else ()
        return self.hopes(actor, rules)

    def hopes(self, actor: Actor, rules: Iterable[Rule]) -> bool:
        """Whether one of the rules may be about the actor."""
        everybody = [set(who.names) for rule in rules for who in rule.by]
        return any(names <= actor.sorts or actor.id is not None for names in everybody)

    def control(self, trials: list[Trial]) -> list[Observation]:
        """Return what becomes of the same statements where nothing stands in their way."""
        wanted = {(trial.before, trial.statements): trial for trial in trials}
        new = [key for key in wanted if key not in self._controls]
        controls = (
            dataclasses.replace(wanted[key], actor=dataclasses.replace(CONTROL, settings=wanted[key].actor.settings))
            for key in new
        )
        for key, observation in zip(new, self.laboratory.run(controls), strict=True):
            self._controls[key] = observation
        return [self._controls[trial.before, trial.statements] for trial in trials]

    def _judge_write(self, actor: Actor, attempt: Attempt, observation: Observation, control: Observation) -> None:
        tally = self.tally(attempt.cell)
        tally.attempts += 1
        wrong = self.wrong(actor, attempt, control.changes)
        meant = bool(control.changes)
        whole = not self._is_part(attempt.cell) and not self._is_over(attempt, control.changes)
        tally.possible |= meant and not wrong and whole
        if observation.failure:
            tally.told |= observation.failure.is_refusal and (bool(wrong) or not meant or self._is_part(attempt.cell))
            tally.refusals.append(observation.failure.text)
            return
        if not observation.changes:
            tally.told |= meant and bool(wrong)
            tally.refusals.append("nothing happened")
            return
        found = self.wrong(actor, attempt, observation.changes)
        if found:
            relation = self.shape.relations[attempt.relation]
            rule, remedy = "access-write", ""
            if attempt.cell.command == "truncate":
                rule, remedy = "access-privilege", f"REVOKE TRUNCATE ON {relation.sql} FROM {grantees(actor.role)}"
            self.breach(attempt.cell, rule, found[0], attempt.trial, remedy=remedy)
        else:
            tally.done = True
            self.granted.setdefault(attempt.cell, attempt)

    def wrong(self, actor: Actor, attempt: Attempt, changes: Iterable[Change]) -> list[str]:
        """Return what in the changes the actor may not have done."""
        changes = tuple(changes)
        gone = {change.relation for change in changes if change.after is None} | (
            {attempt.relation} if attempt.anew else set()
        )
        found = []
        for change in changes:
            relation = self.shape.relations[change.relation]
            if attempt.cell.command == "truncate":
                found.append(f"empties {relation.label}")
            elif self.is_target(attempt, change):
                found += self._wrong_directly(actor, attempt, change)
            else:
                found += self._wrong_besides(actor, change, gone)
        return found

    def is_target(self, attempt: Attempt, change: Change) -> bool:
        """Whether the change is what the statement says, and nothing in passing."""
        return self.is_direct(attempt, self.shape.relations[change.relation]) and _is_meant(attempt, change)

    def is_direct(self, attempt: Attempt, relation: Relation) -> bool:
        """Whether the relation is the one that the statement names, or a part of it, or below a view."""
        if not self.shape.relations[attempt.relation].holds_rows:
            return True  # a view: whatever changes below it does so through it
        at: Relation | None = relation
        while at is not None:
            if at.name == attempt.relation:
                return True
            at = self.shape.relations.get(at.parent) if at.parent else None
        return False

    def _wrong_directly(self, actor: Actor, attempt: Attempt, change: Change) -> list[str]:
        table = self.declared(self.shape.relations[change.relation])
        label = self.shape.relations[change.relation].label
        if attempt.anew and change.before is not None and change.after is not None:
            halves = (dataclasses.replace(change, after=None), dataclasses.replace(change, before=None))
            return [text for half in halves for text in self._wrong_directly(actor, attempt, half)]
        if change.before is None and change.after is not None:
            may = self._may_write(actor, _rules(table, "insert"), attempt.given, change.after)
            return [] if may else [f"inserts {label}: {_shown(change.after)}"]
        if change.after is None and change.before is not None:
            may = self.judge.may(actor, _rules(table, "delete"), change.before)
            return [] if may else [f"deletes {label}: {_shown(change.before)}"]
        assert change.before is not None and change.after is not None  # noqa: S101, PT018 - one of the three it is
        touched = attempt.given & change.columns
        if not touched and not self.shape.relations[attempt.relation].holds_rows:
            touched = frozenset({""})  # a view may name the columns otherwise
        if self._may_write(actor, _rules(table, "update"), touched, change.before, change.after):
            return []
        listed = ", ".join(sorted(change.columns & attempt.given or change.columns))
        return [f"changes {listed} of {label}: {_shown(change.before)}"]

    def _may_write(self, actor: Actor, rules: Iterable[Rule], columns: frozenset[str], *rows: Row) -> bool:
        """Whether for each column, or where none is named for the row, a rule lets the actor write it."""
        rules = tuple(rules)
        return all(
            self.judge.may(actor, [rule for rule in rules if not column or rule.covers(column)], row)
            for column in columns or ("",)
            for row in rows
        )

    def _wrong_besides(self, actor: Actor, change: Change, gone: set[Name]) -> list[str]:
        """Return what is wrong with a change that a trigger or a foreign key made in passing."""
        relation = self.shape.relations[change.relation]
        table = self.declared(relation)
        if change.before is None:
            return []
        if change.after is None:
            may = self.judge.may(actor, _rules(table, "delete"), change.before)
            goes = table is not None and bool(gone & set(table.goes_with))
            return [] if may or goes else [f"makes rows of {relation.label} vanish: {_shown(change.before)}"]
        if table is not None and change.columns & _referring(relation, gone & set(table.outlives)):
            return []
        if table is None or not (table.people or table.groups) or self.judge.knows(actor, change.before):
            return []
        return [f"changes {', '.join(sorted(change.columns))} of {relation.label} in passing: {_shown(change.before)}"]


def _is_meant(attempt: Attempt, change: Change) -> bool:
    """Whether a change is of the sort that the statement makes itself, and no foreign key or trigger."""
    if attempt.cell.command == "delete":
        return change.after is None
    return attempt.cell.command != "update" or None not in (change.before, change.after)


def _referring(relation: Relation, targets: set[Name]) -> set[str]:
    """Return the columns with which rows of the relation refer to those of the targets."""
    return {column for key in relation.foreign_keys if key.target in targets for column in key.columns}


def _rules(table: TableAccess | None, command: Command) -> tuple[Rule, ...]:
    return table.rules[command] if table else ()


def _shown(row: Row) -> str:
    return ", ".join(f"{name} = {value!r}" for name, value in list(row.values.items())[:4])


def script(trial: Trial) -> str:
    """Return the trial as a person pastes it into psql."""
    lines = ["BEGIN;"]
    lines += [f"{statement};" for statement in trial.before]
    settings = ", ".join(f"set_config({literal(n)}, {literal(v)}, true)" for n, v in trial.actor.settings.items())
    if settings:
        lines.append(f"SELECT {settings};")
    lines.append(f"SET LOCAL ROLE {quote(trial.actor.role)};")
    lines += [f"{statement};" for statement in trial.statements]
    return "\n".join([*lines, "ROLLBACK;"])


def memberships(laboratory: Laboratory, access: Access) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """Return who is a member where, at each level."""
    return {
        (group.name, level): frozenset(
            (str(key), str(user)) for key, user in laboratory.ask(membership_query(group, condition))
        )
        for group in access.groups.values()
        for level, condition in group.levels.items()
    }
