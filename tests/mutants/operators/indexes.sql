-- add
SELECT target || '.' || name, format('CREATE INDEX ON %s (%s)', target, quoted) FROM attribute WHERE kind IN ('r', 'p', 'm');

-- add unique
SELECT target || '.' || name, format('CREATE UNIQUE INDEX ON %s (%s)', target, quoted) FROM attribute WHERE kind IN ('r', 'm');

-- add on an expression
SELECT target || '.' || name, format('CREATE INDEX ON %s ((%s IS NULL))', target, quoted) FROM attribute WHERE kind IN ('r', 'p', 'm');

-- add partial
SELECT target || '.' || name, format('CREATE INDEX ON %s (%s) WHERE %2$s IS NOT NULL', target, quoted) FROM attribute WHERE kind IN ('r', 'p', 'm');

-- unique
SELECT target, dropped || CASE WHEN "unique" THEN regexp_replace(definition, '^CREATE UNIQUE', 'CREATE') ELSE regexp_replace(definition, '^CREATE', 'CREATE UNIQUE') END
FROM index_here WHERE NOT of_constraint;

-- nulls not distinct
SELECT target, dropped || CASE WHEN nulls_not_distinct THEN replace(definition, ' NULLS NOT DISTINCT', '')
                            ELSE regexp_replace(definition, '\)(( WITH .*)?( WHERE .*)?)$', ') NULLS NOT DISTINCT\1') END
FROM index_here WHERE NOT of_constraint AND "unique";

-- method
SELECT target || ' ' || other, dropped || regexp_replace(definition, ' USING \w+ ', ' USING ' || other || ' ')
FROM index_here, unnest(ARRAY['btree', 'hash', 'gin', 'gist', 'brin', 'spgist']) other WHERE NOT of_constraint AND other <> method;

-- where
SELECT i.target, dropped || CASE WHEN "where" IS NULL THEN definition || format(' WHERE %s IS NOT NULL', a.quoted) ELSE regexp_replace(definition, ' WHERE .*$', '') END
FROM index_here i JOIN attribute a ON a.oid = i.relation_oid AND a.number = 1 WHERE NOT of_constraint
UNION ALL
SELECT i.target, dropped || format('%s AND %s IS NOT NULL', definition, a.quoted) FROM index_here i JOIN attribute a ON a.oid = i.relation_oid AND a.number = 1 WHERE NOT of_constraint AND "where" IS NOT NULL
UNION ALL
SELECT target, dropped || regexp_replace(definition, ' WHERE (.*)$', ' WHERE NOT (\1)') FROM index_here WHERE NOT of_constraint AND "where" IS NOT NULL;

-- include
SELECT i.target || ' ' || a.name, i.dropped || CASE WHEN i.definition ~ ' INCLUDE \(' THEN regexp_replace(i.definition, ' INCLUDE \([^)]*\)', '')
         ELSE regexp_replace(i.definition, '\)(( NULLS NOT DISTINCT)?( WITH \([^)]*\))?( WHERE .*)?)$', format(') INCLUDE (%s)\1', a.quoted)) END
FROM index_here i JOIN attribute a ON a.oid = i.relation_oid AND NOT a.number = ANY (i.columns::int2[]) WHERE NOT of_constraint;

-- order of a column
SELECT target, dropped || regexp_replace(definition, ' USING btree \(([^,()]+)', CASE WHEN definition ~ ' (DESC|NULLS (FIRST|LAST))[,) ]' THEN ' USING btree (\1 NULLS LAST' ELSE ' USING btree (\1 DESC' END)
FROM index_here WHERE NOT of_constraint AND NOT expressions AND method = 'btree' AND definition !~ 'NULLS LAST'
UNION ALL
SELECT target, dropped || regexp_replace(definition, ' (DESC|NULLS LAST|NULLS FIRST)(?=[,) ])', '') FROM index_here
WHERE NOT of_constraint AND definition ~ ' (DESC|NULLS FIRST|NULLS LAST)[,) ]' AND definition !~ 'DESC NULLS'
UNION ALL
SELECT target, dropped || regexp_replace(definition, ' USING btree \(([^,()]+)', ' USING btree (\1 NULLS FIRST')
FROM index_here WHERE NOT of_constraint AND NOT expressions AND method = 'btree' AND definition !~ 'DESC|NULLS FIRST|NULLS LAST';

