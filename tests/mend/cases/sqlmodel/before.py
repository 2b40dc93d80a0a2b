"""Classes of SQLModel, whose fields hand to the column what they have no words for."""

from datetime import datetime
from typing import Optional

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel


class Dated(SQLModel):
    made: datetime = Field(nullable=False, description="when it was made")


class Note(Dated, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    title: str = Field(max_length=80, sa_column_kwargs={"comment": "what it is about"})
    body: str = Field(sa_column=Column(Text))
    size: int
    seen: Optional[datetime] = None
    pages: Optional[int] = Field(default=1)
