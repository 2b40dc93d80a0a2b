"""Every schema in drizzle-kit's own tests: the statements that drizzle-kit makes of it, in its order."""

from __future__ import annotations

import drizzle_kit
import pytest
import suite

from pgtandem.errors import SourceError
from pgtandem.sources import drizzle

# Its test leaves out tables of schemas that exist already; that is an option of the test, not of the schema.
OTHER_OPTIONS = ("entity-filter.test.ts",)
# At least so many schemas are found, or the way to find them has stopped working.
FEWEST = {"0.31": 500, "1.0": 800}


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("dialect", drizzle.DIALECTS)
def test_schemas_of_drizzle_kits_own_tests(dialect, tmp_path, require):
    require(suite.repository(), suite.HOW)
    require(drizzle_kit.is_here(dialect), drizzle_kit.HOW[dialect])
    require(drizzle_kit.is_here(), drizzle_kit.HOW["0.31"])
    taken = [
        one for one in suite.schemas(suite.repository(), dialect) if not any(word in one.name for word in OTHER_OPTIONS)
    ]
    files = [tmp_path / f"s{number}.ts" for number in range(len(taken))]
    for one, file in zip(taken, files, strict=True):
        # The clock stands still in our sandbox, so that a schema is the same each time it is read.
        file.write_text(one.text.replace("new Date()", "new Date(0)"), encoding="utf-8")
    modules = drizzle_kit.node_modules(dialect)
    theirs = suite.answers(files, drizzle_kit.node_modules() / "esbuild", modules, tmp_path)
    wrong = [
        one.name
        for one, file in zip(taken, files, strict=True)
        if not _agree(theirs[str(file)], file, tmp_path, dialect)
    ]
    assert len(taken) >= FEWEST[dialect]
    assert wrong == []


def _agree(answer, file, project, dialect):
    """Whether we print the same; where drizzle-kit stops, anything clear is right."""
    try:
        ours = [statement.sql for statement in drizzle.read([file], project=project, dialect=dialect).statements]
    except SourceError:
        ours = []
    theirs = answer.get("statements")
    return theirs is None or [drizzle_kit.plain(sql) for sql in ours] == [drizzle_kit.plain(sql) for sql in theirs]
