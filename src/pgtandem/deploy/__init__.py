"""Deploys: from any state of a database to the declared one, or nothing; what was interrupted is finished or undone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pgtandem.deploy import backup as backups
from pgtandem.deploy import journal, target
from pgtandem.deploy.applying import Applying, Patience, StoppedError
from pgtandem.deploy.turn import Turn, turn
from pgtandem.diff import diff, folded
from pgtandem.errors import UsageError
from pgtandem.model.finding import Finding
from pgtandem.model.outcome import Outcome
from pgtandem.plan import Plan, file, goal, missed, plan
from pgtandem.plan.apply import apply
from pgtandem.plan.check import Clone, check
from pgtandem.sources import live, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from psycopg import Connection

    from pgtandem.kinds.scope import Scope
    from pgtandem.model.catalog import Catalog
    from pgtandem.platform import Platform
    from pgtandem.scratch import Server

__all__ = ["Options", "Patience", "Ways", "back", "deploy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user wants: losses that are meant, where backups go (None: no backup), and how long to wait.

    `with_data` rehearses on the restored backup, rows and all. `dry_run` changes nothing.
    """

    allowed: frozenset[str] = frozenset()
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
    there = target.inspect(url)
    ways.say(f"database {there.name}, PostgreSQL {there.major}, as {there.user}")
    refused = tuple(target.obstacles(url, owner=ways.platform.owner))
    if refused:
        return Outcome(findings=refused)
    with turn(url, patience=options.wait, say=ways.say) as held:
        return _Deployment(url, desired, options, ways, held, major=there.major).run(reviewed)


def back(url: str, options: Options, ways: Ways) -> Outcome:
    """Undo the last deployment, finished or not: bring the database to the schema that it found."""
    with turn(url, patience=options.wait, say=ways.say) as held, target.session(url) as connection:
        last = journal.last(connection)
        if last is None or last.state == "rolled back":
            raise UsageError("there is no deployment to be undone in this database")
        ways.say(f"undoing deployment {last.id} of {last.started_at} by {last.by}")
        lost = file.load(last.plan, path=f"deployment {last.id}").losses
        gone = Outcome(not_checked=tuple(f"what is gone: deployment {last.id} did {loss}, which only a backup has"
                                         for loss in lost))  # fmt: skip
        before = snapshot.load(last.before, path=f"deployment {last.id}")
        there = target.inspect(url)
        deployment = _Deployment(url, before, options, ways, held, major=there.major, undoes=last.id)
        return gone + deployment.run(None)


