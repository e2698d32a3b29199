"""The line that moves while a plan is made."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from planner.cli.console import console

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_EVERY_S = 5.0
"""Without a terminal a line is written when the phase changes, and this often."""


class Progress(Protocol):
    """How far a run has come."""

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""

    @property
    def phase(self) -> str:
        """What is being done."""

    @property
    def detection(self) -> float | None:
        """Detection of the best plan so far."""

    @property
    def bound(self) -> float | None:
        """Proven upper bound so far."""

    @property
    def gap(self) -> float | None:
        """``bound / detection − 1``."""


def line(now: Progress) -> str:
    """One line: time, phase, detection, bound, gap."""
    return (
        f"{now.elapsed_s:4.0f} s  {now.phase}: detection {_share(now.detection)}, "
        f"bound {_share(now.bound)}, gap {_share(now.gap)}"
    )


def _share(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "–"
    return f"{max(value, 0.0) + 0.0:.1%}"  # never -0.0


@contextmanager
def progress_line() -> Iterator[Callable[[Progress], None]]:
    """Show progress on standard error: one moving line, or plain lines in a file."""
    err = console(stderr=True)
    if not err.is_terminal:
        yield _plain(err)
        return
    with err.status("reading the sea") as status:
        yield lambda now: status.update(line(now))


def _plain(err: Console) -> Callable[[Progress], None]:
    said_at, said = -math.inf, ""

    def show(now: Progress) -> None:
        nonlocal said_at, said
        clock = time.monotonic()
        if now.phase != said or clock - said_at >= PLAIN_EVERY_S:
            said_at, said = clock, now.phase
            err.print(line(now), soft_wrap=True, markup=False)

    return show
