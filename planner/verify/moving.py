"""Rules on moving targets: their number, weights, passages, exposures, detection."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

import h3
import numpy as np

from planner.plan.model import MovingRow, TrackPassage
from planner.verify.facts import Claim, Facts
from planner.verify.geometry import steps_nm
from planner.verify.movers import MOVING, departed, drift_speed_kn, due, followed
from planner.verify.report import Figure, Tally
from planner.verify.stationary import threat_shares
from planner.verify.sweeping import mean_relative_kn, pass_exposure
from planner.verify.tolerance import EXACT, EXPOSURE, SHARE, TIME_H, WEIGHT_SHARE

ZIGZAG = 2.0
"""Line through the centres of the cells crossed, at most so much longer than the path.

A run along the border of two rows of hexagons crosses from one to the other at
every half of the distance between centres.
"""

SPEED_SHARE = 0.005
"""Relative difference between a stated and a recomputed speed of a target."""

SLOW = 1.1
"""Path of a target, at most so much longer than the line through the centres."""


def moving_rows(facts: Facts, tally: Tally) -> None:
    """Every moving threat has as many tracks as the scenario samples, and there are no others."""
    number = Counter(row.threat for row in facts.plan.moving)
    movers = {threat.name: threat for threat in facts.scenario.threat if threat.kind in MOVING}
    for name, threat in movers.items():
        tally.agrees(
            "moving_rows",
            f"threat '{name}' lists another number of tracks than the scenario samples",
            Figure(number[name], due(threat, facts), "tracks"),
            slack=0,
        )
    for name in number:
        tally.holds(
            "moving_rows", name in movers, f"'{name}' is not a moving threat of the scenario"
        )


def moving_weights(facts: Facts, tally: Tally) -> None:
    """A track's weight is its threat's share over the number of tracks."""
    for number, row in enumerate(facts.plan.moving, start=1):
        weight = _weight(row, facts)
        if weight is not None:
            tally.agrees(
                "moving_weights",
                f"track {number} of '{row.threat}' states another weight",
                Figure(row.weight, weight),
                slack=WEIGHT_SHARE * weight,
            )


def moving_speeds(facts: Facts, tally: Tally) -> None:
    """A track states the speed of its target."""
    for number, (row, speed_kn) in enumerate(
        zip(facts.plan.moving, _speeds_kn(facts), strict=True), start=1
    ):
        tally.agrees(
            "moving_speeds",
            f"track {number} of '{row.threat}' states another speed than its target has",
            Figure(row.speed_kn, speed_kn, "kn"),
            slack=SPEED_SHARE * speed_kn,
        )


def passages(facts: Facts, tally: Tally) -> None:
    """A track runs from cell to neighbour, forward in time, within the plan, at its speed.

    The path itself is not in the plan. It is never much shorter or longer
    than the line through the centres of the cells it crosses, so that line
    must fit the time taken at the threat's speed, give or take a cell. A drift
    track is where its particle is.
    """
    threats = {threat.name: threat for threat in facts.scenario.threat}
    order: Counter[str] = Counter()
    for number, row in enumerate(facts.plan.moving, start=1):
        name = f"track {number} of '{row.threat}'"
        threat, own = threats.get(row.threat), order[row.threat]
        order[row.threat] += 1
        if threat is None or not _in_order(row, name, facts, tally):
            continue
        if threat.kind == "drift":
            followed(row, own, threat, facts, tally)
        elif threat.kind == "transit":
            departed(row, own, threat, facts, tally)
        for run in _runs(row.passages):
            _adjacent(run, name, tally)
            if threat.speed_kn is not None:
                _paced(run, name, threat.speed_kn, tally)


def moving_exposure(facts: Facts, tally: Tally) -> None:
    """A track's exposure is what hulls give its cells while it is in them."""
    exposures = _exposures(facts)
    for number, (row, exposure) in enumerate(
        zip(facts.plan.moving, exposures, strict=True), start=1
    ):
        tally.agrees(
            "moving_exposure",
            f"track {number} of '{row.threat}' states another exposure than the legs give",
            Figure(row.exposure, exposure),
            slack=SHARE * exposure + EXPOSURE,
            time=row.passages[0].enter if row.passages else None,
        )


def moving_detection(facts: Facts, tally: Tally) -> None:
    """A track's detection is ``1 - exp(-exposure)`` of its row."""
    for number, row in enumerate(facts.plan.moving, start=1):
        tally.agrees(
            "moving_detection",
            f"track {number} of '{row.threat}': detection does not follow from exposure",
            Figure(row.detection, -math.expm1(-row.exposure)),
            slack=EXACT,
        )


def recomputed(facts: Facts) -> float:
    """Detection of all tracks from paths, passages and scenario alone."""
    return math.fsum(
        (_weight(row, facts) or 0.0) * -math.expm1(-exposure)
        for row, exposure in zip(facts.plan.moving, _exposures(facts), strict=True)
    )


def _weight(row: MovingRow, facts: Facts) -> float | None:
    for threat in facts.scenario.threat:
        if threat.name == row.threat and threat.kind in MOVING:
            return threat_shares(facts)[threat.name] / due(threat, facts)
    return None


