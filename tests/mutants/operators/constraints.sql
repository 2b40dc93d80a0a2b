-- drop
SELECT target || ' ' || name, format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', target, name) FROM constraint_here
UNION ALL
SELECT t.target || ' ' || k.conname, format('ALTER DOMAIN %s DROP CONSTRAINT %I', t.target, k.conname)
FROM pg_constraint k JOIN type_here t ON t.oid = k.contypid;

-- add check
SELECT target, format('ALTER TABLE %s ADD CONSTRAINT mutant CHECK (%s)', target, condition)
FROM relation, unnest(ARRAY['true', '1 < 2']) condition WHERE kind IN ('r', 'p', 'f');

-- add check on a column
SELECT target || '.' || name, format('ALTER TABLE %s ADD CHECK (%s IS NOT NULL)', target, quoted) FROM attribute WHERE kind IN ('r', 'p', 'f');

-- add unique
SELECT target || '.' || name, format('ALTER TABLE %s ADD UNIQUE (%s)', target, quoted) FROM attribute WHERE kind IN ('r', 'p');

-- add primary key
SELECT target || '.' || a.name, format('ALTER TABLE %s ADD PRIMARY KEY (%s)', target, quoted) FROM attribute a
WHERE kind IN ('r', 'p') AND NOT EXISTS (SELECT FROM constraint_here k WHERE k.relation_oid = a.oid AND k.kind = 'p');

-- add foreign key
SELECT a.target || '.' || a.name || ' to ' || b.target, format('ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (%s)', a.target, a.quoted, b.target, b.quoted)
FROM attribute a JOIN constraint_here k ON k.kind IN ('p', 'u') AND cardinality(k.columns) = 1
JOIN attribute b ON b.oid = k.relation_oid AND b.number = k.columns[1] AND b.type_oid = a.type_oid
WHERE a.kind IN ('r', 'p') AND a.generated = '';

-- add exclusion
SELECT target || '.' || name, format('ALTER TABLE %s ADD EXCLUDE (%s WITH =)', target, quoted) FROM attribute WHERE kind = 'r';

-- not valid
SELECT target || ' ' || name, again || definition || ' NOT VALID' FROM constraint_here WHERE kind IN ('f', 'c') AND valid
UNION ALL
SELECT target || ' ' || name, format('ALTER TABLE %s VALIDATE CONSTRAINT %I', target, name) FROM constraint_here WHERE NOT valid;

-- not enforced
SELECT target || ' ' || name, again || definition || ' NOT ENFORCED' FROM constraint_here
WHERE kind IN ('f', 'c') AND definition !~ ' NOT ENFORCED' AND current_setting('server_version_num')::int >= 180000;

-- no inherit
SELECT target || ' ' || name, again || CASE WHEN no_inherit THEN replace(definition, ' NO INHERIT', '') ELSE definition || ' NO INHERIT' END
FROM constraint_here WHERE kind = 'c' AND valid;

-- deferrable
SELECT target || ' ' || name, again || regexp_replace(definition, ' (INITIALLY DEFERRED|DEFERRABLE|NOT VALID)', '', 'g') || clause
FROM constraint_here, (VALUES (' DEFERRABLE', true, false), (' DEFERRABLE INITIALLY DEFERRED', true, true), ('', false, false)) v (clause, later, first)
WHERE kind IN ('p', 'u', 'f', 'x') AND ("deferrable", "deferred") <> (later, first) AND valid;

-- on delete
SELECT target || ' ' || name || action, again || regexp_replace(regexp_replace(definition, ' ON DELETE (NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)( \([^)]*\))?', ''),
                                                              '(( DEFERRABLE.*| NOT VALID)?)$', ' ON DELETE ' || action || '\1')
FROM constraint_here, (VALUES ('NO ACTION', 'a'), ('RESTRICT', 'r'), ('CASCADE', 'c'), ('SET NULL', 'n'), ('SET DEFAULT', 'd')) v (action, code)
WHERE kind = 'f' AND on_delete <> code::"char";

-- on update
SELECT target || ' ' || name || action, again || regexp_replace(regexp_replace(definition, ' ON UPDATE (NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)( \([^)]*\))?', ''),
                                                              '(( DEFERRABLE.*| NOT VALID)?)$', ' ON UPDATE ' || action || '\1')
FROM constraint_here, (VALUES ('NO ACTION', 'a'), ('RESTRICT', 'r'), ('CASCADE', 'c'), ('SET NULL', 'n'), ('SET DEFAULT', 'd')) v (action, code)
WHERE kind = 'f' AND on_update <> code::"char";

