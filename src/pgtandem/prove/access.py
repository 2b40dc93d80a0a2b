"""What is declared in access.toml: who may do what, with everything else denied."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

Command = Literal["read", "insert", "update", "delete"]
COMMANDS: tuple[Command, ...] = ("read", "insert", "update", "delete")
Name: TypeAlias = tuple[str, str]
"""Schema and name of a relation."""

EVERYONE, USER, OWNER, SELF = "everyone", "user", "owner", "self"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How one sort of client appears to the database.

    `id` is the SQL expression that tells who it is, empty where nobody is signed in. `claims` are merged into its
    token; `settings` replace the token where the database is asked otherwise: `{id}` in either is the user's id, and
    `{org}` the key of the user's own group org.
    """

    name: str
    role: str
    id: str = ""
    claims: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    settings: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The way from a row to whom it belongs: a column, then columns of the rows that it points at.

    `steps` are relation and column, the first one with the relation itself; `expression` is SQL where no path will do.
    """

    steps: tuple[tuple[Name, str], ...] = ()
    expression: str = ""

    def __str__(self) -> str:
        first, *rest = self.steps or ((("", ""), f"({self.expression})"),)
        return " -> ".join([first[1], *(f"{relation[1]}.{column}" for relation, column in rest)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Users who have something in common: a tenant, or, without a key, a circle that everybody knows (the staff).

    `members` is the relation of memberships, with the columns `member_key`, in the order of the key, and `member_user`;
    `levels` are conditions on it.
    """

    name: str
    key: tuple[Name, tuple[str, ...]] | None
    members: Name
    member_key: tuple[str, ...]
    member_user: str
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody with all these standings towards a row, where the row meets the condition."""

    names: tuple[str, ...]
    where: str = ""

    def __str__(self) -> str:
        return " and ".join(self.names) + (f" where {self.where}" if self.where else "")


NOBODY = ("nobody",)
"""The name for conditions that are to be tried although nobody is declared for them yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may do it, and with which columns; None are all."""

    by: tuple[Who, ...]
    columns: tuple[str, ...] | None = None

    def covers(self, column: str) -> bool:
        """Whether the rule is about this column."""
        return self.columns is None or column in self.columns


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAccess:
    """What may be done with one relation. `people` are the users that its rows name, `owner` among them.

    `goes_with` are the relations with whose rows its own vanish, `outlives` those with whose rows its own lose no more
    than what refers to them.
    """

    name: Name
    people: Mapping[str, Path]
    groups: Mapping[str, Path]
    rules: Mapping[Command, tuple[Rule, ...]]
    goes_with: tuple[Name, ...] = ()
    outlives: tuple[Name, ...] = ()
    realtime: bool = False
    authority: bool = False
    line: int = 0

    @property
    def conditions(self) -> tuple[str, ...]:
        """Every condition that a rule has."""
        found = (who.where for rules in self.rules.values() for rule in rules for who in rule.by if who.where)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """A table that a function may change; where `by` names somebody, only for them, as they stand towards the row."""

    relation: Name
    by: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAccess:
    """Who may call a function, and the tables that it may show or change beyond what the caller may do directly."""

    signature: str
    call: tuple[str, ...]
    reads: tuple[Name, ...] = ()
    writes: tuple[Write, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that is accepted, why, and until when."""

    what: str
    why: str
    until: dt.date
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The whole declaration."""

    path: str
    users: tuple[Name, str] | None
    identities: Mapping[str, Identity]
    groups: Mapping[str, Group]
    tables: Mapping[Name, TableAccess]
    functions: Mapping[str, FunctionAccess]
    waivers: Mapping[str, Waiver]
    closed_by_default: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The database roles that clients act as."""
        return tuple(dict.fromkeys(identity.role for identity in self.identities.values()))
