"""What needs what, at the grain of columns, as pg_depend has it."""

from __future__ import annotations

_COLUMN = 0xFFFF


def address(catalog: str, oid: str, column: str = "0") -> str:
    """Return the SQL expression for the address by which pg_depend knows an object of a catalog, as one number."""
    return address_of(f"'{catalog}'::regclass", oid, column)


def address_of(classid: str, objid: str, objsubid: str) -> str:
    """Return the same of what pg_depend, and whatever else knows objects of all catalogs, keeps in three columns."""
    # The oids of catalogs are below 16384, so that all three fit; the numbers of system columns are below 0.
    number = f"({classid}::int8 << 48) + ({objid}::int8 << 16)"
    return number if objsubid == "0" else f"{number} + ({objsubid}::int & {_COLUMN})"


def whole(number: int) -> int:
    """Return the address of what the column with this address is part of."""
    return number & ~_COLUMN


_DEPENDENT = address_of("d.classid", "d.objid", "d.objsubid")
_REFERENCED = address_of("d.refclassid", "d.refobjid", "d.refobjsubid")

# https://www.postgresql.org/docs/current/catalog-pg-depend.html. Rows whose object is a sequence's tie to its column
# are left out: the sequence comes before the column whose default it feeds. Objects below 16384 are PostgreSQL's own.
# The index of a partition, and its foreign key, come before those of its parent, which then take them over. A trigger
# of a partition is there once its parent's is. What follows is left out as it says nothing: that a default is for its
# column, a row or array type for its table or element, a trigger that PostgreSQL made for its constraint, a table of
# oversized values for its table, and NOT NULL for its column.
DEPENDS = f"""
    SELECT {_DEPENDENT}, {_REFERENCED}
    FROM pg_depend d
    WHERE d.deptype IN ('n', 'a', 'i') AND d.refobjid >= 16384
      AND NOT (d.deptype = 'a' AND d.classid = 'pg_attrdef'::regclass)
      AND NOT (d.deptype = 'i' AND d.classid IN ('pg_type'::regclass, 'pg_trigger'::regclass))
      AND NOT (d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.objsubid = 0
               AND d.objid IN (SELECT s.oid FROM pg_class s WHERE s.relkind IN ('S', 't')))
      AND NOT (d.classid = 'pg_constraint'::regclass
               AND d.objid IN (SELECT k.oid FROM pg_constraint k WHERE k.contype = 'n'))
    UNION ALL
    SELECT {address("pg_class", "i.inhparent")}, {address("pg_class", "i.inhrelid")}
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('i', 'I')
    UNION ALL
    SELECT {address("pg_constraint", "k.conparentid")}, {address("pg_constraint", "k.oid")}
    FROM pg_constraint k WHERE k.conparentid <> 0 AND k.contype = 'f'
    UNION ALL
    SELECT {address("pg_trigger", "g.oid")}, {address("pg_trigger", "g.tgparentid")}
    FROM pg_trigger g WHERE g.tgparentid <> 0
"""

# Objects without a kind of their own, and those that stand for them: a default's column, the constraint of an index,
# the view of its rule, the table of a row type, the element of an array type, the range of a multirange, the column of
# an internal sequence, the extension of what belongs to it. Of defaults and types, of which there are many, those that
# anything follows from.
STANDS_FOR = f"""
    SELECT {address("pg_attrdef", "a.oid")}, {address("pg_class", "a.adrelid", "a.adnum")}
    FROM pg_attrdef a
    WHERE a.oid IN (SELECT d.objid FROM pg_depend d
                    WHERE d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n' AND d.refobjid >= 16384)
    UNION ALL
    SELECT {address("pg_class", "k.conindid")}, {address("pg_constraint", "k.oid")}
    FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.oid >= 16384
    UNION ALL
    SELECT {address("pg_rewrite", "r.oid")}, {address("pg_class", "r.ev_class")}
    FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
    UNION ALL
    SELECT {address("pg_type", "t.oid")}, CASE t.typrelid WHEN 0 THEN {address("pg_type", "t.typelem")}
                                            ELSE {address("pg_class", "t.typrelid")} END
    FROM pg_type t
    WHERE (t.typrelid <> 0 OR t.typelem <> 0 AND t.typarray = 0)
      AND t.oid IN (SELECT d.refobjid FROM pg_depend d
                    WHERE d.refclassid = 'pg_type'::regclass AND d.deptype IN ('n', 'a') AND d.refobjid >= 16384)
    UNION ALL
    SELECT {address("pg_type", "r.rngmultitypid")}, {address("pg_type", "r.rngtypid")}
    FROM pg_range r WHERE r.rngtypid >= 16384
    UNION ALL
    SELECT {_DEPENDENT}, {_REFERENCED}
    FROM pg_depend d
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
      OR d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.classid = 'pg_class'::regclass
         AND d.deptype = 'i'
"""