-- on delete of some columns
SELECT k.target || ' ' || k.name, again || regexp_replace(regexp_replace(definition, ' ON DELETE (NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)( \([^)]*\))?', ''),
              '(( DEFERRABLE.*| NOT VALID)?)$', format(' ON DELETE SET NULL (%s)\1', a.quoted))
FROM constraint_here k JOIN attribute a ON a.oid = k.relation_oid AND a.number = k.columns[1] WHERE k.kind = 'f' AND cardinality(k.columns) > 1;

-- match full
SELECT target || ' ' || name, again || CASE match WHEN 'f' THEN replace(definition, ' MATCH FULL', '')
                                  ELSE regexp_replace(definition, '(REFERENCES .*?\([^)]*\))', '\1 MATCH FULL') END
FROM constraint_here WHERE kind = 'f';

-- refer to another
SELECT k.target || ' ' || k.name || ' to ' || o.target, k.again || format('FOREIGN KEY (%s) REFERENCES %s (%s)', a.quoted, o.target, b.quoted)
FROM constraint_here k JOIN attribute a ON a.oid = k.relation_oid AND a.number = k.columns[1]
JOIN constraint_here o ON o.kind IN ('p', 'u') AND cardinality(o.columns) = 1 AND o.relation_oid <> k.other
JOIN attribute b ON b.oid = o.relation_oid AND b.number = o.columns[1] AND b.type_oid = a.type_oid
WHERE k.kind = 'f' AND cardinality(k.columns) = 1;

-- of another column
SELECT k.target || ' ' || k.name || ' ' || b.name, again || format('FOREIGN KEY (%s) %s', b.quoted, substring(k.definition FROM 'REFERENCES.*'))
FROM constraint_here k JOIN attribute a ON a.oid = k.relation_oid AND a.number = k.columns[1]
JOIN attribute b ON b.oid = a.oid AND b.number <> a.number AND b.type_oid = a.type_oid
WHERE k.kind = 'f' AND cardinality(k.columns) = 1;

-- key: another column
SELECT k.target || ' ' || k.name || ' ' || b.name, again || format('%s (%s)', CASE k.kind WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, b.quoted)
FROM constraint_here k JOIN attribute b ON b.oid = k.relation_oid AND b.number <> ALL (k.columns) WHERE k.kind IN ('p', 'u');

-- key: one more column
SELECT k.target || ' ' || k.name || ' ' || b.name, again || regexp_replace(k.definition, '\)', format(', %s)', b.quoted))
FROM constraint_here k JOIN attribute b ON b.oid = k.relation_oid AND b.number <> ALL (k.columns) WHERE k.kind IN ('p', 'u');

-- key: one column less
SELECT k.target || ' ' || k.name, again || regexp_replace(k.definition, '\([^,)]*, ', '(') FROM constraint_here k
WHERE k.kind IN ('p', 'u') AND cardinality(k.columns) > 1;

-- key: columns in another order
SELECT k.target || ' ' || k.name, again || regexp_replace(k.definition, '\(([^,)]*), ([^)]*)\)', '(\2, \1)') FROM constraint_here k
WHERE k.kind IN ('p', 'u') AND cardinality(k.columns) > 1;

-- key: include
SELECT k.target || ' ' || k.name || ' ' || b.name, again || regexp_replace(k.definition, '(( DEFERRABLE.*)?)$', format(' INCLUDE (%s)\1', b.quoted))
FROM constraint_here k JOIN attribute b ON b.oid = k.relation_oid AND b.number <> ALL (k.columns)
WHERE k.kind IN ('p', 'u') AND k.definition !~ ' INCLUDE ';

-- primary becomes unique
SELECT target || ' ' || name, again || regexp_replace(definition, '^PRIMARY KEY', 'UNIQUE') FROM constraint_here WHERE kind = 'p';

-- unique becomes primary
SELECT target || ' ' || k.name, again || regexp_replace(definition, '^UNIQUE( NULLS NOT DISTINCT)?', 'PRIMARY KEY') FROM constraint_here k
WHERE kind = 'u' AND NOT EXISTS (SELECT FROM constraint_here p WHERE p.kind = 'p' AND p.relation_oid = k.relation_oid);

-- unique: nulls not distinct
SELECT target || ' ' || name, again || CASE WHEN definition ~ '^UNIQUE NULLS NOT' THEN replace(definition, ' NULLS NOT DISTINCT', '')
                                         ELSE replace(definition, 'UNIQUE (', 'UNIQUE NULLS NOT DISTINCT (') END
FROM constraint_here WHERE kind = 'u';

-- index options of a key
SELECT target || ' ' || name, format('ALTER INDEX %I.%I SET (fillfactor = 63)', schema, name) FROM constraint_here WHERE kind IN ('p', 'u', 'x');

