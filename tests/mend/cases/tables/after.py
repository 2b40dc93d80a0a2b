from typing import Any
from uuid import UUID
from sqlalchemy import Enum, ForeignKey, Index, Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Mixin:
    made_by: Mapped[str] = mapped_column(Text)


class Kept(Mixin, Base):
    __tablename__ = "kept"

    id: Mapped[int] = mapped_column(primary_key=True)


class Fresh(Base):
    __tablename__ = "fresh"
    __table_args__ = (
        UniqueConstraint("kept_id", "mood", name="one_mood"),
        Index("moods", "mood", postgresql_where=text("data IS NULL")),
        {"comment": "new"},
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    kept_id: Mapped[int] = mapped_column(Integer, ForeignKey("kept.id", ondelete="CASCADE"))
    mood: Mapped[str] = mapped_column(Enum("happy", "sad", name="mood"), server_default=text("'happy'::mood"))
    data: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))


# The end.
