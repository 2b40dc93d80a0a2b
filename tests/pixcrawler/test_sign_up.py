"""Signing up makes everything that a user has, and nothing that a client sends can keep it from happening."""

from __future__ import annotations

import json
import string
import uuid

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

EVERYTHING = """
    SELECT p.email, p.full_name, p.avatar_url, p.role, a.current_balance, t.type, t.amount, t.balance_after,
        n.email_enabled
    FROM profiles p
    JOIN credit_accounts a ON a.user_id = p.id
    JOIN credit_transactions t ON t.account_id = a.id AND t.user_id = p.id
    JOIN notification_preferences n ON n.user_id = p.id
    WHERE p.id = %s
"""


def everything(backend, user):
    (row,) = backend.execute(EVERYTHING, (user,)).fetchall()
    return row


def profile(backend, user):
    return backend.execute("SELECT email, full_name, avatar_url FROM profiles WHERE id = %s", (user,)).fetchone()


def test_the_recipe_as_typed(pixcrawler, backend):
    with pixcrawler.connected("postgres") as typed:
        typed.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'test@example.com')")
    (user,) = backend.execute("SELECT id FROM profiles").fetchone()
    assert everything(backend, user) == ("test@example.com", None, None, "user", 100, "bonus", 100, 100, True)


@pytest.mark.parametrize(
    ("metadata", "name", "picture"),
    [
        ({"full_name": "Ada", "avatar_url": "https://a"}, "Ada", "https://a"),
        ({"name": "Ada", "picture": "https://a"}, "Ada", "https://a"),
        ({"full_name": "Ada", "name": "Bob", "avatar_url": "https://a", "picture": "https://b"}, "Ada", "https://a"),
        ({"full_name": "", "name": "Bob", "avatar_url": "  ", "picture": "https://b"}, "Bob", "https://b"),
        ({"full_name": None, "name": "Bob"}, "Bob", None),
        ({"full_name": ["a"], "name": {"first": "b"}, "avatar_url": 1, "picture": True}, None, None),
        ({"full_name": "x" * 5000}, "x" * 100, None),
        ({"full_name": "é" * 101}, "é" * 100, None),
        ({"full_name": "👩‍🚀" * 100}, ("👩‍🚀" * 100)[:100], None),
        ({"avatar_url": "https://a/" + "x" * 100_000}, None, "https://a/" + "x" * 100_000),
        ({"full_name": "'); DROP TABLE profiles; --"}, "'); DROP TABLE profiles; --", None),
        ({"full_name": "\t\x01\x7f"}, "\t\x01\x7f", None),
        ({"full_name": "\\u0000"}, "\\u0000", None),
        ({"role": "admin", "current_balance": 1_000_000}, None, None),
        ({}, None, None),
        ([], None, None),
        ([{"full_name": "Ada"}], None, None),
        ("full_name", None, None),
        (42, None, None),
        (True, None, None),
        (None, None, None),
    ],
)
def test_what_the_profile_takes_from_the_metadata(pixcrawler, backend, metadata, name, picture):
    user = pixcrawler.sign_up(email="ada@example.com", raw_user_meta_data=Jsonb(metadata))
    assert everything(backend, user) == ("ada@example.com", name, picture, "user", 100, "bonus", 100, 100, True)


@pytest.mark.parametrize(
    "columns",
    [
        {"phone": "15550001"},
        {"is_anonymous": True},
        {"email": "", "is_sso_user": True},
        {"email": None, "raw_user_meta_data": None, "raw_app_meta_data": None},
    ],
)
def test_a_user_without_email_gets_everything_too(pixcrawler, backend, columns):
    users = [pixcrawler.sign_up(**columns | {"phone": f"1555000{n}"}) for n in range(2)]
    for user in users:
        assert everything(backend, user)[0] is None


def test_an_email_of_the_full_length_is_kept(pixcrawler, backend):
    address = "a" * 243 + "@example.com"
    assert everything(backend, pixcrawler.sign_up(email=address))[0] == address


def test_an_address_that_is_longer_than_profiles_take_is_left_out(pixcrawler, backend):
    with pixcrawler.connected("postgres") as owner:
        user = pixcrawler.sign_up()
        owner.execute("DELETE FROM profiles WHERE id = %s", (user,))
        assert owner.execute("SELECT provision_user(%s, repeat('a', 256), NULL)", (user,)).fetchone() == (True,)
    assert everything(backend, user)[0] is None


def test_single_sign_on_users_may_share_an_address(pixcrawler, backend):
    first = pixcrawler.sign_up(email="ada@example.com", is_sso_user=True)
    second = pixcrawler.sign_up(email="ada@example.com", is_sso_user=True)
    assert [everything(backend, user)[0] for user in (first, second)] == ["ada@example.com", None]


