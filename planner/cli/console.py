"""What the command line says, and the status it ends with."""

from __future__ import annotations

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
