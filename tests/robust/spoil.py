"""Sound inputs made unsound: values, tables, lines and bytes, each change drawn with a seed."""

from __future__ import annotations

import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

LONG = "x" * 5000

TEXTS = (
    "", " ", "\t", ".", "..", "../up", "/", "/etc/passwd", "C:\\boat", "CON", "nul.geojson", "a/b",
    "a\x00b", "a\nb", "\x1b[31mred", "\u202eevil", "\ufeff", "Катер «Ақтау»", "船", "🚤" * 40, LONG,
    "=1+1", "@SUM(A1)", "${7*7}", "{{7*7}}", "%s%n", "<script>x</script>", "'; drop", "`x`",
    "/vsicurl/http://localhost:9/x", "http://localhost:9/x.geojson", "area.geojson", "here.toml",
    "kazakhstan", "present", "none", "Aktau", "Boats", "Boats 1", "Boats 99999999", "nets", "pkm",
    "2006-05-22T00:00:00+05:00", "9999-12-31T23:59:00+00:00", "nan", "inf", "1e400", "true", "1",
)  # fmt: skip

NUMBERS = (
    0, 1, -1, 2, 3, 7, 0.5, -0.0, 1e-300, 1e300, 1e308, 5e-324, 9.99, 90, 91, 180, 181, 360, 540,
    89.9999999, 1440, 1441, 10**6, 10**9, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**64, 10**30,
    math.nan, math.inf, -math.inf, 0.1 + 0.2, 24, 25, 120, 12, 13,
)  # fmt: skip

MOMENTS = (
    datetime(2006, 5, 22, tzinfo=timezone(timedelta(hours=5))),
    datetime(2006, 5, 22),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=12))),
    datetime(2006, 5, 22, 12, 0, 30, tzinfo=timezone(timedelta(hours=5))),
    datetime(1900, 2, 28, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    date(2006, 5, 22),
    time(12, 30),
)

VALUES: tuple[Any, ...] = (
    *TEXTS, *NUMBERS, *MOMENTS, True, False, [], {}, [[]], [{}], [1], [1, 2, 3], ["a"], {"a": 1},
    [51.2, 43.6], [43.6, 51.2], [51.2], [181.0, 43.6], [50.6, 43.8, 0.0], ["51.2", "43.6"],
    [51.2, math.nan], [[51.2, 43.6]], list(range(300)), {"x": {"y": {"z": []}}},
)  # fmt: skip

Place = tuple[Any, Any]
"""A dict or list, and a key or number in it."""


def places(tables: Any) -> Iterator[Place]:
    """Every place of nested tables and lists."""
    items = tables.items() if isinstance(tables, dict) else enumerate(tables)
    for key, value in list(items):
        yield tables, key
        if isinstance(value, dict | list):
            yield from places(value)


def spoiled(tables: dict[str, Any], rng: random.Random, changes: int) -> dict[str, Any]:
    """Tables with so many changes."""
    made = copy.deepcopy(tables)
    for _ in range(changes):
        if not made:
            made["title"] = "nothing is left"
        held, key = rng.choice(list(places(made)))
        rng.choice(_CHANGES)(made, held, key, rng)
    return made


