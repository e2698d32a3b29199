"""Words and figures: readable, and harmless wherever they are shown."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from planner.present import text


@given(st.text())
def test_clean_text_has_no_control_characters(value: str) -> None:
    """Clean text is one line without escape sequences or direction overrides."""
    found = text.clean(value)
    assert found.isprintable() or "\u200c" in found or "\u200d" in found
    assert not any(c in found for c in "\x1b\x9b\u202e\u2066\r\n\t\x00")


def test_clean_text_keeps_the_alphabets_of_the_caspian() -> None:
    """Kazakh, Russian and Persian names (with their joiners) stay as they are."""
    for name in ("Ақтау порты", "Форт-Шевченко", "بندر انزلی", "می\u200cخواهم"):
        assert text.clean(name) == name


@given(st.recursive(st.text() | st.floats(allow_nan=False, allow_infinity=False), st.lists))
def test_script_json_means_the_same_and_is_inert(value: object) -> None:
    """Script JSON reads back as the same value and holds nothing a page could act on."""
    found = text.script_json(value)
    assert json.loads(found) == value
    assert not set("<>&'`$") & set(found)
    assert not re.search(r"\{[{%#]", found)
    assert "//" not in found
    assert found.isascii()


@given(st.text())
def test_escaped_text_cannot_leave_an_attribute_or_element(value: str) -> None:
    """Escaped text holds no quote, no angle bracket and no brace."""
    assert not set("<>\"'{}") & set(text.escape(value))


def test_times_are_shown_in_the_zone_asked_for() -> None:
    """A moment is shown in the plan's offset, and the offset is named."""
    five = timezone(timedelta(hours=5))
    assert text.moment(datetime(2006, 5, 21, 20, 5, tzinfo=UTC), five) == "Mon 22 May 01:05"
    assert text.weekday(datetime(2006, 5, 21, 20, 5, tzinfo=UTC), five) == "Mon 01:05"
    assert text.offset(datetime(2006, 5, 22, tzinfo=five)) == "UTC+5"
    half = timezone(-timedelta(hours=3, minutes=30))
    assert text.offset(datetime(2006, 5, 22, tzinfo=half)) == "UTC−3:30"


def test_figures_are_grouped_and_carry_their_unit() -> None:
    """Shares, counts, durations and money read as in a report."""
    assert text.percent(0.3127) == "31.3 %"
    assert text.percent(float("inf")) == "–"
    assert text.number(12345.6) == "12,346"
    assert text.duration(7.5) == "7 h 30 min"
    assert text.duration(8) == "8 h"
    assert text.duration(0.75) == "45 min"
    assert text.duration(0) == "0 h"
    assert text.money_usd(2_010_000) == "$2.01 M"
    assert text.money_usd(12_300) == "$12,300"
    assert text.join_words(["a", "b", "c"]) == "a, b and c"
