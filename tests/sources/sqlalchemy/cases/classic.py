"""The older styles: declarative_base(), Column, imperative tables, both with a naming convention and schemas."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    String,
    Table,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import INT4RANGE, TSRANGE, ExcludeConstraint
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base(metadata=MetaData(schema="shop", naming_convention={
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}))

numbers = Sequence("order_numbers", start=1000, increment=10, metadata=Base.metadata, schema="shop")

order_items = Table(
    "order_items",
    Base.metadata,
    Column("order_id", ForeignKey("shop.orders.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", Integer, ForeignKey("shop.products.id"), primary_key=True),
    Column("Amount", SmallInteger, nullable=False, server_default="1"),
)


class Order(Base):
    __tablename__ = "orders"

    id = Column(BigInteger, primary_key=True)
    number = Column(Integer, numbers, server_default=numbers.next_value(), unique=True)
    paid = Column(Boolean, server_default=false(), nullable=False, index=True)
    during = Column(TSRANGE)
    room = Column(INT4RANGE)
    products = relationship("Product", secondary=order_items)

    __table_args__ = (
        ExcludeConstraint(("during", "&&"), (text("room"), "="), name="no_overlap", where=text("paid")),
        # Which only an extension has.
        ExcludeConstraint(("number", "="), ("during", "&&"), name="no_two_numbers", using="gist"),
        Index("orders_numbers", "number", "paid", postgresql_using="gin"),
    )


class Product(Base):
    __tablename__ = "products"

    id = Column(Integer, primary_key=True, autoincrement=False)
    name = Column(String(50, collation="C"), nullable=False)
    parent_id = Column(ForeignKey("shop.products.id", use_alter=True, name="to_parent"))
    best_order = Column("best order", BigInteger, ForeignKey("shop.orders.id", use_alter=True))


class Price(Base):
    __tablename__ = "prices"
    __table_args__ = (
        PrimaryKeyConstraint("product", "day"),
        ForeignKeyConstraint(["product"], ["shop.products.id"], ondelete="CASCADE", match="FULL"),
        {"schema": "Money", "postgresql_partition_by": "RANGE (day)", "prefixes": []},
    )

    product = Column(Integer)
    day = Column(Date)
