"""What the answer of a program of the user's depends on, so that it is asked again only once that has changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVERY: Final = "*"
_OF_THE_SHELL: Final = ("_", "SHLVL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """The files, folders and variables of the environment that were read, and whether that is all it depends on.

    Not `alone` is a program that talked to another one, or to a network.
    """

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    alone: bool = True

    @classmethod
    def of(cls, content: dict[str, Any]) -> Self:
        """Return what was written down as JSON."""
        files, folders, variables = (tuple(content[name]) for name in ("files", "folders", "variables"))
        return cls(files=files, folders=folders, variables=variables, alone=content["alone"])

    def __add__(self, other: Footprint) -> Footprint:
        return Footprint(
            files=self.files + other.files,
            folders=self.folders + other.folders,
            variables=self.variables + other.variables,
            alone=self.alone and other.alone,
        )

    def state(self) -> str:
        """A digest of all that it names, as that is now; what is not there is a state too."""
        digest = hashlib.sha256()
        for line in self._lines():
            digest.update(f"{len(line)}:{line}".encode(errors="surrogateescape"))
        return digest.hexdigest()

    def newest(self) -> float:
        """The time of the last change to a file or folder that it names."""
        return max((os.stat(name).st_mtime for name in (*self.files, *self.folders) if os.path.exists(name)), default=0)  # noqa: PTH110, PTH116 - there can be hundreds

    def _lines(self) -> Iterator[str]:
        for name in sorted(set(self.files)):
            path = Path(name)
            yield f"{name} {hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ''}"
        for name in sorted(set(self.folders)):
            yield f"{name} {sorted(set(os.listdir(name)) - {'__pycache__'}) if Path(name).is_dir() else ''}"  # noqa: PTH208 - names are all that is asked for
        every = [name for name in os.environ if name not in _OF_THE_SHELL]
        for name in sorted(every if _EVERY in self.variables else set(self.variables)):
            yield f"{name}={os.environ.get(name)}"
