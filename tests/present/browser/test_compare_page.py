"""The page of two plans in a real browser: quiet, narrow enough, and its maps can be wiped."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.app import compare_plans
from planner.plan.model import Plan
from tests.present.browser.conftest import Open

READY = "document.querySelectorAll('.swipe .way').length > 0"


@pytest.fixture(scope="module")
def page_file(sailed: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a plan and the same without its last sortie."""
    fewer = sailed.model_copy(update={"sorties": sailed.sorties[:-1]})
    folder = tmp_path_factory.mktemp("compare")
    return compare_plans(sailed, fewer).write(folder / "compare.html")


def test_one_map_is_wiped_over_the_other(page_file: Path, open_map: Open) -> None:
    """A button lays the maps over each other, and by key the slider moves the cut."""
    page = open_map(page_file, ready=READY)
    button = page.locator(".swipe .way").first
    slider = page.locator(".swipe input").first
    assert button.get_attribute("aria-pressed") == "false"
    assert not slider.is_visible()
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    before = float(slider.input_value())
    slider.focus()
    page.keyboard.press("ArrowLeft")
    after = float(slider.input_value())
    assert after < before
    cut = "getComputedStyle(document.querySelector('.swipe .two')).getPropertyValue('--cut')"
    assert page.evaluate(cut).strip() == f"{after:g}%"


@pytest.mark.parametrize("width", [390, 1440])
def test_it_fits_its_window(width: int, page_file: Path, open_map: Open) -> None:
    """The page is no wider than the screen."""
    page = open_map(page_file, width, 844, ready=READY)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
