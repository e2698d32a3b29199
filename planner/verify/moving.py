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
from planner.verify.report import Figure, Tally
from planner.verify.stationary import threat_shares
from planner.verify.tolerance import EXACT, EXPOSURE, SHARE, TIME_H, WEIGHT_SHARE

ZIGZAG = 1.5
"""Line through the centres of the cells crossed, at most so much longer than the path.

A straight run over hexagons zigzags between their centres by up to a fifth;
one that only clips corners by more.
"""

SLOW = 1.1
"""Path of a target, at most so much longer than the line through the centres."""


def moving_rows(facts: Facts, tally: Tally) -> None:
    """Every transit threat has as many tracks as the scenario samples, and no others."""
    number = Counter(row.threat for row in facts.plan.moving)
    transits = {threat.name: threat for threat in facts.scenario.threat if threat.kind == "transit"}
    for name, threat in transits.items():
        tally.agrees(
            "moving_rows",
            f"threat '{name}' lists another number of tracks than the scenario samples",
            Figure(number[name], threat.tracks, "tracks"),
            slack=0,
        )
    for name in number:
        tally.holds(
            "moving_rows", name in transits, f"'{name}' is not a transit threat of the scenario"
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


def passages(facts: Facts, tally: Tally) -> None:
    """A track runs from cell to neighbour, forward in time, within the plan, at its speed.

    The path itself is not in the plan. It is never much shorter or longer
    than the line through the centres of the cells it crosses, so that line
    must fit the time taken at the threat's speed, give or take a cell.
    """
    speed_kn = {threat.name: threat.speed_kn for threat in facts.scenario.threat}
    for number, row in enumerate(facts.plan.moving, start=1):
        name = f"track {number} of '{row.threat}'"
        if not _in_order(row, name, facts, tally):
            continue
        for run in _runs(row.passages):
            _adjacent(run, name, tally)
            speed = speed_kn.get(row.threat)
            if speed is not None:
                _paced(run, name, speed, tally)


def moving_exposure(facts: Facts, tally: Tally) -> None:
    """A track's exposure is what hulls give its cells while it is in them."""
    by_cell = _by_cell(facts)
    for number, row in enumerate(facts.plan.moving, start=1):
        exposure = _exposure(row, by_cell, facts)
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
    by_cell = _by_cell(facts)
    return math.fsum(
        (_weight(row, facts) or 0.0) * -math.expm1(-_exposure(row, by_cell, facts))
        for row in facts.plan.moving
    )


def _weight(row: MovingRow, facts: Facts) -> float | None:
    for threat in facts.scenario.threat:
        if threat.name == row.threat and threat.kind == "transit":
            return threat_shares(facts)[threat.name] / threat.tracks
    return None


def _by_cell(facts: Facts) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in facts.claims:
        found[claim.name].append(claim)
    return found


def _exposure(row: MovingRow, by_cell: dict[str, list[Claim]], facts: Facts) -> float:
    return math.fsum(
        claim.during(facts.hours(passage.enter), facts.hours(passage.leave))
        for passage in row.passages
        for claim in by_cell.get(passage.cell, ())
    )


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
