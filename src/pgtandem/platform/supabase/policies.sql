
-- On Supabase an extension (supautils) lets postgres create, alter and drop policies, and drop triggers, of some tables that it does not own.
-- Here it owns them for just as long as such a statement runs. That takes no lock on the tables, and a statement that fails
-- takes the change back with it.
CREATE OR REPLACE FUNCTION extensions.policy_grants() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    -- In a function with SECURITY DEFINER, current_user is the definer.
    caller text := coalesce(nullif(current_setting('role'), 'none'), session_user);
    lent oid[] := ARRAY[
        'auth.audit_log_entries', 'auth.identities', 'auth.refresh_tokens', 'auth.sessions', 'auth.users',
        'realtime.messages', 'storage.buckets', 'storage.objects'
    ]::regclass[]::oid[];
BEGIN
    IF caller <> 'postgres' OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = caller) THEN
        RETURN;
    END IF;
    UPDATE pg_catalog.pg_class
    SET relowner = CASE
        WHEN tg_event = 'ddl_command_start' THEN 'postgres'
        WHEN relnamespace = 'auth'::regnamespace THEN 'supabase_auth_admin'
        WHEN relnamespace = 'storage'::regnamespace THEN 'supabase_storage_admin'
        ELSE 'supabase_realtime_admin'
    END::regrole
    WHERE oid = ANY (lent);
END
$$;
REVOKE ALL ON FUNCTION extensions.policy_grants() FROM PUBLIC;
ALTER FUNCTION extensions.policy_grants() OWNER TO supabase_admin;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'policy_grants_lend') THEN
        CREATE EVENT TRIGGER policy_grants_lend ON ddl_command_start
            WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER') EXECUTE FUNCTION extensions.policy_grants();
    END IF;
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'policy_grants_return') THEN
        CREATE EVENT TRIGGER policy_grants_return ON ddl_command_end
            WHEN TAG IN ('CREATE POLICY', 'ALTER POLICY', 'DROP POLICY', 'DROP TRIGGER') EXECUTE FUNCTION extensions.policy_grants();
    END IF;
END
$$;
ALTER EVENT TRIGGER policy_grants_lend OWNER TO supabase_admin;
ALTER EVENT TRIGGER policy_grants_return OWNER TO supabase_admin;
