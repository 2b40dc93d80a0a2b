"""A plan between two sources, with its trial: what stops it, what is renamed, and what the trial finds."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pgtandem import scratch
from pgtandem.config import load
from pgtandem.errors import UsageError
from pgtandem.kinds import Trigger
from pgtandem.model.catalog import Catalog
from pgtandem.model.key import Key
from pgtandem.plan import file, goal, plan
from pgtandem.plan.apply import apply
from pgtandem.plan.check import check
from pgtandem.plan.clone import Clone
from pgtandem.plan.plan import Segment
from pgtandem.platform import PLATFORMS
from pgtandem.project.project import Project
from pgtandem.project.workshop import Workshop
from pgtandem.sources.script import sql_files
from pgtandem.stages.planning import Planned, between

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgtandem.sources.declared import Reader

BEFORE = """
    CREATE TABLE t (id int PRIMARY KEY, a text, n int NOT NULL);
    CREATE VIEW v AS SELECT a FROM t;
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t USING (a <> '');
"""
AFTER = """
    CREATE TABLE t (id int PRIMARY KEY, b text, n bigint NOT NULL);
    CREATE VIEW v AS SELECT b AS a FROM t;
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t USING (b <> '');
"""


@pytest.fixture
def reader(server: scratch.Server) -> Iterator[Reader]:
    with Workshop(server=server.url) as shop:
        yield shop.reader(PLATFORMS["none"])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("before.sql", BEFORE), ("after.sql", AFTER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "before.sql"), str(tmp_path / "after.sql")


def rules(planned: Planned) -> set[str]:
    return {finding.rule for finding in planned.outcome.findings if finding.level == "error"}


def test_what_loses_data_has_to_be_allowed_by_name(reader: Reader, files: tuple[str, str]) -> None:
    assert rules(between(*files, reader)) == {"loses-data"}
    assert rules(between(*files, reader, allowed=["drop column public.t.b"])) == {"loses-data"}
    assert rules(between(*files, reader, allowed=["drop column public.t.a"])) == set()


def test_an_extension_that_has_tables_loses_their_rows(server: scratch.Server, tmp_path: Path) -> None:
    files = tmp_path / "before.sql", tmp_path / "after.sql"
    files[0].write_text("CREATE EXTENSION pgmq; CREATE EXTENSION hypopg WITH SCHEMA extensions;", encoding="utf-8")
    files[1].write_text("", encoding="utf-8")
    with Workshop(server=server.url) as shop:
        planned = between(*map(str, files), shop.reader(PLATFORMS["supabase"]))
    assert planned.plan.losses == ("drop extension pgmq",)


def test_a_new_sequence_belongs_to_the_owner_of_its_table(
    server: scratch.Server, reader: Reader, tmp_path: Path
) -> None:
    desired = tmp_path / "desired.sql"
    desired.write_text("CREATE TABLE t (id serial PRIMARY KEY); CREATE TABLE n (id serial);", encoding="utf-8")
    with scratch.database(server) as url:
        scratch.load(
            url, "CREATE ROLE somebodys; CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO somebodys;"
        )
        try:
            planned = between(url, str(desired), reader)
            assert rules(planned) == set()
            apply(url, planned.plan)
            assert between(url, str(desired), reader).plan.steps == ()
        finally:
            scratch.load(url, "DROP OWNED BY somebodys; DROP ROLE somebodys;")


def test_a_rename_keeps_the_values(reader: Reader, files: tuple[str, str]) -> None:
    planned = between(*files, reader, renames=["public.t.a=b"])
    assert rules(planned) == set()
    assert planned.plan.losses == ()
    assert planned.plan.steps[0].sql == "ALTER TABLE public.t RENAME COLUMN a TO b"


def test_a_loss_comes_with_what_to_write_down_if_it_is_meant_or_a_rename(
    server: scratch.Server, files: tuple[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "pgtandem.toml"
    config.write_text(f'sql = ["{files[1]}"]\n', encoding="utf-8")
    (loss,) = [one for one in project_plan(server, config, files[0]).outcome.findings if one.rule == "loses-data"]
    allow, rename = ("\n".join(loss.remedy.split("\n")[lines]) for lines in (slice(1, 4), slice(5, 8)))
    for pasted, losses in ((allow, ("drop column public.t.a",)), (rename, ())):
        config.write_text(f'sql = ["{files[1]}"]\n{pasted}\n', encoding="utf-8")
        planned = project_plan(server, config, files[0])
        assert rules(planned) == set()
        assert planned.plan.losses == losses
    # Once it is done, what the configuration says of it is no news.
    assert project_plan(server, config, files[1]).plan.steps == ()


def project_plan(server: scratch.Server, config: Path, current: str) -> Planned:
    with Workshop(server=server.url) as shop:
        project = Project(load(config), shop)
        return between(current, project, project.reader)


@pytest.mark.parametrize(
    "words", ['[[allow]]\nloss = "drop column public.t.a"', '[[rename]]\nfrom = "public.t.a"\nto = 1']
)
def test_what_is_said_by_halves_is_refused(words: str, tmp_path: Path) -> None:
    (tmp_path / "pgtandem.toml").write_text(words, encoding="utf-8")
    with pytest.raises(UsageError, match="says"):
        load(tmp_path / "pgtandem.toml")


NAMED = """
    CREATE TABLE org (id int PRIMARY KEY);
    CREATE TABLE {t} (id bigserial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, org_id int NOT NULL REFERENCES org,
                      a text UNIQUE, CHECK (a <> ''));
    CREATE INDEX ON {t} (org_id);
    CREATE TABLE child (it bigint REFERENCES {t});
    ALTER TABLE {t} ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON {t} USING (org_id > 0);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER g BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION f();
    CREATE VIEW v AS SELECT id, a FROM {t};
    COMMENT ON TABLE {t} IS 'x';
