"""A network that is not there: passes bytes between a port of this machine and a server's socket, each way later."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
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
        # A connection that is still open when the network goes is cut, and nobody is left to hear of it.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(_carry(reader, to_there, one_way), _carry(there, writer, one_way))
        writer.close()
        to_there.close()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(accept, "127.0.0.1", 0)

    async def close() -> None:
        server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    server = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server.sockets[0].getsockname()[1]
    asyncio.run_coroutine_threadsafe(close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, delay: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await source.read(CHUNK):
        loop.call_later(delay, target.write, data)
    loop.call_later(delay, target.close)
