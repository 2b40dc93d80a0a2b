"""Throwaway databases: find or start a server, create, load, copy, drop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pgtandem.scratch.address import Server, with_parameters
from pgtandem.scratch.databases import database, platform_template, template
from pgtandem.scratch.loading import load

__all__ = ["Server", "database", "load", "platform_template", "server", "template", "with_parameters"]


@contextmanager
def server(url: str | None = None) -> Iterator[Server]:
    """The server at `url`, else one of our own for as long as the block lasts.

    Raises ServerError when there is none, when it cannot be reached, and when it is of a version that is not supported.
    """
    from pgtandem.scratch.embedded import embedded_server, server_version  # noqa: PLC0415

    if url is not None:
        yield Server(url=url, version=server_version(url))
        return
    with embedded_server() as started:
        yield started
