"""Imports SQLAlchemy models and writes down, as JSON, the SQL of `create_all` and where everything is declared.

This package is run by the interpreter of the models' project (Python 3.9 or later, SQLAlchemy 1.4 or later); it imports
nothing else of pgtandem.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from typing import IO, Any

from .entries import Entry
from .importing import missing_module
from .places import overlay
from .trouble import Trouble
from .witness import Witness


def main() -> None:
    """Answer the request in the file that the first argument names, or leave a trace of the models when time is up."""
    with open(sys.argv.pop(1), encoding="utf-8") as file:
        request = json.load(file)
    witness = Witness()
    witness.watch()
    with open(request["trace"], "w", encoding="utf-8") as trace:
        try:
            answer = {**_read(request, witness, trace), "footprint": witness.seen()}
        except Trouble as trouble:
            answer = {"trouble": trouble.text, "place": trouble.place}
        faulthandler.cancel_dump_traceback_later()
    with open(request["answer"], "w", encoding="utf-8") as file:
        json.dump(answer, file)
    # Threads that the models started, and what they want to do at the end, do not matter.
    os._exit(0)


def _read(request: dict[str, Any], witness: Witness, trace: IO[str]) -> dict[str, Any]:
    entries = [Entry(name, request["folder"]) for name in request["names"]]
    sys.path[:0] = [entry.roots[0] for entry in entries]
    sys.path += [root for entry in entries for root in entry.roots if root not in sys.path]
    try:
        import sqlalchemy  # noqa: F401 - only now is it the project's own
    except ImportError as error:
        raise Trouble(missing_module(error.name or "sqlalchemy", entries)) from error
    from .reading import read

    witness.watch_connections()
    overlay(request["texts"])
    # Only now, for a slow machine is not the models' fault.
    faulthandler.dump_traceback_later(request["seconds"], exit=True, file=trace)
    return read(entries, request["provided"])
