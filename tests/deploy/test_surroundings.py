"""What surrounds a deployment: who reads its output, the clock, the folder that it works in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from deploy.running import is_left_alone, until
from deploy.site import Site, is_new
from pgtandem.errors import ServerError
from pgtandem.scratch.programs import program_of_client

if TYPE_CHECKING:
    from pathlib import Path

CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static long calls;
static long jump(void) { return (++calls / 100) % 2 ? 86400 : 0; }

int clock_gettime(clockid_t clock, struct timespec *to) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, to);
  if (clock == CLOCK_REALTIME) to->tv_sec += jump();
  return result;
}

int gettimeofday(struct timeval *restrict to, void *restrict zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  to->tv_sec = now.tv_sec;
  to->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
"""
"""A clock that jumps a day ahead and back again, as one that is set does."""


READERS = [
    "2>&1 | head -1",
    *(pytest.param(other, marks=pytest.mark.slow) for other in (">/dev/full 2>&1", ">&- 2>&-")),
]


@pytest.mark.parametrize("reader", READERS)
def test_nobody_reads_what_it_says(here: Site, reader: str) -> None:
    command = (
        f'"{sys.executable}" -m pgtandem deploy --no-backup --database "{here.url}" --server "{here.server}" {reader}'
    )
    subprocess.run(["bash", "-c", command], cwd=here.folder, check=False, timeout=120, capture_output=True)
    until(lambda: is_left_alone(here.url))
    is_new(here.url)


@pytest.mark.slow
def test_the_clock_jumps(here: Site, tmp_path: Path, require) -> None:
    require(shutil.which("cc"), "there is no C compiler")
    (tmp_path / "clock.c").write_text(CLOCK)
    subprocess.run(("cc", "-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"), cwd=tmp_path, check=True)
    running = here.start("--with-data", environment={"LD_PRELOAD": str(tmp_path / "clock.so")})
    code = running.end()
    assert code in {0, 2}, running.text
    assert "Traceback" not in running.text
    if code:
        here.goes_on(running)
    is_new(here.url)


def test_a_folder_that_cannot_be_written(here: Site) -> None:
    (here.folder / "taken").write_text("")
    running = here.start("--backup", "taken/backups")
    assert running.end() == 2, running.text
    assert "there can be no backup in taken/backups" in running.text
    assert "--no-backup" in running.text
    assert here.is_as_before()


@pytest.mark.slow
def test_a_folder_that_is_mounted_to_be_read_only(here: Site, require) -> None:
    require(os.geteuid() == 0, "only root can mount a folder")
    subprocess.run(("mount", "--bind", here.folder, here.folder), check=True)
    try:
        subprocess.run(("mount", "-o", "remount,bind,ro", here.folder), check=True)
        running = here.start()
        assert running.end() == 2, running.text
        assert "Read-only file system" in running.text
        assert here.is_as_before()
        without = here.start("--no-backup")
        assert without.end() == 0, without.text
    finally:
        subprocess.run(("umount", here.folder), check=True)
    is_new(here.url)


def test_programs_that_are_too_old_are_named() -> None:
    with pytest.raises(ServerError, match=r"there is no pg_dump of PostgreSQL 99 or later on this machine; found: \d+"):
        program_of_client("pg_dump", at_least=99)
