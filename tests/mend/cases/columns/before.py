"""Columns, in the style of SQLAlchemy 2."""

import datetime
from decimal import Decimal
from typing import Optional

from sqlalchemy import DateTime, Integer, Numeric, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):  # what is sold
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)

    # The name on the label.
    name: Mapped[str] = mapped_column(String(50), nullable=False)  # short
    price: Mapped[Decimal] = mapped_column(
        Numeric(10, 2),  # two digits
        server_default=text("0"),
    )
    stock: Mapped[int]
    code: Mapped[Optional[str]] = mapped_column('code', String(8),  comment = "from the maker")
    made: Mapped[datetime.datetime] = mapped_column(DateTime, server_default=text("now()"))
    old: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(
        Text,
        nullable=True
    )

    def __repr__(self) -> str:
        return f"<{self.name}>"  # old
