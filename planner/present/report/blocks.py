"""What a report is made of: sections of a few kinds of blocks, without any layout.

All texts are plain: whoever lays a block out escapes them for the place they go to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

_PIECE = re.compile(r"([_^])\{([^}]*)\}")


@dataclass(frozen=True)
class Words:
    """A paragraph; ``tone`` says how much it matters."""

    kind: ClassVar[str] = "words"
    text: str
    tone: Literal["plain", "lead", "good", "bad"] = "plain"


@dataclass(frozen=True)
class Points:
    """A list of sentences under a line of its own, if any."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class Key:
    """A figure that stands for itself: its name, its value, what to know of it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Keys:
    """Key figures, the first ones the weightiest."""

    kind: ClassVar[str] = "keys"
    items: tuple[Key, ...]


@dataclass(frozen=True)
class Column:
    """Heading of a column; numbers stand right, ``wide`` columns share the room left."""

    name: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table; ``colour`` puts a dot before its first cell, ``sum`` sets it off."""

    cells: tuple[str, ...]
    colour: str = ""
    sum: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of a row is its heading."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A drawing: SVG, what it shows in words, and a caption; ``wide`` ones need the whole width."""

    kind: ClassVar[str] = "picture"
    name: str
    svg: str
    words: str
    caption: str
    wide: bool = False


@dataclass(frozen=True)
class Pair:
    """Two pictures, side by side where there is room."""

    kind: ClassVar[str] = "pair"
    items: tuple[Picture, Picture]


@dataclass(frozen=True)
class Swipe:
    """Two pictures of one size and frame: side by side, or one wiped over the other.

    ``names`` stand above them; the caption is for both.
    """

    kind: ClassVar[str] = "swipe"
    items: tuple[Picture, Picture]
    names: tuple[str, str]
    caption: str


@dataclass(frozen=True)
class Formula:
    """A formula in text with ``_{…}`` and ``^{…}``, and what it says."""

    text: str
    meaning: str

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """Parts of the formula: ``("", text)``, ``("_", below)`` or ``("^", above)``."""
        found, end = [], 0
        for match in _PIECE.finditer(self.text):
            found += [("", self.text[end : match.start()]), (match[1], match[2])]
            end = match.end()
        return tuple(piece for piece in [*found, ("", self.text[end:])] if piece[1])


@dataclass(frozen=True)
class Formulas:
    """Formulas one below the other."""

    kind: ClassVar[str] = "formulas"
    items: tuple[Formula, ...]


Block: TypeAlias = Words | Points | Keys | Table | Picture | Pair | Swipe | Formulas


@dataclass(frozen=True)
class Section:
    """A part of the report; ``key`` is its address, ``fresh`` begins a page of paper."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    fresh: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report.

    ``date`` stands in the PDF as that of its making, so that a plan always
    gives the same file; ``foot`` are the lines that end it; ``kind`` says
    above the title what it is.
    """

    title: str
    when: str
    date: datetime
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = field(default=())
    kind: str = "Patrol report"


def table(
    caption: str,
    columns: tuple[str, ...],
    rows: list[Row],
    *,
    wide: tuple[int, ...] = (),
    words: tuple[int, ...] = (0,),
    note: str = "",
) -> Table:
    """Table whose columns are numbers save ``words`` and ``wide``, given by their place."""
    made = tuple(
        Column(name, number=place not in {*words, *wide}, wide=place in wide)
        for place, name in enumerate(columns)
    )
    return Table(caption, made, tuple(rows), note)
