"""Files that hold one model as JSON: those that the planner wrote itself."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from planner.errors import PlanError
from planner.files import MIB, TooLarge, read_within
from planner.scenario.explain import problems_from

Model = TypeVar("Model", bound=BaseModel)

MOST_BYTES = 1024 * MIB
"""A larger file is not read (assumption: ten times the largest plan known, of 10,000 cells)."""


def read_model(path: Path, model: type[Model], what: str, absent: str, again: str) -> Model:
    """Read a file that holds one model as JSON.

    Parameters
    ----------
    path, model
        The file, and what it holds.
    what
        What it should be, such as ``a plan of schema patrol-plan/1``.
    absent, again
        What to do if it is not there, and if it is something else.

    Raises
    ------
    PlanError
        If it cannot be read, is too large, or holds something else.
    """
    try:
        return model.model_validate_json(read_within(path, MOST_BYTES))
    except TooLarge as error:
        raise PlanError(f"{path}: {error}; {again}") from error
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}); {absent}") from error
    except ValidationError as error:
        raise PlanError(f"{path}: not {what} ({_fault(error, model)}); {again}") from error


def _fault(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault, without a remedy: nobody mends such a file by hand."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        return "it is cut off, or no JSON"
    problem = problems_from([first], model, "")[0]
    return f"{problem.key or 'file'}: {problem.message}"