def _by_cell(facts: Facts) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in facts.claims:
        found[claim.name].append(claim)
    return found


def _exposures(facts: Facts) -> list[float]:
    """Exposure of every track: what each pass that meets it in a cell gives, summed up."""
    return facts.once(_summed)


def _summed(facts: Facts) -> list[float]:
    by_cell = _by_cell(facts)
    return [
        _exposure(row, speed_kn, by_cell, facts)
        for row, speed_kn in zip(facts.plan.moving, _speeds_kn(facts), strict=True)
    ]


def _exposure(
    row: MovingRow, speed_kn: float, by_cell: dict[str, list[Claim]], facts: Facts
) -> float:
    """What passes sweep of a cell at their speed relative to the target while both are in it."""
    given = []
    for passage in row.passages:
        enter_h, leave_h = facts.hours(passage.enter), facts.hours(passage.leave)
        for claim in by_cell.get(passage.cell, ()):
            during, own_kn = claim.during(enter_h, leave_h), _speed_kn(claim)
            if during > 0.0 and row.threat in claim.widths_nm and own_kn > 0.0:
                faster = mean_relative_kn(own_kn, speed_kn) / own_kn
                given.append(pass_exposure(claim.share(row.threat) * during * faster))
    return math.fsum(given)


def _speed_kn(claim: Claim) -> float:
    """Speed of a searching boat, from its path and its times."""
    stretch = claim.stretch
    hours = stretch.end_h - stretch.start_h
    return round(stretch.length_nm / hours, 6) if hours > 0.0 else 0.0


def _speeds_kn(facts: Facts) -> list[float]:
    """Speed over the ground of every track's target, from the scenario and its files."""
    threats = {threat.name: threat for threat in facts.scenario.threat}
    order: Counter[str] = Counter()
    found = []
    for row in facts.plan.moving:
        threat, own = threats.get(row.threat), order[row.threat]
        order[row.threat] += 1
        speed_kn = 0.0
        if threat is not None and threat.kind == "transit":
            speed_kn = threat.speed_kn or 0.0
        elif threat is not None and threat.kind == "drift" and own < due(threat, facts):
            speed_kn = drift_speed_kn(own, threat, facts)
        found.append(speed_kn)
    return found


def _in_order(row: MovingRow, name: str, facts: Facts, tally: Tally) -> bool:
    """Check cells and times; False where nothing more can be said of the track."""
    good, before_h = True, 0.0
    for passage in row.passages:
        enter_h, leave_h = facts.hours(passage.enter), facts.hours(passage.leave)
        good &= tally.holds(
            "passages",
            passage.cell in facts.cell_index,
            f"{name}: '{passage.cell}' is not a cell of the sea",
            time=passage.enter,
        )
        good &= tally.holds(
            "passages",
            enter_h >= before_h - TIME_H and leave_h >= enter_h - TIME_H,
            f"{name} goes back in time in cell '{passage.cell}'",
            time=passage.enter,
        )
        before_h = leave_h
    tally.at_most(
        "passages",
        f"{name} runs on after the plan's end",
        Figure(before_h, facts.horizon_h, "h"),
        slack=TIME_H,
    )
    return good


def _runs(passages: tuple[TrackPassage, ...]) -> Iterator[list[TrackPassage]]:
    """Passages without a break in time; a track may leave the cells and come back."""
    run: list[TrackPassage] = []
    for passage in passages:
        if run and abs((passage.enter - run[-1].leave).total_seconds()) > 1.0:
            yield run
            run = []
        run.append(passage)
    if run:
        yield run


def _adjacent(run: list[TrackPassage], name: str, tally: Tally) -> None:
    for before, after in pairwise(run):
        tally.holds(
            "passages",
            before.cell == after.cell or h3.are_neighbor_cells(before.cell, after.cell),
            f"{name} jumps from cell '{before.cell}' to '{after.cell}', not its neighbour",
            time=after.enter,
        )


def _paced(run: list[TrackPassage], name: str, speed_kn: float, tally: Tally) -> None:
    centres = np.array([h3.cell_to_latlng(passage.cell)[::-1] for passage in run])
    line_nm = float(steps_nm(centres).sum())
    cell_nm = 2.0 * h3.edge_length(h3.origin_to_directed_edges(run[0].cell)[0], unit="km") / 1.852
    run_nm = speed_kn * (run[-1].leave - run[0].enter).total_seconds() / 3600.0
    tally.at_most(
        "passages",
        f"{name} is slower than {speed_kn:g} kn: it could have run",
        Figure(run_nm, SLOW * line_nm + cell_nm, "nm"),
        slack=0.1 * cell_nm,
        time=run[0].enter,
    )
    tally.at_most(
        "passages",
        f"{name} is faster than {speed_kn:g} kn: its cells lie apart",
        Figure(line_nm / ZIGZAG - cell_nm, run_nm, "nm"),
        slack=0.1 * cell_nm,
        time=run[0].enter,
    )
