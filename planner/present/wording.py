"""The one door through which the map's English words pass on their way to a reader.

Every text that the map's Python code or templates show is written as
``t("English text")``, counted things as ``tn("{n} hull", "{n} hulls", 2)``; the
script has functions of the same names. Their other languages stand in gettext
catalogues, ``locale/*/LC_MESSAGES/patrol.po``, which ``make words`` brings up to
date with the sources. Babel reads them, so nothing has to be compiled.

Whoever shows nothing but English never loads Babel.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Language = Literal["en", "ru", "kk"]
"""English, Russian, Kazakh (in Cyrillic letters)."""

LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: dict[Language, str] = {"en": "English", "ru": "Русский", "kk": "Қазақша"}
"""What each language is called in itself."""

_spoken: ContextVar[Language] = ContextVar("language", default="en")


@dataclass(frozen=True)
class Conventions:
    """How a language writes days and figures.

    ``days`` from Sunday and ``months``, both short; ``date`` a day of the year in the
    Unicode pattern letters ``E``, ``d`` and ``MMM``; ``group`` between thousands,
    ``decimal`` before the parts of one; ``plurals`` the categories of its forms
    (Unicode CLDR) in the order in which its catalogue has them.
    """

    days: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    group: str
    decimal: str
    plurals: tuple[str, ...]


ENGLISH = Conventions(
    ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"),
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "E d MMM",
    ",",
    ".",
    ("one", "other"),
)
PLURALS = {"ru": ("one", "few", "many"), "kk": ("one", "other")}


def t(text: str, **figures: object) -> str:
    """Text of the map in the reader's language, with figures put in.

    Parameters
    ----------
    text
        English, figures as ``{name}``.
    figures
        What stands for the names.

    Examples
    --------
    >>> t("{hulls}, {agency}", hulls="2 hulls", agency="Navy")
    '2 hulls, Navy'
    """
    if text and _spoken.get() != "en":  # the empty text is a catalogue's header
        text = _translations(_spoken.get()).gettext(text)
    return text.format(**figures) if figures else text


def tn(one: str, many: str, number: int, **figures: object) -> str:
    """The same for a number of things, in the form that the language has for the number.

    Examples
    --------
    >>> tn("{n} hull", "{n} hulls", 2, n=2)
    '2 hulls'
    """
    text = one if number == 1 else many
    if _spoken.get() != "en":
        text = _translations(_spoken.get()).ngettext(one, many, number)
    return text.format(**figures) if figures else text


def noted(text: str) -> str:
    """Mark English text that passes through :func:`t` later, by way of a variable."""
    return text


def noted_plural(one: str, many: str) -> tuple[str, str]:
    """Mark text that passes through :func:`tn` later."""
    return one, many


def language() -> Language:
    """The language spoken at the moment."""
    return _spoken.get()


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Say everything within in a language.

    Examples
    --------
    >>> with speaking("ru"):
    ...     t("Tracks")
    'Маршруты'
    """
    before = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def conventions(wanted: Language) -> Conventions:
    """Days and figures of a language: the house's own in English, else Unicode's (CLDR)."""
    if wanted == "en":
        return ENGLISH
    from babel import Locale

    known = Locale.parse(wanted)
    days, months = known.days["format"]["abbreviated"], known.months["format"]["abbreviated"]
    return Conventions(
        tuple(days[(number - 1) % 7] for number in range(7)),
        tuple(months[number] for number in range(1, 13)),
        str(known.datetime_skeletons["MMMEd"]).replace("ccc", "E"),
        known.number_symbols["latn"]["group"],
        known.number_symbols["latn"]["decimal"],
        PLURALS[wanted],
    )


@cache
def catalogue(wanted: Language) -> Catalog:
    """Catalogue of a language other than English, as its file has it."""
    from babel.messages.pofile import read_po

    path = files("planner.present") / "locale" / wanted / "LC_MESSAGES" / "patrol.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=wanted, abort_invalid=True)


@cache
def _translations(wanted: Language) -> gettext.GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, catalogue(wanted))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
