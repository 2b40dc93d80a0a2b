"""What is looked at outside of the program, noted so that it can be told later whether all of it still stands.

Nothing that takes long to import is imported here: what has been printed before is recognized by this alone.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self


class Looks:
    """What was seen while this was entered: an answer for each question about a file, a folder or a variable."""

    def __init__(self, answers: Mapping[tuple[str, str], str] | None = None) -> None:
        self.answers = dict(answers or {})

    def __enter__(self) -> Self:
        self._outer = _current.get()
        _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _current.set(self._outer)
        self.note()

    def note(self) -> None:
        """Have it all count as seen once more."""
        outer = _current.get()
        if outer is not None:
            outer.answers |= self.answers

    def stand(self) -> bool:
        """Return whether every question has the same answer now."""
        return all(_QUESTIONS[question](about) == answer for (question, about), answer in self.answers.items())


_current: ContextVar[Looks | None] = ContextVar("looks", default=None)


def is_file(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a file."""
    return _asked("kind", path) == "file"


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a folder."""
    return _asked("kind", path) == "folder"


def exists(path: str | os.PathLike[str]) -> bool:
    """Return whether there is anything."""
    return _asked("kind", path) != ""


def is_link(path: str | os.PathLike[str]) -> bool:
    """Return whether that is a symbolic link."""
    return _asked("link", path) != ""


def real(path: str | os.PathLike[str]) -> str:
    """Return the path without symbolic links."""
    return _asked("real", path)


def names(folder: str | os.PathLike[str]) -> list[str]:
    """Return what is in a folder, in the order of the names' bytes; nothing where it cannot be read."""
    found = _asked("names", folder)
    return found.split("/") if found else []


def size(path: str | os.PathLike[str]) -> int:
    """Return how many bytes a file has, 0 where there is none."""
    return int(_asked("size", path))


def content(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file; raise OSError where it cannot be read."""
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib takes long to import
        found = file.read()
    looks = _current.get()
    if looks is not None:
        looks.answers["content", os.fspath(path)] = hashlib.sha256(found).hexdigest()
    return found


def stamp(path: str | os.PathLike[str]) -> None:
    """Note how large a file is and when it was written, where its content need not be read."""
    _asked("stamp", path)


def variable(name: str) -> str | None:
    """Return the value of a variable of the environment, None where it is not set."""
    found = _asked("variable", name)
    return found[1:] if found else None


def _asked(question: str, about: str | os.PathLike[str]) -> str:
    about = os.fspath(about)
    answer = _QUESTIONS[question](about)
    looks = _current.get()
    if looks is not None:
        looks.answers[question, about] = answer
    return answer


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None


def _kind(path: str) -> str:
    status = _status(path)
    if status is None:
        return ""
    return "file" if stat.S_ISREG(status.st_mode) else "folder" if stat.S_ISDIR(status.st_mode) else "other"


def _link(path: str) -> str:
    return "link" if os.path.islink(path) else ""  # noqa: PTH114


def _names(folder: str) -> str:
    try:
        return "/".join(sorted(os.listdir(folder), key=os.fsencode))  # noqa: PTH208
    except OSError:
        return ""


def _size(path: str) -> str:
    status = _status(path)
    return "0" if status is None else str(status.st_size)


def _content(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _stamp(path: str) -> str:
    status = _status(path)
    return "" if status is None else f"{status.st_size} {status.st_mtime_ns}"


def _variable(name: str) -> str:
    found = os.environ.get(name)
    return "" if found is None else f"={found}"


_QUESTIONS: dict[str, Callable[[str], str]] = {
    "kind": _kind,
    "link": _link,
    "real": os.path.realpath,
    "names": _names,
    "size": _size,
    "content": _content,
    "stamp": _stamp,
    "variable": _variable,
}
