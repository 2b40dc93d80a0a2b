
-- Schemas. `public` belongs to the owner of the database (role pg_database_owner), who is postgres.
CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS storage AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS realtime AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION postgres;
CREATE SCHEMA IF NOT EXISTS graphql AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS graphql_public AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS vault AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS pgsodium AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS net AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS cron AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS supabase_functions AUTHORIZATION supabase_admin;
CREATE SCHEMA IF NOT EXISTS supabase_migrations AUTHORIZATION postgres;
CREATE SCHEMA IF NOT EXISTS pgbouncer AUTHORIZATION pgbouncer;

GRANT USAGE ON SCHEMA public, extensions, auth, storage, realtime, graphql, graphql_public, net, supabase_functions
    TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public, auth, realtime, graphql, graphql_public, net, supabase_functions TO postgres;
GRANT USAGE ON SCHEMA storage, cron, vault TO postgres WITH GRANT OPTION;
GRANT ALL ON SCHEMA extensions, auth, storage TO dashboard_user;
GRANT ALL ON SCHEMA auth TO supabase_auth_admin;
GRANT ALL ON SCHEMA storage TO supabase_storage_admin;
GRANT ALL ON SCHEMA realtime TO supabase_realtime_admin;
GRANT ALL ON SCHEMA supabase_functions TO supabase_functions_admin;
