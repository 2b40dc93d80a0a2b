"""Views as read-only classes: what their rows are told apart by, what is read, and that nothing is written."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

ROWS = """
    INSERT INTO people VALUES (1, 'ada@example.org', '1990-02-03'), (2, 'bob@example.org', '2010-01-01');
    INSERT INTO tasks (id, person_id, state, tags) VALUES (1, 1, 'open', '{a,b}'), (2, 1, 'done', '{c}');
    REFRESH MATERIALIZED VIEW totals"""
KEYS = {
    "Adult": ["email"],
    "OpenTask": ["task_id"],
    "Pair": ["id"],
    "People": ["class"],
    "PerPerson": ["id", "email", "tasks", "last_due", "most", "host"],
    "Renamed": ["person_id"],
    "Tag": ["id", "tag"],
    "Total": ["person_id", "state"],
    "Twice": ["id"],
}


@pytest.fixture
def session(emit, engine):
    """A session in a database with rows, of which nothing is kept."""
    with engine(emit("views").url).connect() as connection, Session(connection) as session:
        session.execute(text(ROWS))
        yield session
        session.rollback()


def test_the_keys(emit):
    mappers = emit("views").module.ReadOnly.registry.mappers
    assert {mapper.class_.__name__: [column.name for column in mapper.primary_key] for mapper in mappers} == KEYS


def test_they_are_no_tables(emit):
    module = emit("views").module
    assert set(module.Base.metadata.tables) == {"people", "tasks"}
    assert len(module.ReadOnly.metadata.tables) == len(KEYS) + len(("documents", "nothing"))


def test_rows_are_read(emit, session):
    m = emit("views").module
    (adult,) = session.scalars(select(m.Adult)).all()
    assert (adult.email, adult.settings, adult.next_day.isoformat()) == ("ada@example.org", {}, "1990-02-04")
    assert [(row.id, row.tag) for row in session.scalars(select(m.Tag).order_by(m.Tag.tag))] == [
        (1, "a"),
        (1, "b"),
        (2, "c"),
    ]
    assert session.get(m.Total, (1, "done")).count == 1
    assert sorted(row.id for row in session.scalars(select(m.Twice))) == [1, 1, 2, 2]
    assert session.execute(select(m.documents)).all() == [({}, [1, 2])]
    assert session.get(m.PerPerson, (1, "ada@example.org", 2, None, "done", None)) is not None


def test_nothing_is_written(emit, session):
    m = emit("views").module
    refused = pytest.raises(InvalidRequestError, match=r"^adults is a view: its rows can be read, and not be written$")

    def change(adult):
        adult.born = None

    with session.begin_nested() as before, refused:
        session.add(m.Adult(email="eve@example.org", settings={}))
        session.flush()
    assert not before.is_active
    for write in (change, session.delete):
        with session.begin_nested(), refused:
            write(session.scalars(select(m.Adult)).one())
            session.flush()
    for statement in (insert(m.Adult).values(email="x"), update(m.Adult).values(email="x"), delete(m.Adult)):
        with refused:
            session.execute(statement)


def test_tables_beside_them_are_written(emit, session):
    m = emit("views").module
    session.add(m.Person(id=3, email="eve@example.org", born=None))
    session.flush()
    session.execute(update(m.Person).values(email="x").where(m.Person.id == 3))
    assert session.get(m.People, 3).E_Mail == "x"
