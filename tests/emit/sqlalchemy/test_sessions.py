"""The models at work: sessions on psycopg and on asyncpg."""

from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import importlib.util
import ipaddress
import uuid

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, insert, inspect, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from pgtandem import scratch


@pytest.fixture
def fresh(emit, server):
    """A function that makes an empty database of a case's schema: its module, and the database's URL."""
    databases = []

    def make(name):
        emitted = emit(name)
        database = scratch.database(server)
        databases.append(database)
        url = database.__enter__()
        scratch.load(url, emitted.outside)
        scratch.load(url, emitted.schema)
        return emitted.module, url

    yield make
    for database in databases:
        database.__exit__(None, None, None)


def a_shop(m):
    """Objects of the shop, tied to each other by relationships alone."""
    ada = m.Customer(email="ada@example.org", address=m.Address(street="Main Street 1"))
    bob = m.Customer(email="bob@example.org", settings={"theme": "dark"})
    tea = m.Product(title="Tea", price=decimal.Decimal("2.50"), tags=["hot", "green"], metadata_=None)
    cup = m.Product(title="Cup", price=decimal.Decimal(1), parent=tea)
    order = m.Order(customer=ada, recommended_by_customer=bob)
    order.order_items = [m.OrderItem(product=tea, quantity=2, unit_price=decimal.Decimal("2.50"))]
    return ada, bob, tea, cup, order


def test_a_sync_session(fresh, engine):
    m, url = fresh("shop")
    with Session(engine(url)) as session:
        session.add_all(a_shop(m))
        session.commit()
    with Session(engine(url)) as session:
        ada = session.scalars(select(m.Customer).filter_by(email="ada@example.org")).one()
        (order,) = ada.orders
        assert (order.status, order.customer, order.recommended_by_customer.email) == ("open", ada, "bob@example.org")
        assert order.recommended_by_customer.orders_as_recommended_by == [order]
        assert order.placed_at.tzinfo is not None
        assert ada.settings == {}
        assert ada.address.street == "Main Street 1"
        (item,) = order.order_items
        assert item.total == decimal.Decimal("5.00")
        (cup,) = item.product.children
        assert cup.parent.title == "Tea"
        assert session.scalar(select(m.visits.c.path)) is None


def test_none_in_a_json_column_is_null(fresh, engine):
    m, url = fresh("shop")
    with Session(engine(url)) as session:
        session.add_all(a_shop(m))
        session.flush()
        assert session.scalar(text("SELECT count(*) FROM products WHERE metadata IS NULL")) == 2


def test_the_database_deletes(fresh, engine):
    m, url = fresh("shop")
    with Session(engine(url)) as session:
        ada, bob, tea, _, order = a_shop(m)
        session.add_all([ada, bob, tea, order])
        session.commit()
        session.delete(bob)
        session.flush()
        session.refresh(order)
        assert order.recommended_by is None
        session.delete(ada)
        session.commit()
        assert session.scalar(select(m.Order)) is None
        assert session.scalar(select(m.Address)) is None
        assert session.scalar(select(m.OrderItem)) is None
        # The session is not to empty the key of the cup by itself: ON DELETE SET NULL does.
        session.delete(tea)
        session.commit()
        assert session.scalars(select(m.Product)).one().parent_id is None


def test_the_database_refuses(fresh, engine):
    m, url = fresh("shop")
    with Session(engine(url)) as session:
        _, _, tea, _, order = a_shop(m)
        session.add_all([tea, order])
        session.commit()
        session.delete(tea)
        with pytest.raises(IntegrityError, match="order_items_product_id_fkey"):
            session.flush()


