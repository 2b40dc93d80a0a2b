"""Ways in which the access of a schema gets weaker, written for any schema, and changes that change nothing.

Each operator gets the ground that it works on and returns SQL, or None where the schema has nothing of that sort.
"""

from __future__ import annotations

# ruff: noqa: ARG001, ARG005 - an operator is handed what it may need, and names what it needs
import dataclasses
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import psycopg
from psycopg.rows import dict_row

from pgtandem.model.key import literal, qualified, quote
from pgtandem.prove import shape as shapes
from pgtandem.prove.access import FunctionAccess
from pgtandem.prove.standing import ROW, way

if TYPE_CHECKING:
    from collections.abc import Callable

    from pgtandem.prove.access import Access

UID = "(SELECT auth.uid())"
POLICIES = """
    SELECT schemaname, tablename, policyname AS name, permissive = 'PERMISSIVE' AS permissive, cmd,
        roles::text[] AS roles, qual, with_check FROM pg_policies ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Ground:
    """One schema, standing in a database, and what is declared for it."""

    url: str
    access: Access

    @cached_property
    def policies(self):
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as connection:
            connection.execute("SET search_path = ''")
            return connection.execute(POLICIES).fetchall()

    @cached_property
    def shape(self):
        with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as connection:
            return shapes.read(
                connection, platform=frozenset({"auth", "storage", "realtime"}), roles=("anon", "authenticated")
            )

    def policy(self, table, command):
        """The permissive policy that decides about a command."""
        mine = [p for p in self.policies if (p["schemaname"], p["tablename"]) == table.name and p["permissive"]]
        return next((p for p in mine if p["cmd"] in {command, "ALL"} and "authenticated" in p["roles"]), None)

    def tables(self, *commands, owned=False, columns=False):
        """The tables of the user's own for which all those commands are declared, by a policy, for some users."""
        for table in self.access.tables.values():
            relation = self.shape.relations.get(table.name)
            if relation is None or not relation.holds_rows or relation.of_platform:
                continue
            if not all(self.policy(table, _WORD[c]) and table.rules[c] for c in commands):
                continue
            who = {name for rule in table.rules["read"] for each in rule.by for name in each.names}
            if who & {"everyone", "user"} or (owned and not self.direct(table)) or (columns and not self.spare(table)):
                continue
            yield table

    def direct(self, table):
        """The column that names the owner, if it is one of the table's own."""
        owner = table.people.get("owner")
        return owner.steps[0][1] if owner is not None and len(owner.steps) == 1 else None

    def spare(self, table):
        """A column that nobody may write, and that can be given a value."""
        relation = self.shape.relations[table.name]
        named = {name for rule in table.rules["update"] for name in rule.columns or ()}
        tied = {name for key in relation.foreign_keys for name in key.columns} | {
            n for u in relation.uniques for n in u.columns
        }
        free = [c for c in relation.columns if c.name not in named | tied and c.writable and not c.identity]
        return next((c.name for c in free if c.labels or c.category in "BNSD"), None)

    def owned(self, table):
        """What is true of one's own rows: the owner, or a member of the group."""
        if "owner" in table.people:
            return f"{way(table.people['owner'], self.shape)} = {UID}".replace(f"{ROW}.", f"{quote(table.name[1])}.")
        name, path = next(iter(table.groups.items()))
        group = self.access.groups[name]
        key = way(path, self.shape).replace(f"{ROW}.", f"{quote(table.name[1])}.")
        columns = ", ".join(f"mm.{quote(column)}" for column in group.member_key)
        return (
            f"EXISTS (SELECT FROM {qualified(*group.members)} mm WHERE ({columns}) = {key}"
            f" AND mm.{quote(group.member_user)} = {UID})"
        )


_WORD = {"read": "SELECT", "insert": "INSERT", "update": "UPDATE", "delete": "DELETE"}


def sql_name(table):
    return qualified(*table.name)


