"""Pydantic's findings in the words of the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from planner.errors import Problem
from planner.scenario.figures import shown

UNITS = {
    "_kn": ("knots", "1 km/h is 0.54 kn"),
    "_nm": ("nautical miles", "1 km is 0.54 nm"),
    "_m": ("metres", "1 ft is 0.3048 m"),
    "_h": ("hours", "60 minutes are 1"),
    "_min": ("minutes", "1 hour is 60"),
    "_l": ("litres", "1 US gallon is 3.785 l"),
    "_l_h": ("litres an hour", "1 US gallon is 3.785 l"),
    "_usd": ("US dollars", "without thousands separators"),
    "_usd_l": ("US dollars a litre", "1 US gallon is 3.785 l"),
}

_NUMBER, _WHOLE, _TRUTH, _MOMENT = (
    "a number", "a whole number", "true or false", "a date and time with an offset from UTC"
)  # fmt: skip

_TYPES = {
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "string_type": "text in quotes",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dataclass_type": "a table",
    "finite_number": "a finite number",
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "timezone_aware": _MOMENT,
}

LONGEST_KEY = 60
"""Letters of a key that a message names; the rest is cut off."""

MOST_LISTED = 40
"""Words that a message lists; it counts the others."""

_NOISE = {"default_factory_not_called"}


def problems_from(
    errors: Iterable[ErrorDetails], model: type[BaseModel], file: str
) -> list[Problem]:
    """Problems that pydantic found, a line each, in the file's order.

    Parameters
    ----------
    errors
        ``ValidationError.errors()`` of validating ``model``.
    model
        The model of the whole file; its fields' descriptions become remedies.
    file
        Name of the file to print.
    """
    found = [error for error in errors if error["type"] not in _NOISE]
    places = [error["loc"] for error in found]
    return [
        _problem(error, model, file)
        for error in found
        if not (error["type"] == "too_short" and _is_outer(error["loc"], places))
    ]


def _is_outer(place: tuple[int | str, ...], places: list[tuple[int | str, ...]]) -> bool:
    """Whether a fault deeper inside already explains a table that came out short."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def key_of(place: Iterable[int | str]) -> str:
    """Dotted key of a place in the file; tables of an array count from 1."""
    key = ""
    for part in place:
        if isinstance(part, int):
            key += f"[{part + 1}]"
        else:
            name = part if len(part) <= LONGEST_KEY else f"{part[: LONGEST_KEY - 3]}..."
            key += f".{name}" if key else name
    return key


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """``did you mean …?`` where a known word is near or contains it, else ``otherwise``."""
    words = list(known)
    close = get_close_matches(word.lower(), words, n=1, cutoff=0.6)
    close += get_close_matches(word, words, n=1, cutoff=0.6)
    if len(word) >= 3:
        part = [name for name in words if word.lower() in name.lower()]
        close += sorted(part, key=lambda name: (not name.lower().startswith(word.lower()), name))
    return f"did you mean '{close[0]}'?" if close else otherwise


def listed(words: Iterable[str]) -> str:
    """Words in order for a message: ``a, b and c``."""
    *most, last = sorted(set(words)) or ["none"]
    if len(most) >= MOST_LISTED:
        return f"{', '.join(most[:MOST_LISTED])} and {len(most) + 1 - MOST_LISTED} more"
    return f"{', '.join(most)} and {last}" if most else last


def meaning_of(field: FieldInfo | None) -> str:
    """What a field holds, from its description."""
    text = field.description if field and field.description else ""
    return text.replace("`", "").rstrip(".")


def _problem(error: ErrorDetails, model: type[BaseModel], file: str) -> Problem:
    place = error["loc"]
    table, field = _locate(model, place)
    message, remedy = _words(error, table, field)
    return Problem(file, key_of(place), message, remedy)


def _words(
    error: ErrorDetails, table: type[BaseModel] | None, field: FieldInfo | None
) -> tuple[str, str]:
    """Message and remedy of one error."""
    place, kind, value = error["loc"], error["type"], shown(error["input"])
    context: Mapping[str, Any] = error.get("ctx", {})
    hint = _unit_hint(place, field)
    if "remedy" in context:
        message, hint = str(context["message"]), str(context["remedy"])
    elif kind == "missing":
        message, hint = "is missing", _how_to_add(place, field)
    elif kind == "extra_forbidden":
        fields = table.model_fields if table else {}
        hint = nearest(str(place[-1]), fields, f"remove it; known keys are {listed(fields)}")
        message = "unknown key"
    elif kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        message = f"{value} is {_out_of_bounds(field, context)}"
    elif kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context["expected"]))
        hint = nearest(str(error["input"]), words, f"write one of {listed(words)}")
        message = f"{value} is not one of {listed(words)}"
    elif kind == "too_short" and place and not error["input"]:
        message = "is empty"
        if field is not None and _inner_model(field.annotation) is not None:
            hint = f"add {_table(key_of(place), many=True)}"
    elif kind == "too_long" and isinstance(error["input"], list | tuple):
        most = context.get("max_length")
        message = f"has {len(error['input'])} entries; at most {most} belong there"
    elif kind == "string_too_long":
        message, hint = (
            f"{value} has {len(error['input'])} letters",
            (f"write at most {context.get('max_length')}"),
        )
    elif kind in _TYPES:
        message = f"{value} is not {_TYPES[kind]}"
        if (table_words := _how_to_write(place, field)) is not None:
            hint = table_words
    else:
        message = f"{value}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    return message, hint


