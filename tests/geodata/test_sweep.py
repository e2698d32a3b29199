"""Sweep-width tables: the printed figures, each with its source, and clear refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner import geodata
from planner.errors import GeodataError
from planner.geodata import files, sweep


@pytest.mark.parametrize(
    ("table", "target", "eye", "widths"),
    [
        ("uscg", "person-in-water", 0, [0.2, 0.2, 0.3, 0.3, 0.3, 0.3]),
        ("uscg", "power-boat-15ft", 0, [0.4, 0.8, 1.1, 1.5, 1.6, 1.8]),
        ("uscg", "power-boat-20ft", 1, [1.0, 2.0, 2.9, 4.3, 5.2, 5.8]),
        ("uscg", "sail-boat-30ft", 0, [0.9, 2.1, 3.2, 5.3, 6.6, 7.7]),
        ("uscg", "ship-300ft", 1, [1.8, 3.4, 6.4, 14.1, 21.8, 29.2]),
        ("natsar", "person-in-water", 1, [0.3, 0.4, 0.5, 0.6, 0.6, 0.6]),
        ("natsar", "power-boat-5-8m", 0, [0.8, 1.4, 2.3, 2.9, 3.4, 3.8]),
        ("natsar", "power-boat-20-27m", 1, [1.2, 3.0, 6.0, 8.7, 11.3, 13.6]),
    ],
)
def test_rows_are_as_printed(table: str, target: str, eye: int, widths: list[float]) -> None:
    """Rows typed again by hand are in the tables, figure by figure."""
    assert geodata.sweep_table(table).target(target).w0_nm[eye].tolist() == widths


def test_axes_and_units() -> None:
    """The American table is over nautical miles, the Australian over kilometres."""
    uscg, natsar = geodata.sweep_table("uscg"), geodata.sweep_table("natsar")
    assert uscg.visibility_nm.tolist() == [1, 3, 5, 10, 15, 20]
    assert natsar.visibility.tolist() == [2, 5, 10, 15, 20, 25]
    assert natsar.visibility_nm[0] == pytest.approx(2.0 / 1.852)
    for table in (uscg, natsar):
        assert table.eye_height_m == pytest.approx([2.4384, 4.2672])


def test_the_tables_are_whole() -> None:
    """25 and 8 targets; widths are positive and grow with visibility, eye and size of boat."""
    assert [len(table.targets) for table in geodata.sweep_tables().values()] == [25, 8]
    for table in geodata.sweep_tables().values():
        widths = np.array([target.w0_nm for target in table.targets.values()])
        assert widths.min() > 0.0
        assert np.diff(widths, axis=2).min() >= 0.0
        assert np.diff(widths, axis=1).min() >= 0.0
        boats = [row.w0_nm for key, row in table.targets.items() if key.startswith("power-boat")]
        assert np.diff(boats, axis=0).min() >= 0.0


def test_sizes_follow_the_length() -> None:
    """Persons, rafts and boats below 30 ft (10 m) are small; the row across 10 m counts so."""
    large = {
        table.key: [key for key, target in table.targets.items() if target.size == "large"]
        for table in geodata.sweep_tables().values()
    }
    assert large["natsar"] == ["power-boat-12-20m", "power-boat-20-27m"]
    feet = [int(key.split("-")[-1].removesuffix("ft")) for key in large["uscg"]]
    assert sorted(feet) == [30, 33, 40, 50, 53, 70, 78, 83, 120, 225, 300]


def test_factors_are_as_printed() -> None:
    """Thresholds and factors of both weather tables, typed again by hand."""
    read = {
        table.key: [
            (step.wind_kn.value, step.wave_m.value, step.factors["small"], step.factors["large"])
            for step in table.weather
        ]
        for table in geodata.sweep_tables().values()
    }
    assert read["uscg"] == [(15.0, 2 * 0.3048, 0.5, 0.9), (25.0, 4 * 0.3048, 0.25, 0.9)]
    assert read["natsar"] == [(15.0, 1.0, 0.5, 0.8), (25.0, 1.5, 0.25, 0.5)]
    assert [table.fatigue_factor for table in geodata.sweep_tables().values()] == [0.9, 0.9]


def test_every_table_and_factor_names_its_source() -> None:
    """Widths, sizes, weather and fatigue each say where they are from, assumptions as such."""
    for table in geodata.sweep_tables().values():
        for source in (table.source, table.size_source, table.weather_source, table.fatigue_source):
            assert len(source) > 30
        assert "assumption" in table.weather_source


def test_vessel_classes_take_their_width_from_the_table() -> None:
    """The sweep width of every shipped boat is that of a 20-ft boat at 10 nm visibility."""
    widths = geodata.sweep_table("uscg").target("power-boat-20ft").w0_nm[:, 3]
    assert {boat["sweep_width_nm"] for boat in geodata.vessels().values()} <= set(widths.tolist())


def test_an_unknown_target_suggests_near_ones() -> None:
    """A misspelt target is refused with the keys that come near, a strange one with all."""
    table = geodata.sweep_table("uscg")
    with pytest.raises(GeodataError, match="did you mean power-boat-20ft"):
        table.target("Power Boat 20 ft")
    with pytest.raises(GeodataError, match=r"take one of: person-in-water, .*, ship-300ft"):
        table.target("zeppelin")


def test_an_unknown_table_is_refused() -> None:
    """A table that is not shipped is refused with the two there are."""
    with pytest.raises(GeodataError, match="take one of: uscg, natsar"):
        geodata.sweep_table("iamsar")


def test_figures_cannot_be_changed() -> None:
    """What is shared is read-only."""
    with pytest.raises(ValueError, match="read-only"):
        geodata.sweep_table("uscg").target("ship-120ft").w0_nm[0, 0] = 9.9


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[0.2, 0.2, 0.3, 0.3, 0.3, 0.3]", "[0.2, 0.2, 0.3]"),
        ('size = "small"', 'size = "tiny"'),
        ("{ above = 15.0 }", "{ near = 15.0 }"),
        ('visibility_unit = "km"', 'visibility_unit = "mile"'),
        ("fatigue_factor = 0.9", ""),
        ("[natsar]", "[other]"),
    ],
)
def test_a_damaged_table_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    """A file that lost a figure or a word raises one line that names it."""
    text = files.read_text(sweep.FILE)
    assert old in text
    (tmp_path / "tables").mkdir()
    (tmp_path / sweep.FILE).write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(files, "root", lambda: tmp_path)
    with pytest.raises(GeodataError, match=r"sweep-width\.toml: damaged") as caught:
        sweep.sweep_tables.__wrapped__()
    assert "\n" not in str(caught.value)
