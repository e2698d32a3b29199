"""Results of a study as files: tidy tables as CSV and Parquet, a cube as NetCDF, one page."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

from planner.files import write_file
from planner.present.cases.page import cases_page
from planner.present.text import inert
from planner.study.cases.run import Outcomes
from planner.study.cases.tables import (
    Columns,
    cube,
    level_columns,
    point_columns,
    purchase_columns,
    run_columns,
)

PAGE, CUBE = "study.html", "cube.nc"


def write_results(outcomes: Outcomes, out_dir: str | Path) -> list[Path]:
    """Write all results of a study into its folder, each to a temporary name first.

    Returns
    -------
    list of Path
        ``study.html``; ``points`` and ``runs``, and of a study that asks for them ``purchases``
        and ``levels``, each as ``.csv`` and ``.parquet``; of a grid ``cube.nc`` too.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    found = [out / PAGE]
    write_file(out / PAGE, cases_page(outcomes))
    tables = {
        "points": point_columns(outcomes),
        "runs": run_columns(outcomes),
        "purchases": purchase_columns(outcomes),
        "levels": level_columns(outcomes),
    }
    for name, columns in tables.items():
        if not columns:
            continue
        found.append(write_file(out / f"{name}.csv", csv_text(columns)))
        found.append(write_file(out / f"{name}.parquet", parquet_bytes(columns)))
    if outcomes.layout.plot.study.grid is not None:
        # Made in memory: where a disk fills up, HDF5 ends the whole process.
        whole = cube(outcomes).to_netcdf(engine="h5netcdf")
        found.append(write_file(out / CUBE, bytes(whole)))
    return found


def csv_text(columns: Columns) -> str:
    """A table as text: UTF-8, a comma between cells; text is made inert, figures stay."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([inert(name) for name in columns])
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def parquet_bytes(columns: Columns) -> bytes:
    """A table as Parquet: yes or no, whole numbers, numbers, or text; gaps for none."""
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {name: pa.array(values, _type(values)) for name, values in columns.items()}
    out = io.BytesIO()
    parquet.write_table(pa.table(arrays), out)
    return out.getvalue()


def _type(values: list[Any]) -> Any:
    import pyarrow as pa

    there = [value for value in values if value is not None]
    if there and all(isinstance(value, bool) for value in there):
        return pa.bool_()
    if there and all(isinstance(value, int) for value in there):
        return pa.int64()
    if there and all(isinstance(value, int | float) for value in there):
        return pa.float64()
    return pa.string() if any(isinstance(value, str) for value in there) else pa.float64()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, float):
        return f"{value:.8g}" if math.isfinite(value) else ""
    return value
