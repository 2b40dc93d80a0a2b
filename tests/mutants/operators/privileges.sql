-- grant
SELECT format('%s ON %s TO %s', p.name, g.target, r.name), format('GRANT %s ON %s %s TO %s', p.name, g.on_word, g.target, r.name)
FROM grantable g CROSS JOIN grantee r,
  LATERAL (SELECT privilege_type AS name FROM aclexplode(acldefault(g.type, g.owner)) WHERE grantee = g.owner) p
WHERE r.oid <> g.owner AND NOT EXISTS (SELECT FROM aclexplode(coalesce(g.acl, acldefault(g.type, g.owner))) x
                  WHERE x.grantee = r.oid AND x.privilege_type = p.name);

-- revoke
SELECT format('%s ON %s FROM %s', x.privilege_type, g.target, coalesce(r.rolname, 'PUBLIC')),
       format('REVOKE %s ON %s %s FROM %s CASCADE', x.privilege_type, g.on_word, g.target, coalesce(quote_ident(r.rolname), 'PUBLIC'))
FROM grantable g, LATERAL aclexplode(coalesce(g.acl, acldefault(g.type, g.owner))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE x.grantor = g.owner;

-- grant option
SELECT format('%s ON %s TO %s', x.privilege_type, g.target, r.rolname),
       format('GRANT %s ON %s %s TO %I WITH GRANT OPTION', x.privilege_type, g.on_word, g.target, r.rolname)
FROM grantable g, LATERAL aclexplode(g.acl) x JOIN pg_roles r ON r.oid = x.grantee
WHERE NOT x.is_grantable AND x.grantor = g.owner AND x.grantee <> g.owner;

-- revoke grant option
SELECT format('%s ON %s FROM %s', x.privilege_type, g.target, r.rolname),
       format('REVOKE GRANT OPTION FOR %s ON %s %s FROM %I CASCADE', x.privilege_type, g.on_word, g.target, r.rolname)
FROM grantable g, LATERAL aclexplode(g.acl) x JOIN pg_roles r ON r.oid = x.grantee
WHERE x.is_grantable AND x.grantor = g.owner AND x.grantee <> g.owner;

-- grant by another
SELECT format('%s ON %s FROM %s', x.privilege_type, g.target, r.rolname),
       format('SET LOCAL ROLE %I; GRANT %s ON %s %s TO mutant_role; RESET ROLE', r.rolname, x.privilege_type, g.on_word, g.target)
FROM grantable g, LATERAL aclexplode(g.acl) x JOIN pg_roles r ON r.oid = x.grantee
WHERE x.is_grantable AND x.grantee <> g.owner;

-- grant on a column
SELECT format('%s (%s) ON %s TO %s', p.name, a.name, a.target, r.name),
       format('GRANT %s (%s) ON %s TO %s', p.name, a.quoted, a.target, r.name)
FROM attribute a CROSS JOIN grantee r CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (name)
WHERE a.kind IN ('r', 'p', 'v', 'm', 'f') AND r.oid <> a.owner
  AND NOT EXISTS (SELECT FROM aclexplode(a.acl) x WHERE x.grantee = r.oid AND x.privilege_type = p.name);

-- revoke on a column
SELECT format('%s (%s) ON %s FROM %s', x.privilege_type, a.name, a.target, coalesce(r.rolname, 'PUBLIC')),
       format('REVOKE %s (%s) ON %s FROM %s CASCADE', x.privilege_type, a.quoted, a.target, coalesce(quote_ident(r.rolname), 'PUBLIC'))
FROM attribute a, LATERAL aclexplode(a.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee WHERE x.grantor = a.owner;

-- grant option on a column
SELECT format('%s (%s) ON %s TO %s', x.privilege_type, a.name, a.target, r.rolname),
       format('GRANT %s (%s) ON %s TO %I WITH GRANT OPTION', x.privilege_type, a.quoted, a.target, r.rolname)
FROM attribute a, LATERAL aclexplode(a.acl) x JOIN pg_roles r ON r.oid = x.grantee
WHERE NOT x.is_grantable AND x.grantor = a.owner;

-- default privileges
SELECT format('%s%s on %s', r.name, p.place, p.type),
       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s GRANT %s ON %s TO %s',
              (SELECT pg_get_userbyid(min(owner::int)::oid) FROM schema_here), p.place, p.privilege, p.type, r.name)
FROM grantee r CROSS JOIN (
  SELECT place, type, privilege
  FROM (VALUES ('TABLES', 'TRIGGER'), ('TABLES', 'REFERENCES'), ('SEQUENCES', 'USAGE'), ('ROUTINES', 'EXECUTE'),
               ('TYPES', 'USAGE'), ('SCHEMAS', 'CREATE')) known (type, privilege),
       (SELECT format('IN SCHEMA %I', schema) FROM schema_here UNION ALL SELECT '') places (place)
  WHERE NOT (type = 'SCHEMAS' AND place <> '')) p
WHERE NOT (r.oid = 0 AND p.place = '' AND p.type IN ('ROUTINES', 'TYPES'))
  AND r.oid <> (SELECT min(owner::int)::oid FROM schema_here)
  AND NOT EXISTS (SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) x WHERE x.grantee = r.oid AND x.privilege_type = p.privilege);

-- default privileges of another
SELECT 'mutant_role', 'ALTER DEFAULT PRIVILEGES FOR ROLE mutant_role GRANT SELECT ON TABLES TO PUBLIC';

-- default privileges taken from everybody
SELECT type, format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE ALL ON %s FROM PUBLIC',
              (SELECT pg_get_userbyid(min(owner::int)::oid) FROM schema_here), type)
FROM (VALUES ('ROUTINES', 'f'), ('TYPES', 'T')) known (type, code)
WHERE NOT EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclobjtype = code::"char" AND d.defaclnamespace = 0);

-- default privileges revoked
SELECT format('%s by %s', x.privilege_type, pg_get_userbyid(d.defaclrole)),
       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s REVOKE %s ON %s FROM %s', pg_get_userbyid(d.defaclrole),
              (SELECT format('IN SCHEMA %I', schema) FROM schema_here s WHERE s.oid = d.defaclnamespace), x.privilege_type,
              CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
                WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
              CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END)
FROM pg_default_acl d, LATERAL aclexplode(d.defaclacl) x
WHERE (d.defaclnamespace = 0 OR d.defaclnamespace IN (SELECT oid FROM schema_here));

-- grant option of default privileges
SELECT format('%s by %s', x.privilege_type, pg_get_userbyid(d.defaclrole)),
       format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %s GRANT %s ON %s TO %I WITH GRANT OPTION', pg_get_userbyid(d.defaclrole),
              (SELECT format('IN SCHEMA %I', schema) FROM schema_here s WHERE s.oid = d.defaclnamespace), x.privilege_type,
              CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
                WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END, pg_get_userbyid(x.grantee))
FROM pg_default_acl d, LATERAL aclexplode(d.defaclacl) x
WHERE (d.defaclnamespace = 0 OR d.defaclnamespace IN (SELECT oid FROM schema_here))
  AND NOT x.is_grantable AND x.grantee <> 0 AND x.grantee <> d.defaclrole;
