"""The emulated Supabase platform, on every major version that this machine has."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import Connection, errors

from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.errors import SourceError
from pgtandem.platform import PLATFORMS
from pgtandem.scratch.loading import become
from pgtandem.sources.declared import Reader
from pgtandem.sources.script import Script
from pgtandem.sources.together import load_together

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "8c4d5f1e-0000-4000-8000-000000000001"
MODES = ("new", "legacy")

COLUMNS = (
    "instance_id id aud role email encrypted_password email_confirmed_at invited_at confirmation_token"
    " confirmation_sent_at recovery_token recovery_sent_at email_change_token_new email_change email_change_sent_at"
    " last_sign_in_at raw_app_meta_data raw_user_meta_data is_super_admin created_at updated_at phone"
    " phone_confirmed_at phone_change phone_change_token phone_change_sent_at confirmed_at"
    " email_change_token_current email_change_confirm_status banned_until reauthentication_token"
    " reauthentication_sent_at is_sso_user deleted_at is_anonymous"
).split()


@pytest.fixture
def url(servers: scratch.Server) -> Iterator[str]:
    with scratch.database(servers, template=scratch.platform_template(servers)) as made:
        yield made


@pytest.fixture(params=MODES)
def moded(request: pytest.FixtureRequest, servers: scratch.Server) -> Iterator[tuple[str, str]]:
    template = scratch.platform_template(servers, default_privileges=request.param)
    with scratch.database(servers, template=template) as made:
        yield request.param, made


@contextmanager
def as_role(url: str, role: str | None = None) -> Iterator[Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        if role:
            become(connection, role)
        yield connection


def value(connection: Connection, query: str, *parameters: object) -> object:
    row = connection.execute(query, parameters or None).fetchone()
    assert row is not None
    return row[0]


FINGERPRINT = """
    WITH schemas AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$')
    SELECT 'class', oid::regclass::text, relowner::regrole::text, relacl::text, relrowsecurity::text
    FROM pg_class WHERE relnamespace IN (SELECT oid FROM schemas)
    UNION ALL
    SELECT 'function', oid::regprocedure::text, proowner::regrole::text, proacl::text, pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace IN (SELECT oid FROM schemas)
    UNION ALL
    SELECT 'schema', nspname, nspowner::regrole::text, nspacl::text, '' FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL
    SELECT 'default', defaclrole::regrole::text, defaclnamespace::regnamespace::text, defaclobjtype::text,
        defaclacl::text
    FROM pg_default_acl
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '' FROM pg_constraint
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '' FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'event', evtname, evtowner::regrole::text, evtevent, evtenabled::text FROM pg_event_trigger
    UNION ALL
    SELECT 'role', rolname, pg_roles::text, '', '' FROM pg_roles
    UNION ALL
    SELECT 'member', roleid::regrole::text, member::regrole::text, admin_option::text, '' FROM pg_auth_members
    UNION ALL
    SELECT 'extension', extname, extversion, extnamespace::regnamespace::text, '' FROM pg_extension
    UNION ALL
    SELECT 'database', 'this', datdba::regrole::text, datacl::text, ''
    FROM pg_database WHERE datname = current_database()
    ORDER BY 1, 2, 3, 4, 5
"""


def fingerprint(connection: Connection) -> list[tuple]:
    """Everything of the catalogs that the platform's SQL decides."""
    return connection.execute(FINGERPRINT).fetchall()


def test_a_second_run_changes_nothing(moded: tuple[str, str]) -> None:
    mode, url = moded
    with as_role(url) as connection:
        before = fingerprint(connection)
        scratch.load(url, PLATFORMS["supabase"].sql(default_privileges=mode))
        assert fingerprint(connection) == before
        assert len(before) > 200


def test_a_database_loaded_directly_equals_one_from_the_template(servers: scratch.Server, url: str) -> None:
    with scratch.database(servers) as direct:
        scratch.load(direct, PLATFORMS["supabase"].sql())
        with as_role(url) as copy, as_role(direct) as original:
            assert fingerprint(copy) == fingerprint(original)