def alter(policy, *, using=None, check=None):
    on = f"{quote(policy['name'])} ON {qualified(policy['schemaname'], policy['tablename'])}"
    parts = ([f"USING ({using})"] if using else []) + ([f"WITH CHECK ({check})"] if check else [])
    return f"ALTER POLICY {on} {' '.join(parts)}"


def first(ground, *commands, **wanted):
    return next(ground.tables(*commands, **wanted), None)


def reading(change):
    """An operator that rewrites the condition for reading of a table."""

    def operator(g):
        table = first(g, "read")
        if table is None:
            return None
        policy = g.policy(table, "SELECT")
        found = change(g, table, policy["qual"])
        extra, using = found if isinstance(found, tuple) else ([], found)
        return None if using is None else [*extra, alter(policy, using=using)]

    return operator


def new_policy(table, command, *, using=None, check=None, roles="authenticated", permissive=True):
    parts = ([f"USING ({using})"] if using else []) + ([f"WITH CHECK ({check})"] if check else [])
    sort = "" if permissive else "AS RESTRICTIVE "
    return (
        f"CREATE POLICY mutant_{command.lower()} ON {sql_name(table)} {sort}FOR {command} TO {roles} {' '.join(parts)}"
    )


def key_of(g, table):
    return quote(g.shape.relations[table.name].key[0])


def helper(name, returns, body, *, volatility="STABLE", arguments=""):
    return [
        f"""CREATE FUNCTION public.{name}({arguments}) RETURNS {returns} LANGUAGE sql {volatility} SECURITY DEFINER
        SET search_path = '' AS $mutant$ {body} $mutant$""",
        f"ALTER FUNCTION public.{name} OWNER TO postgres",
        f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC, anon",
        f"GRANT EXECUTE ON FUNCTION public.{name} TO authenticated",
    ]


def declared_helper(name):
    """Let the helper of a mutant be declared, so that it is not its being there that is noticed."""
    return f"-- declare {name}"


OPERATORS: dict[str, Callable[[Ground], list[str] | None]] = {}


def operator(name):
    def register(function):
        OPERATORS[name] = function
        return function

    return register


def simple(name, function):
    OPERATORS[name] = function


# Reading
simple("row-level security is off", lambda g: [f"ALTER TABLE {sql_name(first(g, 'read'))} DISABLE ROW LEVEL SECURITY"])
simple("reading is open", reading(lambda g, t, q: "true"))
simple("an OR that is always true", reading(lambda g, t, q: f"({q}) OR {key_of(g, t)} IS NOT NULL"))
simple("an OR for nobody", reading(lambda g, t, q: f"auth.uid() IS NULL OR ({q})"))
simple("a condition turned round", reading(lambda g, t, q: f"NOT ({q})"))
simple("AND became OR", reading(lambda g, t, q: f"({q}) OR ({key_of(g, t)} IS NOT NULL AND auth.uid() IS NOT NULL)"))
simple("who may be anybody signed in", reading(lambda g, t, q: f"({q}) OR auth.role() = 'authenticated'"))
simple(
    "user metadata is believed",
    reading(lambda g, t, q: f"({q}) OR (auth.jwt() -> 'user_metadata' ->> 'role') = 'admin'"),
)
simple(
    "a header is believed",
    reading(lambda g, t, q: f"({q}) OR (current_setting('request.headers', true)::json ->> 'x-role') = 'admin'"),
)
simple(
    "nothing is distinct from nobody",
    reading(
        lambda g, t, q: (
            f"({q}) OR nullif({key_of(g, t)}::text, {key_of(g, t)}::text) IS NOT DISTINCT FROM auth.jwt() ->> 'sub'"
        )
    ),
)


@operator("the correlation is lost")
def _lost(g):
    table = first(g, "read")
    if table is None:
        return None
    other = dataclasses.replace(table)
    inner = g.owned(other).replace(f"{quote(table.name[1])}.", "u.")
    policy = g.policy(table, "SELECT")
    return [
        *helper("anything_of_mine", "boolean", f"SELECT EXISTS (SELECT FROM {sql_name(table)} u WHERE {inner})"),
        declared_helper("anything_of_mine()"),
        alter(policy, using="public.anything_of_mine()"),
    ]


