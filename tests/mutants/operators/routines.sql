-- add
SELECT schema || ' ' || form, format(form, schema)
FROM schema_here, unnest(ARRAY['CREATE FUNCTION %I.mutant() RETURNS integer LANGUAGE sql AS ''SELECT 1''',
                               'CREATE FUNCTION %I.mutant() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN RETURN NEW; END''',
                               'CREATE FUNCTION %I.mutant() RETURNS integer RETURN 1',
                               'CREATE PROCEDURE %I.mutant() LANGUAGE sql AS ''SELECT 1''',
                               'CREATE AGGREGATE %I.mutant(integer) (sfunc = int4pl, stype = integer)']) form;

-- add overloaded
SELECT target, format('CREATE FUNCTION %I.%I(a integer, b integer, c integer, d integer, e box) RETURNS integer LANGUAGE sql AS ''SELECT 1''', schema, name)
FROM routine WHERE kind = 'f';

-- body
SELECT target || ' ' || change, regexp_replace(definition, '(AS \$(function|procedure)\$)(.*)(\$(function|procedure)\$)', CASE change
         WHEN 'comment' THEN '\1\3 -- mutant' || E'\n' || '\4' WHEN 'space' THEN '\1 \3\4' ELSE '\1\3' || E'\n' || '\4' END)
FROM routine, unnest(ARRAY['comment', 'space', 'line']) change WHERE NOT standard AND kind IN ('f', 'p', 'w') AND language NOT IN ('c', 'internal');

-- body: a word
SELECT target || ' ' || part, replace(definition, body, replace(body, part, other))
FROM routine, (VALUES ('NEW', 'OLD'), ('now()', 'clock_timestamp()'), ('auth.uid()', 'NULL::uuid'), ('AND', 'OR'), ('>=', '>'), ('true', 'false'), ('=', '<>'),
                      ('SELECT', 'select'), ('1', '2')) v (part, other)
WHERE NOT standard AND kind IN ('f', 'p') AND position(part IN body) > 0 AND language NOT IN ('c', 'internal');

-- standard body
SELECT target, regexp_replace(definition, 'RETURN .*$', 'RETURN NULL') FROM routine WHERE standard AND definition ~ '\nRETURN '
UNION ALL
SELECT target, regexp_replace(definition, 'BEGIN ATOMIC.*$', 'BEGIN ATOMIC END') FROM routine WHERE standard AND definition ~ 'BEGIN ATOMIC';

-- settings
SELECT target || ' ' || setting, format('%s SET %s', alter_routine, setting)
FROM routine, unnest(ARRAY['search_path TO ''''', 'search_path TO public, pg_temp', 'work_mem TO ''9MB''', 'role TO ''none''', 'statement_timeout TO 1']) setting
WHERE kind <> 'a' AND NOT coalesce(settings, '{}') @> ARRAY[replace(replace(setting, ' TO ', '='), '''''', '""')];

-- reset settings
SELECT target || ' ' || setting, format('%s RESET %s', alter_routine, split_part(setting, '=', 1)) FROM routine, unnest(settings) setting;

-- security
SELECT target, format('%s SECURITY %s', alter_routine, CASE WHEN definer THEN 'INVOKER' ELSE 'DEFINER' END) FROM routine WHERE kind <> 'a';

-- volatility
SELECT target || ' ' || part, format('%s %s', alter_routine, part)
FROM routine, (VALUES ('IMMUTABLE', 'i'), ('STABLE', 's'), ('VOLATILE', 'v')) v (part, code) WHERE kind IN ('f', 'w') AND volatility <> code::"char";

-- strict
SELECT target, format('%s %s', alter_routine, CASE WHEN strict THEN 'CALLED ON NULL INPUT' ELSE 'STRICT' END) FROM routine WHERE kind IN ('f', 'w');

-- leakproof
SELECT target, format('%s %s LEAKPROOF', alter_routine, CASE WHEN leakproof THEN 'NOT' END) FROM routine WHERE kind IN ('f', 'w');

-- parallel
SELECT target || ' ' || part, format('%s PARALLEL %s', alter_routine, part)
FROM routine, (VALUES ('SAFE', 's'), ('RESTRICTED', 'r'), ('UNSAFE', 'u')) v (part, code) WHERE kind IN ('f', 'w') AND parallel <> code::"char";

-- cost
SELECT target, format('%s COST %s', alter_routine, cost + 1) FROM routine WHERE kind IN ('f', 'w');

-- rows
SELECT target, format('%s ROWS %s', alter_routine, rows + 1) FROM routine WHERE "set";

