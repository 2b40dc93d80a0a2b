"""Indexes other than those that belong to a constraint."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, options_changed, step
from pgtandem.kinds.conditional import new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.marks import marks
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.partition import parent_of
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgtandem.model.step import Sides, Step


_DEFINITION = ("table", "method", "unique", "nulls_not_distinct", "columns", "include", "where")


@record
class Index(Thing):
    """An index (https://www.postgresql.org/docs/current/sql-createindex.html).

    `columns` are the key columns or expressions, each with its collation, operator class and order where they are not
    the default; `include` the others. `statistics` are the targets of all of them, -1 for the server's own, where there
    is one. `attached_to` has schema and name of the index that it is a partition of, and of those above that.
    """

    KIND: ClassVar = "index"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    READS_ROWS: ClassVar = True
    CREATED_UNDER: ClassVar = Lock.SHARE
    RECURSES: ClassVar = True
    INDEXES: ClassVar = True
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Indexes"
    FOLLOWS: ClassVar = True
    LABEL: ClassVar = "index {schema}.{name} on {schema}.{table}"

    schema: str
    name: str
    table: str
    method: str
    unique: bool
    nulls_not_distinct: bool
    columns: tuple[str, ...]
    include: tuple[str, ...]
    where: str | None
    options: tuple[str, ...]
    valid: bool
    clustered: bool
    replica_identity: bool
    tablespace: str = ""
    statistics: tuple[int, ...] = ()
    attached_to: tuple[str, ...] = ()

    # pg_index.indoption: bit 1 is DESC, bit 2 is NULLS FIRST, which is the default of DESC
    # (https://www.postgresql.org/docs/current/sql-createindex.html).
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name, t.relname AS "table", m.amname AS method,
               i.indisunique AS "unique", i.indnullsnotdistinct AS nulls_not_distinct,
               k.parts[:i.indnkeyatts] AS columns, k.parts[i.indnkeyatts + 1:] AS include,
               {canonical("pg_get_expr(i.indpred, i.indrelid)")} AS "where",
               {option_list(("c.reloptions", ""))} AS options,
               i.indisvalid AND i.indisready AS valid, i.indisclustered AS clustered,
               i.indisreplident AS replica_identity, coalesce(s.spcname, '') AS tablespace,
               CASE WHEN k.statistics <> array_fill(-1, ARRAY[i.indnatts]) THEN k.statistics ELSE '{{}}' END
                 AS statistics,
               CASE WHEN c.relispartition THEN ARRAY(
                 SELECT name.text FROM pg_partition_ancestors(c.oid) WITH ORDINALITY above (oid, number)
                 CROSS JOIN unnest((
                   SELECT ARRAY[(SELECT an.nspname FROM pg_namespace an WHERE an.oid = ac.relnamespace), ac.relname]
                   FROM pg_class ac WHERE ac.oid = above.oid)::text[]) WITH ORDINALITY name (text, place)
                 WHERE above.number > 1 ORDER BY above.number, name.place) ELSE '{{}}' END AS attached_to
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_am m ON m.oid = c.relam
        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
        JOIN (
          SELECT i.indexrelid,
                 array_agg(part ORDER BY place) AS parts, array_agg(target ORDER BY place) AS statistics
          FROM (
            SELECT i.indexrelid, ia.attnum AS place, coalesce(ia.attstattarget::int, -1) AS target,
              CASE WHEN i.indkey[ia.attnum - 1] = 0 THEN pg_get_indexdef(i.indexrelid, ia.attnum, false)
                ELSE quote_ident(tc.attname) END
              || CASE WHEN ia.attnum > i.indnkeyatts THEN '' ELSE
                   CASE WHEN i.indcollation[ia.attnum - 1] <> 0
                          AND i.indcollation[ia.attnum - 1] <> coalesce(tc.attcollation,
                                 (SELECT it.typcollation FROM pg_type it WHERE it.oid = ia.atttypid))
                        THEN ' COLLATE ' || i.indcollation[ia.attnum - 1]::regcollation::text ELSE '' END
                   || CASE WHEN o.opcdefault AND ia.attoptions IS NULL THEN '' ELSE ' '
                        || CASE WHEN o.opcnamespace = 'pg_catalog'::regnamespace THEN ''
                             ELSE o.opcnamespace::regnamespace::text || '.' END
                        || quote_ident(o.opcname) END
                   || CASE WHEN ia.attoptions IS NULL THEN '' ELSE '(' || (
                        SELECT string_agg(split_part(option, '=', 1) || '='
                                          || quote_literal(substr(option, strpos(option, '=') + 1)), ', '
                                          ORDER BY option)
                        FROM unnest(ia.attoptions) option) || ')' END
                   || CASE i.indoption[ia.attnum - 1] & 3 WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST'
                        WHEN 3 THEN ' DESC' ELSE '' END END AS part
            FROM (
              SELECT i.*
              FROM pg_index i
              JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'm')
              WHERE i.indexrelid >= 16384
                AND NOT EXISTS (SELECT FROM pg_constraint x
                                WHERE x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x'))) i
            JOIN pg_attribute ia ON ia.attrelid = i.indexrelid
            LEFT JOIN pg_attribute tc ON tc.attrelid = i.indrelid AND tc.attnum = nullif(i.indkey[ia.attnum - 1], 0)
              AND tc.attrelid >= 16384 AND tc.attnum > 0
            LEFT JOIN pg_opclass o ON o.oid = i.indclass[ia.attnum - 1]) i
          GROUP BY i.indexrelid) k USING (indexrelid)
        WHERE c.relkind IN ('i', 'I')
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "t.oid")}
    """

    @property
    def essence(self) -> tuple[object, ...]:
        """An index is what it covers; a unique one does what a unique key does."""
        if self.unique and self.where is None and not self.include:
            nulls = " NULLS NOT DISTINCT" if self.nulls_not_distinct else ""
            return (f"UNIQUE{nulls} ({', '.join(self.columns)})",)
        return (self.method, self.columns, self.where)

    @property
    def rank(self) -> tuple[int | str, ...]:
        """An index takes over the oldest in a partition that looks like it: one of its own comes first, in its order.

        https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION
        """
        names, schemas = self.attached_to[::-2], self.attached_to[-2::-2]
        above = tuple(word for pair in zip(schemas, names, strict=True) for word in pair)
        return (0 if above else 1, *above, *self.key.path)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the index about."""
        return (new(f"CREATE {self._unique()}INDEX", self._definition()), *self.completed())

    def create_concurrently(self) -> str:
        """Return the statement that builds it while others write, which cannot run inside a transaction."""
        return f"CREATE {self._unique()}INDEX CONCURRENTLY {self._definition()}"

    def create_only(self) -> str:
        """Return the statement that makes it for a partitioned table alone, invalid until others are attached."""
        return f"CREATE {self._unique()}INDEX {self._definition(only='ONLY ')}"

    def attaching(self) -> Step:
        """Return the step that makes it a partition of the index that it is attached to."""
        parent = qualified(*self.attached_to[:2])
        return step(self, f"ALTER INDEX {parent} ATTACH PARTITION {self.target()}", Lock.ACCESS_SHARE)

    def _unique(self) -> str:
        return "UNIQUE " if self.unique else ""

    def _definition(self, only: str = "") -> str:
        table = qualified(self.schema, self.table)
        words = [f"{quote(self.name)} ON {only}{table}", f"USING {quote(self.method)} ({', '.join(self.columns)})"]
        if self.include:
            words.append(f"INCLUDE ({', '.join(self.include)})")
        if self.nulls_not_distinct:
            words.append("NULLS NOT DISTINCT")
        if self.options:
            words.append(f"WITH ({written(self.options)})")
        if self.tablespace:
            words.append(f"TABLESPACE {quote(self.tablespace)}")
        if self.where is not None:
            words.append(f"WHERE {self.where}")
        return " ".join(words)

    def _goes_along(self, sides: Sides) -> bool:
        """Whether it is attached, or detached, with its table, or by the making of the index of the parent."""
        is_new = bool(self.attached_to) and Key("relation", self.attached_to[:2]) not in sides.before.things
        of_table = Key("partition", (self.schema, self.table))
        before, after = (parent_of(side.things.get(of_table)) for side in (sides.before, sides.after))
        return is_new or before != after

    def _completes(self, before: Self, sides: Sides) -> bool:
        """Whether it becomes valid by itself: a partitioned one does when one of each partition is attached.

        https://www.postgresql.org/docs/current/sql-alterindex.html
        """
        table = sides.before.things.get(Key("relation", (self.schema, self.table)))
        return not before.valid and bool(getattr(table, "partition_by", None))

    def completed(self) -> tuple[str, ...]:
        """Return the statements that say what its definition does not."""
        table, statements = qualified(self.schema, self.table), []
        if self.clustered:
            statements.append(f"ALTER TABLE {table} CLUSTER ON {quote(self.name)}")
        if self.replica_identity:
            statements.append(f"ALTER TABLE {table} REPLICA IDENTITY USING INDEX {quote(self.name)}")
        for column, target in enumerate(self.statistics, start=1):
            if target >= 0:
                statements.append(f"ALTER INDEX {self.target()} ALTER COLUMN {column} SET STATISTICS {target}")
        return tuple(statements)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP INDEX {self.target()}",)

    def joins(self, sides: Sides) -> tuple[tuple[Key, Step], ...]:
        """Return the index of the parent, with the step that attaches it."""
        if not self.attached_to or self._goes_along(sides):
            return ()
        return ((Key("relation", self.attached_to[:2]), self.attaching()),)

    def renaming(self, name: str) -> Step | None:
        """Return the step that renames it, which takes no lock on the table."""
        return step(self, f"ALTER INDEX {self.target()} RENAME TO {quote(name)}")

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how its settings change in place."""
        if changed(self, before, *_DEFINITION) or (
            changed(self, before, "valid") and not self._completes(before, sides)
        ):
            return None
        index, steps = f"ALTER INDEX {self.target()}", []
        if self.attached_to[:2] != before.attached_to[:2] and not self._goes_along(sides):
            if before.attached_to:
                return None
            steps.append(self.attaching())
        to_set, to_reset = options_changed(before.options, self.options)
        if to_set:
            steps.append(step(self, f"{index} SET ({written(to_set)})", Lock.SHARE_UPDATE_EXCLUSIVE, on=self.key))
        if to_reset:
            steps.append(step(self, f"{index} RESET ({', '.join(to_reset)})", Lock.SHARE_UPDATE_EXCLUSIVE, on=self.key))
        if self.tablespace != before.tablespace:
            place = quote(self.tablespace or "pg_default")
            steps.append(
                step(self, f"{index} SET TABLESPACE {place}", Lock.ACCESS_EXCLUSIVE, on=self.key, rewrites=True)
            )
        if self.statistics != before.statistics:
            for column, (old, new_target) in enumerate(zip_longest(before.statistics, self.statistics), start=1):
                if (old if old is not None else -1) != (new_target if new_target is not None else -1):
                    target = -1 if new_target is None else new_target
                    setting = f"{index} ALTER COLUMN {column} SET STATISTICS {target}"
                    steps.append(step(self, setting, Lock.SHARE_UPDATE_EXCLUSIVE, on=self.key))
        on_index = tuple(steps)
        return Alteration(steps=(*on_index, *marks(self, before, sides)))
