"""DDL that listeners send, types of one's own, and settings that only PostgreSQL has."""

from sqlalchemy import DDL, Column, DateTime, Index, Integer, MetaData, Table, Text, event, func, text, types


class Money(types.TypeDecorator):
    impl = types.Numeric(12, 2)
    cache_ok = True


class Point(types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_):
        return "point"


metadata = MetaData()
event.listen(metadata, "before_create", DDL("CREATE SCHEMA IF NOT EXISTS audit"))
event.listen(
    metadata,
    "before_create",
    DDL("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at = now(); RETURN NEW; END $$"),
)

log = Table(
    "log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), server_default=func.now()),
    Column("price", Money),
    Column("place", Point),
    Column("line", Text, server_default="it's 100%: \"yes\""),
    Index("lines", text("line varchar_pattern_ops DESC"), postgresql_concurrently=False),
    Index("places", "place", postgresql_using="gist"),
    schema="audit",
    prefixes=["UNLOGGED"],
)
event.listen(log, "after_create", DDL(
    "CREATE TRIGGER touch BEFORE UPDATE ON %(fullname)s FOR EACH ROW EXECUTE FUNCTION touch()"
).execute_if(dialect="postgresql"))
event.listen(log, "after_create", DDL("CREATE TABLE nothing ()").execute_if(dialect="mysql"))


@event.listens_for(log, "after_create")
def more(target, connection, **_):
    found = connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'nothing'")).scalar()
    if not found:
        connection.execute(text("ALTER TABLE audit.log SET (fillfactor = 80)"))
        connection.exec_driver_sql("COMMENT ON INDEX audit.lines IS 'by line: 100%%'")
