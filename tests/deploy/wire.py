"""A way to a server on which any statement of a client, or any byte, can be the one at which something happens."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

from pgtandem import scratch
from pgtandem.scratch.address import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PASS, CUT, LOSE, STALL, SWALLOW = "pass", "cut", "lose", "stall", "swallow"
"""What becomes of a statement: it arrives; the connection is cut before it does, or before its answer does; nothing
arrives any more, or it alone does not, and nobody is told."""


class Statement(NamedTuple):
    """A statement on its way: its number among all that were sent, and the text."""

    number: int
    text: str


class Wire:
    """Passes everything on between clients and a server, until it is told otherwise."""

    def __init__(self, url: str, fate: Callable[[Statement], str]) -> None:
        self.fate = fate
        self.statements: list[Statement] = []
        self.bytes = 0
        self.cut_at: int | None = None
        self.is_stalled = False
        self._to = _address(url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self.url = scratch.with_parameters(
            url, host="127.0.0.1", hostaddr=None, port=str(self._listening.getsockname()[1]), sslmode="disable"
        )
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.socket(self._to[0])
                pair = here, there
                self._pairs.append(pair)
                try:
                    there.connect(self._to[1])
                except OSError:
                    _close(*pair)
                    continue
                threading.Thread(target=self._requests, args=pair, daemon=True).start()
                threading.Thread(target=self._answers, args=pair, daemon=True).start()

    def _requests(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError), here.makefile("rb") as reader:
            self._send(there, _startup(reader))
            text = ""
            while message := _message(reader):
                if message[:1] in b"QP":
                    text = message[5:].split(b"\0", 2)[message[:1] == b"P"].decode()
                if message[:1] in b"QS" and not self._arrives(text, message, here, there):
                    break
                if message[:1] not in b"QS":
                    self._send(there, message)
        _close(here, there)

    def _arrives(self, text: str, message: bytes, here: socket.socket, there: socket.socket) -> bool:
        with self._lock:
            statement = Statement(len(self.statements), text)
            self.statements.append(statement)
        fate = self.fate(statement)
        if fate == STALL:
            self.is_stalled = True
        if fate == LOSE:
            here.shutdown(socket.SHUT_RDWR)
        if fate not in {CUT, SWALLOW}:
            self._send(there, message)
        return fate not in {CUT, LOSE}

    def _answers(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := there.recv(65536):
                self._send(here, data)
        _close(here, there)

    def _send(self, to: socket.socket, data: bytes) -> None:
        with self._lock:
            start, self.bytes = self.bytes, self.bytes + len(data)
        if self.is_stalled:
            return
        if self.cut_at is not None and start <= self.cut_at < start + len(data):
            to.sendall(data[: self.cut_at - start])
            raise OSError
        to.sendall(data)

    def cut(self) -> None:
        """Cut all connections that there are."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _close(*pair)

    def close(self) -> None:
        # Closing alone would leave whoever accepts waiting.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()


def _startup(reader) -> bytes:
    head = reader.read(4)
    return head + reader.read(int.from_bytes(head) - 4)


def _message(reader) -> bytes:
    """A message of the protocol (https://www.postgresql.org/docs/current/protocol-message-formats.html)."""
    head = reader.read(5)
    return head + reader.read(int.from_bytes(head[1:]) - 4) if len(head) == 5 else b""


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _address(url: str) -> tuple[int, object]:
    parameters = parameters_of(url)
    host, port = parameters["host"], parameters.get("port", "5432")
    if host.startswith("/"):
        return socket.AF_UNIX, f"{host}/.s.PGSQL.{port}"
    return socket.AF_INET, (host, int(port))


@contextlib.contextmanager
def wire(url: str, fate: Callable[[Statement], str] = lambda _: PASS) -> Iterator[Wire]:
    way = Wire(url, fate)
    try:
        yield way
    finally:
        way.close()


def doing(beginning: str, sql: str, url: str) -> Callable[[Statement], str]:
    """Run this SQL when the first statement comes that begins so."""
    left = [sql]

    def fate(statement: Statement) -> str:
        if statement.text.strip().startswith(beginning) and left:
            scratch.load(url, left.pop())
        return PASS

    return fate
