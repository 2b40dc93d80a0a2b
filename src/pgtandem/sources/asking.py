"""Asks programs of the user's, and keeps what they answered for as long as nothing changes that they read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pgtandem.errors import SourceError
from pgtandem.sources.footprint import Footprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgtandem.sources.running import Program

LOADER: Final = Path(__file__).parent / "sqlalchemy" / "pgtandem_loader"
"""What of ours runs in the user's interpreter."""
_CLOCK: Final = 0.05
"""Seconds; the times of files are a little behind the clock."""


class Asking:
    """A question to a program that was started, unless what it would answer is known.

    `launch` starts it, and is told of a folder for its answer. An answer is JSON, with its `footprint`.
    """

    def __init__(self, kept: Path | None, launch: Callable[[Path], Program]) -> None:
        """Start the program, if need be; the answer is kept in the file `kept`."""
        self._kept, self._begun = kept, time.time()
        self._known = recall(kept) if kept else None
        self._trouble: SourceError | None = None
        with ExitStack() as stack:
            if self._known is None:
                self._aside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pgtandem-")))
                self._program = stack.enter_context(closing(launch(self._aside)))
            self._stack = stack.pop_all()

    def answer(self, hear: Callable[[Program, Path], dict[str, Any]]) -> dict[str, Any]:
        """Wait for the answer, which `hear` makes of the program and its folder, or raises SourceError."""
        if self._trouble is not None:
            raise self._trouble
        if self._known is None:
            try:
                with self._stack:
                    self._known = hear(self._program, self._aside)
            except SourceError as error:
                self._trouble = error
                raise
            if self._kept:
                remember(self._kept, self._known, Footprint.of(self._known["footprint"]), since=self._begun)
        known: dict[str, Any] = self._known
        return known

    def close(self) -> None:
        """Do without the answer."""
        self._stack.close()


def key(interpreter: str, request: Any) -> str:
    """Return a name for what this interpreter is asked: the same only for the same program of ours and of its own."""
    programs = [Path(shutil.which(interpreter) or interpreter), *sorted(LOADER.glob("*.py"))]
    stamps = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in programs if path.exists()]
    variables = sorted(item for item in os.environ.items() if item[0].startswith("PYTHON"))
    return hashlib.sha256(json.dumps([interpreter, stamps, variables, request]).encode()).hexdigest()


def recall(path: Path) -> Any:
    """Return the answer in this file; None where there is none, or what it depends on has changed."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    known = Footprint.of(content["footprint"])
    return content["answer"] if known.state() == content["state"] else None


def remember(path: Path, answer: Any, footprint: Footprint, *, since: float) -> None:
    """Keep the answer in this file, unless it depends on what cannot be looked at, or on what has changed meanwhile."""
    if not footprint.alone or footprint.newest() >= since - _CLOCK:
        return
    content = {"footprint": asdict(footprint), "state": footprint.state(), "answer": answer}
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps(content), encoding="utf-8")
    aside.replace(path)