@operator("a name is captured")
def _captured(g):
    table = first(g, "read")
    key = key_of(g, table)
    body = f"SELECT EXISTS (SELECT FROM {sql_name(table)} u WHERE u.{key} = u.{key} AND auth.uid() IS NOT NULL)"
    return [
        *helper("captured", "boolean", body),
        declared_helper("captured()"),
        alter(g.policy(table, "SELECT"), using="public.captured()"),
    ]


@operator("a helper lost its filter")
def _unfiltered(g):
    table = first(g, "read")
    column = g.shape.relations[table.name].column(g.shape.relations[table.name].key[0])
    key = quote(column.name)
    return [
        *helper("my_keys", f"SETOF {column.type}", f"SELECT {key} FROM {sql_name(table)}"),
        declared_helper("my_keys()"),
        alter(g.policy(table, "SELECT"), using=f"{key} IN (SELECT public.my_keys())"),
    ]


@operator("a helper lost its test of the role")
def _roleless(g):
    table = first(g, "read")
    policy = g.policy(table, "SELECT")
    body = "SELECT EXISTS (SELECT FROM auth.users WHERE id = auth.uid())"
    return [
        "GRANT SELECT ON auth.users TO postgres",
        *helper("any_staff", "boolean", body),
        declared_helper("any_staff()"),
        alter(policy, using=f"({policy['qual']}) OR public.any_staff()"),
    ]


@operator("a helper believes its argument")
def _argument(g):
    table = first(g, "read")
    policy = g.policy(table, "SELECT")
    body = "SELECT coalesce(who, auth.uid()) IS NOT NULL"
    return [
        *helper("acts_for", "boolean", body, arguments="who uuid"),
        declared_helper("acts_for(uuid)"),
        alter(policy, using=f"({policy['qual']}) OR public.acts_for(auth.uid())"),
    ]


@operator("a session-reading helper is immutable")
def _immutable(g):
    table = first(g, "read", owned=True)
    if table is None:
        return None
    return [
        *helper("who_am_i", "uuid", "SELECT auth.uid()", volatility="IMMUTABLE").__iter__(),
        declared_helper("who_am_i()"),
        alter(g.policy(table, "SELECT"), using=f"{quote(g.direct(table))} = public.who_am_i()"),
    ]


@operator("a restriction is permissive")
def _permissive(g):
    table = first(g, "read")
    return [new_policy(table, "SELECT", using=f"{key_of(g, table)} IS NOT NULL")]


@operator("a policy is for everybody")
def _public(g):
    table = first(g, "read")
    return [f"GRANT SELECT ON {sql_name(table)} TO anon", new_policy(table, "SELECT", using="true", roles="anon")]


@operator("rows without owner are anybody's")
def _ownerless(g):
    for table in g.tables("read", owned=True):
        column = g.direct(table)
        relation = g.shape.relations[table.name]
        if any(column in unique.columns and unique.primary for unique in relation.uniques):
            continue
        policy = g.policy(table, "SELECT")
        return [
            f"ALTER TABLE {sql_name(table)} ALTER COLUMN {quote(column)} DROP NOT NULL",
            alter(policy, using=f"({policy['qual']}) OR {quote(column)} IS NULL"),
        ]
    return None


@operator("another column is taken for the owner")
def _swapped(g):
    table = first(g, "read")
    return [
        f"ALTER TABLE {sql_name(table)} ADD COLUMN invited_by uuid REFERENCES auth.users (id)",
        alter(g.policy(table, "SELECT"), using=f"invited_by = {UID}"),
    ]


