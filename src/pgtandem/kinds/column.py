"""Columns of tables."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, costing, options_changed, step
from pgtandem.kinds.composite import by_attributes
from pgtandem.kinds.conditional import new, unless
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.domain import Domain, DomainConstraint, bases, unchecked, under
from pgtandem.kinds.expression import canonical
from pgtandem.kinds.options import altered, generic, option_list, written
from pgtandem.kinds.retyping import Retyping, narrows, retyping
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.kinds.sequence import Sequence as Counter
from pgtandem.kinds.sequence import persist
from pgtandem.kinds.unchangeable import refuse_in_partition_key, refuse_in_stored_rows
from pgtandem.kinds.volatility import is_volatile
from pgtandem.model.key import Key, chosen_name, literal, qualified, quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Cost, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgtandem.model.step import Sides, Step

_ALL = Lock.ACCESS_EXCLUSIVE
_NEWEST, _SET_EXPRESSION, _STORAGE_DEFAULT = 18, 17, 16
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}
_GENERATED = {"s": "STORED", "v": "VIRTUAL"}
_WHOLE = ("smallint", "integer", "bigint")
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
# Only what is generated may speak of columns; for all else no table has to be opened
# (https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CATALOG).
# As `chosen_name` has it, for names whose characters are bytes.
_CHOSEN = """
    left(c.relname, greatest(27, 53 - octet_length(a.attname))) || '_'
    || left(a.attname, greatest(26, 53 - octet_length(c.relname))) || '_not_null'
