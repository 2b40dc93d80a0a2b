"""Objects that nobody here can write as SQL; they are found, named and compared all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pgtandem.kinds.census import any_of
from pgtandem.kinds.scope import not_of_extension, user_extension, user_schema
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


_Branch: TypeAlias = tuple[frozenset[str], str]


def _row(sort: str, name: str, definition: str, source: str, *, if_any: frozenset[str]) -> _Branch:
    return (
        if_any,
        f"""
        SELECT '{sort}' AS sort, {name} AS name, {definition} AS definition
        FROM {source}""",
    )


def _in_schema(
    sort: str,
    catalog: str,
    prefix: str,
    definition: str,
    *,
    name: str | None = None,
    join: str = "",
    where: str = "",
    if_any: frozenset[str] | None = None,
) -> _Branch:
    return _row(
        sort,
        name or f"format('%I.%I', n.nspname, x.{prefix}name)",
        definition,
        f"""{catalog} x JOIN pg_namespace n ON n.oid = x.{prefix}namespace {join}
        WHERE {user_schema("n.nspname")} AND {not_of_extension(catalog, "x.oid")}{where}""",
        if_any=if_any or any_of(catalog),
    )


def _global(sort: str, catalog: str, prefix: str, definition: str) -> _Branch:
    return _row(
        sort,
        f"quote_ident(x.{prefix}name)",
        definition,
        f"{catalog} x WHERE x.oid >= 16384 AND {not_of_extension(catalog, 'x.oid')}",
        if_any=any_of(catalog),
    )


def _list(*parts: str) -> str:
    return f"concat_ws(', ', {', '.join(parts)})"


_OF_FAMILY = """
               concat((SELECT string_agg(format('%s %s', o.amopstrategy, o.amopopr::regoperator), ', '
                                         ORDER BY o.amopstrategy, o.amopopr::regoperator::text)
                       FROM pg_amop o WHERE o.amopfamily = x.oid),
                      (SELECT string_agg(format(', %s %s', f.amprocnum, f.amproc::regprocedure), ''
                                         ORDER BY f.amprocnum, f.amproc::regprocedure::text)
                       FROM pg_amproc f WHERE f.amprocfamily = x.oid))"""
_OF_CONFIGURATION = """
               concat(r.prsname, (SELECT string_agg(format(', %s %s', m.maptokentype, m.mapdict::regdictionary), ''
                                                    ORDER BY m.maptokentype, m.mapseqno)
                                  FROM pg_ts_config_map m WHERE m.mapcfg = x.oid))"""

# What was granted on an object of an extension is held against what the extension itself granted
# (https://www.postgresql.org/docs/current/catalog-pg-init-privs.html).
_OF_EXTENSIONS = f"""pg_extension x
        JOIN pg_depend e ON e.refclassid = 'pg_extension'::regclass AND e.refobjid = x.oid AND e.deptype = 'e'
        JOIN (
          SELECT 'pg_proc'::regclass AS catalog, oid, proacl AS given, acldefault('f', proowner) AS usual FROM pg_proc
          UNION ALL
          SELECT 'pg_type'::regclass, oid, typacl, acldefault('T', typowner) FROM pg_type
          UNION ALL
          SELECT 'pg_namespace'::regclass, oid, nspacl, acldefault('n', nspowner) FROM pg_namespace
          UNION ALL
          SELECT 'pg_class'::regclass, oid, relacl,
                 acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)
          FROM pg_class
        ) o ON o.catalog = e.classid AND o.oid = e.objid
        LEFT JOIN pg_init_privs i ON i.classoid = e.classid AND i.objoid = e.objid AND i.objsubid = 0
        WHERE {user_extension("x.extname")}
          AND NOT (coalesce(o.given, o.usual) @> coalesce(i.initprivs, o.usual)
                   AND coalesce(i.initprivs, o.usual) @> coalesce(o.given, o.usual))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmodelled(Thing):
    """An object of one of the rarer sorts.

    `definition` says what can be compared, in words of its own; it is not SQL, and nothing is written from it.
    """

    KIND: ClassVar = "unmodelled"
    NAMESPACE: ClassVar = "unmodelled"
    IDENTITY: ClassVar = ("sort", "name")
    SECTION: ClassVar = "Not modelled"
    LABEL: ClassVar = "{sort:raw} {name:raw}"
    MODELLED: ClassVar = False

    sort: str
    name: str
    definition: str

    BRANCHES: ClassVar = (
        _in_schema(
            "base type",
            "pg_type",
            "typ",
            _list("x.typinput::regproc", "x.typoutput::regproc", "x.typlen", "x.typalign", "x.typstorage"),
            where=" AND x.typtype IN ('b', 'p')"
            " AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = x.oid)",
            if_any=any_of("pg_type", "b", "p"),
        ),
        _in_schema(
            "operator",
            "pg_operator",
            "opr",
            _list(
                "nullif(x.oprresult, 0)::regtype",
                "nullif(x.oprcode, 0)::regproc",
                "'commutator ' || nullif(x.oprcom, 0)::regoperator",
                "'negator ' || nullif(x.oprnegate, 0)::regoperator",
                "'restrict ' || nullif(x.oprrest, 0)::regproc",
                "'join ' || nullif(x.oprjoin, 0)::regproc",
                "CASE WHEN x.oprcanmerge THEN 'merges' END",
                "CASE WHEN x.oprcanhash THEN 'hashes' END",
            ),
            name="x.oid::regoperator::text",
        ),
        _in_schema(
            "operator class",
            "pg_opclass",
            "opc",
            _list(
                "x.opcintype::regtype",
                "f.opfname",
                "CASE WHEN x.opcdefault THEN 'default' END",
                "'storage ' || nullif(x.opckeytype, 0)::regtype",
            ),
            name="format('%I.%I USING %I', n.nspname, x.opcname, m.amname)",
            join="JOIN pg_am m ON m.oid = x.opcmethod JOIN pg_opfamily f ON f.oid = x.opcfamily",
        ),
        _in_schema(
            "operator family",
            "pg_opfamily",
            "opf",
            _OF_FAMILY,
            name="format('%I.%I USING %I', n.nspname, x.opfname, m.amname)",
            join="JOIN pg_am m ON m.oid = x.opfmethod",
        ),
        _in_schema(
            "conversion",
            "pg_conversion",
            "con",
            _list(
                "pg_encoding_to_char(x.conforencoding)",
                "pg_encoding_to_char(x.contoencoding)",
                "x.conproc::regproc",
                "CASE WHEN x.condefault THEN 'default' END",
            ),
        ),
        _in_schema(
            "text search configuration",
            "pg_ts_config",
            "cfg",
            _OF_CONFIGURATION,
            join="JOIN pg_ts_parser r ON r.oid = x.cfgparser",
        ),
        _in_schema(
            "text search dictionary",
            "pg_ts_dict",
            "dict",
            _list("t.tmplname", "x.dictinitoption"),
            join="JOIN pg_ts_template t ON t.oid = x.dicttemplate",
        ),
        _in_schema(
            "text search parser",
            "pg_ts_parser",
            "prs",
            _list("x.prsstart", "x.prstoken", "x.prsend", "x.prslextype", "nullif(x.prsheadline, 0)::regproc"),
        ),
        _in_schema(
            "text search template",
            "pg_ts_template",
            "tmpl",
            _list("nullif(x.tmplinit, 0)::regproc", "x.tmpllexize"),
        ),
        _global(
            "foreign data wrapper",
            "pg_foreign_data_wrapper",
            "fdw",
            _list(
                "nullif(x.fdwhandler, 0)::regproc",
                "nullif(x.fdwvalidator, 0)::regproc",
                "array_to_string(x.fdwoptions, ', ')",
            ),
        ),
        _global(
            "language",
            "pg_language",
            "lan",
            _list(
                "nullif(x.lanplcallfoid, 0)::regproc",
                "nullif(x.laninline, 0)::regproc",
                "nullif(x.lanvalidator, 0)::regproc",
                "CASE WHEN x.lanpltrusted THEN 'trusted' END",
            ),
        ),
        _row(
            "privileges on",
            "concat(pg_describe_object(o.catalog, o.oid, 0), ' of extension ', quote_ident(x.extname))",
            "''",
            _OF_EXTENSIONS,
            if_any=any_of("pg_extension"),
        ),
        _row(
            "user mapping",
            "format('for %s server %I', CASE m.umuser WHEN 0 THEN 'PUBLIC'"
            " ELSE quote_ident(pg_get_userbyid(m.umuser)) END, m.srvname)",
            # Its options are shown to few (https://www.postgresql.org/docs/current/view-pg-user-mappings.html).
            "''",
            "pg_user_mappings m",
            if_any=any_of("pg_foreign_server"),
        ),
        _row(
            "subscription",
            "quote_ident(x.subname)",
            "array_to_string(x.subpublications, ', ')",
            "pg_subscription x WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
            if_any=any_of("pg_subscription"),
        ),
    )
    READ: ClassVar = " UNION ALL ".join(branch for _, branch in BRANCHES)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return nothing: it must be brought about by other means."""
        return ()

    def drop(self) -> tuple[str, ...]:
        """Return nothing, for the same reason."""
        return ()