@operator("deleted rows are shown")
def _undeleted(g):
    for table in g.access.tables.values():
        relation = g.shape.relations.get(table.name)
        policy = g.policy(table, "SELECT")
        person = relation is not None and g.direct(table) in relation.key
        if (
            table.conditions
            and relation
            and relation.kind == "r"
            and policy
            and not relation.of_platform
            and not person
        ):
            who = f"{g.owned(table)}" if table.people or table.groups else "true"
            return [alter(policy, using=f"({policy['qual']}) OR ({who})")]
    return None


# Writing
def writing(command, change, *, grants=True):
    def mutate(g):
        for table in g.tables(command, owned=True):
            if g.direct(table) in g.shape.relations[table.name].key:
                continue  # there is one such row for each user, and nobody can have another's
            column = quote(g.direct(table))
            policy = g.policy(table, _WORD[command])
            grant = [f"GRANT {_WORD[command]} ({column}) ON {sql_name(table)} TO authenticated"] if grants else []
            return [*grant, *change(g, table, policy, column)]
        return None

    return mutate


simple("an update gives rows away", writing("update", lambda g, t, p, c: [alter(p, using=p["qual"], check="true")]))
simple("an update takes rows", writing("update", lambda g, t, p, c: [alter(p, using="true", check=f"{c} = {UID}")]))
simple("an insert is for anybody", writing("insert", lambda g, t, p, c: [alter(p, check="true")]))
simple(
    "an insert does not ask for the tenant",
    writing("insert", lambda g, t, p, c: [alter(p, check="auth.uid() IS NOT NULL")]),
)


@operator("a delete is open")
def _delete(g):
    for table in g.tables("delete"):
        policy = g.policy(table, "DELETE")
        found = [alter(policy, using="true")]
        return found if policy["cmd"] == "DELETE" else [new_policy(table, "DELETE", using="true")]
    return None


@operator("a column is granted")
def _column(g):
    table = first(g, "update", columns=True)
    return table and [f"GRANT UPDATE ({quote(g.spare(table))}) ON {sql_name(table)} TO authenticated"]


@operator("a column is revoked from a table that is granted")
def _ineffective(g):
    table = first(g, "update", columns=True)
    return table and [
        f"GRANT UPDATE ON {sql_name(table)} TO authenticated",
        f"REVOKE UPDATE ({quote(g.spare(table))}) ON {sql_name(table)} FROM authenticated",
    ]


def _uninserted(g):
    return next(
        (
            t
            for t in g.access.tables.values()
            if not t.rules["insert"]
            and g.direct(t)
            and g.shape.relations[t.name].kind == "r"
            and not g.shape.relations[t.name].of_platform
        ),
        None,
    )


@operator("one makes oneself a member")
def _self_insert(g):
    table = _uninserted(g)
    return table and [
        f"GRANT INSERT ON {sql_name(table)} TO authenticated",
        new_policy(table, "INSERT", check=g.owned(table)),
    ]


@operator("one promotes oneself")
def _promote(g):
    table = next(
        (
            t
            for t in g.access.tables.values()
            if g.direct(t)
            and g.shape.relations[t.name].kind == "r"
            and g.spare(t)
            and not g.shape.relations[t.name].of_platform
        ),
        None,
    )
    return table and [
        f"GRANT UPDATE ON {sql_name(table)} TO authenticated",
        new_policy(table, "UPDATE", using=g.owned(table), check=g.owned(table)),
    ]


@operator("a profile is deleted and made anew")
def _anew(g):
    table = _uninserted(g)
    return table and [
        f"GRANT INSERT, DELETE ON {sql_name(table)} TO authenticated",
        new_policy(table, "ALL", using=g.owned(table)),
    ]


@operator("reading became everything")
def _all(g):
    table = first(g, "read")
    policy = g.policy(table, "SELECT")
    return [f"GRANT ALL ON {sql_name(table)} TO authenticated", new_policy(table, "ALL", using=policy["qual"])]


