"""Prices beside the plan they were asked of: ``worth.json``, schema ``patrol-worth/1``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.files import write_file
from planner.scenario.records import read_model
from planner.study.cooperation import Interval
from planner.study.prices import Effect, Price, Prices
from planner.study.served import Need

PRICES_FILE = "worth.json"
SCHEMA: Literal["patrol-worth/1"] = "patrol-worth/1"


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )


class PriceRow(_Table):
    """One change, as :class:`~planner.study.prices.Price` says it."""

    where: str
    what: str
    per: str
    estimate: float
    """Share of detection that the bound rises by at most, or an estimate if not ``proven``; of
    value, detection and what is served, where something is required."""

    proven: bool
    gain: Interval | None = None
    """The same share found by solving again, and limits of what the best plans differ by."""

    effect: Effect | None = None
    """What detection and each requirement gain by that, where something is required."""

    purchase_usd: float | None = None
    running_usd: float | None = None
    points_per_million: float | None = None


class PriceList(_Table):
    """All changes, worth most first."""

    schema_: Annotated[Literal["patrol-worth/1"], Field(alias="schema")] = SCHEMA
    plan_sha256: str
    """Of the plan's file: prices of another plan are none of this one's."""

    title: str
    detection: float
    bound: float
    by_search: float
    rows: tuple[PriceRow, ...]
    value: float = 0.0
    """Detection and what is served of the plan as it is; 0 in files without requirements."""

    value_bound: float = 0.0
    """What no plan exceeds of that."""

    needs: tuple[Need, ...] = ()
    """What is required, and what meeting it counts."""

    met: tuple[float, ...] = ()
    """Share of each that the plan as it is serves."""

    left_out: tuple[str, ...] = ()
    """Changes that cannot be priced."""


def price_list(prices: Prices, plan_sha256: str) -> PriceList:
    """Prices without the scenarios that they were found with."""
    return PriceList(
        plan_sha256=plan_sha256,
        title=prices.title,
        detection=prices.detection,
        bound=prices.bound,
        by_search=prices.by_search,
        rows=tuple(_row(price) for price in prices.rows),
        value=prices.value,
        value_bound=prices.value_bound,
        needs=prices.needs,
        met=prices.met,
        left_out=tuple(f"{change.what} of {change.where}" for change in prices.left_out),
    )


def write_prices(prices: PriceList, directory: str | Path) -> Path:
    """Write ``worth.json`` into a folder.

    Returns
    -------
    Path
        The file.
    """
    path = Path(directory) / PRICES_FILE
    return write_file(path, prices.model_dump_json(by_alias=True, indent=1))


def read_prices(directory: str | Path) -> PriceList:
    """Read the prices of a folder.

    Raises
    ------
    PlanError
        If there are none, or they are not of schema ``patrol-worth/1``.
    """
    return read_model(
        Path(directory) / PRICES_FILE,
        PriceList,
        f"prices of schema {SCHEMA}",
        "make it with 'patrol worth'",
        "make them again with 'patrol worth'",
    )


def _row(price: Price) -> PriceRow:
    return PriceRow(
        where=price.where,
        what=price.what,
        per=price.per,
        estimate=price.estimate,
        proven=price.proven,
        gain=price.gain,
        effect=price.effect,
        purchase_usd=price.purchase_usd,
        running_usd=price.running_usd,
        points_per_million=price.points_per_million,
    )