-- support
SELECT target, format('%s SUPPORT generate_series_int4_support', alter_routine) FROM routine WHERE kind = 'f' AND "set";

-- arguments: a name
SELECT target, format('DROP %s %s CASCADE; %s', word, target, regexp_replace(definition, '\m' || argument_names[1] || ' ', 'mutant '))
FROM routine WHERE argument_names[1] <> '' AND kind IN ('f', 'p');

-- arguments: one more
SELECT target, format('DROP %s %s CASCADE; %s', word, target, regexp_replace(definition, '\(', '(mutant integer' || CASE WHEN definition ~ '^[^\n]*\(\)' THEN '' ELSE ', ' END))
FROM routine WHERE kind IN ('f', 'p');

-- arguments: a default
SELECT target, regexp_replace(definition, '^([^\n]*[^()])\)\n', '\1 DEFAULT NULL)' || E'\n') FROM routine
WHERE kind IN ('f', 'p') AND definition ~ '^[^\n]*[^()]\)\n' AND definition !~ '^[^\n]* DEFAULT ';

-- result
SELECT target, format('DROP FUNCTION %s CASCADE; %s', target, regexp_replace(definition, '\n RETURNS [^\n]*', E'\n RETURNS SETOF record')) FROM routine
WHERE kind = 'f' AND language IN ('plpgsql');

-- language
SELECT target, format('CREATE OR REPLACE FUNCTION %s', regexp_replace(substr(definition, length('CREATE OR REPLACE FUNCTION ')), 'LANGUAGE plpgsql(.*)AS \$function\$.*$', 'LANGUAGE sql\1AS $function$SELECT NULL$function$'))
FROM routine WHERE kind = 'f' AND language = 'plpgsql'
UNION ALL
SELECT target, regexp_replace(definition, 'LANGUAGE sql(.*)AS \$function\$', 'LANGUAGE plpgsql\1AS $function$BEGIN END -- ') FROM routine WHERE kind = 'f' AND language = 'sql' AND NOT standard;

-- becomes a procedure
SELECT target, format('DROP FUNCTION %s CASCADE; CREATE PROCEDURE %1$s LANGUAGE sql AS ''''', target) FROM routine WHERE kind = 'f';

-- window
SELECT target, format('DROP FUNCTION %s CASCADE; %s', target, regexp_replace(definition, '\n LANGUAGE internal', E'\n LANGUAGE internal WINDOW')) FROM routine WHERE kind = 'f' AND language = 'internal';

-- transforms
SELECT target, replace(definition, E'\n LANGUAGE', E'\n TRANSFORM FOR TYPE integer\n LANGUAGE')
FROM routine WHERE kind = 'f' AND language = 'sql' AND NOT standard AND definition !~ ' TRANSFORM ' AND EXISTS (SELECT FROM pg_transform WHERE trftype = 'integer'::regtype);

-- library
SELECT target, format('UPDATE pg_proc SET probin = ''mutant'' WHERE oid = %s', oid) FROM routine WHERE language = 'c';

-- aggregate: every property
SELECT r.target || ' ' || change, format('UPDATE pg_aggregate SET %s WHERE aggfnoid = %s', change, r.oid)
FROM routine r, unnest(ARRAY['aggtranstype = ''text''::regtype', 'aggtransspace = 77', 'agginitval = ''77''', 'aggfinalfn = ''pg_catalog.float8_avg''', 'aggfinalextra = true',
                             'aggfinalmodify = ''w''', 'aggcombinefn = ''pg_catalog.int8pl''', 'aggserialfn = ''pg_catalog.numeric_serialize''',
                             'aggdeserialfn = ''pg_catalog.numeric_deserialize''', 'aggmtransfn = ''pg_catalog.int8pl''', 'aggminvtransfn = ''pg_catalog.int8mi''',
                             'aggmtranstype = ''text''::regtype', 'aggmtransspace = 78', 'aggminitval = ''78''', 'aggmfinalfn = ''pg_catalog.float8_avg''',
                             'aggmfinalextra = true', 'aggmfinalmodify = ''w''', 'aggsortop = 97', 'aggkind = ''h''', 'aggtransfn = ''pg_catalog.int8mul''']) change
WHERE r.kind = 'a'
UNION ALL
SELECT target, format('UPDATE pg_proc SET proparallel = ''r'' WHERE oid = %s', oid) FROM routine WHERE kind = 'a'
UNION ALL
SELECT target, format('UPDATE pg_proc SET proargnames = ''{mutant}'' WHERE oid = %s', oid) FROM routine WHERE kind = 'a';
