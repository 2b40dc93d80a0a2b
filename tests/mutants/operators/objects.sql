-- What the operators choose from; everything else in this folder is queries for mutants, each below its name.
CREATE TEMP VIEW schema_here AS
SELECT oid, nspname AS schema, nspowner AS owner, nspacl AS acl FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL (current_setting('mutation.outside')::name[]);

CREATE TEMP VIEW relation AS
SELECT c.oid, s.schema, c.relname AS name, c.relkind AS kind, format('%I.%I', s.schema, c.relname) AS target,
       CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
         WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END AS word,
       c.relowner AS owner, c.relacl AS acl, c.relispartition AS is_partition, c.relpersistence AS persistence,
       c.reloptions AS options, c.relreplident AS replica_identity, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
       c.relam AS access_method
FROM pg_class c JOIN schema_here s ON s.oid = c.relnamespace
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e');

CREATE TEMP VIEW attribute AS
SELECT r.oid, r.schema, r.name AS relation, r.kind, r.target, r.word, r.owner, a.attnum AS number, a.attname AS name,
       quote_ident(a.attname) AS quoted, format_type(a.atttypid, a.atttypmod) AS type, a.atttypid AS type_oid,
       t.typcategory AS category, t.typcollation AS collatable, a.attcollation AS collation, a.attnotnull AS not_null,
       a.attidentity AS identity, a.attgenerated AS generated, a.attstorage AS storage, t.typstorage AS usual_storage,
       t.typlen AS length, a.attcompression AS compression, a.attstattarget AS statistics, a.attoptions AS options,
       a.attacl AS acl, a.attinhcount AS inherited, r.is_partition, pg_get_expr(d.adbin, d.adrelid) AS "default",
       format('ALTER %s %s ALTER COLUMN %I', r.word, r.target, a.attname) AS alter_column
FROM relation r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE r.kind IN ('r', 'p', 'v', 'm', 'f', 'c');

CREATE TEMP VIEW routine AS
SELECT p.oid, s.schema, p.proname AS name, p.prokind AS kind, p.proowner AS owner, p.proacl AS acl,
       format('%I.%I(%s)', s.schema, p.proname, oidvectortypes(p.proargtypes)) AS target,
       CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'ROUTINE' ELSE 'FUNCTION' END AS word,
       format('ALTER %s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'ROUTINE' ELSE 'FUNCTION' END,
              s.schema, p.proname, oidvectortypes(p.proargtypes)) AS alter_routine,
       l.lanname AS language, p.provolatile AS volatility, p.proisstrict AS strict, p.prosecdef AS definer,
       p.proleakproof AS leakproof, p.proparallel AS parallel, p.procost AS cost, p.prorows AS rows, p.proretset AS set,
       p.proconfig AS settings, p.prosrc AS body, p.prosqlbody IS NOT NULL AS standard, p.proargnames AS argument_names,
       CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END AS definition
FROM pg_proc p JOIN schema_here s ON s.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'));

CREATE TEMP VIEW type_here AS
SELECT t.oid, s.schema, t.typname AS name, t.typtype AS kind, format('%I.%I', s.schema, t.typname) AS target,
       CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END AS word, t.typowner AS owner, t.typacl AS acl,
       t.typnotnull AS not_null, t.typdefault AS "default", t.typbasetype AS base, t.typrelid AS relation
FROM pg_type t JOIN schema_here s ON s.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('e', 'd', 'c', 'r') AND coalesce(c.relkind, 'c') = 'c'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e');

CREATE TEMP VIEW constraint_here AS
SELECT k.oid, r.oid AS relation_oid, r.schema, r.name AS relation, r.target, r.word, k.conname AS name, k.contype AS kind,
       pg_get_constraintdef(k.oid) AS definition, k.condeferrable AS deferrable, k.condeferred AS deferred,
       k.convalidated AS valid, k.connoinherit AS no_inherit, k.confupdtype AS on_update, k.confdeltype AS on_delete,
       k.confmatchtype AS match, k.conkey AS columns, k.confkey AS other_columns, k.confrelid AS other, k.conindid AS index,
       k.coninhcount AS inherited, r.is_partition,
       format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE, ADD CONSTRAINT %I ', r.target, k.conname, k.conname) AS again
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0;

