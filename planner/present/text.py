"""Words and figures as people read them, made safe for where they are shown.

Everything that comes from a scenario (names, titles, keys) passes through
one of these functions on its way to a terminal or a page.
"""

from __future__ import annotations

import html
import json
import math
import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo

from planner.present.wording import ENGLISH, conventions, language, noted_plural, t, tn

WEEKDAYS = (*ENGLISH.days[1:], ENGLISH.days[0])
MONTHS = ENGLISH.months

COUNTED = {
    "hull": noted_plural("{n} hull", "{n} hulls"),
    "sortie": noted_plural("{n} sortie", "{n} sorties"),
}
"""Things whose number is told in other languages too, by the English word for one."""

_JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them; no other format character does
_SCRIPT_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&'`${}"}
_MARKUP_ESCAPES = {ord(c): f"&#{ord(c)};" for c in "{}`$\\"}
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def clean(value: object) -> str:
    """Text of ``value`` on one line without control or direction-changing characters.

    A terminal obeys escape sequences and a browser obeys direction overrides,
    so neither may come from a scenario's names.
    """
    kept = []
    for character in str(value):
        category = unicodedata.category(character)
        if category in ("Zl", "Zp") or character in "\t\n\r":
            kept.append(" ")
        elif category[0] != "C" or character in _JOINERS:
            kept.append(character)
    return " ".join("".join(kept).split())


def escape(value: object) -> str:
    """Clean text of ``value`` for HTML content and quoted attributes, also within a script.

    Folium reads what it has rendered as a template once more and would run
    what stands in double braces, so braces are escaped too; double slashes
    are, so that no address is taken for one that a script loads.
    """
    found = html.escape(clean(value), quote=True)
    return found.translate(_MARKUP_ESCAPES).replace("//", "/&#47;")


def script_json(value: object, *, ascii_only: bool = True) -> str:
    r"""JSON of ``value`` that is inert anywhere in a page's script.

    Besides ``<``, ``>``, ``&`` and ``'`` the backtick, the dollar sign and,
    within strings, braces are written as ``\uXXXX``. So a text can neither end
    the script element, nor start or fill a template literal, nor be read as a
    template by folium, which renders its own output once more. Double slashes
    are broken up, so an address is never taken for one that the script loads.

    Parameters
    ----------
    value
        What JSON can say.
    ascii_only
        Whether all other letters are written as ``\uXXXX`` too, at thrice the bytes.

    Raises
    ------
    ValueError
        A figure is infinite or not a number, which JSON cannot say.
    """
    found = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=ascii_only)
    return _JSON_STRING.sub(lambda match: match[0].translate(_SCRIPT_ESCAPES), found).replace(
        "//", "/\\/"
    )


FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
"""How text begins that a spreadsheet may take for a formula, or that was made inert."""


def inert(value: object) -> str:
    """Clean text of a cell that no spreadsheet takes for a formula.

    An apostrophe goes before it, and before one it begins with: dropping one undoes it.
    """
    text = clean(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def percent(share: float, digits: int = 1) -> str:
    """``0.3127`` as ``31.3 %``."""
    if not math.isfinite(share):
        return "–"
    return f"{number(100 * share, digits, grouped=False)} %"


def number(value: float, digits: int = 0, *, grouped: bool = True) -> str:
    """``12345.6`` as ``12,346``."""
    if not math.isfinite(value):
        return "–"
    return _marked(f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}")


def plain(value: float, digits: int = 6) -> str:
    """A figure with as many digits as it needs: ``0.5``, ``12``."""
    return _marked(f"{value:.{digits}g}")


def _marked(figure: str) -> str:
    """A figure with the marks of the language instead of the English ones."""
    marks = conventions(language())
    return figure.translate({ord(","): marks.group, ord("."): marks.decimal})


def count(value: int, word: str) -> str:
    """A number of things: ``1 hull``, ``2 hulls``.

    Examples
    --------
    >>> count(1, "hull"), count(12_000, "target")
    ('1 hull', '12,000 targets')
    """
    one, many = COUNTED.get(word) or (f"{{n}} {word}", f"{{n}} {word}s")
    return tn(one, many, value, n=number(value))


def money_usd(value: float) -> str:
    """Dollars in the unit that is readable: ``$950``, ``$12,300``, ``$1.34 M``."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1e6:
        return t("${amount} M", amount=number(value / 1e6, 2))
    return t("${amount}", amount=number(value))


def duration(hours: float) -> str:
    """``7.5`` as ``7 h 30 min``, ``0.5`` as ``30 min``."""
    minutes = round(hours * 60)
    whole, rest = divmod(minutes, 60)
    if whole == 0 and rest:
        return t("{min} min", min=rest)
    padded = f"{rest:02d}"
    return t("{h} h {min} min", h=whole, min=padded) if rest else t("{h} h", h=whole)


def moment(time: datetime, zone: tzinfo | None = None) -> str:
    """A time as ``Mon 22 May 06:00``, in ``zone`` or else its own offset."""
    local = time.astimezone(zone) if zone is not None else time
    return f"{day(local)} {local:%H:%M}"


def weekday(time: datetime, zone: tzinfo | None = None) -> str:
    """A time within a few days as ``Tue 01:00``, in ``zone`` or else its own offset."""
    local = time.astimezone(zone) if zone is not None else time
    return f"{conventions(language()).days[local.isoweekday() % 7]} {local:%H:%M}"


def day(time: date) -> str:
    """A date as ``Mon 22 May``."""
    known = conventions(language())
    parts = {
        "E": known.days[time.isoweekday() % 7],
        "d": str(time.day),
        "MMM": known.months[time.month - 1],
    }
    return re.sub("E|d|MMM", lambda match: parts[match[0]], known.date)


def day_of_month(date_: str) -> str:
    """A day of every year, ``04-01``, as ``1 Apr``."""
    month, number_ = map(int, date_.split("-"))
    return f"{number_} {conventions(language()).months[month - 1]}"


def offset(time: datetime) -> str:
    """The offset of a time as ``UTC+5`` or ``UTC+5:30``."""
    shift = time.utcoffset() or timedelta(0)
    minutes = round(shift.total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def hours_between(start: datetime, end: datetime) -> float:
    """Hours from ``start`` to ``end``."""
    return (end - start).total_seconds() / 3600.0


def join_words(words: list[str]) -> str:
    """``["a", "b", "c"]`` as ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]
