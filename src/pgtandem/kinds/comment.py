"""Comments on objects."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import locked
from pgtandem.kinds.census import any_of
from pgtandem.kinds.objects import EXTENSIONS, OBJECTS, Objects
from pgtandem.model.key import Key, dollar_quoted, literal
from pgtandem.model.record import record
from pgtandem.model.step import Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Alteration, Sides

_ITS_OWN = """
BEGIN
  EXECUTE (SELECT pg_catalog.format('COMMENT ON EXTENSION %I IS %L', name, comment)
           FROM pg_catalog.pg_available_extensions() WHERE name = {name});
END
"""


def _if_any(objects: Objects) -> frozenset[str]:
    return any_of("pg_description", objects.catalog if objects.column == "0" else "column")


def _read(objects: Objects) -> str:
    return f"""
        SELECT {objects.namespace} AS namespace, {objects.path} AS path,
               {objects.word} AS object_type, {objects.name} AS object_name, d.description AS text
        FROM pg_description d, {objects.source}
        WHERE d.classoid = '{objects.catalog}'::regclass AND d.objoid = {objects.oid}
          AND d.objsubid = {objects.column} AND {objects.where}"""


_TAKEN_AWAY = f"""
        SELECT {EXTENSIONS.namespace} AS namespace,
               {EXTENSIONS.path} AS path, {EXTENSIONS.word} AS object_type, {EXTENSIONS.name} AS object_name, '' AS text
        FROM {EXTENSIONS.source}
        WHERE {EXTENSIONS.where} AND obj_description(x.oid, 'pg_extension') IS NULL"""


@record
class Comment(Thing):
    """A comment (https://www.postgresql.org/docs/current/sql-comment.html).

    `namespace` and `path` are the key of the object; `object_type` and `object_name` are how COMMENT ON names it. The
    text is empty where the comment that an extension comes with was taken away.
    """

    KIND: ClassVar = "comment"
    NAMESPACE: ClassVar = "comment"
    IDENTITY: ClassVar = ("namespace", "path")
    WITHIN: ClassVar = (None, ("namespace", "path"))
    CREATED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.SHARE_UPDATE_EXCLUSIVE
    SECTION: ClassVar = "Comments"
    LABEL: ClassVar = "comment on {object_type:lower} {object_name:raw}"
    PROPERTY: ClassVar = True

    namespace: str
    path: tuple[str, ...]
    object_type: str = field(compare=False)  # the object's own affair
    object_name: str = field(compare=False)  # says what the path says
    text: str = field(metadata={"verbatim": True})

    BRANCHES: ClassVar = (
        *((_if_any(objects), _read(objects)) for objects in OBJECTS),
        (any_of("pg_extension"), _TAKEN_AWAY),
    )
    READ: ClassVar = " UNION ALL ".join(branch for _, branch in BRANCHES)

    @property
    def relation(self) -> Key | None:
        """The relation that it is about, or about a column of; others are not locked."""
        return Key("relation", self.path[:2]) if self.namespace in ("relation", "column") else None

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statement that sets the comment."""
        return (f"COMMENT ON {self.object_type} {self.object_name} IS {literal(self.text)}",)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that takes the comment away, or gives an extension its own back."""
        if self.namespace == "extension":
            return (f"DO {dollar_quoted(_ITS_OWN.format(name=literal(self.path[0])), 'do')}",)
        return (f"COMMENT ON {self.object_type} {self.object_name} IS NULL",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that sets the comment."""
        return locked(self, self.create(), Lock.SHARE_UPDATE_EXCLUSIVE)
