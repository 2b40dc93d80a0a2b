"""Has functions run beside everything else."""

from __future__ import annotations

import contextvars
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Made = TypeVar("_Made")


def started(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """Start the function; return what waits for its end, and returns what it has returned or raises what it raised.

    It sees the context variables of here. Nobody waits for it where the program ends before.
    """
    from concurrent.futures import Future  # noqa: PLC0415 - slow to import, and few commands need it

    future: Future[_Made] = Future()
    here = contextvars.copy_context()

    def run() -> None:
        try:
            future.set_result(here.run(make))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result
