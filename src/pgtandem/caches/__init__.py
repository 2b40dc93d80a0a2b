"""The folder of caches, and how a file comes into it whole or not at all."""

from __future__ import annotations

import os


def folder(name: str) -> str:
    """Return a folder of caches: the user's, or one of the temporary files' where there is none to write to."""
    home = os.environ.get("XDG_CACHE_HOME") or (f"{os.environ['HOME']}/.cache" if os.environ.get("HOME") else "")
    if home and os.access(_nearest(os.path.abspath(home)), os.W_OK):  # noqa: PTH100 - pathlib takes long to import
        return os.path.join(home, "pgtandem", name)  # noqa: PTH118
    from tempfile import gettempdir  # noqa: PLC0415 - seldom needed

    return os.path.join(gettempdir(), f"pgtandem-{os.getuid()}", name)  # noqa: PTH118


def keep(path: str, content: bytes, *, most: int) -> None:
    """Write a file of a cache, and take the oldest out where more than `most` are in its folder.

    A cache that cannot be written costs time and nothing else, so that is no error.
    """
    aside = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
        with open(aside, "wb") as file:  # noqa: PTH123
            file.write(content)
        os.replace(aside, path)  # noqa: PTH105
        _forget(os.path.dirname(path), most)  # noqa: PTH120
    except OSError:
        return


def _forget(where: str, most: int) -> None:
    files = sorted(os.scandir(where), key=lambda one: one.stat().st_mtime_ns)
    for file in files[: max(len(files) - most, 0)]:
        os.unlink(file.path)  # noqa: PTH108


def _nearest(path: str) -> str:
    while not os.path.exists(path):  # noqa: PTH110
        path = os.path.dirname(path)  # noqa: PTH120
    return path
