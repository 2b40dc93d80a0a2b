"""What is tried beside the rows of tables: views, routines, sequences, copying, and what the catalog alone can tell."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections import Counter
from typing import TYPE_CHECKING

from pgtandem.model.key import literal, qualified, quote
from pgtandem.prove.access import EVERYONE, Rule, Who
from pgtandem.prove.attempts import Attempt
from pgtandem.prove.cells import Cell
from pgtandem.prove.filling import UnfillableError
from pgtandem.prove.laboratory import Trial
from pgtandem.prove.standing import ROW, record, row_of
from pgtandem.prove.statements import copied, grantees, insertion, update
from pgtandem.prove.values import CANARY, literals, uuid_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgtandem.prove.access import FunctionAccess, Name, Write
    from pgtandem.prove.changes import Change
    from pgtandem.prove.experiment import Experiment
    from pgtandem.prove.laboratory import Observation
    from pgtandem.prove.shape import Relation, Routine
    from pgtandem.prove.standing import Actor, Row

_CALLS = 40


class Beyond:
    """The rest of one experiment."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.shape, self.access = experiment.shape, experiment.access
        self.laboratory, self.judge, self.world = experiment.laboratory, experiment.judge, experiment.world
        self._cells = self._index()

    def _index(self) -> dict[str, list[tuple[Row, Relation, str]]]:
        """Return by each telling value the places where it stands."""
        found: dict[str, list[tuple[Row, Relation, str]]] = {}
        for name, rows in self.laboratory.rows.items():
            relation = self.shape.relations[name]
            for row in rows:
                for column, value in row.values.items():
                    for token in tokens(json.dumps(value)):
                        found.setdefault(token, []).append((row, relation, column))
        return found

    def foreign(self, actor: Actor, texts: Iterable[str], known: str, reads: Iterable[object] = ()) -> list[str]:
        """Return what in the texts stands only where the actor may not read, and was not known before."""
        heard = tokens(known) | tokens(json.dumps(dict(actor.settings)))
        return sorted(
            f"{relation.label}.{column} {token!r}"
            for token, relation, column in self._closed(actor, texts, heard, reads)
        )

    def places(self, actor: Actor, texts: Iterable[str], heard: set[str]) -> set[Name]:
        """Return the relations from which the texts show what the actor may not read."""
        return {relation.name for _, relation, _ in self._closed(actor, texts, heard, ())}

    def _closed(
        self, actor: Actor, texts: Iterable[str], heard: set[str], reads: Iterable[object]
    ) -> Iterator[tuple[str, Relation, str]]:
        said: set[str] = set()
        for token in said.union(*map(tokens, texts)) - heard:
            places = self._cells.get(token, [])
            open_to = any(
                relation.name in reads or self.experiment.may_read(actor, relation, row, column)
                for row, relation, column in places
            )
            if places and not open_to:
                yield token, places[0][1], places[0][2]

    # Views

    def views(self, actor: Actor) -> None:
        """Read and write every view, materialized view and foreign table."""
        for relation in self.shape.relations.values():
            if not relation.holds_rows and not relation.of_platform:
                self._read_view(actor, relation)
                self._write_view(actor, relation)

    def _read_view(self, actor: Actor, relation: Relation) -> None:
        table = self.access.tables.get(relation.name)
        rules = table.rules["read"] if table else ()
        trial = Trial(actor=actor, statements=(f"SELECT * FROM {relation.sql}",))
        described = f"SELECT {record(table, self.shape, place=False)}, {ROW}.* FROM {relation.sql} {ROW}"
        control = Trial(actor=dataclasses.replace(actor, role="none"), statements=(described,))
        seen, there = self.laboratory.run([trial, control])
        if there.failure:
            self.experiment.result.not_checked.append(f"{relation.label}: {there.failure.text}")
            return
        expected: Counter[tuple[str | None, ...]] = Counter()
        for content, *values in there.answers[0]:
            row = row_of(relation.name, json.loads(content or ""))
            if self.judge.may(actor, rules, row):
                expected[tuple(values)] += 1
        self._judge_view(relation, trial, seen, expected, len(there.answers[0]))

    def _judge_view(
        self, relation: Relation, trial: Trial, seen: Observation, expected: Counter[tuple[str | None, ...]], there: int
    ) -> None:
        cell = Cell(trial.actor.name, relation.label, "read")
        tally = self.experiment.tally(cell)
        tally.attempts += 1
        tally.possible |= bool(expected)
        if seen.failure:
            tally.told |= seen.failure.is_refusal
            tally.refusals.append(seen.failure.text)
            return
        rows = Counter(seen.answers[0])
        if rows - expected:
            shown = ", ".join(str(row[:4]) for row in list(rows - expected)[:1])
            message = f"reads rows of others, such as {shown}"
            self.experiment.breach(cell, "access-read", message, trial)
        elif expected - rows:
            tally.refusals.append(f"{(expected - rows).total()} of {expected.total()} rows do not appear")
        else:
            tally.done |= bool(expected)
            tally.told |= there > expected.total() or not expected

    def _write_view(self, actor: Actor, relation: Relation) -> None:
        if relation.kind == "m":
            return
        attempts = [
            self._through(actor, relation, "delete", f"DELETE FROM {relation.sql}", frozenset()),
            *(
                self._through(
                    actor, relation, "update", update(relation, {column.name: value}), frozenset({column.name})
                )
                for column in relation.columns
                for value in self.world.filler.choices(relation, column)[:2]
            ),
        ]
        self.experiment.writes(actor, attempts)

    def _through(self, actor: Actor, relation: Relation, command: str, sql: str, given: frozenset[str]) -> Attempt:
        return Attempt(
            cell=Cell(actor.name, relation.label, command),
            trial=Trial(actor=actor, statements=(sql,)),
            relation=relation.name,
            given=given,
        )

    # Routines

    def routines(self, actor: Actor) -> None:
        """Call every function and procedure with what belongs to the actor and with what does not."""
        for routine in self.shape.routines:
            if routine.kind in "fp" and routine.result not in {"trigger", "event_trigger"}:
                self._routine(actor, routine, self.access.functions.get(routine.signature))

    def _routine(self, actor: Actor, routine: Routine, declared: FunctionAccess | None) -> None:
        cell = Cell(actor.name, routine.signature, "call")
        tally = self.experiment.tally(cell)
        may = declared is not None and self.judge.called(actor, declared.call)
        tally.possible = may
        trials = [Trial(actor=actor, statements=(call, "SELECT current_user")) for call in self.calls(actor, routine)]
        for trial, seen in zip(trials, self.laboratory.run(trials), strict=True):
            tally.attempts += 1
            if seen.failure and seen.failure.is_refusal and seen.failure.text.startswith(_refusals(routine)):
                tally.told = True
                tally.refusals.append(seen.failure.text)
            elif not may:
                self._breach(cell, routine, "may call it", trial)
                return
            else:
                tally.done = True
                self._judge_call(actor, routine, trial, seen, declared)

    def _breach(self, cell: Cell, routine: Routine, message: str, trial: Trial) -> None:
        name = f"{qualified(*routine.name)}({', '.join(routine.arguments)})"
        remedy = f"REVOKE EXECUTE ON ROUTINE {name} FROM {grantees(trial.actor.role)} -- or declare it under [function]"
        self.experiment.breach(cell, "access-call", message, trial, remedy=remedy)

    def _judge_call(
        self, actor: Actor, routine: Routine, trial: Trial, seen: Observation, declared: FunctionAccess | None
    ) -> None:
        cell = Cell(actor.name, routine.signature, "call")
        reads, writes = (declared.reads, declared.writes) if declared else ((), ())
        texts = [value for answer in seen.answers for row in answer for value in row if value]
        texts += [seen.notices, seen.failure.text if seen.failure else ""]
        shown = self.foreign(actor, texts, trial.statements[0], reads)
        if shown:
            self._breach(cell, routine, f"is shown {', '.join(shown[:3])} by it", trial)
        changed = [change for change in seen.changes if not self.may_change(actor, change, writes)]
        if changed:
            relation = self.shape.relations[changed[0].relation].label
            self._breach(cell, routine, f"changes {relation} by it", trial)
        self._judge_identity(actor, routine, trial)

    def may_change(self, actor: Actor, change: Change, writes: Iterable[Write]) -> bool:
        """Whether a routine may have changed that for the actor."""
        rows = [row for row in (change.before, change.after) if row is not None]
        for write in writes:
            by = [Rule(by=write.by or (Who((EVERYONE,)),))]
            if write.relation == change.relation and all(self.experiment.judge.may(actor, by, row) for row in rows):
                return True
        given = change.columns or frozenset(change.after.values if change.after else ())
        attempt = self._through(actor, self.shape.relations[change.relation], "call", "", given)
        return not self.experiment.wrong(actor, attempt, [change])

    def _judge_identity(self, actor: Actor, routine: Routine, trial: Trial) -> None:
        identity = next((i for i in self.access.identities.values() if i.role == actor.role and i.id), None)
        if identity is None:
            return
        asked = dataclasses.replace(
            trial, statements=(trial.statements[0], f"SELECT ({identity.id})::text, current_user")
        )
        (seen,) = self.laboratory.run([asked])
        if seen.failure is None and seen.answers[1] != ((actor.id, actor.role),):
            self._breach(Cell(actor.name, routine.signature, "call"), routine, "becomes somebody else by it", asked)

    def calls(self, actor: Actor, routine: Routine) -> list[str]:
        """Return calls of a routine with telling arguments."""
        words = literals([routine.source])[:4]
        pools = [self._arguments(actor, base, category, words) for base, category in routine.types]
        together = itertools.islice(itertools.product(*pools), 4000)
        ranked = sorted(together, key=lambda chosen: sum(rank for rank, _ in chosen))
        word = "CALL" if routine.kind == "p" else "SELECT * FROM"
        found = []
        for chosen in [*_identity_changes(routine, self.world.owners[2].id), *ranked][:_CALLS]:
            listed = ", ".join(
                "NULL" if value is None else f"{literal(value)}::{type_}"
                for (_, value), type_ in zip(chosen, routine.arguments, strict=True)
            )
            found.append(f"{word} {qualified(*routine.name)}({listed})")
        return found

    def _arguments(self, actor: Actor, base: str, category: str, words: list[str]) -> list[tuple[int, str | None]]:
        """Return values of a type, with how far-fetched each is: one's own things, those of others, then any."""
        own = self.world.person(actor) or self.world.owners[1]
        found: list[str] = []
        for person in (own, self.world.owners[2], self.world.owners[1]):
            anchors = [(name, column) for name in person.anchors for column in self.shape.relations[name].key[:1]]
            values = [person.id, *(str(person.anchors[name].get(column)) for name, column in anchors)]
            found += [value for value in values if _fits(value, base, category)]
        found += {"B": ["t", "f"], "N": ["1"], "D": ["2031-01-01"], "S": [*words, "admin", "true"]}.get(category, [])
        found += ["{}"] if base in {"json", "jsonb"} or category == "A" else []
        listed: list[str | None] = [*dict.fromkeys(found)]
        return list(enumerate(listed or [None]))[:14]

    # Sequences, copying

    def sequences(self, actor: Actor) -> None:
        """Take numbers from sequences, and set them."""
        for sequence in self.shape.sequences:
            name = literal(qualified(*sequence.name))
            # No transaction that ends takes back what was done to a sequence: it is set to where it is.
            ((last,),) = self.laboratory.ask(f"SELECT last_value FROM {qualified(*sequence.name)}")
            table = self.access.tables.get(sequence.owned_by[0]) if sequence.owned_by else None
            hopes = table is not None and self.experiment.hopes(actor, table.rules["insert"])
            for command, sql in (
                ("nextval", f"SELECT nextval({name})"),
                ("setval", f"SELECT setval({name}, {last})"),
            ):
                cell = Cell(actor.name, ".".join(sequence.name).removeprefix("public."), command)
                trial = Trial(actor=actor, statements=(sql,))
                (seen,) = self.laboratory.run([trial])
                tally = self.experiment.tally(cell)
                tally.told |= bool(seen.failure and seen.failure.is_refusal) or (command == "nextval" and hopes)
                if seen.failure is None and not (command == "nextval" and hopes):
                    what = "ALL" if command == "nextval" else "UPDATE"
                    remedy = f"REVOKE {what} ON SEQUENCE {qualified(*sequence.name)} FROM {grantees(actor.role)}"
                    self.experiment.breach(cell, "access-sequence", f"may call {command}", trial, remedy=remedy)

    def copies(self, actor: Actor) -> None:
        """Copy every relation out, and rows of others in."""
        for relation in self.experiment.subjects():
            self._copy_out(actor, relation)
            self._copy_in(actor, relation)

    def _copy_out(self, actor: Actor, relation: Relation) -> None:
        cell = Cell(actor.name, relation.label, "read")
        out = f"COPY {relation.sql} TO STDOUT"
        said = self.laboratory.copy(actor, out)
        self.experiment.tally(cell).told = True
        shown = [] if said is None else self.foreign(actor, [said], "")
        if shown:
            trial = Trial(actor=actor, statements=(out,))
            self.experiment.breach(cell, "access-read", f"copies {', '.join(shown[:3])}", trial)

    def _copy_in(self, actor: Actor, relation: Relation) -> None:
        stranger = self.world.owners[2]
        try:
            values = self.world.filler.row(relation, self.world.fixed(relation, stranger))
        except UnfillableError:
            return
        statement = f"COPY {relation.sql} ({', '.join(map(quote, values))}) FROM STDIN"
        if self.laboratory.copy(actor, statement, copied(values)) is None:
            return
        cell = Cell(actor.name, relation.label, "insert")
        inserting = Trial(actor=actor, statements=(insertion(relation, values),))
        attempt = Attempt(cell=cell, trial=inserting, relation=relation.name, given=frozenset(values))
        (control,) = self.experiment.control([inserting])
        if found := self.experiment.wrong(actor, attempt, control.changes):
            trial = Trial(actor=actor, statements=(f"{statement};\n{copied(values)}\\.\n",))
            self.experiment.breach(cell, "access-write", f"{found[0]} (by COPY)", trial)

    # What one session leaves to the next

    def plans(self, first: Actor, then: Actor) -> None:
        """Run a prepared statement as one user, then, with the same plan, as another one."""
        become = (
            f"SELECT {', '.join(f'set_config({literal(n)}, {literal(v)}, true)' for n, v in then.settings.items())}"
        )
        for number, relation in enumerate(self.experiment.subjects()):
            columns = [
                c.name
                for c in relation.columns
                if c.name in self.experiment.readable.get((then.role, relation.name), ())
            ]
            if not columns:
                continue
            name = f"pgtandem_plan_{number}"
            prepare = f"PREPARE {name} AS SELECT {', '.join(map(quote, columns))} FROM {relation.sql}"
            generic = "SET LOCAL plan_cache_mode = force_generic_plan"
            statements = (generic, prepare, f"EXECUTE {name}", become, f"EXECUTE {name}", f"DEALLOCATE {name}")
            trial = Trial(actor=first, statements=statements)
            (seen,) = self.laboratory.run([trial])
            cell = Cell(then.name, relation.label, "read", "*")
            tally = self.experiment.tally(cell)
            tally.attempts += 1
            tally.told = True
            if seen.failure is None:
                texts = [value for row in seen.answers[4] for value in row if value]
                shown = self.foreign(then, texts, "")
                if shown:
                    message = f"reads {shown[0]} with a plan that {first.name} has used before"
                    self.experiment.breach(cell, "access-read", message, trial)


