"""Puts what happens into an order in which each statement can run, and says it in statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from pgtandem.errors import PgtandemError
from pgtandem.kinds import (
    EVERY,
    Column,
    Constraint,
    DefaultPrivilege,
    DomainConstraint,
    Function,
    Owner,
    Partition,
    SequenceOwnership,
    Table,
)
from pgtandem.kinds.altering import costing
from pgtandem.kinds.conditional import plain
from pgtandem.kinds.grant import reset
from pgtandem.kinds.partition import descendants, in_descendants, partitioned
from pgtandem.model.key import Key
from pgtandem.model.step import Cost, Step
from pgtandem.order import in_order, topological
from pgtandem.plan import safe
from pgtandem.plan.choice import about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from pgtandem.model.thing import Thing
    from pgtandem.order import Rank
    from pgtandem.plan.choice import Choice
    from pgtandem.plan.safe import Situation

_RANK = {kind: number for number, kind in enumerate(EVERY)}
Verb = Literal["drop", "part", "aside", "alter", "create", "discard"]
_VERBS: tuple[Verb, ...] = ("drop", "part", "aside", "alter", "create", "discard")


class Action(NamedTuple):
    """What happens to an object at one time."""

    verb: Verb
    key: Key


class CircleError(PgtandemError):
    """Some actions wait for each other."""

    def __init__(self, keys: frozenset[Key], apart: frozenset[Key], names: str) -> None:
        self.keys, self.apart = keys, apart
        super().__init__(f"ordering the steps: these wait for each other: {names}")


class WindowError(PgtandemError):
    """Something would be away between two transactions."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} would be away for a while")


