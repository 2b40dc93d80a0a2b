
-- On Supabase an extension (supautils) alters and drops other extensions as a superuser where postgres says so. Here postgres
-- is one for just as long as such a statement runs; a statement that fails takes the change back with it.
CREATE OR REPLACE FUNCTION extensions.extension_grants() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    -- In a function with SECURITY DEFINER, current_user is the definer.
    caller text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    lends boolean := tg_event = 'ddl_command_start';
BEGIN
    IF caller = 'postgres' AND (lends OR current_setting('extensions.lent', true) = 'yes') THEN
        PERFORM set_config('extensions.lent', CASE WHEN lends AND NOT rolsuper THEN 'yes' ELSE 'no' END, true)
        FROM pg_catalog.pg_roles WHERE rolname = caller;
        UPDATE pg_catalog.pg_authid SET rolsuper = lends WHERE rolname = caller AND rolsuper <> lends;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION extensions.extension_grants() FROM PUBLIC;
ALTER FUNCTION extensions.extension_grants() OWNER TO supabase_admin;

DO $$
DECLARE
    event text;
BEGIN
    FOREACH event IN ARRAY ARRAY['start', 'end'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'extension_grants_' || event) THEN
            EXECUTE 'CREATE EVENT TRIGGER extension_grants_' || event || ' ON ddl_command_' || event
                || ' WHEN TAG IN (''ALTER EXTENSION'', ''DROP EXTENSION'') EXECUTE FUNCTION extensions.extension_grants()';
        END IF;
        EXECUTE 'ALTER EVENT TRIGGER extension_grants_' || event || ' OWNER TO supabase_admin';
    END LOOP;
END
$$;