def tokens(text: str) -> set[str]:
    """Return what is told from all else in a text."""
    return set(CANARY.findall(text))


def _refusals(routine: Routine) -> tuple[str, ...]:
    """Return how the server begins to say that somebody may not call the routine."""
    schema, name = routine.name
    word = "procedure" if routine.kind == "p" else "function"
    return f"permission denied for {word} {name}", f"permission denied for schema {schema}"


def _fits(value: str, base: str, category: str) -> bool:
    if base == "uuid":
        return len(value) == len(uuid_of(0)) and value.count("-") == 4  # noqa: PLR2004 - 8-4-4-4-12
    if category == "N":
        return value.lstrip("-").isdigit()
    return category == "S"


def _identity_changes(routine: Routine, victim: str) -> Iterator[tuple[tuple[int, str | None], ...]]:
    """Yield arguments by which a function that sets what it is told to would make the caller somebody else."""
    texts = [number for number, (_, category) in enumerate(routine.types) if category == "S"]
    claims = json.dumps({"sub": victim, "role": "authenticated"})
    for setting, value in (("request.jwt.claims", claims), ("request.jwt.claim.sub", victim)):
        if len(texts) > 1:
            chosen: list[str | None] = [None] * len(routine.types)
            chosen[texts[0]], chosen[texts[1]] = setting, value
            yield tuple((0, each) for each in chosen)
        elif len(texts) == 1 and len(routine.types) == 1:
            yield ((0, value),)
