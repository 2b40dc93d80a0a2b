"""The mutants of others: each is noticed, but for those that PostgreSQL makes the original of."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from corpora.schemaanalyst import originals
from mutants import engine
from observers.observer import Observer
from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.validation_script import validation_script
from pgtandem.kinds.scope import Scope
from pgtandem.scratch.programs import find_installation
from pgtandem.sources import live


@pytest.mark.slow
def test_every_mutant_of_schemaanalyst_is_noticed(server, require):
    folder = Path(os.environ.get("PGTANDEM_CORPORA", "/nowhere"))
    require((folder / "schemaanalyst").is_dir(), "schemaanalyst is not in PGTANDEM_CORPORA; tests/corpora/fetch.sh")
    observer = Observer(server=server, pg_dump=find_installation().bin / "pg_dump")
    score = engine.Score()
    for original in originals(folder):
        dump = dump_of(observer, original.statements)
        silent = put_all(server, original, score)
        # Which rows it lets in is what its authors mean by equivalent; that has an index more, or a named constraint.
        equal = {m.name for m in original.mutants if m.equivalent and dump_of(observer, m.statements) == dump}
        assert silent == equal
    assert (score.disagreed, score.malformed, score.impossible) == ([], [], 0)
    assert score.noticed > 1000


def put_all(server, original, score):
    """The names of the mutants that neither the comparison nor the script notices."""
    before = len(score.survivors)
    with scratch.database(server) as url:
        scratch.load(url, original.statements, path=original.name)
        script = render(validation_script(live.read(url), scope=Scope()))
        with psycopg.connect(url, prepare_threshold=None) as connection:
            bench = engine.Bench(connection, Scope(), script)
            tables = ", ".join(
                target for (target,) in connection.execute("SELECT target FROM relation WHERE kind = 'r'")
            )
            for mutant in original.mutants:
                statements = f"SET LOCAL search_path = public; {mutant.statements} SET LOCAL search_path = ''"
                instead = f"DROP TABLE {tables}; {statements}"
                bench.put(engine.Mutant(operator=mutant.operator, about=mutant.name, statements=instead), score)
            connection.rollback()
    return {mutant.about for mutant in score.survivors[before:]}


def dump_of(observer, statements):
    with scratch.database(observer.server) as url:
        scratch.load(url, statements)
        return observer.dump(url)
