"""Remembers the DDL that `pgtandem sql` printed, and everything that it depends on.

Nothing that takes long to import is imported here: printing once more must not wait for the reader.
"""

from __future__ import annotations

import hashlib
import os
import sys

from pgtandem import caches
from pgtandem.caches import looks
from pgtandem.caches.looks import Looks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_KEPT = 100
_PROGRAMS = ("pgtandem", "tree_sitter", "_quickjs")
"""Packages that have a say in what is printed."""
_ERRORS = "surrogatepass"
_FORMAT = "2"


def recall(arguments: Sequence[str]) -> tuple[str, str] | None:
    """Return what was printed for this command line, and what was said beside it.

    None where anything that was looked at then is not the same now.
    """
    try:
        with open(_path(arguments), "rb") as file:  # noqa: PTH123 - pathlib takes long to import
            # In a folder of temporary files, somebody else could have put one there.
            if os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            digest, _, content = file.read().partition(b"\0")
    except OSError:
        return None
    if digest != _digest(content):
        return None
    count, rest = content.decode(errors=_ERRORS).split("\0", 1)
    *answers, said, text = rest.split("\0", 3 * int(count) + 1)
    seen = Looks({(question, about): answer for question, about, answer in zip(*[iter(answers)] * 3, strict=True)})
    return (text, said) if seen.stand() else None


def remember(arguments: Sequence[str], seen: Looks, text: str, said: str) -> None:
    """Keep what was printed for this command line, which depends on nothing but what was seen and our own files."""
    with seen:
        for path in _programs():
            looks.stamp(path)
    answers = [part for asked, answer in seen.answers.items() for part in (*asked, answer)]
    content = "\0".join([str(len(seen.answers)), *answers, said, text]).encode(errors=_ERRORS)
    caches.keep(_path(arguments), _digest(content) + b"\0" + content, most=_MOST_KEPT)


def _programs() -> Iterator[str]:
    """The files of everything that has been imported and has a say."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.startswith(_PROGRAMS):
            yield file


def _path(arguments: Sequence[str]) -> str:
    asked = "\0".join([_FORMAT, __file__, os.getcwd(), *arguments])  # noqa: PTH109
    name = hashlib.sha256(asked.encode(errors=_ERRORS)).hexdigest()
    return os.path.join(caches.folder("printed"), name)  # noqa: PTH118


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
