"""PostgreSQL's own knowledge, one file per kind of object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgtandem.kinds.column import Column
from pgtandem.kinds.comment import Comment
from pgtandem.kinds.constraint import Constraint
from pgtandem.kinds.default_privilege import DefaultPrivilege
from pgtandem.kinds.enum import Enum
from pgtandem.kinds.extension import Extension
from pgtandem.kinds.function import Function
from pgtandem.kinds.grant import Grant
from pgtandem.kinds.index import Index
from pgtandem.kinds.owner import Owner
from pgtandem.kinds.policy import Policy
from pgtandem.kinds.row_security import RowSecurity
from pgtandem.kinds.schema import Schema
from pgtandem.kinds.sequence import Sequence, SequenceOwnership
from pgtandem.kinds.table import Table
from pgtandem.kinds.trigger import Trigger

if TYPE_CHECKING:
    from pgtandem.model.thing import Thing

# In the order in which a person would read them; what one object needs of another overrules it.
KINDS: tuple[type[Thing], ...] = (
    Schema,
    Extension,
    Enum,
    Sequence,
    Table,
    Column,
    SequenceOwnership,
    Constraint,
    Index,
    Function,
    Trigger,
    RowSecurity,
    Policy,
    Owner,
    Grant,
    DefaultPrivilege,
    Comment,
)

__all__ = [
    "KINDS",
    "Column",
    "Comment",
    "Constraint",
    "DefaultPrivilege",
    "Enum",
    "Extension",
    "Function",
    "Grant",
    "Index",
    "Owner",
    "Policy",
    "RowSecurity",
    "Schema",
    "Sequence",
    "SequenceOwnership",
    "Table",
    "Trigger",
]
