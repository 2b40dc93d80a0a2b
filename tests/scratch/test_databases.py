"""Databases and templates, on servers of our own and on given ones."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import ServerError, UsageError
from pgtandem.platform import PLATFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def run(url: str, *statements: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def another() -> Iterator[scratch.Server]:
    """A server that plays the one that a user gives."""
    with scratch.server() as started:
        yield started


def test_a_database_is_dropped_even_with_sessions_and_errors(server: scratch.Server) -> None:
    before = names(server.url)
    with pytest.raises(KeyError), scratch.database(server) as url:  # noqa: PT012 - the block is what is tested
        open_session = psycopg.connect(url)
        assert len(names(server.url) - before) == 1
        raise KeyError
    open_session.close()
    assert names(server.url) == before


def test_a_dropped_database_is_no_trouble(server: scratch.Server) -> None:
    with scratch.database(server) as url:
        name = run(url, "SELECT current_database()")[0][0]
        run(server.url, f'DROP DATABASE "{name}"')


def test_many_at_once(server: scratch.Server, platform_template: str) -> None:
    failures: list[BaseException] = []

    def use() -> None:
        try:
            with scratch.database(server, template=platform_template) as url:
                scratch.load(url, "CREATE TABLE t (id uuid REFERENCES auth.users)", role="postgres")
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_platform_is_loaded_into_many_at_once(another: scratch.Server) -> None:
    failures: list[BaseException] = []

    def use() -> None:
        try:
            with scratch.database(another) as url:
                scratch.load(url, PLATFORMS["supabase"].sql())
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_copy_has_the_owner_privileges_and_settings_of_its_original(server: scratch.Server) -> None:
    def build(url: str) -> None:
        scratch.load(
            url,
            """
            CREATE ROLE "odd ""name" LOGIN;
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I OWNER TO "odd ""name"', current_database());
                EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database());
                EXECUTE format('GRANT CREATE ON DATABASE %I TO pg_monitor WITH GRANT OPTION', current_database());
                EXECUTE format('ALTER DATABASE %I SET search_path = "a b", public', current_database());
                EXECUTE format('ALTER ROLE "odd ""name" IN DATABASE %I SET work_mem = ''1MB''', current_database());
            END $$
            """,
        )

    original = scratch.template(server, "with properties", build)
    with scratch.database(server, template=original) as url:
        as_owner = scratch.with_parameters(url, user='odd "name')
        owner, acl, path, memory = run(
            as_owner,
            "SELECT datdba::regrole::text, datacl::text, current_setting('search_path'), current_setting('work_mem')"
            " FROM pg_database WHERE datname = current_database()",
        )[0]
        assert (owner, path, memory) == ('"odd ""name"', '"a b", public', "1MB")
        assert "pg_monitor=C*/" in acl
        assert "=T/" in acl
        settings = "DO $$ BEGIN RAISE NOTICE '% %', current_setting('search_path'), current_setting('work_mem'); END $$"
        heard: list[str] = []
        for role in ('odd "name', "pg_monitor"):
            scratch.load(url, settings, role=role, notice=heard.append)
        assert heard == ['"a b", public 1MB', '"a b", public 4MB']


def test_a_template_is_built_once_whoever_asks(server: scratch.Server, tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from pgtandem import scratch
def build(url):
    with Path({str(tmp_path / "built")!r}).open("a") as log:
        log.write("built ")
    time.sleep(0.5)
    scratch.load(url, "CREATE TABLE t (a int)")
server = scratch.Server(url={server.url!r}, version={server.version})
with scratch.database(server, template=scratch.template(server, "shared", build)) as url:
    scratch.load(url, "INSERT INTO t VALUES (1)")
"""
    both = [subprocess.Popen((sys.executable, "-c", code)) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert (tmp_path / "built").read_text() == "built "


def test_a_template_that_failed_leaves_nothing(server: scratch.Server) -> None:
    before = names(server.url)

    def build(_: str) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        scratch.template(server, "failing", build)
    assert names(server.url) == before
    name = scratch.template(server, "failing", lambda url: scratch.load(url, "CREATE TABLE t (a int)"))
    assert names(server.url) == before | {name}


def test_long_and_odd_template_names(server: scratch.Server) -> None:
    first = scratch.template(server, "x" * 100 + "a", lambda _: None)
    second = scratch.template(server, "x" * 100 + "b", lambda _: None)
    odd = scratch.template(server, """a "b" 'c' ü%s""", lambda _: None)
    assert first != second
    with scratch.database(server, template=odd) as url:
        assert run(url, "SELECT 1") == [(1,)]


def test_a_missing_template_is_named(server: scratch.Server) -> None:
    with pytest.raises(ServerError, match="no template database missing"), scratch.database(server, template="missing"):
        pass


def test_a_given_server_is_left_as_it_was(another: scratch.Server) -> None:
    before = names(another.url)
    with scratch.server(another.url) as given:
        template = scratch.platform_template(given)
        with scratch.database(given, template=template) as url:
            scratch.load(url, "CREATE TABLE t (id uuid REFERENCES auth.users)", role="postgres")
            assert len(names(another.url) - before) == 2
    assert names(another.url) == before


def test_what_a_killed_process_left_on_a_given_server_is_dropped_by_the_next(another: scratch.Server) -> None:
    before = names(another.url)
    code = f"""
import os, signal
from pgtandem import scratch
with scratch.server({another.url!r}) as server, scratch.database(server):
    print("ready", flush=True)
    input()
"""
    killed, alive = (
        subprocess.Popen((sys.executable, "-c", code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    )
    for process in (killed, alive):
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    left = names(another.url) - before
    assert len(left) == 2
    killed.kill()
    killed.communicate()
    # The server notices that the process is gone when its backend next looks at the connection.
    deadline = time.monotonic() + 10
    while len(left & names(another.url)) > 1 and time.monotonic() < deadline:
        with scratch.server(another.url):
            time.sleep(0.1)
    assert len(left & names(another.url)) == 1
    alive.communicate("\n")
    assert names(another.url) == before


def test_the_password_is_in_a_file_of_ours_only(another: scratch.Server) -> None:
    secret = "s3cr3t:\\ /@"  # noqa: S105 - the server trusts everybody
    with scratch.server(scratch.with_parameters(another.url, password=secret)) as given:
        assert "s3cr3t" not in given.url
        file = Path(parse_qs(urlsplit(given.url).query)["passfile"][0])
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.read_text() == "*:*:*:*:s3cr3t\\:\\\\ /@\n"
        with scratch.database(given) as url:
            assert "s3cr3t" not in url
            assert run(url, "SELECT 1") == [(1,)]
    assert not file.exists()


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("postgresql://me:s3cr3t@127.0.0.1:1/x", ServerError, "connecting to postgresql://me@/x.*refused.*Check that"),
        ("postgresql://me:s3cr3t@nowhere.invalid/x", ServerError, "nowhere.invalid"),
        ("host=127.0.0.1 port=1 user=me password=s3cr3t", ServerError, "refused"),
        ("postgresql://me:s3cr3t%zz@localhost/x", UsageError, "cannot be understood"),
        ("postgresql://me:s3cr3t@localhost:notaport/x", ServerError, ""),
        ("mysql://me:s3cr3t@localhost/x", UsageError, "expected postgresql://"),
        ("s3cr3t", UsageError, "cannot be understood"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_without_its_password(
    url: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught, scratch.server(url):
        pass
    shown = str(caught.value)
    assert "s3cr3t" not in shown
    assert re.search(message, shown, re.DOTALL)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_wrong_password_is_not_shown() -> None:
    with scratch.server() as own:
        folder = parse_qs(urlsplit(own.url).query)["host"][0]
        run(own.url, "CREATE ROLE locked LOGIN PASSWORD 'right' CREATEDB")
        (Path(folder) / "data" / "pg_hba.conf").write_text("local all locked scram-sha-256\nlocal all all trust\n")
        run(own.url, "SELECT pg_reload_conf()")
        for password, works in (("right", True), ("wr0ng", False)):
            url = scratch.with_parameters(own.url, user="locked", password=password)
            if works:
                with scratch.server(url) as given, scratch.database(given) as made:
                    assert run(made, "SELECT current_user") == [("locked",)]
            else:
                with pytest.raises(ServerError, match="password authentication failed") as caught, scratch.server(url):
                    pass
                assert "wr0ng" not in str(caught.value)


def test_a_role_that_may_not_create_databases_is_refused(another: scratch.Server) -> None:
    run(another.url, "CREATE ROLE plain LOGIN")
    message = "role plain may not create databases.*CREATEDB"
    with (
        pytest.raises(ServerError, match=message),
        scratch.server(scratch.with_parameters(another.url, user="plain")),
    ):
        pass


def test_a_role_with_createdb_is_enough(another: scratch.Server) -> None:
    run(another.url, "CREATE ROLE maker LOGIN CREATEDB")
    with scratch.server(scratch.with_parameters(another.url, user="maker")) as given:
        template = scratch.template(given, "t", lambda url: scratch.load(url, "CREATE TABLE t (a int)"))
        with scratch.database(given, template=template) as url:
            assert run(url, "SELECT count(*) FROM t") == [(0,)]


def test_every_major_version_works_as_a_given_server(servers: scratch.Server) -> None:
    with scratch.server(servers.url) as given, scratch.database(given) as url:
        assert given.major == servers.major
        assert run(url, "SELECT 1") == [(1,)]