class _Deployment:
    """One deployment, in the database's turn."""

    def __init__(
        self, url: str, desired: Catalog, options: Options, ways: Ways, held: Turn, *, major: int,
        undoes: int | None = None,
    ) -> None:  # fmt: skip
        self._url, self._desired, self._options, self._ways, self._turn = url, desired, options, ways, held
        self._major, self._undoes = major, undoes

    def run(self, reviewed: Plan | None) -> Outcome:
        """Check, back up, rehearse, apply, validate; where that fails, put back what was."""
        ways, options = self._ways, self._options
        outcome = self._unfinished()
        current = live.read(self._url, scope=ways.scope)
        wanted = goal(current, self._desired)
        found = plan(current, self._desired, roles=ways.platform.roles)
        refused = self._refusal(reviewed, found, current)
        if not refused.in_step:
            return outcome + refused
        found = reviewed or found
        if not found.steps:
            return outcome + self._nothing_to_do()
        ways.say(f"{len(found.steps)} steps in {len(found.segments)} transactions; trying them on a clone")
        outcome += Outcome(findings=tuple(target.warnings(self._url))) + check(
            found, current, self._desired, self._clone()
        )
        if options.dry_run:
            steps = tuple(f"would run: {step.about}" for step in found.steps)
            return outcome + Outcome(checked=(*steps, "dry run: nothing was changed"))
        return outcome + self._carry_out(found, current, wanted) if outcome.in_step else outcome

    def _refusal(self, reviewed: Plan | None, found: Plan, current: Catalog) -> Outcome:
        if reviewed is not None and reviewed.current != current.fingerprint():
            moved = "the database is not what the plan was made for: it has changed since"
            return _refused(moved, "plan again, and review that")
        if reviewed is not None and reviewed.desired != found.desired:
            return _refused("the plan leads to another schema than what is declared now", "plan again, and review that")
        losses = [loss for loss in (reviewed or found).losses if loss not in self._options.allowed]
        return Outcome(findings=tuple(map(_loss, losses)))

    def _unfinished(self) -> Outcome:
        with target.session(self._url) as connection:
            last = journal.last(connection)
        if last is None or last.state not in {"applying", "stopped"} or self._undoes is not None:
            return Outcome()
        self._ways.say(
            f"deployment {last.id} of {last.started_at} by {last.by} was not finished "
            f"({last.finished} of {last.segments} transactions): going on from what is there"
        )
        return Outcome(checked=(f"deployment {last.id}, which was interrupted, is taken up",))

    def _nothing_to_do(self) -> Outcome:
        with self._writing() as connection:
            last = journal.last(connection)
            if last is not None and last.state in {"applying", "stopped"}:
                journal.end(connection, last.id, self._final, "found as desired")
        return Outcome(checked=("nothing to do: the database is as desired",))

    @property
    def _final(self) -> journal.State:
        return "done" if self._undoes is None else "rolled back"

    def _clone(self) -> Clone:
        return Clone(server=self._ways.server(), platform=self._ways.platform, scope=self._ways.scope)

    def _carry_out(self, found: Plan, current: Catalog, goal_catalog: Catalog) -> Outcome:
        outcome, path = self._back_up(found, current)
        if not outcome.in_step:
            return outcome
        if live.read(self._url, scope=self._ways.scope).fingerprint() != current.fingerprint():
            return outcome + _refused("the database was changed while the backup was taken", "deploy again")
        number = self._begin(found, current, goal_catalog, backup=path)
        return outcome + self._apply(number, found, current, goal_catalog)

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
        before = current
        for desired, steps in ((self._desired, found), (current, None), (self._desired, None)):
            way = steps or plan(before, desired, roles=self._ways.platform.roles)
            apply(copy, way, role=self._role)
            there = live.read(copy, scope=self._ways.scope)
            left = missed(goal(there, desired), there, desired)
            if left:
                return _refused(f"the rehearsal does not arrive: {left[0].label}", "report this as a bug of pgtandem")
            before = there
        return Outcome(
            checked=(f"a rehearsal with rows: applied, undone, applied again, {time.perf_counter() - started:.1f} s",)
        )

    def _apply(self, number: int, found: Plan, current: Catalog, goal_catalog: Catalog) -> Outcome:
        try:
            self._applying(number, found).run()
        except StoppedError as error:
            return self._put_back(number, current, f"the deployment stopped: {error}", touched=error.finished)
        there = live.read(self._url, scope=self._ways.scope)
        left = missed(goal_catalog, there, self._desired)
        if left:
            why = f"the database is not as desired after the deployment: {', '.join(c.label for c in left[:5])}"
            return self._put_back(number, current, why, touched=len(found.segments))
        with self._writing() as connection:
            for done in filter(None, (number, self._undoes)):
                journal.end(connection, done, self._final)
        return Outcome(
            checked=(f"deployed: {len(found.steps)} steps, deployment {number}", f"validated: {len(there)} objects")
        )

    def _put_back(self, number: int, current: Catalog, why: str, *, touched: int) -> Outcome:
        """Bring the database to what it was, where nothing is lost by it."""
        self._ways.say(why)
        there = live.read(self._url, scope=self._ways.scope)
        way = plan(there, current, roles=self._ways.platform.roles)
        if not way.steps:
            with self._writing() as connection:
                journal.end(connection, number, "rolled back", why)
            return _refused(why, "nothing was changed; mend the cause and deploy again", rule="deploy-rolled-back")
        # What the deployment itself made a moment ago is no loss.
        labels = {thing.label for thing in current}
        lost = [loss for loss in way.losses if loss.split(" ", 1)[1] in labels]
        if lost:
            with self._writing() as connection:
                journal.end(connection, number, "stopped", why)
            return _refused(
                f"{why}. {touched} transactions are in the database, and undoing them would {lost[0]}",
                "mend the cause and run `pgtandem deploy` again, which goes on; or undo it: "
                f'`pgtandem deploy --undo --allow "{lost[0]}"`',
                rule="deploy-stopped",
            )
        self._ways.say(f"putting back what was: {len(way.steps)} steps")
        undoing = self._begin(way, there, current, backup=None)
        state: journal.State = "rolled back"
        told = _refused(f"{why}. All is as it was before", "mend the cause and deploy again", rule="deploy-rolled-back")
        try:
            self._applying(undoing, way).run()
        except StoppedError as error:
            state = "stopped"
            told = _refused(
                f"{why}. Putting back what was failed too: {error}",
                "run `pgtandem deploy --undo` for the old schema, or `pgtandem deploy` for the new one",
                rule="deploy-stopped",
            )
        left = folded(diff(current, live.read(self._url, scope=self._ways.scope)))
        if state == "rolled back" and left:
            state = "stopped"
            told = _refused(
                f"{why}. After putting back what was, {left[0].label} is not as it was",
                "look at it; `pgtandem deploy --undo` leads to the old schema, `pgtandem deploy` to the new one",
                rule="deploy-stopped",
            )
        with self._writing() as connection:
            journal.end(connection, undoing, "rolled back", "putting back what was")
            journal.end(connection, number, state, why)
        return told

    def _begin(self, found: Plan, before: Catalog, after: Catalog, *, backup: Path | None) -> int:
        text = file.dump(found)
        with self._writing() as connection:
            return journal.begin(
                connection,
                found,
                text=text,
                checksum=file.checksum(text),
                before=snapshot.dump(before),
                after=snapshot.dump(after),
                backup=None if backup is None else str(backup),
            )

    def _applying(self, number: int, found: Plan) -> Applying:
        return Applying(
            self._url,
            found,
            number=number,
            turn=self._turn,
            role=self._role,
            patience=self._options.patience,
            say=self._ways.say,
        )


def _loss(loss: str) -> Finding:
    return Finding(
        rule="loses-data",
        level="error",
        about=loss.split(" ", 1)[1],
        message=f"the deployment would {loss}, and what is in there is gone for good",
        remedy=f'if that is meant: --allow "{loss}"',
    )


def _refused(message: str, remedy: str, *, rule: str = "deploy-refused") -> Outcome:
    return Outcome(findings=(Finding(rule=rule, level="error", about="the database", message=message, remedy=remedy),))
