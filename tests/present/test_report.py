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
from planner.errors import PlanError
from planner.plan.model import Plan
from planner.present.offline import outside_urls
from planner.present.report import Case, document, gather, report_page, report_pdf
from planner.present.report.method import verdict
from planner.present.text import moment, number, percent, weekday
from planner.scenario import from_dict
from planner.sea import build_sea
from planner.simulate import SIMULATION_FILE, Simulation, simulate, write_simulation
from planner.study.cooperation import Interval
from planner.study.price_file import PRICES_FILE, PriceList, PriceRow, read_prices, write_prices
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
        times = f"{moment(sortie.depart)} {weekday(sortie.return_)}"
        assert f"{sortie.hull} {sortie.id} {times}" in words
    for row in case.trial.threats:
        assert row.planned is not None
        assert f"{row.threat} {percent(row.weight)} {percent(row.planned)} " in words
        assert f"{percent(row.simulated)} {percent(row.low)[:-2]} – {percent(row.high)}" in words
    for group in ("by_agency", "by_unit"):
        for name, row in case.plan.metrics[group].items():
            assert f"{name} {row['hulls']} {row['sorties']} {number(row['at_sea_h'])}" in words
    assert "South.geojson" in words


def test_sections_stand_in_order_and_speak_of_what_is_there(page: str) -> None:
    """Nine parts from the question to the sources, none of what this plan does not have."""
    titles = re.findall(r"<h2>([^<]*)</h2>", page)
    assert titles == [
        "What was asked", "The plan on a page", "Schedule", "Coverage",
        "Costs", "Detection over time", "Method",
        "Verification and simulation", "Data and sources",
    ]  # fmt: skip
    assert not re.search(r"Requirements:|would help|not yet", words_of(page))
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


REQUIREMENTS: list[dict[str, Any]] = [
    {
        "name": "See the terminal", "kind": "revisit", "zone": "kashagan", "hard": False,
        "worth": 0.2, "wanted": 12.0, "achieved": 17.5, "unit": "h", "met": False,
        "words": "some boat looks at it at least every 12 h", "remedy": "a crew more for Navy",
        "missing": ["2006-05-22T06:00+05:00/2006-05-22T18:00+05:00"],
    },
    {
        "name": "Guard the south", "kind": "presence", "zone": None, "hard": True,
        "worth": 0.2, "wanted": 0.25, "achieved": 0.4, "unit": "share", "met": True,
        "words": "a boat is there a quarter of the time", "remedy": "",
    },
]  # fmt: skip
"""As a plan carries them, one that must be met and one that is a wish."""


def requiring(case: Case, rows: list[dict[str, Any]]) -> Case:
    """Return the same case with requirements in its metrics."""
    metrics = case.plan.metrics | {"requirements": rows}
    return replace(case, plan=case.plan.model_copy(update={"metrics": metrics}))


def test_requirements_are_told_met_or_not(case: Case) -> None:
    """Each with what was wanted and achieved, the binding ones first, and what would meet it."""
    page = report_page(document(requiring(case, REQUIREMENTS)))
    words = words_of(page)
    assert re.findall(r"<h2>([^<]*)</h2>", page)[2] == "Requirements"
    assert words.count("Requirements: 1 of 2 met; the others are wishes.") == 2
    south, terminal = (words.index(str(row["words"])) for row in reversed(REQUIREMENTS))
    assert south < terminal
    assert "whole area must 25.0 % 40.0 % met" in words
    assert "wish, worth 0.2 12 h 17 h 30 min not met" in words
    assert "See the terminal: a crew more for Navy." in words
    assert "See the terminal: Mon 22 May 06:00 to Mon 18:00" in words
    assert b"%PDF-" in report_pdf(document(requiring(case, REQUIREMENTS)))[:8]


@pytest.mark.parametrize(
    ("met", "tone", "words"),
    [
        ((True, True), "good", "Requirements: all 2 are met."),
        ((True, False), "bad", "Requirements: 1 of 2 met; of the others 1 must be."),
    ],
)
def test_a_binding_requirement_that_is_not_met_stands_out(
    case: Case, met: tuple[bool, bool], tone: str, words: str
) -> None:
    """All met is good news on the first page; one that must be and is not is bad news."""
    rows = [row | {"met": each} for row, each in zip(REQUIREMENTS, met, strict=True)]
    opening = document(requiring(case, rows)).opening
    assert [block.tone for block in opening if getattr(block, "text", "") == words] == [tone]


def prices(plan_sha256: str) -> PriceList:
    """Return the worth of two things more, one solved again."""
    boat = PriceRow(
        where="Boats", what="one more hull with a crew", per="hull and crew", estimate=0.031,
        proven=True, gain=Interval(0.021, 0.004, 0.05), purchase_usd=670_000.0,
        running_usd=11_000.0, points_per_million=3.1,
    )  # fmt: skip
    knot = PriceRow(
        where="Navy", what="1 kn more search speed", per="knot", estimate=0.002, proven=True
    )
    idle = knot.model_copy(update={"what": "100 l more fuel", "estimate": 0.0})
    return PriceList(
        plan_sha256=plan_sha256, title="Off Aktau", detection=0.3, bound=0.32, by_search=0.001,
        rows=(boat, knot, idle),
    )  # fmt: skip


def test_what_would_help_most_is_told_where_it_was_asked(case: Case) -> None:
    """The table of ``patrol worth`` with the best change in a sentence; idle ones are counted."""
    page = report_page(document(replace(case, worth=prices("f" * 64))))
    words = words_of(page)
    assert "What would help most" in re.findall(r"<h2>([^<]*)</h2>", page)
    assert "one more hull with a crew for Boats added most: 2.1 points of detection" in words
    assert "of it 0.4 proven" in words
    assert "≤ 3.10 +2.10 0.4 to 5.0 hull and crew $670,000 + $11,000 3.1" in words
    assert "1 change more would add nothing." in words
    assert "100 l more fuel" not in words


def test_prices_count_only_if_they_are_of_this_plan(folder: Path) -> None:
    """A file of another plan is left out; a damaged one is told with its remedy."""
    plan, path = read_plan(folder), folder / PRICES_FILE
    try:
        written = write_prices(prices("f" * 64), folder)
        assert written == path
        assert read_prices(folder) == prices("f" * 64)
        assert gather(plan, folder, fingerprint="f" * 64).worth == prices("f" * 64)
        assert gather(plan, folder, fingerprint="e" * 64).worth is None
        path.write_text("{}", encoding="utf-8")
        with pytest.raises(PlanError, match="make them again with 'patrol worth'"):
            gather(plan, folder, fingerprint="f" * 64)
    finally:
        path.unlink()
    with pytest.raises(PlanError, match="make it with 'patrol worth'"):
        read_prices(folder)


def test_costs_are_told_by_unit_and_by_point(case: Case, page: str) -> None:
    """Fuel, hours, distance and money of every unit, and what a point of detection costs."""
    words, total = words_of(page), case.plan.metrics
    for row in total["by_unit"].values():
        assert f"{number(row['distance_nm'])} {number(row['fuel_l'])}" in words
    points = 100 * case.plan.solver.detection
    assert f"{number(total['at_sea_h'] / points, 1)} hours at sea for each point" in words
