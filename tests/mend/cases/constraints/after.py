from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (
        UniqueConstraint("slug", name="slug_is_unique"),
        Index("by_name", text("lower(name::text)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=False)
    slug: Mapped[str] = mapped_column(String(50))


class Member(Base):
    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("(email)::text ~~ '%@%.%'::text", name="mail"),  # a real one
        Index("by_mail", text("email DESC"), postgresql_where=text("email IS NOT NULL"), mysql_length=9, info={"kept": True}),
        UniqueConstraint("team_id", "boss_id", name="one_boss"),
        {"comment": "those of a team"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    boss_id: Mapped[int] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL", deferrable=True),
        index=True,
    )
    email: Mapped[str] = mapped_column(String(80))
    other_team: Mapped[int | None] = mapped_column(ForeignKey("teams.id", name="to_other"))

    team: Mapped[Team] = relationship(foreign_keys=[team_id])
