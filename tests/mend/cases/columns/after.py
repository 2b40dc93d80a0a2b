"""Columns, in the style of SQLAlchemy 2."""

import datetime
from decimal import Decimal
from typing import Optional

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, Numeric, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):  # what is sold
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)

    # The name on the label.
    name: Mapped[str] = mapped_column(String(80), nullable=False, comment='On the "label"')  # short
    price: Mapped[Decimal] = mapped_column(
        Numeric(12, 2),  # two digits
        server_default=text("1"),
    )
    stock: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    code: Mapped[Optional[str]] = mapped_column('code', Text)
    made: Mapped[Optional[datetime.datetime]] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    label: Mapped[str] = mapped_column(
        Text,
        nullable=False,
        server_default="none"
    )
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    seen_at: Mapped[Optional[datetime.datetime]] = mapped_column(DateTime(timezone=True))

    def __repr__(self) -> str:
        return f"<{self.name}>"  # old
