"""The long run: thousands of spoiled scenarios, studies and files, and what came of them.

By hand, some twenty minutes on one core::

    python -m tests.robust.fuzz --seed 1 --scenarios 10000 --files 10000 --plans 60 --commands 250

The same seed tries the same inputs. Ends with 1 if an input was not handled as promised: it
goes to ``broken/`` in the folder of the run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from planner.app import plan_scenario, read_learned, read_plan, write_plan
from planner.errors import PlanError, PlannerError
from planner.scenario import from_dict, load, read_polygons
from planner.scenario.drift import read_particles
from planner.scenario.incidents import read_events
from planner.scenario.raster import read_raster
from planner.scenario.template import TEMPLATES, write_template
from planner.simulate.file import read_simulation
from planner.study.cases.parcel import learned_in, plan_in
from planner.study.cases.store import Store
from planner.study.price_file import read_prices
from planner.verify import verify
from planner.weather import weather_of
from tests.problem.off_aktau import TABLES
from tests.robust import shapes, sound, spoil
from tests.robust.trials import Tally

KEY = "0" * 64

MOST_MEMORY = 6 << 30
"""Bytes of address space: what asks for more gets a MemoryError, and is broken."""

COMMAND_S = 240.0
"""Longest that a command may take."""


class Bench:
    """A folder of sound inputs, and the trials that spoil one of them at a time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng, self.tally = folder, random.Random(seed), Tally()
        self.plan = folder / "plan"
        sound.write_sound(folder)
        sound.write_sound_plan(folder, self.plan)
        self.shipped = sound.shipped_tables()
        self.result = sound.sound_result(self.plan, KEY)
        for name in TEMPLATES:
            write_template(folder / name, name)
        for entry in (Path(__file__).parents[2] / "examples").glob("*.*"):
            if entry.suffix in {".toml", ".csv"}:
                shutil.copy(entry, folder / entry.name)

    # scenarios and studies

    def scenario(self) -> Any:
        """Try one spoiled scenario, of tables or of text; give it back if it was taken."""
        rng = self.rng
        name = rng.choice(("tiny", "tiny", "rich", "rich", "rich", *self._scenarios()))
        tables = {"tiny": TABLES, "rich": sound.RICH}.get(name) or self.shipped[name]
        as_text = rng.random() < 0.3
        if as_text:
            text = spoil.spoiled_text(spoil.toml_of(tables), rng, rng.choice((1, 1, 2, 4)))
        else:
            text = spoil.toml_of(spoil.spoiled(tables, rng, rng.choice((1, 1, 1, 2, 3, 6))))
        inside = self.folder / name.split("/")[0] if "/" in name else self.folder
        path = inside / "spoiled.toml"
        path.write_text(text, encoding="utf-8", errors="replace")
        kind = f"scenario, {'text' if as_text else 'tables'}"
        taken = []
        self.tally.add(kind, lambda: taken.append(load(path)), text)
        return taken[0] if taken and name in ("tiny", "rich") else None

    def study(self) -> None:
        """Try one spoiled study of fleets or cases, choice, or threat to plan again for."""
        rng = self.rng
        name, reads = rng.choice(self._studies())
        tables = self.shipped[name] if name != "threat.toml" else {"threat": TABLES["threat"]}
        if rng.random() < 0.3:
            text = spoil.spoiled_text(spoil.toml_of(tables), rng, rng.choice((1, 1, 2, 4)))
        else:
            text = spoil.toml_of(spoil.spoiled(tables, rng, rng.choice((1, 1, 1, 2, 3, 6))))
        inside = self.folder / name.split("/")[0] if "/" in name else self.folder
        path = inside / "spoiled-study.toml"
        path.write_text(text, encoding="utf-8", errors="replace")
        self.tally.add(f"study, {reads.__name__}", lambda: reads(path), text)

    def _scenarios(self) -> list[str]:
        return [name for name, tables in self.shipped.items() if "area" in tables]

    def _studies(self) -> list[tuple[str, Callable[[Path], object]]]:
        found: list[tuple[str, Callable[[Path], object]]] = [("threat.toml", self._threat)]
        for name, tables in self.shipped.items():
            if "fleet" in tables:
                found.append((name, _fleets))
            elif "option" in tables:
                found.append((name, _choice))
            elif "area" not in tables:
                found.append((name, _cases))
        return found

    def _threat(self, path: Path) -> object:
        from planner.replan.event import Event, changed

        plan = read_plan(self.plan)
        assert plan.source is not None
        at = plan.source.start.replace(hour=6)
        return changed(plan, plan.source, Event(at, threats=(path,)))

    def planned(self, scenario: Any) -> None:
        """Plan a scenario that was taken, in one round of work, and verify the plan."""
        out = self.folder / "made"
        shutil.rmtree(out, ignore_errors=True)

        def give() -> None:
            write_plan(plan_scenario(scenario, work_limit=1), out)
            report = verify(read_plan(out), out)
            if not report.ok:
                raise AssertionError(f"does not verify: {report.violations[0]}")

        self.tally.add("plan", give, scenario.model_dump_json())
        self._nothing_half(out)

    # files

    def file(self) -> None:
        """Try one spoiled file."""
        self.rng.choice((self._shape, self._bytes, self._bytes, self._bytes, self._json))()

    def _shape(self) -> None:
        path = self.folder / "shape.geojson"
        text = shapes.geojson(self.rng)
        path.write_text(text, encoding="utf-8")
        self.tally.add("geometry, GeoJSON", lambda: read_polygons(path), text)

    def _bytes(self) -> None:
        rng = self.rng
        name, reads = rng.choice(self.readers())
        source = self.folder / name
        content = source.read_bytes()
        if source.suffix in {".geojson", ".json", ".csv", ".kml"} and rng.random() < 0.6:
            made = spoil.spoiled_text(content.decode(), rng, rng.choice((1, 2, 4)))
            content = made.encode("utf-8", "replace")
        else:
            content = spoil.spoiled_bytes(content, rng, rng.choice((1, 1, 2, 8)))
        kind = f"file, {name}"
        if source.parent == self.plan:
            source.rename(source.with_suffix(".kept"))
            try:
                source.write_bytes(content)
                self.tally.add(kind, lambda: reads(self.plan), content)
            finally:
                source.with_suffix(".kept").replace(source)
        elif source.suffix in {".shx", ".dbf", ".prj"}:
            copied = self.folder / "spoiled"
            for each in self.folder.glob("zone.*"):
                shutil.copy(each, copied.with_suffix(each.suffix))
            copied.with_suffix(source.suffix).write_bytes(content)
            self.tally.add(kind, lambda: reads(copied.with_suffix(".shp")), content)
        else:
            path = self.folder / f"spoiled{source.suffix}"
            path.write_bytes(content)
            self.tally.add(kind, lambda: reads(path), content)

    def judged(self, folder: Path) -> object:
        """Read the plan of a folder and judge it."""
        return _read_and_verify(folder)

    def readers(self) -> list[tuple[str, Callable[[Path], object]]]:
        """Sound files by their names, and what reads each."""
        polygons = [(f"zone.{ending}", read_polygons) for ending in
                    ("geojson", "gpkg", "shp", "shx", "dbf", "prj", "kml", "zip")]  # fmt: skip
        return [
            *polygons,
            ("events.csv", lambda path: read_events(path, None)),
            ("points.gpkg", lambda path: read_events(path, None)),
            ("points.geojson", lambda path: read_events(path, None)),
            ("risk.csv", read_raster),
            ("risk.nc", read_raster),
            ("drift.nc", read_particles),
            ("weather.nc", self._weather),
            ("plan/learned.npz", _learned),
            ("plan/simulation.json", read_simulation),
            ("plan/worth.json", read_prices),
            ("plan/plan.json", _read_and_verify),
        ]

    def _weather(self, path: Path) -> object:
        tables = TABLES | {"environment": {"source": "file", "file": path.name}}
        return weather_of(
            from_dict(tables, path.parent, "weather.toml"), [[50.6, 43.5], [51, 43.6]]
        )

    def _json(self) -> None:
        """A file of a plan's folder with other values in its right places; a study's result."""
        rng = self.rng
        name, reads = rng.choice((
            ("plan.json", _read_and_verify), ("plan.json", _read_and_verify),
            ("simulation.json", read_simulation), ("worth.json", read_prices), ("", None),
        ))  # fmt: skip
        if not name:
            self._study_result()
            return
        path = self.plan / name
        kept = path.read_bytes()
        held = spoil.spoiled(json.loads(kept), rng, rng.choice((1, 1, 2, 5)))
        try:
            path.write_text(json.dumps(held, default=str), encoding="utf-8")
            self.tally.add(f"values, {name}", lambda: reads(self.plan), held)
        finally:
            path.write_bytes(kept)

    def _study_result(self) -> None:
        store = Store.of(self.folder / "study")
        content = spoil.spoiled_bytes(self.result, self.rng, self.rng.choice((1, 2, 8)))
        if self.rng.random() < 0.5:  # sealed anew, as who means harm would
            content = content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode()
        store.path(KEY).write_bytes(content)

        def reads() -> None:
            if store.find(KEY) is not None:
                plan_in(content)
                learned_in(store.lent(KEY))

        self.tally.add("file, study result", reads, content)

    # the command line

    def command(self) -> None:
        """Run one command on a spoiled input as a user would, in a process of its own."""
        rng, out = self.rng, self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        plan = self.folder / "spoiled-plan"
        shutil.rmtree(plan, ignore_errors=True)
        shutil.copytree(self.plan, plan)
        spoiled = plan / rng.choice(("plan.json", "plan.json", "simulation.json", "learned.npz"))
        content = spoiled.read_bytes()
        if spoiled.suffix == ".json" and rng.random() < 0.6:
            held = spoil.spoiled(json.loads(content), rng, 1)
            spoiled.write_text(json.dumps(held, default=str), encoding="utf-8")
        else:
            spoiled.write_bytes(spoil.spoiled_bytes(content, rng, 1))
        toml = self.folder / "spoiled.toml"
        tables = rng.choice((TABLES, sound.RICH))
        toml.write_text(spoil.toml_of(spoil.spoiled(tables, rng, rng.choice((1, 2)))), "utf-8")
        study = self.folder / "study-cases" / "spoiled-study.toml"
        held = self.shipped["study-cases/study.toml"]
        study.write_text(spoil.toml_of(spoil.spoiled(held, rng, 1)), "utf-8")
        form = rng.choice(("gpx", "rtz", "kml", "gpkg", "csv", "ics"))
        arguments: list[Any] = rng.choice((
            ["plan", toml, "-o", out, "--work", "1"],
            ["plan", self.folder / "tiny.toml", "-o", out, "--work", "1", "--from", plan],
            ["verify", plan], ["map", plan], ["report", plan], ["simulate", plan],
            ["export", plan, "--format", form], ["compare", plan, self.plan, "-o", out],
            ["replan", plan, "--at", "2006-05-22T06:00", "--lost", "Boats 1", "-o", out,
             "--work", "1"],
            ["study", study, "-o", out, "--expand"],
        ))  # fmt: skip
        kind = f"command, {arguments[0]}"
        self.tally.add(kind, lambda: run(arguments), f"{arguments}\n{toml.read_text('utf-8')}")
        for folder in (plan, out):
            self._nothing_half(folder)

    def _nothing_half(self, folder: Path) -> None:
        left = [path for path in folder.rglob("*") if ".part" in path.name]
        if left:
            self.tally.broken.setdefault(f"half a file: {left[0].name}", (str(left[0]), None))


