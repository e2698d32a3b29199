"""Tables that come in kinds, each with fields of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.errors import Problem
from planner.scenario.explain import meaning_of
from planner.scenario.parts import Parts
from planner.scenario.requirement import Requirement
from planner.scenario.threat import Threat

Fields = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Of every kind the fields that it needs, and those that it may give."""


def misfits(
    parts: Parts,
    table: str,
    rows: Iterable[tuple[int, Threat | Requirement]],
    fields: Fields,
    of_all: tuple[str, ...],
) -> Iterator[Problem]:
    """What rows lack that their kind needs, and what they give of other kinds.

    Parameters
    ----------
    parts, table
        The scenario, and the table's name in problems.
    rows
        Numbers from 1, and what stands there.
    fields, of_all
        Fields of every kind, and those that all kinds may have.
    """
    for number, row in rows:
        needed, allowed = fields[row.kind]
        for field, model in type(row).model_fields.items():
            if field in needed and getattr(row, field) is None:
                yield parts.problem(
                    f"{table}[{number}].{field}",
                    f"is missing: '{row.name}' is of kind '{row.kind}'",
                    f"add '{field} = …' ({meaning_of(model)})",
                )
        for field, model in type(row).model_fields.items():
            own = field in needed or field in allowed or field in of_all
            if not own and getattr(row, field) != model.default:
                yield parts.problem(
                    f"{table}[{number}].{field}",
                    f"has no meaning for a {table} of kind '{row.kind}'",
                    "remove it, or change the kind",
                )
