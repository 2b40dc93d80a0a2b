-- add
SELECT schema || ' ' || form, format(form, schema)
FROM schema_here, unnest(ARRAY['CREATE TYPE %I.mutant AS ENUM (''a'')', 'CREATE DOMAIN %I.mutant AS integer', 'CREATE TYPE %I.mutant AS (a integer)',
                               'CREATE TYPE %I.mutant AS RANGE (subtype = integer)', 'CREATE COLLATION %I.mutant (locale = ''C'')']) form;

-- enum: add label
SELECT target || ' ' || place, format('ALTER TYPE %s ADD VALUE ''mutant'' %s', target, place)
FROM type_here t, LATERAL (SELECT format('BEFORE %L', enumlabel) AS place FROM pg_enum WHERE enumtypid = t.oid AND enumsortorder = 1 UNION ALL SELECT '') p WHERE kind = 'e';

-- enum: rename label
SELECT target || ' ' || e.enumlabel, format('ALTER TYPE %s RENAME VALUE %L TO %L', target, e.enumlabel, other)
FROM type_here t JOIN pg_enum e ON e.enumtypid = t.oid, unnest(ARRAY['mutant', upper(e.enumlabel), e.enumlabel || ' ']) other WHERE other <> e.enumlabel;

-- enum: other order
SELECT target, format('UPDATE pg_enum SET enumsortorder = -enumsortorder WHERE enumtypid = %s', oid)
FROM type_here t WHERE kind = 'e' AND (SELECT count(*) FROM pg_enum WHERE enumtypid = t.oid) > 1;

-- enum: drop label
SELECT target || ' ' || e.enumlabel, format('DELETE FROM pg_enum WHERE oid = %s', e.oid) FROM type_here t JOIN pg_enum e ON e.enumtypid = t.oid
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_type'::regclass AND d.refobjid = t.oid AND d.classid <> 'pg_type'::regclass AND (d.classid <> 'pg_class'::regclass OR d.objsubid = 0));

-- domain
SELECT target || ' ' || change, format('ALTER DOMAIN %s %s', target, change)
FROM type_here, unnest(ARRAY['SET NOT NULL', 'DROP NOT NULL', 'SET DEFAULT NULL', 'DROP DEFAULT']) change
WHERE kind = 'd' AND NOT (change = 'SET NOT NULL' AND not_null) AND NOT (change = 'DROP NOT NULL' AND NOT not_null)
  AND NOT (change = 'SET DEFAULT NULL' AND "default" IS NULL) AND NOT (change = 'DROP DEFAULT' AND "default" IS NULL);

-- domain: default
SELECT target, format('ALTER DOMAIN %s SET DEFAULT %s', target, CASE format_type(base, NULL) WHEN 'integer' THEN '4711' ELSE '''4711''' END) FROM type_here WHERE kind = 'd';

-- domain: name of what is not null
SELECT t.target, format('ALTER DOMAIN %s RENAME CONSTRAINT %I TO mutant', t.target, k.conname) FROM type_here t JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'n';

-- domain: type
SELECT target, format('DROP DOMAIN %s CASCADE; CREATE DOMAIN %1$s AS box', target) FROM type_here WHERE kind = 'd';

-- domain: collation
SELECT target, format('UPDATE pg_type SET typcollation = ''"POSIX"''::regcollation WHERE oid = %s', t.oid) FROM type_here t JOIN pg_type p ON p.oid = t.oid WHERE kind = 'd' AND p.typcollation <> 0;

-- becomes another type
SELECT target, format('DROP %s %s CASCADE; CREATE TYPE %2$s AS (mutant integer)', word, target) FROM type_here;

-- range
SELECT t.target || ' ' || change, format('UPDATE pg_range SET %s WHERE rngtypid = %s', change, t.oid)
FROM type_here t, unnest(ARRAY['rngsubtype = ''box''::regtype', 'rngsubopc = (SELECT oid FROM pg_opclass WHERE opcname = ''bpchar_ops'' LIMIT 1)', 'rngcollation = ''"POSIX"''::regcollation',
                               'rngcanonical = ''pg_catalog.int4range_canonical''', 'rngsubdiff = ''pg_catalog.int8range_subdiff''']) change
WHERE t.kind = 'r';

-- range: name of the multirange
SELECT t.target, format('UPDATE pg_type SET typname = ''mutant'' WHERE oid = %s', r.rngmultitypid) FROM type_here t JOIN pg_range r ON r.rngtypid = t.oid;

-- collation
SELECT s.schema || '.' || collname || ' ' || change, format('UPDATE pg_collation SET %s WHERE oid = %s', change, x.oid)
FROM pg_collation x JOIN schema_here s ON s.oid = x.collnamespace,
  unnest(ARRAY['collisdeterministic = NOT collisdeterministic', 'collcollate = ''mutant''', 'collctype = ''mutant''', 'collprovider = CASE collprovider WHEN ''i'' THEN ''c'' ELSE ''i'' END::"char"']) change
UNION ALL
SELECT s.schema || '.' || collname, format('UPDATE pg_collation SET %s = ''de'' WHERE oid = %s', CASE WHEN current_setting('server_version_num')::int >= 170000 THEN 'colllocale' ELSE 'colliculocale' END, x.oid)
FROM pg_collation x JOIN schema_here s ON s.oid = x.collnamespace WHERE x.collprovider <> 'c'
UNION ALL
SELECT s.schema || '.' || collname, format('UPDATE pg_collation SET collicurules = ''&a < b'' WHERE oid = %s', x.oid)
FROM pg_collation x JOIN schema_here s ON s.oid = x.collnamespace WHERE current_setting('server_version_num')::int >= 160000;
