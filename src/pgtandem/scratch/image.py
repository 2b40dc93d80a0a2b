"""A data directory as one file: a list of its files, then their bytes.

One file is read at once, where a thousand small ones take a second from a cold disk, and is whole or not there.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pathlib import Path

    from pgtandem.scratch.account import Account


def write_image(folder: Path, image: Path) -> None:
    """Write the image of a folder, replacing one that is there."""
    found = sorted(folder.rglob("*"))
    folders = [str(path.relative_to(folder)) for path in found if path.is_dir()]
    files = [path for path in found if path.is_file()]
    sizes = [(str(path.relative_to(folder)), path.stat().st_size) for path in files]
    aside = image.with_suffix(".new")
    with aside.open("wb") as out:
        header = json.dumps({"folders": folders, "files": sizes}).encode()
        out.write(b"%d\n%s" % (len(header), header))
        check = zlib.crc32(header)
        for path in files:
            content = path.read_bytes()
            check = zlib.crc32(content, check)
            out.write(content)
        out.write(b"\n%d" % check)
    aside.replace(image)


def read_image(image: Path, folder: Path, account: Account) -> bool:
    """Fill the new folder, private to the account, from an image; False where the image is missing or damaged."""
    try:
        content = image.read_bytes()
        start = content.index(b"\n") + 1
        header_end = start + int(content[: start - 1])
        files_end = content.rindex(b"\n")
        if zlib.crc32(memoryview(content)[start:files_end]) != int(content[files_end + 1 :]):
            return False
    except (FileNotFoundError, ValueError):
        return False
    _fill(folder, memoryview(content)[header_end:files_end], json.loads(content[start:header_end]), account)
    os.utime(image)
    return True


class _Header(TypedDict):
    folders: list[str]
    files: list[tuple[str, int]]


def _fill(folder: Path, content: memoryview, header: _Header, account: Account) -> None:
    for name in ("", *header["folders"]):
        path = f"{folder}/{name}"
        os.mkdir(path, 0o700)  # noqa: PTH102 - pathlib doubles the time of a thousand files
        if account.is_other:
            os.chown(path, account.uid, account.gid)
    position = 0
    for name, size in header["files"]:
        descriptor = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write(descriptor, content[position : position + size])
            if account.is_other:
                os.fchown(descriptor, account.uid, account.gid)
        finally:
            os.close(descriptor)
        position += size


def _write(descriptor: int, content: memoryview) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
