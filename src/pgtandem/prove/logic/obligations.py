"""What must be impossible, for each identity, table and command; z3 says whether it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from pgtandem.prove.logic.encoding import Encoding
from pgtandem.prove.logic.queries import Beyond
from pgtandem.prove.logic.setting import Setting
from pgtandem.prove.logic.terms import FALSE, Truth, Value, either
from pgtandem.prove.logic.verdict import Verdict
from pgtandem.prove.logic.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pgtandem.prove.access import Access, Command, Identity, Name, TableAccess
    from pgtandem.prove.logic.questions import Question
    from pgtandem.prove.logic.verdict import State
    from pgtandem.sources.resolved.facts import Facts, Relation, Role
    from pgtandem.sources.resolved.tree import Node

_PRIVILEGE: Mapping[Command, str] = {"read": "SELECT", "insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}
_CALL = re.compile(r"\A([\w]+)\.([\w]+)\(\)\Z")
# What a trigger function assigns to the new row, and what may assign to any of its columns.
_ASSIGNED = re.compile(r"\bNEW\s*\.\s*\"?(\w+)\"?\s*:?=", re.IGNORECASE)
_ASSIGNS_ALL = re.compile(
    r"\bNEW\s*:?=|\bINTO\s+(?:STRICT\s+)?NEW\b|\bFOR\s+NEW\b|\bEXECUTE\b|\bRETURN\s+(?!NEW\b|NULL\b|OLD\b)",
    re.IGNORECASE,
)
MILLISECONDS = 3000
"""How long the solver may think about one obligation."""


class Obligations:
    """Proves one declaration about one database."""

    def __init__(
        self,
        *,
        access: Access,
        facts: Facts,
        questions: Iterable[Question],
        failures: Mapping[str, str],
        views: Mapping[str, Node],
        bodies: Mapping[int, tuple[Node, ...]],
        refusal: Callable[[Relation, Role, Command, tuple[int, ...]], str | None],
        replay: Callable[[Example], str | None],
    ) -> None:
        """`views` gives the query of each question's view, `failures` what the server had against it.

        `refusal` says why the server refuses all that a role may try with the columns, None where it does not.
        `replay` tries an example on the server and returns the SQL that shows it, None where it does not happen.
        """
        self._refusal, self._replay = refusal, replay
        self._access, self._facts, self._views, self._failures = access, facts, views, failures
        self._bodies = bodies
        self._questions = tuple(questions)
        self._relations = {(relation.schema, relation.name): relation for relation in facts.relations.values()}
        self._roles = {role.name: role for role in facts.roles.values()}

    def verdicts(self, say: Callable[[str], None], *, wanted: Callable[[Name, Command], bool]) -> tuple[Verdict, ...]:
        """Return a verdict for each identity, table and command that is wanted."""
        found: list[Verdict] = []
        for identity in self._access.identities.values():
            say(f"{identity.name}: {len(found)} cells decided")
            for relation in self._facts.tables():
                name = (relation.schema, relation.name)
                for command in filter(lambda command: wanted(name, command), _PRIVILEGE):
                    state, reason, example = self._decide(identity, relation, command)
                    verdict = Verdict(
                        identity=identity.name,
                        role=identity.role,
                        relation=name,
                        command=command,
                        state=state,
                        reason=reason,
                        example=example,
                    )
                    found.append(verdict)
        return tuple(found)

    def are_same(self, relation: Relation, one: Node, other: Node) -> bool:
        """Whether two expressions of a policy are proved to be true of the same rows, for everybody."""
        return all(self._is_same(identity, relation, one, other) for identity in self._access.identities.values())

    def _is_same(self, identity: Identity, relation: Relation, one: Node, other: Node) -> bool:
        words = Vocabulary(self._facts)
        encoding = Encoding(words, self._session(words, identity), self._bodies)
        row, role = z3.Const("compared", words.rows(relation)), self._roles.get(identity.role)
        solver = z3.Solver()
        solver.set("timeout", MILLISECONDS)
        try:
            either_of = [encoding.of_row(tree, relation, row, role).true for tree in (one, other)]
        except Beyond:
            return False
        solver.add(words.live(relation, row), z3.Xor(*either_of), *words.axioms())
        return bool(solver.check() == z3.unsat)

    def _decide(self, identity: Identity, relation: Relation, command: Command) -> tuple[State, str, str]:
        role = self._roles.get(identity.role)
        if role is None:
            return "undecided", f"there is no role {identity.role}", ""
        columns = self._columns(relation, role, command)
        if not columns:
            return "proved", f"{role.name} has no privilege", ""
        refusal = self._refusal(relation, role, command, columns)
        if refusal is not None:
            return "proved", f"PostgreSQL refuses every such statement: {refusal}", ""
        try:
            return self._solve(identity, relation, command, role, columns)
        except Beyond as end:
            return "undecided", str(end), ""

    def _columns(self, relation: Relation, role: Role, command: Command) -> tuple[int, ...]:
        """Return the columns that the role has the privilege for; nobody writes those that are generated."""
        found: set[int] = set()
        if role.bypasses:
            return relation.numbers
        for privilege in self._facts.privileges_on(relation):
            if privilege.role == role.oid and privilege.name == _PRIVILEGE[command]:
                found |= set(relation.numbers if privilege.whole else privilege.columns)
        return tuple(sorted(found - set(relation.generated) if command in {"insert", "update"} else found))

    def _solve(
        self, identity: Identity, relation: Relation, command: Command, role: Role, columns: tuple[int, ...]
    ) -> tuple[State, str, str]:
        words = Vocabulary(self._facts)
        encoding = Encoding(words, self._session(words, identity), self._bodies)
        case = _Case(self, encoding, identity, relation, command, Setting(role=role), columns)
        violation = case.violation()
        solver = z3.Solver()
        solver.set("timeout", MILLISECONDS)
        solver.add(violation, *self._checks(case), *words.axioms())
        answer = solver.check()
        if answer == z3.unsat:
            return "proved", "the policies admit no more than is declared", ""
        if answer == z3.unknown:
            return "undecided", f"the solver gave up ({solver.reason_unknown()})", ""
        example = self._replay(Example(case=case, words=words, model=solver.model()))
        if example is not None:
            return "counterexample", "more than is declared is possible", example
        names = ", ".join(sorted({re.sub(r" \d.*$", "", name) for name in words.invented}))
        if names:
            return "undecided", f"it depends on {names}, of which nothing is known", ""
        return "undecided", "an example was found that does not happen on the server", ""

    def _checks(self, case: _Case) -> Iterator[Any]:
        """Return that rows, those that are to be written among them, meet the check constraints."""
        words = case.encoding.words
        for relation in words.tables:
            row = z3.Const(f"any {relation.name}", words.rows(relation))
            for check in self._facts.checks:
                if check.relation == relation.oid:
                    try:
                        yield z3.ForAll([row], z3.Not(case.encoding.of_row(check.tree, relation, row).false))
                    except Beyond:
                        continue  # without it, less is proved, and nothing wrongly

    def _session(self, words: Vocabulary, identity: Identity) -> dict[tuple[str, str], Value]:
        session = {("auth", "role"): words.text(identity.role)}
        for other in self._access.identities.values():
            call = _CALL.match(other.id)
            if call is not None:
                function = next(
                    (f for f in self._facts.functions.values() if (f.schema, f.name) == call.groups()), None
                )
                if function is not None:
                    term = z3.Const("me", words.sort("uuid"))
                    session[call[1], call[2]] = Value(term, z3.BoolVal(other.id != identity.id))
        return session

    def declared(self, case: _Case, row: Any, *, covering: int | None = None) -> Truth:
        """Return when a rule lets the identity do it with a row, and, with `covering`, with this column."""
        table = self._table(case.relation)
        if table is None:
            return FALSE
        found = []
        for question in self._questions:
            asked = (question.identity, question.relation, question.command)
            if asked != (case.identity.name, table.name, case.command):
                continue
            rule = table.rules[case.command][question.rule]
            if covering is not None and not rule.covers(case.relation.column(covering)):
                continue
            if question.view in self._failures:
                raise Beyond(f"the declaration, which the server refuses: {self._failures[question.view]}")
            relation = self._relations[table.name]
            query = self._views[question.view]
            found.append(case.encoding.of_view(query, relation, row, Setting(role=None)))
        return either(found)

    def _table(self, relation: Relation) -> TableAccess | None:
        return self._access.tables.get((relation.schema, relation.name))

    def rewritten(self, relation: Relation, event: str) -> frozenset[str] | None:
        """Return the columns that triggers may give other values before a row is written; None for any of them."""
        found: set[str] = set()
        for trigger in self._facts.triggers:
            if trigger.relation == relation.oid and event in trigger.events:
                function = self._facts.functions[trigger.function]
                if function.language != "plpgsql" or not function.source or _ASSIGNS_ALL.search(function.source):
                    return None
                found |= {name.lower() for name in _ASSIGNED.findall(function.source)}
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A database in which the obligation fails, as the solver describes it."""

    case: _Case
    words: Vocabulary
    model: Any