def test_rows_that_refer_to_each_other(fresh, engine):
    m, url = fresh("relationships")
    with Session(engine(url)) as session:
        team = m.Team(id=1)
        team.players = [m.Player(id=1), m.Player(id=2)]
        team.captain = team.players[1]
        session.add(team)
        tenant = m.Tenant(id=1)
        boss = m.Member(id=1, tenant=tenant)
        member = m.Member(id=2, tenant=tenant, boss=boss)
        session.add(m.Task(id=1, tenant=tenant, owner=member, reviewer=boss))
        root = m.Folder(id=1)
        root.children = [m.Folder(id=2), m.Folder(id=3)]
        root.children[0].next = root.children[1]
        session.add(root)
        session.commit()
        assert session.get(m.Team, 1).captain.id == 2
        task = session.get(m.Task, 1)
        assert (task.owner.boss.id, task.tenant_id, task.reviewer_id) == (1, 1, 1)
        assert session.get(m.Folder, 3).folder_as_next.id == 2


def test_keys_to_tables_of_others(fresh, engine):
    m, url = fresh("outside")
    known, posts = uuid.uuid4(), [1, 2]
    with Session(engine(url)) as session:
        session.execute(insert(m.OUTSIDE.tables["auth.users"]).values(id=known))
        # Children first: the unit of work has to put the parent before them.
        session.add_all([m.Post(id=number, user_id=known) for number in posts])
        session.add(m.User(id=known, name="known"))
        session.commit()
        assert [post.id for post in session.get(m.User, known).posts] == posts
    assert set(m.Base.metadata.tables) == {"users", "posts", "log"}


def test_counters(fresh, engine):
    m, url = fresh("counters")
    with Session(engine(url)) as session:
        rows = [m.Serial(), m.Serial(), m.Always(), m.Optional(), m.Renamed(), m.Small(), m.Composite(a=1), m.Shared()]
        session.add_all(rows)
        session.commit()
        one, two, always, optional, renamed, small, composite, shared = rows
        assert (one.id, one.n, one.big, one.small, two.n) == (1, 1, 1, 1, 2)
        assert (always.id, optional.id, renamed.id, renamed.n, small.id, composite.b) == (1, 100, 1, 1, 1, 1)
        assert {one.tag, two.tag, shared.id} == {5, 7, 9}
        session.execute(insert(m.keyless))
        assert session.execute(select(m.keyless)).one() == (1, 1)


def test_an_async_session(fresh, require):
    require(importlib.util.find_spec("greenlet"), "asyncio sessions of SQLAlchemy need greenlet")
    m, url = fresh("shop")

    async def story():
        from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine  # noqa: PLC0415 - needs greenlet

        engine = create_async_engine(asyncpg_url(url))
        async with AsyncSession(engine, expire_on_commit=False) as session:
            session.add_all(a_shop(m))
            await session.commit()
        async with AsyncSession(engine) as session:
            query = select(m.Customer).filter_by(email="ada@example.org")
            everything = (
                selectinload(m.Customer.orders).selectinload(m.Order.order_items).selectinload(m.OrderItem.product)
            )
            ada = (await session.scalars(query.options(everything, selectinload(m.Customer.address)))).one()
            found = ada.orders[0].order_items[0].product.title, ada.orders[0].status, ada.address.street, ada.settings
            await session.delete(ada)
            await session.commit()
            left = await session.scalar(select(m.Order))
        await engine.dispose()
        return found, left

    assert asyncio.run(story()) == (("Tea", "open", "Main Street 1", {}), None)


def asyncpg_url(url):
    given = conninfo_to_dict(url)
    query = {"host": given["host"], "port": str(given.get("port", 5432))}
    return URL.create("postgresql+asyncpg", username=given["user"], database=given["dbname"], query=query)


