"""Stand-ins for extensions: they load, they are known as what they are, and what they compute is right."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import SourceError
from pgtandem.model.stand_in import STAND_IN
from pgtandem.platform.stand_ins import all_stand_ins
from pgtandem.scratch.embedded import embedded_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg import Connection

    from pgtandem.scratch.programs import Installation

ALL = tuple(all_stand_ins())


@pytest.fixture
def url(servers: scratch.Server) -> Iterator[str]:
    with scratch.database(servers, template=scratch.platform_template(servers)) as made:
        yield made


def real(connection: Connection) -> set[str]:
    """The extensions that the server really has."""
    query = "SELECT name FROM pg_available_extensions WHERE NOT starts_with(comment, %s)"
    return {name for (name,) in connection.execute(query, (STAND_IN,)).fetchall()}


def test_each_can_be_installed_by_the_owner_and_dropped(url: str) -> None:
    with psycopg.connect(url) as connection:
        missing = [name for name in ALL if name not in real(connection)]
    for name in ALL:
        scratch.load(url, f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA extensions CASCADE', role="postgres")
    assert set(scratch.stand_ins(url)) == set(missing)
    scratch.load(url, "".join(f'DROP EXTENSION IF EXISTS "{name}" CASCADE;' for name in ALL))
    assert scratch.stand_ins(url) == ()


def test_extensions_without_a_stand_in_fail_clearly(url: str) -> None:
    with pytest.raises(SourceError, match='extension "postgis" is not available'):
        scratch.load(url, "CREATE EXTENSION postgis")


def test_a_version_can_be_asked_for(url: str) -> None:
    scratch.load(url, "CREATE EXTENSION pg_net WITH SCHEMA extensions VERSION '0.7.1'", role="postgres")


def test_owners_install_what_only_superusers_may_elsewhere(platform_url: str) -> None:
    scratch.load(
        platform_url,
        "CREATE EXTENSION pg_stat_statements SCHEMA extensions; CREATE EXTENSION postgres_fdw; CREATE EXTENSION vector",
        role="postgres",
    )
    assert scratch.stand_ins(platform_url) == ("pgcrypto", "supabase_vault", "uuid-ossp")


@pytest.fixture
def stand_in(blank_url: str) -> Callable[[str], str]:
    """The URL of a database in which the stand-in is loaded by its plain script, whatever the server has."""

    def load(name: str) -> str:
        scratch.load(blank_url, "CREATE SCHEMA s;" + all_stand_ins()[name].script_in("s"))
        return blank_url

    return load


TEXTS = ("", "a", "abc", "ü€🙂", "x" * 55, "x" * 56, "x" * 63, "x" * 64, "x" * 119, "x" * 1000)
KEYS = ("", "k", "ü", "k" * 64, "k" * 65, "k" * 128, "k" * 129, "k" * 200)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_hashes_are_right(stand_in: Callable[[str], str], algorithm: str) -> None:
    with psycopg.connect(stand_in("pgcrypto")) as connection:
        for text in TEXTS:
            row = connection.execute("SELECT s.digest(%s::text, %s)", (text, algorithm)).fetchone()
            assert row == (hashlib.new(algorithm, text.encode()).digest(),)
        for key in KEYS:
            row = connection.execute("SELECT s.hmac('message'::text, %s::text, %s)", (key, algorithm)).fetchone()
            assert row == (hmac.new(key.encode(), b"message", algorithm).digest(),)


@pytest.mark.parametrize(("kind", "length"), [("bf", 60), ("md5", 34), ("xdes", 20), ("des", 13)])
def test_a_password_fits_its_hash_only(stand_in: Callable[[str], str], kind: str, length: int) -> None:
    with psycopg.connect(stand_in("pgcrypto")) as connection:
        row = connection.execute(
            "SELECT length(hash), s.crypt('pass', hash) = hash, s.crypt('Pass', hash) = hash,"
            " s.crypt('pass', salt) = hash"
            " FROM s.gen_salt(%s) salt, s.crypt('pass', salt) hash",
            (kind,),
        ).fetchone()
        assert row == (length, True, False, True)
        again = connection.execute("SELECT s.gen_salt(%s) <> s.gen_salt(%s)", (kind, kind)).fetchone()
        assert again == (True,) or kind == "des"


def test_random_bytes(stand_in: Callable[[str], str]) -> None:
    with psycopg.connect(stand_in("pgcrypto")) as connection:
        for length in (1, 16, 32, 33, 1024):
            row = connection.execute(
                "SELECT s.gen_random_bytes(%s), s.gen_random_bytes(%s)", (length, length)
            ).fetchone()
            assert row
            assert [len(part) for part in row] == [length, length]
            assert row[0] != row[1] or length == 1
        many = connection.execute(
            "SELECT count(DISTINCT s.gen_random_bytes(8)) FROM generate_series(1, 1000)"
        ).fetchone()
        assert many == (1000,)
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            connection.execute("SELECT s.gen_random_bytes(1025)")


def test_ciphers_refuse_instead_of_pretending(stand_in: Callable[[str], str]) -> None:
    refused = pytest.raises(psycopg.errors.FeatureNotSupported, match="needs the real pgcrypto")
    with psycopg.connect(stand_in("pgcrypto")) as connection, refused:
        connection.execute("SELECT s.pgp_sym_encrypt('secret', 'key')")


def test_uuids_are_right(stand_in: Callable[[str], str]) -> None:
    with psycopg.connect(stand_in("uuid-ossp")) as connection:
        for name in TEXTS:
            row = connection.execute(
                "SELECT s.uuid_generate_v3(s.uuid_ns_url(), %s), s.uuid_generate_v5(s.uuid_ns_dns(), %s)", (name, name)
            ).fetchone()
            assert row == (uuid.uuid3(uuid.NAMESPACE_URL, name), uuid.uuid5(uuid.NAMESPACE_DNS, name))
        row = connection.execute("SELECT s.uuid_generate_v1(), s.uuid_generate_v4(), s.uuid_nil()").fetchone()
        assert row
        first, fourth, nil = row
        assert (first.version, first.variant, fourth.version, nil.int) == (1, uuid.RFC_4122, 4, 0)
        now = connection.execute("SELECT extract(epoch FROM now())").fetchone()
        assert now
        assert abs((first.time - 0x01B21DD213814000) / 1e7 - float(now[0])) < 60


SIGNATURES = """
    SELECT proname || '(' || pg_get_function_identity_arguments(oid) || ')' FROM pg_proc
    WHERE pronamespace = 's'::regnamespace AND proname !~ '^stand_in'
