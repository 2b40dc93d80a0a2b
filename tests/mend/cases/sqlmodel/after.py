"""Classes of SQLModel, whose fields hand to the column what they have no words for."""

from datetime import datetime
from decimal import Decimal
from typing import Optional

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field, SQLModel


class Dated(SQLModel):
    made: datetime = Field(nullable=False, description="when it was made", sa_type=DateTime)


class Note(Dated, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    title: str = Field(max_length=80, sa_column_kwargs={"comment": "what it is about", "server_default": "none"})
    body: str = Field(sa_column=Column(String(200), nullable=False))
    size: int = Field(sa_column_args=[ForeignKey("note.id")])
    seen: Optional[datetime] = Field(default=None, sa_type=TIMESTAMP(precision=3))
    pages: int = Field(default=1, sa_type=BigInteger, sa_column_kwargs={"server_default": text("1")})
    parent: Optional[int] = Field(default=None, sa_type=Integer, sa_column_args=[ForeignKey("note.id", ondelete="CASCADE")])
    weight: Decimal = Field(sa_type=Numeric(6, 2), sa_column_kwargs={"server_default": text("0")})
