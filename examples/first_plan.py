"""Plan the week at Aktau through the Python API, check the plan and draw its map."""

from pathlib import Path

from planner import build_sea, load, plan_scenario, verify_plan, write_map, write_plan

scenario = load(Path(__file__).parent / "aktau-2006.toml")
plan = plan_scenario(scenario, time_limit_s=60, seed=0)

directory = Path("out/first-plan")
write_plan(plan, directory)
write_map(plan, build_sea(scenario), directory / "map.html")
report = verify_plan(plan, directory)

print(f"detection {plan.solver.detection:.1%}, at most {plan.solver.bound:.1%} is possible")
print(f"{len(plan.sorties)} sorties; {'the plan holds' if report.ok else report.violations[0]}")
print(f"map: {directory / 'map.html'}")
