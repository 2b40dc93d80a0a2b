import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Order(Base):
    __tablename__ = 'orders'
    __table_args__ = (
        sa.UniqueConstraint("number", name="orders_number_key"),
        sa.CheckConstraint("total > (0)::numeric", name="orders_total_check"),
    )

    id = sa.Column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    number = sa.Column(sa.String(12), nullable=False)
    note = sa.Column(sa.Text, nullable=False, server_default="")
    paid = sa.Column(sa.Boolean)
    total = sa.Column(sa.Numeric(8, 2), nullable=False)
    double = sa.Column(sa.Numeric, sa.Computed("total * (2)::numeric", persisted=True))