def test_auth_users_has_its_35_columns_and_keys(url: str) -> None:
    with as_role(url) as connection:
        columns = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'auth.users'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall()
        assert [name for (name,) in columns] == COLUMNS
        assert len(columns) == 35
        keys = connection.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'auth.users'::regclass AND contype IN ('p', 'u') ORDER BY 1"
        ).fetchall()
        assert keys == [("users_phone_key",), ("users_pkey",)]
        assert value(connection, "SELECT relrowsecurity FROM pg_class WHERE oid = 'auth.users'::regclass")
        connection.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'a@example.com')")
        with pytest.raises(errors.UniqueViolation):
            connection.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'a@example.com')")
        connection.execute(
            "INSERT INTO auth.users (id, email, is_sso_user) VALUES (gen_random_uuid(), 'a@example.com', true)"
        )


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (None, None, None)),
        ({"request.jwt.claim.sub": USER, "request.jwt.claim.role": "anon"}, (USER, "anon", None)),
        (
            {"request.jwt.claims": json.dumps({"sub": USER, "role": "authenticated", "email": "a@b.c"})},
            (USER, "authenticated", "a@b.c"),
        ),
        (
            {"request.jwt.claims": json.dumps({"sub": "x", "role": "anon"}), "request.jwt.claim.sub": USER},
            (USER, "anon", None),
        ),
        ({"request.jwt.claims": "", "request.jwt.claim.sub": ""}, (None, None, None)),
    ],
)
def test_who_is_asking(url: str, settings: dict[str, str], expected: tuple) -> None:
    with as_role(url) as connection:
        for name, setting in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, setting))
        connection.execute("SET ROLE authenticated")
        assert connection.execute("SELECT auth.uid()::text, auth.role(), auth.email()").fetchone() == expected


def test_jwt_prefers_the_old_setting_too(url: str) -> None:
    with as_role(url) as connection:
        assert value(connection, "SELECT auth.jwt()") is None
        connection.execute("""SET request.jwt.claims = '{"a": 1}'""")
        assert value(connection, "SELECT auth.jwt()") == {"a": 1}
        connection.execute("""SET request.jwt.claim = '{"a": 2}'""")
        assert value(connection, "SELECT auth.jwt()") == {"a": 2}


def test_a_subject_that_is_no_uuid_raises(url: str) -> None:
    with as_role(url) as connection:
        connection.execute("SET request.jwt.claim.sub = 'somebody'")
        with pytest.raises(errors.InvalidTextRepresentation):
            connection.execute("SELECT auth.uid()")


