"""Tables, partitioned or not; their columns, constraints and the rest are kinds of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pgtandem.kinds.altering import changed, options_changed, step
from pgtandem.kinds.column import Column
from pgtandem.kinds.conditional import Careful, by_version, new
from pgtandem.kinds.dependencies import address
from pgtandem.kinds.options import option_list, written
from pgtandem.kinds.scope import not_of_extension, user_schema
from pgtandem.kinds.sequence import Sequence as Counter
from pgtandem.kinds.sequence import SequenceOwnership, persist
from pgtandem.model.key import quote
from pgtandem.model.record import record
from pgtandem.model.step import Alteration, Lock
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pgtandem.model.step import Sides, Step

_ALL = Lock.ACCESS_EXCLUSIVE
_NAMED_NOT_NULL = 18
_REPLICA_IDENTITY = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}


@record
class Table(Thing):
    """A table (https://www.postgresql.org/docs/current/sql-createtable.html).

    `persistence` is pg_class.relpersistence (`p` permanent, `u` unlogged), `options` the storage parameters as
    `name=value`, `replica_identity` pg_class.relreplident (`i`, by an index, is a field of that index). `inherits` are
    the tables it was made from, `partition_by` how its rows are spread over partitions, `of_type` the composite type of
    a typed table, all as SQL. A partition is a table of its own; that it is one is another kind.
    """

    KIND: ClassVar = "table"
    NAMESPACE: ClassVar = "relation"
    IDENTITY: ClassVar = ("schema", "name")
    WITHIN: ClassVar = ("schema", ("schema",))
    DROPPED_UNDER: ClassVar = Lock.ACCESS_EXCLUSIVE
    SECTION: ClassVar = "Tables"
    GRANTED_AS: ClassVar = "TABLE"

    schema: str
    name: str
    persistence: str
    inherits: tuple[str, ...] = ()
    partition_by: str | None = None
    of_type: str | None = None
    options: tuple[str, ...]
    replica_identity: str
    access_method: str
    tablespace: str = ""

    READ: ClassVar = f"""
        SELECT {address("pg_class", "c.oid")} AS address,
               n.nspname AS schema, c.relname AS name, c.relpersistence::text AS persistence,
               ARRAY(SELECT i.inhparent::regclass::text FROM pg_inherits i
                     WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno) AS inherits,
               pg_get_partkeydef(c.oid) AS partition_by, nullif(c.reloftype, 0)::regtype::text AS of_type,
               {option_list(("c.reloptions", ""), ("toast.reloptions", "toast."))} AS options,
               c.relreplident::text AS replica_identity, coalesce(m.amname, '') AS access_method,
               coalesce(s.spcname, '') AS tablespace
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_am m ON m.oid = c.relam
        LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
        WHERE c.relkind IN ('r', 'p') AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    """

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return the statements that bring the table about."""
        inside = [part.part() for part in parts if part.part()]
        own = [part.own_not_null() for part in parts if isinstance(part, Column) and part.own_not_null()]
        created = self._created(inside)
        if own and not self.of_type:
            created = by_version(_NAMED_NOT_NULL, self._created([*inside, *own]), created)
        statements: list[str] = [created]
        if self.replica_identity in ("f", "n"):
            identity = _REPLICA_IDENTITY[self.replica_identity]
            statements.append(f"ALTER TABLE {self.target()} REPLICA IDENTITY {identity}")
        return tuple(statements)

    def _created(self, parts: Sequence[str]) -> Careful:
        inside = ",".join(f"\n    {part}" for part in parts)
        created = (
            f"{self.target()} "
            + (f"OF {self.of_type}" if self.of_type else f"({inside}\n)" if inside else "()")
            + (f" INHERITS ({', '.join(self.inherits)})" if self.inherits else "")
            + (f" PARTITION BY {self.partition_by}" if self.partition_by else "")
            + (f" USING {quote(self.access_method)}" if self.access_method not in ("heap", "") else "")
            + (f" WITH ({written(self.options)})" if self.options else "")
            + (f" TABLESPACE {quote(self.tablespace)}" if self.tablespace else "")
        )
        unlogged = "UNLOGGED " if self.persistence == "u" else ""
        return new(f"CREATE {unlogged}TABLE", created)

    def drop(self) -> tuple[str, ...]:
        """Return the statement that drops it."""
        return (f"DROP TABLE {self.target()}",)

    def alter(self, before: Self, sides: Sides) -> Alteration | None:
        """Return how its settings change in place."""
        if changed(self, before, "partition_by"):
            return None
        table, steps = f"ALTER TABLE {self.target()}", []
        if self.of_type != before.of_type:
            steps.append(step(self, f"{table} {f'OF {self.of_type}' if self.of_type else 'NOT OF'}", _ALL))
        if self.persistence != before.persistence:
            logged = "UNLOGGED" if self.persistence == "u" else "LOGGED"
            steps.append(step(self, f"{table} SET {logged}", _ALL, rewrites=True))
            steps.extend(self._sequences_kept(sides))
        if self.access_method != before.access_method:
            rewrites = self.partition_by is None
            steps.append(step(self, f"{table} SET ACCESS METHOD {quote(self.access_method)}", _ALL, rewrites=rewrites))
        if self.tablespace != before.tablespace:
            place = quote(self.tablespace or "pg_default")
            steps.append(step(self, f"{table} SET TABLESPACE {place}", _ALL, rewrites=self.partition_by is None))
        to_set, to_reset = options_changed(before.options, self.options)
        if to_set:
            steps.append(step(self, f"{table} SET ({written(to_set)})", _option_lock(to_set)))
        if to_reset:
            steps.append(step(self, f"{table} RESET ({', '.join(to_reset)})", _option_lock(to_reset)))
        if self.replica_identity != before.replica_identity and self.replica_identity in _REPLICA_IDENTITY:
            identity = _REPLICA_IDENTITY[self.replica_identity]
            steps.append(step(self, f"{table} REPLICA IDENTITY {identity}", _ALL))
        return Alteration(steps=tuple(steps))

    def _sequences_kept(self, sides: Sides) -> Iterator[Step]:
        """What puts back the sequences that the table took along and that are to be otherwise."""
        for column in sides.inside_before.get(self.key, ()):
            for owned in sides.inside_before.get(column.key, ()):
                sequence = sides.after.things.get(owned.requires[0]) if isinstance(owned, SequenceOwnership) else None
                if isinstance(sequence, Counter) and sequence.persistence != self.persistence:
                    change = persist((sequence.schema, sequence.name), sequence.persistence)
                    yield step(self, change, _ALL, on=sequence.key, rewrites=True)

    @property
    def disposable(self) -> bool:
        """Whether it can be dropped without losing rows."""
        return False


def _option_lock(items: Iterable[str]) -> Lock:
    # user_catalog_table takes more than the others (https://www.postgresql.org/docs/current/sql-altertable.html).
    return _ALL if any(item.startswith("user_catalog_table") for item in items) else Lock.SHARE_UPDATE_EXCLUSIVE
