import pytest

from pgtandem import config
from pgtandem.errors import SourceError, UsageError


def write(folder, text, name="pgtandem.toml"):
    path = folder / name
    path.write_text(text)
    return path


def test_paths_start_at_the_configuration(tmp_path):
    (tmp_path / "sql").mkdir()
    for name in ("b.sql", "a.sql"):
        (tmp_path / "sql" / name).touch()
    path = write(
        tmp_path,
        'platform = "supabase"\nschema = ["lib/schema.ts"]\nsql = ["sql/*.sql"]\nmigrations = "drizzle"\n'
        '[emit]\nproduction-sql = "out.sql"\n',
    )
    read = config.load(path)
    assert read.schema == (tmp_path / "lib/schema.ts",)
    assert read.sql == (tmp_path / "sql/a.sql", tmp_path / "sql/b.sql")
    assert read.migrations == tmp_path / "drizzle"
    assert read.emit == {"production-sql": tmp_path / "out.sql"}
    assert read.platform.name == "supabase"


def test_the_nearest_configuration_upwards_counts(tmp_path, monkeypatch):
    write(tmp_path, 'platform = "supabase"\n')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert config.load().path == tmp_path / "pgtandem.toml"


def test_a_table_of_pyproject_will_do(tmp_path, monkeypatch):
    write(tmp_path, '[tool.pgtandem]\ncasing = "snake_case"\n', "pyproject.toml")
    monkeypatch.chdir(tmp_path)
    assert config.load().casing == "snake_case"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schemas = []", "there is no key 'schemas'; there are platform, schema"),
        ("schema = 3", "schema must be a text or a list of texts"),
        ("schema = [1]", "schema must be text, and it is 1"),
        ("platform = 'heroku'", "there is no platform 'heroku'; there are supabase, none"),
        ("emit = {production-sql = 1}", "production-sql must be text"),
    ],
)
def test_what_a_configuration_cannot_say_is_named(tmp_path, text, message):
    with pytest.raises(UsageError, match=message):
        config.load(write(tmp_path, text))


def test_broken_toml_is_named_with_its_line(tmp_path):
    with pytest.raises(SourceError, match=r"pgtandem\.toml: this is not TOML: .*line 2"):
        config.load(write(tmp_path, "casing = 'x'\nplatform = = 1\n"))


def test_a_pattern_without_a_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"no file matches 'sql/\*\.sql'"):
        config.load(write(tmp_path, "sql = ['sql/*.sql']"))


def test_no_configuration_is_a_usage_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"there is no pgtandem\.toml in"):
        config.load()


def test_a_database_is_a_url_or_a_variable(monkeypatch):
    monkeypatch.setenv("SOME_URL", "postgresql://host/db")
    assert config.database_url("env:SOME_URL") == "postgresql://host/db"
    assert config.database_url("postgresql://other/db") == "postgresql://other/db"
    monkeypatch.delenv("SOME_URL")
    with pytest.raises(UsageError, match="SOME_URL"):
        config.database_url("env:SOME_URL")