class Actions:
    """The actions of a choice, with what each has to wait for."""

    def __init__(
        self, choice: Choice, apart: AbstractSet[Key] = frozenset(), situation: Situation | None = None
    ) -> None:
        """Find out which actions there are, and what they wait for.

        The objects `apart` are dropped by themselves, though they would go with others. With a situation, tables in
        use are changed in ways that let others go on.
        """
        self.choice = choice
        self._apart, self._situation = apart, situation
        self.before, self.after = choice.before, choice.after
        self._created_in = _created_in(choice)
        self._copies_of: dict[Key, list[Key]] = {}
        for copy, original in choice.copies.items():
            if copy in choice.dropped:
                self._copies_of.setdefault(original, []).append(copy)
        self._dropped_with: dict[Key, Key] = {}
        for key in choice.dropped:
            self._dropped_with[key] = self._holder_of_drop(key)
        self.waits: dict[Action, set[Action]] = {action: set() for action in self._all()}
        self._link()
        self._safe = dict(self._ways()) if situation is not None else {}

    def _ways(self) -> Iterator[tuple[Action, tuple[Step, ...]]]:
        """Yield the steps of those actions that let others go on meanwhile."""
        situation, waited_for = self._situation, {need for needs in self.waits.values() for need in needs}
        if situation is None:
            return
        for action in self.waits:
            steps, key = None, action.key
            if action.verb == "create" and key not in self.choice.dropped:
                steps = safe.new(self.after.things[key], situation)
            elif action.verb == "drop" and key not in self.choice.created and action not in waited_for:
                steps = safe.gone(self.before.things[key], situation)
            elif action.verb == "alter" and key not in self.choice.parted:
                steps = safe.changed(self.before.things[key], self.after.things[key], situation)
            if steps is not None:
                yield action, steps

    def in_order(self) -> tuple[Action, ...]:
        """Return the actions; raise CircleError where some wait for each other."""
        done, left = topological(self.waits, self._rank)
        if left:
            names = ", ".join(sorted(f"{action.verb} {self._thing(action).label}" for action in left))
            raise CircleError(frozenset(action.key for action in left), self._tied_up(left), names)
        return done

    def _tied_up(self, left: AbstractSet[Action]) -> frozenset[Key]:
        """Return what would go with others in a circle, and could go before them."""
        keys = {action.key for action in left if action.verb == "drop"}
        return frozenset(
            key
            for key, holder in self._dropped_with.items()
            if key != holder
            and holder in keys
            and not self.before.things[key].PART
            and any(self._dropped_with.get(need, need) in keys - {holder} for need in self.before.needs.get(key, ()))
            and self.before.things[key].drop()
        )

    def _thing(self, action: Action) -> Thing:
        side = self.after if action.verb in ("create", "alter") else self.before
        return side.things[action.key]

    def _rank(self, action: Action) -> Rank:
        kind = _RANK[type(self._thing(action))]
        modes = {step.mode for step in self._steps_known(action)}
        turn = 0 if "first" in modes else 2 if modes & {"alone", "apart"} else 1
        away = action.verb in ("drop", "part", "discard")
        reads = self._thing(action).READS_ROWS or (action.verb == "create" and self._evaluates(action.key))
        return (turn, _VERBS.index(action.verb), reads, -kind if away else kind, *self._thing(action).rank)

    def _evaluates(self, key: Key) -> bool:
        """Whether its creation calls functions, which may call others that nobody knows of: all come before.

        The default of a new column is called where no row is written, too
        (https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN).
        """
        cost = self.after.things[key].cost_of_create(self.choice.sides)
        calls = any(need.namespace == Function.NAMESPACE for need in self.after.needs.get(key, ()))
        return bool(cost.rewrites or cost.scans) or (key.namespace == Column.NAMESPACE and calls)

    def _steps_known(self, action: Action) -> tuple[Step, ...]:
        if action in self._safe:
            return self._safe[action]
        return self.choice.altered[action.key].steps if action.verb == "alter" else ()

    def _all(self) -> Iterator[Action]:
        choice = self.choice
        for key in choice.dropped:
            if key in choice.aside:
                yield Action("aside", key)
                yield Action("discard", key)
            elif self._dropped_with[key] == key:
                yield Action("drop", key)
        yield from (Action("part", key) for key in choice.parted)
        yield from (Action("alter", key) for key in choice.altered)
        yield from (Action("create", key) for key in choice.created if self._created_in[key] == key)

    def _holder_of_drop(self, key: Key) -> Key:
        """Return the object with whose drop this one goes."""
        thing = self.before.things[key]
        if key in self._apart:
            return key
        if key in self.choice.copies and thing.within not in self.choice.dropped:
            return self._holder_of_drop(self.choice.copies[key])
        stays = [taken for taken in thing.takes_along() if taken not in self.choice.dropped]
        if stays:
            return key
        holder = self._taken_along_by(key) or thing.within
        if holder is None or holder not in self.choice.dropped:
            return key
        if self.before.things[holder].HOLDS and not thing.PROPERTY:
            return key
        return self._holder_of_drop(holder)

    def _taken_along_by(self, key: Key) -> Key | None:
        if not hasattr(self, "_takers"):
            self._takers = {
                taken: thing.within for thing in self.before for taken in thing.takes_along() if thing.within
            }
        taker = self._takers.get(key)
        return taker if taker in self.choice.dropped else None

    def _leaving(self, key: Key) -> Action | None:
        """Return the action with which the object stops being what it was."""
        if key in self.choice.aside:
            return Action("aside", key)
        if key in self.choice.dropped:
            holder = self._dropped_with[key]
            return Action("aside" if holder in self.choice.aside else "drop", holder)
        if key in self.choice.copies:
            return self._leaving(self.choice.copies[key])
        if key in self.choice.parted:
            return Action("part", key)
        return Action("alter", key) if key in self.choice.altered else None

    def _arriving(self, key: Key) -> Action | None:
        """Return the action with which the object becomes what it shall be."""
        if key in self.choice.created:
            return Action("create", self._created_in[key])
        if key in self.choice.copies and key not in self.choice.dropped:
            return self._arriving(self.choice.copies[key])
        return Action("alter", key) if key in self.choice.altered else None

    def _wait(self, action: Action | None, need: Action | None) -> None:
        if action is not None and need is not None and action != need:
            self.waits[action].add(need)

    def _link(self) -> None:
        choice = self.choice
        for key in choice.dropped & choice.created:
            self._wait(self._arriving(key), self._leaving(key))
        for key in choice.parted:
            self._link_parted(key)
        self._link_partitions()
        self._link_unlogged()
        self._link_sequences()
        for user, needs in self.before.needs.items():
            leaving = self._leaving(user) if user in self.before.things else None
            if leaving is not None:
                for need in needs:
                    self._link_away(user, leaving, need)
        self._link_arriving()

    def _link_arriving(self) -> None:
        """What an object needs comes before it, and of what would be mistaken for that, what goes has gone."""
        overloads: dict[tuple[str, ...], list[Key]] = {}
        for key in self.choice.dropped:
            if key.namespace == Function.NAMESPACE:
                overloads.setdefault(key.path[:2], []).append(key)
        for user, needs in self.after.needs.items():
            arriving = self._arriving(user) if user in self.after.things else None
            if arriving is not None:
                for need in needs:
                    self._wait(arriving, self._arriving(need))
                    self._link_rules(arriving, need)
                    if need in self.choice.created and self._calls(user, need):
                        for overload in overloads.get(need.path[:2], ()):
                            self._wait(arriving, self._leaving(overload))

    def _calls(self, user: Key, function: Key) -> bool:
        """Whether it can wait for the drop of another function of the name, which its call may fit as well."""
        thing = self.after.things[user]
        return thing.within != function and thing.disposable

    def _link_rules(self, arriving: Action, need: Key) -> None:
        """A column moves to a new domain when that has its rules: later, PostgreSQL does not look into arrays of it."""
        if need in self.choice.aside and arriving.key.namespace == Column.NAMESPACE:
            for rule in self.choice.sides.inside_after.get(need, ()):
                if isinstance(rule, DomainConstraint):
                    self._wait(arriving, self._arriving(rule.key))

    def _link_partitions(self) -> None:
        """What a partition has of its parent changes after it, or with it while the partition is attached.

        A table that becomes a partition has its own indexes first: PostgreSQL makes those that it lacks.
        """
        for key in self.choice.created:
            if key.namespace == Partition.NAMESPACE:
                for own in self.choice.sides.inside_after.get(Key("relation", key.path), ()):
                    self._wait(self._arriving(key), self._arriving(own.key) if own.INDEXES else None)
        for key, parent in self.choice.after_parent.items():
            self._wait(Action("alter", key), Action("alter", parent))
        for key, parent in self.choice.copies.items():
            partition = Key("partition", key.path[:2])
            if parent in self.choice.altered and partition in self.choice.dropped:
                self._wait(self._leaving(partition), Action("alter", parent))

    def _link_unlogged(self) -> None:
        """No logged table refers to an unlogged one (https://www.postgresql.org/docs/current/sql-altertable.html)."""
        for thing in self.after:
            if not isinstance(thing, Constraint) or not thing.refers or thing.within not in self.choice.altered:
                continue
            child, parent = Action("alter", thing.within), Action("alter", Key("relation", thing.refers))
            before, after = (side.things.get(parent.key) for side in (self.before, self.after))
            if parent.key in self.choice.altered and isinstance(before, Table) and isinstance(after, Table):
                if before.persistence != "u" and after.persistence == "u":
                    self._wait(parent, child)
                elif before.persistence == "u" and after.persistence != "u":
                    self._wait(child, parent)

    def _link_sequences(self) -> None:
        """A sequence goes with a column once the table has its owner, who must own both."""
        for key in self.choice.created:
            thing = self.after.things[key]
            if isinstance(thing, SequenceOwnership):
                for one in self.choice.sides.inside_after.get(thing.table_key, ()):
                    if isinstance(one, Owner):
                        self._wait(self._arriving(key), self._arriving(one.key))

    def _link_parted(self, key: Key) -> None:
        """An object is in its other state before it changes, and while what has the name of what it makes comes."""
        self._wait(Action("alter", key), Action("part", key))
        for _, _, made in self.after.things[key].granted():
            self._wait(Action("alter", key), self._leaving(made) if made in self.choice.dropped else None)
        for _, _, made in self.before.things[key].granted():
            self._wait(self._arriving(made) if made in self.choice.created else None, Action("part", key))

    def _link_away(self, user: Key, leaving: Action, need: Key) -> None:
        """What an object needed goes, or changes, after the object does."""
        choice = self.choice
        if choice.copies.get(need) == user:
            # They go together, or the copy before with its table.
            return
        if leaving != self._leaving(need):
            # What uses the one uses its copies too.
            for copy in self._copies_of.get(need, ()):
                self._wait(self._leaving(copy), leaving)
        if need in choice.aside:
            discard = Action("discard", need)
            self._wait(discard, leaving)
            self._wait(discard, self._arriving(user))
            if leaving.verb == "aside":
                self._wait(discard, Action("discard", leaving.key))
            elif leaving.verb != "alter":
                self._wait(Action("aside", need), leaving)
        elif need in choice.dropped:
            self._wait(self._leaving(need), leaving)
        elif need in choice.altered and (leaving.verb != "alter" or self._lets_go(user, need)):
            self._wait(Action("alter", need), leaving)

    def _lets_go(self, user: Key, need: Key) -> bool:
        """Whether the object, altered, is out of the way of the alteration of what it needed."""
        return self.choice.altered[need].disturbs and need not in self.after.needs.get(user, frozenset())

    def steps(self, roles: Sequence[str]) -> tuple[Step, ...]:
        """Return the statements of all actions, in order; raise WindowError where a table would lie open meanwhile."""
        sides = (self.before, self.after)
        defaults = [thing for side in sides for thing in side if isinstance(thing, DefaultPrivilege)]
        given: set[Key] = set()
        below, rowless = descendants(self.before), partitioned(self.before)
        lots = []
        for action in self.in_order():
            if action in self._safe:
                steps: Iterable[Step] = self._safe[action]
            elif action.verb == "create":
                steps = self._create(action.key, defaults, roles, given)
            else:
                steps = self._other(action)
            if action.verb == "create":
                joins = self._thing(action).joins(self.choice.sides)
                steps = (*steps, *(joined for whole, joined in joins if whole not in self.choice.created))
            if self._thing(action).RECURSES:
                steps = (in_descendants(step, below, rowless) for step in steps)
            lots.append((action, tuple(steps)))
        if self._safe:
            self._look_for_windows(lots)
        return _with_finish([(action, steps, self._finish(action)) for action, steps in lots])

    def _finish(self, action: Action) -> tuple[Step, ...]:
        if action.verb != "create":
            return ()
        thing = self._thing(action)
        return tuple(Step(sql=sql, about=thing.label) for sql in plain(thing.finish()))

    def _look_for_windows(self, lots: Sequence[tuple[Action, tuple[Step, ...]]]) -> None:
        """What is made anew is away for no moment, and what guards a table changes at once."""
        at = _transactions(lots)
        for key in self.choice.dropped & self.choice.created:
            numbers = {at[action] for action in (self._leaving(key), self._arriving(key)) if action and action in at}
            if len(numbers) > 1:
                raise WindowError(self.before.things[key].label)
        guarded: dict[Key | None, set[int]] = {}
        for action, number in at.items():
            thing = self._thing(action)
            if thing.GUARDS:
                home = guarded.setdefault(thing.within, set())
                home.add(number)
                made = Action("create", thing.within) if thing.within in self.choice.created else None
                home.update([at[made]] if made is not None else [])
        for holder, numbers in guarded.items():
            if len(numbers) > 1:
                raise WindowError(str(holder))

    def _cost_of_drop(self, key: Key) -> Cost:
        cost = self.before.things[key].cost_of_drop(self.choice.sides)
        for gone, holder in self._dropped_with.items():
            if holder == key and gone != key:
                cost += self.before.things[gone].cost_of_drop(self.choice.sides)
        return cost

    def _other(self, action: Action) -> Iterator[Step]:
        thing = self.before.things[action.key]
        if action.verb == "drop":
            loses = f"drop {thing.label}" if self._loses(thing) else None
            cost = self._cost_of_drop(action.key)
            yield from (costing(thing.label, sql, cost, loses) for sql in thing.drop())
        elif action.verb == "part":
            away = self.choice.parted[action.key].alter(thing, self.choice.sides)
            yield from away.steps if away else ()
        elif action.verb == "alter":
            yield from self.choice.altered[action.key].steps
        else:
            told = thing.set_aside()
            if told is not None and action.verb == "aside":
                yield from (Step(sql=sql, about=thing.label) for sql in told[0])
            elif told is not None:
                yield from (Step(sql=sql, about=thing.label) for sql in told[1].drop())

    def _loses(self, thing: Thing) -> bool:
        """Whether something is lost with it, or what is computed now is not made anew as such."""
        then = self.after.things.get(thing.key)
        return thing.loses_values(self.choice.sides) or (type(then) is type(thing) and not then.disposable)

    def _create(self, key: Key, defaults: Sequence[Thing], roles: Sequence[str], given: set[Key]) -> Iterator[Step]:
        if key in given:
            return
        thing = self.after.things[key]
        parts = [part for part in self.choice.sides.inside_after.get(key, ()) if self._created_in.get(part.key) == key]
        inside = [part for part in parts if part.PART]
        yield from self._handed_over(thing)
        statements = [*thing.create(inside)]
        for part in inside:
            statements.extend(part.completed())
        for new in (thing, *inside):
            revoked, there = reset(new, self._with_privileges(new), defaults, roles)
            statements.extend(revoked)
            given |= there
        cost = thing.cost_of_create(self.choice.sides)
        first, *others = plain(statements) or ("",)
        yield from [costing(thing.label, first, cost)] if first else []
        yield from (costing(thing.label, sql, Cost(locks=cost.locks)) for sql in others)

    def _handed_over(self, thing: Thing) -> Iterator[Step]:
        """Yield what makes a sequence the table's owner's, where it is new or had an owner of its own."""
        if not isinstance(thing, SequenceOwnership):
            return
        before, after = self.choice.sides.inside_before, self.choice.sides.inside_after
        of_table, own, former = (
            [one for one in inside if isinstance(one, Owner)]
            for inside in (
                after.get(thing.table_key, ()),
                after.get(thing.relation, ()),
                before.get(thing.relation, ()),
            )
        )
        if not own and (former or thing.relation in self.choice.created):
            yield from (thing.hand_over(one.owner) for one in of_table)

    def _with_privileges(self, thing: Thing) -> list[Thing]:
        """What is about an object or what it makes by itself; a sequence that goes with a column has its owner."""
        inside = self.choice.sides.inside_after
        makes_others = any(made != thing.key for _, _, made in thing.granted())
        above = inside.get(thing.within, ()) if makes_others and thing.within else ()
        tied = self.after.things.get(Key(SequenceOwnership.NAMESPACE, thing.key.path))
        if isinstance(tied, SequenceOwnership) and tied.relation == thing.key:
            above = (tied, *inside.get(tied.table_key, ()))
        return [*about(thing, inside), *(one for one in above if isinstance(one, Owner | SequenceOwnership))]


