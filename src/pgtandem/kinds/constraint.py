"""Constraints of tables: primary and unique keys, foreign keys, checks, exclusions."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import options_changed, step
from pgtandem.kinds.conditional import unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.marks import marks
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.retyping import are_comparable
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, dollar_quoted, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Cost, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Sides, Step

# A foreign key to a partitioned table has rows of its own, with triggers, for each partition.
_TRIGGERS = """pg_catalog.pg_trigger g
                       WHERE g.tgisinternal AND g.tgconstraint = ANY (ARRAY(
                         WITH RECURSIVE same (oid) AS (
                           SELECT k.oid UNION ALL
                           SELECT unnest(ARRAY(SELECT c.oid FROM pg_catalog.pg_constraint c
                                               WHERE c.conparentid = same.oid AND c.conrelid = k.conrelid)) FROM same)
                         SELECT same.oid FROM same))"""
# By number, the functions that check new rows come first: the others are not there for a partition.
_ORDER = """g.tgconstraint <> k.oid, (SELECT r.relname FROM pg_catalog.pg_class r
                         WHERE r.oid = (SELECT x.confrelid FROM pg_catalog.pg_constraint x
                                        WHERE x.oid = g.tgconstraint)), g.tgfoid"""
_SWITCH = """
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT pg_catalog.format('ALTER TABLE ONLY %s %s TRIGGER %I', g.tgrelid::pg_catalog.regclass,
             CASE pg_catalog.substr({states}, g.place::int, 1)
               WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END,
             g.tgname)
    FROM pg_catalog.pg_constraint k,
      LATERAL (SELECT g.tgrelid, g.tgname, pg_catalog.row_number() OVER (ORDER BY {order}) AS place
               FROM {triggers}) g
    WHERE k.conrelid = {table}::pg_catalog.regclass AND k.conname = {name}
  LOOP
    EXECUTE statement;
  END LOOP;
