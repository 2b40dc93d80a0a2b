"""What the catalog alone can tell: what clients reach undeclared, whose rights they have, what will be theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.model.key import literal, quote
from pgtandem.prove.cells import Cell
from pgtandem.prove.laboratory import Trial, declared_for
from pgtandem.prove.standing import Actor
from pgtandem.prove.statements import grantees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.prove.experiment import Experiment
    from pgtandem.prove.shape import Relation

_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_NEEDLESS = {"TRUNCATE", "TRIGGER", "REFERENCES"}
_BY_COLUMN = ("SELECT", "INSERT", "UPDATE", "REFERENCES")


class Reach:
    """The questions, for one experiment."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.shape, self.access = experiment.shape, experiment.access
        self.roles = [role for role in self.access.roles if role in self.shape.memberships]

    def check(self) -> None:
        """Ask all of them."""
        for role in self.roles:
            for relation in self.shape.relations.values():
                self._relation(role, relation)
            self._memberships(role)
            self._schemas(role)
        if self.access.closed_by_default:
            for schema in {relation.name[0] for relation in self.shape.relations.values() if not relation.of_platform}:
                self._defaults(schema)

    def _relation(self, role: str, relation: Relation) -> None:
        table = declared_for(relation, self.shape, self.access.tables)
        if relation.of_platform:
            if relation.words and table is None:
                cell = Cell(role, relation.label, "reach")
                self._report(
                    cell, "access-undeclared", "has policies of yours on it, and access.toml does not list it", ""
                )
            return
        held = list(self._held(role, relation))
        if table is None and held:
            cell = Cell(role, relation.label, "reach")
            taken = f"REVOKE ALL ON {relation.sql} FROM {grantees(role)}"
            message = f"has {', '.join(held)} on it, and access.toml does not list it"
            self._report(cell, "access-undeclared", message, f"{taken} -- or declare it in access.toml")
        elif needless := ", ".join(sorted(_NEEDLESS & set(held))):
            cell = Cell(role, relation.label, "privileges")
            remedy = f"REVOKE {needless} ON {relation.sql} FROM {grantees(role)}"
            self._report(cell, "access-privilege", f"holds {needless}, which no client needs", remedy)
        if table is not None and relation.holds_rows and not (table.rules["update"] or table.rules["delete"]):
            self._lock(role, relation)
        if relation.published and (table is None or not table.realtime):
            cell = Cell(role, relation.label, "realtime")
            publication = relation.published[0]
            remedy = f"ALTER PUBLICATION {quote(publication)} DROP TABLE {relation.sql}"
            self._report(cell, "access-realtime", f"is sent its changes by publication {publication}", remedy)

    def _lock(self, role: str, relation: Relation) -> None:
        """Lock the table against everybody, which takes a privilege of writing although nothing is written."""
        trial = Trial(
            actor=Actor(name=role, role=role), statements=(f"LOCK TABLE {relation.sql} IN ACCESS EXCLUSIVE MODE",)
        )
        (seen,) = self.experiment.laboratory.run([trial])
        cell = Cell(role, relation.label, "lock")
        self.experiment.tally(cell).told = True
        if seen.failure is None:
            remedy = f"REVOKE UPDATE, DELETE, TRUNCATE ON {relation.sql} FROM {grantees(role)}"
            self.experiment.breach(cell, "access-privilege", "locks it against everybody", trial, remedy=remedy)

    def _held(self, role: str, relation: Relation) -> Iterator[str]:
        name = f"{literal(role)}, {relation.oid}::oid"
        asked = ", ".join(
            f"has_table_privilege({name}, '{each}')"
            + (f" OR has_any_column_privilege({name}, '{each}')" if each in _BY_COLUMN else "")
            for each in _PRIVILEGES
        )
        usage = f"has_schema_privilege({literal(role)}, {literal(relation.name[0])}, 'USAGE')"
        ((reachable, *answers),) = self.experiment.laboratory.ask(f"SELECT {usage}, {asked}")
        if reachable == "t":
            yield from (each for each, held in zip(_PRIVILEGES, answers, strict=True) if held == "t")

    def _memberships(self, role: str) -> None:
        for other in self.shape.memberships[role]:
            remedy = f"REVOKE {quote(other)} FROM {quote(role)}"
            self._report(Cell(role, other, "role"), "access-role", f"is a member of role {other}", remedy)

    def _schemas(self, role: str) -> None:
        query = (
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
            f" AND has_schema_privilege({literal(role)}, oid, 'CREATE')"
        )
        for (schema,) in self.experiment.laboratory.ask(query):
            cell = Cell(role, str(schema), "create")
            remedy = f"REVOKE CREATE ON SCHEMA {quote(str(schema))} FROM {grantees(role)}"
            self._report(cell, "access-create", f"creates objects in schema {schema}", remedy)

    def _defaults(self, schema: str) -> None:
        """Create something as each owner does, and see whose it is."""
        table, function = f"{quote(schema)}.pgtandem_later", f"{quote(schema)}.pgtandem_later()"
        for owner in sorted({relation.owner for relation in self.shape.relations.values() if not relation.of_platform}):
            asked = ", ".join(
                f"has_table_privilege({literal(role)}, {literal(table)}, '{each}')"
                for role in self.roles
                for each in _PRIVILEGES[:5]
            )
            called = ", ".join(
                f"has_function_privilege({literal(r)}, {literal(function)}, 'EXECUTE')" for r in self.roles
            )
            statements = (
                f"CREATE TABLE {table} (id int)",
                f"CREATE FUNCTION {function} RETURNS int LANGUAGE sql AS 'SELECT 1'",
                f"SELECT {asked}",
                f"SELECT {called}",
            )
            trial = Trial(actor=Actor(name=owner, role=owner), statements=statements)
            (seen,) = self.experiment.laboratory.run([trial])
            if seen.failure:
                self.experiment.result.not_checked.append(
                    f"what {owner} creates later in {schema}: {seen.failure.text}"
                )
                continue
            for what, answer in (("tables", seen.answers[2]), ("functions", seen.answers[3])):
                if "t" in answer[0]:
                    cell = Cell(owner, schema, "default", what)
                    remedy = self._closing(owner, schema, what.upper())
                    self.experiment.breach(cell, "access-default", f"opens new {what} to clients", trial, remedy=remedy)

    def _closing(self, owner: str, schema: str, what: str) -> str:
        """Return the statements: what is granted for all schemas and what for one are apart from each other."""
        before = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote(owner)}"
        after = f"REVOKE ALL ON {what} FROM {', '.join(['PUBLIC', *map(quote, self.roles)])}"
        return f"{before} {after}; {before} IN SCHEMA {quote(schema)} {after}"

    def _report(self, cell: Cell, rule: str, message: str, remedy: str) -> None:
        trial = Trial(actor=Actor(name=cell.actor, role=cell.actor), statements=())
        self.experiment.breach(cell, rule, message, trial, remedy=remedy)
