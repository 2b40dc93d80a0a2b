"""Files of the user: where a project's configuration is, how paths are shown, and how files are written whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pgtandem.errors import PgtandemError

CONFIG = "pgtandem.toml"


def around(start: Path) -> Path | None:
    """Return the configuration in the folder or the nearest one above that has one."""
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder / CONFIG
        project = folder / "pyproject.toml"
        if project.is_file() and "[tool.pgtandem]" in project.read_text(encoding="utf-8"):
            return project
    return None


def shown(path: Path | str) -> str:
    """Return the path as reports and messages show it: from the working directory where it lies below it."""
    here, path = Path.cwd(), Path(path)
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def write(path: Path, text: str) -> None:
    """Put the text in the place of the file; raise PgtandemError where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
            Path(aside).chmod(mode)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise PgtandemError(f"writing {shown(path)}: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
