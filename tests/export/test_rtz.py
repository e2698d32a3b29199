"""RTZ: valid by the rules of each version, and what is read back is the plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.export.choose import Choice
from planner.export.rtz import VERSIONS, Version, rtz_text
from planner.plan.model import Sortie
from tests.export.reading import SPEED_KN, passes, safe_tree, same, seconds_apart, stays
from tests.export.rtz_rules import ELEMENT, NAMESPACES, faults


def written(choice: Choice, folder: Path, version: Version) -> list[tuple[Sortie, Path]]:
    """Write every sortie under a plain name."""
    files = []
    for number, trip in enumerate(choice.trips):
        path = folder / f"route-{number}.rtz"
        text = rtz_text(choice.plan, trip, path.stem, version)
        path.write_text(text, encoding="utf-8")
        files.append((trip.sortie, path))
    return files


def schedule(root: Any, part: str, version: Version) -> list[dict[str, str]]:
    """Attributes of the elements of a part of the schedule."""
    space = f"{{{NAMESPACES[version]}}}"
    path = f"{space}schedules/{space}schedule/{space}{part}/{space}{ELEMENT[version]}"
    return [dict(element.attrib) for element in root.findall(path)]


@pytest.mark.parametrize("version", VERSIONS)
def test_routes_hold_every_rule(choice: Choice, tmp_path: Path, version: Version) -> None:
    """Elements, order, types, identifiers, schedules and names are those of the version."""
    for _, path in written(choice, tmp_path, version):
        assert faults(path) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_names_break_no_rule(
    hostile_choice: Choice, tmp_path: Path, version: Version
) -> None:
    """Whatever a boat is called, its route is valid."""
    for _, path in written(hostile_choice, tmp_path, version):
        assert faults(path) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_routes_read_back_are_the_plan(choice: Choice, tmp_path: Path, version: Version) -> None:
    """Positions to 1e-6°, arrivals to the second, speeds to two decimals."""
    space = f"{{{NAMESPACES[version]}}}"
    for sortie, path in written(choice, tmp_path, version):
        root = safe_tree(path)
        points = root.findall(f"{space}waypoints/{space}waypoint")
        times = schedule(root, "calculated", version)
        assert datetime.fromisoformat(times[0]["etd"]) == sortie.depart
        for point, told, (position, time, speed_kn, leg) in zip(
            points[1:], times[1:], passes(sortie), strict=True
        ):
            place = point.find(f"{space}position")
            assert same((float(place.get("lon")), float(place.get("lat"))), position)
            assert point.find(f"{space}leg").get("legInfo") == leg.mode
            assert point.find(f"{space}leg").get("geometryType") == "Loxodrome"
            assert seconds_apart(datetime.fromisoformat(told["eta"]), time) <= 0.51
            assert abs(float(told["speed"]) - speed_kn) < SPEED_KN
        leave = [datetime.fromisoformat(told["etd"]) for told in times[1:] if "etd" in told]
        assert leave == [end for _, end in stays(sortie)]


@pytest.mark.parametrize(("version", "stay"), [("1.0", "00:30:00"), ("1.2", "PT0H30M0S")])
def test_a_stay_is_spelt_as_the_version_does(
    choice: Choice, tmp_path: Path, version: Version, stay: str
) -> None:
    """Half an hour of loitering is a time in 1.0 and a duration in 1.2."""
    for _, path in written(choice, tmp_path, version):
        told = schedule(safe_tree(path), "calculated", version)
        assert [item["stay"] for item in told if "stay" in item] == [stay]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_manual_schedule_is_what_is_decided(
    choice: Choice, tmp_path: Path, version: Version
) -> None:
    """Departures, speeds and the last arrival, so that the rest can be worked out again."""
    for sortie, path in written(choice, tmp_path, version):
        told = schedule(safe_tree(path), "manual", version)
        assert datetime.fromisoformat(told[0]["etd"]) == sortie.depart
        assert datetime.fromisoformat(told[-1]["eta"]) == sortie.return_
        assert all("speed" in item for item in told[1:])
        assert not any("eta" in item for item in told[:-1])


BROKEN = [
    ("1.0", "sheduleElement", "scheduleElement", "manual holds ['scheduleElement']"),
    ("1.2", "scheduleElement", "sheduleElement", "manual holds ['sheduleElement']"),
    ("1.0", "RTZ/1/0", "RTZ/1/2", "the root is"),
    ("1.0", 'id="2"', 'id="1"', "not unique"),
    ("1.0", 'lat="43.', 'lat="143.', "position: lat"),
    ("1.0", "Loxodrome", "Straight", "leg: geometryType"),
    ("1.0", 'revision="0"', 'revision="-1"', "waypoint: revision"),
    ("1.2", 'stay="PT', 'stay="', "stay is"),
    ("1.0", 'waypointId="3"', 'waypointId="4"', "every waypoint in order"),
    ("1.0", 'routeName="route-0"', 'routeName="other"', "the file 'route-0'"),
    ("1.0", "<position", "<leg /><position", "are not in order"),
    ("1.0", 'eta="2006', 'eta="2005', "runs backwards"),
]


@pytest.mark.parametrize(("version", "old", "new", "fault"), BROKEN)
def test_the_checker_sees_what_is_wrong(
    choice: Choice, tmp_path: Path, version: Version, old: str, new: str, fault: str
) -> None:
    """Each rule is broken once, and told."""
    _, path = written(choice, tmp_path, version)[0]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert fault in "\n".join(faults(path))
