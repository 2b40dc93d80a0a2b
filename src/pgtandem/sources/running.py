"""Runs programs of the user's own: apart from us, for a limited time, and never longer than we do."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pgtandem.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MOMENT: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a program printed, what it complained of, and its exit status; whether it had to be stopped."""

    said: str
    errors: str
    status: int
    late: bool


class Program:
    """A program that was started, in a group of processes of its own; what it starts goes with it."""

    def __init__(
        self, command: Sequence[str], *, folder: Path, what: str, environment: dict[str, str], heard: bool = True
    ) -> None:
        """Start it in that folder; raise SourceError where there is no such program.

        What it prints is `heard`, or goes nowhere.
        """
        self._closed = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - it is the user's own, and is meant to be run
                command,
                cwd=folder,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if heard else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise SourceError(f"the interpreter for {what} cannot be run: {error.strerror}", path=command[0]) from error

    def end(self, seconds: float) -> Ended:
        """Wait for its end, at the longest so many seconds."""
        said, errors, late, until = None, b"", False, time.monotonic() + seconds
        try:
            while not late:
                with suppress(subprocess.TimeoutExpired):
                    said, errors = self._process.communicate(timeout=_MOMENT)
                    break
                late = time.monotonic() > until
                if self._process.poll() is not None:
                    # What it has started holds its pipes open.
                    self._kill()
        finally:
            self.close()
        return Ended(
            said=(said or b"").decode(errors="replace"),
            errors=errors.decode(errors="replace"),
            status=self._process.returncode,
            late=late,
        )

    def close(self) -> None:
        """Stop it, and all that it started."""
        if self._closed:
            return
        self._closed = True
        self._kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