@operator("a policy is dropped")
def _dropped(g):
    table = first(g, "read")
    policy = g.policy(table, "SELECT")
    return [f"DROP POLICY {quote(policy['name'])} ON {sql_name(table)}"]


@operator("a default owner may be given by the client")
def _given(g):
    table = first(g, "insert", owned=True)
    if table is None:
        return None
    column = quote(g.direct(table))
    return [
        f"ALTER TABLE {sql_name(table)} ALTER COLUMN {column} SET DEFAULT auth.uid()",
        f"GRANT INSERT ({column}) ON {sql_name(table)} TO authenticated",
        alter(g.policy(table, "INSERT"), check=f"{column} IS NOT NULL"),
    ]


@operator("a delete takes along what may not be deleted")
def _cascade(g):
    parent = first(g, "delete")
    child = next(
        (
            t
            for t in g.access.tables.values()
            if not t.rules["delete"]
            and parent
            and t.name != parent.name
            and g.shape.relations[t.name].kind == "r"
            and parent.name not in t.goes_with
            and not g.shape.relations[t.name].of_platform
        ),
        None,
    )
    if parent is None or child is None:
        return None
    target = g.shape.relations[parent.name]
    if len(target.key) != 1:
        return None
    column = target.column(target.key[0])
    reference = f"{column.type} REFERENCES {sql_name(parent)} ON DELETE CASCADE"
    return [f"ALTER TABLE {sql_name(child)} ADD COLUMN of_parent {reference}"]


@operator("a delete takes along what only lost a reference")
def _taken(g):
    for table in g.access.tables.values():
        for key in g.shape.relations[table.name].foreign_keys:
            if key.target in table.outlives and key.action in {"n", "d"}:
                ours, theirs = (", ".join(map(quote, names)) for names in (key.columns, key.target_columns))
                reference = f"FOREIGN KEY ({ours}) REFERENCES {qualified(*key.target)} ({theirs}) ON DELETE CASCADE"
                name = quote(key.name)
                return [f"ALTER TABLE {sql_name(table)} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {reference}"]
    return None


@operator("a key is unique across tenants")
def _unique(g):
    for table in g.tables("insert"):
        relation = g.shape.relations[table.name]
        named = {name for rule in table.rules["insert"] for name in rule.columns or ()}
        column = next((c for c in relation.columns if c.name in named and c.category == "S" and not c.labels), None)
        checked = {name for columns, _ in relation.checks for name in columns}
        if column is not None and column.name not in checked and relation.kind == "r":
            return [f"CREATE UNIQUE INDEX mutant_key ON {sql_name(table)} ({quote(column.name)})"]
    return None


# Beside tables
@operator("a view of its owner's")
def _view(g):
    table = first(g, "read")
    return [
        f"CREATE VIEW public.mutant AS SELECT * FROM {sql_name(table)}",
        "ALTER VIEW public.mutant OWNER TO postgres",
        "REVOKE ALL ON public.mutant FROM anon",
        "GRANT SELECT ON public.mutant TO authenticated",
    ]


@operator("a declared view lost security_invoker")
def _invoker(g):
    views = [r for r in g.shape.relations.values() if r.kind == "v"]
    return [f"ALTER VIEW {r.sql} SET (security_invoker = false)" for r in views] or None


@operator("a materialized view")
def _materialized(g):
    table = first(g, "read")
    return [
        f"CREATE MATERIALIZED VIEW public.mutant AS SELECT * FROM {sql_name(table)}",
        "GRANT SELECT ON public.mutant TO authenticated",
    ]


@operator("a child table is open")
def _child(g):
    table = next(t for t in g.tables("read") if g.shape.relations[t.name].kind == "r")
    return [
        f"CREATE TABLE public.mutant () INHERITS ({sql_name(table)})",
        "GRANT SELECT ON public.mutant TO authenticated",
    ]


