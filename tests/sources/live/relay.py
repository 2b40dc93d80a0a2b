"""Stands between a client and a server, and counts what passes, in PostgreSQL's own protocol.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pgtandem.scratch import with_parameters
from pgtandem.scratch.address import parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterator

PORT = "5432"


@dataclass(slots=True)
class Relay:
    """What passed: the types of the client's and the server's messages, in order."""

    url: str
    passed: list[tuple[str, bytes]] = field(default_factory=list)
    version: bytes = b""
    """What to call the server's version, if not by its name."""

    @property
    def statements(self) -> int:
        """How many statements the server finished."""
        return sum(side == "server" and kind == b"C" for side, kind in self.passed)

    @property
    def round_trips(self) -> int:
        """How often the client asked for answers (Query, Flush, Sync), once it was let in."""
        return sum(side == "client" and kind in (b"Q", b"H", b"S") for side, kind in self.passed)


@contextmanager
def relay(url: str, *, folder: Path, version: str = "") -> Iterator[Relay]:
    """A relay to the server behind the URL, at a socket in the folder."""
    there = Path(parameters_of(url)["host"]) / f".s.PGSQL.{PORT}"
    seen = Relay(url=with_parameters(url, host=str(folder), port=PORT), version=version.encode())
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / f".s.PGSQL.{PORT}"))
        listening.listen()
        threading.Thread(target=_accept, args=(listening, there, seen), daemon=True).start()
        yield seen
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, there: Path, seen: Relay) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(there))
        for side, source, target in (("client", client, server), ("server", server, client)):
            threading.Thread(target=_pump, args=(side, source, target, seen), daemon=True).start()


def _pump(side: str, source: socket.socket, target: socket.socket, seen: Relay) -> None:
    stream = source.makefile("rb")
    if side == "client":  # its first message has no type
        length = stream.read(4)
        target.sendall(length + stream.read(struct.unpack("!i", length)[0] - 4))
    while len(head := stream.read(5)) == 5:
        kind, body = head[:1], stream.read(struct.unpack("!i", head[1:])[0] - 4)
        if kind == b"S" and seen.version and body.startswith(b"server_version\0"):
            body = b"server_version\0" + seen.version + b"\0"
        seen.passed.append((side, kind))
        try:
            target.sendall(kind + struct.pack("!i", len(body) + 4) + body)
        except OSError:
            break
    target.close()
