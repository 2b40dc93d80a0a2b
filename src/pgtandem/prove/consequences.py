"""What follows from what is allowed: what a refusal betrays, and what can be read after a permitted change."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

from pgtandem.model.key import quote
from pgtandem.prove.attempts import Attempts
from pgtandem.prove.cells import Cell
from pgtandem.prove.filling import UnfillableError
from pgtandem.prove.laboratory import Trial
from pgtandem.prove.standing import membership_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgtandem.prove.attempts import Attempt, Target
    from pgtandem.prove.beyond import Beyond
    from pgtandem.prove.changes import Change
    from pgtandem.prove.experiment import Experiment
    from pgtandem.prove.laboratory import Answer
    from pgtandem.prove.shape import Relation, Unique
    from pgtandem.prove.standing import Actor

_UNIQUE = "23505"


class Oracles:
    """A key that is unique across tenants tells whether somebody else has that value."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment

    def check(self, actor: Actor) -> None:
        """Insert rows of the actor's own with the keys of rows that it may not read."""
        experiment = self.experiment
        for relation in (r for r in experiment.subjects() if not r.of_platform):
            attempts = Attempts(experiment.laboratory, experiment.world, experiment.access, experiment.judge, actor)
            for unique in relation.uniques:
                if (
                    not unique.primary
                    and not unique.partial
                    and experiment.hopes(actor, attempts.rules(relation, "insert"))
                ):
                    self._key(actor, attempts, relation, unique)

    def _key(self, actor: Actor, attempts: Attempts, relation: Relation, unique: Unique) -> None:
        what = f"unique:{relation.label}.{','.join(unique.columns)}"
        waiver = self.experiment.access.waivers.get(what)
        if waiver is not None and waiver.until >= dt.datetime.now(tz=dt.UTC).date():
            return
        listed = attempts.insertable(relation)
        if listed is not None and not set(unique.columns) & listed:
            return
        for target in attempts.targets(relation, self.experiment.texts[relation.name]):
            if not experiment_knows(self.experiment, actor, target) and not all(
                self._reads(actor, relation, target, column) for column in unique.columns
            ):
                self._try(attempts, relation, unique, target, what)

    def _reads(self, actor: Actor, relation: Relation, target: Target, column: str) -> bool:
        return self.experiment.may_read(actor, relation, target.row, column)

    def _try(self, attempts: Attempts, relation: Relation, unique: Unique, target: Target, what: str) -> None:
        try:
            own = attempts.world.filler.row(relation, attempts.own(relation))
        except UnfillableError:
            return
        listed = attempts.insertable(relation)
        taken = {name: target.texts[name] for name in unique.columns if name not in attempts.own(relation)}
        given = {name: value for name, value in own.items() if listed is None or name in listed}
        columns = [relation.column(name) for name in taken]
        if not taken or all(column is not None and column.base == "uuid" for column in columns):
            return
        attempt = attempts.insert(relation, given | taken, "*")
        (seen,) = self.experiment.laboratory.run([attempt.trial])
        if seen.failure and seen.failure.state == _UNIQUE and unique.name in seen.failure.text:
            cell = Cell(attempts.actor.name, relation.label, "oracle", ",".join(unique.columns))
            message = f"learns from a refusal that somebody else has this value ({what})"
            self.experiment.breach(cell, "access-oracle", message, attempt.trial)


def experiment_knows(experiment: Experiment, actor: Actor, target: Target) -> bool:
    """Whether the row is the actor's own affair, although not to be read."""
    return experiment.judge.knows(actor, target.row)


