"""Where each shipped layer comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from planner.errors import GeodataError
from planner.geodata.files import PROVENANCE, read_table, root


@dataclass(frozen=True)
class LayerInfo:
    """One row of the provenance table.

    ``derived`` says how the layer was made from its source, ``notes`` what to mind.
    """

    key: str
    title: str
    file: str
    source: str
    version: str
    date: str
    licence: str
    derived: str
    notes: str


@cache
def layers() -> tuple[LayerInfo, ...]:
    """Return the provenance of every shipped layer, in the order of the table.

    Raises
    ------
    GeodataError
        When the table is damaged or names a file that is not there.
    """
    names = {field.name for field in fields(LayerInfo)}
    found: list[LayerInfo] = []
    for row in read_table(PROVENANCE)["layer"]:
        if set(row) != names:
            raise GeodataError(
                f"{root() / PROVENANCE}: {row.get('key')}: wrong columns; restore the file"
            )
        info = LayerInfo(**row)
        if not (root() / info.file).is_file():
            raise GeodataError(f"{root() / info.file}: missing; install the planner again")
        found.append(info)
    return tuple(found)
