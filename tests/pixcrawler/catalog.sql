-- Everything in a database that the PixCrawler schema makes, one line each, in PostgreSQL's own words.
SELECT format('table %s %s owner %s rls %s %s', relname, relkind, relowner::regrole, relrowsecurity, relforcerowsecurity)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'S')
UNION ALL
SELECT format('column %s.%s %s %s %s %s %s', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod),
    attnotnull, pg_get_expr(adbin, adrelid),
    (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(attacl) entry))
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'S') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT format('index %s', pg_get_indexdef(indexrelid))
FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('sequence %s %s %s %s owned by %s.%s', seqrelid::regclass, seqtypid::regtype, seqmax,
    (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(relacl) entry), refobjid::regclass, refobjsubid)
FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid
    LEFT JOIN pg_depend ON objid = seqrelid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
        AND refclassid = 'pg_class'::regclass
WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT format('policy %s %s %s %s %s %s %s', tablename, policyname, permissive, roles, cmd, qual, with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT format('function %s %s', pg_get_functiondef(oid),
    (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(proacl) entry))
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled)
FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid
WHERE NOT tgisinternal AND pronamespace = 'public'::regnamespace
UNION ALL
SELECT format('privileges on %s %s', relname, (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(relacl) entry))
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'S')
UNION ALL
SELECT format('privileges on what %s makes later in %s: %s %s', defaclrole::regrole, defaclnamespace::regnamespace,
    defaclobjtype, (SELECT array_agg(entry::text ORDER BY entry::text) FROM unnest(defaclacl) entry))
FROM pg_default_acl
ORDER BY 1
