"""`alembic check`, run as users run it, with the env.py that `alembic init` writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path):
    """A function that makes an Alembic project for an emitted case."""

    def make(emitted, url):
        alembic(tmp_path, "init", "migrations")
        env = tmp_path / "migrations" / "env.py"
        before = "target_metadata = None"
        found = f"import sys\nsys.path.insert(0, {str(emitted.path.parent)!r})\nimport {emitted.path.stem} as models\n"
        text = env.read_text(encoding="utf-8")
        assert before in text
        env.write_text(text.replace(before, f"{found}target_metadata = models.Base.metadata"), encoding="utf-8")
        ini = tmp_path / "alembic.ini"
        lines = ini.read_text(encoding="utf-8").splitlines()
        lines = [
            f"sqlalchemy.url = {url.replace('%', '%%')}" if line.startswith("sqlalchemy.url") else line
            for line in lines
        ]
        ini.write_text("\n".join(lines), encoding="utf-8")
        return tmp_path

    return make


def alembic(folder, *arguments):
    program = Path(sys.executable).with_name("alembic")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("case", ["shop", "outside", "counters", "views"])
def test_alembic_check(emit, engine, project, case):
    emitted = emit(case)
    url = engine(emitted.url).url.render_as_string(hide_password=False)
    folder = project(emitted, url)
    done = alembic(folder, "check")
    assert (done.returncode, done.stdout.strip()) == (0, "No new upgrade operations detected."), done.stderr


def test_alembic_check_sees_a_difference(emit, engine, project):
    emitted = emit("keys")
    url = engine(emitted.url).url.render_as_string(hide_password=False)
    folder = project(emit("shop"), url)
    assert "New upgrade operations detected" in alembic(folder, "check").stdout + alembic(folder, "check").stderr
