-- extension: add
SELECT name, format('CREATE EXTENSION %I SCHEMA public', name) FROM pg_available_extensions WHERE installed_version IS NULL AND name IN ('hstore', 'citext', 'pg_trgm', 'tablefunc');

-- extension: version
SELECT extname, format('UPDATE pg_extension SET extversion = ''0.0'' WHERE oid = %s', oid) FROM pg_extension WHERE extname <> 'plpgsql' AND extname <> ALL (current_setting('mutation.extensions')::name[]);

-- publication: add
SELECT form, format('CREATE PUBLICATION mutant %s', form) FROM (SELECT 'FOR ALL TABLES' UNION ALL SELECT '' UNION ALL SELECT 'FOR TABLE ' || target FROM relation WHERE kind = 'r' UNION ALL SELECT format('FOR TABLES IN SCHEMA %I', schema) FROM schema_here) f (form);

-- publication: options
SELECT pubname || ' ' || change, format('ALTER PUBLICATION %I SET (%s)', pubname, change)
FROM pg_publication, unnest(ARRAY['publish = ''insert''', 'publish_via_partition_root = ' || NOT pubviaroot, 'publish_generated_columns = stored']) change WHERE pubname <> 'supabase_realtime';

-- publication: all tables
SELECT pubname, format('UPDATE pg_publication SET puballtables = NOT puballtables WHERE oid = %s', oid) FROM pg_publication WHERE pubname <> 'supabase_realtime';

-- publication: add table
SELECT p.pubname || ' ' || r.target, format('ALTER PUBLICATION %I ADD TABLE %s', p.pubname, r.target)
FROM pg_publication p, relation r WHERE r.kind = 'r' AND NOT EXISTS (SELECT FROM pg_publication_rel x WHERE x.prpubid = p.oid AND x.prrelid = r.oid);

-- publication: drop table
SELECT p.pubname || ' ' || r.target, format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, r.target) FROM pg_publication_rel x JOIN pg_publication p ON p.oid = x.prpubid JOIN relation r ON r.oid = x.prrelid;

-- publication: columns and rows of a table
SELECT p.pubname || ' ' || r.target || ' ' || form, format('ALTER PUBLICATION %I DROP TABLE %s; ALTER PUBLICATION %1$I ADD TABLE %2$s %3$s', p.pubname, r.target, form)
FROM pg_publication_rel x JOIN pg_publication p ON p.oid = x.prpubid JOIN relation r ON r.oid = x.prrelid
JOIN attribute a ON a.oid = r.oid AND a.number = 1, LATERAL (VALUES (CASE WHEN x.prattrs IS NULL THEN format('(%s)', a.quoted) ELSE '' END), ('WHERE (1 = 2)')) f (form);

-- publication: schema
SELECT p.pubname || ' ' || s.schema, format('ALTER PUBLICATION %I %s TABLES IN SCHEMA %I', p.pubname,
         CASE WHEN EXISTS (SELECT FROM pg_publication_namespace x WHERE x.pnpubid = p.oid AND x.pnnspid = s.oid) THEN 'DROP' ELSE 'ADD' END, s.schema)
FROM pg_publication p, schema_here s;

-- server: add
SELECT 'mutant', format('CREATE SERVER mutant FOREIGN DATA WRAPPER %I', fdwname) FROM pg_foreign_data_wrapper;

-- server
SELECT srvname || ' ' || change, format('UPDATE pg_foreign_server SET %s WHERE oid = %s', change, oid)
FROM pg_foreign_server, unnest(ARRAY['srvtype = ''mutant''', 'srvversion = ''mutant''', 'srvoptions = ''{mutant=1}''']) change
UNION ALL
SELECT s.srvname, format('UPDATE pg_foreign_server SET srvfdw = %s WHERE oid = %s', w.oid, s.oid) FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid <> s.srvfdw;

-- foreign table: add
SELECT s.schema || ' ' || srvname, format('CREATE FOREIGN TABLE %I.mutant (a integer) SERVER %I', s.schema, srvname) FROM schema_here s, pg_foreign_server;

-- foreign table
SELECT target, format('UPDATE pg_foreign_table SET ftoptions = ''{mutant=1}'' WHERE ftrelid = %s', oid) FROM relation WHERE kind = 'f'
UNION ALL
SELECT target, format('UPDATE pg_foreign_table SET ftserver = %s WHERE ftrelid = %s', s.oid, r.oid) FROM relation r JOIN pg_foreign_table f ON f.ftrelid = r.oid JOIN pg_foreign_server s ON s.oid <> f.ftserver WHERE kind = 'f';

-- cast: add
SELECT target, format('CREATE CAST (%s AS integer) WITH INOUT', target) FROM type_here WHERE kind IN ('e', 'c');

-- cast
SELECT format_type(castsource, NULL) || ' ' || change, format('UPDATE pg_cast SET %s WHERE oid = %s', change, x.oid)
FROM pg_cast x, unnest(ARRAY['castcontext = CASE castcontext WHEN ''e'' THEN ''i'' ELSE ''e'' END::"char"', 'castmethod = CASE castmethod WHEN ''i'' THEN ''b'' ELSE ''i'' END::"char"', 'castfunc = CASE castfunc WHEN 0 THEN ''pg_catalog.abs(integer)''::regprocedure ELSE 0 END']) change
WHERE x.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_cast'::regclass AND e.objid = x.oid AND e.deptype IN ('e', 'i'));

