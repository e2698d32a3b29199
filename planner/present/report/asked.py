"""What was asked for: area, limits, weather, light, threats, fleet."""

from __future__ import annotations

from collections import defaultdict

from planner import geodata
from planner.present.report.blocks import Row, Section, Table, table
from planner.present.report.case import Case
from planner.present.text import clean, count, duration, join_words, moment, number, offset, percent
from planner.scenario import Environment, Scenario
from planner.scenario.model import Threat

_LIMITS = {
    "territorial": "the territorial belt",
    "fishery": "the territorial belt and the fishery zone",
    "sector": "the whole sector",
}
_LAWS = {
    "2006": "12 nm (law of 2006)",
    "2018-convention": "15 nm and 10 nm of fishery zone (Convention of 2018)",
}
_SHORES = {
    "present": "of recent years, about −29 m (shipped)",
    "legal-28m": "of November 2017, taken as the legal one at −28 m (shipped)",
}
_WEATHER = {
    "calm": "calm: no wind, no waves",
    "climatology": "means of the months (COADS) with a wave relation",
}
_KINDS = {
    "area": "area: anywhere in it",
    "transit": "transit: runs along a path",
    "incidents": "incidents: where past events were",
    "drift": "drift: particles of a file",
}


def asked(case: Case) -> Section:
    """Section on the scenario."""
    return Section(
        "asked",
        "What was asked",
        (_area(case), _threats(case), _units(case)),
    )


def _area(case: Case) -> Table:
    scenario, (start, end) = case.scenario, case.period
    area, environment = scenario.area, scenario.environment
    where = (
        f"{_LIMITS[area.limit]} of {area.sector.title()}, belts {_LAWS[area.limits]}"
        if area.sector
        else f"the polygon of the file {area.file}"
    )
    summary = case.sea.summary
    rows = [
        ("Area", where),
        (
            "Water",
            f"{number(summary.aor_nm2)} nm², of it {number(summary.water_nm2)} nm² in "
            f"{count(summary.cells, 'cell')} (H3 resolution {area.cell_resolution})",
        ),
        (
            "Time",
            f"{moment(start)} to {moment(end)}, {offset(start)}: {scenario.days:g} days in steps "
            f"of {area.time_step_min} min; departures every {area.departure_step_min} min",
        ),
        ("Shoreline", _SHORES.get(area.shoreline, f"the file {area.shoreline}")),
        (
            "Depth",
            "ETOPO1 (shipped); water at "
            f"{environment.water_level_anomaly_m:+g} m to the grid’s datum"
            if area.depth == "etopo1"
            else "not looked at: all water is taken as deep enough",
        ),
        ("Closures", join_words([_zone(name) for name in area.closures]) or "none"),
        ("Bases", _bases(scenario)),
        ("Weather", _weather(scenario)),
        ("Light and sensors", _light(scenario)),
    ]
    return table(
        "Area, time and conditions",
        ("", ""),
        [Row((name, clean(words))) for name, words in rows],
        wide=(1,),
    )


def _weather(scenario: Scenario) -> str:
    states = scenario.environment.states
    return "; ".join(
        [
            *(
                f"{_weather_words(state)} (known since {state.since:%d %b %Y %H:%M})"
                for state in states[:-1]
            ),
            ("before that, " if len(states) > 1 else "") + _weather_words(states[-1]),
        ]
    )


def _weather_words(environment: Environment) -> str:
    words = _WEATHER.get(environment.source, f"the file {environment.file}")
    if environment.source == "climatology" and environment.seed is not None:
        words = f"one weather drawn from the months’ climate (COADS), seed {environment.seed}"
    ice = {None: "", "none": "; no ice", "freezing-days": "; ice by days of frost"}
    return words + ice.get(environment.ice, f"; ice from the file {environment.ice}")


def _light(scenario: Scenario) -> str:
    environment = scenario.environment
    if not any(threat.target for threat in scenario.threat):
        return (
            "no threat names a type of target, so each class searches with its own sweep width "
            "in any light"
        )
    sensors = "the better of the two" if environment.sensors == "better" else "their sum"
    tired = "; crews excessively tired, visual widths times 0.9" if environment.fatigue else ""
    return (
        "against types of target by eye in daylight and by radar at any hour, "
        f"{sensors} where both see; visibility {environment.visibility_nm:g} nm where no file "
        f"gives it{tired}"
    )


