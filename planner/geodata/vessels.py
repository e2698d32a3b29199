"""The shipped vessel classes: every figure with its source."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

from planner.errors import GeodataError
from planner.geodata.files import read_table, root

FILE = "vessels.toml"

Value: TypeAlias = str | int | float | list[dict[str, float]]


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    table = read_table(FILE)
    for key, figures in table.items():
        for field, figure in figures.items():
            if not isinstance(figure, dict) or not {"value", "source"} <= set(figure):
                raise GeodataError(f"{root() / FILE}: {key}.{field}: needs a value and a source")
    return table


def vessels() -> dict[str, dict[str, Value]]:
    """Return the figures of every vessel class by field name of a scenario's class."""
    return {
        key: {field: deepcopy(figure["value"]) for field, figure in figures.items()}
        for key, figures in _table().items()
    }


def vessel_sources() -> dict[str, dict[str, str]]:
    """Return the source of every figure, in the same shape as :func:`vessels`.

    A money figure's source names its year and basis.
    """
    return {
        key: {field: _source(figure) for field, figure in figures.items()}
        for key, figures in _table().items()
    }


def _source(figure: dict[str, Any]) -> str:
    basis = [str(figure[part]) for part in ("year", "basis") if part in figure]
    return "; ".join([str(figure["source"]), *basis])
