"""What needs what, at the grain of columns, as pg_depend has it."""

from __future__ import annotations

# https://www.postgresql.org/docs/current/catalog-pg-depend.html. Rows whose object is a sequence's tie to its column
# are left out: the sequence comes before the column whose default it feeds. Objects below 16384 are PostgreSQL's own.
# The index of a partition, and its foreign key, come before those of its parent, which then take them over. A trigger
# of a partition is there once its parent's is. What follows is left out as it says nothing: that a default is for its
# column, a row or array type for its table or element, and a trigger that PostgreSQL made for its constraint.
DEPENDS = """
    SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid
    FROM pg_depend d
    WHERE d.deptype IN ('n', 'a', 'i') AND d.refobjid >= 16384
      AND NOT (d.deptype = 'a' AND d.classid = 'pg_attrdef'::regclass)
      AND NOT (d.deptype = 'i' AND d.classid IN ('pg_type'::regclass, 'pg_trigger'::regclass))
      AND NOT (d.deptype IN ('a', 'i') AND d.classid = 'pg_class'::regclass AND d.objsubid = 0
               AND EXISTS (SELECT FROM pg_class s WHERE s.oid = d.objid AND s.relkind = 'S'))
    UNION ALL
    SELECT 'pg_class'::regclass, i.inhparent, 0, 'pg_class'::regclass, i.inhrelid, 0
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('i', 'I')
    UNION ALL
    SELECT 'pg_constraint'::regclass, k.conparentid, 0, 'pg_constraint'::regclass, k.oid, 0
    FROM pg_constraint k WHERE k.conparentid <> 0 AND k.contype = 'f'
    UNION ALL
    SELECT 'pg_trigger'::regclass, g.oid, 0, 'pg_trigger'::regclass, g.tgparentid, 0
    FROM pg_trigger g WHERE g.tgparentid <> 0
"""

# Objects without a kind of their own, and those that stand for them: a default's column, the constraint of an index,
# the view of its rule, the table of a row type, the element of an array type, the range of a multirange, the column of
# an internal sequence, the extension of what belongs to it.
STANDS_FOR = """
    SELECT 'pg_attrdef'::regclass::oid, d.oid, 0, 'pg_class'::regclass::oid, d.adrelid, d.adnum::int
    FROM pg_attrdef d WHERE d.oid >= 16384
    UNION ALL
    SELECT 'pg_class'::regclass, k.conindid, 0, 'pg_constraint'::regclass, k.oid, 0
    FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x') AND k.oid >= 16384
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid, 0, 'pg_class'::regclass, r.ev_class, 0
    FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename = '_RETURN'
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, 'pg_class'::regclass, t.typrelid, 0
    FROM pg_type t WHERE t.typrelid <> 0 AND t.oid >= 16384
    UNION ALL
    SELECT 'pg_type'::regclass, t.typarray, 0, 'pg_type'::regclass, t.oid, 0
    FROM pg_type t WHERE t.typarray <> 0 AND t.oid >= 16384
    UNION ALL
    SELECT 'pg_class'::regclass, d.objid, 0, 'pg_class'::regclass, d.refobjid, d.refobjsubid
    FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
      AND d.refobjsubid > 0
    UNION ALL
    SELECT 'pg_type'::regclass, r.rngmultitypid, 0, 'pg_type'::regclass, r.rngtypid, 0
    FROM pg_range r WHERE r.rngtypid >= 16384
    UNION ALL
    SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_depend d WHERE d.deptype = 'e'
"""
