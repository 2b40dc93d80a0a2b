"""Objects that nobody here can write as SQL; they are found, named and compared all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pgtandem.kinds.census import any_of
from pgtandem.kinds.outside import regranted
from pgtandem.kinds.scope import not_of_extension, user_extension, user_schema
from pgtandem.model.record import record
from pgtandem.model.thing import Thing

if TYPE_CHECKING:
    from collections.abc import Sequence


_Branch: TypeAlias = tuple[frozenset[str], str]


def _row(
    sort: str,
    name: str,
    definition: str,
    source: str,
    *,
    if_any: frozenset[str],
    owner: str = "NULL::oid",
    privileges: str = "''",
    comment: str = "NULL",
) -> _Branch:
    return (
        if_any,
        f"""
        SELECT '{sort}' AS sort, {name} AS name, {definition} AS definition,
               coalesce(pg_get_userbyid({owner})::text, '') AS owner, {privileges} AS privileges, {comment} AS comment
        FROM {source}""",
    )


def _of(catalog: str, prefix: str, *, owned: bool, granted_as: str = "") -> dict[str, str]:
    """Return what an object of the catalog has beside its definition."""
    return {
        "owner": f"x.{prefix}owner" if owned else "NULL::oid",
        "privileges": _privileges(f"x.{prefix}acl", f"x.{prefix}owner", granted_as) if granted_as else "''",
        "comment": f"obj_description(x.oid, '{catalog}')",
    }


def _privileges(acl: str, owner: str, granted_as: str) -> str:
    given = f"aclexplode(coalesce({acl}, acldefault('{granted_as}', {owner}))) g"
    return f"""
               concat((SELECT string_agg(concat(CASE g.grantee WHEN 0 THEN 'PUBLIC' WHEN {owner} THEN 'its owner'
                                                  ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                                                CASE WHEN g.is_grantable THEN ', to hand on' END), '; '
                                         ORDER BY g.grantee <> 0, pg_get_userbyid(g.grantee), g.is_grantable)
                       FROM {given}))"""


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
    owned: bool = True,
    granted_as: str = "",
) -> _Branch:
    return _row(
        sort,
        name or f"format('%I.%I', n.nspname, x.{prefix}name)",
        definition,
        f"""{catalog} x JOIN pg_namespace n ON n.oid = x.{prefix}namespace {join}
        WHERE {user_schema("n.nspname")} AND {not_of_extension(catalog, "x.oid")}{where}""",
        if_any=if_any or any_of(catalog),
        **_of(catalog, prefix, owned=owned, granted_as=granted_as),
    )


def _global(sort: str, catalog: str, prefix: str, definition: str, *, granted_as: str) -> _Branch:
    return _row(
        sort,
        f"quote_ident(x.{prefix}name)",
        definition,
        f"{catalog} x WHERE {not_of_extension(catalog, 'x.oid')}",
        if_any=any_of(catalog),
        **_of(catalog, prefix, owned=True, granted_as=granted_as),
    )


def _list(*parts: str) -> str:
    return f"concat_ws(', ', {', '.join(parts)})"


_OF_FAMILY = """
               concat((SELECT string_agg(concat(o.amopstrategy, ' ', o.amopopr::regoperator, ' for ' || s.opfname), ', '
                                         ORDER BY o.amopstrategy, o.amopopr::regoperator::text)
                       FROM pg_amop o LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily
                       WHERE o.amopfamily = x.oid),
                      (SELECT string_agg(format(', %s %s', f.amprocnum, f.amproc::regprocedure), ''
                                         ORDER BY f.amprocnum, f.amproc::regprocedure::text)
                       FROM pg_amproc f WHERE f.amprocfamily = x.oid))"""
_OF_CONFIGURATION = """
               concat(r.prsname, (SELECT string_agg(format(', %s %s', m.maptokentype, m.mapdict::regdictionary), ''
                                                    ORDER BY m.maptokentype, m.mapseqno)
                                  FROM pg_ts_config_map m WHERE m.mapcfg = x.oid))"""

_AT_FIRST = "acldefault('T', x.typowner)"

# What was granted on an object of an extension is held against what the extension itself granted.
_OF_EXTENSIONS = f"""pg_extension x
        JOIN pg_depend e ON e.refclassid = 'pg_extension'::regclass AND e.refobjid = x.oid AND e.deptype = 'e'
        JOIN {regranted(">= 16384")} o ON o.catalog = e.classid AND o.oid = e.objid
        WHERE {user_extension("x.extname")}"""


@record
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
    owner: str = ""
    privileges: str = ""
    comment: str | None = None

    BRANCHES: ClassVar = (
        _in_schema(
            "base type",
            "pg_type",
            "typ",
            _list(
                "x.typinput::regproc",
                "x.typoutput::regproc",
                "x.typlen",
                "x.typalign",
                "x.typstorage",
                *(
                    f"'{word} ' || nullif(x.{field}, 0)::regproc"
                    for word, field in (
                        ("receive", "typreceive"),
                        ("send", "typsend"),
                        ("typmod in", "typmodin"),
                        ("typmod out", "typmodout"),
                        ("analyze", "typanalyze"),
                        ("subscript", "typsubscript"),
                    )
                ),
                "CASE WHEN x.typbyval THEN 'by value' END",
                "concat('category ', x.typcategory)",
                "CASE WHEN x.typispreferred THEN 'preferred' END",
                "concat('delimiter ', x.typdelim)",
                "CASE WHEN x.typcollation <> 0 THEN 'collatable' END",
                "'element ' || format_type(nullif(x.typelem, 0), NULL)",
                "'default ' || quote_literal(x.typdefault)",
            ),
            granted_as="T",
            where=" AND x.typtype IN ('b', 'p')"
            " AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = x.oid)",
            if_any=any_of("pg_type", "b", "p"),
        ),
        # The row type of a table, an array and a multirange come without a statement, but may be named by some.
        _in_schema(
            "type that goes with another",
            "pg_type",
            "typ",
            "''",
            granted_as="T",
            owned=False,
            join="LEFT JOIN pg_class c ON c.oid = x.typrelid",
            where=f""" AND (c.relkind <> 'c' OR x.typtype = 'm' OR x.typtype = 'b' AND x.typarray = 0)
          AND (x.typrelid = 0 OR {not_of_extension("pg_class", "x.typrelid")})
          AND (obj_description(x.oid, 'pg_type') IS NOT NULL
               OR x.typtype = 'c' AND NOT (x.typacl @> {_AT_FIRST} AND {_AT_FIRST} @> x.typacl))""",
            if_any=any_of("pg_type", "c") | any_of("pg_description", "pg_type"),
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
            owned=False,
        ),
        _in_schema(
            "text search template",
            "pg_ts_template",
            "tmpl",
            _list("nullif(x.tmplinit, 0)::regproc", "x.tmpllexize"),
            owned=False,
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
            granted_as="F",
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
            granted_as="l",
        ),
        _row(
            "privileges on",
            "concat(pg_describe_object(o.catalog, o.oid, o.part), ' of extension ', quote_ident(x.extname))",
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
            _list(
                "array_to_string(x.subpublications, ' and ')",
                "'slot ' || quote_ident(x.subslotname)",
                "'synchronous_commit ' || x.subsynccommit",
                "CASE WHEN x.subenabled THEN 'enabled' END",
                "CASE WHEN x.subbinary THEN 'binary' END",
                "CASE WHEN x.subdisableonerr THEN 'disabled on an error' END",
                "'two_phase ' || (x.subtwophasestate <> 'd')",
                # It is a boolean before PostgreSQL 16.
                "'streaming ' || replace(replace(x.substream::text, 'false', 'f'), 'true', 't')",
            ),
            "pg_subscription x WHERE x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
            if_any=any_of("pg_subscription"),
            owner="x.subowner",
            comment="obj_description(x.oid, 'pg_subscription')",
        ),
        _row(
            "security label",
            "format('of %s on %s', x.provider, i.identity)",
            "concat(i.type, ': ', x.label)",
            f"""pg_seclabel x, pg_identify_object(x.classoid, x.objoid, x.objsubid) i
        WHERE (i.schema IS NULL OR {user_schema("i.schema")})
          AND NOT EXISTS (SELECT FROM pg_depend e
                          WHERE e.classid = x.classoid AND e.objid = x.objoid AND e.deptype = 'e')""",
            if_any=any_of("pg_seclabel"),
        ),
        # https://www.postgresql.org/docs/current/catalog-pg-depend.html: deptype `x`.
        _row(
            "dependence on an extension",
            "format('of %s %s on %I', i.type, i.identity, x.extname)",
            "''",
            f"""pg_extension x
        JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND d.deptype = 'x',
        pg_identify_object(d.classid, d.objid, d.objsubid) i
        WHERE i.schema IS NULL OR {user_schema("i.schema")}""",
            if_any=any_of("pg_depend"),
        ),
        _row(
            "partition that is being detached",
            "format('%I.%I', n.nspname, c.relname)",
            "x.inhparent::regclass::text",
            f"""pg_inherits x JOIN pg_class c ON c.oid = x.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE x.inhdetachpending AND {user_schema("n.nspname")}""",
            if_any=any_of("pg_inherits"),
        ),
    )
    READ: ClassVar = " UNION ALL ".join(branch for _, branch in BRANCHES)

    def create(self, parts: Sequence[Thing] = ()) -> tuple[str, ...]:
        """Return nothing: it must be brought about by other means."""
        return ()

    def drop(self) -> tuple[str, ...]:
        """Return nothing, for the same reason."""
        return ()
