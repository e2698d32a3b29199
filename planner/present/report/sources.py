"""Where the figures come from: layers, files, vessel figures, and how to make the plan again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from planner import __version__, geodata
from planner.present.report.blocks import Block, Row, Section, Table, Words, table
from planner.present.report.case import Case
from planner.present.text import clean, number, percent
from planner.present.worth import ENDED
from planner.scenario import Scenario
from planner.scenario.model import SHIPPED_SHORELINES
from planner.scenario.vessel import SeaState, VesselClass

LABELS = {
    "length_m": "Length, m",
    "draft_m": "Draft, m",
    "under_keel_clearance_m": "Water under the keel, m",
    "max_kn": "Top speed, kn",
    "cruise_kn": "Cruise speed, kn",
    "search_kn": "Search speed, kn",
    "endurance_h": "Endurance, h",
    "fuel_l": "Fuel, l",
    "fuel_reserve": "Fuel left on return, share",
    "burn_cruise_l_h": "Burn at cruise, l/h",
    "burn_search_l_h": "Burn at search, l/h",
    "burn_loiter_l_h": "Burn when waiting, l/h",
    "turnaround_h": "Turnaround, h",
    "rest_h": "Crew’s rest, h",
    "crew": "Crew",
    "sweep_width_nm": "Sweep width, nm",
    "eye_height_m": "Eye height, m",
    "radar_height_m": "Radar height, m",
    "radar_range_nm": "Radar range, nm",
    "in_ice": "Sails in ice",
    "cost_per_h_usd": "Cost of an hour, $",
    "purchase_usd": "Price, $",
}


def sources(case: Case) -> Section:
    """Section on data, vessels and reproduction."""
    own = _files(case.scenario)
    blocks: list[Block] = [_layers(case)]
    if own.rows:
        blocks.append(own)
    blocks.append(
        Words(
            "Figures of the vessel classes follow. “Assumption” marks a figure without a published "
            "source; “in part” one whose source leaves something to an assumption."
        )
    )
    keys = dict.fromkeys(hull.vessel for hull in case.plan.hulls)
    blocks += [_vessel(key, case.scenario.vessel[key]) for key in keys]
    return Section("sources", "Data and sources", (*blocks, _made(case)))


def used_layers(case: Case) -> list[str]:
    """Keys of the shipped layers that the plan or its drawings rest on."""
    scenario = case.scenario
    area, environment = scenario.area, scenario.environment
    shipped = geodata.vessels()
    used = {
        f"shoreline-{area.shoreline}": area.shoreline in SHIPPED_SHORELINES,
        "shoreline-background": bool(case.around.sectors),
        "sectors": area.sector is not None,
        "depth": area.depth == "etopo1",
        "climatology": environment.source == "climatology"
        or environment.ice == "freezing-days"
        or (environment.source == "file" and environment.ice is None),
        "zones": bool(case.around.zones),
        "vessels": any(unit.vessel in shipped for unit in scenario.unit),
        "sweep-width": any(threat.target for threat in scenario.threat),
    }
    return [layer.key for layer in geodata.layers() if used.get(layer.key)]


def _layers(case: Case) -> Table:
    used = used_layers(case)
    rows = [
        Row(
            (
                layer.title,
                f"{layer.source}, {layer.version}, {layer.date}",
                layer.licence,
                layer.notes,
            )
        )
        for layer in geodata.layers()
        if layer.key in used
    ]
    return table(
        "Shipped layers",
        ("Layer", "Source, version, date", "Licence", "What to mind"),
        rows,
        wide=(0, 1, 2, 3),
    )


def _files(scenario: Scenario) -> Table:
    area, environment = scenario.area, scenario.environment
    zones = geodata.zones()
    named = [
        area.file,
        area.shoreline if area.shoreline not in SHIPPED_SHORELINES else None,
        *(name for name in area.closures if name not in zones),
        *(state.file for state in environment.states),
        *(state.ice for state in environment.states if state.ice not in ("none", "freezing-days")),
        *(name for threat in scenario.threat for name in (threat.file, threat.raster)),
    ]
    rows = [
        Row((clean(name), _hash(scenario, name)))
        for name in dict.fromkeys(name for name in named if name)
    ]
    return table("The scenario’s own files", ("File", "SHA-256"), rows, wide=(1,))


def _hash(scenario: Scenario, name: str) -> str:
    path = scenario.path_of(name)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "–"


def _vessel(key: str, vessel: VesselClass) -> Table:
    rows = [Row(cells) for cells in _figures(key, vessel)]
    return table(
        clean(vessel.name), ("Figure", "Value", "Basis", "Source"), rows, words=(0, 2), wide=(3,)
    )


def _figures(key: str, vessel: VesselClass) -> Iterator[tuple[str, str, str, str]]:
    """Label, value, basis and source of every figure of a class, and of its sea states."""
    for field, label in LABELS.items():
        yield label, _value(field, getattr(vessel, field)), *_origin(key, vessel, field)
    for place, state in enumerate(vessel.sea):
        label = f"In seas to {state.wave_m:g} m, wind to {state.wind_kn:g} kn"
        hours = "" if state.endurance_h is None else f", {state.endurance_h:g} h"
        basis, words = _origin(key, vessel, "sea")
        speed = f"{percent(state.speed, 0)} of speed{hours}"
        yield label, speed, basis, words if place == 0 else "as above"


def _origin(key: str, vessel: VesselClass, field: str) -> tuple[str, str]:
    """Basis of a figure in a word, and its source."""
    shipped = geodata.vessels().get(key, {})
    if field in shipped and _same(getattr(vessel, field), shipped[field]):
        source = geodata.vessel_sources()[key][field]
        if source.startswith("assumption"):
            return "assumption", clean(source.removeprefix("assumption: "))
        return "in part" if "assumption" in source else "source", clean(source)
    default = VesselClass.model_fields[field].get_default()
    if getattr(vessel, field) == default:
        return "default", "default of the planner"
    return "scenario", "given in the scenario"


def _same(value: Any, shipped: Any) -> bool:
    if isinstance(shipped, list):
        return bool(value == tuple(SeaState.model_validate(one) for one in shipped))
    return bool(value == shipped)


def _value(field: str, value: Any) -> str:
    if field == "in_ice":
        return "yes" if value else "no"
    if field == "purchase_usd" and value == 0:
        return "–"
    return number(value, 0 if float(value).is_integer() else 2)


def _made(case: Case) -> Table:
    solver = case.plan.solver
    rows = [
        ("Planner", f"caspian-patrol-planner {case.plan.planner_version}"),
        ("Report", f"caspian-patrol-planner {__version__}"),
        ("Seed", number(solver.seed)),
        (
            "Optimiser",
            f"{number(solver.time_s, 1)} s, stopped because {ENDED[solver.termination]}"
            if solver.time_s > 0
            else f"stopped because {ENDED[solver.termination]}",
        ),
        ("Simulation", f"{number(case.trial.total.runs)} targets, seed {case.trial.seed}"),
    ]
    if case.fingerprint:
        rows.append(("SHA-256 of plan.json", case.fingerprint))
    return table(
        "How to make and check it again",
        ("", ""),
        [Row((name, clean(words))) for name, words in rows],
        wide=(1,),
        note="plan.json holds the whole scenario. “patrol verify” and “patrol simulate” on its "
        "folder repeat the checks of this report.",
    )
