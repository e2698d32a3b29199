"""How a map travels: all in one file, as a page and a folder, or with a library from elsewhere.

::

    inline     one file that asks nothing of any network (the default)
    directory  the page, and a folder of scripts and styles beside it, also without a network
    cdn        Leaflet, and only it, from a public server, pinned and checked by the browser

Online tiles are a layer that readers switch on; only a map made with them may load any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup

from planner.files import write_files
from planner.plan.model import Plan
from planner.present.figures import SeaView
from planner.present.map.draw import Drawn, draw, shown_of
from planner.present.map.page import map_page
from planner.present.map.tongues import speech
from planner.present.offline import NOTHING, Loads, asset, sealed
from planner.present.wording import LANGUAGES, Language, speaking
from planner.simulate.model import Simulation

SCRIPTS = (
    "words", "tongues", "ground", "places", "cells", "tracks", "boats", "clock", "strip",
    "schedule", "now", "measure", "tools", "main",
)  # fmt: skip
"""Parts of the map's script (``assets/map/*.js``), in the order in which they are joined."""

STYLES = ("page", "chart", "panel", "print")
"""Parts of its style sheet (``assets/map/*.css``)."""

OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
"""What the word ``osm`` stands for. Its server wants to know the page that asks: it answers
maps that come from a web server, not those opened as a file."""

_TILES = re.compile(r"(https?://[A-Za-z0-9.:\[\]-]+)/[A-Za-z0-9{}._~/?=&%+-]*")


Assets = Literal["inline", "directory", "cdn"]
"""Where a map's scripts and styles are."""


@dataclass(frozen=True)
class Pinned:
    """A library: its version and licence, a public server of the very same files, their hashes."""

    version: str
    licence: str
    server: str
    integrity: dict[str, str]


@dataclass(frozen=True)
class _Parts:
    """What goes into the page's head and to its end, and what it may load."""

    head: str
    tail: str
    loads: Loads
    beside: dict[str, str]


def write_map(
    plan: Plan,
    sea: SeaView,
    path: Path,
    trial: Simulation | None = None,
    *,
    assets: Assets = "inline",
    tiles: str | None = None,
    language: Language = "en",
) -> None:
    """Write the map of a plan as an HTML page.

    Parameters
    ----------
    plan
        A finished plan.
    sea
        The sea it was made for (``planner.sea.build_sea``).
    path
        File to write; written under a temporary name and renamed.
    trial
        A simulation of the plan, whose figures stand beside the plan's own.
    assets
        ``inline``: one self-contained file; ``directory``: scripts and styles in a folder
        beside it, named after the file; ``cdn``: Leaflet from a public server.
    tiles
        Address of online tiles that readers may switch on, with ``{z}``, ``{x}`` and ``{y}``,
        or ``osm``; none by default.
    language
        The language that the page opens in; readers can choose the others in it.

    Raises
    ------
    OSError
        The folder cannot be written.
    ValueError
        The address of the tiles cannot be used.
    ScenarioError
        The weather cannot be had as the scenario asks for.
    """
    page, beside = _pages(plan, sea, path.stem, trial, assets, tiles, language)
    write_files({**{path.parent / name: text for name, text in beside.items()}, path: page})


def render_map(
    plan: Plan, sea: SeaView, trial: Simulation | None = None, *, language: Language = "en"
) -> str:
    """HTML of the map of a plan in one file, see :func:`write_map`."""
    return _pages(plan, sea, "map", trial, "inline", None, language)[0]


def tiles_address(tiles: str) -> tuple[str, str]:
    """Address of tiles, and of the server they come from.

    Raises
    ------
    ValueError
        It is no plain web address with a place for zoom, column and row.
    """
    address = OSM_TILES if tiles == "osm" else tiles
    found = _TILES.fullmatch(address)
    if found is None or not all(mark in address for mark in ("{z}", "{x}", "{y}")):
        raise ValueError(
            f"'{tiles}' is no address of tiles; write 'osm', or one such as "
            "https://tiles.example/{z}/{x}/{y}.png"
        )
    return address, found[1]


