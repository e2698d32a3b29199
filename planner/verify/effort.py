"""Rules on searching: sweep width, lanes inside their cells, exposures, lanes apart."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.verify.facts import Claim, Facts, Stretch
from planner.verify.geometry import distance_nm
from planner.verify.report import Figure, Tally
from planner.verify.tolerance import EXPOSURE, LENGTH_NM, SHARE, TIME_H

SAME_LANE_NM = 0.05
"""Two lanes closer than this see the same water (93 m)."""

SAME_LANE_SHARE = 0.9
"""Share of a lane that may lie along one earlier lane in the same cell."""

STRAIGHT_SHARE = 0.8
"""A lane whose ends are farther apart than this share of its length has no other way."""

LANES_APART = 3
"""A pass keeps off the lanes of so many passes before it (assumption).

At a sweep width of a third of the cell, so many lanes leave little unseen.
"""

LANE_POINTS = 41
"""Points of a lane at which its distance from another is measured."""


def sweep(facts: Facts, tally: Tally) -> None:
    """A search leg states the sweep widths of its class there and then, against every threat."""
    known = {threat.name for threat in facts.scenario.threat}
    for stretch in facts.stretches:
        for threat, number in Counter(width.threat for width in stretch.leg.widths).items():
            tally.holds(
                "sweep",
                number == 1 and threat in known,
                f"{stretch.name} states {number} sweep widths against '{threat}'"
                + ("" if threat in known else ", which is no threat of the scenario"),
                sortie=stretch.voyage.sortie.id,
                time=stretch.leg.start,
            )
    for claim in facts.claims:
        leg = claim.stretch.leg
        stated_nm = {width.threat: width.sweep_width_nm for width in leg.widths}
        if claim.cell < 0 or not claim.widths_nm:
            continue
        widest_nm = max(stated_nm.get(threat, leg.sweep_width_nm) for threat in claim.widths_nm)
        tally.holds(
            "sweep",
            leg.sweep_width_nm <= widest_nm,
            f"{claim.stretch.name} states a sweep width of {leg.sweep_width_nm:.4g} nm that it "
            f"has against no threat",
            sortie=claim.stretch.voyage.sortie.id,
            time=leg.start,
        )
        for threat, width_nm in claim.widths_nm.items():
            tally.agrees(
                "sweep",
                f"{claim.stretch.name} states another sweep width against '{threat}' than its "
                "class has there",
                Figure(stated_nm.get(threat, leg.sweep_width_nm), width_nm, "nm"),
                slack=1e-6 * claim.width_nm + 1e-9,
                sortie=claim.stretch.voyage.sortie.id,
                time=leg.start,
            )


def claims(facts: Facts, tally: Tally) -> None:
    """Only search legs claim exposure, of cells of the sea, each once."""
    for stretch in facts.stretches:
        leg, sortie = stretch.leg, stretch.voyage.sortie.id
        if not leg.exposures:
            continue
        tally.holds(
            "claims",
            leg.mode == "search",
            f"{stretch.name} claims exposure, only search legs give any",
            sortie=sortie,
            time=leg.start,
        )
        for cell, number in Counter(claim.cell for claim in leg.exposures).items():
            tally.holds(
                "claims",
                cell in facts.cell_index,
                f"{stretch.name}: '{cell}' is not a cell of the sea",
                sortie=sortie,
                time=leg.start,
            )
            tally.holds(
                "claims",
                number == 1,
                f"{stretch.name} claims cell '{cell}' {number} times",
                sortie=sortie,
                time=leg.start,
            )


def exposure(facts: Facts, tally: Tally) -> None:
    """The exposure claimed for a cell is ``W · length in the cell / A``."""
    for claim in facts.claims:
        tally.agrees(
            "exposure",
            f"{claim.stretch.name} claims another exposure of cell '{claim.name}'"
            " than its path gives",
            Figure(claim.stated, claim.found),
            slack=SHARE * claim.found + EXPOSURE,
            sortie=claim.stretch.voyage.sortie.id,
            time=claim.stretch.leg.start,
        )


def lanes(facts: Facts, tally: Tally) -> None:
    """A search leg lies wholly in the cells it claims."""
    covered: dict[tuple[int, int], float] = defaultdict(float)
    for claim in facts.claims:
        covered[_leg(claim)] += claim.length_nm
    for stretch in facts.stretches:
        if stretch.leg.mode != "search" or stretch.voyage.vessel is None:
            continue
        within_nm = covered[stretch.voyage.number, stretch.number]
        tally.at_most(
            "lanes",
            f"{stretch.name} searches outside the cells it claims",
            Figure(stretch.length_nm - within_nm, LENGTH_NM, "nm"),
            slack=SHARE * stretch.length_nm,
            sortie=stretch.voyage.sortie.id,
            time=stretch.leg.start,
        )


def lanes_apart(facts: Facts, tally: Tally) -> None:
    """Passes through one cell lie on different lanes: the same line sees no new water.

    A pass is compared with the last few of all hulls, as long as exposures
    add up: within the longest persistence of the area threats. Let be is one
    that has no other way, because it runs nearly straight between its ends, or
    that sweeps as much water as the cell has.
    """
    memory_h = max((threat.persistence_h or 0.0 for threat in facts.scenario.threat), default=0.0)
    by_cell: dict[int, list[Stretch]] = defaultdict(list)
    for claim in sorted(facts.claims, key=lambda claim: claim.stretch.start_h):
        if claim.cell >= 0 and 0 < claim.found < 1:
            by_cell[claim.cell].append(claim.stretch)
    for cell, passes in by_cell.items():
        for number, stretch in enumerate(passes):
            since_h = stretch.start_h - memory_h
            last = passes[max(0, number - LANES_APART) : number]
            earlier = [other.line for other in last if other.end_h > since_h + TIME_H]
            if earlier and _has_choice(stretch):
                tally.at_most(
                    "lanes_apart",
                    f"{stretch.name} follows a lane already searched in cell"
                    f" '{facts.sea.cells.ids[cell]}'; share of it",
                    Figure(_share_along(stretch, earlier), SAME_LANE_SHARE),
                    sortie=stretch.voyage.sortie.id,
                    time=stretch.leg.start,
                )


def _has_choice(stretch: Stretch) -> bool:
    path = stretch.leg.path
    return distance_nm(path[0], path[-1]) <= STRAIGHT_SHARE * stretch.length_nm


def _share_along(stretch: Stretch, earlier: list[BaseGeometry]) -> float:
    """Largest share of a leg's line that lies along one of the ``earlier`` lines."""
    parts = np.linspace(0.0, 1.0, LANE_POINTS)
    points = shapely.line_interpolate_point([stretch.line], parts, normalized=True)
    apart_deg = shapely.distance(points[:, None], np.array(earlier, dtype=object)[None, :])
    return float(np.mean(apart_deg <= SAME_LANE_NM / 60.0, axis=0).max())


def _leg(claim: Claim) -> tuple[int, int]:
    return claim.stretch.voyage.number, claim.stretch.number
