import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    __tablename__ = 'orders'

    id = sa.Column(sa.Integer, primary_key=True)
    number = sa.Column(sa.String(10), nullable=False)
    note = sa.Column(sa.Text)
    paid = sa.Column(sa.Boolean, nullable=False, server_default=sa.false())
    gone = sa.Column(sa.Integer)
