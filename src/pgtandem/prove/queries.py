"""The catalog queries behind `shape`; their aliases are the names of the fields there."""

from __future__ import annotations

from pgtandem.kinds.scope import no_system_schema, not_of_extension, user_routine, user_schema

RELATIONS = f"""
    SELECT c.oid::bigint, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
           pg_get_userbyid(c.relowner)::text AS owner, c.relrowsecurity AS row_security,
           NOT {user_schema("n.nspname")} AS of_platform,
           (SELECT ARRAY[pn.nspname, p.relname]::text[]
            FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1) AS parent,
           coalesce(pg_get_expr(c.relpartbound, c.oid), '') AS bound,
           ARRAY(SELECT attname::text FROM pg_partitioned_table pt, unnest(pt.partattrs::int[]) u(n), pg_attribute
                 WHERE pt.partrelid = c.oid AND attrelid = c.oid AND attnum = u.n AND u.n > 0) AS partition_key,
           ARRAY(SELECT pubname::text FROM pg_publication_tables
                 WHERE schemaname = n.nspname AND tablename = c.relname) AS published,
           ARRAY(SELECT coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(
               pg_get_expr(polwithcheck, polrelid), '') FROM pg_policy WHERE polrelid = c.oid) AS policies,
           ARRAY(SELECT pg_get_expr(indexprs, indrelid) FROM pg_index
                 WHERE indrelid = c.oid AND indexprs IS NOT NULL) AS indexed
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {no_system_schema("n.nspname")}
      AND ({user_schema("n.nspname")} OR (n.nspname, c.relname) IN (('auth', 'users'), ('storage', 'buckets'),
          ('storage', 'objects')))
      AND {not_of_extension("pg_class", "c.oid")}
    ORDER BY n.nspname, c.relname
"""
# A domain's type is followed down to what it is made of: https://www.postgresql.org/docs/current/catalog-pg-type.html
COLUMNS = """
    WITH RECURSIVE made AS (
        SELECT t.oid AS top, t.oid, t.typtype, t.typbasetype, t.typtypmod FROM pg_type t
        UNION ALL
        SELECT made.top, t.oid, t.typtype, t.typbasetype,
               CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE made.typtypmod END
        FROM made JOIN pg_type t ON t.oid = made.typbasetype WHERE made.typtype = 'd'
    )
    SELECT a.attrelid::bigint AS relation, a.attname AS name, a.attnum AS number,
           format_type(a.atttypid, a.atttypmod) AS type,
           b.typname AS base, format('%%s.%%I', b.typnamespace::regnamespace, b.typname) AS below,
           b.typcategory AS category,
           CASE WHEN b.typname IN ('varchar', 'bpchar') THEN
             CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 WHEN made.typtypmod > 4 THEN made.typtypmod - 4 ELSE 0 END
           ELSE 0 END AS length,
           ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = b.oid ORDER BY enumsortorder) AS labels,
           ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = b.typelem ORDER BY enumsortorder)
             AS element_labels,
           coalesce((SELECT typname::text FROM pg_type e WHERE e.oid = b.typelem AND b.typcategory = 'A'),
                    '') AS element,
           a.attnotnull OR EXISTS (SELECT FROM pg_type d WHERE d.oid = a.atttypid AND d.typnotnull) AS required,
           (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = a.attrelid AND adnum = a.attnum) AS own,
           a.attidentity::text AS identity, a.attgenerated::text AS generated,
           ARRAY(SELECT pg_get_expr(k.conbin, 0) FROM made m JOIN pg_constraint k ON k.contypid = m.oid
                 WHERE m.top = a.atttypid AND k.contype = 'c') AS domain_checks
    FROM pg_attribute a
    JOIN made ON made.top = a.atttypid AND made.typtype <> 'd'
    JOIN pg_type b ON b.oid = made.oid
    WHERE a.attrelid = ANY (%(oids)s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum
"""
CONSTRAINTS = """
    SELECT k.conrelid::bigint AS relation, k.conname AS name, k.contype AS kind,
           ARRAY(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
                 JOIN pg_attribute ON attrelid = k.conrelid AND attnum = u.n ORDER BY o) AS columns,
           fn.nspname AS target_schema, f.relname AS target_name,
           ARRAY(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
                 JOIN pg_attribute ON attrelid = k.confrelid AND attnum = u.n ORDER BY o) AS target_columns,
           k.confdeltype::text AS action, pg_get_expr(k.conbin, k.conrelid) AS expression
    FROM pg_constraint k LEFT JOIN pg_class f ON f.oid = k.confrelid
    LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    WHERE k.conrelid = ANY (%(oids)s) AND k.contype IN ('c', 'f', 'x')
    ORDER BY k.conrelid, k.conname
"""
UNIQUES = """
    SELECT i.indrelid::bigint AS relation, c.relname AS name, i.indisprimary AS primary,
           i.indpred IS NOT NULL OR 0 = ANY (i.indkey::int[]) AS partial,
           ARRAY(SELECT attname::text FROM unnest(i.indkey::int[]) WITH ORDINALITY u(n, o)
                 JOIN pg_attribute ON attrelid = i.indrelid AND attnum = u.n
                 WHERE u.o <= i.indnkeyatts ORDER BY o) AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY (%(oids)s) AND i.indisunique
    ORDER BY i.indrelid, c.relname
"""
ROUTINES = f"""
    SELECT p.oid::bigint, n.nspname AS schema, p.proname AS name, pg_get_function_identity_arguments(p.oid) AS identity,
           oidvectortypes(p.proargtypes) AS given,
           ARRAY(SELECT ARRAY[t.typname, t.typcategory]::text[]
                 FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u(o, n)
                 JOIN pg_type t ON t.oid = u.o ORDER BY n) AS types,
           p.prokind AS kind,
           format_type(p.prorettype, NULL) AS result, p.proretset AS returns_set,
           p.prosecdef AS definer, p.prosrc AS source,
           ARRAY(SELECT r::text FROM unnest(%(roles)s::text[]) r WHERE has_function_privilege(r, p.oid, 'EXECUTE')
                 AND has_schema_privilege(r, n.oid, 'USAGE')) AS callers
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {user_schema("n.nspname")}
      AND {user_routine("p.oid")}
    ORDER BY n.nspname, p.proname, p.oid
"""
SEQUENCES = f"""
    SELECT n.nspname AS schema, c.relname AS name, tn.nspname AS table_schema, t.relname AS table_name,
           a.attname AS column
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
      AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE c.relkind = 'S' AND {user_schema("n.nspname")}
    ORDER BY n.nspname, c.relname
"""
MEMBERSHIPS = """
    SELECT r.rolname::text AS role, ARRAY(SELECT o.rolname::text FROM pg_roles o WHERE o.rolname <> r.rolname
        AND pg_has_role(r.oid, o.oid, 'MEMBER') ORDER BY 1) AS of
    FROM pg_roles r WHERE r.rolname = ANY (%(roles)s)
"""
