"""Random schemas over the whole API: no difference from drizzle-kit, and the same answer each time."""

from __future__ import annotations

from pathlib import Path

import drizzle_kit
import pytest
import random_schemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgtandem.errors import SourceError
from pgtandem.sources import drizzle

BATCH = 60
SEEDS = st.integers(min_value=0, max_value=2**32)


def write(folder, seed, **options):
    names = [f"s{number}.ts" for number in range(BATCH)]
    for number, name in enumerate(names):
        (folder / name).write_text(random_schemas.schema(seed + number, f"p{number}", **options), encoding="utf-8")
    return names


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize(
    ("dialect", "casing"), [("0.31", None), ("0.31", "snake_case"), ("0.31", "camelCase"), ("1.0", None)]
)
@pytest.mark.parametrize("seed", range(0, 100_000, 4_000))
def test_no_difference_from_drizzle_kit(seed, dialect, casing, tmp_path, require):
    require(drizzle_kit.is_here(dialect), drizzle_kit.HOW[dialect])
    names = write(tmp_path, seed, suiting=dialect == "1.0", views=casing is None)
    schema = drizzle.read([Path(name) for name in names], project=tmp_path, casing=casing, dialect=dialect)
    ours = drizzle_kit.plain("\n".join(statement.sql for statement in schema.statements))
    theirs = drizzle_kit.plain(drizzle_kit.export(tmp_path, tuple(names), casing, dialect))
    assert ours.split("\n") == theirs.split("\n")


@pytest.mark.usefixtures("anew")
@given(seed=SEEDS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_generated_schema_is_read_the_same_twice(seed, tmp_path):
    (tmp_path / "schema.ts").write_text(random_schemas.schema(seed), encoding="utf-8")
    first, second = (drizzle.read([Path("schema.ts")], project=tmp_path) for _ in range(2))
    assert first == second
    assert sum(statement.kind == "table" for statement in first.statements) >= 1


@given(seed=SEEDS, cuts=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 40), st.text(max_size=5)), max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_schema_is_read_or_refused(seed, cuts, tmp_path):
    text = random_schemas.schema(seed)
    for start, length, instead in cuts:
        text = text[:start] + instead + text[start + length :]
    (tmp_path / "schema.ts").write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        drizzle.read([Path("schema.ts")], project=tmp_path)
    except SourceError as error:
        assert error.text  # noqa: PT017 - either outcome is right, but an error has to say something
