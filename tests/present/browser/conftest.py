"""One Chromium without a network, and maps of a small plan for it to open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from planner.plan.model import Plan
from planner.present.map import write_map
from planner.scenario import Scenario, from_dict
from planner.sea import Sea, build_sea
from planner.simulate.model import Finds, Simulation, ThreatFinds, ZoneFinds
from tests.plan_factory import SCENARIO, Maker, write_scenario

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

REQUIRED = "required"


def _missing(why: str) -> None:
    """Skip, or fail where the tests must run (``PATROL_BROWSER=required``)."""
    if os.environ.get("PATROL_BROWSER") == REQUIRED:
        pytest.fail(f"PATROL_BROWSER={REQUIRED}, but {why}", pytrace=False)
    pytest.skip(why)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start Chromium with a profile of its own; no request leaves it but for files."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed: pip install playwright")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        _missing("there is no chromium: apt-get install chromium")
    with sync_playwright() as engine:
        context = engine.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=program,
            args=list(ARGUMENTS),
            viewport={"width": 1440, "height": 900},
            locale="en-GB",
            color_scheme="light",
        )
        context.set_default_timeout(10_000)
        yield context
        context.close()


@dataclass
class Opened:
    """A page and everything it said or asked for that it should not have."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def at(self, minute: float) -> None:
        """Set the clock."""
        self.page.evaluate("minute => patrol.clock.go(minute)", minute)

    def until(self, condition: str, most_ms: int = 8000) -> None:
        """Wait until something holds (the page's policy lets no one wait inside it)."""
        for _ in range(most_ms // 25):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"not within {most_ms} ms: {condition}")

    @property
    def minute(self) -> float:
        """What the clock shows."""
        return float(self.page.evaluate("patrol.state.minute"))


Open = Callable[..., Opened]


@pytest.fixture
def open_map(browser: Any) -> Iterator[Open]:
    """Open pages; at the end none may have asked for anything or complained.

    A page is open once it is drawn: ``ready`` says when that is, of a map unless given.
    """
    opened: list[Opened] = []

    def open_(
        path: Path,
        width: int = 1440,
        height: int = 900,
        ready: str = "performance.getEntriesByName('patrol-drawn').length > 0",
    ) -> Opened:
        found = Opened(browser.new_page())
        opened.append(found)

        def cut(route: Any) -> None:
            if route.request.url.startswith("file:"):
                route.continue_()
            else:
                found.asked.append(route.request.url)
                route.abort()

        found.page.route("**/*", cut)
        found.page.on("console", lambda message: found.said.append(message.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.said.append("dialog"), dialog.dismiss()))
        found.page.set_viewport_size({"width": width, "height": height})
        found.page.goto(path.as_uri())
        found.until(ready)
        return found

    yield open_
    try:
        for one in opened:
            assert one.asked == []
            assert one.said == []
    finally:
        for one in opened:
            one.page.close()


@pytest.fixture(scope="session")
def windy(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Return the scenario off Aktau with a drawn weather."""
    directory = tmp_path_factory.mktemp("off-aktau")
    write_scenario(directory)
    return from_dict({**SCENARIO, "environment": {"source": "climatology", "seed": 7}}, directory)


@pytest.fixture(scope="session")
def water(windy: Scenario) -> Sea:
    """Return its sea."""
    return build_sea(windy)


@pytest.fixture(scope="session")
def sailed(windy: Scenario, water: Sea) -> Plan:
    """Return a plan made by hand, two days of three hulls."""
    return Maker(windy, water).plan().at(windy)


@pytest.fixture(scope="session")
def trial(sailed: Plan) -> Simulation:
    """Return a simulation whose figures are made up."""
    finds = {
        "weight": 0.5, "runs": 900, "planned": 0.3, "simulated": 0.32, "low": 0.29, "high": 0.35,
        "median_h": 4.0, "intercepted": 0.3,
    }  # fmt: skip
    return Simulation(
        planner_version="0", law="definite", seed=0, scale_error=0.0, standard_error=0.01,
        total=Finds(**finds), threats=(ThreatFinds(**finds, threat="nets"),),
        zones=(ZoneFinds(**finds, zone="aor"),), watches=(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def map_file(
    sailed: Plan, water: Sea, trial: Simulation, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the map of the plan as one file."""
    path = tmp_path_factory.mktemp("map") / "map.html"
    write_map(sailed, water, path, trial)
    return path
