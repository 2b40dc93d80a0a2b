from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True, index=False)
    slug: Mapped[str] = mapped_column(String(50), index=True)


class Member(Base):
    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("team_id", "email", name="one_mail"),
        CheckConstraint("email LIKE '%@%'", name="mail"),  # a real one
        Index("by_mail", "email", mysql_length=9, info={"kept": True}),
        {"comment": "people"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    boss_id: Mapped[int] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        index=True,
    )
    email: Mapped[str] = mapped_column(String(80))
    other_team: Mapped[int | None]

    team: Mapped[Team] = relationship(foreign_keys=[team_id])
