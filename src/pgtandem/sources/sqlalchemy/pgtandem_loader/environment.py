"""The MetaData that Alembic compares with a database, as its env.py names it."""

from __future__ import annotations

import configparser
import importlib
import os
import re
import sys
from contextlib import nullcontext
from typing import Any

from .trouble import Trouble

_OF_FLASK = re.compile(r"^\s*(?:from|import) flask\b", re.MULTILINE)


class Configured(BaseException):
    """Raised where env.py has configured Alembic: what comes after that is not run."""

    def __init__(self, metadata: Any) -> None:
        self.metadata = metadata
        super().__init__()


def is_environment(path: str) -> bool:
    """Whether the file is an env.py of Alembic's."""
    folder, name = os.path.split(path)
    return name == "env.py" and any(os.path.exists(os.path.join(folder, one)) for one in ("versions", "script.py.mako"))


def home(path: str) -> str:
    """The folder in which Alembic is run: where alembic.ini says that, or the one above the environment's."""
    settings = _settings(path)
    return run_in(settings) if settings else os.path.dirname(os.path.dirname(path))


def run_in(settings: str) -> str:
    """The folder in which Alembic is run: that of alembic.ini, or that of the package in which this says all is."""
    parser = configparser.RawConfigParser(strict=False)
    with open(settings, encoding="utf-8", errors="replace") as file:
        parser.read_file(file)
    named = (parser.get(section, "script_location", fallback="") for section in parser.sections())
    packages = [name.partition(":")[0].split(".")[0] for name in named if ":" in name]
    beside = folder = os.path.dirname(settings)
    while packages:
        if os.path.isfile(os.path.join(folder, packages[0], "__init__.py")):
            return folder
        folder, before = os.path.dirname(folder), folder
        if folder == before:
            break
    return beside


def _settings(path: str) -> str | None:
    folder = os.path.dirname(path)
    while not os.path.isfile(os.path.join(folder, "alembic.ini")):
        folder, before = os.path.dirname(folder), folder
        if folder == before:
            return None
    return os.path.join(folder, "alembic.ini")


def compared(path: str) -> list[Any]:
    """Run an env.py as far as it configures Alembic, without a database; return the MetaData that it names."""
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    def configure(_: Any, *__: Any, target_metadata: Any = None, **___: Any) -> None:
        raise Configured(target_metadata)

    EnvironmentContext.configure = configure  # type: ignore[method-assign, assignment]
    os.chdir(home(path))
    sys.path.insert(0, home(path))
    with _application(path):
        config = _config(path)
        scripts = ScriptDirectory.from_config(config)
        try:
            with EnvironmentContext(config, scripts, as_sql=True):
                scripts.run_env()
        except Configured as configured:
            found = configured.metadata
            return list(found) if isinstance(found, (list, tuple)) else [found] if found is not None else _none(path)
    return _none(path)


def _none(path: str) -> list[Any]:
    raise Trouble(
        "this gives Alembic no target_metadata where there is no database; name the models themselves", [path, 0, 0]
    )


def _application(path: str) -> Any:
    """Flask's context of the application, where env.py asks for it, as the `flask` command finds it."""
    with open(path, encoding="utf-8", errors="replace") as file:
        if not _OF_FLASK.search(file.read()):
            return nullcontext()
    flask: Any = importlib.import_module("flask.cli")
    flask.load_dotenv()
    return flask.ScriptInfo(app_import_path=os.environ.get("FLASK_APP")).load_app().app_context()


def _config(path: str) -> Any:
    folder = os.path.dirname(path)
    application = getattr(sys.modules.get("flask"), "current_app", None)
    if application:
        return application.extensions["migrate"].migrate.get_config(folder)
    from alembic.config import Config

    settings = _settings(path)
    config = Config(settings) if settings else Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config
