"""Explains one access: which grant and which policy allow or refuse it, and what each part of a policy says of the row.

The database is only read: in one transaction that cannot write, with time limits.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgtandem.errors import ServerError, UsageError
from pgtandem.model.key import literal, qualified, quote
from pgtandem.prove.expressions import parts
from pgtandem.scratch.connecting import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

COMMANDS = {"select": "r", "insert": "a", "update": "w", "delete": "d"}
_DEPTH = 6
_BEGIN = """
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s'; SET LOCAL search_path = ''
"""
_TABLE = """
    SELECT c.oid::bigint, n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
        ARRAY(SELECT a.attname::text FROM pg_index i, unnest(i.indkey::int[]) WITH ORDINALITY u(n, o), pg_attribute a
              WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = u.n ORDER BY u.o)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(%s)
"""
_POLICIES = """
    SELECT polname, polpermissive, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid),
        0 = ANY (polroles) OR EXISTS (SELECT FROM unnest(polroles) o WHERE pg_has_role(%(role)s, o, 'USAGE')),
        ARRAY(SELECT CASE WHEN o = 0 THEN 'public' ELSE pg_get_userbyid(o)::text END FROM unnest(polroles) o)
    FROM pg_policy WHERE polrelid = %(table)s::oid ORDER BY polpermissive DESC, polname