-- Triggers and policies count on a platform's tables too.
CREATE TEMP VIEW trigger_here AS
SELECT g.oid, n.nspname AS schema, c.relname AS relation, format('%I.%I', n.nspname, c.relname) AS target, g.tgname AS name,
       pg_get_triggerdef(g.oid) AS definition, g.tgenabled AS enabled, g.tgtype AS type, g.tgparentid AS parent
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = g.tgfoid
WHERE NOT g.tgisinternal AND (c.oid IN (SELECT oid FROM relation) OR p.oid IN (SELECT oid FROM routine));

CREATE TEMP VIEW policy_here AS
SELECT p.oid, r.schema, r.name AS relation, r.target, p.polname AS name, p.polcmd AS command, p.polpermissive AS permissive,
       p.polroles AS roles, pg_get_expr(p.polqual, p.polrelid) AS "using", pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
       format('DROP POLICY %I ON %s', p.polname, r.target) AS dropped,
       format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, r.target,
              CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                ELSE 'ALL' END,
              (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(o)) END, ', ')
               FROM unnest(p.polroles) o)) AS head,
       CASE WHEN p.polqual IS NOT NULL THEN format(' USING (%s)', pg_get_expr(p.polqual, p.polrelid)) ELSE '' END AS using_clause,
       CASE WHEN p.polwithcheck IS NOT NULL THEN format(' WITH CHECK (%s)', pg_get_expr(p.polwithcheck, p.polrelid)) ELSE '' END AS check_clause
FROM pg_policy p JOIN relation r ON r.oid = p.polrelid;

CREATE TEMP VIEW index_here AS
SELECT r.oid, r.schema, r.name, r.target, t.target AS relation, t.kind AS relation_kind, i.indisunique AS "unique", i.indkey AS columns,
       i.indnkeyatts AS keys, pg_get_indexdef(r.oid) AS definition, pg_get_expr(i.indpred, i.indrelid) AS "where",
       i.indexprs IS NOT NULL AS expressions, m.amname AS method, r.options, i.indisclustered AS clustered,
       i.indisreplident AS replica_identity, i.indrelid AS relation_oid, i.indnullsnotdistinct AS nulls_not_distinct,
       i.indisvalid AS valid, i.indclass AS classes, i.indcollation AS collations, i.indoption AS directions,
       r.access_method, format('DROP INDEX %s CASCADE; ', r.target) AS dropped,
       i.indexrelid IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x')) AS of_constraint
FROM pg_index i JOIN relation r ON r.oid = i.indexrelid JOIN relation t ON t.oid = i.indrelid
JOIN pg_class c ON c.oid = r.oid JOIN pg_am m ON m.oid = c.relam;

CREATE TEMP VIEW sequence_here AS
SELECT r.*, s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache,
       s.seqcycle AS cycle, format_type(s.seqtypid, NULL) AS type, format('ALTER SEQUENCE %s', r.target) AS alter_sequence
FROM relation r JOIN pg_sequence s ON s.seqrelid = r.oid;

CREATE TEMP VIEW grantee AS
SELECT 0::oid AS oid, 'PUBLIC' AS name UNION ALL
SELECT oid, quote_ident(rolname) FROM pg_roles
WHERE NOT rolsuper AND rolname !~ '^pg_' AND rolname <> ALL (current_setting('mutation.uninteresting')::name[]);

CREATE TEMP VIEW grantable AS
SELECT 'TABLE' AS word, target, CASE kind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS on_word, owner,
       CASE kind WHEN 'S' THEN 's' ELSE 'r' END::"char" AS type, acl FROM relation WHERE kind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL SELECT 'SCHEMA', quote_ident(schema), 'SCHEMA', owner, 'n', acl FROM schema_here
UNION ALL SELECT 'ROUTINE', target, 'ROUTINE', owner, 'f', acl FROM routine
UNION ALL SELECT 'TYPE', target, 'TYPE', owner, 'T', acl FROM type_here
UNION ALL SELECT 'SERVER', quote_ident(srvname), 'FOREIGN SERVER', srvowner, 'S', srvacl FROM pg_foreign_server;