def _pages(
    plan: Plan,
    sea: SeaView,
    stem: str,
    trial: Simulation | None,
    assets: Assets,
    tiles: str | None,
    language: Language,
) -> tuple[str, dict[str, str]]:
    """The page, and the files beside it by their names."""
    address, server = tiles_address(tiles) if tiles is not None else (None, None)
    shown = shown_of(plan, sea)
    drawings, pages = {}, {}
    for each in LANGUAGES:
        with speaking(each):
            drawings[each] = draw(plan, sea, shown, address)
            bare = map_page(plan, drawings[each], trial, head=Markup(), tail=Markup())
        pages[each] = bare, drawings[each].script
    drawn = drawings[language]
    drawn = replace(drawn, script=f"{speech(pages)}\n{drawn.script}")
    parts = _DELIVER[assets](drawn, f"{stem}-assets")
    loads = parts.loads
    if server is not None:
        loads = replace(loads, images=(*loads.images, server))
    with speaking(language):
        page = map_page(plan, drawn, trial, head=Markup(parts.head), tail=Markup(parts.tail))
    return sealed(page, loads), parts.beside


def _inline(drawn: Drawn, _folder: str) -> _Parts:
    styles = f"<style>{asset('leaflet.css')}</style>\n<style>{style()}</style>"
    scripts = f"<script>{asset('leaflet.js')}</script>\n<script>{script()}</script>"
    return _Parts(f"{styles}\n{scripts}", f"<script>{drawn.script}</script>", NOTHING, {})


def _directory(drawn: Drawn, folder: str) -> _Parts:
    beside = {
        "leaflet.css": asset("leaflet.css"),
        "map.css": style(),
        "leaflet.js": asset("leaflet.js"),
        "map.js": script(),
        "plan.js": drawn.script,
        "LICENSE-leaflet.txt": asset("LICENSE-leaflet.txt"),
    }
    where = {name: f"{quote(folder)}/{name}" for name in beside}
    head = "\n".join(
        [
            *(f'<link rel="stylesheet" href="{where[n]}">' for n in ("leaflet.css", "map.css")),
            *(f'<script src="{where[name]}"></script>' for name in ("leaflet.js", "map.js")),
        ]
    )
    tail = f'<script src="{where["plan.js"]}"></script>'
    loads = Loads(tuple(where.values()), ("'self'",), ("'self'",), ("'self'",))
    return _Parts(head, tail, loads, {f"{folder}/{name}": text for name, text in beside.items()})


def _cdn(drawn: Drawn, _folder: str) -> _Parts:
    pinned = leaflet()
    server = pinned.server
    address = {name: f"{server}{name}" for name in ("leaflet.css", "leaflet.js")}
    checked = {
        name: f'integrity="{pinned.integrity[name]}" crossorigin="anonymous"' for name in address
    }
    head = "\n".join(
        [
            f'<link rel="stylesheet" href="{address["leaflet.css"]}" {checked["leaflet.css"]}>',
            f"<style>{style()}</style>",
            f'<script src="{address["leaflet.js"]}" {checked["leaflet.js"]}></script>',
            f"<script>{script()}</script>",
        ]
    )
    loads = Loads(tuple(address.values()), (server,), (server,), (server,))
    return _Parts(head, f"<script>{drawn.script}</script>", loads, {})


_DELIVER: dict[Assets, Callable[[Drawn, str], _Parts]] = {
    "inline": _inline,
    "directory": _directory,
    "cdn": _cdn,
}


@cache
def script() -> str:
    """The map's script, all parts."""
    return "\n".join(asset(f"map/{name}.js") for name in SCRIPTS)


@cache
def style() -> str:
    """The map's style sheet, all parts."""
    return "\n".join(asset(f"map/{name}.css") for name in STYLES)


@cache
def leaflet() -> Pinned:
    """The packaged Leaflet, as its recipe (``assets/build_assets.py``) noted it."""
    return Pinned(**json.loads(asset("vendored.json"))["leaflet"])
