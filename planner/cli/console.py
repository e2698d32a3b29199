"""What the command line says, and the status it ends with."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING

import typer

from planner.errors import PlannerError, SolveError

if TYPE_CHECKING:
    from rich.console import Console

FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130

WIDTH_WITHOUT_TERMINAL = 120
"""Columns of a table that is written to a file or another program."""


def status_of(error: PlannerError) -> int:
    """Exit status of a failure: the work's own, or that of bad input."""
    return FAILED if isinstance(error, SolveError) else BAD_INPUT


def of_system(error: OSError) -> str:
    """What the system would not do, and what to do about it."""
    from planner.files import NO_ROOM

    where = f"{error.filename}: " if error.filename is not None else ""
    what = error.strerror or str(error) or type(error).__name__
    if error.errno in NO_ROOM:
        return f"{where}{what}; make room or choose another folder, and run the command again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where}{what}; choose a folder that you may write to, or have it opened to you"
    return f"{where}{what}; choose another place, or free this one"


def complain(text: str) -> None:
    """Write lines to standard error, without anything that could steer a terminal."""
    for line in text.splitlines():
        typer.echo("".join(c if c.isprintable() else "?" for c in line), err=True)


def console(*, stderr: bool = False) -> Console:
    """Return a rich console that keeps tables readable when nobody looks at a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, width=width, highlight=False)
