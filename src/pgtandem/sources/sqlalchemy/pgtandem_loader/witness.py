"""Notes what the user's code reads while it runs: files, folders, variables; and whether it talks to anybody."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from .places import PACKAGES, is_installed_file

TALKING = tuple(
    "socket.connect socket.getaddrinfo subprocess.Popen os.system os.posix_spawn os.exec os.fork os.forkpty".split()
)
PASSING = ("/proc/", "/dev/", "/sys/")


class Witness:
    """Hears Python's audit events, https://docs.python.org/3/library/audit_events.html, and sees `os.environ` read.

    Whom they talk to through a socket in the folder `expected` does not count.
    """

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()
        self.variables: set[str] = set()
        self.alone = True
        self.expected = ""

    def watch(self) -> None:
        """Begin."""
        variables = self.variables

        class Watched(type(os.environ)):  # type: ignore[misc]
            def __getitem__(self, key: str) -> str:
                variables.add(str(key))
                value: str = super().__getitem__(key)
                return value

            def __iter__(self) -> Any:
                variables.add("*")
                return super().__iter__()

        os.environ.__class__ = Watched
        # What importing has listed before is listed again.
        importlib.invalidate_caches()
        sys.addaudithook(self._hear)

    def watch_connections(self) -> None:
        """Begin with what SQLAlchemy connects to, of which drivers in C raise no audit event."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        event.listen(Engine, "do_connect", self._connects)

    def _connects(self, *_: Any) -> None:
        self.alone = False

    def _hear(self, event: str, about: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = about
            if isinstance(path, (str, bytes)) and not (flags or 0) & (os.O_WRONLY | os.O_RDWR):
                self.files.add(os.path.abspath(os.fsdecode(path)))
        elif event in ("os.listdir", "os.scandir"):
            if not isinstance(about[0], int):
                self.folders.add(os.path.abspath(os.fsdecode(about[0] or ".")))
        elif event in TALKING and not (self.expected and str(about[-1]).startswith(self.expected + os.sep)):
            self.alone = False

    def seen(self) -> dict[str, Any]:
        """What was read, as JSON has it; of what is installed, only which packages there are."""
        modules = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
        files = {path for path in self.files | modules if os.path.isabs(path) and not path.startswith(PASSING)}
        installed = {path for path in sys.path if os.path.basename(path) in PACKAGES}
        folders = {path for path in self.folders if not is_installed_file(path + os.sep)}
        return {
            "files": sorted(path for path in files if not path.endswith(".pyc") and not is_installed_file(path)),
            "folders": sorted(folders | installed),
            "variables": sorted(self.variables),
            "alone": self.alone,
        }
