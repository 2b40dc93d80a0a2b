"""Objects that exist and that no kind describes, so that their absence from a report is not silence."""

from __future__ import annotations

from pgtandem.kinds.scope import not_of_extension, user_schema

UNMODELLED = f"""
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'p' THEN 'partitioned table'
             WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'partition' END
           || ' ' || format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (c.relkind IN ('v', 'm', 'p', 'f', 'c') OR c.relkind = 'r' AND c.relispartition)
      AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    UNION ALL
    SELECT 'inheritance of ' || format('%I.%I', n.nspname, c.relname)
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND NOT c.relispartition AND {user_schema("n.nspname")}
    UNION ALL
    SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END
           || ' ' || format('%I.%I', n.nspname, t.typname)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE (t.typtype IN ('d', 'r') OR t.typtype = 'b' AND t.typcategory <> 'A')
      AND {user_schema("n.nspname")} AND {not_of_extension("pg_type", "t.oid")}
    UNION ALL
    SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' ELSE 'C function' END
           || ' ' || format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE (p.prokind IN ('a', 'w') OR l.lanname IN ('c', 'internal'))
      AND {user_schema("n.nspname")} AND {not_of_extension("pg_proc", "p.oid")}
    UNION ALL
    SELECT 'rule ' || quote_ident(r.rulename) || ' on ' || format('%I.%I', n.nspname, c.relname)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND {user_schema("n.nspname")} AND {not_of_extension("pg_class", "c.oid")}
    UNION ALL
    SELECT 'event trigger ' || quote_ident(v.evtname)
    FROM pg_event_trigger v JOIN pg_proc p ON p.oid = v.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {user_schema("n.nspname")}
    UNION ALL
    SELECT 'statistics ' || format('%I.%I', n.nspname, x.stxname)
    FROM pg_statistic_ext x JOIN pg_namespace n ON n.oid = x.stxnamespace WHERE {user_schema("n.nspname")}
    UNION ALL
    SELECT 'collation ' || format('%I.%I', n.nspname, x.collname)
    FROM pg_collation x JOIN pg_namespace n ON n.oid = x.collnamespace
    WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_collation", "x.oid")}
    UNION ALL
    SELECT 'operator ' || format('%I.%s', n.nspname, x.oprname)
    FROM pg_operator x JOIN pg_namespace n ON n.oid = x.oprnamespace
    WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_operator", "x.oid")}
    UNION ALL
    SELECT 'text search configuration ' || format('%I.%I', n.nspname, x.cfgname)
    FROM pg_ts_config x JOIN pg_namespace n ON n.oid = x.cfgnamespace
    WHERE {user_schema("n.nspname")} AND {not_of_extension("pg_ts_config", "x.oid")}
    UNION ALL
    SELECT 'publication of ' || format('%I.%I', n.nspname, c.relname) || ' in ' || quote_ident(b.pubname)
    FROM pg_publication_rel x JOIN pg_publication b ON b.oid = x.prpubid JOIN pg_class c ON c.oid = x.prrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {user_schema("n.nspname")}
    UNION ALL
    SELECT 'foreign server ' || quote_ident(s.srvname) FROM pg_foreign_server s
    WHERE {not_of_extension("pg_foreign_server", "s.oid")}
    ORDER BY 1
"""
