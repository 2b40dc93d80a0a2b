from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData()

users = Table(
    "users", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),   # shown
    Column("mail", Text, nullable=False),
    UniqueConstraint("mail", name="one_mail"),
)

posts = Table("posts", metadata, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False), Index("by_user", "user_id"))


tags = Table(
    "tags",
    metadata,
    Column("post", Integer, ForeignKey("posts.id"), primary_key=True, autoincrement=False),
    Column("tag", Text, primary_key=True),
)