"""
_GRANTS = """
    SELECT CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END, g.column
    FROM (
        SELECT (aclexplode(coalesce(relacl, acldefault('r', relowner)))).*, NULL::text AS column
        FROM pg_class WHERE oid = %(table)s::oid
        UNION ALL
        SELECT (aclexplode(attacl)).*, attname::text FROM pg_attribute
        WHERE attrelid = %(table)s::oid AND attacl IS NOT NULL AND attnum > 0 AND NOT attisdropped
    ) g
    WHERE g.privilege_type = %(privilege)s
        AND (g.grantee = 0 OR pg_has_role(%(role)s, g.grantee, 'USAGE'))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who wants to do what to which row; `row` is a key's value, or `column=value` pairs with commas between them."""

    who: str
    table: str
    row: str | None = None
    command: str = "select"
    column: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer, None where it cannot be told, its reasons, one a line, and the `remedy` where it is refused."""

    allowed: bool | None
    lines: tuple[str, ...]
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    oid: int
    schema: str
    name: str
    row_security: bool
    forced: bool
    owner: str
    key: tuple[str, ...]

    @property
    def sql(self) -> str:
        return qualified(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class _Policy:
    name: str
    permissive: bool
    command: str
    using: str | None
    check: str | None
    applies: bool
    roles: Sequence[str]


def explain(url: str, question: Question) -> Explanation:
    """Return why the database at the URL allows or refuses it.

    Raises UsageError where there is no such table, row or command.
    """
    if question.command not in COMMANDS:
        raise UsageError(f"there is no command {question.command!r}; there are {', '.join(COMMANDS)}")
    with connect(url) as connection, _reading(connection):
        return _Explainer(connection, question).explain()


@contextmanager
def _reading(connection: Connection) -> Iterator[None]:
    import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

    connection.execute(_BEGIN.encode())
    try:
        yield
    except psycopg.Error as error:
        raise ServerError(f"explaining an access: {error.diag.message_primary or error}") from error
    finally:
        connection.execute("ROLLBACK")


class _Explainer:
    def __init__(self, connection: Connection, question: Question) -> None:
        self._connection, self._question = connection, question
        self._lines: list[str] = []
        self._role, self._claims = self._who()
        self._table = self._find(question.table)

    def explain(self) -> Explanation:
        who = self._claims.get("sub") or "nobody who is signed in"
        self._lines.append(f"as role {self._role}, {who}")
        remedy = self._without_grant()
        if remedy:
            return Explanation(allowed=False, lines=tuple(self._lines), remedy=remedy)
        if not self._is_filtered():
            return Explanation(allowed=True, lines=tuple(self._lines))
        row = self._row()
        return self._by_policies(row)

    def _ask(self, query: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> list[Any]:
        return self._connection.execute(query.encode(), values).fetchall()

    def _who(self) -> tuple[str, dict[str, Any]]:
        who = self._question.who
        if who in {"anon", "service_role"}:
            return self._question.role or who, {"role": who}
        claims: dict[str, Any] = {"role": "authenticated", "aud": "authenticated"}
        known = self._ask("SELECT to_regclass('auth.users') IS NOT NULL")[0][0]
        if known and self._ask("SELECT has_table_privilege('auth.users', 'SELECT')")[0][0]:
            found = self._ask(
                "SELECT id::text, email, raw_app_meta_data, raw_user_meta_data FROM auth.users"
                " WHERE id::text = %(who)s OR email = %(who)s",
                {"who": who},
            )
            if found:
                user, email, app, own = found[0]
                claims |= {"sub": user, "email": email, "app_metadata": app or {}, "user_metadata": own or {}}
            else:
                self._lines.append(f"there is no user {who} in auth.users: taken as an id")
        return self._question.role or "authenticated", {"sub": who} | claims

    def _find(self, name: str) -> _Table:
        for text in (name, f"public.{name}", qualified(*name.split(".")), f"public.{quote(name)}"):
            found = self._ask(_TABLE, (text,))
            if found:
                oid, schema, table, row_security, forced, owner, key = found[0]
                return _Table(oid, schema, table, row_security, forced, owner, tuple(key))
        raise UsageError(f"there is no table {name} in this database")

    def _without_grant(self) -> str:
        """Say which grant there is; return the one that lacks."""
        privilege, table = self._question.command.upper(), self._table
        role = literal(self._role)
        (usage,) = self._ask(f"SELECT has_schema_privilege({role}, {literal(table.schema)}, 'USAGE')")[0]
        if not usage:
            self._lines.append(f"no: {self._role} may not use schema {table.schema}")
            return f"GRANT USAGE ON SCHEMA {quote(table.schema)} TO {quote(self._role)}"
        found = self._ask(_GRANTS, {"table": table.oid, "privilege": privilege, "role": self._role})
        whole = [grantee for grantee, column in found if column is None]
        columns = {column: grantee for grantee, column in found if column is not None}
        wanted = self._question.column
        if whole:
            self._lines.append(f"yes: {privilege} on the whole of {table.sql} is granted to {', '.join(whole)}")
            return ""
        if wanted in columns or (wanted is None and columns):
            self._lines.append(f"yes: {privilege} is granted on the columns {', '.join(columns)}")
            return ""
        on = f" ({quote(wanted)})" if wanted else ""
        rest = f"; it is on {', '.join(columns)}" if columns else ""
        self._lines.append(f"no: {privilege}{on} on {table.sql} is not granted to {self._role}{rest}")
        return f"GRANT {privilege}{on} ON {table.sql} TO {quote(self._role)}"

    def _is_filtered(self) -> bool:
        table = self._table
        if not table.row_security:
            self._lines.append("row-level security is off: every row")
            return False
        query = "SELECT rolbypassrls OR rolsuper, pg_has_role(oid, %s, 'USAGE') FROM pg_roles WHERE rolname = %s"
        bypasses, owns = self._ask(query, (table.owner, self._role))[0]
        if bypasses or (owns and not table.forced):
            why = "bypasses row-level security" if bypasses else f"owns {table.sql}"
            self._lines.append(f"{self._role} {why}: every row")
            return False
        return True

    def _row(self) -> dict[str, Any] | None:
        wanted = self._question.row
        if wanted is None:
            self._count()
            return None
        where, values = self._where(wanted)
        found = self._ask(f"SELECT to_jsonb(t) FROM {self._table.sql} t WHERE {where}", values)
        if not found:
            raise UsageError(
                f"there is no row {wanted} in {self._table.sql} that this connection can see; connect as a role that "
                "row-level security does not bind"
            )
        row: dict[str, Any] = found[0][0]
        return row

    def _where(self, wanted: str) -> tuple[str, tuple[str, ...]]:
        if "=" in wanted:
            pairs = [pair.split("=", 1) for pair in wanted.split(",")]
        elif len(self._table.key) == 1:
            pairs = [[self._table.key[0], wanted]]
        else:
            key = ",".join(f"{name}=..." for name in self._table.key) or "column=..."
            raise UsageError(f"the key of {self._table.sql} is not one column; write --row {key}")
        where = " AND ".join(f"t.{quote(name)}::text = %s" for name, _ in pairs)
        return where, tuple(value for _, value in pairs)

    def _count(self) -> None:
        self._become()
        seen = self._value(f"SELECT count(*)::text FROM {self._table.sql}")
        self._connection.execute("RESET ROLE")
        everything = self._value(f"SELECT count(*)::text FROM {self._table.sql}")
        self._lines.append(f"sees {seen} of the {everything} rows that this connection sees; name one with --row")

    def _become(self) -> None:
        claims = json.dumps(self._claims)
        for name in ("request.jwt.claim", *(f"request.jwt.claim.{each}" for each in ("sub", "role", "email"))):
            self._connection.execute("SELECT set_config(%s, '', true)", (name,))
        self._connection.execute("SELECT set_config('request.jwt.claims', %s, true)", (claims,))
        self._connection.execute(f"SET LOCAL ROLE {quote(self._role)}".encode())

    def _value(self, query: str, values: Sequence[Any] | None = None) -> str:
        """Return the first value of a query as text, or what the server has against it."""
        import psycopg  # noqa: PLC0415 - importing the driver takes longer than most commands

        self._connection.execute("SAVEPOINT part")
        try:
            found = self._ask(query, values)
        except psycopg.Error as error:
            self._connection.execute("ROLLBACK TO part")
            return f"error: {error.diag.message_primary}"
        self._connection.execute("RELEASE part")
        value = found[0][0] if found else None
        return "NULL" if value is None else str(value)

    def _by_policies(self, row: dict[str, Any] | None) -> Explanation:
        command = COMMANDS[self._question.command]
        rows = self._ask(_POLICIES, {"role": self._role, "table": self._table.oid})
        policies = [_Policy(*each) for each in rows]
        for policy in policies:
            if not policy.applies and policy.command in {command, "*"}:
                self._lines.append(f"policy {policy.name} is not for {self._role} but for {', '.join(policy.roles)}")
        mine = [policy for policy in policies if policy.applies and policy.command in {command, "*"}]
        if not any(policy.permissive for policy in mine):
            self._lines.append(f"no: no permissive policy is for {self._question.command} by {self._role}")
            words = f"FOR {self._question.command.upper()} TO {quote(self._role)}"
            remedy = f"CREATE POLICY ... ON {self._table.sql} {words} ..."
            return Explanation(allowed=False, lines=tuple(self._lines), remedy=remedy)
        self._become()
        verdicts = [(policy, self._judge(policy, row)) for policy in mine]
        self._compare(row)
        reading = self._may_read(policies, row) if command in "wd" else True
        self._connection.execute("RESET ROLE")
        return self._sum_up(verdicts, row, reading=reading)

    def _compare(self, row: dict[str, Any] | None) -> None:
        """Ask the server itself whether the user sees the row."""
        if row is not None and self._question.command == "select" and self._question.row is not None:
            where, values = self._where(self._question.row)
            seen = self._value(f"SELECT count(*)::text FROM {self._table.sql} t WHERE {where}", values)
            self._lines.append(f"asked for the row, the server gives {seen} row(s)")

    def _may_read(self, policies: Sequence[_Policy], row: dict[str, Any] | None) -> bool | None:
        """Judge the policies for reading: a statement that names the row reads it."""
        self._lines.append("and to find the row, the policies for select:")
        mine = [policy for policy in policies if policy.applies and policy.command in "r*"]
        return _together([(policy, self._judge(policy, row)) for policy in mine])

    def _sum_up(
        self, verdicts: Sequence[tuple[_Policy, bool | None]], row: dict[str, Any] | None, *, reading: bool | None
    ) -> Explanation:
        if row is None:
            return Explanation(allowed=None, lines=tuple(self._lines))
        allowed = _together(verdicts)
        if reading is not True and allowed:
            allowed = reading
        remedy = "" if allowed else "the row, the user's memberships or the policy must change: see what is false above"
        return Explanation(allowed=allowed, lines=tuple(self._lines), remedy=remedy)

    def _judge(self, policy: _Policy, row: dict[str, Any] | None) -> bool | None:
        kind = "policy" if policy.permissive else "restrictive policy"
        self._lines.append(f"{kind} {policy.name}:")
        expression = policy.check if self._question.command == "insert" else policy.using
        if expression is None:
            expression = policy.using or "true"
        if row is None:
            self._lines.append(f"    {expression}")
            return None
        worth = self._part(expression, row, 1)
        if policy.check and self._question.command == "update":
            self._lines.append("    and for the row as it becomes (here: as it is):")
            worth = worth if self._part(policy.check, row, 2) == "true" else "false"
        return {"true": True, "false": False, "NULL": False}.get(worth)

    def _part(self, text: str, row: dict[str, Any], depth: int) -> str:
        """Write down what a part of a condition is worth, and its parts below it."""
        worth = self._worth(text, row)
        self._lines.append(f"{'    ' * depth}{worth:<6} {' '.join(text.split())}")
        operator, texts = parts(text)
        if operator and depth < _DEPTH:
            for each in texts:
                if operator in {"AND", "OR", "NOT"}:
                    self._part(each, row, depth + 1)
                else:
                    self._lines.append(f"{'    ' * (depth + 1)}{self._worth(each, row):<6} {each}")
        return worth

    def _worth(self, text: str, row: dict[str, Any]) -> str:
        record = f"jsonb_populate_record(NULL::{self._table.sql}, %s::jsonb)"
        query = f"SELECT ({text.replace('%', '%%')})::text FROM {record} AS {quote(self._table.name)}"
        return self._value(query, (json.dumps(row),))


def _together(verdicts: Sequence[tuple[_Policy, bool | None]]) -> bool | None:
    """Return what policies come to: one of the permissive ones, and all of the restrictive ones."""
    permissive = [verdict for policy, verdict in verdicts if policy.permissive]
    restrictive = [verdict for policy, verdict in verdicts if not policy.permissive]
    if False in restrictive or not any(verdict is not False for verdict in permissive):
        return False
    return True if True in permissive and None not in restrictive else None
