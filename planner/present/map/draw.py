"""The map itself: folium's layers and their control, each drawn by the packaged script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from planner.plan.model import Plan
from planner.present import backdrop as around
from planner.present.credit import Credit, credits_of
from planner.present.figures import SeaView, SortieFigures, sortie_figures
from planner.present.map import features
from planner.present.map.content import Content, content_of
from planner.present.map.depths import depth_bands
from planner.present.map.payload import payload
from planner.present.text import escape, script_json
from planner.present.wording import t
from planner.sea import Sea

Features = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Shown:
    """What a map shows of a plan, worked out once for all languages."""

    earned: tuple[Credit, ...]
    trips: tuple[SortieFigures, ...]
    scene: around.Backdrop
    content: Content


@dataclass(frozen=True, eq=False)
class Drawn:
    """A map before it is a page: folium's ``body`` and ``script``, and what they show."""

    body: str
    script: str
    shown: Shown


class _Map(folium.Map):
    """Folium's map without the scripts and styles it would fetch from elsewhere."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Draw(MacroElement):
    """One call of the packaged script: ``patrol.<name>(<parent>, <data>)``."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "patrol.{{ this.call }}({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, call: str, data: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Draw"
        self.call = call
        self.data = script_json(data)


class _Load(MacroElement):
    """Hand the plan's data and frame to the packaged script before anything is drawn."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "patrol.load({{ this.data }});\n"
        "patrol.begin({{ this._parent.get_name() }}, {{ this.bounds }});"
        "{% endmacro %}"
    )

    def __init__(self, data: Any, bounds: list[list[float]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Load"
        self.data = script_json(data)
        self.bounds = script_json(bounds)


class _End(MacroElement):
    """Clock, panel and tools, once all layers are there."""

    _template = Template(
        "{% macro script(this, kwargs) %}\npatrol.end({{ this._parent.get_name() }});{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "End"


def shown_of(plan: Plan, sea: SeaView) -> Shown:
    """Work out what a map shows.

    Raises
    ------
    ScenarioError
        The weather cannot be had as the scenario asks for.
    """
    earned, scene = credits_of(plan), around.backdrop(sea)
    return Shown(earned, sortie_figures(plan, scene.zones, earned), scene, content_of(plan, sea))


def draw(plan: Plan, sea: SeaView, shown: Shown, tiles: str | None = None) -> Drawn:
    """Draw the map of a plan in the language spoken at the moment.

    Parameters
    ----------
    plan
        A finished plan.
    sea
        The sea it was made for.
    shown
        What is to be shown of them.
    tiles
        Address of online tiles that readers may switch on; none by default.
    """
    scene = shown.scene
    data = payload(plan, sea, shown.content, t(scene.notice))
    west, south, east, north = sea.aor.bounds
    drawn = _Map(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_start=6,
        prefer_canvas=data["canvas"],
        zoom_snap=0.25,
        wheel_px_per_zoom_level=120,
    )
    drawn.add_child(_Load(data, [[south, west], [north, east]]))
    folium.map.CustomPane("coast", z_index=390, pointer_events=False).add_to(drawn)
    _add_backdrop(drawn, sea, scene)
    cells = folium.FeatureGroup(name=escape(t("Cells"))).add_to(drawn)
    cells.add_child(_Draw("addCells", {}))
    _add_context(drawn, plan, sea, scene)
    tracks = folium.FeatureGroup(name=escape(t("Tracks"))).add_to(drawn)
    tracks.add_child(_Draw("addTracks", features.sortie_features(plan, shown.trips, sea.cells.ids)))
    _add_layer(
        drawn, t("Dropped (dashed grey)"), "addLines", features.dropped_features(plan), False
    )
    if tiles is not None:
        _add_layer(drawn, t("Online map (needs a network)"), "addTiles", {"url": tiles}, False)
    collapsed: Any = folium.JsCode("patrol.narrow()")
    folium.LayerControl(collapsed=collapsed, autoZIndex=False).add_to(drawn)
    drawn.add_child(_End())
    body, script = _parts(drawn)
    return Drawn(body, script, shown)


def _add_backdrop(drawn: folium.Map, sea: SeaView, scene: around.Backdrop) -> None:
    """Coast, depths and the area: under everything else."""
    base = folium.FeatureGroup(name="Coast", control=False).add_to(drawn)
    base.add_child(_Draw("addCoast", around.coast_features(scene)))
    if scene.sectors:
        _add_layer(drawn, t("Depth"), "addDepths", depth_bands())
    outline = folium.FeatureGroup(name="Area watched", control=False).add_to(drawn)
    outline.add_child(_Draw("addOutlines", [around.area_feature(sea)]))


def _add_context(drawn: folium.Map, plan: Plan, sea: SeaView, scene: around.Backdrop) -> None:
    """Sectors, limits, zones, closures, ports and bases."""
    area = plan.scenario.get("area", {})
    closures = tuple(area.get("closures", ()))
    bases = [(base["position"][0], base["position"][1]) for base in plan.scenario.get("base", ())]
    closed = sea.closures if isinstance(sea, Sea) else ()
    _add_layer(drawn, t("Sectors (derived)"), "addOutlines", around.sector_features(scene))
    if scene.sectors:
        _add_layer(drawn, t("Limits (derived)"), "addLines", around.limit_features(area))
    _add_layer(drawn, t("Zones"), "addOutlines", around.zone_features(scene, sea, closures))
    _add_layer(drawn, t("Closed areas"), "addOutlines", around.closure_features(closed))
    _add_layer(drawn, t("Ports"), "addPlaces", around.port_features(scene, bases))
    _add_layer(drawn, t("Bases"), "addPlaces", features.base_features(plan))


def _add_layer(drawn: folium.Map, name: str, call: str, data: Any, show: bool = True) -> None:
    """A layer that readers can switch, if there is anything on it."""
    if data:
        group = folium.FeatureGroup(name=escape(name), show=show).add_to(drawn)
        group.add_child(_Draw(call, data))


def _parts(drawn: folium.Map) -> tuple[str, str]:
    """Body and script that folium makes of a map, with the same names every time."""
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    for number, element in enumerate(_elements(drawn)):
        element._id = f"{number:03d}"
    _rekey(drawn)
    for child in figure._children.values():
        child.render()
    words = t("Map of the patrol plan. The same figures stand in the tables below it.")
    label = f'role="region" aria-label="{escape(words)}" class="folium-map"'
    body = figure.html.render().replace('class="folium-map"', label, 1)
    return body, figure.script.render()


def _elements(element: Element) -> Iterator[Element]:
    """An element and everything in it, in drawing order."""
    yield element
    for child in element._children.values():
        yield from _elements(child)


def _rekey(element: Element) -> None:
    """File children under their new names; folium looks some of them up."""
    children = list(element._children.values())
    element._children.clear()
    for child in children:
        element._children[child.get_name()] = child
        _rekey(child)
