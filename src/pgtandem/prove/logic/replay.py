"""Tries on the server what the solver says is possible: makes its rows, acts as the client, looks what came of it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any

import z3

from pgtandem.model.key import literal, quote
from pgtandem.prove.filling import UnfillableError
from pgtandem.prove.statements import insertion, typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pgtandem.prove.bench import Session
    from pgtandem.prove.filling import Filler, Values
    from pgtandem.prove.logic.obligations import Example
    from pgtandem.sources.resolved.facts import Facts, Relation, Type

_UNSAID = "\0"
_ME = uuid.UUID("00000000-0000-4000-8000-00000000000a")


class Replay:
    """Replays examples on one clone; every one is rolled back."""

    def __init__(self, session: Session, facts: Facts, filler: Filler) -> None:
        self._session, self._facts, self._filler = session, facts, filler

    def __call__(self, example: Example) -> str | None:
        """Return the statements that show the example in psql, None where it does not happen."""
        for loose in (False, True):
            shown = self._shown(_Script(example, self._facts, self._filler, loose=loose))
            if shown is not None:
                return shown
        return None

    def _shown(self, script: _Script) -> str | None:
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        for act in script.acts():
            try:
                with self._session.transaction(force_rollback=True):
                    for statement in script.world():
                        self._session.execute(statement)
                    before = self._rows(script.relation)
                    for statement in (*script.become(), act):
                        rows = self._session.execute(statement)
                    seen = rows.rownumber is not None and rows.fetchone() is not None
                    self._session.execute("RESET ROLE")
                    happened = seen if script.command == "read" else self._rows(script.relation) != before
            except psycopg.errors.Error as error:
                if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):
                    raise
                continue
            if happened:
                return "\n".join(f"{line};" for line in ("BEGIN", *script.world(), *script.become(), act, "ROLLBACK"))
        return None

    def _rows(self, relation: Relation) -> list[Any]:
        return self._session.execute(f"SELECT to_jsonb(r) FROM {relation.target} r ORDER BY 1").fetchall()


class _Script:
    """The SQL of one example; a `loose` one leaves texts open of which only that is known."""

    def __init__(self, example: Example, facts: Facts, filler: Filler, *, loose: bool) -> None:
        self._loose, self.command = loose, example.case.command
        self._example, self._facts, self._filler = example, facts, filler
        self._labels = {label.oid: label.name for label in facts.labels}
        self._words, self._model = example.words, example.model
        self.relation = example.case.relation
        self._numbers: dict[str, int] = {}

    def world(self) -> list[str]:
        """Return the statements that make the rows, and those that they refer to; triggers are left alone."""
        rows = [
            (relation, row)
            for relation in filter(self._is_known, self._words.tables)
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
                or not self._is_known(other)
                or not spoken & {*foreign_key.columns}
            ):
                continue
            given = {
                other.column(theirs): self._text(relation, mine, row) if mine in spoken else ""
                for mine, theirs in zip(foreign_key.columns, foreign_key.other_columns, strict=True)
            }
            if None not in given.values():
                said: Values = {name: text for name, text in given.items() if text}
                yield f"{self._into(other, self._filled(other, said))} ON CONFLICT DO NOTHING"

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
        said = self._said(self.relation, self._at(name), self._example.case.columns)
        parts = (f"{quote(n)} IS NULL" if text is None else f"{quote(n)} = {literal(text)}" for n, text in said.items())
        return f" WHERE {' AND '.join(parts)}" if said else ""

    def _changed(self) -> Iterator[str]:
        old, new = (self._said(self.relation, self._at(name), self._example.case.columns) for name in ("old", "new"))
        shape = self._filler.shape.relations[self.relation.schema, self.relation.name]
        always = {column.name for column in shape.columns if column.identity == "a"}
        for name, text in new.items():
            if name not in old or old[name] != text:
                yield f"{quote(name)} = {'DEFAULT' if name in always else typed('', text)}"

    def _insert(self, relation: Relation, row: Any, numbers: tuple[int, ...], *, filled: bool) -> str:
        said = self._said(relation, row, numbers)
        given = {relation.column(number) for number in numbers}
        whole = self._filled(relation, said) if filled else said
        return self._into(relation, {name: text for name, text in whole.items() if name in given})

    def _is_known(self, relation: Relation) -> bool:
        """Whether rows can be made for it: few of the platform's tables are known."""
        return (relation.schema, relation.name) in self._filler.shape.relations

    def _into(self, relation: Relation, values: Values) -> str:
        return insertion(self._filler.shape.relations[relation.schema, relation.name], values)

    def _filled(self, relation: Relation, said: Values) -> Values:
        """Return the row with what it lacks; what refers to other rows is left open where it may be."""
        shape = self._filler.shape.relations[relation.schema, relation.name]
        try:
            row = self._filler.row(shape, said)
        except UnfillableError:
            return said
        open_ends = {name for key in shape.foreign_keys for name in key.columns}
        required = {column.name for column in shape.columns if column.required}
        return {name: text for name, text in row.items() if name in said or name in required or name not in open_ends}

    def _said(self, relation: Relation, row: Any, numbers: Iterable[int]) -> Values:
        """Return what the example says of the columns of a row that a statement may give."""
        spoken = set(self._words.spoken_of(relation)) - set(relation.generated)
        texts = {n: self._text(relation, n, row) for n in numbers if n in spoken}
        return {relation.column(number): text for number, text in texts.items() if text != _UNSAID}

    def _text(self, relation: Relation, number: int, row: Any) -> str | None:
        """Return the value of a column of the row, None for NULL, _UNSAID where the example does not tell."""
        value = self._words.column(relation, number, row)
        if z3.is_true(self._model.eval(value.null, model_completion=True)):
            return None
        term = self._model.eval(value.term, model_completion=True)
        of = self._facts.types[relation.type_oids[relation.numbers.index(number)]]
        family = self._words.family(of.oid)
        if family == "bool":
            return "true" if z3.is_true(term) else "false"
        if family == "integer":
            return str(term.as_long())
        if family == "number":
            return _number(term, of)
        return self._named(term, family)

    def _named(self, term: Any, family: str) -> str:
        content = self._words.content(term, self._model)
        number = self._numbers.setdefault(str(term), len(self._numbers) + 1)
        if family == "uuid":
            me = self._model.eval(z3.Const("me", self._words.sort("uuid")), model_completion=True)
            known = uuid.UUID(bytes=content) if content is not None else uuid.UUID(int=number)
            return str(_ME if me.eq(term) else known)
        if family == "text":
            any_text = _UNSAID if self._loose else f"text {number}"
            return content.decode(errors="replace") if content is not None else any_text
        return self._labels.get(int.from_bytes(content[:4], "little"), _UNSAID) if content is not None else _UNSAID


def _number(term: Any, of: Type) -> str:
    """Return a number, or the moment so many seconds after 1970."""
    value = float(term.as_fraction()) if z3.is_rational_value(term) else 0.0
    return dt.datetime.fromtimestamp(value, tz=dt.UTC).isoformat() if of.category == "D" else str(value)
