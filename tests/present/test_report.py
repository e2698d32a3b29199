"""The report: what it says, that it is always the same, and that it keeps to itself."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from typer.testing import CliRunner

from planner.app import read_plan, write_plan
from planner.cli import app
from planner.plan.model import Plan
from planner.present.offline import outside_urls
from planner.present.report import Case, document, gather, report_page, report_pdf
from planner.present.report.method import verdict
from planner.present.text import moment, number, percent
from planner.scenario import from_dict
from planner.sea import build_sea
from planner.simulate import SIMULATION_FILE, Simulation, simulate, write_simulation
from planner.verify import check
from tests.plan_factory import Maker, write_scenario
from tests.present.test_map import HOSTILE, Reader

NAMES = {"Off Aktau", "Aktau", "Kuryk", "Boats", "Navy", "Border Service", "nets", "runs", "ferry"}
"""What the scenario calls things; hulls and sorties are called after the units."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a plan made by hand."""
    directory = tmp_path_factory.mktemp("report")
    scenario = write_scenario(directory)
    plan = Maker(scenario, build_sea(scenario)).plan().at(scenario)
    return write_plan(plan, directory / "out")


@pytest.fixture(scope="module")
def case(folder: Path) -> Case:
    """Return all that its report speaks of."""
    return gather(read_plan(folder), folder, fingerprint="f" * 64)


@pytest.fixture(scope="module")
def page(case: Case) -> str:
    """Return its page."""
    return report_page(document(case))


@pytest.fixture(scope="module")
def paper(case: Case) -> pypdf.PdfReader:
    """Return its PDF."""
    return pypdf.PdfReader(io.BytesIO(report_pdf(document(case))))


def renamed(case: Case, change: Callable[[str], str]) -> Case:
    """Return the same case with every name of the scenario changed."""

    def replaced(text: str) -> str:
        named = text in NAMES or re.fullmatch(r"(Boats|Navy) \d( [ab])?", text)
        return change(text) if named else text

    plan = Plan.model_validate(
        every_text(case.plan.model_dump(mode="json", by_alias=True), replaced)
    )
    trial = every_text(case.trial.model_dump(mode="json", by_alias=True), replaced)
    return replace(
        case,
        plan=plan,
        scenario=from_dict(plan.scenario, case.scenario.directory),
        trial=Simulation.model_validate(trial),
    )


def every_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return nested data with every text and every key of a table changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {
            key if key == "runs" and isinstance(item, int) else change(key): every_text(
                item, change
            )
            for key, item in value.items()
        }
    return [every_text(item, change) for item in value] if isinstance(value, list) else value


def words_of(page: str) -> str:
    """Return what a reader of the page sees, blanks as one."""
    return " ".join(" ".join(Reader(page).text).split())


def test_the_key_figures_are_those_of_the_plan_and_its_trial(case: Case, page: str) -> None:
    """Detection, interval, bound, gap and totals stand on the page as the plan has them."""
    words, solver, total = words_of(page), case.plan.solver, case.trial.total
    for text in (
        f"Detection {percent(solver.detection)}",
        f"Simulated {percent(total.simulated)}",
        f"{percent(total.low)[:-2]} – {percent(total.high)} with 95 %",
        f"Proven bound {percent(solver.bound)}",
        f"Gap {percent(solver.gap)}",
        f"Distance {number(case.plan.metrics['distance_nm'])} nm",
        f"{number(sum(case.check.checks.values()))} checks of {len(case.check.checks)} rules",
        "f" * 64,
    ):
        assert text in words