@operator("a view that a trigger writes through")
def _instead(g):
    table = first(g, "read")
    return [
        f"CREATE VIEW public.mutant WITH (security_invoker) AS SELECT * FROM {sql_name(table)}",
        "GRANT SELECT, DELETE ON public.mutant TO authenticated",
        f"""CREATE FUNCTION public.mutant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            $$ BEGIN DELETE FROM {sql_name(table)}; RETURN old; END $$""",
        "CREATE TRIGGER mutant INSTEAD OF DELETE ON public.mutant FOR EACH ROW EXECUTE FUNCTION public.mutant()",
    ]


@operator("a function shows any row")
def _by_id(g):
    table = first(g, "read")
    column = g.shape.relations[table.name].column(g.shape.relations[table.name].key[0])
    body = f"SELECT * FROM {sql_name(table)} t WHERE t.{quote(column.name)} = which"
    return [
        *helper("one_row", f"SETOF {sql_name(table)}", body, arguments=f"which {column.type}"),
        declared_helper(f"one_row({column.type})"),
    ]


@operator("a function shows any user's rows")
def _by_user(g):
    table = first(g, "read")
    inner = g.owned(table).replace(UID, "which").replace(f"{quote(table.name[1])}.", "t.")
    return [
        *helper(
            "rows_of",
            f"SETOF {sql_name(table)}",
            f"SELECT * FROM {sql_name(table)} t WHERE {inner}",
            arguments="which uuid",
        ),
        declared_helper("rows_of(uuid)"),
    ]


@operator("a function writes a protected column")
def _by_function(g):
    table = first(g, "update", columns=True)
    if table is None:
        return None
    column = g.shape.relations[table.name].column(g.spare(table))
    value = literal(column.labels[-1]) if column.labels else {"B": "true", "N": "7"}.get(column.category, "what")
    body = f"UPDATE {sql_name(table)} SET {quote(column.name)} = {value}::text::{column.type}; SELECT 1"
    made = helper("set_it", "int", body, volatility="VOLATILE", arguments="what text")
    return [*made, declared_helper("set_it(text)")]


@operator("an invoker's function became its owner's")
def _definer(g):
    table = first(g, "read")
    body = f"SELECT to_jsonb(t)::text FROM {sql_name(table)} t"
    return [*helper("listed", "SETOF text", body), declared_helper("listed()")]


@operator("a function sets what it is told")
def _settings(g):
    return [
        *helper(
            "set_it",
            "text",
            "SELECT set_config(name, value, true)",
            volatility="VOLATILE",
            arguments="name text, value text",
        )[:1],
        "ALTER FUNCTION public.set_it SECURITY INVOKER",
        "GRANT EXECUTE ON FUNCTION public.set_it TO authenticated",
        "REVOKE EXECUTE ON FUNCTION public.set_it FROM PUBLIC, anon",
        declared_helper("set_it(text, text)"),
    ]


@operator("a trigger copies rows to where all read")
def _copies(g):
    table = first(g, "update")
    return table and [
        "CREATE TABLE public.mutant (content text)",
        "GRANT SELECT ON public.mutant TO authenticated",
        """CREATE FUNCTION public.mutant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
            $$ BEGIN INSERT INTO public.mutant VALUES (to_jsonb(new)::text); RETURN new; END $$""",
        f"CREATE TRIGGER mutant AFTER INSERT ON {sql_name(table)} FOR EACH ROW EXECUTE FUNCTION public.mutant()",
    ]


