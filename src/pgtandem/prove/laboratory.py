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
from pgtandem.prove.standing import ROW, Row, record, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from psycopg.pq.abc import PGconn, PGresult

    from pgtandem.prove.access import Name, TableAccess
    from pgtandem.prove.shape import Relation, Shape
    from pgtandem.prove.standing import Actor

WINDOW = 12
"""How many trials are sent before the first answer is read; what they say must fit into the socket's buffers."""

PATIENCE = 8.0
"""Seconds after which a statement that does not heed its time limit is ended from outside."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row before and after; None where it was not, or is no longer, there."""

    relation: Name
    before: Row | None
    after: Row | None

    @property
    def columns(self) -> frozenset[str]:
        """The columns whose values differ."""
        if self.before is None or self.after is None:
            return frozenset()
        one, other = self.before.values, self.after.values
        return frozenset(name for name in one if one[name] != other.get(name))


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
    trial: Trial
    parts: list[str] = field(default_factory=list)


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
        self.shape = shape
        self.stored = [relation for relation in shape.relations.values() if relation.kind == "r"]
        self._records = [record(declared_for(relation, shape, tables), shape) for relation in self.stored]
        self._notices: list[str] = []
        self.count = 0
        self._connection = self._open()
        self.remember()

    def _open(self) -> PGconn:
        connection = self._connect()
        connection.notice_handler = lambda result: self._notices.append((result.error_message or b"").decode())
        connection.enter_pipeline_mode()
        return connection

    def close(self) -> None:
        """End the session."""
        self._connection.finish()

    def remember(self) -> None:
        """Take the state that the database is in now for the one that changes are changes from."""
        self.rows: dict[Name, tuple[Row, ...]] = {}
        hashes = self._plain(_hash_query(self.stored))
        self._hashes = [value for _, value in hashes]
        for relation, expression in zip(self.stored, self._records, strict=True):
            answer = self._plain(f"SELECT {expression} FROM ONLY {relation.sql} {ROW} ORDER BY {ROW}.ctid")
            self.rows[relation.name] = tuple(row_of(relation.name, json.loads(value or "")) for (value,) in answer)
        self._prepare()

    def texts(self, relation: Relation) -> dict[str, tuple[str | None, ...]]:
        """The rows of a relation as text, as clients see them, by their place."""
        columns = ", ".join(f"{ROW}.{_quoted(column.name)}" for column in relation.columns) or "NULL"
        answer = self._plain(
            f"SELECT {ROW}.tableoid::regclass || ' ' || {ROW}.ctid, {columns} FROM {relation.sql} {ROW}"
        )
        return {str(row[0]): row[1:] for row in answer}

    def _prepare(self) -> None:
        self._connection.send_prepare(
            b"pgtandem_state", _state_query(self.stored, self._records, self._hashes).encode()
        )
        self._connection.send_prepare(b"pgtandem_leave", b"SELECT set_config('role', 'none', true)")
        self._connection.pipeline_sync()
        for _ in range(2):
            self._check(self._result())
            self._result()
        self._result()

    def _check(self, result: PGresult | None) -> None:
        if result is not None and (failure := _failure(result)):
            raise ServerError(f"preparing the experiment: {failure.text}")

    def _plain(self, query: str) -> Answer:
        """Ask something as ourselves, in a transaction of its own."""
        self._connection.send_query_params(query.encode(), None)
        self._connection.pipeline_sync()
        result = self._result()
        self._check(result)
        answer = _answer(result)
        while self._result() is not None:
            pass
        self._result()
        return answer

    def ask(self, query: str) -> Answer:
        """Return the rows that a query gives us, as text."""
        return self._plain(query)

    def run(self, trials: Iterable[Trial]) -> list[Observation]:
        """Return what each trial came to, in order."""
        waiting: list[_Sent] = []
        found: list[Observation] = []
        for trial in trials:
            waiting.append(self._send(trial))
            if len(waiting) >= WINDOW:
                found.append(self._receive_or_end(waiting))
        while waiting:
            found.append(self._receive_or_end(waiting))
        return found

    def copy(self, actor: Actor, statement: str) -> str | None:
        """Return what COPY TO STDOUT gives the actor, None where it is refused; it cannot be sent with others."""
        from psycopg import pq  # noqa: PLC0415 - importing the driver takes longer than most commands

        connection = self._connection
        connection.exit_pipeline_mode()
        self.count += 1
        content = None
        for sql in ("BEGIN", enter(actor), statement):
            result = connection.exec_(sql.encode())
        if result.status == pq.ExecStatus.COPY_OUT:
            content = b""
            while (part := connection.get_copy_data(0))[0] > 0:
                content += bytes(part[1])
            while connection.get_result() is not None:
                pass
        connection.exec_(b"ROLLBACK")
        connection.enter_pipeline_mode()
        return None if content is None else content.decode(errors="replace")

    def _send(self, trial: Trial) -> _Sent:
        sent = _Sent(trial)
        connection = self._connection

        def send(kind: str, sql: str) -> None:
            sent.parts.append(kind)
            connection.send_query_params(sql.encode(), None)

        send("", "BEGIN")
        for statement in trial.before:
            send("before", statement)
        if trial.before:
            self._send_state(sent)
        send("", enter(trial.actor))
        for statement in trial.statements:
            send("answer", statement)
        sent.parts.append("")
        connection.send_query_prepared(b"pgtandem_leave", None)
        self._send_state(sent)
        connection.pipeline_sync()
        connection.send_query_params(b"ROLLBACK", None)
        connection.pipeline_sync()
        return sent

    def _send_state(self, sent: _Sent) -> None:
        sent.parts.append("state")
        self._connection.send_query_prepared(b"pgtandem_state", None)

    def _receive_or_end(self, waiting: list[_Sent]) -> Observation:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        first = waiting.pop(0)
        self.count += 1
        try:
            seen = self._receive(first)
        except TimeoutError:
            self._end(self._connection.backend_pid)
            seen = Observation(failure=Failure(state=_ENDED, text="it did not come back, and was ended"))
        except psycopg.OperationalError as error:
            seen = Observation(failure=Failure(state=_ENDED, text=f"it ended its session: {error}"))
        if seen.failure is not None and seen.failure.state in _BROKEN:
            self._connection.finish()
            self._connection = self._open()
            self._prepare()
            waiting[:] = [self._send(sent.trial) for sent in list(waiting)]
        return seen

    def _receive(self, sent: _Sent) -> Observation:
        answers: list[Answer] = []
        states: list[dict[Name, list[Row]]] = []
        failure = None
        self._notices.clear()
        for part in sent.parts:
            result = self._result()
            failure = failure or (None if result is None else _failure(result))
            if failure is None and part == "answer":
                answers.append(_answer(result))
            elif failure is None and part == "state":
                states.append(self._parse(_answer(result)))
            while self._result() is not None:
                pass
        self._result()
        for _ in range(3):
            self._result()  # the rollback, its end, and that of its part of the pipeline
        changes = () if failure else tuple(self._changes(states))
        return Observation(answers=tuple(answers), failure=failure, changes=changes, notices="".join(self._notices))

    def _parse(self, answer: Answer) -> dict[Name, list[Row]]:
        found = {}
        for number, content in answer:
            relation = self.stored[int(number or 0)].name
            found[relation] = [row_of(relation, each) for each in json.loads(content or "null") or ()]
        return found

    def _changes(self, states: Sequence[dict[Name, list[Row]]]) -> list[Change]:
        *earlier, after = states
        before = earlier[0] if earlier else {}
        found: list[Change] = []
        for relation in after.keys() | before.keys():
            old: Sequence[Row] = before.get(relation, self.rows[relation])
            new: Sequence[Row] = after.get(relation, self.rows[relation])
            found += compare(self.shape.relations[relation], old, new)
        return _moved(self.shape, found)

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


