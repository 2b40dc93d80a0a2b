"""SQLAlchemy models of the database. Generated from shop/schema.sql by `pgtandem sync`; do not edit.

Models cannot say everything. Not here, but in the database: grants and owners. `Base.metadata.create_all()` makes
tables without them; what deploys the database is the production SQL.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What all models have in common; `Base.metadata` knows their tables."""

    metadata = MetaData(naming_convention={"pk": "%(table_name)s_pkey"})


OrderStatus = Literal["open", "paid", "sent"]
order_status_type = Enum("open", "paid", "sent", name="order_status", metadata=Base.metadata)


class Address(Base):
    __tablename__ = "addresses"

    customer_id: Mapped[uuid.UUID] = mapped_column(
        Uuid,
        ForeignKey("customers.id", name="addresses_customer_id_fkey", ondelete="CASCADE"),
        primary_key=True,
    )
    street: Mapped[str] = mapped_column(Text)

    customer: Mapped[Customer] = relationship(back_populates="address")


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        UniqueConstraint("email", name="customers_email_key"),
        {"comment": "People who have bought something"},
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    email: Mapped[str] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSONB(none_as_null=True),
        server_default=text("'{}'::jsonb"),
        comment="What the customer has chosen",
    )
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))

    address: Mapped[Address | None] = relationship(
        back_populates="customer",
        cascade="all, delete",
        passive_deletes=True,
    )
    orders: Mapped[list[Order]] = relationship(
        back_populates="customer",
        cascade="all, delete",
        passive_deletes=True,
        foreign_keys="Order.customer_id",
    )
    orders_as_recommended_by: Mapped[list[Order]] = relationship(
        back_populates="recommended_by_customer",
        passive_deletes=True,
        foreign_keys="Order.recommended_by",
    )


class OrderItem(Base):
    __tablename__ = "order_items"
    __table_args__ = (CheckConstraint("quantity > 0", name="order_items_quantity_check"),)

    order_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("orders.id", name="order_items_order_id_fkey", ondelete="CASCADE"),
        primary_key=True,
    )
    product_id: Mapped[int] = mapped_column(
        Integer,
        ForeignKey("products.id", name="order_items_product_id_fkey"),
        primary_key=True,
    )
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2))
    total: Mapped[decimal.Decimal | None] = mapped_column(
        Numeric(12, 2),
        Computed("(quantity)::numeric * unit_price", persisted=True),
    )

    order: Mapped[Order] = relationship(back_populates="order_items")
    product: Mapped[Product] = relationship(back_populates="order_items")


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "(sent_on IS NULL) OR (sent_on >= ((placed_at AT TIME ZONE 'UTC'::text))::date)",
            name="ck_orders_sent_after_placed",
        ),
        Index("ix_orders_customer_newest", "customer_id", text("placed_at DESC")),
        Index("ix_orders_open", "placed_at", postgresql_where=text("status = 'open'::order_status")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(
        Uuid,
        ForeignKey("customers.id", name="orders_customer_id_fkey", ondelete="CASCADE"),
    )
    recommended_by: Mapped[uuid.UUID | None] = mapped_column(
        Uuid,
        ForeignKey("customers.id", name="orders_recommended_by_fkey", ondelete="SET NULL"),
    )
    status: Mapped[OrderStatus] = mapped_column(order_status_type, server_default=text("'open'::order_status"))
    placed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    sent_on: Mapped[datetime.date | None] = mapped_column(Date)

    customer: Mapped[Customer] = relationship(back_populates="orders", foreign_keys="Order.customer_id")
    recommended_by_customer: Mapped[Customer | None] = relationship(
        back_populates="orders_as_recommended_by",
        foreign_keys="Order.recommended_by",
    )
    order_items: Mapped[list[OrderItem]] = relationship(
        back_populates="order",
        cascade="all, delete",
        passive_deletes=True,
    )


class Product(Base):
    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("kind IN ('goods', 'service')", name="ck_products_kind"),
        CheckConstraint("price >= (0)::numeric", name="ck_products_price"),
        Index("ix_products_tags", "tags", postgresql_using="gin"),
        Index(
            "ix_products_title",
            literal_column("lower(title::text)"),
            postgresql_ops={"lower(title::text)": "varchar_pattern_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(
        Integer,
        ForeignKey("products.id", name="products_parent_id_fkey", ondelete="SET NULL"),
    )
    title: Mapped[str] = mapped_column(String(200))
    price: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    kind: Mapped[str] = mapped_column(String(20), server_default="goods")
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB(none_as_null=True))

    parent: Mapped[Product | None] = relationship(back_populates="children", remote_side="Product.id")
    children: Mapped[list[Product]] = relationship(back_populates="parent", passive_deletes=True)
    order_items: Mapped[list[OrderItem]] = relationship(back_populates="product", passive_deletes="all")


visits = Table(
    "visits",
    Base.metadata,
    Column("at", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("path", Text),
)
