"""The part of a validation script that is about some kinds of objects: most of the time goes into planning the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_ROWS = re.compile(r"(?<=\$\[\n)\{\"kind\": .*?(?=\n\]\$)", re.DOTALL)
_KIND_OF_ROW = re.compile(r'\{"kind": "([^"]+)"')
_QUERIES = re.compile(r"\(ARRAY\[[^]]*\]::text\[\], (\$actual\d*\$)\s*SELECT '([^']+)',.*?\1\)(?:,\n)?", re.DOTALL)


def narrowed(body: str, kinds: Collection[str]) -> str:
    """Return the body of the script with the rows and the queries of these kinds only."""
    # A schema is always there: of no query at all the script can make no question.
    kept = {"schema", *kinds}
    rows = _ROWS.search(body)
    assert rows, "the declared objects stand in the script a line each"
    lines = [line.removesuffix(",") for line in rows[0].split("\n")]
    chosen = [line for line in lines if (found := _KIND_OF_ROW.match(line)) and found[1] in kept]
    before, after = body[: rows.start()], body[rows.end() :]
    queries = list(_QUERIES.finditer(after))
    assert queries, "the script has a query for each kind"
    asked = ",\n".join(query[0].removesuffix(",\n") for query in queries if query[2] in kept)
    rest = after[: queries[0].start()] + asked + "\n" + after[queries[-1].end() :].lstrip("\n")
    return before + ",\n".join(chosen) + rest
