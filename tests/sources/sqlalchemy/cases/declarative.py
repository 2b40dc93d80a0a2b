"""The style of SQLAlchemy 2: annotations, mixins, column-level keys and indexes."""

import datetime
import enum
import uuid
from typing import Annotated

from sqlalchemy import (
    CheckConstraint,
    Computed,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

key = Annotated[uuid.UUID, mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))]


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, datetime.datetime: DateTime(timezone=True)}


class Stamped:
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime.datetime | None]

    @declared_attr
    def owner_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class Mood(enum.Enum):
    HAPPY = "happy"
    SAD = "sad"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email LIKE '%@%'", name="has_at"),
        {"comment": "People, 100% of them: 'all'"},
    )

    id: Mapped[key]
    email: Mapped[str] = mapped_column(CITEXT, unique=True)
    name: Mapped[str] = mapped_column(String(80), comment="As they write it")
    mood: Mapped[Mood] = mapped_column(server_default="HAPPY")
    nick: Mapped[str | None]
    friends: Mapped[list["User"]] = relationship(secondary="friends", viewonly=True,
        primaryjoin="User.id == Friend.one", secondaryjoin="User.id == Friend.other")


class Friend(Base):
    __tablename__ = "friends"

    one: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    other: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(User.id, onupdate="CASCADE", deferrable=True, initially="DEFERRED"), primary_key=True
    )


class Post(Stamped, Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(Identity(always=True, start=100, increment=5), primary_key=True)
    title: Mapped[str]
    price: Mapped[float | None] = mapped_column(Numeric(10, 2))
    double: Mapped[float | None] = mapped_column(Numeric, Computed("price * 2", persisted=True))
    state: Mapped[str] = mapped_column(Enum("draft", "out", name="post_state"), server_default="draft")
    old_state: Mapped[str | None] = mapped_column(Enum("draft", "out", name="post_state"))
    kind: Mapped[str] = mapped_column(
        Enum("a", "b", native_enum=False, create_constraint=True, name="kind_is_known"), nullable=False
    )
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default="{}")
    data: Mapped[dict | None] = mapped_column(JSONB, server_default=text("'{\"a\": [1]}'::jsonb"))
    words: Mapped[str | None] = mapped_column(TSVECTOR)

    __table_args__ = (
        UniqueConstraint("title", "owner_id"),
        CheckConstraint("price > 0"),
        Index("words_of_posts", "words", postgresql_using="gin"),
        Index(None, "title", postgresql_ops={"title": "text_pattern_ops"}, postgresql_where=text("state = 'out'")),
        Index("titles", text("lower(title)"), price.desc().nulls_last(), unique=True, postgresql_with={"fillfactor": 70}),
        Index("prices", "price", postgresql_include=["title"], postgresql_nulls_not_distinct=True, unique=True),
    )
