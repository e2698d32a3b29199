"""Maritime patrol planning with a proof of quality.

A plan in four lines::

    from planner import load, plan_scenario, verify_plan, write_plan

    plan = plan_scenario(load("examples/aktau-2006.toml"), time_limit_s=60)
    directory = write_plan(plan, "out/aktau-2006")
    report = verify_plan(plan, directory)

Names are imported on first use, so ``import planner`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.app import compare_plans, plan_scenario, read_plan, write_plan
    from planner.errors import (
        GeodataError,
        PlanError,
        PlannerError,
        Problem,
        ScenarioError,
        SeaError,
        SolveError,
    )
    from planner.plan.model import Plan
    from planner.present.frames import frames
    from planner.present.map import write_map
    from planner.scenario import Scenario, load
    from planner.sea import Sea, build_sea
    from planner.verify import verify as verify_plan

__version__ = "0.1.0"

__all__ = [
    "GeodataError",
    "Plan",
    "PlanError",
    "PlannerError",
    "Problem",
    "Scenario",
    "ScenarioError",
    "Sea",
    "SeaError",
    "SolveError",
    "build_sea",
    "compare_plans",
    "frames",
    "load",
    "plan_scenario",
    "read_plan",
    "verify_plan",
    "write_map",
    "write_plan",
]

_HOME = {
    "GeodataError": ("planner.errors", "GeodataError"),
    "Plan": ("planner.plan.model", "Plan"),
    "PlanError": ("planner.errors", "PlanError"),
    "PlannerError": ("planner.errors", "PlannerError"),
    "Problem": ("planner.errors", "Problem"),
    "Scenario": ("planner.scenario", "Scenario"),
    "ScenarioError": ("planner.errors", "ScenarioError"),
    "Sea": ("planner.sea", "Sea"),
    "SeaError": ("planner.errors", "SeaError"),
    "SolveError": ("planner.errors", "SolveError"),
    "build_sea": ("planner.sea", "build_sea"),
    "compare_plans": ("planner.app", "compare_plans"),
    "frames": ("planner.present.frames", "frames"),
    "load": ("planner.scenario", "load"),
    "plan_scenario": ("planner.app", "plan_scenario"),
    "read_plan": ("planner.app", "read_plan"),
    # not ``verify``: that name is the subpackage's, whichever is imported first
    "verify_plan": ("planner.verify", "verify"),
    "write_map": ("planner.present.map", "write_map"),
    "write_plan": ("planner.app", "write_plan"),
}


def __getattr__(name: str) -> Any:
    """Import a public name from its module the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    module, attribute = _HOME[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported yet or not."""
    return sorted([*globals(), *__all__])
