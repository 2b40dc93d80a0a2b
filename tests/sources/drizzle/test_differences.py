"""Where our reader differs from drizzle-kit on purpose, each difference shown and written down."""

from __future__ import annotations

import tomllib
from pathlib import Path

import drizzle_kit
import pytest

from pgtandem.errors import SourceError

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "drizzle-differences.md"
DIFFERENCES = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))["difference"]
BY_NAME = pytest.mark.parametrize("difference", DIFFERENCES, ids=[one["name"] for one in DIFFERENCES])


@BY_NAME
def test_ours(difference, statements):
    options = {"casing": difference.get("casing"), "dialect": difference.get("dialect", "0.31")}
    if "says" in difference:
        with pytest.raises(SourceError) as caught:
            statements(difference["schema"], **options)
        assert difference["says"].strip() == caught.value.text
    else:
        printed = statements(difference["schema"], **options)
        assert difference["ours"].strip() in [statement.strip() for statement in printed]


@pytest.mark.node
@BY_NAME
def test_drizzle_kit_still_differs(difference, project, require):
    dialect = difference.get("dialect", "0.31")
    require(drizzle_kit.is_here(dialect), drizzle_kit.HOW[dialect])
    folder = project({"schema.ts": difference["schema"]})
    printed = drizzle_kit.print_or_stop(folder, ("schema.ts",), difference.get("casing"), dialect)
    if difference["kit"]:
        assert drizzle_kit.plain(difference["kit"]) in drizzle_kit.plain(printed)
    else:
        assert "CREATE" not in printed


def test_every_difference_is_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    for difference in DIFFERENCES:
        assert difference["why"] in page
        for side in ("kit", "ours", "says"):
            assert difference.get(side, "").strip() in page
