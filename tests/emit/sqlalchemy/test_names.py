from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal_column, text
from sqlalchemy.dialects import postgresql

from pgtandem.emit.mapping.naming import (
    attribute_names,
    camel,
    class_names,
    is_attribute,
    singular,
    singular_name,
)
from pgtandem.emit.sql import bare, escaped, survives_text, tokens, without_spare_brackets
from pgtandem.emit.sqlalchemy_models.source import Call, Literal, layout, string
from pgtandem.model.key import literal


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("users", "user"), ("statuses", "status"), ("addresses", "address"), ("categories", "category"),
        ("analyses", "analysis"), ("boxes", "box"), ("batches", "batch"), ("caches", "cache"),
        ("databases", "database"),
        ("houses", "house"), ("purchases", "purchase"), ("bonuses", "bonus"), ("people", "person"), ("movies", "movie"),
        ("apis", "api"), ("menus", "menu"), ("archives", "archive"), ("leaves", "leaf"), ("photos", "photo"),
        ("indices", "index"), ("aliases", "alias"), ("uses", "use"), ("causes", "cause"), ("viruses", "virus"),
        ("ties", "tie"), ("queries", "query"), ("licenses", "license"), ("lenses", "lens"), ("schemas", "schema"),
        ("news", "news"), ("status", "status"), ("series", "series"), ("analysis", "analysis"), ("address", "address"),
        ("data", "data"), ("metadata", "metadata"), ("user", "user"), ("bus", "bus"), ("gas", "gas"), ("x", "x"),
    ],
)  # fmt: skip
def test_singular(plural, one):
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("crawl_jobs", "CrawlJob"), ("activity_logs", "ActivityLog"), ("api_keys", "ApiKey"),
        ("notification_preferences", "NotificationPreference"), ("usage_metrics", "UsageMetric"),
        ("statuses", "Status"), ("addresses", "Address"), ("crawlJobs", "CrawlJob"), ("HTTPLogs", "HttpLog"),
        ("KPIs", "Kpi"), ("my table", "MyTable"), ("2fa_codes", "Table2faCode"), ("nones", "None_"), ("!", "Table"),
    ],
)  # fmt: skip
def test_class_of_a_table(table, name):
    assert camel(singular_name(table)) == name


def test_tables_that_would_share_a_class():
    tables = [("public", "foo_bars"), ("public", "foo_bar"), ("app", "foo_bar"), ("app", "fooBars"), ("app", "FooBars")]
    names = class_names(tables, ())
    assert names["public", "foo_bar"] == "FooBar"
    assert names["public", "foo_bars"] == "FooBars"
    assert names["app", "foo_bar"] == "AppFooBar"
    assert len(set(names.values())) == len(tables)
    assert class_names(reversed(tables), ()) == names


@given(st.sets(st.tuples(st.text(max_size=12), st.text(min_size=1, max_size=12)), max_size=8))
def test_every_table_has_a_class_of_its_own(tables):
    names = class_names(tables, {"Base"})
    assert len({*names.values(), "Base"}) == len(tables) + 1
    for name in names.values():
        ast.parse(f"class {name}: pass")


@given(st.sets(st.text(min_size=1, max_size=12), max_size=8))
def test_every_column_has_an_attribute_of_its_own(columns):
    names = attribute_names(sorted(columns))
    assert len(set(names.values())) == len(columns)
    for column, name in names.items():
        assert is_attribute(name)
        assert name == column or not is_attribute(column)
        assert ast.parse(f"{name} = 1").body[0].targets[0].id == name


@given(st.text(max_size=300))
def test_a_string_constant_is_the_string(value):
    assert ast.literal_eval(string(value)) == value
    assert string(value).isprintable()


@given(st.text(alphabet="ab '\"\\\n\u202e", max_size=400), st.booleans(), st.integers(0, 8))
def test_a_string_over_several_lines_is_the_string(value, named, indent):
    call = Call("f", (("name=" if named else "", Literal(value)), ("other=", "1")))
    text_of = layout(call, indent=indent)
    module = ast.parse(text_of.strip() if not indent else "if 1:\n" + text_of)
    constant = next(node for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    assert constant.value == value


@given(st.text(alphabet="a:\\'%$ -\"(", max_size=40))
def test_sql_reaches_the_server_as_it_is(value):
    sql = literal(value)
    construct = text(sql) if survives_text(sql) else literal_column(sql)
    dialect = postgresql.dialect(paramstyle="named")
    assert str(construct.compile(dialect=dialect)) == sql
    assert str(text(escaped(sql)).compile(dialect=dialect)) == sql


@given(st.lists(st.sampled_from(["'a''b'", '"q""("', "E'\\' x'", "(", ")", "x", "::", "1.5", ",", "<>", "->>"])))
def test_tokens_are_the_text(parts):
    sql = " ".join(parts)
    items = tokens(sql)
    assert [token.text for token in items] == parts
    assert all(sql[token.start : token.end] == token.text for token in items)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("lower((title)::text)", "lower(title::text)"),
        ("((a + b) * c)", "((a + b) * c)"),
        ("(a + (b * c))", "(a + b * c)"),
        ("(a - (b - c))", "(a - (b - c))"),
        ("((a - b) - c)", "(a - b - c)"),
        ("f((a || b), (c)::text)", "f(a || b, c::text)"),
        ("f((a, b), (SELECT 1))", "f((a, b), (SELECT 1))"),
        ("((a > 0) AND ((b > 0) OR (c > 0)))", "(a > 0 AND (b > 0 OR c > 0))"),
        ("((a ->> 'x('::text))::date", "(a ->> 'x('::text)::date"),
        ("(- a)", "(- a)"),
    ],
)
def test_brackets_as_pretty_printing_has_them(printed, expected):
    assert without_spare_brackets(printed) == expected


def test_brackets_around_the_whole():
    assert bare("((a = 1))") == "a = 1"
    assert bare("(a = 1) OR (b = 2)") == "(a = 1) OR (b = 2)"
    assert bare("('('::text = x)") == "'('::text = x"
