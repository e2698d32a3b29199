"""The map of a plan: one HTML file that opens anywhere, with or without internet.

Folium builds the map, its layers and their control; what is drawn travels as
JSON and is drawn by the packaged ``map.js``, which writes the scenario's words
as text nodes only. The page around it holds the legend and the whole schedule
as a plain table. The same plan always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from planner.plan.model import Plan
from planner.present import backdrop as around
from planner.present import layers, palette
from planner.present.figures import SeaView, hulls_in_order, sortie_figures
from planner.present.offline import sealed, write_page
from planner.present.page import map_page
from planner.present.text import escape, script_json
from planner.simulate.model import Simulation


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
    """Scale, legend switch and table buttons, once all layers are there."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        "patrol.end({{ this._parent.get_name() }}, { "
        "{% for key, group in this.groups.items() %}"
        "{{ key|tojson }}: {{ group.get_name() }},"
        "{% endfor %} });"
        "{% endmacro %}"
    )

    def __init__(self, groups: dict[str, folium.FeatureGroup]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "End"
        self.groups = groups


def write_map(plan: Plan, sea: SeaView, path: Path, trial: Simulation | None = None) -> None:
    """Write the map of a plan as one self-contained HTML file.

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

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    write_page(render_map(plan, sea, trial), path)


def render_map(plan: Plan, sea: SeaView, trial: Simulation | None = None) -> str:
    """HTML of the map of a plan, see :func:`write_map`."""
    scene = around.backdrop(sea)
    trips = sortie_figures(plan, scene.zones)
    data = layers.payload(plan, sea, trips, scene.notice)
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
    colourings = _add_cells(drawn, data["watches"])
    _add_context(drawn, plan, sea, scene)
    _add_tracks(drawn, plan, trips)
    _add_dropped(drawn, plan)
    collapsed: Any = folium.JsCode("patrol.narrow()")
    folium.LayerControl(collapsed=collapsed, autoZIndex=False).add_to(drawn)
    drawn.add_child(_End(colourings))
    head, body, script = _parts(drawn)
    page = map_page(plan, sea, trips, scene.zones, trial, head=head, body=body, script=script)
    return sealed(page)


def _add_backdrop(drawn: folium.Map, sea: SeaView, scene: around.Backdrop) -> None:
    """Coast and degrees: always there, under everything else."""
    base = folium.FeatureGroup(name="Coast", control=False).add_to(drawn)
    base.add_child(_Draw("coast", around.coast_features(scene)))
    outline = folium.FeatureGroup(name="Area watched", control=False).add_to(drawn)
    outline.add_child(_Draw("outlines", [around.area_feature(sea)]))


def _add_cells(drawn: folium.Map, watches: list[str]) -> dict[str, folium.FeatureGroup]:
    """The cells once for each figure they can be coloured by; one shows at a time."""
    groups = {}
    names = {
        "detection": "Cells: detection",
        "risk": "Cells: risk per nm²",
        "effort": "Cells: search effort",
        **{f"watch{number}": f"Risk {hours}" for number, hours in enumerate(watches)},
    }
    for number, (key, name) in enumerate(names.items()):
        groups[key] = folium.FeatureGroup(name=name, overlay=False, show=number == 0)
        groups[key].add_child(_Draw("cells", key))
    groups["none"] = folium.FeatureGroup(name="Cells: none", overlay=False, show=False)
    for group in groups.values():
        drawn.add_child(group)
    return groups


def _add_context(drawn: folium.Map, plan: Plan, sea: SeaView, scene: around.Backdrop) -> None:
    """Sectors, zones, ports and bases."""
    closures = tuple(plan.scenario.get("area", {}).get("closures", ()))
    bases = [(base["position"][0], base["position"][1]) for base in plan.scenario.get("base", ())]
    for name, call, features in (
        ("Sectors (derived)", "outlines", around.sector_features(scene)),
        ("Zones", "outlines", around.zone_features(scene, sea, closures)),
        ("Ports", "places", around.port_features(scene, bases)),
        ("Bases", "places", layers.base_features(plan)),
    ):
        if features:
            group = folium.FeatureGroup(name=name).add_to(drawn)
            group.add_child(_Draw(call, features))


def _add_tracks(drawn: folium.Map, plan: Plan, trips: Any) -> None:
    """One layer of tracks for each hull that sails."""
    features = layers.sortie_features(plan, trips)
    for number, hull in enumerate(hulls_in_order(plan)):
        if features[hull.id]:
            dot = f'<span class="dot" style="background:{palette.hull_colour(number)}"></span>'
            group = folium.FeatureGroup(name=f"{dot}{escape(hull.id)}").add_to(drawn)
            group.add_child(_Draw("tracks", features[hull.id]))


def _add_dropped(drawn: folium.Map, plan: Plan) -> None:
    """Tracks that a plan made anew has dropped, hidden at first."""
    features = layers.dropped_features(plan)
    if features:
        group = folium.FeatureGroup(name="Dropped (dashed grey)", show=False).add_to(drawn)
        group.add_child(_Draw("dropped", features))


def _parts(drawn: folium.Map) -> tuple[str, str, str]:
    """Head, body and script that folium makes of a map, with the same names every time."""
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    for number, element in enumerate(_elements(drawn)):
        element._id = f"{number:03d}"
    _rekey(drawn)
    for child in figure._children.values():
        child.render()
    head = figure.header.render().replace(
        '<meta http-equiv="content-type" content="text/html; charset=UTF-8" />', ""
    )
    label = (
        'role="region" aria-label="Map of the patrol plan. The same figures stand in the tables '
        'below it." class="folium-map"'
    )
    body = figure.html.render().replace('class="folium-map"', label, 1)
    return head, body, figure.script.render()


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