def compare(relation: Relation, before: Sequence[Row], after: Sequence[Row]) -> Iterator[Change]:
    """Yield what changed between two states of a relation; a row is the same where its key is, else its place.

    Where one row is gone and another one has come, it has become that one.
    """
    old, new = _by_key(relation, before), _by_key(relation, after)
    gone = [row for key, row in old.items() if key not in new]
    come = [row for key, row in new.items() if key not in old]
    for key, row in old.items():
        if key in new and new[key].values != row.values:
            yield Change(relation=relation.name, before=row, after=new[key])
    only = come[0] if len(gone) == len(come) == 1 else None
    for row in gone:
        match = next((other for other in come if _is_alike(relation, row, other)), only)
        if match is not None:
            come.remove(match)
        yield Change(relation=relation.name, before=row, after=match)
    for row in come:
        yield Change(relation=relation.name, before=None, after=row)


def _moved(shape: Shape, changes: list[Change]) -> list[Change]:
    """Make one change of a row that left one partition and came to another."""
    gone = [c for c in changes if c.after is None and shape.relations[c.relation].bound]
    come = [c for c in changes if c.before is None and shape.relations[c.relation].bound]
    for one in gone:
        parent = shape.relations[one.relation].parent
        other = next((c for c in come if shape.relations[c.relation].parent == parent != c.relation), None)
        if other is not None and other.relation != one.relation:
            come.remove(other)
            changes = [c for c in changes if c is not one and c is not other]
            changes.append(Change(relation=one.relation, before=one.before, after=other.after))
    return changes


def _by_key(relation: Relation, rows: Sequence[Row]) -> dict[str, Row]:
    if relation.key:
        return {json.dumps([row.values[name] for name in relation.key]): row for row in rows}
    return {row.place: row for row in rows}


def _is_alike(relation: Relation, one: Row, other: Row) -> bool:
    """Whether one row may be the other with another key: all but the key is the same."""
    rest = [column.name for column in relation.columns if column.name not in relation.key]
    return bool(rest) and all(one.values[name] == other.values[name] for name in rest)


def _hash_query(relations: Sequence[Relation]) -> str:
    parts = (
        f"SELECT {number}, (SELECT sum(hashtextextended({ROW}::text, 0)) FROM ONLY {relation.sql} {ROW})"
        for number, relation in enumerate(relations)
    )
    return " UNION ALL ".join(parts) + " ORDER BY 1"


def _state_query(relations: Sequence[Relation], records: Sequence[str], hashes: Sequence[str | None]) -> str:
    """Return the query for all rows of those relations whose content is not the remembered one.

    Without parameters it is planned once (https://www.postgresql.org/docs/current/sql-prepare.html).
    """
    parts = (
        f"SELECT {number}, (SELECT jsonb_agg({expression}) FROM ONLY {relation.sql} {ROW}) FROM ("
        f"SELECT sum(hashtextextended({ROW}::text, 0)) AS h FROM ONLY {relation.sql} {ROW}) s"
        f" WHERE s.h IS DISTINCT FROM {known or 'NULL'}::numeric"
        for number, (relation, expression, known) in enumerate(zip(relations, records, hashes, strict=True))
    )
    return " UNION ALL ".join(parts)


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
