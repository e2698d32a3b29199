"""The parts of a problem by which two of them are compared, with fingerprints."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from itertools import zip_longest
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from planner.problem.arrays import Breaks, Fleet, Instance
from planner.problem.build import PlanningProblem
from planner.problem.stations import Station
from planner.scenario import Scenario

Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(strict=True, ge=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UnitPart(_Part):
    """A unit: what it is found again by, and a fingerprint of all but its hulls and crews.

    ``gaps`` and ``least`` are the ``gap_steps`` and ``least_steps`` of its
    capacity rows, in their order. Which rows a unit has depends on its numbers
    of hulls and crews. What is taken of them is not kept: a bound holds
    whatever that is.
    """

    name: str
    vessel: str
    base: str
    fingerprint: Fingerprint
    gaps: Annotated[tuple[int, ...], Field(min_length=1)]
    least: tuple[int, ...] = ()

    @property
    def pauses(self) -> tuple[tuple[int, int], ...]:
        """Gap and least steps of each row; a file from before rows had the latter has none."""
        return tuple(zip_longest(self.gaps, self.least[: len(self.gaps)], fillvalue=0))


class ThreatPart(_Part):
    """A threat with a fingerprint of its targets and their weights."""

    name: str
    fingerprint: Fingerprint


class Parts(_Part):
    """What a problem is made of.

    ``layer`` and ``track`` are the numbers (in ``threats``) of the threats
    that each layer and each moving target belong to; ``required`` is a fingerprint
    of what is asked beside them, empty if nothing is.
    """

    start: AwareDatetime
    step_min: Whole
    n_steps: Whole
    cells: Fingerprint
    units: tuple[UnitPart, ...]
    threats: tuple[ThreatPart, ...]
    layer: tuple[int, ...]
    track: tuple[int, ...]
    required: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""

    @property
    def length(self) -> dt.timedelta:
        """Length of the plan."""
        return self.n_steps * dt.timedelta(minutes=self.step_min)

    def changes(self, other: Parts) -> list[str]:
        """Parts in which ``other`` is another problem than this one, in words.

        Numbers of hulls and crews, names and the date count for nothing. If
        there are no others, every array that a bound rests on is the same:
        the fingerprints cover them, in order, all but the capacity rows.
        """
        found = []
        if self.cells != other.cells:
            found.append("the cells")
        if (self.n_steps, self.step_min) != (other.n_steps, other.step_min):
            found.append("the plan's length")
        if found:
            return found  # of which all else is a consequence
        for word, mine, theirs in (
            ("unit", self.units, other.units),
            ("threat", self.threats, other.threats),
        ):
            prints = [part.fingerprint for part in mine]
            if prints == [part.fingerprint for part in theirs]:
                continue
            new = [part.name for part in theirs if part.fingerprint not in prints]
            found.append(f"{word} '{new[0]}'" if len(new) == 1 else f"the {word}s")
        if self.required != other.required:
            found.append("the requirements")
        return found


def parts_of(scenario: Scenario, problem: PlanningProblem) -> Parts:
    """Parts of a scenario and its problem."""
    instance = problem.instance
    number = {threat.name: k for k, threat in enumerate(scenario.threat)}
    return Parts(
        start=scenario.start,
        step_min=scenario.area.time_step_min,
        n_steps=instance.n_steps,
        cells=_digest(*(name.encode() for name in instance.names)),
        units=tuple(
            _unit(station, [instance.fleets[number] for number in fleets])
            for station, fleets in zip(problem.stations, instance.units, strict=True)
        ),
        threats=tuple(
            ThreatPart(name=threat.name, fingerprint=_threat(threat.name, problem))
            for threat in scenario.threat
        ),
        layer=tuple(number[layer.threat] for layer in problem.layers),
        track=tuple(number[track.threat] for track in problem.tracks),
        required=_required(problem),
    )


def cell_numbers(instance: Instance) -> NDArray[np.uint64]:
    """H3 indexes of an instance's cells as whole numbers, shape (n_cells,)."""
    return np.array([int(name, 16) for name in instance.names], np.uint64)


def _unit(station: Station, fleets: Sequence[Fleet]) -> UnitPart:
    """A unit, at home or posted, from its fleets: one for each sea state."""
    ends = dict.fromkeys((station.depart_base.name, station.return_base.name))
    return UnitPart(
        name=station.name,
        vessel=station.unit.vessel,
        base=" – ".join(ends),
        fingerprint=_digest(*(piece for fleet in fleets for piece in _arrays(fleet))),
        gaps=tuple(row.gap_steps for row in fleets[0].rows),
        least=tuple(row.least_steps for row in fleets[0].rows),
    )


def _arrays(fleet: Fleet) -> list[NDArray[np.generic]]:
    """All that a fleet's sorties and their exposures follow from, but the capacity rows."""
    net, fuel, where = fleet.network, fleet.fuel, fleet.open
    weather = () if where is None else (where.cell, where.deploy, where.back, where.hop)
    breaks = () if fleet.breaks is None else _of_breaks(fleet.breaks)
    spared = np.array([budget.spared for budget in fleet.budgets])
    more = (*breaks, spared) if spared.any() else breaks
    return [
        net.visit_steps, net.adjacent, net.hop_ptr, net.hop_from, net.hop_steps,
        net.deploy_steps, net.return_steps, net.departures, np.array([net.max_steps]),
        fleet.exposure, fleet.track_ptr, fleet.track_target, fleet.track_exposure,
        np.array([fuel.transit_l, fuel.search_l, fuel.loiter_l, fuel.limit_l]),
        fleet.epoch, *weather, *more,
    ]  # fmt: skip


def _of_breaks(breaks: Breaks) -> tuple[NDArray[np.generic], ...]:
    """All that a fleet's breaks are: the rest follows from these and its ways."""
    rest = () if breaks.rest is None else (breaks.rest,)
    return (breaks.phase, np.array([breaks.lasts, breaks.anchored]), breaks.home, *rest)


def _threat(name: str, problem: PlanningProblem) -> str:
    """Fingerprint of a threat's targets: the windows and weights of its layer, or its tracks.

    What settled sorties detect already is told by the weights that they leave.
    """
    targets = problem.instance.targets
    moving = targets.weight[int(targets.offset[-1]) :]
    pieces: list[NDArray[np.generic] | bytes] = []
    for number, layer in enumerate(problem.layers):
        if layer.threat == name:
            pieces += [targets.window[number], targets.layer_weight(number)]
    for number, track in enumerate(problem.tracks):
        if track.threat == name:
            pieces += [moving[number : number + 1], track.cell, track.enter_h, track.leave_h]
    return _digest(*pieces)


def _required(problem: PlanningProblem) -> str:
    """Fingerprint of what requirements ask; what visits serve of it is told by the units."""
    targets = problem.instance.targets
    if targets.asked is None:
        return ""
    pieces: list[NDArray[np.generic]] = [
        targets.window[len(problem.layers) :],
        targets.asked,
        np.array([targets.met]),
    ]
    for group in targets.groups:
        pieces += [group.target, group.share, np.array([group.level, group.worth, group.done])]
    return _digest(*pieces)


def _digest(*pieces: NDArray[np.generic] | bytes) -> str:
    """SHA-256 over arrays with their types and shapes, or over bytes."""
    digest = hashlib.sha256()
    for piece in pieces:
        if isinstance(piece, bytes):
            digest.update(b"%d:" % len(piece) + piece)
        else:
            digest.update(f"{piece.dtype.str}{piece.shape}:".encode())
            digest.update(np.ascontiguousarray(piece).tobytes())
    return digest.hexdigest()