class Closure:
    """After a change that is allowed, somebody may read what the change entitles to, and no more."""

    def __init__(self, experiment: Experiment, beyond: Beyond) -> None:
        self.experiment, self.beyond = experiment, beyond

    def check(self, actor: Actor) -> None:
        """Make every permitted change once more, and read after it what has become another thing to the actor."""
        laboratory = self.experiment.laboratory
        reads = tuple(self._reads(actor))
        if not reads:
            return
        looks = tuple(f"SELECT hashtextextended(string_agg(x::text, ' '), 0) FROM ({read}) x" for read in reads)
        laboratory.prepare(looks)
        usual, looked = laboratory.run([Trial(actor=actor, statements=each) for each in (reads, looks)])
        read_anyway = " ".join(_texts(usual.answers))
        granted = [attempt for cell, attempt in self.experiment.granted.items() if cell.actor == actor.name]
        seen = laboratory.run(_followed(attempt, looks) for attempt in granted)
        trials = []
        for attempt, each in zip(granted, seen, strict=True):
            after = zip(reads, looked.answers, each.answers[len(attempt.trial.statements) :], strict=False)
            other = tuple(read for read, one, then in after if one != then)
            if other and not each.failure:
                trials.append((attempt, _followed(attempt, other)))
        outcomes = laboratory.run(trial for _, trial in trials)
        for (attempt, trial), each in zip(trials, outcomes, strict=True):
            if not each.failure:
                self._judge(actor, attempt, trial, each.answers[len(attempt.trial.statements) :], read_anyway)

    def _judge(
        self, actor: Actor, attempt: Attempt, trial: Trial, answers: tuple[Answer, ...], read_anyway: str
    ) -> None:
        shown = self.beyond.foreign(actor, _texts(answers), f"{' '.join(attempt.trial.statements)} {read_anyway}")
        if shown and self._is_wrong(actor, attempt.trial, answers, read_anyway):
            message = f"after a change that is allowed, reads {', '.join(shown[:3])}"
            self.experiment.breach(attempt.cell, "access-read", message, trial)

    def _is_wrong(self, actor: Actor, trial: Trial, answers: tuple[Answer, ...], read_anyway: str) -> bool:
        """Whether even who the actor is after the change does not entitle it to what it reads."""
        experiment = self.experiment
        groups = [(g, level) for g in experiment.access.groups.values() for level in g.levels]
        queries = tuple(membership_query(group, group.levels[level]) for group, level in groups)
        control = dataclasses.replace(
            trial, actor=dataclasses.replace(actor, role="none"), statements=(*trial.statements, *queries)
        )
        (seen,) = experiment.laboratory.run([control])
        if seen.failure:
            return True
        found = seen.answers[len(trial.statements) :]
        after = {
            (group.name, level): frozenset((str(key), str(user)) for key, user in pairs)
            for (group, level), pairs in zip(groups, found, strict=True)
        }
        judge, experiment.judge = experiment.judge, dataclasses.replace(experiment.judge, memberships=after)
        try:
            known = f"{' '.join(trial.statements)} {read_anyway} {self._readable(actor, seen.changes)}"
            return bool(self.beyond.foreign(actor, _texts(answers), known))
        finally:
            experiment.judge = judge

    def _readable(self, actor: Actor, changes: Iterable[Change]) -> str:
        """Return what the actor may read of the rows as they are after the change."""
        relations, may = self.experiment.shape.relations, self.experiment.may_read
        return " ".join(
            json.dumps(value)
            for change in changes
            for column, value in (change.after.values.items() if change.after else ())
            if change.after and may(actor, relations[change.relation], change.after, column)
        )

    def _reads(self, actor: Actor) -> Iterator[str]:
        for relation in self.experiment.subjects():
            columns = self.experiment.readable.get((actor.role, relation.name))
            if columns:
                yield f"SELECT {', '.join(map(quote, sorted(columns)))} FROM {relation.sql}"


def _followed(attempt: Attempt, statements: tuple[str, ...]) -> Trial:
    return dataclasses.replace(attempt.trial, statements=(*attempt.trial.statements, *statements))


def _texts(answers: tuple[Answer, ...]) -> list[str]:
    return [value for answer in answers for row in answer for value in row if value]
