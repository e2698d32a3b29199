"""Commands to begin with: ``new`` and ``schema``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Schema(StrEnum):
    """Formats that have a schema."""

    scenario = "scenario"
    study = "study"
    cases = "cases"
    plan = "plan"


def new(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    template: Annotated[
        str,
        typer.Option(
            "--template",
            metavar="NAME",
            help="caspian, own-sea (any other sea); studies: fleet-study, study-fleet, "
            "study-cases (what matters most), study-services.",
        ),
    ] = "caspian",
) -> None:
    """Write a commented scenario to start from."""
    from planner.scenario import write_template

    written = write_template(directory, template)
    for path in written:
        typer.echo(path)
    command = "study" if written[0].name == "study.toml" else "plan"
    typer.echo(f"Next: edit it, then run  patrol {command} {written[0]} -o {directory / 'out'}")


def schema(
    of: Annotated[
        Schema, typer.Argument(metavar="scenario|study|cases|plan", help="Which format.")
    ],
) -> None:
    """Print the JSON Schema of a file format."""
    typer.echo(json.dumps(_model_schema(of), indent=2, ensure_ascii=False))


def _model_schema(of: Schema) -> dict[str, object]:
    if of is Schema.scenario:
        from planner.scenario import Scenario

        return Scenario.model_json_schema()
    if of is Schema.plan:
        from planner.plan.model import Plan

        return Plan.model_json_schema(by_alias=True)
    if of is Schema.cases:
        from planner.study.cases import CaseStudy

        return CaseStudy.model_json_schema()
    from planner.study import Study

    return Study.model_json_schema()