"""


def test_what_is_called_after_a_renamed_table_is_renamed_with_it(reader: Reader, tmp_path: Path) -> None:
    for name in "tu":
        (tmp_path / f"{name}.sql").write_text(NAMED.format(t=name), encoding="utf-8")
    planned = between(str(tmp_path / "t.sql"), str(tmp_path / "u.sql"), reader, renames=["public.t=u"])
    assert rules(planned) == set()
    back = file.load(planned.way_back())
    assert [step.sql for found in (planned.plan, back) for step in found.steps if " RENAME " not in step.sql] == []
    assert back.renames == ("public.u=t",)


@pytest.mark.parametrize("case", sorted((Path(__file__).parent / "renames").iterdir()), ids=lambda case: case.name)
def test_what_is_renamed_is_kept_there_and_back(reader: Reader, case: Path) -> None:
    ends = [str(case / name) for name in ("before.sql", "after.sql")]
    renames = (case / "renames.txt").read_text(encoding="utf-8").splitlines()
    there = between(*ends, reader, renames=renames)
    back = between(*reversed(ends), reader, renames=file.load(there.way_back()).renames)
    # What the plan makes besides goes again on the way back.
    for planned, ignored in ((there, {"access-changes"}), (back, {"access-changes", "loses-data"})):
        assert [finding for finding in planned.outcome.findings if finding.rule not in ignored] == []


def test_values_that_are_none_of_the_new_type_are_no_mistake_of_the_plan(reader: Reader, tmp_path: Path) -> None:
    for name, type_ in (("before", "time NOT NULL"), ("after", "tsvector NOT NULL")):
        (tmp_path / f"{name}.sql").write_text(f"CREATE TABLE t (a {type_});", encoding="utf-8")
    planned = between(str(tmp_path / "before.sql"), str(tmp_path / "after.sql"), reader)
    assert "plan-fails" not in rules(planned)
    assert any("those that were made up do not fit" in one for one in planned.outcome.not_checked)


def test_the_sequence_of_an_identity_is_tried_with_its_table(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgtandem.plan.reach._LARGE", 0)
    far = "CREATE TABLE far (id int GENERATED ALWAYS AS IDENTITY); GRANT USAGE ON SEQUENCE far_id_seq TO PUBLIC;"
    for name, column in (("before", "int"), ("after", "bigint")):
        (tmp_path / f"{name}.sql").write_text(f"{far} CREATE TABLE near (id {column});", encoding="utf-8")
    planned = between(str(tmp_path / "before.sql"), str(tmp_path / "after.sql"), reader)
    assert (planned.outcome.not_checked, rules(planned)) == ((), set())


def test_what_a_platform_may_have_granted_is_granted_or_revoked_once_more(
    server: scratch.Server, tmp_path: Path
) -> None:
    made = "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; CREATE TABLE t (id int); CREATE SEQUENCE s;"
    revoked = f"{made} REVOKE ALL ON FUNCTION f() FROM service_role; REVOKE ALL ON TABLE t FROM anon, authenticated;"
    granted = f"{made} GRANT ALL ON FUNCTION f() TO service_role; GRANT ALL ON TABLE t TO anon, authenticated;"
    for name, text in (("made", made), ("revoked", revoked), ("granted", granted)):
        (tmp_path / f"{name}.sql").write_text(text, encoding="utf-8")
    with Workshop(server=server.url) as shop:
        reader = shop.reader(PLATFORMS["supabase"])
        for name, word in (("revoked", "REVOKE"), ("granted", "GRANT")):
            desired = str(tmp_path / f"{name}.sql")
            planned = between(str(tmp_path / "made.sql"), desired, reader)
            assert rules(planned) == set()
            assert {step.sql.split()[0] for step in planned.plan.steps} == {word}
            assert not any("SEQUENCE" in step.sql for step in planned.plan.steps)
            assert between(desired, str(tmp_path / "made.sql"), reader).plan.steps == ()


@pytest.mark.parametrize("text", ["t=u", "public.t.a", "public.t.a=other.b", "public.t.gone=b", "public.u=t"])
def test_a_rename_of_nothing_is_refused(reader: Reader, files: tuple[str, str], text: str) -> None:
    with pytest.raises(UsageError):
        between(*files, reader, renames=[text])


def test_the_trial_finds_what_a_plan_leaves_out_and_what_it_loses(reader: Reader, files: tuple[str, str]) -> None:
    sides = [reader.load([script], "new") for script in sql_files([Path(name) for name in files])]
    found = plan(*sides)
    clone = Clone(server=reader.server(), platform=reader.platform, scope=reader.scope)
    short = dataclasses.replace(found, segments=(Segment(steps=found.segments[0].steps[:-1]),))
    assert "plan-misses" in {finding.rule for finding in check(short, sides[0], goal(*sides), clone).findings}
    silent = [dataclasses.replace(step, loses=None) for step in found.steps]
    hidden = dataclasses.replace(found, segments=(Segment(steps=tuple(silent)),))
    assert "rows-lost" in {finding.rule for finding in check(hidden, sides[0], sides[1], clone).findings}


def test_what_stands_on_a_table_of_the_platform_stays_where_a_source_cannot_speak_of_it() -> None:
    trigger = Trigger(schema="auth", table="users", name="g", definition="TRIGGER g ...", enabled="O")
    current = Catalog(
        things={trigger.key: trigger}, needs={trigger.key: frozenset({Key("relation", ("auth", "users"))})}
    )
    desired = Catalog(things={}, silent=frozenset({"trigger"}))
    assert trigger.key in goal(current, desired).things
    assert plan(current, desired).steps == ()
