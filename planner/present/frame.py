"""The frame of every table on the terminal, and how a scenario's words stand in it."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text

from planner.present.text import clean


def framed(title: str, *, show_header: bool = True) -> Table:
    """An empty table under a title."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=box.SIMPLE_HEAD if show_header else box.SIMPLE,
        show_header=show_header,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )


def plain(value: object) -> Text:
    """Words of the scenario: shown as they are, never read as markup or control codes."""
    return Text(clean(value))