def run(arguments: list[Any]) -> None:
    """Run a command; bad input comes back as what it said, and any other end as a fault."""
    done = subprocess.run(
        [sys.executable, "-m", "planner.cli", *map(str, arguments)],
        capture_output=True, text=True, timeout=COMMAND_S, check=False,
    )  # fmt: skip
    if "Traceback" in done.stderr or done.returncode not in (0, 1, 2):
        raise AssertionError(f"exit status {done.returncode}: {done.stderr[-600:]}")
    if done.returncode == 2:
        said = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
        if not said:
            raise AssertionError("exit status 2 without a word")
        raise PlannerError("\n".join(said))


def _fleets(path: Path) -> object:
    from planner.study import load_study

    return load_study(path)


def _choice(path: Path) -> object:
    from planner.study.choice.model import load_choice

    return load_choice(path)


def _cases(path: Path) -> object:
    from planner.scenario import read_toml
    from planner.study.cases import lay_out, load_cases

    return lay_out(load_cases(path, read_toml(path)))


def _learned(folder: Path) -> object:
    try:
        return read_learned(folder)
    except PlanError as error:
        raise PlanError(f"{error}; planning without it") from None  # as 'patrol plan' goes on


def _read_and_verify(folder: Path) -> object:
    """A plan that can be read is judged: it holds, or violates rules, or cannot be judged."""
    plan = read_plan(folder)
    return verify(plan, folder)