# The catalog
simple("TRUNCATE is granted", lambda g: [f"GRANT TRUNCATE ON {sql_name(first(g, 'read'))} TO authenticated"])
simple(
    "a table that nobody declared",
    lambda g: ["CREATE TABLE public.mutant (secret text)", "GRANT SELECT ON public.mutant TO anon"],
)
simple("a client is a member of another role", lambda g: ["GRANT service_role TO authenticated"])
simple("a client owns a table", lambda g: [f"ALTER TABLE {sql_name(first(g, 'read'))} OWNER TO authenticated"])
simple(
    "new tables are open",
    lambda g: ["ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO anon"],
)
simple(
    "new functions are open",
    lambda g: ["ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT EXECUTE ON FUNCTIONS TO PUBLIC"],
)
simple(
    "changes are streamed",
    lambda g: [
        f"ALTER PUBLICATION supabase_realtime ADD TABLE {sql_name(next(t for t in g.tables('read') if not t.realtime))}"
    ],
)
simple("clients create in the schema", lambda g: ["GRANT CREATE ON SCHEMA public TO authenticated"])
simple(
    "storage asks for the bucket only",
    lambda g: [
        "INSERT INTO storage.buckets (id, name) VALUES ('avatars', 'avatars') ON CONFLICT DO NOTHING",
        "CREATE POLICY mutant ON storage.objects FOR SELECT TO authenticated USING (bucket_id IS NOT NULL)",
    ],
)


@operator("a sequence may be set")
def _sequence(g):
    return (
        [f"GRANT UPDATE ON SEQUENCE {qualified(*g.shape.sequences[0].name)} TO authenticated"]
        if g.shape.sequences
        else None
    )


@operator("a partial column list became the whole table")
def _whole(g):
    for table in g.tables("insert"):
        named = [rule.columns for rule in table.rules["insert"]]
        writable = {column.name for column in g.shape.relations[table.name].columns if column.writable}
        if None not in named and writable - {name for columns in named for name in columns}:
            return [f"GRANT INSERT ON {sql_name(table)} TO authenticated"]
    return None


@operator("the trigger privilege is granted")
def _trigger(g):
    return [f"GRANT TRIGGER ON {sql_name(first(g, 'read'))} TO authenticated"]


@operator("a level of the group is forgotten")
def _levels(g):
    for table in g.tables("update"):
        if table.groups and "owner" not in table.people:
            policy = g.policy(table, "UPDATE")
            return [alter(policy, using=f"({policy['qual']}) OR {g.owned(table)}")]
    return None


@operator("any tenant's member is a member")
def _any_tenant(g):
    for table in g.tables("read"):
        if table.groups:
            group = g.access.groups[next(iter(table.groups))]
            body = (
                f"SELECT EXISTS (SELECT FROM {qualified(*group.members)} WHERE {quote(group.member_user)} = auth.uid())"
            )
            return [
                *helper("belongs", "boolean", body),
                declared_helper("belongs()"),
                alter(g.policy(table, "SELECT"), using="public.belongs()"),
            ]
    return None


# What changes nothing
HARMLESS: dict[str, Callable[[Ground], list[str] | None]] = {
    "a condition twice": reading(lambda g, t, q: f"({q}) AND ({q})"),
    "a condition that always holds": reading(lambda g, t, q: f"({q}) AND true"),
    "an OR that never holds": reading(lambda g, t, q: f"({q}) OR false"),
    "a double negation": reading(lambda g, t, q: f"NOT (NOT ({q}))"),
    "a restriction that all meet": lambda g: [
        new_policy(first(g, "read"), "SELECT", using="auth.uid() IS NOT NULL", permissive=False)
    ],
    "row-level security is forced": lambda g: [f"ALTER TABLE {sql_name(first(g, 'read'))} FORCE ROW LEVEL SECURITY"],
    "an index": lambda g: [f"CREATE INDEX ON {sql_name(first(g, 'read'))} ({key_of(g, first(g, 'read'))})"],
    "a check said twice": lambda g: [
        f"ALTER TABLE {sql_name(first(g, 'read'))} ADD CHECK ({key_of(g, first(g, 'read'))} IS NOT NULL)"
    ],
}


def declared_too(access: Access, statements: list[str]) -> Access:
    """The declaration with the helpers that a mutant brings along."""
    named = [s.removeprefix("-- declare ") for s in statements if s.startswith("-- declare ")]
    functions = {name: FunctionAccess(signature=name, call=("user",)) for name in named}
    return dataclasses.replace(access, functions=MappingProxyType({**access.functions, **functions}))
