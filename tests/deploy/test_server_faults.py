"""What a server can do to a deployment: restart, crash, run out of room or connections, lose the database, refuse."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from deploy.running import Running, is_left_alone, project, until
from deploy.servers import Restartable, database_on, deployer, fill_up, restartable, small_disk
from deploy.site import NEW, OLD, ROWS, Site, has_journal, holding, is_building, is_new, site
from deploy.wire import PASS, SWALLOW, Statement, wire
from pgtandem import scratch
from pgtandem.deploy import backup
from pgtandem.errors import ServerError
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAYS = [
    pytest.param(signal.SIGINT, id="fast", marks=pytest.mark.slow),
    pytest.param(signal.SIGQUIT, id="immediate"),
    pytest.param(signal.SIGKILL, id="killed", marks=pytest.mark.slow),
]


@pytest.fixture
def target() -> Iterator[Restartable]:
    with restartable(max_connections="12") as made:
        yield made


@pytest.fixture
def there(target: Restartable, server: scratch.Server, tmp_path: Path) -> Iterator[Site]:
    """A database on that server."""
    with site(tmp_path, target.server, server) as made:
        yield made


@pytest.mark.parametrize("way", WAYS)
def test_the_server_restarts_during_a_transaction(target: Restartable, there: Site, way: signal.Signals) -> None:
    with holding(there.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = there.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        target.stop(way)
    target.start()
    assert running.end() == 2, running.text
    assert "`pgtandem deploy` goes on" in running.text
    there.goes_on(running)


@pytest.mark.parametrize("way", [pytest.param(way.values[0], id=way.id, marks=pytest.mark.slow) for way in WAYS])
def test_the_server_restarts_while_it_builds_an_index(target: Restartable, there: Site, way: signal.Signals) -> None:
    with ExitStack() as writing:
        running = held_at_the_index(there, writing)
        until(lambda: is_building(there.url))
        target.stop(way)
    target.start()
    assert running.end() == 2, running.text
    assert "`pgtandem deploy` goes on" in running.text
    there.goes_on(running)


def held_at_the_index(there: Site, writing: ExitStack) -> Running:
    """A deployment whose index waits for the end of a writer."""

    def fate(statement: Statement) -> str:
        if statement.text.startswith("CREATE INDEX CONCURRENTLY"):
            writing.enter_context(holding(there.url, "UPDATE notes SET body = body WHERE id = 1"))
        return PASS

    way = writing.enter_context(wire(there.url, fate))
    return there.start("--no-backup", url=way.url)


@pytest.mark.slow
def test_a_server_that_comes_back_at_once(there: Site) -> None:
    # Where a process of the server dies, all sessions end and it recovers by itself.
    with holding(there.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = there.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        with psycopg.connect(there.url) as admin:
            (writer,) = admin.execute(b"SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'").fetchone()
        os.kill(writer, signal.SIGKILL)
    assert running.end() == 2, running.text
    assert "`pgtandem deploy` goes on" in running.text
    until(lambda: is_up(there.url))
    there.goes_on(running)


def is_up(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
def test_all_connections_of_the_server_are_taken(there: Site) -> None:
    others = ExitStack()
    with wire(there.url) as way, others:

        def fate(statement: Statement) -> str:
            if statement.text.startswith("ALTER POLICY"):
                take_all(there.url, others)
            return PASS

        way.fate = fate
        running = there.start("--no-backup", url=way.url)
        assert running.until("the connection is lost .*too many clients"), running.text
        others.close()
        assert running.end() == 0, running.text
    is_new(there.url)


def take_all(url: str, others: ExitStack) -> None:
    try:
        while True:
            others.enter_context(psycopg.connect(url))
    except psycopg.OperationalError:
        return


@pytest.mark.slow
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_role_with_few_connections(here: Site, limit: int) -> None:
    with deployer(here.url, f"CONNECTION LIMIT {limit}") as url:
        before = here.fingerprint()
        running = here.start(url=url)
        code = running.end()
        if limit < 3:
            assert code == 1, running.text
            assert "a deployment needs 3 connections at a time" in running.text
            assert here.fingerprint() == before
        else:
            assert code == 0, running.text
            is_new(here.url)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["dropped", "renamed"])
def test_the_database_is_gone(there: Site, target: Restartable, how: str) -> None:
    with holding(there.url, "LOCK TABLE teams IN ACCESS SHARE MODE"):
        running = there.start("--no-backup")
        assert running.until("waiting for locks"), running.text
        with psycopg.connect(target.server.url, autocommit=True) as admin:
            name = psycopg.conninfo.conninfo_to_dict(there.url)["dbname"]
            if how == "dropped":
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
                admin.execute(f"CREATE DATABASE {name}_other".encode())
            else:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
                admin.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
                until(lambda: renamed(admin, name))
    assert running.end() == 2, running.text
    assert "Traceback" not in running.text
    assert "not exist" in running.text or "not currently accepting" in running.text or "is gone" in running.text
    if how == "renamed":
        with psycopg.connect(target.server.url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name}_other RENAME TO {name}".encode())
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        there.goes_on(running)


def renamed(admin: psycopg.Connection, name: str) -> bool:
    try:
        admin.execute(f"ALTER DATABASE {name} RENAME TO {name}_other".encode())
    except psycopg.errors.ObjectInUse:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("statement", ["CREATE INDEX CONCURRENTLY", "DO $do$", "ALTER TABLE public.teams ADD COLUMN"])
def test_no_room_on_the_server(
    server: scratch.Server, tmp_path: Path, open_path: Path, require, statement: str
) -> None:
    require(os.geteuid() == 0, "only root can make a small file system")
    with small_disk(open_path / "disk", 40) as disk, database_on(server, disk) as url:
        scratch.load(url, OLD + ROWS)
        scratch.load(url, "INSERT INTO teams SELECT i, 'x' FROM generate_series(1000, 60000) i")
        before = live.read(url).fingerprint()
        fillers: list[Path] = []
        folder = project(tmp_path / "project", NEW)
        with wire(url, at(statement, lambda: fillers.append(fill_up(disk)))) as way:
            running = Running(folder, way.url, server.url, "--no-backup")
            code = running.end()
        assert code in {1, 2}, running.text
        assert "No space left" in running.text
        assert "Traceback" not in running.text
        assert fillers, running.text
        fillers[0].unlink()
        if "nothing was changed" in running.text or "All is as it was" in running.text:
            assert live.read(url).fingerprint() == before
        scratch.load(url, "DELETE FROM teams WHERE id >= 1000")
        until(lambda: is_left_alone(url))
        again = Running(folder, url, server.url, "--no-backup")
        assert again.end() == 0, again.text
        is_new(url)


def at(beginning: str, do: Callable[[], object]) -> Callable[[Statement], str]:
    """What is done when the statement comes that begins so, for the first time after something was written."""
    left = [do]

    def fate(statement: Statement) -> str:
        if statement.text.startswith(beginning) and left:
            left.pop()()
        return PASS

    return fate


def test_a_backup_whose_own_connection_is_stalled_is_given_up(
    here: Site, server: scratch.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in {"SILENT": 1, "_EVERY": 0.3, "_GRACE": 1}.items():
        monkeypatch.setattr(backup, name, seconds)
    path = tmp_path / "backups" / "one.dump"
    path.parent.mkdir()
    with wire(here.url) as way:
        way.fate = lambda statement: SWALLOW if "pg_seclabels" in statement.text else PASS
        with pytest.raises(ServerError, match="heard nothing from it"):
            backup.take(way.url, path, major=server.major)
    assert list(path.parent.iterdir()) == []


@pytest.mark.slow
def test_no_room_where_the_backup_goes(here: Site, tmp_path: Path, require) -> None:
    require(os.geteuid() == 0, "only root can make a small file system")
    scratch.load(here.url, "INSERT INTO teams SELECT i, md5(i::text) FROM generate_series(1000, 90000) i")
    with small_disk(tmp_path / "disk", 1) as disk:
        running = here.start("--backup", str(disk))
        assert running.end() == 2, running.text
        assert "pg_dump failed" in running.text
        assert "No space left" in running.text
        assert not list(disk.iterdir())
    assert not has_journal(here.url)
    assert here.is_as_before()


@pytest.mark.slow
def test_no_room_where_the_backup_is_restored(here: Site, tmp_path: Path, open_path: Path, require) -> None:
    require(os.geteuid() == 0, "only root can make a small file system")
    scratch.load(here.url, "INSERT INTO teams SELECT i, md5(i::text) FROM generate_series(1000, 900000) i")
    with small_disk(open_path / "disk", 70) as disk:
        disk.chmod(0o1777)
        running = Running(
            here.folder, here.url, None, "--backup", str(tmp_path / "backups"), environment={"TMPDIR": str(disk)}
        )
        assert running.end() == 2, running.text
        assert "Traceback" not in running.text
        assert "segment 1" not in running.text
        # It is not the backup that is bad: there is no room, or the server where it is tried has ended for want of it.
        assert [path.suffix for path in (tmp_path / "backups").iterdir()] == [".dump"]
    assert here.is_as_before()


def test_passwords_and_encryption(there: Site) -> None:
    with psycopg.connect(there.url, autocommit=True) as admin:
        admin.execute(b"CREATE ROLE careful LOGIN SUPERUSER PASSWORD 'right'")
        (rules,) = admin.execute(b"SELECT current_setting('hba_file')").fetchone()
        Path(rules).write_text(f"local all careful scram-sha-256\n{Path(rules).read_text()}")
        admin.execute(b"SELECT pg_reload_conf()")
    wrong = there.start(url=scratch.with_parameters(there.url, user="careful"))
    with wire(there.url) as way:
        plain = there.start(url=scratch.with_parameters(way.url, sslmode="require"))
        assert plain.end() == 2, plain.text
    assert wrong.end() == 2, wrong.text
    assert "password authentication failed" in wrong.text
    assert "SSL" in plain.text
    assert there.is_as_before()
