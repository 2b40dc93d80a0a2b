"""Deploys: from any state of a database to the declared one, or nothing; what was interrupted is finished or undone."""

from __future__ import annotations

import dataclasses
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.deploy import backup as backups
from pgtandem.deploy import clients, journal, rights, target
from pgtandem.deploy.applying import Applying, MovedError, Patience, StoppedError
from pgtandem.deploy.turn import Turn, turn
from pgtandem.diff import diff, folded
from pgtandem.errors import NoWayError, PgtandemError, ServerError, UsageError
from pgtandem.model.outcome import Outcome
from pgtandem.plan import Plan, file, goal, missed
from pgtandem.plan.apply import apply
from pgtandem.plan.check import check
from pgtandem.plan.clone import Clone
from pgtandem.plan.gates import in_the_way
from pgtandem.plan.losses import unallowed
from pgtandem.plan.renaming import Rename, due
from pgtandem.plan.way import way
from pgtandem.sources import live, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from psycopg import Connection

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.catalog import Catalog
    from pgtandem.model.finding import Finding
    from pgtandem.model.step import Step
    from pgtandem.plan import Segment
    from pgtandem.platform import Platform
    from pgtandem.scratch import Server

__all__ = ["Options", "Patience", "Ways", "back", "deploy", "obstacles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user wants: losses that are meant, where backups go (None: no backup), and how long to wait.

    `with_data` rehearses on the restored backup, rows and all. `dry_run` changes nothing.
    """

    allowed: frozenset[str] = frozenset()
    renames: tuple[Rename, ...] = ()
    backups: Path | None = None
    with_data: bool = False
    dry_run: bool = False
    wait: float = 60.0
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where scratch databases are made, on which platform, and who hears of progress."""

    server: Callable[[], Server]
    platform: Platform
    scope: Scope
    say: Callable[[str], None]


def deploy(url: str, desired: Catalog, options: Options, ways: Ways, *, reviewed: Plan | None = None) -> Outcome:
    """Bring the database to the desired schema, or leave it as it was; say what was done, or what stands in the way.

    `reviewed` is a plan that somebody has approved: it is run if it is the one for this database as it is. Raises
    ServerError where nothing could be found out.
    """
    with target.failures_told():
        there = target.inspect(url)
        ways.say(f"database {there.name}, PostgreSQL {there.major}, as {there.user}")
        refused = obstacles(url, ways)
        if refused:
            return Outcome(findings=refused)
        if options.backups is not None and not options.dry_run:
            backups.prepare(options.backups)
        with turn(url, patience=options.wait, say=ways.say) as held:
            return _Deployment(url, desired, options, ways, held, major=there.major).run(reviewed)


def obstacles(url: str, ways: Ways) -> tuple[Finding, ...]:
    """Return what makes a deployment impossible, before anything is done for it. Raises ServerError."""
    with target.failures_told():
        return tuple(target.obstacles(url, owner=ways.platform.owner))


def back(url: str, options: Options, ways: Ways) -> Outcome:
    """Undo the last deployment, finished or not: bring the database to the schema that it found."""
    refused = obstacles(url, ways)
    if refused:
        return Outcome(findings=refused)
    with target.failures_told(), turn(url, patience=options.wait, say=ways.say) as held:
        with target.session(url, role=ways.platform.owner) as connection:
            last = journal.last(connection)
        if last is None or last.state == "rolled back":
            raise UsageError("there is no deployment to be undone in this database")
        ways.say(f"undoing deployment {last.id} of {last.started_at} by {last.by}")
        lost = file.load(last.plan, path=f"deployment {last.id}").losses
        gone = Outcome(not_checked=tuple(f"what is gone: deployment {last.id} did {loss}, which only a backup has"
                                         for loss in lost))  # fmt: skip
        before = snapshot.load(last.before, path=f"deployment {last.id}")
        major = target.inspect(url).major
        deployment = _Deployment(url, before, options, ways, held, major=major, undoes=last.id)
        return gone + deployment.run(None)


class _Deployment:
    """One deployment, in the database's turn."""

    def __init__(
        self, url: str, desired: Catalog, options: Options, ways: Ways, held: Turn, *, major: int,
        undoes: int | None = None,
    ) -> None:  # fmt: skip
        self._url, self._desired, self._options, self._ways, self._turn = url, desired, options, ways, held
        self._major, self._undoes = major, undoes
        self._interrupted: journal.Deployment | None = None

    def run(self, reviewed: Plan | None) -> Outcome:
        """Check, back up, rehearse, apply, validate; where that fails, put back what was."""
        outcome, left = self._take_up()
        current = self._there()
        wanted = goal(current, self._desired)
        found = self._way(current, self._desired)
        if reviewed is not None and self._is_interrupted(reviewed):
            reviewed = None
        chosen = reviewed or (dataclasses.replace(found, segments=left) if left else found)
        refused = self._refusal(reviewed, found, current, losses=chosen.losses)
        if not refused.in_step:
            return outcome + refused
        if not chosen.steps:
            return outcome + self._nothing_to_do()
        outcome += Outcome(findings=tuple(rights.missing(self._url, role=self._role, before=current, after=wanted)))
        if not outcome.in_step:
            return outcome
        with self._writing() as connection:
            outcome += in_the_way(connection, chosen.gates)
        if not outcome.in_step:
            return outcome
        self._ways.say(f"{_counted(chosen)}; trying them on a clone")
        outcome += Outcome(findings=(*target.warnings(self._url), *clients.noticed(current, wanted)))
        outcome += clients.concerned(self._url, check(chosen, current, self._desired, self._clone()))
        if self._options.dry_run:
            steps = tuple(f"would run: {step.about}" for step in chosen.steps)
            return outcome + Outcome(checked=(*steps, "dry run: nothing was changed"))
        return outcome + self._carry_out(chosen, current, wanted) if outcome.in_step else outcome

    def _there(self) -> Catalog:
        return live.read(self._url, scope=self._ways.scope)

    def _moved(self, start: Catalog) -> str:
        """Return what of the schema is not as it was."""
        there = self._there()
        if there.fingerprint() == start.fingerprint():
            return ""
        return ", ".join(change.label for change in folded(diff(start, there))[:5]) or "the order of columns"

    def _way(self, before: Catalog, after: Catalog) -> Plan:
        renames = due(self._options.renames, before, after)
        return way(before, after, self._clone, roles=self._ways.platform.roles, renames=renames)

    def _take_up(self) -> tuple[Outcome, tuple[Segment, ...]]:
        """Say what was interrupted, and return what it has left to do where a schema does not show whether it is done.

        That is so of rows that were being filled; everything else is planned anew from what is there.
        """
        with self._writing() as connection:
            self._interrupted = last = journal.unfinished(connection)
        if last is None or self._undoes is not None:
            return Outcome(), ()
        self._ways.say(
            f"deployment {last.id} of {last.started_at} by {last.by} was not finished "
            f"({last.finished} of {last.segments} transactions): going on from what is there"
        )
        told = Outcome(checked=(f"deployment {last.id}, which was interrupted, is taken up",))
        left = file.load(last.plan, path=f"deployment {last.id}").segments[last.finished :]
        if last.undoes is not None or all(_is_seen(step) for segment in left for step in segment.steps):
            return told, ()
        if last.declared != self._desired.fingerprint():
            rows = f"whether the rows that deployment {last.id} was filling are: another schema is declared now"
            return told + Outcome(not_checked=(rows,)), ()
        if not self._options.dry_run:
            with self._writing() as connection:
                for cleanup in filter(None, (step.cleanup for step in left[0].steps)):
                    connection.execute(cleanup.encode())
        return told, left

    def _is_interrupted(self, reviewed: Plan) -> bool:
        return self._interrupted is not None and file.checksum(file.dump(reviewed)) == self._interrupted.checksum

    def _refusal(self, reviewed: Plan | None, found: Plan, current: Catalog, *, losses: Iterable[str]) -> Outcome:
        if reviewed is not None and reviewed.current != current.fingerprint():
            moved = "the database is not what the plan was made for: it has changed since"
            return _refused(moved, "plan again, and review that")
        if reviewed is not None and reviewed.server not in {None, self._major}:
            other = f"the plan is for PostgreSQL {reviewed.server}, and this is {self._major}"
            return _refused(other, "plan again, and review that")
        if reviewed is not None and reviewed.desired != found.desired:
            return _refused("the plan leads to another schema than what is declared now", "plan again, and review that")
        return Outcome(findings=unallowed(losses, self._options.allowed, current, self._desired))

    def _nothing_to_do(self) -> Outcome:
        if self._interrupted is not None and not self._options.dry_run:
            with self._writing() as connection:
                journal.settle(connection, "found as desired")
                if self._undoes is not None:
                    journal.end(connection, self._undoes, "rolled back")
        return Outcome(checked=("nothing to do: the database is as desired",))

    def _clone(self) -> Clone:
        return Clone(server=self._ways.server(), platform=self._ways.platform, scope=self._ways.scope)

    def _carry_out(self, found: Plan, current: Catalog, wanted: Catalog) -> Outcome:
        outcome, path = self._back_up(found, current)
        if not outcome.in_step:
            return outcome
        number = self._begin(found, current, wanted, backup=path, undoes=self._undoes)
        with self._open_end(number):
            return outcome + self._apply(number, found, current, wanted)

    @contextmanager
    def _open_end(self, number: int) -> Iterator[None]:
        """Say how to go on from a deployment that was begun, and of which nobody knows how far it came."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        how = (
            f"Deployment {number} is not finished: `pgtandem deploy` goes on from what is there, and "
            "`pgtandem deploy --undo` leads back to the schema before it"
        )
        try:
            yield
        except KeyboardInterrupt:
            self._ways.say(f"interrupted. {how}")
            raise
        except (psycopg.Error, PgtandemError) as error:
            raise ServerError(f"{target.said(error)}. {how}") from error

    def _writing(self) -> AbstractContextManager[Connection]:
        return target.session(self._url, role=self._role)

    @property
    def _role(self) -> str | None:
        return self._ways.platform.owner

    def _back_up(self, found: Plan, current: Catalog) -> tuple[Outcome, Path | None]:
        folder = self._options.backups
        if folder is None:
            return Outcome(not_checked=("a backup: it was not wanted",)), None
        path = folder / f"{target.inspect(self._url).name}-{time.strftime('%Y%m%d-%H%M%S')}.dump"
        self._ways.say(f"backup to {path}")
        taken = backups.take(self._url, path, major=self._major)
        self._ways.say(f"{taken.size / 1e6:.1f} MB in {taken.seconds:.1f} s; restoring it to see that it can be")
        if moved := self._moved(current):
            changed = f"somebody has changed the schema before the first step: {moved}"
            return _refused(changed, "nothing was changed by us; deploy again"), path
        server = self._ways.server()
        with backups.restored(taken, server, current, scope=self._ways.scope) as copy:
            rows = sum(taken.rows.values())
            done = f"a backup in {path}: {taken.size / 1e6:.1f} MB, {rows} rows, restored and compared"
            if not self._options.with_data:
                return Outcome(checked=(done,)), path
            return Outcome(checked=(done,)) + self._rehearse(copy, found, current), path

    def _rehearse(self, copy: str, found: Plan, current: Catalog) -> Outcome:
        """Apply the plan to the copy, undo it, and apply it again."""
        started = time.perf_counter()
        self._ways.say("rehearsal on the restored backup")
        before = live.read(copy, scope=self._ways.scope)
        for desired, steps in ((self._desired, found), (current, None), (self._desired, None)):
            same = before.fingerprint() == current.fingerprint()
            try:
                apply(copy, steps if steps and same else self._way(before, desired), role=self._role)
            except NoWayError as error:
                return Outcome(not_checked=(f"a rehearsal with rows: applied; it cannot be undone: {error}",))
            except PgtandemError as error:
                return _refused(
                    f"the rehearsal on the restored backup fails: {error}",
                    "nothing was changed; mend the rows or the schema, and deploy again",
                )
            there = live.read(copy, scope=self._ways.scope)
            left = missed(goal(there, desired), there, desired)
            if left:
                return _refused(f"the rehearsal does not arrive: {left[0].label}", "report this as a bug of pgtandem")
            before = there
        return Outcome(
            checked=(f"a rehearsal with rows: applied, undone, applied again, {time.perf_counter() - started:.1f} s",)
        )

    def _apply(self, number: int, found: Plan, current: Catalog, wanted: Catalog) -> Outcome:
        try:
            self._applying(number, found, current).run()
        except MovedError as error:
            return self._ended(number, "rolled back", str(error), "look at what was changed, and deploy again")
        except StoppedError as error:
            stopped = f"the deployment stopped: {error}"
            if error.finished == 0 and found.segments[0].transactional:
                return self._untouched(number, stopped)
            return self._put_back(number, current, stopped, touched=error.finished)
        self._ways.say("validating")
        there = self._there()
        left = missed(wanted, there, self._desired)
        if left:
            why = f"the database is not as desired after the deployment: {', '.join(c.label for c in left[:5])}"
            return self._put_back(number, current, why, touched=len(found.segments))
        with self._writing() as connection, connection.transaction():
            journal.end(connection, number, "done")
            if self._undoes is not None:
                journal.end(connection, self._undoes, "rolled back")
            journal.settle(connection, f"deployment {number} has taken it up")
        return Outcome(
            checked=(f"deployed: {len(found.steps)} steps, deployment {number}", f"validated: {len(there)} objects")
        )

    def _put_back(self, number: int, current: Catalog, why: str, *, touched: int) -> Outcome:
        """Bring the database to what it was, where nothing is lost by it."""
        self._ways.say(why)
        there = self._there()
        try:
            way = self._way(there, current)
        except NoWayError as error:
            stopped = f"{why}. {touched} transactions are in the database, and there is no way back: {error}"
            return self._ended(
                number, "stopped", stopped, "mend the cause and run `pgtandem deploy` again, which goes on"
            )
        if not way.steps:
            return self._untouched(number, why)
        # What the deployment itself made a moment ago is no loss; what somebody else made meanwhile is.
        made = {thing.label for thing in self._desired if thing.key not in current.things}
        lost = [loss for loss in way.losses if loss.split(" ", 1)[1] not in made]
        if lost:
            stopped = f"{why}. {touched} transactions are in the database, and undoing them would {lost[0]}"
            return self._ended(
                number, "stopped", stopped,
                "mend the cause and run `pgtandem deploy` again, which goes on; or undo it: "
                f'`pgtandem deploy --undo --allow "{lost[0]}"`',
            )  # fmt: skip
        return self._reverse(number, way, there, current, why)

    def _reverse(self, number: int, way: Plan, there: Catalog, current: Catalog, why: str) -> Outcome:
        """Run the way back."""
        self._ways.say(f"putting back what was: {len(way.steps)} steps")
        undoing = self._begin(way, there, current, backup=None, undoes=number)
        two_ways = "`pgtandem deploy --undo` leads to the old schema, `pgtandem deploy` to the new one"
        try:
            self._applying(undoing, way, there).run()
        except StoppedError as error:
            return self._ended(number, "stopped", f"{why}. Putting back what was failed too: {error}", two_ways)
        left = folded(diff(current, self._there()))
        if left:
            differs = f"{why}. After putting back what was, {left[0].label} is not as it was"
            return self._ended(number, "stopped", differs, f"look at it; {two_ways}")
        with self._writing() as connection:
            journal.end(connection, undoing, "done")
        return self._ended(number, "rolled back", f"{why}. All is as it was before", "mend the cause and deploy again")

    def _untouched(self, number: int, why: str) -> Outcome:
        return self._ended(number, "rolled back", why, "nothing was changed; mend the cause and deploy again")

    def _ended(self, number: int, state: journal.State, why: str, remedy: str) -> Outcome:
        """Write down that it did not come to its end, and say so."""
        with self._writing() as connection:
            journal.end(connection, number, state, why)
        return _refused(why, remedy, rule=f"deploy-{state.replace(' ', '-')}")

    def _begin(
        self, found: Plan, before: Catalog, after: Catalog, *, backup: Path | None, undoes: int | None
    ) -> int:  # fmt: skip
        """Write down what is about to be done; undoing what goes on from another one leads back to before that."""
        text = file.dump(found)
        with self._writing() as connection:
            first = journal.last(connection) if self._interrupted is not None else None
            return journal.begin(
                connection,
                found,
                text=text,
                checksum=file.checksum(text),
                before=snapshot.dump(before) if first is None else first.before,
                after=snapshot.dump(after),
                declared=self._desired.fingerprint(),
                backup=None if backup is None else str(backup),
                undoes=undoes,
            )

    def _applying(self, number: int, found: Plan, start: Catalog) -> Applying:
        return Applying(
            self._url,
            found,
            number=number,
            turn=self._turn,
            role=self._role,
            patience=self._options.patience,
            moved=lambda: self._moved(start),
            say=self._ways.say,
        )


def _is_seen(step: Step) -> bool:
    """Return whether the schema shows that the step was done."""
    return step.mode != "alone" or step.cleanup is not None


def _counted(found: Plan) -> str:
    steps, transactions = len(found.steps), len(found.segments)
    return f"{steps} step{'s' * (steps > 1)} in {transactions} transaction{'s' * (transactions > 1)}"


def _refused(message: str, remedy: str, *, rule: str = "deploy-refused") -> Outcome:
    return Outcome(findings=(target.refusal(message, remedy, rule=rule),))