def test_two_who_sign_up_with_one_address_at_once(pixcrawler, backend):
    users = [uuid.uuid4(), uuid.uuid4()]
    statement = "INSERT INTO auth.users (id, email, is_sso_user) VALUES (%s, 'ada@example.com', true)"
    with pixcrawler.connected("supabase_auth_admin") as one, pixcrawler.connected("supabase_auth_admin") as other:
        with one.transaction():
            one.execute(statement, (users[0],))
            # The other waits for the first to be done, and gives up long before a client would.
            other.execute("SET statement_timeout = '100ms'")
            with pytest.raises(psycopg.errors.QueryCanceled):
                other.execute(statement, (users[1],))
        other.execute(statement, (users[1],))
    assert [everything(backend, user)[0] for user in users] == ["ada@example.com", None]


@pytest.mark.parametrize(
    ("broken", "lacks"),
    [
        ("profiles", {"profiles", "credit_accounts", "credit_transactions", "notification_preferences"}),
        ("credit_accounts", {"credit_accounts", "credit_transactions"}),
        ("credit_transactions", {"credit_accounts", "credit_transactions"}),
        ("notification_preferences", {"notification_preferences"}),
    ],
)
def test_what_fails_is_reported_and_undone_and_can_be_made_good(pixcrawler, backend, broken, lacks):
    warnings = []
    with pixcrawler.connected("postgres") as owner:
        owner.add_notice_handler(lambda diagnostic: warnings.append(diagnostic.message_primary))
        owner.execute(f"ALTER TABLE {broken} ADD CONSTRAINT broken CHECK (false) NOT VALID")
        owner.execute("INSERT INTO auth.users (id, email) VALUES (gen_random_uuid(), 'ada@example.com')")
        assert len(warnings) == 1
        assert "broken" in warnings[0]
        tables = ("profiles", "credit_accounts", "credit_transactions", "notification_preferences")
        counts = {table: owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
        assert counts == {table: int(table not in lacks) for table in tables}

        owner.execute(f"ALTER TABLE {broken} DROP CONSTRAINT broken")
        again = "SELECT id, provision_user(id, email, raw_user_meta_data) FROM auth.users"
        for _ in range(2):
            ((user, complete),) = owner.execute(again).fetchall()
            assert complete
    assert everything(backend, user) == ("ada@example.com", None, None, "user", 100, "bonus", 100, 100, True)


def test_a_changed_address_reaches_the_profile(pixcrawler, backend):
    user = pixcrawler.sign_up(phone="15550001")
    with pixcrawler.connected("supabase_auth_admin") as auth:
        for address in ("ada@example.com", "ada@example.org", None):
            auth.execute("UPDATE auth.users SET email = %s WHERE id = %s", (address, user))
            assert profile(backend, user)[0] == address


def test_a_changed_address_that_another_profile_bears(pixcrawler, backend):
    pixcrawler.sign_up(email="ada@example.com", is_sso_user=True)
    other = pixcrawler.sign_up(email="bob@example.com", is_sso_user=True)
    with pixcrawler.connected("supabase_auth_admin") as auth:
        auth.execute("UPDATE auth.users SET email = 'ada@example.com' WHERE id = %s", (other,))
    assert profile(backend, other)[0] is None


def test_a_deleted_user_leaves_nothing_behind(pixcrawler, backend):
    member = pixcrawler.populate("ada@example.com")
    with pixcrawler.connected("supabase_auth_admin") as auth:
        auth.execute("DELETE FROM auth.users WHERE id = %s", (member.user,))
    left = {table: backend.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in member.ids}
    assert left == dict.fromkeys(member.ids, 0)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
@pytest.mark.parametrize(
    "call", ["handle_new_user()", "handle_user_email_change()", "provision_user(gen_random_uuid(), '', '{}')"]
)
def test_api_roles_cannot_call_the_sign_up_functions(pixcrawler, role, call):
    with pixcrawler.connected(role) as visitor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        visitor.execute(f"SELECT {call}")


# PostgreSQL takes neither zero bytes nor lone surrogates in jsonb, so Supabase Auth cannot send them.
text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
keys = st.sampled_from(["full_name", "name", "avatar_url", "picture"]) | text
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text
documents = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5))
addresses = st.none() | st.text(string.ascii_lowercase + "@.'\"\\ \t;-é", max_size=255)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(metadata=documents | st.dictionaries(keys, scalars), address=addresses, phone=st.none() | st.just("15550001"))
def test_whatever_is_sent_the_user_gets_everything(shared_pixcrawler, metadata, address, phone):
    user = uuid.uuid4()
    with shared_pixcrawler.connected("postgres") as owner:
        owner.execute("BEGIN")
        owner.execute(
            "INSERT INTO auth.users (id, email, phone, raw_user_meta_data) VALUES (%s, %s, %s, %s::jsonb)",
            (user, address, phone, json.dumps(metadata)),
        )
        email, name, *_, credits_ = everything(owner, user)[:5]
        owner.execute("ROLLBACK")
    assert email == (address or None)
    assert name is None or 0 < len(name) <= 100
    assert credits_ == 100