def small(scenario: Any) -> bool:
    """Whether a scenario is planned in a second or two."""
    area = scenario.area
    return (
        scenario.days <= 2
        and area.cell_resolution <= 5
        and area.file == "off_aktau.geojson"
        and area.time_step_min >= 5
        and sum(unit.count for unit in scenario.unit) <= 12
        and all(threat.tracks <= 400 for threat in scenario.threat)
    )


def trials(
    bench: Bench, scenarios: int, files: int, plans: int, commands: int = 0
) -> Iterator[str]:
    """All trials in turn; gives the kind of each."""
    for number in range(scenarios):
        if number % 5 == 4:
            bench.study()
        else:
            taken = bench.scenario()
            if taken is not None and plans > 0 and small(taken):
                plans -= 1
                bench.planned(taken)
        yield "scenario"
    for _ in range(files):
        bench.file()
        yield "file"
    for _ in range(commands):
        bench.command()
        yield "command"


def main() -> int:
    """Run the trials and print what came of them."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, number in (("seed", 0), ("scenarios", 10_000), ("files", 10_000), ("plans", 60),
                         ("commands", 250)):  # fmt: skip
        asked.add_argument(f"--{name}", type=int, default=number)
    asked.add_argument("--out", type=Path, default=None)
    given = asked.parse_args()
    folder = given.out or Path(tempfile.mkdtemp(prefix="patrol-fuzz-"))
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    bench = Bench(folder / "bench", given.seed)
    asked_for = given.scenarios, given.files, given.plans, given.commands
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for number, _ in enumerate(trials(bench, *asked_for), start=1):
            if number % 500 == 0:
                print(f"{number:,} tried, broken: {sorted(bench.tally.broken)}", flush=True)
    except KeyboardInterrupt:
        print("interrupted: so far")
    print(bench.tally.words())
    (folder / "messages.txt").write_text(
        "\n".join(sorted(bench.tally.messages.values())), encoding="utf-8"
    )
    for number, (key, (error, held)) in enumerate(bench.tally.broken.items()):
        broken = folder / "broken"
        broken.mkdir(exist_ok=True)
        kept = held if isinstance(held, bytes) else str(held).encode()
        (broken / f"{number:03d}").write_bytes(kept)
        (broken / f"{number:03d}.txt").write_text(f"{key}\n{error}\n", encoding="utf-8")
    print(f"messages and broken inputs: {folder}")
    return 1 if bench.tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