"""
_DEFAULT = "pg_get_expr(d.adbin, CASE a.attgenerated WHEN '' THEN 0 ELSE d.adrelid END)"


@record
class Column(Thing):
    """A column (https://www.postgresql.org/docs/current/catalog-pg-attribute.html).

    `identity` and `generated` are the codes of pg_attribute, empty where the column is neither; `sequence` and
    `identity_options` are those of an identity column, `sequence_persistence` is empty where it is the table's.
    `collation`, `storage`, `compression` and `statistics` are empty
    or None where they are the type's or the server's own. `not_null_name` is the name of the NOT NULL constraint where
    it is not the one that PostgreSQL gives; `not_null_of_parent` says that a parent gives it, and nobody else.
    `inherited` says that the column comes from a parent or the table's type alone.
    """

    KIND: ClassVar = "column"
    NAMESPACE: ClassVar = "column"
    IDENTITY: ClassVar = ("schema", "table", "name")
    WITHIN: ClassVar = ("relation", ("schema", "table"))
    CREATED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    RECURSES: ClassVar = True
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Tables"
    PART: ClassVar = True
    PROPERTY: ClassVar = True

    schema: str
    table: str
    name: str
    position: int = field(compare=False)  # it cannot be changed, and means nothing to a query that names its columns
    type: str
    nullable: bool
    not_null_name: str | None = field(default=None, metadata={"since": 18})
    not_null_inherited: bool = field(default=True, metadata={"since": 18})
    not_null_valid: bool = field(default=True, metadata={"since": 18})
    not_null_of_parent: bool = field(default=False, metadata={"since": 18})
    default: str | None
    identity: str
    sequence: tuple[str, ...] = ()
    identity_options: str | None
    sequence_persistence: str = ""
    generated: str
    collation: str
    storage: str
    compression: str
    statistics: int | None
    options: tuple[str, ...] = ()
    foreign_options: tuple[str, ...] = ()
    inherited: bool = False
    of_partition: bool = field(default=False, compare=False)  # the table's being a partition is a kind of its own
    partitioned: bool = field(default=False, compare=False)  # so is whether the table has partitions
    overrides: bool = field(default=False, compare=False)  # how the default is not the parent's shows in the default

    # A partition has no identity of its own; servers before PostgreSQL 17 do not even say that it has its parent's. The
    # constraint of NOT NULL is there from PostgreSQL 18 on, and is called after table and column
    # (https://www.postgresql.org/docs/18/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL).
    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid", "a.attnum")} AS address,
               n.nspname AS schema, c.relname AS "table", a.attname AS name, a.attnum AS position,
               format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
               nullif(k.conname, {_CHOSEN}) AS not_null_name,
               coalesce(NOT k.connoinherit, true) AS not_null_inherited,
               coalesce(k.convalidated, true) AS not_null_valid,
               NOT c.relispartition AND coalesce(NOT k.conislocal, a.attnotnull AND NOT a.attislocal AND EXISTS (
                 SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND (
                   SELECT b.attnotnull FROM pg_attribute b
                   WHERE b.attrelid = i.inhparent AND b.attname = a.attname))) AS not_null_of_parent,
               CASE WHEN a.atthasdef THEN {canonical(_DEFAULT)} END AS "default",
               CASE WHEN c.relispartition THEN '' ELSE a.attidentity::text END AS identity,
               coalesce(s.path, '{{}}') AS sequence, s.options AS identity_options,
               CASE WHEN s.persistence <> c.relpersistence THEN s.persistence::text ELSE '' END AS sequence_persistence,
               a.attgenerated::text AS generated,
               CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text ELSE '' END
                 AS collation,
               CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text ELSE '' END AS storage,
               a.attcompression::text AS compression, nullif(a.attstattarget, -1)::int AS statistics,
               {option_list(("a.attoptions", ""))} AS options, coalesce(a.attfdwoptions, '{{}}') AS foreign_options,
               c.reloftype <> 0 OR NOT a.attislocal AND NOT c.relispartition AS inherited,
               c.relispartition AS of_partition, c.relkind = 'p' AS partitioned,
               CASE WHEN c.reloftype <> 0 THEN a.atthasdef
                 WHEN a.attislocal OR c.relispartition THEN false
                 ELSE EXISTS (
                   SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid AND (
                     SELECT pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM (
                       SELECT pg_get_expr(e.adbin, e.adrelid) FROM pg_attrdef e
                       WHERE e.adrelid = b.attrelid AND e.adnum = b.attnum)
                     FROM pg_attribute b WHERE b.attrelid = i.inhparent AND b.attname = a.attname)) END
                 AS overrides
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey[1] = a.attnum
        LEFT JOIN (
          SELECT o.refobjid, o.refobjsubid, ARRAY[sn.nspname, sc.relname] AS path, sc.relpersistence AS persistence,
                 format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', s.seqstart, s.seqincrement,
                        s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END) AS options
          FROM pg_sequence s
          JOIN pg_class sc ON sc.oid = s.seqrelid
          JOIN pg_namespace sn ON sn.oid = sc.relnamespace
          JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = s.seqrelid AND o.deptype = 'i'
                           AND o.refclassid = 'pg_class'::regclass
        ) s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum
        WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
          AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
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
        add = () if not self._can_be_added else (new(f"{self._table()} ADD COLUMN", self.part()),)
        return (*add, *self.completed())

    @classmethod
    def create_all(cls, things: Sequence[Self]) -> tuple[tuple[Self, tuple[str, ...]], ...]:
        """Return one statement a table that adds the columns that it lacks, then the columns' settings."""
        tables: dict[str, list[Self]] = {}
        for thing in things:
            if thing._can_be_added:
                tables.setdefault(thing._table(), []).append(thing)
        return (
            *(
                (columns[0], (table + ",".join(f"\n    ADD COLUMN IF NOT EXISTS {c.part()}" for c in columns),))
                for table, columns in tables.items()
            ),
            *((thing, thing.completed()) for thing in things if thing.completed()),
        )

    @property
    def _can_be_added(self) -> bool:
        # A parent, or the type of the table, gives it.
        return not self.inherited and not self.of_partition

    def _table(self) -> str:
        return f"ALTER TABLE {qualified(self.schema, self.table)}"

    def completed(self) -> tuple[str, ...]:
        """Return the statements that set what its definition does not say."""
        alter = f"{self._table()} ALTER COLUMN {quote(self.name)}"
        settings = [
            f"{alter} SET {word} {value}"
            for word, value in (
                ("STORAGE", _STORAGE.get(self.storage)),
                ("COMPRESSION", _COMPRESSION.get(self.compression)),
                ("STATISTICS", self.statistics),
            )
            if value is not None
        ]
        if self.options:
            settings.append(f"{alter} SET ({written(self.options)})")
        if self.sequence_persistence:
            settings.append(persist(self.sequence, self.sequence_persistence))
        if self.overrides:
            settings.append(f"{alter} {f'SET DEFAULT {self.default}' if self.default else 'DROP DEFAULT'}")
        if self.inherited and self._has_its_not_null and self.not_null_inherited:
            settings.append(f"{alter} SET NOT NULL")
        if not self.not_null_valid:
            there = (
                "SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
                f"{literal(qualified(self.schema, self.table))}::pg_catalog.regclass"
                f" AND attname = {literal(self.name)} AND attnotnull"
            )
            settings.append(unless(there, self.add_not_null()))
        return tuple(settings)

    @property
    def called_if_not_null(self) -> str:
        """The name of its NOT NULL, where that has one."""
        return self.not_null_name or chosen_name(self.table, self.name, "not_null")

    @property
    def _has_its_not_null(self) -> bool:
        return not self.nullable and self.not_null_valid and not self.not_null_of_parent

    def own_not_null(self) -> str:
        """Return, where a parent gives the column, the NOT NULL that is the child's own, or nothing.

        It is written as a constraint of the table, from PostgreSQL 18 on: there alone it has a name.
        """
        if not (self.inherited and self._has_its_not_null):
            return ""
        return self._as_constraint()

    def _as_constraint(self) -> str:
        inherit = "" if self.not_null_inherited else " NO INHERIT"
        return f"CONSTRAINT {quote(self.called_if_not_null)} NOT NULL {quote(self.name)}{inherit}"

    def _not_null(self) -> str:
        # Partitions that are there already have the name that PostgreSQL would choose for their parent's.
        if self.not_null_name is None and self.not_null_inherited and not self.partitioned:
            return "NOT NULL"
        words = f"CONSTRAINT {quote(self.called_if_not_null)} NOT NULL"
        return words if self.not_null_inherited else f"{words} NO INHERIT"

    def part(self) -> str:
        """Return the column's definition, or nothing where a parent gives the column."""
        if self.inherited:
            return ""
        words = [quote(self.name), self.type]
        if self.foreign_options:
            words.append(f"OPTIONS ({generic(self.foreign_options)})")
        if self.collation:
            words.append(f"COLLATE {self.collation}")
        if self._has_its_not_null:
            words.append(self._not_null())
        if self.sequence:
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

    @property
    def disposable(self) -> bool:
        """Whether it can be dropped without losing values: those of a generated column come again."""
        return bool(self.generated)

    def cost_of_create(self, sides: Sides) -> Cost:
        """Return what adding it locks, and whether that writes the table anew."""
        table = Key("relation", (self.schema, self.table))
        checked = self._of_checked_domain(sides)
        anew = self.generated == "s" or bool(self.identity) or checked or is_volatile(self.default, sides)
        return Cost(locks=((table, _ALL),), rewrites=(table,) if anew else ())

    def cost_of_drop(self, sides: Sides) -> Cost:
        """Return what dropping it locks: of an identity column, its sequence too."""
        keys = (Key("relation", (self.schema, self.table)), *(key for _, _, key in self.granted()))
        return Cost(locks=tuple((key, _ALL) for key in keys))

    def _usual_storage(self, sides: Sides) -> str:
        # SET STORAGE DEFAULT came with PostgreSQL 16.
        if (sides.before.server or _NEWEST) >= _STORAGE_DEFAULT:
            return "DEFAULT"
        return "MAIN" if self.type.startswith(("numeric", "inet", "cidr")) else "EXTENDED"

    def _of_checked_domain(self, sides: Sides) -> bool:
        needs = sides.after.needs.get(self.key, ())
        domains = [thing for need in needs if isinstance(thing := sides.after.things.get(need), Domain)]
        inside = (one for domain in domains for one in sides.inside_after.get(domain.key, ()))
        return any(not domain.nullable for domain in domains) or any(
            isinstance(one, DomainConstraint) for one in inside
        )

    def without(self, need: Thing) -> Self | None:
        """Return the column without what needs the object: its default, or else its type."""
        if self.generated:
            return None
        if self.sequence and need.key == Key("relation", self.sequence):
            return dataclasses.replace(self, identity="", sequence=(), identity_options=None)
        if need.key.namespace in ("type", "collation") and need.set_aside() is None:
            return dataclasses.replace(self, type="text", collation="", default=None)
        if need.key.namespace in ("type", "collation"):
            return dataclasses.replace(self, type="", default=None)
        return dataclasses.replace(self, default=None)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how it changes in place."""
        if self._must_be_new(before, sides):
            return None
        retyped = changed(self, before, "type", "collation") and bool(self.type)
        steps = [
            *self._sequence_changed(before),
            *self._identity_gone(before, sides),
            *(self._retype(before, sides) if retyped else ()),
            *self._null(before),
            *self._default(before, sides, retyped=retyped),
            *self._identity_come(before, sides),
            *self._sequence_persists(before, sides),
            *self._settings_from(before, sides),
        ]
        return Alteration(steps=tuple(steps), disturbs=retyped)

    def _must_be_new(self, before: Self, sides: Sides) -> bool:
        if self.inherited and not before.inherited:
            # A table takes a type whose attributes its columns are already.
            return getattr(sides.after.things.get(Key("relation", (self.schema, self.table))), "of_type", None) is None
        if self.generated != before.generated:
            return bool(self.generated) or before.generated == "v"
        # SET EXPRESSION came with PostgreSQL 17.
        return (
            bool(self.generated)
            and self.default != before.default
            and (sides.before.server or _NEWEST) < _SET_EXPRESSION
        )

    def _alter(self) -> str:
        return f"{self._table()} ALTER COLUMN {quote(self.name)}"

    def _retype(self, before: Self, sides: Sides) -> Iterator[Step]:
        refuse_in_partition_key(self, self.name, sides)
        told = retyping(before.type, self.type, under_before=bases(sides.before), under_after=unchecked(sides))
        if not before.type and (anew := by_attributes(self.label, self.type, sides)):
            told = Retyping(rewrites=True, loses=anew.loses, using=anew.using)
        if before.default is not None and not before.generated:
            yield step(self, f"{self._alter()} DROP DEFAULT", _ALL)
        if told.rewrites or self.generated:
            refuse_in_stored_rows(self, sides)
        # A type that was set aside has the name of the new one: what it was tells what can be lost.
        was = getattr(sides.before.things.get(self.key), "type", before.type)
        loses = told.loses or narrows(under(was, sides.before), under(self.type, sides.after))
        collate = f" COLLATE {self.collation}" if self.collation else ""
        using = f" USING {told.using.replace('{}', quote(self.name))}" if told.using else ""
        yield step(
            self,
            f"{self._alter()} TYPE {self.type}{collate}{using}",
            _ALL,
            rewrites=told.rewrites or bool(self.generated),
            scans=not told.rewrites and self.collation != before.collation and self._is_indexed(sides),
            loses=f"change type of {self.label}" if loses else None,
        )

    def _is_indexed(self, sides: Sides) -> bool:
        inside = sides.inside_before.get(Key("relation", (self.schema, self.table)), ())
        return any(one.INDEXES and self.key in sides.before.needs.get(one.key, ()) for one in inside)

    def _identity_gone(self, before: Self, sides: Sides) -> Iterator[Step]:
        if before.identity and not self.identity:
            yield costing(self.label, f"{self._alter()} DROP IDENTITY", before.cost_of_drop(sides))
        if before.generated and not self.generated:
            yield step(self, f"{self._alter()} DROP EXPRESSION", _ALL)

    def _null(self, before: Self) -> Iterator[Step]:
        named = (self.not_null_name, self.not_null_inherited, self.not_null_valid)
        before_named = (before.not_null_name, before.not_null_inherited, before.not_null_valid)
        if self.nullable and not before.nullable:
            yield step(self, f"{self._alter()} DROP NOT NULL", _ALL)
        elif not self.nullable and before.nullable:
            if named == (None, True, True):
                yield step(self, f"{self._alter()} SET NOT NULL", _ALL, scans=True)
            else:
                yield step(self, self.add_not_null(), _ALL, scans=self.not_null_valid)
        elif not self.nullable and (*named, self.not_null_of_parent) != (*before_named, before.not_null_of_parent):
            yield from self._not_null_changed(before)

    def add_not_null(self) -> str:
        """Return the statement that adds NOT NULL as a constraint with a name."""
        return f"{self._table()} ADD {self._as_constraint()}{'' if self.not_null_valid else ' NOT VALID'}"

    def _not_null_changed(self, before: Self) -> Iterator[Step]:
        if before.not_null_of_parent:
            if not self.not_null_of_parent:
                yield step(self, f"{self._alter()} SET NOT NULL", _ALL)
            return
        if before.not_null_valid and not self.not_null_valid:
            yield step(self, f"{self._alter()} DROP NOT NULL", _ALL)
            yield step(self, self.add_not_null(), _ALL)
            return
        name = quote(self.called_if_not_null)
        if self.called_if_not_null != before.called_if_not_null:
            yield step(self, f"{self._table()} RENAME CONSTRAINT {quote(before.called_if_not_null)} TO {name}", _ALL)
        if self.not_null_inherited != before.not_null_inherited:
            inherit = "INHERIT" if self.not_null_inherited else "NO INHERIT"
            yield step(self, f"{self._table()} ALTER CONSTRAINT {name} {inherit}", _ALL)
        if self.not_null_valid and not before.not_null_valid:
            validate = f"{self._table()} VALIDATE CONSTRAINT {name}"
            yield step(self, validate, Lock.SHARE_UPDATE_EXCLUSIVE, scans=True)

    def _default(self, before: Self, sides: Sides, *, retyped: bool) -> Iterator[Step]:
        if self.generated:
            if self.default != before.default:
                yield step(
                    self, f"{self._alter()} SET EXPRESSION AS ({self.default})", _ALL, rewrites=self.generated == "s"
                )
            return
        was = None if retyped or before.generated else before.default
        if self.default is None and was is not None:
            yield step(self, f"{self._alter()} DROP DEFAULT", _ALL)
        elif self.default is not None and self.default != was and not self.identity:
            yield step(self, f"{self._alter()} SET DEFAULT {self.default}", _ALL)
            for need in sides.after.needs.get(self.key, ()):
                counter = sides.after.things.get(need)
                if isinstance(counter, Counter) and need not in sides.before.things and self.type in _WHOLE:
                    yield self._caught_up(need.path, sides, down=counter.increment < 0)

    def _caught_up(self, sequence: tuple[str, ...], sides: Sides, *, down: bool) -> Step:
        """Return the step that has a new sequence go on from the values that are there; it only reads the table."""
        last, beyond = (f"min({quote(self.name)})", "<=") if down else (f"max({quote(self.name)})", ">=")
        name = literal(qualified(*sequence))
        rows = f"FROM {qualified(self.schema, self.table)}"
        first = f"(SELECT seqstart FROM pg_catalog.pg_sequence WHERE seqrelid = {name}::pg_catalog.regclass)"
        sql = f"SELECT pg_catalog.setval({name}, {last}) {rows} HAVING {last} {beyond} {first}"
        return step(self, sql, on=self.within, scans=not self._is_indexed(sides))

    def _identity_come(self, before: Self, sides: Sides) -> Iterator[Step]:
        if not self.identity:
            return
        if not before.identity:
            sequence = f" (SEQUENCE NAME {qualified(*self.sequence)} {self.identity_options})" if self.sequence else ""
            generated = f"GENERATED {_IDENTITY[self.identity]} AS IDENTITY{sequence}"
            yield step(self, f"{self._alter()} ADD {generated}", _ALL)
            if self.sequence:
                down = " INCREMENT BY -" in f" {self.identity_options}"
                yield self._caught_up(self.sequence, sides, down=down)
            return
        if self.identity != before.identity:
            switched = step(self, f"{self._alter()} SET GENERATED {_IDENTITY[self.identity]}", _ALL)
            its_sequence = (Key("relation", before.sequence), Lock.SHARE_ROW_EXCLUSIVE)
            yield dataclasses.replace(switched, locks=(*switched.locks, *([its_sequence] if before.sequence else ())))
        if self.sequence != before.sequence and self.sequence and before.sequence:
            yield from self._sequence_renamed(before)

    def _sequence_changed(self, before: Self) -> Iterator[Step]:
        """Before the type, which must not be too narrow for the sequence."""
        if not (self.identity and before.identity and before.sequence):
            return
        if self.identity_options != before.identity_options and self.identity_options:
            cycle = "" if self.identity_options.endswith("CYCLE") else " NO CYCLE"
            restart = _restart(before.identity_options, self.identity_options)
            typed = f"AS {self.type} " if self.type != before.type else ""
            options = f"{typed}{self.identity_options}{cycle}{restart}"
            of_identity = Key("relation", before.sequence)
            lock = Lock.SHARE_ROW_EXCLUSIVE
            yield step(
                self, f"ALTER SEQUENCE {qualified(*before.sequence)} {options}", lock, on=of_identity, rewrites=True
            )

    def _sequence_renamed(self, before: Self) -> Iterator[Step]:
        if self.sequence[0] != before.sequence[0]:
            return
        rename = f"ALTER SEQUENCE {qualified(*before.sequence)} RENAME TO {quote(self.sequence[1])}"
        yield step(self, rename, _ALL, on=Key("relation", before.sequence))

    def _sequence_persists(self, before: Self, sides: Sides) -> Iterator[Step]:
        if self.sequence_persistence != before.sequence_persistence and self.sequence:
            table = sides.after.things.get(Key("relation", (self.schema, self.table)))
            persistence = self.sequence_persistence or getattr(table, "persistence", "p")
            yield step(
                self, persist(self.sequence, persistence), _ALL, on=Key("relation", self.sequence), rewrites=True
            )

    def _settings_from(self, before: Self, sides: Sides) -> Iterator[Step]:
        alter = self._alter()
        if self.storage != before.storage:
            yield step(self, f"{alter} SET STORAGE {_STORAGE.get(self.storage) or self._usual_storage(sides)}", _ALL)
        if self.compression != before.compression:
            yield step(self, f"{alter} SET COMPRESSION {_COMPRESSION.get(self.compression, 'default')}", _ALL)
        if self.statistics != before.statistics:
            target = -1 if self.statistics is None else self.statistics
            yield step(self, f"{alter} SET STATISTICS {target}", Lock.SHARE_UPDATE_EXCLUSIVE)
        to_set, to_reset = options_changed(before.options, self.options)
        if to_set:
            yield step(self, f"{alter} SET ({written(to_set)})", Lock.SHARE_UPDATE_EXCLUSIVE)
        if to_reset:
            yield step(self, f"{alter} RESET ({', '.join(to_reset)})", Lock.SHARE_UPDATE_EXCLUSIVE)
        if self.foreign_options != before.foreign_options:
            yield step(self, f"{alter} OPTIONS ({altered(before.foreign_options, self.foreign_options)})", _ALL)


def _restart(before: str | None, after: str) -> str:
    """Return what puts a sequence to its start where its old start is outside of the new limits."""
    old, new_words = (before or after).split(), after.split()
    limits = [int(new_words[new_words.index(word) + 1]) for word in ("MINVALUE", "MAXVALUE")]
    return "" if limits[0] <= int(old[2]) <= limits[1] else f" RESTART WITH {new_words[2]}"