DAY = dt.date(2024, 2, 29)
AWARE = dt.datetime(2024, 2, 29, 12, 30, 1, 500000, tzinfo=dt.UTC)
VALUES = {
    "a": 2**62,
    "b": 0.5,
    "c": 1e300,
    "d": "abc",
    "e": "x",
    "h": b"\x00\xff",
    "i": dt.timedelta(days=1, seconds=2),
    "j": dt.timedelta(days=3),
    "k": dt.timedelta(seconds=5),
    "l": dt.time(1, 2, 3),
    "n": AWARE.replace(microsecond=0, tzinfo=None),
    "o": ipaddress.ip_address("::1"),
    "p": ipaddress.ip_network("10.0.0.0/8"),
    "q": "08:00:2b:01:02:03",
    "s": "'a':1",
    "t": Range(1, 5),
    "u": Range(AWARE, AWARE),
    "y": "name",
    "aa": decimal.Decimal("1.50"),
    "bb": decimal.Decimal(5),
    "cc": [1, 2],
    "dd": ["a"],
    "ee": [AWARE],
    "ff": [{"a": 1}, None],
    "gg": [uuid.UUID(int=1)],
    "ii": "c",
    "jj": '$."a"',
    "nn": dt.time(1, 2, 3),
    "qq": [3],
    "ss": False,
    "tt": DAY,
    "vv": ["x", "y"],
    "ab": "ÅB",
    "ac": "c",
    "ae": "ok",
    "af": ["sad", "ok"],
    "aj": Range(decimal.Decimal(1), None),
    "al": Range(DAY, None),
    "an": {"b": [1, None]},
    "ao": "sad",
    "ap": decimal.Decimal("9.99"),
    "au": [1, "a"],
    "av": {"a": None},
    "aw": [1],
    "ax": uuid.UUID(int=7),
}
EXPECTED = VALUES | {"u": Range(empty=True), "lower": "åbx"}


def test_every_value_comes_back_as_it_went_in(fresh, engine):
    m, url = fresh("types")
    with Session(engine(url)) as session:
        session.add(m.Type(id=1, **VALUES))
        session.commit()
        session.expunge_all()
        assert seen(session.get(m.Type, 1), m) == EXPECTED


def test_every_value_comes_back_from_asyncpg(fresh, require):
    require(importlib.util.find_spec("greenlet"), "asyncio sessions of SQLAlchemy need greenlet")
    m, url = fresh("types")

    async def story():
        from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine  # noqa: PLC0415 - needs greenlet

        engine = create_async_engine(asyncpg_url(url))
        async with AsyncSession(engine) as session:
            session.add(m.Type(id=1, **VALUES))
            await session.commit()
            session.expunge_all()
            found = seen(await session.get(m.Type, 1), m)
        await engine.dispose()
        return found

    assert asyncio.run(story()) == EXPECTED


def seen(row, module):
    """The values of the columns that were given one, of exactly the classes that the annotations promise."""
    hints = inspect(module.Type).mapper.columns
    values = {name: getattr(row, name) for name in EXPECTED}
    for name, value in values.items():
        annotation = module.Type.__annotations__[name].removeprefix("Mapped[").removesuffix("]").removesuffix(" | None")
        assert annotation in ("Any", "Mood", "list[Mood]") or is_a(value, annotation, module), (
            name,
            value,
            hints[name],
        )
    return values


def is_a(value, annotation, module):
    outer, _, inner = annotation.partition("[")
    kind = eval(outer, vars(module))  # noqa: S307 - our own module's annotation
    if outer == "list" and inner.removesuffix("]") != "Any":
        return isinstance(value, list) and all(is_a(item, inner.removesuffix("]"), module) for item in value)
    return isinstance(value, kind)


def test_many_to_many(fresh, engine):
    m, url = fresh("links")
    with Session(engine(url)) as session:
        post, tag, other = m.Post(id=1), m.Tag(id=1), m.Tag(id=2)
        ada, bob = m.Person(id=1), m.Person(id=2)
        room = m.Room(house=1, number=2, guests=[m.Guest(person=ada)])
        post.post_tags = [m.PostTag(tag=tag), m.PostTag(tag=other)]
        post.tags_by_plain = [tag]
        ada.follows_as_follower = [m.Follow(followed=bob)]
        ada.one_people_by_friends = [bob]
        session.add_all([post, room])
        session.commit()
        assert [one.id for one in post.tags] == [1, 2]
        assert tag.posts == tag.posts_by_plain == [post]
        assert ada.followed_people_by_follows == bob.follower_people_by_follows[0].followed_people_by_follows == [bob]
        assert bob.other_people_by_friends == [ada]
        assert room.people == [ada]
        session.delete(post)
        session.commit()
        assert session.scalars(select(m.plain)).all() == session.scalars(select(m.PostTag)).all() == []
        assert session.scalars(select(m.Tag.id).where(m.Tag.posts.any())).all() == []
