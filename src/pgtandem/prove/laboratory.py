"""Runs statements as somebody, each in a transaction that is rolled back, and says what they returned and changed.

Many trials are on their way to the server at once (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html).
The session belongs to a role that is no superuser, so a function that resets the role wins nothing worth having.
"""

from __future__ import annotations

import json
import select
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pgtandem.errors import ServerError
from pgtandem.model.key import literal
from pgtandem.prove.bench import PATIENCE, Endings
from pgtandem.prove.changes import State, beginning, changes, moved, state_query
from pgtandem.prove.standing import ROW, Actor, record, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from psycopg.pq.abc import PGconn, PGresult

    from pgtandem.prove.access import Name, TableAccess
    from pgtandem.prove.changes import Change
    from pgtandem.prove.shape import Relation, Shape
    from pgtandem.prove.standing import Row

WINDOW = 12
"""How many trials are sent before the first answer is read; what they say must fit into the socket's buffers."""

_BEGIN, _ROLLBACK = "BEGIN", "ROLLBACK"
_SAVE, _BACK = "SAVEPOINT pgtandem_trial", "ROLLBACK TO SAVEPOINT pgtandem_trial"
_OURSELVES = Actor(name="ourselves", role="none")
_ENDED = "57P01"
_BROKEN = {_ENDED, "26000", "08006", "08003"}
"""SQLSTATEs after which a session is of no use: it is gone, or without the statements that were prepared in it."""