def test_postgres_is_no_superuser_and_deploys(url: str) -> None:
    scratch.load(
        url,
        """
        CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, email text);
        CREATE FUNCTION on_sign_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            INSERT INTO public.profiles VALUES (NEW.id, NEW.email);
            RETURN NEW;
        END
        $$;
        CREATE OR REPLACE TRIGGER on_sign_up AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION on_sign_up();
        CREATE OR REPLACE TRIGGER on_sign_up AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION on_sign_up();
        CREATE SCHEMA app;
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;
        CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;
        INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'test@example.com');
        ALTER PUBLICATION supabase_realtime ADD TABLE profiles;
        """,
        role="postgres",
    )
    with as_role(url, "postgres") as connection:
        assert value(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'") is False
        assert value(connection, "SELECT email FROM profiles") == "test@example.com"
        assert value(connection, "SHOW search_path") == '"$user", public, extensions'
        owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"
        assert value(connection, owner) == "postgres"


@pytest.mark.parametrize(
    "sql",
    [
        *(f"SET search_path = ''; CREATE EXTENSION {name}" for name in ("pgsodium", "pgmq", "pg_tle")),
        "CREATE TABLE t (); CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION supabase_functions.http_request('x')",
        "CREATE TABLE IF NOT EXISTS supabase_functions.hooks (id bigserial PRIMARY KEY)",
        "GRANT SELECT ON vault.decrypted_secrets TO service_role",
        "ALTER ROLE authenticator SET pgrst.db_pre_request TO 'public.before'",
        "DELETE FROM storage.objects; DELETE FROM storage.buckets",
        "CREATE EXTENSION pgmq; SELECT pgmq.create('queue'); GRANT SELECT ON pgmq.meta TO service_role",
        "SET session_replication_role = replica",
    ],
)
def test_what_projects_have_run_there_loads(url: str, sql: str) -> None:
    try:
        load_together(url, [Script(path="a.sql", sql=sql)], platform=PLATFORMS["supabase"])
    finally:
        scratch.load(url, "ALTER ROLE authenticator RESET pgrst.db_pre_request")  # roles are the whole server's


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TRIGGER t ON auth.users RENAME TO mine",
        "ALTER TABLE auth.users ADD COLUMN mine int",
        "ALTER TABLE auth.users DISABLE ROW LEVEL SECURITY",
        "CREATE INDEX ON auth.users (aud)",
        "CREATE TABLE auth.mine (id int)",
        "CREATE TABLE storage.mine (id int)",
        "CREATE TABLE realtime.mine (id int)",
        "DROP TABLE storage.objects",
        "SET ROLE supabase_auth_admin",
        "SET ROLE supabase_admin",
        "CREATE ROLE another SUPERUSER",
    ],
)
def test_postgres_may_not(url: str, statement: str) -> None:
    scratch.load(
        url,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER t AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION f()",
        role="postgres",
    )
    with as_role(url, "postgres") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_postgres_drops_triggers_of_platform_tables(url: str) -> None:
    with as_role(url, "postgres") as connection:
        connection.execute(
            "CREATE TRIGGER t BEFORE UPDATE ON auth.users FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        )
        connection.execute("DROP TRIGGER t ON auth.users")
        left = "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'auth.users'::regclass AND NOT tgisinternal"
        assert value(connection, left) == 0
        owner = "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'auth.users'::regclass"
        assert value(connection, owner) == "supabase_auth_admin"


def test_postgres_makes_policies_on_platform_tables_that_it_does_not_own(url: str) -> None:
    owner = "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'storage.objects'::regclass"
    with as_role(url, "postgres") as connection:
        connection.execute("CREATE POLICY p ON storage.objects FOR SELECT USING ((storage.foldername(name))[1] = 'a')")
        connection.execute("ALTER POLICY p ON storage.objects USING (true)")
        with pytest.raises(errors.DuplicateObject):
            connection.execute("CREATE POLICY p ON storage.objects USING (true)")
        assert value(connection, owner) == "supabase_storage_admin"
        connection.execute("DROP POLICY p ON storage.objects")
        connection.execute("CREATE POLICY p ON realtime.messages USING (realtime.topic() = 'a')")
        assert value(connection, owner) == "supabase_storage_admin"
    for role in ("authenticated", "service_role", "dashboard_user"):
        with as_role(url, role) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("CREATE POLICY q ON storage.objects USING (true)")


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_api_roles_use_the_schemas_and_see_no_accounts(url: str, role: str) -> None:
    with as_role(url, role) as connection:
        for schema in ("public", "auth", "storage", "extensions"):
            assert value(connection, "SELECT has_schema_privilege(%s, 'USAGE')", schema)
            assert not value(connection, "SELECT has_schema_privilege(%s, 'CREATE')", schema)
        for table in ("users", "identities", "sessions", "refresh_tokens"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM auth.{table}".encode())
        bypasses = value(connection, "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert bypasses is (role == "service_role")


def test_gateway_role_becomes_the_api_roles_only(url: str) -> None:
    with as_role(url, "authenticator") as connection:
        assert value(connection, "SHOW statement_timeout") == "8s"
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SELECT FROM storage.objects")
        for role in ("anon", "authenticated", "service_role"):
            connection.execute(f"SET ROLE {role}".encode())
            connection.execute("RESET ROLE")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("SET ROLE postgres")


TABLE = "SELECT DISTINCT privilege_type FROM pg_class, aclexplode(relacl) WHERE relname = 't' AND grantee = %s::regrole"
SEQUENCE = TABLE.replace("'t'", "'s'")
FUNCTION = "SELECT has_function_privilege(%s, 'f()', 'EXECUTE')"
FUNCTION_ACL = "SELECT coalesce(proacl, acldefault('f', proowner))::text FROM pg_proc WHERE proname = 'f'"
RESIDUE = {"TRUNCATE", "REFERENCES", "TRIGGER"}


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_what_new_objects_are_granted(moded: tuple[str, str], servers: scratch.Server, role: str) -> None:
    mode, url = moded
    maintain = {"MAINTAIN"} if servers.major >= 17 else set()
    scratch.load(
        url, "CREATE TABLE t (id int); CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS int RETURN 1;", role="postgres"
    )
    with as_role(url) as connection:
        table = {name for (name,) in connection.execute(TABLE, (role,)).fetchall()}
        sequence = {name for (name,) in connection.execute(SEQUENCE, (role,)).fetchall()}
        acl = value(connection, FUNCTION_ACL)
        assert value(connection, FUNCTION, role)  # by PUBLIC, in both modes
    assert isinstance(acl, str)
    if mode == "legacy":
        assert table == RESIDUE | maintain | {"SELECT", "INSERT", "UPDATE", "DELETE"}
        assert sequence == {"USAGE", "SELECT", "UPDATE"}
        assert f"{role}=X/postgres" in acl
    else:
        assert table == RESIDUE | maintain
        assert sequence == {"UPDATE"}
        assert f"{role}=X" not in acl
        assert "{=X/postgres" in acl


def test_what_supabase_admin_makes_is_granted_in_both_modes(moded: tuple[str, str]) -> None:
    _, url = moded
    scratch.load(url, "CREATE TABLE public.t (id int)", role="supabase_admin")
    with as_role(url, "anon") as connection:
        connection.execute("SELECT FROM public.t")


def test_storage_rows_are_not_deleted_by_sql(url: str) -> None:
    with as_role(url) as connection:
        connection.execute("INSERT INTO storage.buckets (id, name) VALUES ('b', 'b')")
        connection.execute("INSERT INTO storage.objects (bucket_id, name) VALUES ('b', 'u/v/cat.tar.gz')")
        for table in ("objects", "buckets"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM storage.{table}".encode())
        row = connection.execute(
            "SELECT storage.foldername(name), storage.filename(name), storage.extension(name), path_tokens"
            " FROM storage.objects"
        ).fetchone()
        assert row == (["u", "v"], "cat.tar.gz", "gz", ["u", "v", "cat.tar.gz"])
        connection.execute("SET storage.allow_delete_query = 'true'")
        connection.execute("DELETE FROM storage.objects")


def test_a_broadcast_from_a_trigger_arrives(url: str) -> None:
    scratch.load(
        url,
        """
        CREATE TABLE t (id int);
        CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
        BEGIN
            PERFORM realtime.broadcast_changes('t', TG_OP, TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA, NEW, OLD);
            RETURN NULL;
        END
        $$;
        CREATE TRIGGER tell AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell();
        INSERT INTO t VALUES (1);
        """,
        role="postgres",
    )
    with as_role(url) as connection:
        assert value(connection, "SELECT payload -> 'record' ->> 'id' FROM realtime.messages") == "1"


def test_only_a_superuser_may_set_it_up(servers: scratch.Server) -> None:
    with scratch.database(servers) as url, pytest.raises(SourceError, match="only be set up by a superuser"):
        scratch.load(url, PLATFORMS["supabase"].sql(), role="postgres")


def test_a_schema_that_is_given_to_a_new_owner_can_be_deployed_again(servers: scratch.Server, url: str) -> None:
    sql = "ALTER SCHEMA public OWNER TO postgres; REVOKE USAGE ON SCHEMA public FROM PUBLIC; CREATE TABLE notes ();"
    platform = PLATFORMS["supabase"]
    declared = Reader(platform=platform, server=lambda: servers, cache=None).read([Script(path="a.sql", sql=sql)])
    production = render(production_sql(declared.own, platform=platform, removed=declared.removed))
    for _ in range(2):
        scratch.load(url, production, role="postgres", path="production.sql")
    with as_role(url, "postgres") as connection:
        assert value(connection, "SELECT has_schema_privilege('public', 'CREATE')") is True
        assert (
            value(connection, "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'") == "postgres"
        )


def test_plain_postgresql_provides_nothing() -> None:
    assert PLATFORMS["none"].sql() == ""
    assert PLATFORMS["none"].owner is None


def test_postgres_moves_an_extension_and_is_no_superuser_afterwards(platform_url: str) -> None:
    scratch.load(
        platform_url, "CREATE EXTENSION citext; ALTER EXTENSION citext SET SCHEMA extensions;", role="postgres"
    )
    with pytest.raises(SourceError, match="does not support SET SCHEMA"):
        scratch.load(platform_url, "CREATE EXTENSION pgmq; ALTER EXTENSION pgmq SET SCHEMA extensions", role="postgres")
    with psycopg.connect(platform_url) as connection:
        asked = "SELECT extnamespace::regnamespace::text, (SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres')"
        moved = connection.execute(f"{asked} FROM pg_extension WHERE extname = 'citext'").fetchone()
    assert moved == ("extensions", False)
