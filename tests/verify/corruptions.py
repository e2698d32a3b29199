"""Ways to spoil a plan, as data: what is done to it, the rule that must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.verify import changes as do
from tests.verify import crew_changes as crew
from tests.verify import posting_changes as post
from tests.verify import requirement_changes as asked
from tests.verify import service_changes as serve
from tests.verify.changes import Data

ON_LAND = [51.4, 43.7]
OVER_SHOAL = [51.13, 43.648]
IN_CLOSED_AREA = [50.6, 43.875]
IN_ROUGH_SEAS = [50.42, 43.89]


@dataclass(frozen=True)
class Corruption:
    """A change of a plan that breaks ``rule`` (and perhaps others, as it must)."""

    name: str
    rule: str
    change: Callable[[Data], None]


CORRUPTIONS = (
    Corruption("over land", "land", do.detour(ON_LAND)),
    Corruption("over a shoal", "depth", do.detour(OVER_SHOAL, unit="Navy")),
    Corruption("through a closed area", "closures", do.detour(IN_CLOSED_AREA)),
    Corruption("through rough seas", "seas", do.detour(IN_ROUGH_SEAS)),
    Corruption("transit too fast", "speed", do.leg_figure("transit", "speed_kn", 50.0)),
    Corruption("search too fast", "speed", do.leg_figure("search", "speed_kn", 25.0)),
    Corruption("slower than it runs", "speed", do.leg_figure("transit", "speed_kn", 5.0)),
    Corruption("ends before it starts", "speed", do.backwards),
    Corruption("out too long", "endurance", do.loiter_on(24.0, "loiter")),
    Corruption("burns the reserve", "fuel", do.loiter_on(11.0, "transit")),
    Corruption("fuel understated", "fuel", do.scaled("sorties", "fuel_l", 0.8)),
    Corruption("distance understated", "distance", do.scaled("sorties", "distance_nm", 0.9)),
    Corruption("off the departure step", "departure",
               lambda data: do.shift(do.twice(data)[0], 1 / 6)),
    Corruption("before the start", "horizon", lambda data: do.shift(do.twice(data)[0], -48.0)),
    Corruption("after the end", "horizon", lambda data: do.shift(do.twice(data)[1], 48.0)),
    Corruption("gap in time", "continuity", do.time_gap),
    Corruption("gap in space", "continuity", do.space_gap),
    Corruption("not from its base", "continuity", do.off_base),
    Corruption("to another base", "home", do.first("sorties", "return_base", "Kuryk")),
    Corruption("from an unknown base", "identity", do.first("sorties", "depart_base", "Nowhere")),
    Corruption("an unknown hull", "identity", do.first("sorties", "hull", "Ghost")),
    Corruption("a sortie twice", "identity", do.copied_sortie),
    Corruption("a sortie without legs", "identity", do.no_legs),
    Corruption("an unknown unit", "fleet", do.first("hulls", "unit", "Ghosts")),
    Corruption("another vessel class", "fleet", do.first("hulls", "vessel", "zhuk")),
    Corruption("another agency", "fleet", do.first("hulls", "agency", "Customs")),
    Corruption("a hull too many", "fleet", do.extra_hull),
    Corruption("no berth for a hull", "berths", do.extra_hull),
    Corruption("a move left out", "postings", lambda data: data["moves"].pop()),
    Corruption("a move to its own base", "postings", post.move(0, arrive_base="Aktau")),
    Corruption("a move of a hull not posted", "postings", post.move(0, hull="Boats 1")),
    Corruption("by another way", "postings", post.move(0, by="sea")),
    Corruption("left before its time", "postings", post.move(0, depart="2006-05-22T00:00+05:00")),
    Corruption("home after its time", "postings", post.move(1, arrive="2006-05-23T20:00+05:00")),
    Corruption("sails from where it is not", "postings",
               post.sails_for_the_posted("2006-05-22T20:00+05:00")),
    Corruption("sails while on the road", "postings",
               post.sails_for_the_posted("2006-05-22T01:00+05:00")),
    Corruption("sails with the crew at home", "postings",
               post.sails_for_the_posted("2006-05-22T20:00+05:00", "Kuryk", "Scouts crew 2")),
    Corruption("a crew too many goes along", "postings",
               post.move(0, crews=["Scouts crew 1", "Scouts crew 2"])),
    Corruption("another crew comes back", "postings", post.move(1, crews=["Scouts crew 2"])),
    Corruption("a shorter road", "road", post.move(0, distance_km=50.0)),
    Corruption("a shorter road throughout", "road", post.shorter(0, 50.0)),
    Corruption("towed too fast", "road", post.drive(start=0.5)),
    Corruption("towed in no time", "road", post.drive(start=2.0)),
    Corruption("no time at the ramp", "road", post.drive(start=-0.5)),
    Corruption("driven all day", "road", post.driven_all_day),
    Corruption("where no ramp is", "road", post.move(0, arrive_base="Nowhere")),
    Corruption("on the road beyond the crew's day", "driving", post.slept_through),
    Corruption("sails before it has rested", "driving",
               post.sails_for_the_posted("2006-05-22T08:00+05:00", "Kuryk")),
    Corruption("drives before it has rested", "driving",
               post.sails_for_the_posted("2006-05-23T08:00+05:00", "Kuryk")),
    Corruption("two sorties at once", "overlap", do.same_hull_out),
    Corruption("too short a turnaround", "turnaround", do.sail_soon(1.0)),
    Corruption("more hulls out than there are", "hulls_out", do.three_out),
    Corruption("too little rest", "rest", do.tired_crews),
    Corruption("ready too soon", "ready", lambda data: do.twice(data)[0].update(
        ready=do.later(do.twice(data)[0]["ready"], -4.0))),
    Corruption("sails in upkeep", "outages", crew.sails_in_upkeep),
    Corruption("more hulls out than upkeep leaves", "hulls_out", crew.upkeep_forgotten),
    Corruption("no crew", "crews", do.first("sorties", "crew", "")),
    Corruption("a crew of no unit", "crews", do.first("sorties", "crew", "Ghosts crew 1")),
    Corruption("a crew on two sorties", "crews", crew.same_crew_out),
    Corruption("a crew too soon again", "crews", crew.crew_back_after(6.0)),
    Corruption("a crew too long under way", "crew_hours", crew.long_watch),
    Corruption("a crew on duty too soon", "rotation", crew.crew_back_after(22.0, departures=True)),
    Corruption("in for upkeep too short", "upkeep",
               serve.goes_in("Boats 1", "2006-05-22T06:00:00+05:00", 3.0)),
    Corruption("in for upkeep while at sea", "upkeep", serve.in_at_sea),
    Corruption("in for upkeep while out of service", "upkeep",
               serve.goes_in("Boats 2", "2006-05-22T22:00:00+05:00")),
    Corruption("upkeep of a hull that needs none", "upkeep",
               serve.goes_in("Navy 1", "2006-05-22T16:00:00+05:00")),
    Corruption("no upkeep for long", "upkeep", serve.worked_hard),
    Corruption("more fuel than the week has", "fuel_week", serve.thirsty),
    Corruption("searches where it may not", "zones", serve.searched_west),
    Corruption("looks for what it does not", "tasks", serve.looked_for_all),
    Corruption("cost overstated", "costs", serve.dearer()),
    Corruption("cost of a unit overstated", "costs", serve.dearer("by_unit", "Boats")),
    Corruption("a requirement overstated", "requirements", asked.stated(asked.NAME, achieved=0.9)),
    Corruption("a requirement said to be met", "requirements", asked.stated(asked.NAME, met=True)),
    Corruption("a requirement left out", "requirements", asked.dropped(asked.NAME)),
    Corruption("no path", "path", do.leg_figure("transit", "path", [])),
    Corruption("a path with only its ends", "path", do.sparse),
    Corruption("sweep width doubled", "sweep", do.leg_figure("search", "sweep_width_nm", 6.6)),
    Corruption("a width against one threat", "sweep", do.width_against("runs")),
    Corruption("a width against no threat", "sweep", do.width_against("pirates")),
    Corruption("two widths against a threat", "sweep", do.two_widths),
    Corruption("a width against none at all", "sweep", do.width_of_none),
    Corruption("searched in no time", "speed", do.in_no_time),
    Corruption("exposure inflated", "exposure", do.inflated_exposure),
    Corruption("everything inflated alike", "exposure", do.inflated_everywhere),
    Corruption("exposure from transit", "claims", do.transit_claims),
    Corruption("a cell claimed twice", "claims", do.claimed_twice),
    Corruption("a cell of another sea", "claims", do.unknown_cell),
    Corruption("a cell not searched", "exposure", do.other_cell),
    Corruption("a lane in the next cell", "lanes", do.lane_moved),
    Corruption("the same lane again", "lanes_apart", do.same_lane),
    Corruption("row exposure invented", "coverage_exposure", do.row_exposed),
    Corruption("row detection inflated", "coverage_detection",
               do.scaled("coverage", "detection", 1.1)),
    Corruption("weight moved", "coverage_weights", do.weight_moved),
    Corruption("weights above one", "weights", do.rows_scaled),
    Corruption("a row missing", "coverage_rows", do.row_missing),
    Corruption("a row twice", "coverage_rows", do.row_twice),
    Corruption("a row of another time", "coverage_rows", do.row_moved),
    Corruption("a row of another threat", "coverage_rows",
               do.first("coverage", "threat", "pirates")),
    Corruption("a track missing", "moving_rows", lambda data: data["moving"].pop()),
    Corruption("a track of another threat", "moving_rows", do.first("moving", "threat", "pirates")),
    Corruption("track weight inflated", "moving_weights", do.scaled("moving", "weight", 1.5)),
    Corruption("a track jumps", "passages", do.track_jumps),
    Corruption("a track too slow", "passages", do.track_stretched(2.0)),
    Corruption("a track too fast", "passages", do.track_stretched(0.3)),
    Corruption("a track back in time", "passages", do.track_returns),
    Corruption("track speed inflated", "moving_speeds", do.scaled("moving", "speed_kn", 1.5)),
    Corruption("track exposure inflated", "moving_exposure", do.track_exposed),
    Corruption("track detection inflated", "moving_detection",
               do.scaled("moving", "detection", 1.1)),
    Corruption("detection overstated", "detection",
               do.solver(detection=0.9, bound=0.945, gap=0.05)),
    Corruption("bound below detection", "bound", do.solver(bound=0.01)),
    Corruption("gap understated", "gap", do.solver(gap=0.001)),
    Corruption("metrics overstated", "metrics",
               lambda data: data["metrics"].update(search_h=1000.0)),
)  # fmt: skip
