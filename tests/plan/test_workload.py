"""Readers and writers of a big table wait for the statements of the catalogue, and for no plan that leads there too."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deploy.load import Client, load
from pgtandem import scratch
from pgtandem.plan import plan
from pgtandem.plan.apply import apply
from pgtandem.sources import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 400_000
LONGEST = 1.0
"""Seconds that a request may wait; the machine's own slowness is part of it."""
SHORT = 0.1
"""What blocks for a moment only takes no longer, and there is nothing to be avoided."""
FILL = f"""
    INSERT INTO t0 SELECT i, i, 'x' || i FROM generate_series(2, {ROWS}) i;
    INSERT INTO one SELECT i, i FROM generate_series(1, {ROWS}) i;
    VACUUM ANALYZE t0; VACUUM ANALYZE one;
"""


def catalogue() -> Any:
    """The test of the predictions as a module: in pytest's importlib mode it cannot be imported by name."""
    spec = importlib.util.spec_from_file_location("predictions", Path(__file__).parent / "test_predictions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["predictions"] = module
    spec.loader.exec_module(module)
    return module


PREDICTIONS = catalogue()
UNPLANNED = ("REINDEX", "CLUSTER", "REFRESH", "TRUNCATE", "DROP TABLE")
"""What no plan does, or after which there is nothing to read."""
AVOIDABLE = [
    entry
    for entry in PREDICTIONS.ENTRIES
    if not entry.section.startswith("types") and not entry.mark and not entry.statement.startswith(UNPLANNED)
]


@pytest.fixture(scope="module")
def filled(server: scratch.Server) -> Iterator[str]:
    """The name of a database with a big table, to be copied."""
    with scratch.database(server) as url:
        scratch.load(url, PREDICTIONS.TYPES + "CREATE TABLE t0 (id int NOT NULL, n int, s text);" + FILL)
        yield url.rpartition("/")[2].partition("?")[0]


def longest_wait(url: str, table: str, work: Callable[[], object]) -> float:
    """Return the longest that a reader or a writer of the table waited while the work was done."""
    reader = Client(url=url, statements=(f"SELECT n FROM {table} LIMIT 1",))
    writer = Client(url=url, statements=(f"UPDATE {table} SET n = n WHERE false",))
    with load(reader, writer):
        work()
    assert reader.errors + writer.errors == []
    return max((*reader.waits, *writer.waits), default=0.0)


@pytest.mark.slow
@pytest.mark.parametrize("entry", AVOIDABLE, ids=[f"{entry.before[51:]} {entry.statement}" for entry in AVOIDABLE])
def test_nobody_waits_for_a_plan(entry: Any, filled: str, server: scratch.Server) -> None:
    before = PREDICTIONS.numbered(entry.before.partition(";")[2], 0)
    statement = PREDICTIONS.numbered(entry.statement, 0)
    table = "p0" if entry.section == "partitions" else "t0"
    with scratch.database(server, template=filled) as naive, scratch.database(server, template=filled) as planned:
        for url in (naive, planned):
            scratch.load(url, before)
            if table == "p0":
                scratch.load(url, f"INSERT INTO p0 (id, n) SELECT i, 1 FROM generate_series(1, {ROWS}) i")
        current = live.read(planned)
        waited = longest_wait(naive, table, lambda: scratch.load(naive, statement))
        found = plan(current, live.read(naive))
        for_plan = longest_wait(planned, table, lambda: apply(planned, found))
        print(f"{statement}: {waited:.3f} s, as a plan {for_plan:.3f} s")  # noqa: T201 - worth seeing
        assert for_plan < LONGEST
        if waited > SHORT:
            assert for_plan < waited / 2
