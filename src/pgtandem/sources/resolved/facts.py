"""What a database says once all names are resolved: who may reach what, what reads what, and the expressions' trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from pgtandem.model.key import Key, qualified
from pgtandem.sources.resolved.tree import Node, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role; `client` is one in whose name users' requests run, `powers` are the others whose rights it may take."""

    oid: int
    name: str
    client: bool
    bypasses: bool
    powers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One role's membership of another, and the name of the role that granted it."""

    member: int
    role: int
    grantor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, view or the like; `kind` is pg_class.relkind, `mine` says that it is the user's, not the platform's.

    `required` are the numbers of the columns that are NOT NULL, `generated` of those that nobody writes.
    """

    oid: int
    schema: str
    name: str
    kind: str
    owner: int
    mine: bool
    row_security: bool
    forced: bool
    partition_of: int | None
    invoker: bool
    rule: str | None
    columns: tuple[str, ...]
    types: tuple[str, ...]
    numbers: tuple[int, ...]
    type_oids: tuple[int, ...]
    required: tuple[int, ...]
    generated: tuple[int, ...]
    replica_identity: str

    @property
    def key(self) -> Key:
        """The identity of the relation."""
        return Key("relation", (self.schema, self.name))

    @property
    def target(self) -> str:
        """The relation as SQL statements name it."""
        return qualified(self.schema, self.name)

    def column(self, number: int) -> str:
        """Return the name of the column with this number."""
        return dict(zip(self.numbers, self.columns, strict=True)).get(number, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """What a client may do with a relation: as a `whole`, or with the `columns` of these numbers."""

    relation: int
    role: int
    name: str
    whole: bool
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A routine; the fields after `mine` are those of the user's routines, and empty for all others.

    `callers` are the clients that may call it.
    """

    oid: int
    schema: str
    name: str
    signature: str
    volatility: str
    strict: bool
    mine: bool
    language: str
    definer: bool
    owner: int
    settings: tuple[str, ...]
    source: str
    body: str | None
    trigger: bool
    callers: tuple[int, ...]

    @property
    def key(self) -> Key:
        """The identity of the routine."""
        return Key("routine", (self.schema, self.name, self.signature))

    @property
    def target(self) -> str:
        """The routine as SQL statements name it."""
        return f"{qualified(self.schema, self.name)}({self.signature})"

    @property
    def statements(self) -> tuple[Node, ...]:
        """The trees of a body written as BEGIN ATOMIC or RETURN."""
        return parse(self.body) if self.body else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type: its name, and pg_type.typtype, typcategory and typbasetype."""

    oid: int
    name: str
    kind: str
    category: str
    base: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A value of an enum type, known by an oid of its own; those of a type stand in its order."""

    oid: int
    type: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger that may change a row before it is written; `events` are INSERT and UPDATE."""

    relation: int
    function: int
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy; `roles` holds 0 for everybody, `using` and `check` are the text, the trees are below."""

    relation: int
    name: str
    permissive: bool
    command: str
    roles: tuple[int, ...]
    using: str | None
    check: str | None
    using_tree: str | None
    check_tree: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A foreign key; columns are numbers, `to_primary` says that it refers to the other table's primary key."""

    relation: int
    name: str
    columns: tuple[int, ...]
    other: int
    other_columns: tuple[int, ...]
    to_primary: bool
    on_delete: str
    validated: bool
    inherited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check constraint of a table, and its tree."""

    relation: int
    name: str
    expression: str

    @property
    def tree(self) -> Node:
        """The resolved expression."""
        return parse(self.expression)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """An index; `columns` are the numbers of the key columns (0 for an expression), `form` all but its name."""

    oid: int
    relation: int
    name: str
    columns: tuple[int, ...]
    unique: bool
    primary: bool
    valid: bool
    partial: bool
    form: str
    constraint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An extension and where it is installed."""

    name: str
    schema: str
    relocatable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A table in a publication; `whole` where the publication is of all tables, or of the table's schema."""

    publication: str
    relation: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A storage bucket."""

    name: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it; objects are known by their oid."""

    roles: Mapping[int, Role]
    memberships: tuple[Membership, ...]
    relations: Mapping[int, Relation]
    functions: Mapping[int, Function]
    operators: Mapping[int, str]
    types: Mapping[int, Type]
    labels: tuple[Label, ...]
    triggers: tuple[Trigger, ...]
    privileges: tuple[Privilege, ...]
    policies: tuple[Policy, ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    indexes: tuple[Index, ...]
    extensions: tuple[Extension, ...]
    published: tuple[Published, ...]
    buckets: tuple[Bucket, ...]

    @cached_property
    def clients(self) -> tuple[Role, ...]:
        """The roles in whose name users' requests run."""
        return tuple(role for role in self.roles.values() if role.client)

    @cached_property
    def trees(self) -> Mapping[str, tuple[Node, ...]]:
        """Every tree of a policy or view, by its text."""
        texts = {text for p in self.policies for text in (p.using_tree, p.check_tree) if text}
        texts |= {relation.rule for relation in self.relations.values() if relation.rule}
        return {text: parse(text) for text in texts}

    def tables(self) -> tuple[Relation, ...]:
        """Return the user's tables, partitioned ones and partitions among them."""
        return tuple(relation for relation in self.relations.values() if relation.mine and relation.kind in "rp")

    def may(self, relation: Relation, *names: str) -> tuple[Role, ...]:
        """Return the clients that have one of the privileges on the relation, or on a column of it."""
        roles = {p.role for p in self._privileges.get(relation.oid, ()) if p.name in names and (p.whole or p.columns)}
        return tuple(role for role in self.clients if role.oid in roles)

    def privileges_on(self, relation: Relation) -> Sequence[Privilege]:
        """Return what clients may do with the relation."""
        return self._privileges.get(relation.oid, ())

    @cached_property
    def _privileges(self) -> Mapping[int, Sequence[Privilege]]:
        return _by_relation(self.privileges)

    @cached_property
    def _policies(self) -> Mapping[int, Sequence[Policy]]:
        return _by_relation(self.policies)

    @cached_property
    def _indexes(self) -> Mapping[int, Sequence[Index]]:
        return _by_relation(self.indexes)

    def policies_of(self, relation: Relation) -> Sequence[Policy]:
        """Return the policies on the relation."""
        return self._policies.get(relation.oid, ())

    def indexes_of(self, oid: int) -> Sequence[Index]:
        """Return the indexes of the relation with this oid."""
        return self._indexes.get(oid, ())

    def applies_to(self, policy: Policy) -> tuple[Role, ...]:
        """Return the clients to which the policy applies."""
        return self._served[policy.roles]

    @cached_property
    def _served(self) -> dict[tuple[int, ...], tuple[Role, ...]]:
        """The clients among the roles, or with the powers of one, that policies are for."""
        return {
            roles: tuple(
                role
                for role in self.clients
                if 0 in roles or role.oid in roles or not set(roles).isdisjoint(role.powers)
            )
            for roles in {policy.roles for policy in self.policies}
        }

    def key_of(self, policy: Policy) -> Key:
        """Return the identity of the policy."""
        relation = self.relations[policy.relation]
        return Key("policy", (relation.schema, relation.name, policy.name))

    def expressions(self, policy: Policy) -> tuple[Node, ...]:
        """Return the trees of USING and WITH CHECK, as far as there are."""
        return tuple(
            node for text in (policy.using_tree, policy.check_tree) if text is not None for node in self.trees[text]
        )


class _OnRelation(Protocol):
    @property
    def relation(self) -> int: ...


_About = TypeVar("_About", bound=_OnRelation)


def _by_relation(things: Iterable[_About]) -> Mapping[int, Sequence[_About]]:
    found: dict[int, list[_About]] = {}
    for thing in things:
        found.setdefault(thing.relation, []).append(thing)
    return found