def _with_finish(lots: Sequence[tuple[Action, tuple[Step, ...], tuple[Step, ...]]]) -> tuple[Step, ...]:
    """Return the steps, with those that need all else at the end of the transaction that they belong to."""
    done: list[Step] = []
    waiting: list[Step] = []
    for _, steps, finish in lots:
        for step in steps:
            if step.mode != "together":
                done.extend(waiting)
                waiting = []
            done.append(step)
        waiting.extend(finish)
    return (*done, *waiting)


def _transactions(lots: Sequence[tuple[Action, tuple[Step, ...]]]) -> dict[Action, int]:
    """Return the number of the transaction in which each action ends."""
    at: dict[Action, int] = {}
    number, mode = 0, "together"
    for action, steps in lots:
        for step in steps:
            if step.mode != mode or step.mode in ("alone", "apart"):
                number, mode = number + 1, step.mode
            at[action] = number
    return at


def _created_in(choice: Choice) -> dict[Key, Key]:
    """Return for each object that is created the one whose CREATE statement it is written in, else itself."""
    new = choice.after.where(lambda thing: thing.key in choice.created)
    apart = {thing.key for thing in in_order(new, lambda thing: (_RANK[type(thing)], *thing.rank))}
    return {thing.key: thing.key if thing.key in apart or thing.within is None else thing.within for thing in new}