@dataclass(frozen=True, slots=True)
class _Case:
    obligations: Obligations
    encoding: Encoding
    identity: Identity
    relation: Relation
    command: Command
    setting: Setting
    columns: tuple[int, ...]

    def violation(self) -> Any:
        """Return the formula that is true where somebody of the identity does what is not declared."""
        return {"read": self._read, "insert": self._insert, "update": self._update, "delete": self._delete}[
            self.command
        ]()

    def row(self, name: str) -> Any:
        """Return the row of that name: seen, new, old or gone."""
        return z3.Const(f"{name} {self.relation.name}", self.encoding.words.rows(self.relation))

    def _declared(self, row: Any, covering: int | None = None) -> Any:
        return self.obligations.declared(self, row, covering=covering).true

    def _allowed(self, row: Any, *, check: bool) -> Any:
        return self.encoding.allowed(self.relation, row, _PRIVILEGE[self.command], self.setting, check=check).true

    def _read(self) -> Any:
        row = self.row("seen")
        live, seen = self.encoding.words.live(self.relation, row), self._allowed(row, check=False)
        return z3.And(live, seen, z3.Or([z3.Not(self._declared(row, number)) for number in self.columns]))

    def _insert(self) -> Any:
        row = self.row("new")
        undeclared = [z3.Not(self._declared(row, number)) for number in self.columns]
        words = self.encoding.words
        possible = (*words.references(self.relation, row), *words.fits(self.relation, row))
        return z3.And(self._allowed(row, check=True), z3.Or(undeclared), *possible)

    def _update(self) -> Any:
        old, new, words = self.row("old"), self.row("new"), self.encoding.words
        rewritten = self.obligations.rewritten(self.relation, "UPDATE")
        kept = [
            _same(words.column(self.relation, number, old), words.column(self.relation, number, new))
            for number in self.relation.numbers
            if number not in (*self.columns, *self.relation.generated)
            and rewritten is not None
            and self.relation.column(number).lower() not in rewritten
        ]
        wrong = [
            z3.And(
                z3.Not(_same(words.column(self.relation, number, old), words.column(self.relation, number, new))),
                z3.Not(z3.And(self._declared(old, number), self._declared(new, number))),
            )
            for number in self.columns
        ]
        allowed = z3.And(
            words.live(self.relation, old), self._allowed(old, check=False), self._allowed(new, check=True)
        )
        possible = (*words.references(self.relation, new), *words.fits(self.relation, new, instead_of=old))
        return z3.And(allowed, *kept, z3.Or(wrong), *possible)

    def _delete(self) -> Any:
        row = self.row("gone")
        live, gone = self.encoding.words.live(self.relation, row), self._allowed(row, check=False)
        return z3.And(live, gone, z3.Not(self._declared(row)))


def _same(one: Value, other: Value) -> Any:
    return z3.Or(z3.And(one.null, other.null), z3.And(z3.Not(one.null), z3.Not(other.null), one.term == other.term))
