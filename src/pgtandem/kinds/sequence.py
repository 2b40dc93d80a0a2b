"""Sequences that stand on their own or behind a serial column; those of identity columns belong to the column."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, locked, step
from pgtandem.kinds.census import any_of
from pgtandem.kinds.conditional import Careful, new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, dollar_quoted, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence as Items

    from pgtandem.model.step import Sides, Step

_HANDED = """
DECLARE
  apart record;
BEGIN
  FOR apart IN
    SELECT tied.sequence, t.relowner::pg_catalog.regrole AS owner
    FROM (VALUES
      {pairs}) AS tied (sequence, "table")
    JOIN pg_catalog.pg_class s ON s.oid = tied.sequence::pg_catalog.regclass
    JOIN pg_catalog.pg_class t ON t.oid = tied."table"::pg_catalog.regclass
    WHERE s.relowner <> t.relowner
  LOOP
    EXECUTE pg_catalog.format('ALTER SEQUENCE %s OWNER TO %s', apart.sequence, apart.owner);
  END LOOP;
END
"""


@record
class Sequence(Thing):
    """A sequence (https://www.postgresql.org/docs/current/sql-createsequence.html)."""

    KIND: ClassVar = "sequence"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Types and sequences"
    GRANTED_AS: ClassVar = "SEQUENCE"

    schema: str
    name: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int
    cycle: bool
    persistence: str

    IF_ANY: ClassVar = any_of("pg_class", "S")
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name, format_type(s.seqtypid, NULL) AS type,
               s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
               s.seqcache AS cache, s.seqcycle AS cycle, c.relpersistence::text AS persistence
        FROM pg_sequence s
        JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND d.deptype = 'i')
    """

    def create(self, parts: Items[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the sequence about."""
        unlogged = "UNLOGGED " if self.persistence == "u" else ""
        options = self._options()
        return (new(f"CREATE {unlogged}SEQUENCE", f"{self.target()} AS {self.type} START WITH {self.start}{options}"),)

    def _options(self) -> str:
        return (
            f" INCREMENT BY {self.increment} MINVALUE {self.minimum} MAXVALUE {self.maximum} CACHE {self.cache}"
            f"{' CYCLE' if self.cycle else ''}"
        )

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP SEQUENCE {self.target()}",)

    def renaming(self, name: str) -> Step | None:
        """Return the step that renames it, and keeps its value."""
        rename = f"ALTER SEQUENCE {self.target()} RENAME TO {quote(name)}"
        return step(self, rename, Lock.ACCESS_EXCLUSIVE)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statements that change its properties."""
        steps = []
        if changed(self, before, "type", "start", "increment", "minimum", "maximum", "cache", "cycle"):
            cycle = "" if self.cycle else " NO CYCLE"
            # A value outside of the new limits is refused.
            restart = "" if self.minimum <= before.start <= self.maximum else f" RESTART WITH {self.start}"
            options = f"AS {self.type} START WITH {self.start}{self._options()}{cycle}{restart}"
            change = f"ALTER SEQUENCE {self.target()} {options}"
            steps.append(step(self, change, Lock.SHARE_ROW_EXCLUSIVE, rewrites=True))
        if self.persistence != before.persistence:
            change = persist((self.schema, self.name), self.persistence)
            steps.append(step(self, change, Lock.ACCESS_EXCLUSIVE, rewrites=True))
        return Alteration(steps=tuple(steps))

    @property
    def disposable(self) -> bool:
        """Whether it can be dropped without losing its value."""
        return False


def persist(path: tuple[str, ...], persistence: str) -> str:
    """Return the statement that makes a sequence permanent or unlogged (pg_class.relpersistence)."""
    return f"ALTER SEQUENCE {qualified(*path)} SET {'UNLOGGED' if persistence == 'u' else 'LOGGED'}"


@record
class SequenceOwnership(Thing):
    """The column with which a sequence goes (OWNED BY), in the same schema.

    It comes last, as the column's default needs the sequence.
    """

    KIND: ClassVar = "sequence ownership"
    NAMESPACE: ClassVar = "sequence ownership"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("column", ("schema", "table", "column"))
    CREATED_UNDER: ClassVar = Lock.SHARE_ROW_EXCLUSIVE
    DROPPED_UNDER: ClassVar = Lock.SHARE_ROW_EXCLUSIVE
    SECTION: ClassVar = "Tables"
    PROPERTY: ClassVar = True

    schema: str
    name: str
    table: str
    column: str

    IF_ANY: ClassVar = any_of("pg_class", "S")
    READ: ClassVar = f"""
        SELECT n.nspname AS schema, c.relname AS name, t.relname AS "table",
               a.attname AS "column"
        FROM pg_depend d
        JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        JOIN pg_class t ON t.oid = a.attrelid
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def requires(self) -> tuple[Key, ...]:
        """The sequence."""
        return (Key("relation", (self.schema, self.name)),)

    @property
    def table_schema(self) -> str:
        """The schema of the table."""
        return self.schema

    @classmethod
    def create_all(cls, things: Items[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return one statement for sequences made anew, which must be their tables' owners', then those that tie them.

        https://www.postgresql.org/docs/current/sql-altersequence.html: OWNED BY.
        """
        pairs = ",\n      ".join(f"({literal(thing._target)}, {literal(thing._table)})" for thing in things)
        handed = Careful(f"DO {dollar_quoted(_HANDED.format(pairs=pairs), 'do')}", "")
        return ((things[0], (handed,)), *((thing, thing.create()) for thing in things))

    @property
    def _target(self) -> str:
        return qualified(self.schema, self.name)

    @property
    def _table(self) -> str:
        return qualified(self.schema, self.table)

    def create(self, parts: Items[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that tie the sequence to its column."""
        column = qualified(self.schema, self.table, self.column)
        return (f"ALTER SEQUENCE {self._target} OWNED BY {column}",)

    @property
    def relation(self) -> Key:
        """The sequence."""
        return Key("relation", (self.schema, self.name))

    @property
    def table_key(self) -> Key:
        """The table, whose owner must own the sequence too."""
        return Key("relation", (self.schema, self.table))

    def hand_over(self, owner: str) -> Step:
        """Return the step that gives the sequence to the owner of the table."""
        return step(self, f"ALTER SEQUENCE {self._target} OWNER TO {quote(owner)}", Lock.ACCESS_EXCLUSIVE)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that sets the sequence free."""
        return (f"ALTER SEQUENCE {self._target} OWNED BY NONE",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return the statement that ties it to another column."""
        return locked(self, self.create(), Lock.SHARE_ROW_EXCLUSIVE)

    def takes_along(self) -> tuple[Key, ...]:
        """Return the sequence, which goes with its column."""
        return (Key("relation", (self.schema, self.name)),)
