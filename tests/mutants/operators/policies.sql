-- add
SELECT target || ' ' || form, format('CREATE POLICY mutant ON %s %s', target, form)
FROM relation, unnest(ARRAY['USING (true)', 'FOR SELECT USING (false)', 'AS RESTRICTIVE USING (true)', 'FOR INSERT WITH CHECK (true)']) form WHERE kind IN ('r', 'p');

-- command
SELECT target || ' ' || name || ' ' || other, dropped || '; ' || regexp_replace(head, ' FOR (SELECT|INSERT|UPDATE|DELETE|ALL) TO ', ' FOR ' || other || ' TO ')
         || CASE WHEN other <> 'INSERT' THEN coalesce(nullif(using_clause, ''), ' USING' || substr(nullif(check_clause, ''), 12), '') ELSE '' END
         || CASE WHEN other IN ('INSERT', 'UPDATE', 'ALL') THEN coalesce(nullif(check_clause, ''), CASE WHEN other = 'INSERT' THEN ' WITH CHECK' || substr(nullif(using_clause, ''), 7) END, '') ELSE '' END
FROM policy_here, (VALUES ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd'), ('ALL', '*')) v (other, code) WHERE command <> code::"char";

-- permissive or restrictive
SELECT target || ' ' || name, dropped || '; ' || CASE WHEN permissive THEN replace(head, ' AS PERMISSIVE ', ' AS RESTRICTIVE ') ELSE replace(head, ' AS RESTRICTIVE ', ' AS PERMISSIVE ') END || using_clause || check_clause FROM policy_here;

-- roles: one more
SELECT p.target || ' ' || p.name || ' ' || r.name, format('ALTER POLICY %I ON %s TO %s', p.name, p.target, concat_ws(', ', nullif(substring(p.head FROM ' TO (.*)$'), 'PUBLIC'), r.name))
FROM policy_here p, grantee r WHERE NOT r.oid = ANY (p.roles) AND r.oid <> 0;

-- roles: another
SELECT p.target || ' ' || p.name || ' ' || r.name, format('ALTER POLICY %I ON %s TO %s', p.name, p.target, r.name) FROM policy_here p, grantee r WHERE p.roles <> ARRAY[r.oid];

-- roles: one less
SELECT p.target || ' ' || p.name, format('ALTER POLICY %I ON %s TO %s', p.name, p.target, substring(p.head FROM ' TO .*?, (.*)$')) FROM policy_here p WHERE cardinality(roles) > 1;

-- using
SELECT target || ' ' || name || ' ' || changed, format('ALTER POLICY %I ON %s USING (%s)', name, target, changed)
FROM policy_here, LATERAL (VALUES ('true'), ('false'), (format('NOT (%s)', "using")), (format('(%s) OR true', "using")), (format('(%s) AND true', "using")), (replace("using", '=', '<>')),
                                  (replace("using", 'AND', 'OR')), (regexp_replace("using", '\( SELECT (auth\.\w+\(\)) AS \w+\)', '\1', 'g'))) v (changed)
WHERE "using" IS NOT NULL AND changed <> "using";

-- using: none
SELECT target || ' ' || name, dropped || '; ' || head || check_clause FROM policy_here WHERE "using" IS NOT NULL;

-- check
SELECT target || ' ' || name || ' ' || changed, format('ALTER POLICY %I ON %s WITH CHECK (%s)', name, target, changed)
FROM policy_here, LATERAL (VALUES ('true'), ('false'), ('NOT (' || "check" || ')'), ('(' || "check" || ') OR true'), (replace("check", '=', '<>')), (replace("check", 'AND', 'OR')), ("using")) v (changed)
WHERE command IN ('a', 'w', '*') AND changed IS DISTINCT FROM "check" AND changed IS NOT NULL;

-- check: none
SELECT target || ' ' || name, dropped || '; ' || head || using_clause FROM policy_here WHERE "check" IS NOT NULL;

-- on the platform's tables
SELECT c.oid::regclass::text, format('CREATE POLICY mutant ON %s USING (true)', c.oid::regclass)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'storage' AND c.relkind = 'r' AND c.relname = 'objects';

-- triggers on the platform's tables
SELECT r.target, format('CREATE TRIGGER mutant AFTER DELETE ON auth.users FOR EACH ROW EXECUTE FUNCTION %s', r.target) FROM routine r WHERE r.definition ~ '\n RETURNS trigger' AND to_regclass('auth.users') IS NOT NULL;