"""
LEFT_OUT = {"pgp_armor_headers(text, OUT key text, OUT value text)", "armor(bytea, text[], text[])"}


@pytest.mark.parametrize("name", ["pgcrypto", "uuid-ossp"])
def test_a_stand_in_has_the_functions_of_the_real_one(
    require: Callable[[object, str], None], majors: dict[int, Installation], name: str
) -> None:
    require(15 in majors, "there is no PostgreSQL 15 with its contributed extensions on this machine")
    with embedded_server(majors[15]) as server:
        found = []
        for script in (f'CREATE EXTENSION "{name}" SCHEMA s', all_stand_ins()[name].script_in("s")):
            with scratch.database(server) as url, psycopg.connect(url) as connection:
                connection.execute("CREATE SCHEMA s")
                connection.execute(script.encode())
                found.append({text for (text,) in connection.execute(SIGNATURES).fetchall()})
    wanted, have = found
    assert len(wanted) > 9
    assert wanted - have <= LEFT_OUT
    assert not have - wanted


def test_tokens_are_signed_and_verified(url: str) -> None:
    scratch.load(url, "CREATE EXTENSION pgjwt SCHEMA extensions", role="postgres")
    with psycopg.connect(url) as connection:
        row = connection.execute(
            """
            SELECT payload ->> 'sub', valid, (extensions.verify(token, 'other')).valid
            FROM extensions.sign('{"sub": "1234567890"}', 'secret') token, extensions.verify(token, 'secret')
            """
        ).fetchone()
        assert row == ("1234567890", True, False)


def test_jobs_requests_queues_and_secrets_are_noted(url: str) -> None:
    scratch.load(
        url,
        """
        CREATE EXTENSION pg_cron; CREATE EXTENSION pg_net; CREATE EXTENSION pgmq;
        SELECT cron.schedule('a', '* * * * *', 'SELECT 1');
        SELECT cron.schedule('a', '0 * * * *', 'SELECT 2');
        SELECT net.http_post('http://localhost', '{"a": 1}'::jsonb);
        SELECT pgmq.create('q');
        SELECT pgmq.send('q', '{"b": 2}');
        SELECT vault.create_secret('hush', 'name');
        """,
    )
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT jobname, schedule FROM cron.job").fetchall() == [("a", "0 * * * *")]
        assert connection.execute("SELECT method FROM net.http_request_queue").fetchall() == [("POST",)]
        assert connection.execute("SELECT message FROM pgmq.read('q', 30, 5)").fetchall() == [({"b": 2},)]
        assert connection.execute("SELECT message FROM pgmq.read('q', 30, 5)").fetchall() == []
        assert connection.execute("SELECT decrypted_secret FROM vault.decrypted_secrets").fetchall() == [("hush",)]
