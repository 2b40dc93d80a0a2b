-- add
SELECT schema, format('CREATE TABLE %I.mutant (id integer)', schema) FROM schema_here;

-- add schema
SELECT 'mutant', 'CREATE SCHEMA mutant';

-- add inherited
SELECT target, format('CREATE TABLE %s_mutant () INHERITS (%s)', quote_ident(schema) || '.x', target) FROM relation WHERE kind = 'r' AND NOT is_partition;

-- add partition
SELECT target, format('CREATE TABLE %I.mutant PARTITION OF %s DEFAULT', schema, target) FROM relation WHERE kind = 'p';

-- detach partition
SELECT r.target, format('ALTER TABLE %s DETACH PARTITION %s', i.inhparent::regclass, r.target)
FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid WHERE r.is_partition AND r.kind IN ('r', 'p');

-- other partition bound
SELECT r.target, format('ALTER TABLE %s DETACH PARTITION %s; ALTER TABLE %1$s ATTACH PARTITION %2$s %3$s', i.inhparent::regclass,
                        r.target, CASE k.partstrat WHEN 'l' THEN 'FOR VALUES IN (NULL)'
                          WHEN 'h' THEN 'FOR VALUES WITH (MODULUS 9973, REMAINDER 1)'
                          ELSE 'FOR VALUES FROM (MINVALUE) TO (MAXVALUE)' END)
FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid JOIN pg_partitioned_table k ON k.partrelid = i.inhparent
WHERE r.is_partition AND r.kind IN ('r', 'p');

-- other partition of
SELECT r.target, format('ALTER TABLE %s DETACH PARTITION %s; ALTER TABLE %s ATTACH PARTITION %2$s %4$s', i.inhparent::regclass,
                        r.target, o.target, pg_get_expr(c.relpartbound, c.oid))
FROM relation r JOIN pg_class c ON c.oid = r.oid JOIN pg_inherits i ON i.inhrelid = r.oid
JOIN relation o ON o.kind = 'p' AND o.oid <> i.inhparent
WHERE r.is_partition AND r.kind IN ('r', 'p');

-- inherit no more
SELECT r.target, format('ALTER TABLE %s NO INHERIT %s', r.target, i.inhparent::regclass)
FROM relation r JOIN pg_inherits i ON i.inhrelid = r.oid WHERE NOT r.is_partition AND r.kind IN ('r', 'f');

-- no type
SELECT r.target, format('ALTER TABLE %s NOT OF', r.target) FROM relation r JOIN pg_class c ON c.oid = r.oid WHERE c.reloftype <> 0;

-- partitioned otherwise
SELECT r.target, format('DROP TABLE %s CASCADE; CREATE TABLE %1$s (%s %s) PARTITION BY HASH (%2$s)', r.target, a.quoted, a.type)
FROM relation r JOIN attribute a ON a.oid = r.oid AND a.number = 1 WHERE r.kind = 'p';

-- unlogged
SELECT target, format('ALTER TABLE %s SET %s', target, CASE persistence WHEN 'u' THEN 'LOGGED' ELSE 'UNLOGGED' END)
FROM relation WHERE kind = 'r';

-- storage parameter
SELECT target, format('ALTER TABLE %s SET (%s)', target, parameter)
FROM relation, unnest(ARRAY['fillfactor = 71', 'autovacuum_enabled = off', 'autovacuum_vacuum_scale_factor = 0.123',
                            'toast.autovacuum_enabled = false', 'parallel_workers = 3', 'user_catalog_table = true',
                            'toast_tuple_target = 4096', 'vacuum_index_cleanup = off']) parameter
WHERE kind = 'r' AND NOT (parameter ~ '^toast\.' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = relation.oid AND c.reltoastrelid = 0));

-- reset storage parameter
SELECT target, format('ALTER TABLE %s RESET (%s)', target, split_part(option, '=', 1)) FROM relation, unnest(options) option WHERE kind = 'r';

-- replica identity
SELECT target, format('ALTER TABLE %s REPLICA IDENTITY %s', target, part)
FROM relation, (VALUES ('DEFAULT', 'd'), ('FULL', 'f'), ('NOTHING', 'n')) known (part, code)
WHERE kind IN ('r', 'p') AND replica_identity <> code::"char";