CREATE TEMP VIEW own_access_method AS
SELECT * FROM pg_am x WHERE oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_am'::regclass AND e.objid = x.oid AND e.deptype = 'e');

-- Whatever can have an owner and a comment: how ALTER and COMMENT ON name it.
CREATE TEMP VIEW object_here AS
SELECT 'pg_namespace'::regclass AS catalog, oid, 0 AS sub, 'SCHEMA' AS word, quote_ident(schema) AS target, owner FROM schema_here
UNION ALL SELECT 'pg_class', oid, 0, word, target, owner FROM relation WHERE kind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL SELECT 'pg_class', oid, 0, 'INDEX', target, NULL FROM relation WHERE kind IN ('i', 'I')
UNION ALL SELECT 'pg_class', oid, number, 'COLUMN', target || '.' || quoted, NULL FROM attribute
UNION ALL SELECT 'pg_proc', oid, 0, word, target, owner FROM routine
UNION ALL SELECT 'pg_type', oid, 0, word, target, owner FROM type_here
UNION ALL SELECT 'pg_constraint', oid, 0, 'CONSTRAINT', format('%I ON %s', name, target), NULL FROM constraint_here
UNION ALL SELECT 'pg_constraint', k.oid, 0, 'CONSTRAINT', format('%I ON DOMAIN %s', k.conname, t.target), NULL
          FROM pg_constraint k JOIN type_here t ON t.oid = k.contypid AND k.contype = 'c'
UNION ALL SELECT 'pg_trigger', oid, 0, 'TRIGGER', format('%I ON %s', name, target), NULL FROM trigger_here
UNION ALL SELECT 'pg_policy', oid, 0, 'POLICY', format('%I ON %s', name, target), NULL FROM policy_here
UNION ALL SELECT 'pg_rewrite', w.oid, 0, 'RULE', format('%I ON %s', w.rulename, r.target), NULL
          FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL SELECT 'pg_collation', x.oid, 0, 'COLLATION', format('%I.%I', s.schema, x.collname), x.collowner
          FROM pg_collation x JOIN schema_here s ON s.oid = x.collnamespace
UNION ALL SELECT 'pg_statistic_ext', x.oid, 0, 'STATISTICS', format('%I.%I', s.schema, x.stxname), x.stxowner
          FROM pg_statistic_ext x JOIN schema_here s ON s.oid = x.stxnamespace
UNION ALL SELECT 'pg_event_trigger', oid, 0, 'EVENT TRIGGER', quote_ident(evtname), NULL
          FROM pg_event_trigger WHERE evtfoid IN (SELECT oid FROM routine)
UNION ALL SELECT 'pg_publication', oid, 0, 'PUBLICATION', quote_ident(pubname), pubowner FROM pg_publication
          WHERE pubname <> 'supabase_realtime'
UNION ALL SELECT 'pg_foreign_server', oid, 0, 'SERVER', quote_ident(srvname), srvowner FROM pg_foreign_server
UNION ALL SELECT 'pg_extension', oid, 0, 'EXTENSION', quote_ident(extname), NULL FROM pg_extension
          WHERE extname <> 'plpgsql' AND extname <> ALL (current_setting('mutation.extensions')::name[])
UNION ALL SELECT 'pg_am', oid, 0, 'ACCESS METHOD', quote_ident(amname), NULL FROM own_access_method
UNION ALL SELECT 'pg_cast', oid, 0, 'CAST', format('(%s AS %s)', format_type(castsource, NULL), format_type(casttarget, NULL)),
                 NULL
          FROM pg_cast x WHERE oid >= 16384
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = x.oid AND e.deptype IN ('e', 'i'))
UNION ALL SELECT 'pg_transform', x.oid, 0, 'TRANSFORM', format('FOR %s LANGUAGE %I', format_type(x.trftype, NULL), l.lanname), NULL
          FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang WHERE x.oid >= 16384
            AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_transform'::regclass AND e.objid = x.oid AND e.deptype = 'e');
