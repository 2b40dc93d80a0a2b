"""Columns of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.expression import canonical
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.model.key import Key, qualified, quote
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence

_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}
_GENERATED = {"s": "STORED", "v": "VIRTUAL"}
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Thing):
    """A column (https://www.postgresql.org/docs/current/catalog-pg-attribute.html).

    `identity` and `generated` are the codes of pg_attribute, empty where the column is neither; `collation`, `storage`,
    `compression` and `statistics` are empty or None where they are the type's or the server's own. `sequence`
    and `identity_options` are those of an identity column.
    """

    KIND: ClassVar = "column"
    NAMESPACE: ClassVar = "column"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    SECTION: ClassVar = "Tables"
    PART: ClassVar = True
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    position: int = field(
        compare=False
    )  # a column cannot be moved, and the order means nothing to a query that names it
    type: str
    nullable: bool
    default: str | None
    identity: str
    sequence: tuple[str, ...]
    identity_options: str | None
    generated: str
    collation: str
    storage: str
    compression: str
    statistics: int | None

    READ: ClassVar = f"""
        SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, a.attnum::int AS objsubid,
               n.nspname AS schema, c.relname AS "table", a.attname AS name, a.attnum AS position,
               format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
               {canonical("pg_get_expr(d.adbin, d.adrelid)")} AS "default", a.attidentity::text AS identity,
               coalesce(s.path, '{{}}') AS sequence, s.options AS identity_options,
               a.attgenerated::text AS generated,
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text ELSE '' END
                 AS collation,
               CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text ELSE '' END AS storage,
               a.attcompression::text AS compression, nullif(a.attstattarget, -1)::int AS statistics
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN LATERAL (
          SELECT ARRAY[sn.nspname, sc.relname]::text[] AS path,
                 format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', s.seqstart, s.seqincrement,
                        s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END) AS options
          FROM pg_depend o
          JOIN pg_sequence s ON s.seqrelid = o.objid
          JOIN pg_class sc ON sc.oid = s.seqrelid
          JOIN pg_namespace sn ON sn.oid = sc.relnamespace
          WHERE a.attidentity <> '' AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
            AND o.refobjid = c.oid AND o.refobjsubid = a.attnum AND o.deptype = 'i') s ON true
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND NOT c.relispartition
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
        ORDER BY a.attrelid, a.attnum
    """

    @property
    def place(self) -> int:
        """Its position."""
        return self.position

    def granted(self) -> tuple[tuple[str, str, Key], ...]:
        """Return the sequence of an identity column."""
        return (("SEQUENCE", qualified(*self.sequence), Key("relation", self.sequence)),) if self.sequence else ()

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that add the column to a table that lacks it, and its settings."""
        return (f"{self._table()} ADD COLUMN IF NOT EXISTS {self.part()}", *self._settings())

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return one statement a table that adds the columns that it lacks, then the columns' settings."""
        tables: dict[str, list[Self]] = {}
        for thing in things:
            tables.setdefault(thing._table(), []).append(thing)
        return (
            *(
                (columns[0], (table + ",".join(f"\n    ADD COLUMN IF NOT EXISTS {c.part()}" for c in columns),))
                for table, columns in tables.items()
            ),
            *((thing, thing._settings()) for thing in things if thing._settings()),
        )

    def _table(self) -> str:
        return f"ALTER TABLE {qualified(self.schema, self.table)}"

    def _settings(self) -> tuple[str, ...]:
        return tuple(
            f"{self._table()} ALTER COLUMN {quote(self.name)} SET {word} {value}"
            for word, value in (
                ("STORAGE", _STORAGE.get(self.storage)),
                ("COMPRESSION", _COMPRESSION.get(self.compression)),
                ("STATISTICS", self.statistics),
            )
            if value is not None
        )

    def part(self) -> str:
        """Return the column's definition."""
        words = [quote(self.name), self.type]
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if not self.nullable:
            words.append("NOT NULL")
        if self.identity:
            sequence = f"SEQUENCE NAME {qualified(*self.sequence)} {self.identity_options}"
            words.append(f"GENERATED {_IDENTITY[self.identity]} AS IDENTITY ({sequence})")
        elif self.generated:
            words.append(f"GENERATED ALWAYS AS ({self.default}) {_GENERATED[self.generated]}")
        elif self.default is not None:
            words.append(f"DEFAULT {self.default}")
        return " ".join(words)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"ALTER TABLE {qualified(self.schema, self.table)} DROP COLUMN {quote(self.name)}",)
