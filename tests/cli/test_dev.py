import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest


@pytest.fixture
def dev(project, tmp_path):
    @contextmanager
    def started(*arguments):
        command = [sys.executable, "-m", "pgtandem", "dev", "--data", str(tmp_path / "data"), *arguments]
        process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    return started


def postmasters(folder):
    """The command lines of the running servers whose data is in the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if Path(words[0]).name == "postgres" and any(word.startswith(str(folder)) for word in words):
                found.append(words)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_database_is_there_until_it_is_stopped_and_keeps_its_rows(dev, tmp_path, number):
    for rows in (1, 2):
        with dev() as process:
            url = process.stdout.readline().strip()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("INSERT INTO auth.users (id) VALUES (gen_random_uuid())")
                assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (rows,)
            process.send_signal(number)
            assert process.wait(timeout=20) == 0
    deadline = time.monotonic() + 5
    while postmasters(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert postmasters(tmp_path) == []


def test_a_command_finds_the_database_in_its_environment_and_gives_the_exit_code(dev):
    code = "import os, psycopg, sys; connection = psycopg.connect(os.environ['DATABASE_URL']);"
    code += "sys.exit(connection.execute('SELECT 7').fetchone()[0])"
    with dev("--", sys.executable, "-c", code) as process:
        assert process.wait(timeout=60) == 7


def test_the_superuser_is_not_to_be_had_over_tcp(dev):
    with dev() as process:
        url = process.stdout.readline().strip()
        assert os.environ.get("PGPASSWORD") is None
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url.replace("postgres@", "supabase_admin@"))
