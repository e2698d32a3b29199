"""The rows of a user's CSV file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from planner.files import MIB, TooLarge, read_within
from planner.scenario.vectors import UnusableFile

MOST_BYTES = 128 * MIB
"""A larger CSV file is not read."""

MOST_ROWS = 2_000_000
"""More rows are not read."""


def read_rows(path: Path) -> tuple[list[str], list[tuple[int, dict[str, str | None]]]]:
    """Columns of a CSV file, and its rows, each with the number of its line.

    Raises
    ------
    GeodataError
        If it cannot be read, is no UTF-8, or larger than the limits allow.
    """
    try:
        text = read_within(path, MOST_BYTES).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
        rows = []
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) > MOST_ROWS:
                raise UnusableFile(
                    path,
                    f"it has more than {MOST_ROWS:,} rows, the most that are read",
                    "keep only what is needed",
                )
        return [str(name) for name in reader.fieldnames or ()], rows
    except TooLarge as error:
        raise UnusableFile(path, str(error), "keep only what is needed") from error
    except OSError as error:
        raise UnusableFile(
            path, f"it cannot be read ({error.strerror or error})", "check who may read it"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnusableFile(path, f"it cannot be read ({error})", "save it as UTF-8 CSV") from error