-- columns in another order
SELECT target, dropped || regexp_replace(definition, ' \(([^,()]+), ([^()]+)\)', ' (\2, \1)') FROM index_here WHERE NOT of_constraint AND keys > 1 AND NOT expressions;

-- another column
SELECT i.target || ' ' || a.name, i.dropped || regexp_replace(i.definition, ' USING (\w+) \([^,()]+', format(' USING \1 (%s', a.quoted))
FROM index_here i JOIN attribute a ON a.oid = i.relation_oid AND a.number <> i.columns[0] WHERE NOT of_constraint AND NOT expressions;

-- one more column
SELECT i.target || ' ' || a.name, i.dropped || regexp_replace(i.definition, ' USING (\w+) \(', format(' USING \1 (%s, ', a.quoted))
FROM index_here i JOIN attribute a ON a.oid = i.relation_oid AND NOT a.number = ANY (i.columns::int2[]) WHERE NOT of_constraint;

-- expression
SELECT target || ' ' || changed, dropped || changed
FROM index_here, LATERAL (VALUES (replace(definition, 'lower(', 'upper(')), (replace(definition, ' || ', ' || ''x'' || ')),
                                 (replace(definition, '->>', '->')), (replace(definition, 'english', 'simple'))) v (changed)
WHERE expressions AND changed <> definition AND NOT of_constraint;

-- collation
SELECT i.target, dropped || regexp_replace(definition, ' USING (\w+) \(("[^"]+"|[^, ()"]+)', ' USING \1 (\2 COLLATE "C"') FROM index_here i
JOIN attribute a ON a.oid = i.relation_oid AND a.number = i.columns[0] AND a.collation <> 0 AND a.collation <> '"C"'::regcollation
WHERE definition !~ ' COLLATE ' AND NOT of_constraint;

-- operator class
SELECT i.target || ' ' || other, dropped || regexp_replace(definition, ' USING (\w+) \(("[^"]+"|[^, ()"]+)', ' USING \1 (\2 ' || other) FROM index_here i
JOIN attribute a ON a.oid = i.relation_oid AND a.number = i.columns[0],
  LATERAL (SELECT o.opcname AS other FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = i.method
           WHERE o.opcnamespace = 'pg_catalog'::regnamespace AND o.opcintype IN (a.type_oid, CASE WHEN a.type_oid = 'varchar'::regtype THEN 'text'::regtype END)
             AND o.oid <> i.classes[0] AND NOT (o.opcname = 'varchar_ops') AND NOT o.opcdefault) o
WHERE NOT of_constraint AND definition !~ '_ops| COLLATE ';

-- operator class options
SELECT target, dropped || regexp_replace(definition, ' USING (gist|brin) \(("[^"]+"|[^, ()"]+)\)', ' USING \1 (\2 ' || other || ')')
FROM index_here, unnest(ARRAY['int4_bloom_ops (n_distinct_per_range = 50)', 'tsvector_ops (siglen = 100)']) other WHERE definition ~ ' USING (gist|brin) \(("[^"]+"|[^, ()"]+)\)' AND NOT of_constraint;

-- storage parameter
SELECT target, format('ALTER INDEX %s SET (%s)', target, CASE method WHEN 'gin' THEN 'fastupdate = off' WHEN 'brin' THEN 'pages_per_range = 7' ELSE 'fillfactor = 61' END)
FROM index_here WHERE NOT of_constraint
UNION ALL
SELECT target, format('ALTER INDEX %s RESET (%s)', target, split_part(option, '=', 1)) FROM index_here, unnest(options) option;

-- statistics
SELECT target, format('ALTER INDEX %s ALTER COLUMN 1 SET STATISTICS 99', target) FROM index_here WHERE expressions AND columns[0] = 0;

-- invalid
SELECT target, format('UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s', oid) FROM index_here WHERE valid AND NOT of_constraint;

-- invalid of a key
SELECT target, format('UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s', oid) FROM index_here WHERE valid AND of_constraint;