-- index tablespace of a key
SELECT target || ' ' || name, format('ALTER INDEX %I.%I SET TABLESPACE elsewhere', schema, name) FROM constraint_here
JOIN pg_tablespace ON spcname = 'elsewhere' WHERE kind IN ('p', 'u', 'x');

-- check: turned round
SELECT target || ' ' || name, format('%sCHECK (NOT (%s))', again, substring(definition FROM '^CHECK \((.*)\)( NOT VALID| NO INHERIT| NOT ENFORCED)*$'))
FROM constraint_here WHERE kind = 'c';

-- check: true
SELECT target || ' ' || name, again || 'CHECK (true)' FROM constraint_here WHERE kind = 'c';

-- check: other operator
SELECT target || ' ' || name || ' ' || changed, again || regexp_replace(definition, ' ' || operator || ' ', ' ' || changed || ' ')
FROM constraint_here, (VALUES ('>=', '>'), ('>', '>='), ('<=', '<'), ('<', '<='), ('=', '<>'), ('<>', '='), ('AND', 'OR'), ('OR', 'AND'), ('>', '<'), ('=', '>='),
                              ('~', '~\*'), ('~\*', '~')) o (operator, changed)
WHERE kind = 'c' AND definition ~ (' ' || operator || ' ');

-- check: other number
SELECT target || ' ' || name || ' ' || place, again || regexp_replace(definition, '(?<![a-z0-9_''])(\d+)(?![0-9a-z_''])', '\1' || digit, 1, place)
FROM constraint_here, (VALUES (1, '1'), (2, '7'), (3, '5'), (1, '.5')) p (place, digit)
WHERE kind = 'c' AND regexp_replace(definition, '(?<![a-z0-9_''])(\d+)(?![0-9a-z_''])', '\1' || digit, 1, place) <> definition
  AND current_setting('server_version_num')::int >= 160000;

-- check: other string
SELECT target || ' ' || name || ' ' || n.word, again || replace(definition, n.word, regexp_replace(n.word, '''$', 'x'''))
FROM constraint_here, LATERAL (SELECT DISTINCT m[1] AS word FROM regexp_matches(definition, '''[^'']+''', 'g') m) n WHERE kind = 'c';

-- check: one item less
SELECT target || ' ' || name || ' ' || n.word, again || replace(definition, n.word, '')
FROM constraint_here, LATERAL (SELECT DISTINCT m[1] AS word FROM regexp_matches(definition, '''[^'']+''::[a-z ]+, ', 'g') m) n WHERE kind = 'c';

-- check: another column
SELECT k.target || ' ' || k.name || ' ' || b.name, again || regexp_replace(k.definition, '\m' || a.quoted || '\M', b.quoted, 'g')
FROM constraint_here k JOIN attribute a ON a.oid = k.relation_oid AND a.number = ANY (k.columns)
JOIN attribute b ON b.oid = a.oid AND b.number <> a.number AND b.type_oid = a.type_oid WHERE k.kind = 'c';

-- triggers off
SELECT target || ' ' || name, format('UPDATE pg_trigger SET tgenabled = ''D'' WHERE tgconstraint = %s', oid)
FROM constraint_here k WHERE EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgisinternal);

-- triggers off in a partition, or at one that is referred to
SELECT k.conrelid::regclass || ' ' || k.conname || ' to ' || k.confrelid::regclass, format('UPDATE pg_trigger SET tgenabled = ''D'' WHERE tgconstraint = %s', k.oid)
FROM pg_constraint k JOIN constraint_here whole ON whole.oid = k.conparentid WHERE EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid);

-- all triggers off
SELECT target, format('ALTER TABLE %s DISABLE TRIGGER ALL', target) FROM relation r
WHERE kind = 'r' AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND g.tgenabled <> 'D');

-- domain: add
SELECT target, format('ALTER DOMAIN %s ADD CONSTRAINT mutant CHECK (VALUE IS NOT NULL)', target) FROM type_here WHERE kind = 'd';

-- domain: turned round
SELECT t.target || ' ' || k.conname, format('ALTER DOMAIN %s DROP CONSTRAINT %I; ALTER DOMAIN %1$s ADD CONSTRAINT %2$I CHECK (NOT (%3$s))', t.target, k.conname, pg_get_expr(k.conbin, 0))
FROM pg_constraint k JOIN type_here t ON t.oid = k.contypid AND k.contype = 'c';

-- domain: not valid
SELECT t.target || ' ' || k.conname, format('ALTER DOMAIN %s DROP CONSTRAINT %I; ALTER DOMAIN %1$s ADD CONSTRAINT %2$I %3$s NOT VALID', t.target, k.conname, pg_get_constraintdef(k.oid))
FROM pg_constraint k JOIN type_here t ON t.oid = k.contypid AND k.contype = 'c' WHERE k.convalidated;
