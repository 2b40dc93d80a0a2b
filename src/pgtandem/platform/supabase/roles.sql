-- The Supabase platform for a bare PostgreSQL 15 to 18: what a project finds before its own schema.
-- Run by a superuser, as often as you like: psql -v ON_ERROR_STOP=1 -f supabase.sql
-- An emulation, written from the platform's documented behaviour; PostgreSQL itself decides what it means.

BEGIN;

DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'the Supabase platform can only be set up by a superuser, and % is none', current_user
            USING HINT = 'Connect as the superuser of the server; the embedded one is called supabase_admin.';
    END IF;
    IF current_setting('server_version_num')::int NOT BETWEEN 150000 AND 189999 THEN
        RAISE EXCEPTION 'the Supabase platform is made for PostgreSQL 15 to 18, this is %', current_setting('server_version');
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres' AND rolsuper) THEN
        RAISE NOTICE 'role postgres is a superuser here and stays one; on Supabase it is not, so more is allowed to it here';
    END IF;
END
$$;

-- Two runs at once, in two databases, would meet at the roles, which all databases share (and advisory locks they do not).
LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = '';
SET LOCAL check_function_bodies = off;

-- Roles and what they may do at all.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT *
        FROM (VALUES
            ('supabase_admin', 'LOGIN SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS'),
            ('postgres', 'LOGIN NOSUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS'),
            ('anon', 'NOLOGIN INHERIT'),
            ('authenticated', 'NOLOGIN INHERIT'),
            ('service_role', 'NOLOGIN INHERIT BYPASSRLS'),
            ('authenticator', 'LOGIN NOINHERIT'),
            ('supabase_auth_admin', 'LOGIN NOINHERIT NOCREATEROLE'),
            ('supabase_storage_admin', 'LOGIN NOINHERIT CREATEROLE'),
            ('supabase_functions_admin', 'LOGIN NOINHERIT CREATEROLE'),
            ('supabase_realtime_admin', 'LOGIN NOINHERIT CREATEROLE REPLICATION'),
            ('supabase_replication_admin', 'LOGIN REPLICATION'),
            ('supabase_etl_admin', 'LOGIN REPLICATION'),
            ('supabase_read_only_user', 'LOGIN BYPASSRLS'),
            ('dashboard_user', 'NOLOGIN CREATEDB CREATEROLE REPLICATION'),
            ('pgbouncer', 'LOGIN')
        ) AS roles (name, attributes)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
        ELSIF wanted.name NOT IN ('supabase_admin', 'postgres')
            OR EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted.name AND NOT rolsuper) THEN
            EXECUTE pg_catalog.format('ALTER ROLE %I %s', wanted.name, wanted.attributes);
        END IF;
    END LOOP;
END
$$;

GRANT anon, authenticated, service_role TO authenticator;
GRANT authenticator TO supabase_storage_admin;
GRANT pg_read_all_data TO supabase_read_only_user, supabase_etl_admin;

-- How PostgREST is told in the database what to do: https://docs.postgrest.org/en/stable/references/configuration.html
DO $$
DECLARE
    setting text;
BEGIN
    FOREACH setting IN ARRAY ARRAY[
        'db_aggregates_enabled', 'db_extra_search_path', 'db_max_rows', 'db_plan_enabled', 'db_pre_request', 'db_schemas',
        'db_tx_end', 'jwt_role_claim_key', 'openapi_mode', 'server_timing_enabled'
    ] LOOP
        EXECUTE pg_catalog.format('GRANT SET ON PARAMETER %I TO postgres', 'pgrst.' || setting);
    END LOOP;
END
$$;

-- Settings of a superuser's that supautils lets postgres have (supautils.privileged_role_allowed_configs). What
-- `supabase db dump --data-only` writes begins with the first.
GRANT SET ON PARAMETER session_replication_role, log_lock_waits, log_min_duration_statement, log_min_messages,
    log_parameter_max_length, log_replication_commands, log_statement, log_temp_files, track_functions, track_io_timing,
    wal_compression TO postgres;

-- A superuser is a member of every role anyway, and must not be made one of fewer by a later change of heart.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'postgres' AND rolsuper) THEN
        RETURN;
    ELSIF current_setting('server_version_num')::int < 160000 THEN
        GRANT anon, authenticated, service_role, supabase_functions_admin, pg_monitor, pg_read_all_data, pg_signal_backend
            TO postgres;
    ELSE
        -- From here on CREATEROLE alone does not allow to grant a role: https://www.postgresql.org/docs/16/role-attributes.html
        GRANT anon, authenticated, service_role, authenticator, supabase_functions_admin, pg_monitor, pg_read_all_data,
            pg_signal_backend TO postgres WITH ADMIN OPTION;
        GRANT pg_create_subscription TO postgres;
    END IF;
END
$$;

-- What a session of each role finds set.
ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';
ALTER ROLE supabase_admin SET search_path = "$user", public, auth, extensions;
ALTER ROLE supabase_admin SET log_statement = none;
ALTER ROLE supabase_auth_admin SET search_path = auth;
ALTER ROLE supabase_auth_admin SET idle_in_transaction_session_timeout = 60000;
ALTER ROLE supabase_auth_admin SET log_statement = none;
ALTER ROLE supabase_storage_admin SET search_path = storage;
ALTER ROLE supabase_storage_admin SET log_statement = none;
ALTER ROLE supabase_realtime_admin SET search_path = realtime;
ALTER ROLE supabase_functions_admin SET search_path = supabase_functions;
ALTER ROLE supabase_read_only_user SET default_transaction_read_only = on;

-- A superuser called postgres belongs to whoever runs this server: nothing but this database is set for it.
DO $$
DECLARE
    place text := '';
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'postgres' AND rolsuper) THEN
        place := pg_catalog.format('IN DATABASE %I', current_database());
    END IF;
    EXECUTE pg_catalog.format('ALTER ROLE postgres %s SET search_path = "$user", public, extensions', place);
    EXECUTE pg_catalog.format('ALTER DATABASE %I OWNER TO postgres', current_database());
    EXECUTE pg_catalog.format('GRANT ALL ON DATABASE %I TO postgres, dashboard_user', current_database());
END
$$;