def test_every_sortie_threat_and_zone_has_its_line(case: Case, page: str) -> None:
    """The tables name each sortie with its times, each threat and zone with both its shares."""
    words = words_of(page)
    for sortie in case.plan.sorties:
        times = f"{moment(sortie.depart)} {moment(sortie.return_)}"
        assert f"{sortie.hull} {sortie.id} {times}" in words
    for row in case.trial.threats:
        assert row.planned is not None
        assert f"{row.threat} {percent(row.weight)} {percent(row.planned)} " in words
        assert f"{percent(row.simulated)} {percent(row.low)[:-2]} – {percent(row.high)}" in words
    for agency, row in case.plan.metrics["by_agency"].items():
        assert f"{agency} {row['hulls']} {row['sorties']} {number(row['at_sea_h'])}" in words
    assert "South.geojson" in words


def test_sections_stand_in_order_and_speak_of_what_is_there(page: str) -> None:
    """Nine parts from the question to the sources, none of what plans do not hold yet."""
    titles = re.findall(r"<h2>([^<]*)</h2>", page)
    assert titles == [
        "What was asked", "The plan on a page", "Schedule", "Coverage",
        "Hours, distance, fuel, cost", "Detection over time", "Method",
        "Verification and simulation", "Data and sources",
    ]  # fmt: skip
    assert not re.search(r"requirement|not yet|coming", words_of(page), re.IGNORECASE)
    assert page.count("<svg") == 4


def test_nothing_leaves_the_page_and_nothing_runs(page: str) -> None:
    """No address outside, no script, and a policy that forbids both."""
    assert outside_urls(page) == []
    assert "default-src 'none'; script-src 'none'" in page
    tags = {tag for tag, _ in Reader(page).tags}
    assert not tags & {"script", "link", "iframe", "object", "img", "form"}
    assert not any(name.startswith("on") for _, attrs in Reader(page).tags for name in attrs)
    assert len(page) < 400_000


def test_the_page_can_be_read_without_eyes(page: str) -> None:
    """A language, one title, pictures told in words, headed tables, identifiers without doubles."""
    tags = Reader(page).tags
    assert ("html", {"lang": "en"}) in tags
    assert [tag for tag, _ in tags].count("h1") == 1
    pictures = [attrs for _, attrs in tags if attrs.get("role") == "img"]
    assert len(pictures) == 4
    assert all(attrs["aria-label"] for attrs in pictures)
    names = [attrs["id"] for tag, attrs in tags if "id" in attrs and tag in ("section", "g")]
    assert len(names) == len(set(names))


def test_the_same_plan_gives_the_same_bytes(case: Case, folder: Path, page: str) -> None:
    """Page and PDF of a plan read again are equal to the last byte."""
    again = document(gather(read_plan(folder), folder, fingerprint="f" * 64))
    assert report_page(again) == page
    assert report_pdf(again) == report_pdf(document(case))


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_names_are_only_ever_text(case: Case, page: str, poison: str) -> None:
    """Whatever the names, the page has the same tags, and nothing in it leaves or runs."""
    spoilt = report_page(document(renamed(case, lambda name: f"{poison} {name}")))
    plain = report_page(document(renamed(case, lambda name: f"a {name}")))

    def outside_drawings(text: str) -> list[str]:
        drawn = {"path", "g", "use", "defs", "clippath", "rect"}  # as many as letters need
        return [tag for tag, _ in Reader(text).tags if tag not in drawn]

    assert outside_drawings(spoilt) == outside_drawings(plain)
    assert outside_urls(spoilt) == []
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", spoilt)[0]


@pytest.mark.parametrize("poison", [*HOSTILE, '#read("/etc/hostname") $x$ *bold* @label <tag>'])
def test_hostile_names_stay_text_on_paper(case: Case, poison: str) -> None:
    """The PDF is made whatever the names, and prints markup of its own language as it stands."""
    made = report_pdf(document(renamed(case, lambda name: f"{poison} {name}")))
    pdf = pypdf.PdfReader(io.BytesIO(made))
    assert not any("/A" in note.get_object() for p in pdf.pages for note in p.get("/Annots", ()))
    if poison.startswith("#read"):
        assert "#read" in pdf.pages[0].extract_text()


