"""Stops a throwaway server when the process that wanted it is gone, however it went.

A script of its own, with nothing of pgtandem imported: `keeper.py RUN_DIR WANTING_PID SIGNAL UID GID COMMAND...`.
Standard input is a pipe whose other end the wanting process holds; anything on it, or its end of file, means that
nobody wants the server any more. Then it is stopped with SIGNAL, and RUN_DIR removed if nobody else is left to do that.
Standard error is the server's log. Standard output is a locked file: as long as this process lives, the lock says that
RUN_DIR is in use.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable  # noqa: TC003 - importing typing would take longer

GRACE = {int(signal.SIGQUIT): 1.5}
"""Seconds that the server has for stopping before it is killed, by the signal that it was sent."""

LONG_GRACE = 60.0
"""The same for a signal after which data has to be written."""


def main() -> int:
    """Start the command, wait for the end of either side, clean up; the command's exit status."""
    run_dir, wanting, stop_signal, uid, gid, *command = sys.argv[1:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # not SIG_IGN, which the server would inherit
    woken, waker = os.pipe()
    for fd in (woken, waker):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = start(command, int(uid), int(gid))
    status = until_end(child, woken, int(stop_signal))
    if status is None and os.getppid() != int(wanting):
        remove_tree(run_dir)
    return 0 if status is None else os.waitstatus_to_exitcode(status) & 0xFF


def start(command: list[str], uid: int, gid: int) -> int:
    """Fork and execute the command as that user (-1: as we are); its process id."""
    keeper, control = os.getpid(), control_of_processes()
    child = os.fork()
    if child:
        return child
    try:
        if uid >= 0:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
        os.umask(0o077)
        if control is not None:
            # Should the keeper itself be killed, Linux stops the server: PR_SET_PDEATHSIG. Set after setuid and by a
            # process with one thread, because either would undo it.
            control(1, int(signal.SIGQUIT))
            if os.getppid() != keeper:
                os._exit(127)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.execv(command[0], command)  # noqa: S606 - the server's program, without a shell
    except OSError as error:
        os.write(2, f"cannot execute {command[0]}: {error}\n".encode())
    finally:
        os._exit(127)


def control_of_processes() -> Callable[..., int] | None:
    """Linux's prctl(2), or None elsewhere; loaded before the fork, because the other user may be unable to read it."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes  # noqa: PLC0415 - not every build of Python has it
    except ImportError:
        return None
    control: Callable[..., int] = ctypes.CDLL(None).prctl
    return control


def until_end(child: int, woken: int, stop_signal: int) -> int | None:
    """Wait until the server ends by itself (its status) or is not wanted any more and was stopped (None)."""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if woken in readable:
            os.read(woken, 512)
        if 0 in readable:
            stop(child, stop_signal)
            return None


def stop(child: int, stop_signal: int) -> None:
    """Ask the server to stop, then insist."""
    os.kill(child, stop_signal)
    deadline = time.monotonic() + GRACE.get(stop_signal, LONG_GRACE)
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def remove_tree(run_dir: str) -> None:
    """Remove the directory; what cannot be removed now, the next run sweeps."""
    import shutil  # noqa: PLC0415 - only when it is needed, a keeper starts in milliseconds

    shutil.rmtree(run_dir, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
