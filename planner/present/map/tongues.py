"""The page in its other languages: what its script says, and what else stands in it.

A page is made in every language, and what differs between them travels in the
page: so the language can be chosen in it, without a network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from planner.present.text import script_json
from planner.present.wording import LANGUAGES, NAMES, Language, catalogue, conventions

SHOWN = ("aria-label", "title", "label")
"""Attributes that a reader sees or hears (``tongues.js`` has the same)."""

FIGURE = re.compile(r"[\d.,–]+( %)?")
"""An English figure; the script itself writes those with another language's marks."""

_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def speech(pages: Mapping[Language, tuple[str, str]]) -> str:
    """Call of the packaged script that tells it all languages.

    Parameters
    ----------
    pages
        The same map in each language: its page, and the script that draws its plan.

    Returns
    -------
    str
        ``patrol.languages.learn(…)``: in ``words`` what the script says, in ``texts`` what
        stands in the page and the plan's data, each a row of the same text in all languages.
    """
    told = {
        "tongues": [_tongue(language) for language in LANGUAGES],
        "words": _words(),
        "texts": _texts([pages[language] for language in LANGUAGES]),
    }
    return f"patrol.languages.learn({script_json(told, ascii_only=False)});"


def _tongue(language: Language) -> dict[str, Any]:
    known = conventions(language)
    return {
        "language": language,
        "name": NAMES[language],
        "days": known.days,
        "months": known.months,
        "date": known.date,
        "group": known.group,
        "decimal": known.decimal,
        "plurals": known.plurals,
    }


def _words() -> list[list[Any]]:
    """The script's texts; of counted things the forms of each language."""
    rows: dict[Any, list[Any]] = {}
    for language in LANGUAGES[1:]:
        for message in catalogue(language):
            if any(path.endswith(".js") for path, _ in message.locations):
                rows.setdefault(message.id, [message.id]).append(message.string)
    return list(rows.values())


def _texts(pages: list[tuple[str, str]]) -> list[list[str]]:
    """Texts that are not the same in all languages, without those that the script says."""
    known = {row[0] for row in _words()}
    rows: dict[str, list[str]] = {}
    for part in (_of_page, _of_script):
        for row in zip(*(part(pair) for pair in pages), strict=True):
            if len(set(row)) > 1 and row[0] not in known and not FIGURE.fullmatch(row[0]):
                rows.setdefault(row[0], list(row))
    return list(rows.values())


def _of_page(pair: tuple[str, str]) -> list[str]:
    reader = _Reader()
    reader.feed(pair[0])
    reader.close()
    return reader.found


def _of_script(pair: tuple[str, str]) -> list[str]:
    found = (json.loads(literal) for literal in _LITERAL.findall(pair[1]))
    return ["" if text in LANGUAGES else text for text in found]


class _Reader(HTMLParser):
    """Texts and shown attributes of a page, in their order; not what is dated or timed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the shown attributes of a tag."""
        given = dict(attrs)
        self._skip = tag in ("script", "style") or bool({"data-minute", "data-minutes"} & {*given})
        self.found += [value for name in SHOWN if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._skip = False

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if data.strip() and not self._skip:
            self.found.append(data.strip())
