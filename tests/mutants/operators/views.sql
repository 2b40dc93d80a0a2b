-- add
SELECT schema || ' ' || form, format(form, schema) FROM schema_here, unnest(ARRAY['CREATE VIEW %I.mutant AS SELECT 1 AS a', 'CREATE MATERIALIZED VIEW %I.mutant AS SELECT 1 AS a']) form;

-- options
SELECT target || ' ' || option, format('ALTER VIEW %s SET (%s)', target, option)
FROM relation r, unnest(ARRAY['security_barrier = true', 'security_invoker = true', 'check_option = local', 'check_option = cascaded']) option
WHERE kind = 'v' AND NOT coalesce(options, '{}') && ARRAY[replace(option, ' ', ''), replace(replace(option, ' ', ''), 'true', 'on')];

-- reset options
SELECT target || ' ' || option, format('ALTER VIEW %s RESET (%s)', target, split_part(option, '=', 1)) FROM relation, unnest(options) option WHERE kind = 'v' AND option !~ '=(false|off)$';

-- query: one more condition
SELECT target, format('CREATE OR REPLACE VIEW %s AS SELECT * FROM (%s) mutant WHERE true', target, rtrim(pg_get_viewdef(oid), ';')) FROM relation WHERE kind = 'v';

-- query: a word
SELECT target || ' ' || part, format('CREATE OR REPLACE VIEW %s AS %s', target, regexp_replace(pg_get_viewdef(oid), part, other))
FROM relation, (VALUES (' AND ', ' OR '), (' = ', ' >= '), ('LEFT JOIN', 'JOIN'), (' JOIN ', ' LEFT JOIN '), (' DESC', ' ASC'), ('SELECT ', 'SELECT DISTINCT '), ('count\(', 'max('),
                       ('sum\(', 'max('), (' UNION ', ' UNION ALL '), ('''([^'']+)''', '''\1x'''), (' > ', ' >= '), (';$', ' LIMIT 7;')) v (part, other)
WHERE kind = 'v' AND pg_get_viewdef(oid) ~ part AND NOT (part = ' JOIN ' AND pg_get_viewdef(oid) ~ 'LEFT JOIN');

-- query: one more column
SELECT target, format('CREATE OR REPLACE VIEW %s AS SELECT *, 1 AS mutant FROM (%s) inside', target, rtrim(pg_get_viewdef(oid), ';')) FROM relation WHERE kind = 'v';

-- becomes materialized
SELECT target, format('DROP VIEW %s CASCADE; CREATE MATERIALIZED VIEW %1$s AS %2$s', target, rtrim(pg_get_viewdef(oid), ';')) FROM relation WHERE kind = 'v';

-- becomes a table
SELECT target, format('DROP VIEW %s CASCADE; CREATE TABLE %1$s (a integer)', target) FROM relation WHERE kind = 'v';

-- materialized: query
SELECT target, format('DROP MATERIALIZED VIEW %s CASCADE; CREATE MATERIALIZED VIEW %1$s AS SELECT * FROM (%2$s) mutant WHERE true', target, rtrim(pg_get_viewdef(oid), ';')) FROM relation WHERE kind = 'm';

-- materialized: options
SELECT target, format('ALTER MATERIALIZED VIEW %s SET (fillfactor = 71)', target) FROM relation WHERE kind = 'm'
UNION ALL
SELECT target, format('ALTER MATERIALIZED VIEW %s SET (autovacuum_enabled = false)', target) FROM relation WHERE kind = 'm';

-- materialized: becomes a view
SELECT target, format('DROP MATERIALIZED VIEW %s CASCADE; CREATE VIEW %1$s AS %2$s', target, rtrim(pg_get_viewdef(oid), ';')) FROM relation WHERE kind = 'm';

-- column: type
SELECT a.target || '.' || a.name, format('DROP VIEW %s CASCADE; CREATE VIEW %1$s AS SELECT %2$s FROM (%3$s) inside', a.target,
         (SELECT string_agg(CASE WHEN b.number = a.number THEN format('%s::text::bytea AS %1$s', b.quoted) ELSE b.quoted END, ', ' ORDER BY b.number) FROM attribute b WHERE b.oid = a.oid),
         rtrim(pg_get_viewdef(a.oid), ';'))
FROM attribute a WHERE a.kind = 'v';
