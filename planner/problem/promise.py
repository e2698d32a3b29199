"""Where a plan promises more, or less, than it will keep.

The ranges are those in which ``tests/benchmarks/calibration.py`` finds promise
and trial to agree, see there.
"""

from __future__ import annotations

from collections.abc import Iterator

import h3
import numpy as np

from planner.errors import Problem
from planner.problem.arrays import Fleet, FloatArray
from planner.problem.build import PlanningProblem
from planner.problem.tracks import Track
from planner.scenario import Scenario, Threat
from planner.units import NM2_KM2

FEWEST_A_STAY = 0.8
"""Runs that should depart, on average, in the time that one stays in a cell.

With 0.9 the formula gave 52 % of other runs on the reference, and 56 % of those sampled; with
a quarter of that, 35 and 72 %.
"""

NARROWEST = 0.17
"""Sweep width over the distance between cells, below which what lanes meet is chance.

At 0.19 plans of three sectors kept their promise of all standing targets within 6 %, of
everything within 10 %; at 0.14 two of the three found a fifth less than promised, and of runs
along a line as little as a tenth.
"""

WIDEST = 0.7
"""Sweep width over the distance between cells, beyond which neighbours are seen as well.

The plan gives no credit for what is seen over the edge of a cell. At 0.6 some 4 % more was
found than promised, at 0.8 up to 10 %, at 1.0 of standing targets 7 to 50 %.
"""


LEAST_SPREAD_NM = 3.0
"""Spread of runs about their course below which they count as one line, about a sweep width.

Without spread plans of four sectors found from 0.90 to 1.27 of the runs they promised, with
3 nm on the reference 1.05, with 6 nm 1.02.
"""


def doubts(scenario: Scenario, problem: PlanningProblem) -> list[Problem]:
    """Parts of a scenario that its plan's detection cannot be trusted on, each with a remedy."""
    found: list[Problem] = []
    for number, threat in enumerate(scenario.threat, start=1):
        found += _far_apart(scenario, problem, number, threat)
        found += _out_of_scale(scenario, problem, number, threat)
        found += _on_one_line(scenario, number, threat)
    return [*found, *_without_anchorage(scenario, problem), *_held_in(scenario, problem)]


def _held_in(scenario: Scenario, problem: PlanningProblem) -> Iterator[Problem]:
    """Units that waves, wind or ice keep in port all through the plan: they sail nothing."""
    for number, unit in enumerate(scenario.unit, start=1):
        own = [
            made.fleet
            for made in problem.made
            if problem.stations[made.fleet.unit].unit.name == unit.name
        ]
        if not any(map(_ever_out, own)):
            yield Problem(
                scenario.file_name,
                f"unit[{number}]",
                f"unit '{unit.name}' stays in port: no hull can leave its base and search in the "
                "waves, wind and ice of the plan's time",
                "move the plan's start, base it elsewhere ([[posting]]), or take a class that "
                "sails in more",
            )


def _ever_out(fleet: Fleet) -> bool:
    """Whether at some time a hull may set out to some cell, and at some time search one."""
    where, cells = fleet.open, fleet.network.active()
    return where is None or bool(where.deploy[:, cells].any() and where.cell[:, cells].any())


def _without_anchorage(scenario: Scenario, problem: PlanningProblem) -> Iterator[Problem]:
    """Units whose crews rest at anchor, and have nowhere to: no sortie lasts beyond a break."""
    for number, unit in enumerate(scenario.unit, start=1):
        if unit.break_every_h is None or unit.break_at != "anchor":
            continue
        own = [
            made.fleet
            for made in problem.made
            if problem.stations[made.fleet.unit].unit.name == unit.name
        ]
        if any(_anchorages(fleet) for fleet in own):
            continue
        yield Problem(
            scenario.file_name,
            f"unit[{number}].break_at",
            f"unit '{unit.name}' can search no cell in which it may lie at anchor: water deeper "
            f"than anchor_depth_m = {unit.anchor_depth_m:g}, or rougher throughout than "
            f"{unit.anchor_wave_m:g} m and {unit.anchor_wind_kn:g} kn; no sortie lasts longer than "
            f"{unit.break_every_h:g} h",
            "raise anchor_depth_m, anchor_wave_m or anchor_wind_kn if the boats allow it, or write "
            'break_at = "anywhere"',
        )


