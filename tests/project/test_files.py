import os

import pytest

from pgtandem import files
from pgtandem.errors import PgtandemError


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "folder" / "file"
    files.write(path, "one")
    path.chmod(0o640)
    files.write(path, "twö\r\n")
    assert path.read_bytes() == "twö\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path):
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "file", "")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o640


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PgtandemError, match=r"writing .*file/inner"):
        files.write(tmp_path / "file" / "inner", "")
