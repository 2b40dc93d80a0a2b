"""`pgtandem deploy` as a process of its own, and what is done to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from resource import RLIMIT_FSIZE, setrlimit
from typing import TYPE_CHECKING

import psycopg

from pgtandem import scratch
from pgtandem.scratch.programs import program_of_client

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from pathlib import Path

SECRET = "not-to-be-seen-4711"  # noqa: S105 - the server does not ask for it
OURS = "starts_with(application_name, 'pgtandem deploy') AND datname = current_database()"


class Running:
    """A deployment that was started; what it says is read as it says it."""

    def __init__(
        self,
        project: Path,
        url: str,
        server: str | None,
        *options: str,
        environment: dict[str, str] | None = None,
        file_size: int | None = None,
    ) -> None:
        command = [sys.executable, "-m", "pgtandem", "deploy", "--database", url, *options]
        command += ["--server", server] if server else []
        self.process = subprocess.Popen(
            command,
            cwd=project,
            env=os.environ | (environment or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=None if file_size is None else lambda: setrlimit(RLIMIT_FSIZE, (file_size, file_size)),  # noqa: PLW1509
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def until(self, pattern: str, seconds: float = 60) -> bool:
        """Wait until it says something like this; False where it ended without."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if not self._reader.is_alive():
                return False
            assert time.monotonic() < deadline, self.text
            time.sleep(0.005)
        return True

    def end(self, seconds: float = 120) -> int:
        """Wait for its end; the exit code."""
        code = self.process.wait(seconds)
        self._reader.join()
        return code

    def stop(self, number: signal.Signals) -> float:
        """Send the signal; the seconds until it has ended."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.end()
        return time.monotonic() - started


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run another command of ours in this folder."""
    line = [sys.executable, "-m", "pgtandem", *arguments]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)


def project(folder: Path, sql: str) -> Path:
    """A project without a platform, whose schema is this SQL."""
    folder.mkdir(exist_ok=True)
    (folder / "pgtandem.toml").write_text('platform = "none"\nsql = ["schema.sql"]\n')
    (folder / "schema.sql").write_text(sql)
    return folder


def with_secret(url: str) -> str:
    return scratch.with_parameters(url, password=SECRET)


def is_left_alone(url: str) -> bool:
    """Whether no session and no lock of a deployment is left."""
    with psycopg.connect(url) as connection:
        left = connection.execute(
            f"SELECT (SELECT count(*) FROM pg_stat_activity WHERE {OURS}), (SELECT count(*) FROM pg_locks l JOIN "
            "pg_database d ON d.oid = l.database WHERE d.datname = current_database() AND l.locktype = 'advisory')"
        ).fetchone()
    return left == (0, 0)


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def dump(url: str, major: int, *options: str) -> bytes:
    """The database as pg_dump writes it."""
    program = program_of_client("pg_dump", at_least=major)
    return subprocess.run((program, "--restrict-key=x", *options, url), capture_output=True, check=True).stdout