ALL_SETTINGS = (
    "request.jwt.claims", "request.jwt.claim", "request.jwt.claim.sub", "request.jwt.claim.role", "request.headers",
    "request.cookies", "request.method", "request.path",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a statement failed: SQLSTATE and the whole of what the server said."""

    state: str
    text: str

    @property
    def is_refusal(self) -> bool:
        """Whether a privilege or a policy was in the way, or nobody may: a generated column, a view of groups."""
        return self.state in {"42501", "428C9", "55000", "0A000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What somebody tries; `before` is done beforehand by us, and is no part of what the statements change."""

    actor: Actor
    statements: tuple[str, ...]
    before: tuple[str, ...] = ()


Answer = tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What happened: the answers of the statements that ran, the failure that ended them, and what has changed."""

    answers: tuple[Answer, ...] = ()
    failure: Failure | None = None
    changes: tuple[Change, ...] = ()
    notices: str = ""


@dataclass(slots=True)
class _Sent:
    """A trial that is on its way; `asked` are the numbers of the relations whose states are wanted afterwards.

    `opening` is how many parts of the pipeline come before its own, which prepare what was done beforehand.
    """

    trial: Trial
    asked: frozenset[int]
    opening: int = 0
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What came back: the numbers of the relations that changed, and the states of those that were asked for."""

    failure: Failure | None = None
    answers: tuple[Answer, ...] = ()
    changed: frozenset[int] = frozenset()
    states: Mapping[int, State] = field(default_factory=dict)
    notices: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the states of all that changed are there."""
        return self.changed <= self.states.keys()


class Laboratory:
    """A session on the clone. `connect` opens one, `end` ends one by its process id, from outside."""

    def __init__(
        self,
        connect: Callable[[], PGconn],
        end: Callable[[int], None],
        shape: Shape,
        tables: Mapping[Name, TableAccess],
    ) -> None:
        self._connect, self._end = connect, end
        self._endings = Endings()
        self.shape = shape
        self.stored = [relation for relation in shape.relations.values() if relation.kind == "r"]
        self._records = [record(declared_for(relation, shape, tables), shape) for relation in self.stored]
        self._notices: list[str] = []
        self._befores: dict[tuple[str, ...], _Seen] = {(): _Seen()}
        self._within: tuple[str, ...] = ()
        self._entrances: dict[tuple[object, ...], str] = {}
        self._likely: dict[object, frozenset[int]] = {}
        self.count = 0
        self._connection = self._open()
        self._remember()

    def _open(self) -> PGconn:
        connection = self._connect()
        connection.notice_handler = lambda result: self._notices.append((result.error_message or b"").decode())
        connection.enter_pipeline_mode()
        self._prepared: dict[str, bytes] = {}
        self._within = ()
        return connection

    def close(self) -> None:
        """End the session."""
        self._connection.finish()

    def _remember(self) -> None:
        """Take the state that the database is in now for the one that changes are changes from."""
        self._counters = _counters(self.stored)
        # Without a number of its own a transaction has changed nothing.
        changed = f"CASE WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN {self._counters} END"
        self._leave = f"SELECT set_config('role', 'none', true), {changed}"
        self._unchanged = self.ask(f"SELECT {self._counters}")[0][0] or ""
        described = list(zip(self.stored, self._records, strict=True))
        self._states = [state_query(relation, expression) for relation, expression in described]
        self.rows: dict[Name, tuple[Row, ...]] = {
            relation.name: tuple(
                row_of(relation.name, json.loads(content or ""))
                for (content,) in self.ask(f"SELECT {expression} FROM ONLY {relation.sql} {ROW} ORDER BY {ROW}.ctid")
            )
            for relation, expression in described
        }
        self._beginnings = [beginning(self.rows[relation.name]) for relation in self.stored]

    def texts(self, relation: Relation) -> dict[str, tuple[str | None, ...]]:
        """The rows of a relation as text, as clients see them, by their place."""
        columns = ", ".join(f"{ROW}.{_quoted(column.name)}" for column in relation.columns) or "NULL"
        answer = self.ask(f"SELECT {ROW}.tableoid::regclass || ' ' || {ROW}.ctid, {columns} FROM {relation.sql} {ROW}")
        return {str(row[0]): row[1:] for row in answer}

    def ask(self, query: str) -> Answer:
        """Return the rows that a query gives us, as text."""
        self._connection.send_query_params(query.encode(), None)
        self._connection.pipeline_sync()
        return _answer(self._settled())

    def prepare(self, queries: Iterable[str]) -> None:
        """Let the server parse what is sent again and again; nothing else may be on its way."""
        for query in dict.fromkeys(queries):
            if query not in self._prepared:
                self._prepared[query] = f"pgtandem_{len(self._prepared)}".encode()
                self._connection.send_prepare(self._prepared[query], query.encode())
                self._connection.pipeline_sync()
                self._settled()

    def _settled(self) -> PGresult | None:
        """Return the first result of the only part of the pipeline that is on its way."""
        try:
            results = self._replies()
        except TimeoutError as error:
            self._end(self._connection.backend_pid)
            raise ServerError("reading the clone: it did not come back, and nothing more is tried") from error
        if failure := _first_failure(results):
            raise ServerError(f"preparing the experiment: {failure.text}")
        return results[0] if results else None

    def run(self, trials: Iterable[Trial]) -> list[Observation]:
        """Return what each trial came to, in order."""
        listed = list(trials)
        befores = [before for before in dict.fromkeys(trial.before for trial in listed) if before not in self._befores]
        seen = self._observe([Trial(actor=_OURSELVES, statements=before) for before in befores])
        self._befores |= dict(zip(befores, seen, strict=True))
        self.count += len(listed)
        return [self._observation(*pair) for pair in zip(listed, self._observe(listed), strict=True)]

    def _observe(self, trials: Sequence[Trial]) -> list[_Seen]:
        """Make the trials, again those that changed more than the states were asked of."""
        found = [self._befores[trial.before] for trial in trials]  # where that failed nothing comes after it
        first = {before: number for number, before in enumerate(dict.fromkeys(trial.before for trial in trials))}
        possible = [number for number, seen in enumerate(found) if seen.failure is None]
        again: list[tuple[int, frozenset[int] | None]] = [
            (number, None) for number in sorted(possible, key=lambda number: first[trials[number].before])
        ]
        while again:
            passed = self._pass([(trials[number], asked) for number, asked in again])
            for (number, _), seen in zip(again, passed, strict=True):
                found[number] = seen
            again = [(n, found[n].changed | found[n].states.keys()) for n, _ in again if not found[n].is_whole]
        return found

    def _pass(self, wanted: Sequence[tuple[Trial, frozenset[int] | None]]) -> list[_Seen]:
        waiting: list[_Sent] = []
        found: list[_Seen] = []
        entrances = (self._enter(trial) for trial, _ in wanted)
        self._ready = (_BEGIN, _ROLLBACK, _SAVE, _BACK, self._leave, *self._states, *entrances)
        self.prepare(self._ready)
        for trial, asked in wanted:
            likely = self._likely.get(_rows_of(trial), self._likely.get(None, frozenset()))
            waiting.append(self._send(trial, likely if asked is None else asked))
            if len(waiting) >= WINDOW:
                found.append(self._receive_or_end(waiting))
        while waiting:
            found.append(self._receive_or_end(waiting))
        if self._within:
            self._part(_ROLLBACK)
            self._settled()
            self._within = ()
        return found

    def _enter(self, trial: Trial) -> str:
        """Return what begins a trial; only where something was done before are there changes that are none of its."""
        who = (bool(trial.before), trial.actor.role, *trial.actor.settings.items())
        if who not in self._entrances:
            counted = self._counters if trial.before else "NULL"
            self._entrances[who] = f"{enter(trial.actor)}, pg_stat_force_next_flush(), {counted}"
        return self._entrances[who]

    def _observation(self, trial: Trial, seen: _Seen) -> Observation:
        before = self._befores[trial.before].states
        found: list[Change] = []
        for number in seen.changed:
            relation = self.stored[number]
            earlier = before.get(number, self._beginnings[number])
            found += changes(relation, self.rows[relation.name], earlier, seen.states[number])
        found = moved(self.shape, found)
        return Observation(answers=seen.answers, failure=seen.failure, changes=tuple(found), notices=seen.notices)

    def copy(self, actor: Actor, statement: str, data: str = "") -> str | None:
        """Return what COPY gives the actor, or takes of the data; None where it is refused.

        It cannot be sent with others. Where it does not come back, the session is ended from outside.
        """
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        self.count += 1
        try:
            self._connection.exit_pipeline_mode()
            content = self._copied(enter(actor), statement, data)
            self._connection.exec_(b"ROLLBACK")
            self._connection.enter_pipeline_mode()
        except psycopg.OperationalError:
            self._endings.another()
            self._connection.finish()
            self._connection = self._open()
            return None
        return content

    def _copied(self, become: str, statement: str, data: str) -> str | None:
        from psycopg import pq  # noqa: PLC0415 - importing the driver takes longer than most commands

        connection = self._connection
        for sql in (_BEGIN, become, statement):
            result = connection.exec_(sql.encode())
        content = b""
        if result.status == pq.ExecStatus.COPY_IN:
            connection.put_copy_data(data.encode())
            connection.put_copy_end()
        elif result.status == pq.ExecStatus.COPY_OUT:
            while (part := connection.get_copy_data(0))[0] > 0:
                content += bytes(part[1])
        else:
            return None
        ended = [_failure(result)]
        while (last := connection.get_result()) is not None:
            ended.append(_failure(last))
        return content.decode(errors="replace") if not any(ended) else None

    def _part(self, *queries: str) -> None:
        """Send statements whose answers are all that comes before the next end of a part of the pipeline."""
        for query in queries:
            if query in self._prepared:
                self._connection.send_query_prepared(self._prepared[query], None)
            else:
                self._connection.send_query_params(query.encode(), None)
        self._connection.pipeline_sync()

    def _send(self, trial: Trial, asked: frozenset[int]) -> _Sent:
        """Send a trial in a transaction of its own, or in one with all others before which the same is done.

        To switch triggers off and on again makes the server forget its plans, which costs more than most trials.
        """
        sent = _Sent(trial, asked)
        if trial.before != self._within:
            if self._within:
                self._part(_ROLLBACK)
                sent.opening += 1
            if trial.before:
                self._part(_BEGIN, *trial.before)
                sent.opening += 1
            self._within = trial.before
        begin, end = (_SAVE, _BACK) if trial.before else (_BEGIN, _ROLLBACK)
        states = [self._states[number] for number in sorted(asked)]
        sent.parts += ["", "counters", *("answer" for _ in trial.statements), "counters", *("state" for _ in states)]
        self._part(begin, self._enter(trial), *trial.statements, self._leave, *states)
        self._part(end)
        return sent

    def _receive_or_end(self, waiting: list[_Sent]) -> _Seen:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        first = waiting.pop(0)
        broken = False
        try:
            seen, broken = self._receive(first)
        except TimeoutError:
            self._end(self._connection.backend_pid)
            self._endings.another()
            seen = _Seen(failure=Failure(state=_ENDED, text="it did not come back, and was ended"))
        except psycopg.OperationalError as error:
            seen = _Seen(failure=Failure(state=_ENDED, text=f"it ended its session: {error}"))
        if broken or (seen.failure is not None and seen.failure.state in _BROKEN):
            self._connection.finish()
            self._connection = self._open()
            self.prepare(self._ready)
            waiting[:] = [self._send(sent.trial, sent.asked) for sent in list(waiting)]
        if seen.failure is None:
            self._likely[_rows_of(first.trial)] = self._likely[None] = seen.changed
        return seen

    def _receive(self, sent: _Sent) -> tuple[_Seen, bool]:
        """Return what came of it, and whether the session is of no more use."""
        self._notices.clear()
        failure = _first_failure([result for _ in range(sent.opening) for result in self._replies()])
        results = self._replies()
        ended = self._replies()
        broken = not ended or _first_failure(ended) is not None
        notices = "".join(self._notices)
        told: dict[str, list[Answer]] = {"": [], "counters": [], "answer": [], "state": []}
        for part, result in zip(sent.parts, results, strict=False):  # fewer came back where the session has ended
            failure = failure or _failure(result)
            if failure is None:
                told[part].append(_answer(result))
        answers = tuple(told["answer"])
        if len(results) < len(sent.parts):
            failure = failure or Failure(state=_ENDED, text="it ended its session")
        if failure:
            return _Seen(failure=failure, answers=answers, notices=notices), broken
        (before, after) = (counters[0][-1] for counters in told["counters"])
        changed = frozenset(_different(before or self._unchanged, after)) if after else frozenset()
        states = zip(sorted(sent.asked), told["state"], strict=True)
        found = {number: self._state(number, state) for number, state in states if number in changed}
        return _Seen(answers=answers, changed=changed, states=found, notices=notices), broken

    def _state(self, number: int, answer: Answer) -> State:
        ((kept, made),) = answer
        rows = tuple(row_of(self.stored[number].name, content) for content in json.loads(made or "[]"))
        return State(kept=frozenset((kept or "").split()), made=rows)

    def _replies(self) -> list[PGresult]:
        """Return the results up to the next end of a part of the pipeline, or to that of the session."""
        from psycopg import pq  # noqa: PLC0415 - importing the driver takes longer than most commands

        found: list[PGresult] = []
        silent = 0
        while silent < 2:  # noqa: PLR2004 - one silence is between two results
            result = self._result()
            if result is None:
                silent += 1
            elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                break
            else:
                silent = 0
                found.append(result)
        return found

    def _result(self) -> PGresult | None:
        deadline = time.monotonic() + PATIENCE
        connection = self._connection
        while connection.is_busy():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if select.select([connection.socket], [], [], left)[0]:
                connection.consume_input()
        return connection.get_result()


def _rows_of(trial: Trial) -> object:
    """Return what trials at the same rows by the same actor have in common: they mostly change the same, or nothing."""
    return trial.actor.name, trial.before, trial.statements[0].rpartition(" WHERE ")[2]


def declared_for(relation: Relation, shape: Shape, tables: Mapping[Name, TableAccess]) -> TableAccess | None:
    """Return what is declared for a relation, or for the one that it is a partition of."""
    at: Relation | None = relation
    while at is not None:
        if at.name in tables:
            return tables[at.name]
        at = shape.relations.get(at.parent) if at.parent else None
    return None


def enter(actor: Actor) -> str:
    """Return the statement by which a session becomes the actor, as the platform's API does it."""
    settings = dict.fromkeys(ALL_SETTINGS, "") | dict(actor.settings)
    calls = [f"set_config({literal(name)}, {literal(value)}, true)" for name, value in settings.items()]
    return f"SELECT {', '.join(calls)}, set_config('role', {literal(actor.role)}, true)"


def _counters(relations: Sequence[Relation]) -> str:
    """Return the expression that differs before and after any change of rows in a transaction, by relation.

    The counts are those of our own session (https://www.postgresql.org/docs/current/monitoring-stats.html); TRUNCATE
    sets them back, and gives the relation another file.
    """
    oids = literal(f"{{{','.join(str(relation.oid) for relation in relations)}}}")
    counts = (
        "pg_stat_get_xact_tuples_inserted(o) + pg_stat_get_xact_tuples_updated(o) + pg_stat_get_xact_tuples_deleted(o)"
        " || '/' || coalesce(pg_relation_filenode(o)::text, '')"
    )
    return f"(SELECT string_agg({counts}, ' ' ORDER BY n) FROM unnest({oids}::oid[]) WITH ORDINALITY AS r (o, n))"


def _different(before: str, after: str) -> Iterator[int]:
    """Yield the numbers of the relations whose counters differ."""
    if before != after:
        pairs = zip(before.split(), after.split(), strict=True)
        yield from (number for number, (one, other) in enumerate(pairs) if one != other)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _failure(result: PGresult) -> Failure | None:
    from psycopg import pq  # noqa: PLC0415 - importing the driver takes longer than most commands

    if result.status == pq.ExecStatus.PIPELINE_ABORTED:
        return Failure(state="25P02", text="an earlier statement failed")
    if result.status not in (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE):
        return None
    fields = (pq.DiagnosticField.MESSAGE_PRIMARY, pq.DiagnosticField.MESSAGE_DETAIL, pq.DiagnosticField.MESSAGE_HINT)
    said = [found.decode(errors="replace") for name in fields if (found := result.error_field(name))]
    state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"08006").decode()
    return Failure(state=state, text="\n".join(said) or (result.error_message or b"").decode(errors="replace"))


def _first_failure(results: Iterable[PGresult]) -> Failure | None:
    return next(filter(None, map(_failure, results)), None)


def _answer(result: PGresult | None) -> Answer:
    if result is None:
        return ()
    width = range(result.nfields)
    return tuple(
        tuple(None if (value := result.get_value(row, at)) is None else value.decode(errors="replace") for at in width)
        for row in range(result.ntuples)
    )


def connection_to(url: str) -> Callable[[], PGconn]:
    """Return what opens sessions on that database with the limits of an experiment."""

    def connect() -> Any:
        from psycopg import pq  # noqa: PLC0415 - importing the driver takes longer than most commands

        connection = pq.PGconn.connect(url.encode())
        if connection.status != pq.ConnStatus.OK:
            raise ServerError(f"connecting to the clone: {connection.error_message.decode()}")
        return connection

    return connect