def _threats(case: Case) -> Table:
    scenario = case.scenario
    total = sum(threat.weight for threat in scenario.threat)
    rows = [
        Row(
            (
                clean(threat.name),
                percent(threat.weight / total),
                _KINDS.get(threat.kind, threat.kind),
                clean(_where(threat)),
                clean(_when(threat)),
                clean(threat.target or "–"),
            )
        )
        for threat in scenario.threat
    ]
    return table(
        "Threats",
        ("Threat", "Weight", "Kind", "Where", "How long, when", "Target type"),
        rows,
        words=(0, 2, 5),
        wide=(3, 4),
        note="Weights are the judgement of whoever wrote the scenario; only their proportions "
        "count.",
    )


def _where(threat: Threat) -> str:
    if threat.kind == "transit" and threat.origin and threat.destination:
        return f"{_ends(threat.origin, threat.origin_to)} → " + _ends(
            threat.destination, threat.destination_to
        )
    if threat.zone:
        return _zone(threat.zone)
    named = threat.file or threat.raster
    return f"file {named}" if named else "the whole area"


def _when(threat: Threat) -> str:
    words = []
    if threat.persistence_h is not None:
        words.append(f"stays {duration(threat.persistence_h)}")
    if threat.speed_kn is not None:
        words.append(f"{threat.speed_kn:g} kn, {count(threat.tracks, 'run')} sampled")
    if threat.hours is not None:
        words.append(f"from {threat.hours[0]:g} h to {threat.hours[1]:g} h")
    if threat.months is not None:
        words.append("months " + join_words([str(month) for month in threat.months]))
    return ", ".join(words) or "–"


def _units(case: Case) -> Table:
    scenario = case.scenario
    rows = [
        Row(
            (
                clean(unit.name),
                clean(unit.agency),
                clean(unit.base),
                clean(scenario.vessel_of(unit).name),
                number(unit.count),
                number(unit.crews),
            )
        )
        for unit in scenario.unit
    ]
    return table(
        "Units",
        ("Unit", "Agency", "Base", "Class", "Hulls", "Crews"),
        rows,
        words=(0, 1, 2),
        wide=(3,),
    )


def _bases(scenario: Scenario) -> str:
    return "; ".join(
        f"{base.name} {_position(base.position)}, {count(base.berths, 'berth')}"
        for base in scenario.base
    )


def widths(case: Case) -> Table:
    """Sweep widths of the plan's searches by class and threat, least to greatest."""
    names = [threat.name for threat in case.scenario.threat]
    vessel = {hull.id: hull.vessel for hull in case.plan.hulls}
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for sortie in case.plan.sorties:
        for leg in (leg for leg in sortie.legs if leg.mode == "search"):
            for name in names:
                width_nm = leg.sweep_width_nm * leg.factor(name)
                found[vessel[sortie.hull], name].append(width_nm)
    rows = [
        Row(
            (
                clean(case.scenario.vessel[key].name),
                *(_span(found.get((key, name), [])) for name in names),
            )
        )
        for key in dict.fromkeys(vessel.values())
    ]
    return table(
        "Sweep widths of the plan’s searches, nm",
        ("Class", *(clean(name) for name in names)),
        rows,
        note="Least to greatest over all searches, as light and weather let them be; – for a "
        "class that does not search.",
    )


def _span(widths: list[float]) -> str:
    if not widths:
        return "–"
    low, high = f"{min(widths):.2f}", f"{max(widths):.2f}"
    return low if low == high else f"{low} – {high}"


def _zone(key: str) -> str:
    zones = geodata.zones()
    return zones[key].name if key in zones else f"file {key}"


def _ends(first: tuple[float, float], last: tuple[float, float] | None) -> str:
    return _position(first) + (f" to {_position(last)}" if last else "")


def _position(position: tuple[float, float]) -> str:
    lon, lat = position
    return f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'} {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}"
