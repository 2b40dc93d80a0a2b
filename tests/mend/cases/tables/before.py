from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Mixin:
    made_by: Mapped[str] = mapped_column(Text)


class Kept(Mixin, Base):
    __tablename__ = "kept"

    id: Mapped[int] = mapped_column(primary_key=True)


class Gone(Base):
    __tablename__ = "gone"

    id: Mapped[int] = mapped_column(primary_key=True)


# The end.