def _replace(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    held[key] = copy.deepcopy(rng.choice(VALUES))


def _nudge(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    """A number near the one that is there, or on another scale."""
    value = held.get(key) if isinstance(held, dict) else held[key]
    if isinstance(value, int | float) and not isinstance(value, bool):
        factor = rng.choice((0, -1, 0.5, 2, 10, 60, 1000, 0.001, 1.852, 1.0000001))
        nudged = value * factor
        whole = math.isfinite(nudged) and rng.random() < 0.3
        held[key] = int(nudged) if whole else nudged
    else:
        _replace(made, held, key, rng)


def _remove(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    del held[key]


def _add(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    if isinstance(held, dict):
        name = rng.choice((f"{key}s", str(key)[:-1] or "k", str(key).upper(), "note", "", "a.b"))
        held[name] = copy.deepcopy(rng.choice(VALUES))
    else:
        held.insert(rng.randrange(len(held) + 1), copy.deepcopy(rng.choice(VALUES)))


def _double(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    if isinstance(held, list):
        held += [copy.deepcopy(held[key])] * rng.choice((1, 1, 1, 40))
    else:
        _replace(made, held, key, rng)


def _borrow(made: Any, held: Any, key: Any, rng: random.Random) -> None:
    """A value from elsewhere in the file."""
    other, name = rng.choice(list(places(made)))
    held[key] = copy.deepcopy(other[name])


_CHANGES: tuple[Callable[[Any, Any, Any, random.Random], None], ...] = (
    _replace, _replace, _nudge, _nudge, _remove, _add, _double, _borrow,
)  # fmt: skip


def toml_of(tables: dict[str, Any]) -> str:
    """Tables as TOML; what TOML cannot say stays out."""
    lines = [f"{_key(k)} = {_value(v)}\n" for k, v in tables.items() if not _is_table(v)]
    for key, value in tables.items():
        if isinstance(value, dict):
            lines += [f"[{_key(key)}]\n"]
            lines += [f"{_key(k)} = {_value(v)}\n" for k, v in value.items()]
        elif _is_table(value):
            for row in value:
                lines += [f"[[{_key(key)}]]\n"]
                lines += [f"{_key(k)} = {_value(v)}\n" for k, v in row.items()]
    return "".join(lines)


def _is_table(value: Any) -> bool:
    rows = isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)
    return isinstance(value, dict) or rows


def _key(key: Any) -> str:
    return _text(str(key))


def _text(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join(c for c in quoted if not 0xD800 <= ord(c) <= 0xDFFF)


def _value(value: Any) -> str:  # noqa: PLR0911
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value)
        case datetime() | date() | time():
            return value.isoformat()
        case dict():
            return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case None:
            return '""'
        case _:
            return _text(str(value))


SNIPPETS = (
    "[", "]", "[[", "]]", "{", "}", '"', "'", '"""', "=", ".", ",", "#", "\n", "\r", "\x00",
    "\ufeff",
    "nan", "inf", "-", "+", "1e999", "9" * 30, "0x" + "f" * 40, "true", "\\", "\\u0000", "\\ud800",
    "[[unit]]", "[area]", "a" + ".a" * 50, "[" * 200, "[" * 3000, "\u202e", "\x1b[2J", "é",
)  # fmt: skip


def spoiled_text(text: str, rng: random.Random, changes: int) -> str:
    """Text with some pieces removed, doubled, moved, or put in."""
    for _ in range(changes):
        at, length = rng.randrange(len(text) + 1), rng.choice((1, 1, 2, 8, 40, 400))
        piece = text[at : at + length]
        other = rng.randrange(len(text) + 1)
        text = rng.choice((
            text[:at] + text[at + length :],
            text[:at] + rng.choice(SNIPPETS) + text[at:],
            text[:at] + rng.choice(SNIPPETS) + text[at + length :],
            text[:other] + piece + text[other:],
            text[:at] if rng.random() < 0.2 else text[:at] + piece.swapcase() + text[at + length :],
            text[:at] + "".join(rng.choice("0123456789-.eE,") for _ in piece) + text[at + length :],
        ))  # fmt: skip
    return text


def spoiled_bytes(content: bytes, rng: random.Random, changes: int) -> bytes:
    """Bytes with bits turned, runs cut out, doubled, zeroed or filled, or the end cut off."""
    held = bytearray(content)
    for _ in range(changes):
        at = rng.randrange(len(held)) if held else 0
        if rng.random() < 0.4:  # where headers are
            at = min(at, rng.randrange(512))
        length = rng.choice((1, 1, 2, 4, 8, 64, 1024))
        match rng.randrange(8):
            case 0:
                del held[at:]
            case 1:
                del held[at : at + length]
            case 2:
                held[at:at] = held[at : at + length]
            case 3:
                held[at : at + length] = bytes(length)
            case 4:
                held[at : at + length] = b"\xff" * length
            case 5:
                held[at : at + 8] = rng.choice((0, 1, 2**31, 2**32 - 1, 2**63)).to_bytes(
                    8, "little"
                )
            case 6:
                held[at : at + length] = rng.randbytes(length)
            case _:
                if at < len(held):
                    held[at] ^= 1 << rng.randrange(8)
    return bytes(held)
