-- add
SELECT r.target || ' ' || form, format('CREATE %s ON %s FOR EACH %s EXECUTE FUNCTION suppress_redundant_updates_trigger()', split_part(form, '|', 1), r.target, split_part(form, '|', 2))
FROM relation r, unnest(ARRAY['TRIGGER mutant BEFORE UPDATE|ROW', 'TRIGGER mutant AFTER INSERT OR DELETE|ROW', 'TRIGGER mutant BEFORE TRUNCATE|STATEMENT']) form WHERE r.kind IN ('r', 'p', 'f');

-- add constraint trigger
SELECT r.target, format('CREATE CONSTRAINT TRIGGER mutant AFTER UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', r.target)
FROM relation r WHERE r.kind = 'r';

-- state
SELECT target || ' ' || name || ' ' || state, format('ALTER TABLE %s %s TRIGGER %I', target, state, name)
FROM trigger_here, (VALUES ('DISABLE', 'D'), ('ENABLE REPLICA', 'R'), ('ENABLE ALWAYS', 'A'), ('ENABLE', 'O')) known (state, code) WHERE enabled <> code::"char";

-- definition
SELECT target || ' ' || name || ' ' || changed, format('DROP TRIGGER %I ON %s; %s', name, target, changed)
FROM trigger_here, LATERAL (VALUES
  (replace(definition, ' BEFORE ', ' AFTER ')), (replace(definition, ' AFTER ', ' BEFORE ')), (replace(definition, 'FOR EACH ROW', 'FOR EACH STATEMENT')),
  (replace(definition, 'FOR EACH STATEMENT', 'FOR EACH ROW')), (regexp_replace(definition, ' (INSERT|UPDATE|DELETE)( OF [^)]+?)? ON ', ' TRUNCATE OR \1\2 ON ')),
  (regexp_replace(definition, ' INSERT OR ', ' ')), (regexp_replace(definition, ' OR UPDATE', '')), (regexp_replace(definition, ' INSERT ON ', ' INSERT OR DELETE ON ')),
  (regexp_replace(definition, ' UPDATE ON ', ' UPDATE OR DELETE ON ')), (regexp_replace(definition, ' DELETE ON ', ' DELETE OR INSERT ON ')),
  (regexp_replace(definition, 'EXECUTE FUNCTION .*$', 'EXECUTE FUNCTION suppress_redundant_updates_trigger()')),
  (regexp_replace(definition, '\(\)$', '(''mutant'')')), (regexp_replace(definition, '\((''.*)\)$', '(''mutant'', \1)')), (regexp_replace(definition, ' WHEN \(.*\) EXECUTE', ' EXECUTE')),
  (regexp_replace(definition, 'FOR EACH ROW EXECUTE', 'FOR EACH ROW WHEN (pg_trigger_depth() < 7) EXECUTE')), (regexp_replace(definition, ' OF [^ ]+(, [^ ]+)* ON ', ' ON ')),
  (replace(definition, 'INITIALLY DEFERRED', 'INITIALLY IMMEDIATE')), (replace(definition, 'NOT DEFERRABLE', 'DEFERRABLE')),
  (regexp_replace(definition, ' REFERENCING .*? FOR', ' FOR'))) v (changed)
WHERE changed <> definition AND parent = 0 AND changed !~ '\m(INSERT|UPDATE|DELETE|TRUNCATE)\M.* OR \1\M';

-- of some columns
SELECT t.target || ' ' || t.name || ' ' || a.name, format('DROP TRIGGER %I ON %s; %s', t.name, t.target, regexp_replace(t.definition, ' UPDATE ON ', format(' UPDATE OF %s ON ', a.quoted)))
FROM trigger_here t JOIN attribute a ON a.target = t.target WHERE t.definition ~ ' UPDATE ON ' AND t.parent = 0;

-- event trigger: add
SELECT event, format('CREATE FUNCTION public.mutant() RETURNS event_trigger LANGUAGE plpgsql AS ''BEGIN END''; CREATE EVENT TRIGGER mutant ON %s EXECUTE FUNCTION public.mutant()', event)
FROM unnest(ARRAY['ddl_command_start', 'ddl_command_end', 'sql_drop']) event;

-- event trigger
SELECT evtname || ' ' || change, format('UPDATE pg_event_trigger SET %s WHERE oid = %s', change, oid)
FROM pg_event_trigger, unnest(ARRAY['evtevent = ''mutant''', 'evttags = ''{"CREATE TABLE", mutant}''', 'evtfoid = ''pg_catalog.now()''::regprocedure']) change WHERE evtfoid IN (SELECT oid FROM routine) AND change !~ 'now'
UNION ALL
SELECT evtname || ' ' || state, format('ALTER EVENT TRIGGER %I %s', evtname, state)
FROM pg_event_trigger, (VALUES ('DISABLE', 'D'), ('ENABLE REPLICA', 'R'), ('ENABLE ALWAYS', 'A'), ('ENABLE', 'O')) known (state, code) WHERE evtenabled <> code::"char" AND evtfoid IN (SELECT oid FROM routine);

-- event trigger: function
SELECT v.evtname, format('UPDATE pg_event_trigger SET evtfoid = %s WHERE oid = %s', r.oid, v.oid) FROM pg_event_trigger v JOIN routine r ON r.oid <> v.evtfoid WHERE v.evtfoid IN (SELECT oid FROM routine);
