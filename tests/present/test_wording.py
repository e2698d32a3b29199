"""The catalogues: whole, true to their sources, and all that a reader of the map sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from planner import geodata
from planner.plan.model import Plan
from planner.present import placenames, text
from planner.present.map import render_map
from planner.present.map.ashore import USUAL_REASON
from planner.present.map.features import GIVES_WAY, position_words
from planner.present.map.tongues import speech
from planner.present.offline import asset
from planner.present.wording import (
    LANGUAGES,
    NAMES,
    PLURALS,
    catalogue,
    conventions,
    language,
    speaking,
    t,
    tn,
)
from planner.replan.difference import GIVES_WAY as SAID_BY_REPLAN
from planner.scenario import Outage
from tests.present.test_map import Reader, drawn

OTHERS = [each for each in LANGUAGES if each != "en"]
KEYWORDS = {"t": None, "tn": (1, 2), "noted": None, "noted_plural": (1, 2)}
SOURCES = ("Источник", "Дереккөз")
"""Rows that quote a source as it is."""

PLACES = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def sources(repository: Path) -> dict[Any, set[str]]:
    """Return every text of the sources with the files it stands in."""
    with (repository / "planner/present/locale/babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Any, set[str]] = {}
    for path, _, message, *_ in extract_from_dir(
        repository / "planner", methods, options, KEYWORDS
    ):
        found.setdefault(message, set()).add(f"planner/{path}")
    return found


def forms(message: Message) -> list[str]:
    """The text of an entry, or all its forms."""
    return list(message.string) if isinstance(message.id, tuple) else [message.string]


def entries(wanted: Any) -> dict[Any, Message]:
    """Entries of a catalogue by their English, without its header."""
    return {message.id: message for message in catalogue(wanted) if message.id}


@pytest.mark.parametrize("wanted", OTHERS)
def test_a_catalogue_has_every_text_of_the_sources_and_no_other(
    wanted: Any, sources: dict[Any, set[str]]
) -> None:
    """After a change of words, ``make words`` and a translator's work are due."""
    known = entries(wanted)
    assert known.keys() == sources.keys()
    for english, message in known.items():
        assert {path for path, _ in message.locations} == sources[english]
    assert not catalogue(wanted).obsolete
    assert "No native speaker has reviewed" in catalogue(wanted).header_comment


@pytest.mark.parametrize("wanted", OTHERS)
def test_every_text_is_translated_with_its_figures(wanted: Any) -> None:
    """No text is empty or unsure, each form has the places of the English, and no other."""
    assert catalogue(wanted).num_plurals == len(PLURALS[wanted])
    for english, message in entries(wanted).items():
        one = english[0] if isinstance(english, tuple) else english
        assert not message.fuzzy
        assert len(forms(message)) == (len(PLURALS[wanted]) if isinstance(english, tuple) else 1)
        for form in forms(message):
            assert form.strip() == form != ""
            assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(one)), one


def test_names_of_the_packaged_layers_are_marked() -> None:
    """Zones, ports and sectors of the Caspian, and words of other layers that the map shows."""
    assert {zone.name for zone in geodata.zones().values()} == set(placenames.ZONES)
    assert {port.name for port in geodata.ports().values()} == set(placenames.PORTS)
    assert set(geodata.sectors()) == set(placenames.SECTORS)
    assert {name for name in geodata.LIMIT_PRESETS if not name.isdigit()} == {*placenames.LIMITS}
    assert Outage.model_fields["reason"].default == USUAL_REASON
    assert GIVES_WAY == SAID_BY_REPLAN


def test_counted_things_have_the_form_of_their_number() -> None:
    """Russian has three forms; Kazakh nouns stay as they are after a number."""
    with speaking("ru"):
        told = [text.count(number, "hull") for number in (1, 2, 5, 11, 21, 22, 1000)]
        assert told == ["1 катер", "2 катера", "5 катеров", "11 катеров", "21 катер",
                        "22 катера", "1\u00a0000 катеров"]  # fmt: skip
        assert text.count(2, "target") == "2 targets"  # not on the map
    with speaking("kk"):
        assert [text.count(number, "hull") for number in (1, 5)] == ["1 катер", "5 катер"]
    assert tn("{n} hull", "{n} hulls", 1, n=1) == "1 hull"


