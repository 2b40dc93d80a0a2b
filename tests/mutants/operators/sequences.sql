-- add
SELECT schema, format('CREATE SEQUENCE %I.mutant', schema) FROM schema_here;

-- settings
SELECT target || ' ' || setting, format('%s %s', alter_sequence, setting)
FROM sequence_here, LATERAL (VALUES (format('START WITH %s', start + 1)), (format('INCREMENT BY %s', increment + 1)), (format('CACHE %s', cache + 1)), (format('MINVALUE %s', minimum - 1)),
                                    (format('MAXVALUE %s', maximum - 1)), (CASE WHEN cycle THEN 'NO CYCLE' ELSE 'CYCLE' END), (CASE type WHEN 'bigint' THEN 'AS integer' ELSE 'AS bigint' END),
                                    (CASE persistence WHEN 'u' THEN 'SET LOGGED' ELSE 'SET UNLOGGED' END)) v (setting);

-- owned by nobody
SELECT target, format('%s OWNED BY NONE', alter_sequence) FROM sequence_here s WHERE EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a');

-- owned by another column
SELECT s.target || ' ' || a.target || '.' || a.name, format('%s OWNED BY %s.%s', alter_sequence, a.target, a.quoted)
FROM sequence_here s JOIN attribute a ON a.schema = s.schema AND a.kind IN ('r', 'p') AND a.owner = s.owner AND a.number < 4
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = s.oid AND d.classid = 'pg_class'::regclass AND (d.deptype = 'i' OR d.deptype = 'a' AND d.refobjid = a.oid AND d.refobjsubid = a.number));
