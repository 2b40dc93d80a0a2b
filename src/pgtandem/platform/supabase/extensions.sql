
-- Extensions that every project finds in schema extensions. Where the server does not have one, its functions are made here
-- and noted as that extension, so that CREATE EXTENSION IF NOT EXISTS finds it.
CREATE OR REPLACE FUNCTION pg_temp.stand_in(name text, version text, comment text, script text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    present oid[] := ARRAY(SELECT oid FROM pg_catalog.pg_proc WHERE pronamespace = 'extensions'::regnamespace);
    member regprocedure;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = name) THEN
        RETURN;
    END IF;
    EXECUTE script;
    -- CREATE EXTENSION would want files that only the server's administrator can put there.
    INSERT INTO pg_catalog.pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    SELECT pg_catalog.pg_nextoid('pg_catalog.pg_extension', 'oid', 'pg_catalog.pg_extension_oid_index'), name,
        'supabase_admin'::regrole, 'extensions'::regnamespace, false, version;
    FOR member IN
        SELECT oid FROM pg_catalog.pg_proc WHERE pronamespace = 'extensions'::regnamespace AND oid <> ALL (present)
    LOOP
        EXECUTE pg_catalog.format('ALTER FUNCTION %s OWNER TO supabase_admin', member);
        EXECUTE pg_catalog.format('ALTER EXTENSION %I ADD FUNCTION %s', name, member);
    END LOOP;
    EXECUTE pg_catalog.format('COMMENT ON EXTENSION %I IS %L', name, comment);
END
$$;

DO $outer$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'uuid-ossp') THEN
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA extensions;
    ELSE
        PERFORM pg_temp.stand_in('uuid-ossp', @stand-in uuid-ossp@);
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pgcrypto') THEN
        CREATE EXTENSION IF NOT EXISTS pgcrypto SCHEMA extensions;
    ELSE
        PERFORM pg_temp.stand_in('pgcrypto', @stand-in pgcrypto@);
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'supabase_vault') THEN
        CREATE EXTENSION IF NOT EXISTS supabase_vault SCHEMA vault;
    END IF;
END
$outer$;