def _anchorages(fleet: Fleet) -> bool:
    """Whether a fleet can lie at anchor in some cell that it can search, at some time."""
    own = fleet.breaks
    return own is not None and (own.rest is None or bool(own.rest[:, fleet.network.active()].any()))


def _far_apart(
    scenario: Scenario, problem: PlanningProblem, number: int, threat: Threat
) -> Iterator[Problem]:
    """Sampled runs so far apart in time that the plan can fit their timetable.

    Sampled runs stand for runs at any time. Where one departs only long after
    the last has left a cell, a plan can meet the sample hour by hour and miss
    all runs in between: tried on others, a hundred a week were found half as
    often as planned.
    """
    tracks = _tracks(problem, threat)
    seen = [track for track in tracks if track.cell.size]
    if not seen:
        return
    stay_h = float(np.median(np.concatenate([t.leave_h - t.enter_h for t in seen])))
    apart_h = scenario.horizon_h / len(seen)
    if stay_h < FEWEST_A_STAY * apart_h:
        yield Problem(
            scenario.file_name,
            f"threat[{number}].tracks",
            f"{len(tracks)} runs depart {apart_h:.2f} h apart but stay {stay_h:.2f} h in "
            "a cell: the plan will fit their timetable, and find fewer at other times",
            f"give {int(np.ceil(len(tracks) * apart_h / stay_h))} or more",
        )


def _on_one_line(scenario: Scenario, number: int, threat: Threat) -> Iterator[Problem]:
    """Runs that all take the same course: how lanes happen to lie beside it decides."""
    straight = threat.origin_to is None and threat.destination_to is None
    if threat.kind == "transit" and straight and threat.spread_nm < LEAST_SPREAD_NM:
        yield Problem(
            scenario.file_name,
            f"threat[{number}].spread_nm",
            f"all runs of threat '{threat.name}' take one course: how lanes happen to lie beside "
            "it decides, and the plan may promise a quarter too much or too little",
            f"give {LEAST_SPREAD_NM:g} nm or more, as no two boats steer alike",
        )


def _out_of_scale(
    scenario: Scenario, problem: PlanningProblem, number: int, threat: Threat
) -> Iterator[Problem]:
    """Cells too large or too small for the sweep width of most searches."""
    ratios = _widths_over_spacing(problem, threat)
    if not ratios.size:
        return
    ratio = float(np.median(ratios))
    resolution = scenario.area.cell_resolution
    if ratio < NARROWEST:
        why, better = "what lanes meet is chance, and the plan may promise too much", 1
    elif ratio > WIDEST:
        why, better = "more is seen over the edges of cells than the plan promises", -1
    else:
        return
    yield Problem(
        scenario.file_name,
        f"threat[{number}]",
        f"threat '{threat.name}' is searched with a sweep width of {ratio:.2f} of the distance "
        f"between cells, outside {NARROWEST:g} to {WIDEST:g}: {why}",
        f"take area.cell_resolution = {resolution + better}",
    )


def _tracks(problem: PlanningProblem, threat: Threat) -> list[Track]:
    return [track for track in problem.tracks if track.threat == threat.name]


def _widths_over_spacing(problem: PlanningProblem, threat: Threat) -> FloatArray:
    """Sweep width against a threat over the distance between cells (k,), cell by cell and fleet.

    Mean over the epochs; only of cells that the fleet searches and its boats see something in.
    """
    area_nm2 = [h3.cell_area(name, unit="km^2") / NM2_KM2 for name in problem.instance.names]
    spacing_nm = np.sqrt(2.0 / np.sqrt(3.0) * np.array(area_nm2))
    ratios = [np.zeros(0)]
    for made in problem.made:
        cells = made.fleet.network.active()
        ratios.append((made.width_nm[threat.name].mean(axis=0) / spacing_nm)[cells])
    found = np.concatenate(ratios)
    return found[found > 0.0]