def test_the_paper_says_what_the_page_says(case: Case, paper: pypdf.PdfReader) -> None:
    """Key figures, sorties and rules can be found in the PDF's text."""
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    solver, total = case.plan.solver, case.trial.total
    for words in (
        "Off Aktau", percent(solver.detection), percent(solver.bound), percent(total.simulated),
        f"{percent(total.low)[:-2]} – {percent(total.high)}", "Boats 1 a", "Navy 1 b",
        "Verification and simulation", "Jamestown",
    ):  # fmt: skip
        assert words in text


def test_the_paper_is_dated_tagged_and_carries_its_fonts(paper: pypdf.PdfReader) -> None:
    """The date is the plan's start, the language is set, every font is embedded."""
    assert paper.metadata is not None
    assert paper.metadata.title == "Off Aktau"
    assert str(paper.metadata["/CreationDate"]).startswith("D:20060522")
    catalog = paper.trailer["/Root"].get_object()
    assert catalog["/Lang"] == "en"
    assert "/StructTreeRoot" in catalog
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in paper.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(font) for font in fonts)


def test_a_plan_that_does_not_hold_is_called_so(case: Case) -> None:
    """Violations are counted at the top and listed under the verification."""
    solver = case.plan.solver.model_copy(update={"detection": 0.99, "bound": 0.995})
    broken = case.plan.model_copy(update={"solver": solver})
    wrong = replace(case, plan=broken, check=check(broken, case.scenario, case.sea))
    assert verdict(wrong).tone == "bad"
    words = words_of(report_page(document(wrong)))
    assert "The plan does not hold" in words
    assert str(wrong.check.violations[0]) in words
    assert verdict(case).tone == "good"


def test_a_known_simulation_is_used_unless_it_is_of_another_plan(case: Case, folder: Path) -> None:
    """The folder's trial stands in the report; one with another promise is made anew."""
    plan = read_plan(folder)
    known = simulate(plan, folder, runs=500, seed=7)
    try:
        write_simulation(known, folder)
        assert gather(plan, folder).trial == known
        total = known.total.model_copy(update={"planned": 0.9})
        write_simulation(known.model_copy(update={"total": total}), folder)
        assert gather(plan, folder).trial == case.trial
    finally:
        (folder / SIMULATION_FILE).unlink()


def test_the_command_writes_page_and_paper(folder: Path, page: str) -> None:
    """``patrol report`` writes both, ``--no-pdf`` the page alone; nothing else is left."""
    before = {path.name for path in folder.iterdir()}
    made = CliRunner().invoke(app, ["report", str(folder), "--no-pdf"])
    assert made.exit_code == 0, made.output
    assert {path.name for path in folder.iterdir()} - before == {"report.html"}
    written = (folder / "report.html").read_text("utf-8")
    fingerprint = hashlib.sha256((folder / "plan.json").read_bytes()).hexdigest()
    assert written == page.replace("f" * 64, fingerprint)
    made = CliRunner().invoke(app, ["report", str(folder)])
    assert made.exit_code == 0, made.output
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert {path.name for path in folder.iterdir()} - before == {"report.html", "report.pdf"}


def test_the_command_tells_of_a_plan_that_does_not_hold(folder: Path, tmp_path: Path) -> None:
    """Exit status 1 and a line, with the report written all the same; 2 without a plan."""
    plan = read_plan(folder)
    solver = plan.solver.model_copy(update={"bound": 0.0})
    wrong = write_plan(plan.model_copy(update={"solver": solver}).at(plan.source), tmp_path / "bad")  # type: ignore[arg-type]
    made = CliRunner().invoke(app, ["report", str(wrong), "--no-pdf"])
    assert made.exit_code == 1
    assert "does not hold" in made.stderr
    assert "does not hold" in (wrong / "report.html").read_text("utf-8")
    missing = CliRunner().invoke(app, ["report", str(tmp_path / "none")])
    assert missing.exit_code == 2
    assert "cannot be read" in missing.stderr
