"""Where text goes: results to standard output, progress and complaints to standard error, colour only on a terminal."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import rich.console

from pgtandem import files
from pgtandem.report import report

if TYPE_CHECKING:
    from pathlib import Path

    from pgtandem.model.outcome import Outcome

_PASSWORD = re.compile(r"(?P<before>://[^/?#@\s:]*:)[^@\s]*(?P<after>@)")
_PARAMETER = re.compile(r"(?P<before>\bpassword=)[^&\s]+", re.IGNORECASE)


def hide_passwords(text: str) -> str:
    """Return the text without the passwords of the connection strings in it."""
    return _PARAMETER.sub(r"\g<before>***", _PASSWORD.sub(r"\g<before>***\g<after>", text))


def complain(text: str) -> None:
    """Say why the command could not do its job."""
    progress(f"pgtandem: {text}")


def progress(text: str) -> None:
    """Say how far the command is; what it does is not to stop half-way because nobody listens."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(f"{hide_passwords(text)}\n")
            sys.stderr.flush()


def show(outcome: Outcome, *, form: str = "terminal", output: Path | None = None) -> int:
    """Print the outcome, or write it to a file, and return the exit code that it means."""
    try:
        put(written(outcome, form), form=form, output=output)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, and Python is not to complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    seen = form == "terminal" and output is None and os.isatty(1) and os.isatty(2)
    for failure in () if seen else outcome.failed:
        complain(failure)
    return outcome.exit_code


def written(outcome: Outcome, form: str) -> str:
    """Return the outcome as text in that form."""
    return hide_passwords(report(outcome, form))


def put(text: str, *, form: str, output: Path | None) -> None:
    """Print the text of a report, or write it to a file."""
    if output is not None:
        plain = rich.console.Console(no_color=True, soft_wrap=True, highlight=False, emoji=False)
        with plain.capture() as captured:
            plain.print(text, markup=form == "terminal")
        files.write(output, captured.get())
    elif form == "terminal":
        rich.console.Console(soft_wrap=True, highlight=False, emoji=False).print(text)
    else:
        sys.stdout.write(f"{text}\n")


def report_aside(outcome: Outcome) -> None:
    """Print the outcome to standard error, where standard output is for something else."""
    rich.console.Console(stderr=True, soft_wrap=True, highlight=False, emoji=False).print(
        hide_passwords(report(outcome, "terminal"))
    )