def _locate(
    model: type[BaseModel], place: tuple[int | str, ...]
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """Model of the table that holds ``place``, and the field's own description."""
    table: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for part in place:
        if isinstance(part, int) or table is None:
            continue
        known = table.model_fields.get(part)
        if known is None:
            # the key of a table of tables ([vessel.KEY]), or an unknown key
            continue
        field = known
        inner = _inner_model(known.annotation)
        if inner is not None:
            table = inner
    return table, field


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Model inside ``tuple[Unit, ...]``, ``dict[str, VesselClass]`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _inner_model(argument)
        if inner is not None:
            return inner
    return None


def _how_to_add(place: tuple[int | str, ...], field: FieldInfo | None) -> str:
    name = str(place[-1])
    if isinstance(place[-1], int):
        return f"give {meaning_of(field) or 'one more'}"
    inner = _inner_model(field.annotation) if field else None
    if inner is not None:
        many = "tuple" in str(field.annotation) if field else False
        return f"add {_table(name, many=many)}"
    return f"add '{name} = …' ({meaning_of(field)})" if meaning_of(field) else f"add '{name} = …'"


def _how_to_write(place: tuple[int | str, ...], field: FieldInfo | None) -> str | None:
    """How a table, or a list of tables, is written; None where ``field`` holds no tables."""
    if field is None or _inner_model(field.annotation) is None:
        return None
    name, kind = re.sub(r"\[\d+\]", "", key_of(place)), str(field.annotation)
    if "dict[" in kind and len(place) == 1:
        name = f"{name}.KEY"
    return f"write it as {_table(name, many='tuple[' in kind)}"


def _table(name: str, *, many: bool) -> str:
    """A table, or one of many of its kind, as TOML heads it: ``an [area] table``."""
    article = "an" if name[:1] in "aeiou" else "a"
    return f"{article} [[{name}]] table" if many else f"{article} [{name}] table"


def _bounds(field: FieldInfo | None, context: Mapping[str, Any]) -> tuple[Any, Any, bool]:
    """Lowest and highest value allowed, and whether the lowest itself is not."""
    low: Any = context.get("ge", context.get("gt"))
    high: Any = context.get("le", context.get("lt"))
    open_low = "gt" in context
    for rule in _rules(field) if field else ():
        if isinstance(rule, Ge):
            low = rule.ge
        elif isinstance(rule, Gt):
            low, open_low = rule.gt, True
        elif isinstance(rule, Le):
            high = rule.le
        elif isinstance(rule, Lt):
            high = rule.lt
    return low, high, open_low


def _rules(field: FieldInfo) -> Iterator[Any]:
    """Bounds of a field, also those of what may be there instead of None, or in its list."""
    yield from field.metadata
    left = [field.annotation]
    while left:
        annotation = left.pop()
        for held in getattr(annotation, "__metadata__", ()):
            yield from held.metadata if isinstance(held, FieldInfo) else (held,)
        left += [*getattr(annotation, "__args__", ()), getattr(annotation, "__origin__", None)]
        left = [each for each in left if hasattr(each, "__args__")]


def _out_of_bounds(field: FieldInfo | None, context: Mapping[str, Any]) -> str:
    low, high, open_low = _bounds(field, context)
    if low is not None and high is not None:
        return f"not between {low:g} and {high:g}"
    if low is not None:
        return f"not above {low:g}" if open_low else f"below {low:g}"
    return f"above {high:g}" if high is not None else "out of bounds"


def _unit_hint(place: tuple[int | str, ...], field: FieldInfo | None) -> str:
    name = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    for suffix in sorted(UNITS, key=len, reverse=True):
        if name.endswith(suffix):
            unit, hint = UNITS[suffix]
            return f"give {unit} ({hint})"
    meaning = meaning_of(field)
    return f"give: {meaning}" if meaning else "see 'patrol schema'"
