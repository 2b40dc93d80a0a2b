"""Reads one database in one way, in a process of its own: `python bench/readers.py WAY URL` prints what it took.

The time is that of reading alone: without starting Python, importing and connecting. That of processors is of this
process and of the server's for it; it says the same whatever else the machine does. Peak memory is the process's.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What every reader of a schema must ask at the least, as plainly as it can be asked.
_USERS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
PLAIN = (
    "SELECT oid, nspname, nspowner, nspacl FROM pg_namespace n",
    f"""SELECT c.oid, n.nspname, relname, relkind, relowner, relacl, relpersistence, reloptions, relrowsecurity,
        relforcerowsecurity, relreplident, relispartition FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {_USERS}""",
    f"""SELECT attrelid, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
        attcollation, attstorage, attcompression, attacl, pg_get_expr(adbin, adrelid)
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0 AND NOT attisdropped AND {_USERS}
        ORDER BY attrelid, attnum""",
    f"""SELECT k.oid, conrelid, conname, contype, pg_get_constraintdef(k.oid) FROM pg_constraint k
        JOIN pg_namespace n ON n.oid = connamespace WHERE {_USERS}""",
    f"""SELECT indexrelid, indrelid, relname, pg_get_indexdef(indexrelid), indisunique, indisvalid, indisreplident,
        indisclustered FROM pg_index JOIN pg_class c ON c.oid = indexrelid
        JOIN pg_namespace n ON n.oid = relnamespace WHERE {_USERS}""",
    "SELECT seqrelid, seqtypid, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle FROM pg_sequence",
    f"""SELECT t.oid, n.nspname, typname, typtype, typowner, typacl, typbasetype, typnotnull, typdefault
        FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE typtype IN ('e', 'd', 'c', 'r')
        AND {_USERS}""",
    "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder",
    f"""SELECT p.oid, n.nspname, proname, pg_get_functiondef(p.oid), proowner, proacl
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE prokind <> 'a' AND {_USERS}""",
    """SELECT oid, tgrelid, tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    """SELECT oid, polrelid, polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid),
        pg_get_expr(polwithcheck, polrelid) FROM pg_policy""",
    "SELECT classoid, objoid, objsubid, description FROM pg_description WHERE objoid >= 16384",
    """SELECT classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype FROM pg_depend
        WHERE refobjid >= 16384""",
)
# What else a database can hold, which a reader that leaves nothing out must ask for too.
RARE = tuple(
    f"SELECT * FROM {catalog}"
    for catalog in (
        "pg_default_acl", "pg_event_trigger", "pg_extension", "pg_foreign_data_wrapper", "pg_foreign_server",
        "pg_foreign_table", "pg_inherits", "pg_partitioned_table", "pg_publication", "pg_publication_namespace",
        "pg_publication_rel", "pg_seclabel", "pg_statistic_ext", "pg_transform",
    )
) + tuple(
    f"SELECT * FROM {catalog} WHERE oid >= 16384"
    for catalog in (
        "pg_am", "pg_cast", "pg_collation", "pg_conversion", "pg_language", "pg_opclass", "pg_operator", "pg_opfamily",
        "pg_rewrite", "pg_ts_config", "pg_ts_dict", "pg_ts_parser", "pg_ts_template",
    )
)  # fmt: skip


def plain(url: str) -> Callable[[], int]:
    """Thirteen catalog queries in one message, as rows."""
    return _asking(url, PLAIN)


def plain_and_rare(url: str) -> Callable[[], int]:
    """The same, and one for each catalog that is empty in most databases."""
    return _asking(url, PLAIN + RARE)


def _asking(url: str, queries: Sequence[str]) -> Callable[[], int]:
    import psycopg  # noqa: PLC0415

    connection = psycopg.connect(url, autocommit=True)

    def read() -> int:
        cursor = connection.execute(";".join(queries).encode())
        count = len(cursor.fetchall())
        while cursor.nextset():
            count += len(cursor.fetchall())
        return count

    return read


def pgtandem(url: str) -> Callable[[], int]:
    """This tool: the rows made into objects, and what needs what."""
    import psycopg  # noqa: PLC0415

    from pgtandem.kinds.scope import Scope  # noqa: PLC0415
    from pgtandem.sources import live  # noqa: PLC0415

    connection = psycopg.connect(url, autocommit=True)
    return lambda: len(live.read_from(connection, scope=Scope()))


def reflect(url: str) -> Callable[[], int]:
    """SQLAlchemy's MetaData.reflect."""
    import sqlalchemy  # noqa: PLC0415

    engine = sqlalchemy.create_engine(_sqlalchemy(url))
    engine.connect().close()
    metadata = sqlalchemy.MetaData()
    return lambda: (metadata.reflect(engine), len(metadata.tables))[1]


def alembic(url: str) -> Callable[[], int]:
    """Alembic's comparison of the database with the models that are reflected from it."""
    import sqlalchemy  # noqa: PLC0415
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415
    from alembic.migration import MigrationContext  # noqa: PLC0415

    engine = sqlalchemy.create_engine(_sqlalchemy(url))
    metadata = sqlalchemy.MetaData()
    metadata.reflect(engine)
    connection = engine.connect()
    return lambda: len(compare_metadata(MigrationContext.configure(connection), metadata))


def schemainspect(url: str) -> Callable[[], int]:
    """The reader of migra."""
    import sqlalchemy  # noqa: PLC0415
    from schemainspect import get_inspector  # noqa: PLC0415

    connection = sqlalchemy.create_engine(url.replace("postgresql://", "postgresql+psycopg2://")).connect()
    return lambda: len(get_inspector(connection).tables)


def _sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


WAYS = {way.__name__: way for way in (plain, plain_and_rare, pgtandem, reflect, alembic, schemainspect)}


def server_ms(url: str) -> float:
    """The time on a processor of all other sessions of the database, of a server on this machine."""
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url) as connection:
        others = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    # https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds on a processor come first.
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for (pid,) in others) / 1e6


def main() -> None:
    """Read once and print it."""
    way, url = sys.argv[1:]
    read = WAYS[way](url)
    server = server_ms(url)
    started, on_processor = time.perf_counter(), time.process_time()
    count = read()
    took, client = time.perf_counter() - started, time.process_time() - on_processor
    cpu = client * 1000 + server_ms(url) - server
    # Not getrusage(): what it says begins with the size of the process that started this one.
    peak = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0])
    print(json.dumps({"ms": took * 1000, "cpu_ms": cpu, "peak_mb": peak / 1024, "count": count}))


if __name__ == "__main__":
    main()
