"""A network that is not there: passes bytes between a port of this machine and a server's socket, each way later."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 16


@contextmanager
def delayed(socket_path: str, one_way: float) -> Iterator[int]:
    """The port at which the server answers later by this many seconds in each direction."""
    loop = asyncio.new_event_loop()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_unix_connection(socket_path)
        await asyncio.gather(_carry(reader, to_there, one_way), _carry(there, writer, one_way))

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(accept, "127.0.0.1", 0)

    server = loop.run_until_complete(listen())
    threading.Thread(target=loop.run_forever, daemon=True).start()
    yield server.sockets[0].getsockname()[1]
    for task in asyncio.all_tasks(loop):
        loop.call_soon_threadsafe(task.cancel)
    loop.call_soon_threadsafe(loop.stop)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await source.read(CHUNK):
        loop.call_later(delay, target.write, data)
    loop.call_later(delay, target.close)
