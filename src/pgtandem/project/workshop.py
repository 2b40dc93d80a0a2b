"""Where catalogs of declared sources are made: a scratch server, started when it is first needed, and a cache."""

from __future__ import annotations

from contextlib import ExitStack, closing
from threading import Lock
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from pgtandem import scratch
from pgtandem.sources.declared import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from pgtandem.platform import Platform
    from pgtandem.scratch import Server


class _Closable(Protocol):
    @property
    def close(self) -> Callable[[], None]: ...


_Closed = TypeVar("_Closed", bound=_Closable)


class Workshop:
    """A context manager: the server that it started stops at its end."""

    def __init__(self, *, server: str | None = None, cache: Path | None = None) -> None:
        """Start nothing yet; `server` is the URL of a server to use, None for one of our own."""
        self._url, self._cache = server, cache
        self._stack = ExitStack()
        self._started: Server | None = None
        self._starting = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def server(self) -> Server:
        """The scratch server."""
        with self._starting:
            if self._started is None:
                self._started = self._stack.enter_context(scratch.server(self._url))
        return self._started

    def reader(
        self,
        platform: Platform,
        environment: Sequence[str] = (),
        *,
        roles: Sequence[str] = (),
        database: bool = False,
        python: Callable[[], Path | None] = lambda: None,
    ) -> Reader:
        """Return what reads SQL on this platform; what a foreign server says is not kept in the cache."""
        return Reader(
            platform=platform,
            server=lambda: self.server,
            cache=None if self._url else self._cache,
            environment=tuple(environment),
            roles=tuple(roles),
            database=database,
            python=python,
        )

    def closing(self, thing: _Closed) -> _Closed:
        """Return the thing, which is closed at the end."""
        return self._stack.enter_context(closing(thing))