-- replica identity by index
SELECT name, format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', relation, name)
FROM index_here i WHERE NOT replica_identity AND "unique" AND "where" IS NULL AND NOT expressions AND relation_kind IN ('r', 'p')
  AND NOT EXISTS (SELECT FROM attribute a WHERE a.oid = i.relation_oid AND a.number = ANY (i.columns) AND NOT a.not_null);

-- access method
SELECT target, format('CREATE ACCESS METHOD mutant TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE %s SET ACCESS METHOD mutant', target)
FROM relation WHERE kind IN ('r', 'm');

-- tablespace
SELECT target, format('ALTER %s %s SET TABLESPACE elsewhere', word, target) FROM relation JOIN pg_tablespace ON spcname = 'elsewhere'
WHERE kind IN ('r', 'm', 'i');

-- row security
SELECT target, format('ALTER TABLE %s %s ROW LEVEL SECURITY', target, CASE WHEN secured THEN 'DISABLE' ELSE 'ENABLE' END)
FROM relation WHERE kind IN ('r', 'p');

-- forced row security
SELECT target, format('ALTER TABLE %s %s FORCE ROW LEVEL SECURITY', target, CASE WHEN forced THEN 'NO' END)
FROM relation WHERE kind IN ('r', 'p');

-- cluster
SELECT name, format('ALTER TABLE %s CLUSTER ON %I', relation, name) FROM index_here
WHERE NOT clustered AND method = 'btree' AND "where" IS NULL AND relation_kind = 'r';

-- cluster no more
SELECT name, format('ALTER TABLE %s SET WITHOUT CLUSTER', relation) FROM index_here WHERE clustered;

-- rule
SELECT target, format('CREATE RULE mutant AS ON %s TO %s DO ALSO NOTHING', event, target)
FROM relation, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) event WHERE kind IN ('r', 'p', 'v');

-- rule state
SELECT w.rulename, format('ALTER TABLE %s %s RULE %I', r.target, state, w.rulename)
FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class,
  (VALUES ('DISABLE', 'D'), ('ENABLE REPLICA', 'R'), ('ENABLE ALWAYS', 'A'), ('ENABLE', 'O')) known (state, code)
WHERE w.rulename <> '_RETURN' AND w.ev_enabled <> code::"char";

-- rule body
SELECT w.rulename, format('CREATE OR REPLACE RULE %I AS ON %s TO %s WHERE (SELECT true) DO ALSO NOTHING', w.rulename,
              CASE w.ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' ELSE 'DELETE' END, r.target)
FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN';

-- statistics
SELECT r.target, format('CREATE STATISTICS %I.mutant ON %s, %s FROM %s', r.schema, a.quoted, b.quoted, r.target)
FROM relation r JOIN attribute a ON a.oid = r.oid AND a.number = 1 JOIN attribute b ON b.oid = r.oid AND b.number = 2
WHERE r.kind IN ('r', 'p');

-- statistics target of an object
SELECT x.stxname, format('ALTER STATISTICS %I.%I SET STATISTICS 77', s.schema, x.stxname)
FROM pg_statistic_ext x JOIN schema_here s ON s.oid = x.stxnamespace;

-- statistics of other kinds
SELECT x.stxname, format('DROP STATISTICS %I.%I; %s', s.schema, x.stxname,
              regexp_replace(pg_get_statisticsobjdef(x.oid), '( \([a-z, ]+\))? ON ', ' (mcv) ON '))
FROM pg_statistic_ext x JOIN schema_here s ON s.oid = x.stxnamespace WHERE x.stxkind <> '{m}';

-- statistics of another table
SELECT x.stxname, format('DROP STATISTICS %I.%I; CREATE TABLE %1$I.mutant (a int, b int); CREATE STATISTICS %1$I.%2$I ON a, b FROM %1$I.mutant',
                         s.schema, x.stxname)
FROM pg_statistic_ext x JOIN schema_here s ON s.oid = x.stxnamespace;
