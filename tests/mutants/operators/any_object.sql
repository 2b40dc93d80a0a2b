-- drop
SELECT word || ' ' || target, format('DROP %s %s%s', word, target, CASE WHEN word NOT IN ('EVENT TRIGGER') THEN ' CASCADE' END)
FROM object_here WHERE word NOT IN ('COLUMN', 'CONSTRAINT');

-- rename
SELECT o.word || ' ' || o.target,
       CASE WHEN o.word IN ('TRIGGER', 'POLICY', 'RULE') THEN format('ALTER %s %s RENAME TO mutant', o.word, o.target)
         WHEN o.word = 'CONSTRAINT' THEN format('ALTER %s %s RENAME CONSTRAINT %s TO mutant',
            CASE WHEN o.target ~ ' ON DOMAIN ' THEN 'DOMAIN' ELSE 'TABLE' END,
            regexp_replace(o.target, '^.* ON (DOMAIN )?', ''), regexp_replace(o.target, ' ON (DOMAIN )?.*$', ''))
         WHEN o.word = 'COLUMN' THEN (SELECT format('ALTER %s %s RENAME %s %s TO mutant', a.word, a.target,
                                                    CASE a.kind WHEN 'c' THEN 'ATTRIBUTE' ELSE 'COLUMN' END, a.quoted)
                                      FROM attribute a WHERE a.oid = o.oid AND a.number = o.sub)
         ELSE format('ALTER %s %s RENAME TO mutant', o.word, o.target) END
FROM object_here o WHERE o.word NOT IN ('EXTENSION', 'ACCESS METHOD', 'CAST', 'TRANSFORM');

-- move to another schema
SELECT word || ' ' || target, format('CREATE SCHEMA IF NOT EXISTS mutant; ALTER %s %s SET SCHEMA mutant', word, target)
FROM object_here
WHERE word IN ('TABLE', 'VIEW', 'MATERIALIZED VIEW', 'SEQUENCE', 'FOREIGN TABLE', 'FUNCTION', 'PROCEDURE', 'ROUTINE', 'TYPE',
               'DOMAIN', 'COLLATION', 'STATISTICS', 'EXTENSION');

-- owner
SELECT word || ' ' || target, format('ALTER %s %s OWNER TO mutant_role', word, target) FROM object_here WHERE owner IS NOT NULL
UNION ALL
SELECT 'EVENT TRIGGER ' || evtname, format('ALTER ROLE mutant_role SUPERUSER; ALTER EVENT TRIGGER %I OWNER TO mutant_role', evtname)
FROM pg_event_trigger WHERE evtfoid IN (SELECT oid FROM routine);

-- add or change comment
SELECT o.word || ' ' || o.target, format('COMMENT ON %s %s IS %L', o.word, o.target, coalesce(d.description, '') || 'mutant')
FROM object_here o LEFT JOIN pg_description d ON d.classoid = o.catalog AND d.objoid = o.oid AND d.objsubid = o.sub;

-- comment: change only the case or the white space
SELECT o.word || ' ' || o.target, format('COMMENT ON %s %s IS %L', o.word, o.target, changed)
FROM object_here o JOIN pg_description d ON d.classoid = o.catalog AND d.objoid = o.oid AND d.objsubid = o.sub,
  unnest(ARRAY[upper(d.description), d.description || ' ', E'\n' || d.description]) changed
WHERE changed <> d.description;

-- drop comment
SELECT o.word || ' ' || o.target, format('COMMENT ON %s %s IS NULL', o.word, o.target)
FROM object_here o JOIN pg_description d ON d.classoid = o.catalog AND d.objoid = o.oid AND d.objsubid = o.sub;