END
"""


@record
class Constraint(Thing):
    """A table constraint (https://www.postgresql.org/docs/current/catalog-pg-constraint.html).

    `definition` is what pg_get_constraintdef() prints: all but the name. NOT NULL is a property of the column. The
    other fields are those of the index behind a key or an exclusion, and mean what they mean for an index; but
    `triggers` are the states (pg_trigger.tgenabled) of the triggers that see to a foreign key or a deferrable key,
    empty where all of them are on.
    """

    KIND: ClassVar = "constraint"
    NAMESPACE: ClassVar = "constraint"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    READS_ROWS: ClassVar = True
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    RECURSES: ClassVar = True
    INDEXES: ClassVar = True
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Constraints"
    LABEL: ClassVar = "constraint {name} on {schema}.{table}"
    PROPERTY: ClassVar = True
    FOLLOWS: ClassVar = True

    schema: str
    table: str
    name: str
    definition: str
    options: tuple[str, ...] = ()
    tablespace: str = ""
    clustered: bool = False
    replica_identity: bool = False
    index_valid: bool = True
    triggers: str = ""
    inherited_too: bool = field(default=False, compare=False)  # follows from the parent's
    refers: tuple[str, ...] = field(default=(), compare=False)  # the definition says it

    # What a child has from its parent alone follows from the parent's; but a partition must have it before it is
    # attached. A foreign key to a partitioned table has rows of its own for each partition, which go with the first
    # (https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION).
    READ: ClassVar = f"""
        SELECT {address("pg_constraint", "k.oid")} AS address,
               n.nspname AS schema, c.relname AS "table", k.conname AS name,
               {canonical("pg_get_constraintdef(k.oid)")} AS definition,
               {option_list(("x.reloptions", ""))} AS options, coalesce(s.spcname, '') AS tablespace,
               coalesce(i.indisclustered, false) AS clustered, coalesce(i.indisreplident, false) AS replica_identity,
               coalesce(i.indisvalid AND i.indisready, true) AS index_valid,
               CASE WHEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgisinternal AND g.tgenabled <> 'O')
                 THEN coalesce((SELECT nullif(string_agg(g.tgenabled, '' ORDER BY {_ORDER}), repeat('O', count(*)::int))
                       FROM {_TRIGGERS}), '') ELSE '' END AS triggers,
               k.coninhcount > 0 AND NOT c.relispartition AS inherited_too,
               CASE WHEN k.contype = 'f' THEN ARRAY(
                 SELECT unnest(ARRAY[rn.nspname, r.relname]) FROM pg_class r JOIN pg_namespace rn
                 ON rn.oid = r.relnamespace WHERE r.oid = k.confrelid) ELSE '{{}}' END AS refers
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_class x ON x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
        LEFT JOIN pg_index i ON i.indexrelid = x.oid
        LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
        LEFT JOIN pg_constraint parent ON parent.oid = k.conparentid
        WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND c.relkind IN ('r', 'p', 'f')
          AND (k.conislocal OR k.coninhcount = 0 OR c.relispartition) AND parent.conrelid IS DISTINCT FROM k.conrelid
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    @property
    def essence(self) -> tuple[object, ...]:
        """A foreign key is its columns, a primary key the only one; any other is all that it says."""
        if self.definition.startswith("PRIMARY KEY"):
            return ("PRIMARY KEY",)
        return (self.definition.split(" REFERENCES ")[0],)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that add the constraint to a table that has none of its own with its name."""
        table = qualified(self.schema, self.table)
        index = qualified(self.schema, self.name)
        there = (
            f"SELECT FROM pg_catalog.pg_constraint WHERE conrelid = {literal(table)}::pg_catalog.regclass"
            f" AND conname = {literal(self.name)}{' AND conislocal' if self.inherited_too else ''}"
        )
        statements: list[str] = [
            unless(there, f"ALTER TABLE {table} ADD CONSTRAINT {quote(self.name)} {self.definition}")
        ]
        if self.options:
            statements.append(f"ALTER INDEX {index} SET ({written(self.options)})")
        if self.tablespace:
            statements.append(f"ALTER INDEX {index} SET TABLESPACE {quote(self.tablespace)}")
        if self.clustered:
            statements.append(f"ALTER TABLE {table} CLUSTER ON {quote(self.name)}")
        if self.replica_identity:
            statements.append(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {quote(self.name)}")
        return tuple(statements)

    def finish(self) -> tuple[str, ...]:
        """Return the statement that switches its triggers: with each partition that is attached some come."""
        return (self._switch_triggers(qualified(self.schema, self.table)),) if self.triggers else ()

    def _switch_triggers(self, table: str) -> str:
        # Their names are made of numbers that differ from database to database.
        body = _SWITCH.format(
            table=literal(table),
            name=literal(self.name),
            states=literal(self.triggers),
            order=_ORDER,
            triggers=_TRIGGERS,
        )
        return f"DO {dollar_quoted(body, 'do')}"

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"ALTER TABLE {qualified(self.schema, self.table)} DROP CONSTRAINT {quote(self.name)}",)

    def cost_of_create(self, sides: Sides) -> Cost:
        """Return what adding it locks and reads: of a foreign key, both tables."""
        table = Key("relation", (self.schema, self.table))
        waits = self.definition.endswith((" NOT VALID", " NOT ENFORCED"))
        lock = Lock.SHARE_ROW_EXCLUSIVE if self.refers else Lock.ACCESS_EXCLUSIVE
        locks = dict.fromkeys(self._tables(), lock)
        if self.refers and getattr(sides.after.things.get(table), "partition_by", None):
            # Measured: for the foreign keys of the partitions the table that they refer to is locked once more.
            locks[Key("relation", self.refers)] = Lock.ACCESS_EXCLUSIVE
        return Cost(locks=tuple(locks.items()), scans=() if waits else (table,))

    def cost_of_drop(self, sides: Sides) -> Cost:
        """Return what dropping it locks: of a foreign key, both tables."""
        return Cost(locks=tuple((key, Lock.ACCESS_EXCLUSIVE) for key in self._tables()))

    def _tables(self) -> tuple[Key, ...]:
        own = Key("relation", (self.schema, self.table))
        return tuple(dict.fromkeys((own, Key("relation", self.refers)))) if self.refers else (own,)

    def renaming(self, name: str) -> Step | None:
        """Return the step that renames it, and its index with it."""
        rename = f"RENAME CONSTRAINT {quote(self.name)} TO {quote(name)}"
        return step(self, f"ALTER TABLE {qualified(self.schema, self.table)} {rename}", Lock.ACCESS_EXCLUSIVE)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how its index, its triggers and its deferring change in place; NOT VALID becomes valid."""
        if self.index_valid != before.index_valid:
            return None
        steps = []
        if self.definition != before.definition:
            told = self._changed_in_place(before)
            if told is None:
                return None
            steps.append(told)
        index = qualified(self.schema, self.name)
        to_set, to_reset = options_changed(before.options, self.options)
        if to_set:
            steps.append(step(self, f"ALTER INDEX {index} SET ({written(to_set)})"))
        if to_reset:
            steps.append(step(self, f"ALTER INDEX {index} RESET ({', '.join(to_reset)})"))
        if self.tablespace != before.tablespace:
            steps.append(step(self, f"ALTER INDEX {index} SET TABLESPACE {quote(self.tablespace or 'pg_default')}"))
        if self.triggers != before.triggers:
            steps.append(step(self, self._switch_triggers(qualified(self.schema, self.table))))
        steps.extend(marks(self, before, sides))
        return Alteration(steps=tuple(steps))

    def follows(self, column: Key, sides: Sides) -> bool:
        """Return whether it stays in force when the type of the column changes: a foreign key, with that of the other.

        Both cannot change at once.
        """
        before, after = (getattr(side.things.get(column), "type", "") for side in (sides.before, sides.after))
        return not self.refers or are_comparable(before, after)

    def _changed_in_place(self, before: Self) -> Step | None:
        table = qualified(self.schema, self.table)
        if f"{self.definition} NOT VALID" == before.definition:
            validate = f"ALTER TABLE {table} VALIDATE CONSTRAINT {quote(self.name)}"
            return step(self, validate, Lock.SHARE_UPDATE_EXCLUSIVE, scans=True)
        return None