-- transform
SELECT format_type(trftype, NULL) || ' ' || change, format('UPDATE pg_transform SET %s WHERE oid = %s', change, x.oid)
FROM pg_transform x, unnest(ARRAY['trffromsql = CASE trffromsql WHEN 0 THEN ''pg_catalog.prsd_lextype''::regproc ELSE 0 END', 'trftosql = CASE trftosql WHEN 0 THEN ''pg_catalog.int4recv''::regproc ELSE 0 END']) change
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_transform'::regclass AND e.objid = x.oid AND e.deptype = 'e');

-- transform: add
SELECT 'mutant', 'CREATE TRANSFORM FOR bigint LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int8recv(internal))';

-- access method
SELECT amname || ' ' || change, format('UPDATE pg_am SET %s WHERE oid = %s', change, oid) FROM own_access_method, unnest(ARRAY['amhandler = ''pg_catalog.bthandler''::regproc', 'amtype = ''i''']) change
WHERE change <> CASE amtype WHEN 'i' THEN 'amtype = ''i''' ELSE '' END AND change <> CASE amhandler WHEN 'pg_catalog.bthandler'::regproc THEN 'amhandler = ''pg_catalog.bthandler''::regproc' ELSE '' END;

-- access method: add
SELECT 'mutant', 'CREATE ACCESS METHOD mutant TYPE INDEX HANDLER bthandler';

-- not modelled
SELECT schema || ' ' || form, replace(form, '%', quote_ident(schema)) FROM schema_here, unnest(ARRAY[
  'CREATE OPERATOR %.### (leftarg = integer, rightarg = integer, function = int4pl)', 'CREATE OPERATOR FAMILY %.mutant USING btree',
  'CREATE OPERATOR CLASS %.mutant FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer)',
  'CREATE TEXT SEARCH CONFIGURATION %.mutant (copy = simple)', 'CREATE TEXT SEARCH DICTIONARY %.mutant (template = simple)', 'CREATE CONVERSION %.mutant FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8',
  'CREATE TYPE %.mutant', 'CREATE TEXT SEARCH PARSER %.mutant (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)']) form;

-- not modelled, in no schema
SELECT form, form FROM unnest(ARRAY['CREATE FOREIGN DATA WRAPPER mutant', 'CREATE LANGUAGE mutant HANDLER plpgsql_call_handler']) form
UNION ALL
SELECT srvname, format('CREATE USER MAPPING FOR mutant_role SERVER %I', srvname) FROM pg_foreign_server;

-- not modelled: owner
SELECT x.oid::regoperator::text, format('ALTER OPERATOR %s OWNER TO mutant_role', x.oid::regoperator) FROM pg_operator x JOIN schema_here s ON s.oid = x.oprnamespace WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = x.oid AND e.deptype = 'e')
UNION ALL
SELECT x.oid::regconfig::text, format('ALTER TEXT SEARCH CONFIGURATION %s OWNER TO mutant_role', x.oid::regconfig) FROM pg_ts_config x JOIN schema_here s ON s.oid = x.cfgnamespace WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = x.oid AND e.deptype = 'e');

-- not modelled: comment
SELECT x.oid::regoperator::text, format('COMMENT ON OPERATOR %s IS ''mutant''', x.oid::regoperator) FROM pg_operator x JOIN schema_here s ON s.oid = x.oprnamespace WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = x.oid AND e.deptype = 'e')
UNION ALL
SELECT fdwname, format('COMMENT ON FOREIGN DATA WRAPPER %I IS ''mutant''', fdwname) FROM pg_foreign_data_wrapper WHERE fdwname = 'other';

-- not modelled: privileges
SELECT fdwname, format('GRANT USAGE ON FOREIGN DATA WRAPPER %I TO mutant_role', fdwname) FROM pg_foreign_data_wrapper;

-- types that go with others
SELECT format(form, t.oid::regtype), format(form, t.oid::regtype)
FROM pg_type t JOIN schema_here s ON s.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid,
  unnest(ARRAY['COMMENT ON TYPE %s IS ''mutant''', 'GRANT USAGE ON TYPE %s TO mutant_role', 'REVOKE USAGE ON TYPE %s FROM PUBLIC']) form
WHERE c.relkind <> 'c' OR t.typtype = 'm' AND form LIKE 'COMMENT%';

-- not modelled: definition
SELECT x.oid::regconfig::text, format('ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR word', x.oid::regconfig) FROM pg_ts_config x JOIN schema_here s ON s.oid = x.cfgnamespace WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = x.oid AND e.deptype = 'e');

-- security label
SELECT o.word || ' ' || o.target, format('INSERT INTO pg_seclabel VALUES (%s, %s, 0, ''mutant'', ''secret'')', o.oid, o.catalog::oid) FROM object_here o WHERE o.word = 'TABLE';

-- dependence on an extension
SELECT o.word || ' ' || o.target, format('ALTER %s %s DEPENDS ON EXTENSION %I', o.word, o.target, extname)
FROM object_here o, pg_extension WHERE o.word IN ('FUNCTION', 'MATERIALIZED VIEW') AND extname <> ALL (current_setting('mutation.extensions')::name[]);
