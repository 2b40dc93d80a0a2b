"""Tables that refer to each other, inheritance, and one table that a class is put on."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import registry

metadata = MetaData()
mapper_registry = registry(metadata=metadata)

one = Table(
    "one",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("other_id", Integer, ForeignKey("other.id", name="one_to_other")),
)
other = Table("other", metadata, Column("id", Integer, primary_key=True),
              Column("one_id", Integer, ForeignKey("one.id", name="other_to_one")))


class One:
    pass


class Other:
    pass


mapper_registry.map_imperatively(One, one)
mapper_registry.map_imperatively(Other, other)


@mapper_registry.mapped
class Animal:
    __tablename__ = "animals"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}

    id = Column(Integer, primary_key=True)
    kind = Column(String(10), nullable=False)


@mapper_registry.mapped
class Dog(Animal):
    __tablename__ = "dogs"
    __mapper_args__ = {"polymorphic_identity": "dog"}

    id = Column(ForeignKey("animals.id", ondelete="CASCADE"), primary_key=True)
    name = Column(String)


@mapper_registry.mapped
class Cat(Animal):
    __mapper_args__ = {"polymorphic_identity": "cat"}

    lives = Column(Integer)
