"""The command line ``patrol``.

Exit status: 0 done; 1 the plan or a check failed; 2 bad input, one line a
problem; 130 interrupted, best plan written. Nothing heavy is imported before
a command needs it, so that ``patrol --help`` answers at once.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from planner.cli import (
    choose,
    compare,
    data,
    export,
    fewest,
    folder,
    plan,
    replan,
    report,
    services,
    simulate,
    site,
    start,
    study,
    worth,
)
from planner.cli.console import BAD_INPUT, INTERRUPTED, complain, of_system, status_of
from planner.errors import PlannerError


class _Patrol(TyperGroup):
    """The commands, with every expected failure turned into lines and a status."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; bad input is a message, never a traceback."""
        try:
            with folder.command():
                return super().invoke(ctx)
        except PlannerError as error:
            complain(str(error))
            raise typer.Exit(status_of(error)) from None
        except BrokenPipeError:
            raise
        except OSError as error:
            complain(of_system(error))
            raise typer.Exit(BAD_INPUT) from None
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=_Patrol,
    name="patrol",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: half the time, and readable anywhere
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from planner import __version__

        typer.echo(f"patrol {__version__}")
        raise typer.Exit


@app.callback()
def _patrol(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Plan who sails when to watch a sea, and prove how good the plan is."""


app.command("new")(start.new)
app.command("plan")(plan.plan)
app.command("replan")(replan.replan)
app.command("verify")(plan.verify)
app.command("simulate")(simulate.simulate)
app.command("map")(plan.draw)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("study")(study.study)
app.command("compare")(compare.compare)
app.command("worth")(worth.worth)
app.command("fewest")(fewest.fewest)
app.command("choose")(choose.choose)
app.command("site")(site.site)
app.command("services")(services.services)
app.command("schema")(start.schema)
app.command("data")(data.data)


def main() -> None:
    """Run the command line."""
    app()
