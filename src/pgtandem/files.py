"""Writes files so that at every moment there is either the whole former text or the whole present one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pgtandem.errors import PgtandemError


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
        raise PgtandemError(f"writing {path}: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
