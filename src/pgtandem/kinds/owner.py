"""Owners of objects."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked
from pgtandem.kinds.objects import OBJECTS
from pgtandem.model.key import quote
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides


@record
class Owner(Thing):
    """The role that owns an object.

    `namespace` and `path` are the key of the object; `object_type` and `object_name` are how ALTER names
    it.
    """

    KIND: ClassVar = "owner"
    NAMESPACE: ClassVar = "owner"
    IDENTITY: ClassVar = ("namespace", "path")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Owners"
    LABEL: ClassVar = "owner of {object_type:lower} {object_name:raw}"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    object_type: str = field(compare=False)  # the object's own affair
    object_name: str = field(compare=False)  # says what the path says
    owner: str

    BRANCHES: ClassVar = tuple(
        (
            objects.if_any,
            f"""
        SELECT {objects.namespace} AS namespace, {objects.path} AS path,
               {objects.word} AS object_type, {objects.name} AS object_name,
               pg_get_userbyid({objects.owner})::text AS owner
        FROM {objects.source}
        WHERE {objects.where} AND {objects.if_owned}""",
        )
        for objects in OBJECTS
        if objects.owner and objects.if_owned != "false"
    )
    READ: ClassVar = " UNION ALL ".join(branch for _, branch in BRANCHES)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that gives the object to its owner."""
        return (f"ALTER {self.object_type} {self.object_name} OWNER TO {quote(self.owner)}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that makes the object the current role's own."""
        return (f"ALTER {self.object_type} {self.object_name} OWNER TO CURRENT_USER",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that gives the object to its owner."""
        return locked(self, self.create(), Lock.ACCESS_EXCLUSIVE)
