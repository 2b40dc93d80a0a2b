"""PostgreSQL's own knowledge, one file per kind of object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.kinds.access_method import AccessMethod
from pgtandem.kinds.aggregate import Aggregate
from pgtandem.kinds.cast import Cast
from pgtandem.kinds.collation import Collation
from pgtandem.kinds.column import Column
from pgtandem.kinds.comment import Comment
from pgtandem.kinds.composite import Attribute, Composite
from pgtandem.kinds.constraint import Constraint
from pgtandem.kinds.database import DatabasePrivilege, Setting
from pgtandem.kinds.default_privilege import DefaultPrivilege
from pgtandem.kinds.domain import Domain, DomainConstraint
from pgtandem.kinds.enum import Enum
from pgtandem.kinds.event_trigger import EventTrigger
from pgtandem.kinds.extension import Extension
from pgtandem.kinds.foreign import ForeignServer, ForeignTable
from pgtandem.kinds.function import Function
from pgtandem.kinds.grant import Grant
from pgtandem.kinds.index import Index
from pgtandem.kinds.materialized_view import MaterializedView
from pgtandem.kinds.owner import Owner
from pgtandem.kinds.partition import Partition
from pgtandem.kinds.policy import Policy
from pgtandem.kinds.publication import Publication, PublishedSchema, PublishedTable
from pgtandem.kinds.range_type import RangeType
from pgtandem.kinds.role import Membership, Role
from pgtandem.kinds.row_security import RowSecurity
from pgtandem.kinds.rule import Rule
from pgtandem.kinds.schema import Schema
from pgtandem.kinds.sequence import Sequence, SequenceOwnership
from pgtandem.kinds.statistics import Statistics
from pgtandem.kinds.table import Table
from pgtandem.kinds.transform import Transform
from pgtandem.kinds.trigger import Trigger
from pgtandem.kinds.unmodelled import Unmodelled
from pgtandem.kinds.view import View
from pgtandem.kinds.view_column import ViewColumn

if TYPE_CHECKING:
    from pgtandem.kinds.scope import Scope
    from pgtandem.model.thing import Thing

# In the order in which a person would read them; what one object needs of another overrules it.
KINDS: tuple[type[Thing], ...] = (
    Schema,
    Extension,
    AccessMethod,
    Collation,
    Enum,
    Domain,
    DomainConstraint,
    Composite,
    Attribute,
    RangeType,
    Sequence,
    Table,
    Column,
    SequenceOwnership,
    ForeignServer,
    ForeignTable,
    Constraint,
    Index,
    Statistics,
    Partition,
    Transform,
    Function,
    Cast,
    Aggregate,
    View,
    ViewColumn,
    MaterializedView,
    Rule,
    Trigger,
    EventTrigger,
    RowSecurity,
    Policy,
    Publication,
    PublishedTable,
    PublishedSchema,
    Owner,
    Grant,
    DefaultPrivilege,
    Comment,
)

FOUND: tuple[type[Thing], ...] = (*KINDS, Unmodelled)
"""All that a database is searched for."""

EVERY: tuple[type[Thing], ...] = (Role, Membership, Setting, DatabasePrivilege, *FOUND)
"""The same, and what lies around the schema."""


def searched(scope: Scope) -> tuple[type[Thing], ...]:
    """Return the kinds that the database is searched for when somebody asks for this."""
    of_roles = (Role, Membership) if scope.roles else ()
    of_database = (DatabasePrivilege,) if scope.database else ()
    settings = (Setting,) if scope.roles or scope.database else ()
    return (*of_roles, *settings, *of_database, *FOUND)


__all__ = [
    "EVERY",
    "FOUND",
    "KINDS",
    "AccessMethod",
    "Aggregate",
    "Attribute",
    "Cast",
    "Collation",
    "Column",
    "Comment",
    "Composite",
    "Constraint",
    "DatabasePrivilege",
    "DefaultPrivilege",
    "Domain",
    "DomainConstraint",
    "Enum",
    "EventTrigger",
    "Extension",
    "ForeignServer",
    "ForeignTable",
    "Function",
    "Grant",
    "Index",
    "MaterializedView",
    "Membership",
    "Owner",
    "Partition",
    "Policy",
    "Publication",
    "PublishedSchema",
    "PublishedTable",
    "RangeType",
    "Role",
    "RowSecurity",
    "Rule",
    "Schema",
    "Sequence",
    "SequenceOwnership",
    "Setting",
    "Statistics",
    "Table",
    "Transform",
    "Trigger",
    "Unmodelled",
    "View",
    "ViewColumn",
    "searched",
]
