"""What the experiment must know of a database: relations, columns, keys, checks, routines, and who is who."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pgtandem.kinds.scope import Scope
from pgtandem.model.key import qualified
from pgtandem.prove import queries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from pgtandem.prove.access import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; `base` is the name of its type below all domains, `below` the SQL of that type without a length.

    `labels` are those of an enum, `own` is a default's SQL. Of an array, `element` is the name of the elements' type,
    and `element_labels` its labels.
    """

    name: str
    number: int
    type: str
    base: str
    below: str
    category: str
    length: int
    labels: tuple[str, ...]
    element: str
    element_labels: tuple[str, ...]
    required: bool
    own: str | None
    identity: str
    generated: str
    domain_checks: tuple[str, ...]

    @property
    def writable(self) -> bool:
        """Whether a statement may give it a value at all."""
        return not self.generated


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns that hold the key of another relation's row; `action` is what ON DELETE does."""

    name: str
    columns: tuple[str, ...]
    target: Name
    target_columns: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """A unique index, or an exclusion constraint; `primary` for the primary key."""

    name: str
    columns: tuple[str, ...]
    primary: bool
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation that clients may reach; `kind` is pg_class.relkind, `indexed` what its indexes compute of a row."""

    oid: int
    name: Name
    kind: str
    owner: str
    row_security: bool
    of_platform: bool
    parent: Name | None
    bound: str
    partition_key: tuple[str, ...]
    published: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[tuple[tuple[str, ...], str], ...]
    foreign_keys: tuple[ForeignKey, ...]
    uniques: tuple[Unique, ...]
    words: tuple[str, ...]
    indexed: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The relation as SQL names it."""
        return qualified(*self.name)

    @property
    def label(self) -> str:
        """The relation as people write it."""
        schema, name = self.name
        return name if schema == "public" else f"{schema}.{name}"

    @property
    def holds_rows(self) -> bool:
        """Whether rows can be put into it: a table, or a partitioned one."""
        return self.kind in "rp"

    def column(self, name: str) -> Column | None:
        """Return the column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns of the primary key, else of a unique one, else none."""
        best = sorted(self.uniques, key=lambda unique: (not unique.primary, unique.partial))
        return best[0].columns if best and not best[0].partial else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function or procedure; `arguments` are the types of what a caller gives, `types` their names and categories."""

    oid: int
    name: Name
    signature: str
    arguments: tuple[str, ...]
    types: tuple[tuple[str, str], ...]
    kind: str
    result: str
    returns_set: bool
    definer: bool
    source: str
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence:
    """A sequence, and the column that it serves."""

    name: Name
    owned_by: tuple[Name, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A database as the experiment sees it."""

    relations: Mapping[Name, Relation]
    routines: tuple[Routine, ...]
    sequences: tuple[Sequence, ...]
    memberships: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...] = field(default=())

    def partitions(self, name: Name) -> Iterator[Relation]:
        """Yield the direct partitions or children of a relation."""
        return (relation for relation in self.relations.values() if relation.parent == name)


class _Rows:
    """The answers to the queries, by what they are about."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], scope: Scope, roles: list[str]) -> None:
        self._connection, self._scope = connection, scope
        self._parameters: dict[str, Any] = {"roles": roles}

    def ask(self, query: str) -> list[dict[str, Any]]:
        return self._connection.execute(self._scope.apply(query).encode(), self._parameters).fetchall()

    @cached_property
    def relations(self) -> list[dict[str, Any]]:
        found = self.ask(queries.RELATIONS)
        self._parameters["oids"] = [row["oid"] for row in found]
        return found

    def by_relation(self, query: str) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        for row in self.ask(query):
            found.setdefault(row.pop("relation"), []).append(row)
        return found


def read(connection: psycopg.Connection[dict[str, Any]], *, platform: frozenset[str], roles: tuple[str, ...]) -> Shape:
    """Return the shape of the database; the connection gives rows as dictionaries."""
    connection.execute("SET search_path = ''")
    rows = _Rows(connection, Scope(schemas=platform), _existing(connection, roles))
    heads = rows.relations
    columns, constraints, uniques = map(rows.by_relation, (queries.COLUMNS, queries.CONSTRAINTS, queries.UNIQUES))
    relations = [
        _relation(head, *(found.get(head["oid"], []) for found in (columns, constraints, uniques))) for head in heads
    ]
    routines = tuple(map(_routine, rows.ask(queries.ROUTINES)))
    return Shape(
        relations={relation.name: relation for relation in relations},
        routines=routines,
        sequences=tuple(map(_sequence, rows.ask(queries.SEQUENCES))),
        memberships={row["role"]: tuple(row["of"]) for row in rows.ask(queries.MEMBERSHIPS)},
        words=tuple(word for relation in relations for word in relation.words) + tuple(r.source for r in routines),
    )


def _existing(connection: psycopg.Connection[dict[str, Any]], roles: tuple[str, ...]) -> list[str]:
    query = "SELECT rolname::text AS role FROM pg_roles WHERE rolname = ANY (%s)"
    return [row["role"] for row in connection.execute(query, (list(roles),)).fetchall()]


def _relation(
    head: dict[str, Any],
    columns: list[dict[str, Any]],
    constraints: list[dict[str, Any]],
    uniques: list[dict[str, Any]],
) -> Relation:
    keys = [
        ForeignKey(
            name=row["name"],
            columns=tuple(row["columns"]),
            target=(row["target_schema"], row["target_name"]),
            target_columns=tuple(row["target_columns"]),
            action=row["action"].strip(),
        )
        for row in constraints
        if row["kind"] == "f"
    ]
    exclusions = [
        Unique(name=row["name"], columns=tuple(row["columns"]), primary=False, partial=True)
        for row in constraints
        if row["kind"] == "x"
    ]
    return Relation(
        oid=head["oid"],
        name=(head["schema"], head["name"]),
        kind=head["kind"],
        owner=head["owner"],
        row_security=head["row_security"],
        of_platform=head["of_platform"],
        parent=tuple(head["parent"]) if head["parent"] else None,
        bound=head["bound"],
        partition_key=tuple(head["partition_key"]),
        published=tuple(head["published"]),
        columns=tuple(map(_column, columns)),
        checks=tuple((tuple(row["columns"]), row["expression"]) for row in constraints if row["kind"] == "c"),
        foreign_keys=tuple(keys),
        uniques=(*(Unique(**{**row, "columns": tuple(row["columns"])}) for row in uniques), *exclusions),
        words=tuple(head["policies"]),
        indexed=tuple(head["indexed"]),
    )


def _routine(row: dict[str, Any]) -> Routine:
    arguments = tuple(part.strip() for part in row["given"].split(",") if part.strip())
    schema = "" if row["schema"] == "public" else f"{row['schema']}."
    return Routine(
        oid=row["oid"],
        name=(row["schema"], row["name"]),
        signature=f"{schema}{row['name']}({', '.join(arguments)})",
        arguments=arguments,
        types=tuple((base, category) for base, category in row["types"]),
        kind=row["kind"],
        result=row["result"],
        returns_set=row["returns_set"],
        definer=row["definer"],
        source=row["source"] or "",
        callers=tuple(row["callers"]),
    )


def _sequence(row: dict[str, Any]) -> Sequence:
    owner = ((row["table_schema"], row["table_name"]), row["column"]) if row["column"] else None
    return Sequence(name=(row["schema"], row["name"]), owned_by=owner)


def _column(row: dict[str, Any]) -> Column:
    lists = ("labels", "element_labels", "domain_checks")
    return Column(**{**row, **{name: tuple(row[name]) for name in lists}})
