"""What a plan asks of the rows before it begins: it fails exactly where the answer is that some are in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch
from pgtandem.errors import ServerError
from pgtandem.plan import plan
from pgtandem.plan.apply import apply, prepare
from pgtandem.plan.gates import in_the_way
from pgtandem.scratch.connecting import connect
from pgtandem.sources import live

if TYPE_CHECKING:
    from pgtandem.plan import Plan

BASE = """
    CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TYPE less AS ENUM ('a', 'b');
    CREATE DOMAIN short AS text CHECK (length(value) < 3);
    CREATE TABLE one (id int PRIMARY KEY); INSERT INTO one VALUES (1);
    CREATE TABLE t (id int NOT NULL, n int, s text, v varchar(9), d numeric(9, 2), m mood, w bigint);
"""
# The change, rows that fit, and rows that do not.
CASES = (
    ("ALTER TABLE t ALTER n SET NOT NULL", "n) VALUES (1, 1", "n) VALUES (1, NULL"),
    ("ALTER TABLE t ADD c int NOT NULL", "id) SELECT (1) WHERE (false", "id) VALUES (1"),
    ("ALTER TABLE t ADD CHECK (n > 0 AND s <> '')", "n, s) VALUES (1, 1, NULL), (2, NULL, 'x'", "n) VALUES (1, 0"),
    (
        "ALTER TABLE t ADD UNIQUE (n, s)",
        "n, s) VALUES (1, 1, NULL), (2, 1, NULL",
        "n, s) VALUES (1, 1, 'x'), (2, 1, 'x'",
    ),
    (
        "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (n)",
        "n) VALUES (1, 1), (2, NULL",
        "n) VALUES (1, NULL), (2, NULL",
    ),
    ("ALTER TABLE t ADD PRIMARY KEY (id)", "n) VALUES (1, 1), (2, 1", "n) VALUES (1, 1), (1, 2"),
    ("CREATE UNIQUE INDEX ON t (n)", "n) VALUES (1, 1), (2, 2", "n) VALUES (1, 1), (2, 1"),
    (
        "CREATE UNIQUE INDEX ON t (lower(s)) WHERE n > 0",
        "n, s) VALUES (1, 0, 'a'), (2, 1, 'A'",
        "n, s) VALUES (1, 1, 'a'), (2, 1, 'A'",
    ),
    ("ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES one", "n) VALUES (1, 1), (2, NULL", "n) VALUES (1, 2"),
    (
        "CREATE TABLE other (id int PRIMARY KEY); ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES other",
        "n) VALUES (1, NULL",
        "n) VALUES (1, 1",
    ),
    ("ALTER TABLE t ALTER v TYPE varchar(3)", "v) VALUES (1, 'abc'", "v) VALUES (1, 'abcd'"),
    ("ALTER TABLE t ALTER d TYPE numeric(4, 2)", "d) VALUES (1, 99.99", "d) VALUES (1, 100"),
    ("ALTER TABLE t ALTER w TYPE int", "w) VALUES (1, 2147483647", "w) VALUES (1, 2147483648"),
    ("ALTER TABLE t ALTER s TYPE uuid USING s::uuid", "s) VALUES (1, gen_random_uuid()", "s) VALUES (1, 'x'"),
    ("ALTER TABLE t ALTER s TYPE short", "s) VALUES (1, 'ab'", "s) VALUES (1, 'abc'"),
    (
        "ALTER TABLE t DROP m; DROP TYPE mood; ALTER TYPE less RENAME TO mood; ALTER TABLE t ADD m mood",
        "m) VALUES (1, 'b'",
        "m) VALUES (1, 'c'",
    ),
)


def asked(url: str, found: Plan) -> list[str]:
    with connect(url) as connection:
        prepare(connection, None)
        return [finding.about for finding in in_the_way(connection, found.gates).findings]


@pytest.mark.parametrize("fits", [True, False], ids=["fits", "does not fit"])
@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_plan_fails_where_rows_are_in_the_way(
    case: tuple[str, str, str], server: scratch.Server, *, fits: bool
) -> None:
    with scratch.database(server) as one, scratch.database(server) as other:
        scratch.load(other, f"{BASE}; {case[0]};")
        desired = live.read(other)
        scratch.load(one, f"{BASE}; INSERT INTO t (id, {case[1] if fits else case[2]});".replace("(id, id)", "(id)"))
        found = plan(live.read(one), desired)
        answer = asked(one, found)
        if fits:
            apply(one, found)
            assert plan(live.read(one), desired).steps == ()
        else:
            with pytest.raises(ServerError):
                apply(one, found)
        assert bool(answer) is not fits


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1 START WITH -1)",
        "CREATE SEQUENCE s OWNED BY t.id; ALTER TABLE t ALTER id SET DEFAULT nextval('s')",
    ],
)
def test_a_new_counter_goes_on_from_the_values_that_are_there(change: str, server: scratch.Server) -> None:
    with scratch.database(server) as one, scratch.database(server) as other:
        scratch.load(other, f"{BASE}; ALTER TABLE t ADD PRIMARY KEY (id); {change};")
        scratch.load(one, f"{BASE}; ALTER TABLE t ADD PRIMARY KEY (id); INSERT INTO t (id) VALUES (-7), (7)")
        apply(one, plan(live.read(one), live.read(other)))
        with connect(one) as connection:
            row = connection.execute("INSERT INTO t (n) VALUES (1) RETURNING id").fetchone()
    assert row is not None
    assert abs(row[0]) == 8
