"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

Seed = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Same seed, same search.")]

Work = Annotated[
    int | None,
    typer.Option(
        "--work", metavar="N", min=1, help="Rounds of work, not seconds: same plan every time."
    ),
]
