"""What to do where closures may be what shuts hulls or runs in."""

from __future__ import annotations

from planner.scenario import Scenario


def or_lift(scenario: Scenario) -> str:
    """The end of a remedy that names the closures in force; nothing where there are none."""
    closures = scenario.area.closures
    if not closures:
        return ""
    named = ", ".join(f"'{name}'" for name in closures)
    return f", or open what is closed: take the one that shuts it in out of area.closures ({named})"
