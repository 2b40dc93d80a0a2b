"""The laws over schemas that people run: PixCrawler's, and those that tests/corpora/fetch.sh brings."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections import defaultdict
from pathlib import Path

import pytest

from corpora.real import SCHEMAS, real_schema
from corpora.schemaanalyst import originals
from pgtandem import scratch
from pgtandem.emit.document import render
from pgtandem.emit.production_sql import production_sql
from pgtandem.emit.sqlalchemy_models import prepare, sqlalchemy_models
from pgtandem.emit.sqlalchemy_models.unsaid import unsaid_kinds, unsaid_properties
from pgtandem.kinds.scope import Scope
from pgtandem.platform import PLATFORMS
from pgtandem.sources import live

PIXCRAWLER = Path(__file__).parents[3] / "pixcrawler/frontend/lib/db/migrations/production_schema.sql"
CORPORA = Path(os.environ.get("PGTANDEM_CORPORA", "/nowhere"))
BARE = PLATFORMS["none"]


def beneath(catalog, written):
    """What the objects that the models write need of the others: schemas, domains, functions."""
    waiting, others = list(written), set()
    while waiting:
        missing = catalog.needs.get(waiting.pop(), frozenset()) - written - others
        others |= missing
        waiting += missing
    return catalog.where(lambda thing: thing.key in others)


@pytest.fixture
def law(server, engine, said, differences, alembic_changes, imported, tmp_path):  # noqa: PLR0917 - fixtures
    """A function that puts the models of a schema to the test; it is loaded on top of a platform's template."""

    def check(sql, platform=BARE, template=None):
        scope = Scope(schemas=platform.schemas, extensions=platform.extensions)
        path = tmp_path / f"{re.sub('[^a-z]', '_', tmp_path.name)}.py"
        with scratch.database(server, template=template) as url, scratch.database(server, template=template) as other:
            scratch.load(url, sql)
            catalog = live.read(url, scope=scope)
            path.write_text(render(sqlalchemy_models(catalog)), encoding="utf-8")
            assert render(sqlalchemy_models(live.read(url, scope=scope))) == path.read_text(encoding="utf-8")
            unsaid = {thing.key for things in unsaid_kinds(catalog).values() for thing in things}
            written = {thing.key for thing in catalog if thing.KIND in said} - unsaid
            scratch.load(other, render(production_sql(beneath(catalog, written), platform=platform)))
            try:
                metadata = imported(path).Base.metadata
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    metadata.create_all(engine(other))
                made = live.read(other, scope=scope)
                assert differences(catalog.where(lambda thing: thing.key not in unsaid), made) == announced(catalog)
                assert alembic_changes(metadata, engine(url)) == []
            finally:
                sys.modules.pop(path.stem).Base.registry.dispose()

    return check


def announced(catalog):
    """What the file says of itself that it leaves out of what it writes."""
    lacking = defaultdict(list)
    for one in unsaid_properties(catalog, prepare(catalog)):
        lacking[one.thing.label].append(one.what.replace(" ", "_"))
    return sorted(f"{label}: {', '.join(sorted(whats))}" for label, whats in lacking.items())


def test_of_pixcrawler(law, platform_template):
    law(PIXCRAWLER.read_text(encoding="utf-8"), PLATFORMS["supabase"], platform_template)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMAS)
def test_of_schemas_in_use(name, law, server, engine, require):
    require(
        (CORPORA / SCHEMAS[name][0]).exists(), f"{name} is not in PGTANDEM_CORPORA; tests/corpora/fetch.sh brings it"
    )
    with scratch.database(server) as url, engine(url).connect() as connection:
        available = set(connection.exec_driver_sql("SELECT name FROM pg_available_extensions").scalars())
    law(real_schema(CORPORA, name, available))


@pytest.mark.slow
def test_of_schemaanalysts(law, require):
    require((CORPORA / "schemaanalyst").is_dir(), "schemaanalyst is not in PGTANDEM_CORPORA; tests/corpora/fetch.sh")
    for original in originals(CORPORA):
        law(original.statements)