def test_days_and_figures_are_those_of_the_language() -> None:
    """Unicode's names and marks in other languages, the house's own in English."""
    time = datetime(2006, 5, 22, 6, 5)
    with speaking("ru"):
        assert text.moment(time) == "пн, 22 мая 06:05"
        assert (text.number(1234.5, 1), text.percent(0.3127)) == ("1\u00a0234,5", "31,3 %")
        assert (text.duration(7.5), text.money_usd(2.01e6)) == ("7 ч 30 мин", "2,01 млн $")
        assert position_words(51.2, -43.6) == "43°36,0′\u00a0ю.\u00a0ш., 51°12,0′\u00a0в.\u00a0д."
    with speaking("kk"):
        assert text.moment(time) == "22 мам., дс 06:05"
        assert text.weekday(time) == "дс 06:05"
        assert text.day_of_month("04-01") == "1 сәу."
    assert text.moment(time) == "Mon 22 May 06:05"
    assert position_words(-51.2, 43.6) == "43°36.0′ N, 51°12.0′ W"
    assert conventions("en").days[0] == "Sun"


def test_a_language_ends_where_it_began() -> None:
    """What fails within a language leaves the language before it."""
    with pytest.raises(KeyError), speaking("ru"):
        assert (language(), t("Tracks"), t("")) == ("ru", "Маршруты", "")
        raise KeyError
    assert (language(), t("Tracks")) == ("en", "Tracks")
    with speaking("kk"):
        assert t("a name of the scenario's own") == "a name of the scenario's own"


def latin(value: str) -> set[str]:
    """Words of three or more Latin letters, in small ones."""
    return set(re.findall(r"[a-z]{3,}", value.lower()))


def shown(page: str) -> str:
    """All that a reader can come to see of a page: its texts, attributes, and the map's data."""
    reader = Reader(page)
    attributes = [
        str(value)
        for _, attrs in reader.tags
        for name in ("aria-label", "title", "label")
        if (value := attrs.get(name))
    ]
    calls = ("addOutlines", "addLines", "addPlaces")
    items = [item for call in calls for group in drawn(page, call) for item in group]
    rows = [row for item in items for row in item.get("rows", ()) if row[0] not in SOURCES]
    names = [item[key] for item in items for key in ("name", "label") if key in item]
    trips = [item["watches"] for group in drawn(page, "addTracks") for item in group]
    layers = re.findall(r'^\s*"([^"]+)" : feature_group', page, re.MULTILINE)
    layers = [json.loads(f'"{name}"') for name in layers]
    return "\n".join([*reader.text, *attributes, *map(" ".join, rows), *names, *trips, *layers])


@pytest.mark.parametrize("wanted", OTHERS)
def test_no_english_is_left(
    wanted: Any, plan: Plan, raw_plan: Callable[[], dict[str, Any]], sea: Any
) -> None:
    """What Latin words there are stand in the scenario, in a licence, or in the catalogue."""
    page = render_map(plan, sea, language=wanted)
    assert f'<html lang="{wanted}">' in page
    left = latin(shown(page).replace(asset("LICENSE-leaflet.txt"), ""))
    left -= latin(json.dumps(raw_plan(), default=str))
    left -= latin(" ".join(form for message in entries(wanted).values() for form in forms(message)))
    assert left - latin(" ".join(NAMES.values())) <= {"utc", "contributors"}
    assert "катер" in shown(page)


def test_a_page_has_all_languages_and_stays_small(plan: Plan, sea: Any) -> None:
    """All catalogues together, and what else differs between the languages, take under 40 kB."""
    pages = {each: render_map(plan, sea, language=each) for each in LANGUAGES}
    for page in pages.values():
        told = drawn(page, "languages.learn")[0]
        assert [tongue["name"] for tongue in told["tongues"]] == list(NAMES.values())
        assert all(len(row) == len(LANGUAGES) for row in told["words"] + told["texts"])
        assert len(json.dumps(told, ensure_ascii=False).encode()) < 40_000
    texts = drawn(pages["en"], "languages.learn")[0]["texts"]
    assert ["Depth", "Глубины", "Тереңдік"] in texts
    assert texts == drawn(pages["kk"], "languages.learn")[0]["texts"]
    assert "</script" not in speech({each: ('<p title="</script>">', "") for each in LANGUAGES})
