"""Tries on the server what the solver says is possible: makes its rows, acts as the client, looks what came of it."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import z3

from pgtandem.model.key import literal, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from pgtandem.prove.logic.obligations import Example
    from pgtandem.sources.resolved.facts import Facts, Relation

_ME = uuid.UUID("00000000-0000-4000-8000-00000000000a")
_FILLERS = {"B": "false", "N": "0", "S": "''", "D": "now()", "A": "'{}'", "T": "'0'", "I": "'127.0.0.1'"}


class Replay:
    """Replays examples on one clone; every one is rolled back."""

    def __init__(self, connection: Connection, facts: Facts) -> None:
        """The connection is a superuser's, and commits each statement by itself."""
        self._connection, self._facts = connection, facts

    def __call__(self, example: Example) -> str | None:
        """Return the statements that show the example in psql, None where it does not happen."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        script = _Script(example, self._facts)
        for act in script.acts():
            try:
                with self._connection.transaction(force_rollback=True):
                    for statement in script.world():
                        self._connection.execute(statement.encode())
                    before = self._rows(script.relation)
                    for statement in (*script.become(), act):
                        rows = self._connection.execute(statement.encode())
                    seen = rows.rownumber is not None and rows.fetchone() is not None
                    self._connection.execute("RESET ROLE")
                    happened = seen if example.case.command == "read" else self._rows(script.relation) != before
            except psycopg.errors.Error as error:
                if error.sqlstate is None:
                    raise
                continue
            if happened:
                return "\n".join(f"{line};" for line in ("BEGIN", *script.world(), *script.become(), act, "ROLLBACK"))
        return None

    def _rows(self, relation: Relation) -> list[Any]:
        return self._connection.execute(f"SELECT to_jsonb(r) FROM {relation.target} r ORDER BY 1".encode()).fetchall()


class _Script:
    """The SQL of one example."""

    def __init__(self, example: Example, facts: Facts) -> None:
        self._example, self._facts = example, facts
        self._labels = {label.oid: label.name for label in facts.labels}
        self._words, self._model = example.words, example.model
        self.relation = example.case.relation
        self._numbers: dict[str, int] = {}

    def world(self) -> list[str]:
        """Return the statements that make the rows, and those that they refer to; triggers are left alone."""
        rows = [
            (relation, row)
            for relation in self._words.tables
            for row in self._model.get_universe(self._words.rows(relation)) or []
            if z3.is_true(self._model.eval(self._words.live(relation, row), model_completion=True))
        ]
        new = [(self.relation, self._at("new"))] if self._example.case.command in {"insert", "update"} else []
        parents = dict.fromkeys(parent for relation, row in [*rows, *new] for parent in self._parents(relation, row))
        return [
            "SET LOCAL session_replication_role = replica",
            *(self._insert(relation, row, relation.numbers, filled=True) for relation, row in rows),
            *parents,
            "SET LOCAL session_replication_role = origin",
        ]

    def _parents(self, relation: Relation, row: Any) -> Iterator[str]:
        """Return the statements that make the rows of other tables, of which the example does not speak."""
        spoken = set(self._words.spoken_of(relation))
        for foreign_key in self._facts.foreign_keys:
            other = self._facts.relations[foreign_key.other]
            if (
                foreign_key.relation != relation.oid
                or other in self._words.tables
                or not spoken & {*foreign_key.columns}
            ):
                continue
            values = {number: self._filler(other, number) for number in other.required}
            for mine, theirs in zip(foreign_key.columns, foreign_key.other_columns, strict=True):
                values[theirs] = self._value(relation, mine, row) if mine in spoken else None
            if "NULL" not in values.values():
                yield f"{self._into(other, values)} ON CONFLICT DO NOTHING"

    def become(self) -> list[str]:
        """Return the statements that make the session the client's."""
        identity = self._example.case.identity
        claims = {"role": identity.role, **({"sub": str(_ME)} if identity.id else {})}
        return [
            f"SET LOCAL ROLE {quote(identity.role)}",
            f"SELECT set_config('request.jwt.claims', {literal(json.dumps(claims))}, true)",
        ]

    def acts(self) -> Iterator[str]:
        """Return the statements that the client may try, in turn."""
        case, target = self._example.case, self.relation.target
        if case.command == "read":
            columns = ", ".join(quote(self.relation.column(number)) for number in case.columns)
            yield f"SELECT {columns} FROM {target}{self._which('seen')}"
        elif case.command == "insert":
            yield self._insert(self.relation, self._at("new"), case.columns, filled=False)
            yield self._insert(self.relation, self._at("new"), case.columns, filled=True)
        elif case.command == "update":
            changed = ", ".join(self._changed())
            if changed:
                yield f"UPDATE {target} SET {changed}{self._which('old')}"
                yield f"UPDATE {target} SET {changed}"
        else:
            yield f"DELETE FROM {target}{self._which('gone')}"
            yield f"DELETE FROM {target}"

    def _at(self, name: str) -> Any:
        return self._model.eval(self._example.case.row(name), model_completion=True)

    def _which(self, name: str) -> str:
        """Return the condition that picks the row by what the example says of it."""
        row = self._at(name)
        parts = []
        for number in self._words.spoken_of(self.relation):
            value = self._value(self.relation, number, row)
            column = quote(self.relation.column(number))
            if value is not None and number in self._example.case.columns:
                parts.append(f"{column} IS NULL" if value == "NULL" else f"{column} = {value}")
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def _changed(self) -> Iterator[str]:
        old, new = self._at("old"), self._at("new")
        for number in self._example.case.columns:
            before, after = (self._value(self.relation, number, row) for row in (old, new))
            if after is not None and before != after:
                yield f"{quote(self.relation.column(number))} = {after}"

    def _insert(self, relation: Relation, row: Any, numbers: tuple[int, ...], *, filled: bool) -> str:
        spoken = self._words.spoken_of(relation)
        values: dict[int, str | None] = {}
        for number in numbers:
            value = self._value(relation, number, row) if number in spoken else None
            missing = value is None and filled and number in relation.required
            values[number] = self._filler(relation, number) if missing else value
        return self._into(relation, values)

    def _into(self, relation: Relation, values: dict[int, str | None]) -> str:
        given = {n: value for n, value in values.items() if value is not None and n not in relation.generated}
        if not given:
            return f"INSERT INTO {relation.target} DEFAULT VALUES"
        columns = ", ".join(quote(relation.column(number)) for number in given)
        return f"INSERT INTO {relation.target} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({', '.join(given.values())})"

    def _filler(self, relation: Relation, number: int) -> str | None:
        of = self._facts.types[relation.type_oids[relation.numbers.index(number)]]
        if of.name == "uuid":
            return "gen_random_uuid()"
        if of.name in {"json", "jsonb"}:
            return "'{}'"
        if of.category == "E":
            return f"(enum_range(NULL::{quote(of.name)}))[1]"
        return _FILLERS.get(of.category)

    def _value(self, relation: Relation, number: int, row: Any) -> str | None:
        """Return the column of the row as SQL, None where the example says nothing of it."""
        value = self._words.column(relation, number, row)
        if z3.is_true(self._model.eval(value.null, model_completion=True)):
            return "NULL"
        term = self._model.eval(value.term, model_completion=True)
        family = self._words.family(relation.type_oids[relation.numbers.index(number)])
        if family == "bool":
            return "true" if z3.is_true(term) else "false"
        if family == "integer":
            return str(term.as_long())
        if family == "number":
            return self._real(relation, number, term)
        return self._named(term, family)

    def _real(self, relation: Relation, number: int, term: Any) -> str:
        """Return a number, or the moment so many seconds after 1970."""
        of = self._facts.types[relation.type_oids[relation.numbers.index(number)]]
        value = float(term.as_fraction()) if z3.is_rational_value(term) else 0.0
        return f"to_timestamp({value})::{of.name}" if of.category == "D" else str(value)

    def _named(self, term: Any, family: str) -> str | None:
        content = self._words.content(term, self._model)
        number = self._numbers.setdefault(str(term), len(self._numbers) + 1)
        if family == "uuid":
            me = self._model.eval(z3.Const("me", self._words.sort("uuid")), model_completion=True)
            known = uuid.UUID(bytes=content) if content is not None else uuid.UUID(int=number)
            return literal(str(_ME if me.eq(term) else known))
        if family == "text":
            return literal(content.decode(errors="replace") if content is not None else f"text {number}")
        label = self._labels.get(int.from_bytes(content[:4], "little")) if content is not None else None
        return literal(label) if label is not None else None
