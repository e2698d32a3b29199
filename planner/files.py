"""Files written whole or not at all, and files that hold one model."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from planner.errors import PlanError

Model = TypeVar("Model", bound=BaseModel)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``; rename it once all is written.

    If writing fails nothing is left behind, and a file that was there before stays.
    No other run writes to that name.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_file(path: Path, content: str | bytes) -> Path:
    """Write a file under a temporary name and rename it; text as UTF-8, line ends as they are."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    with unfinished(path) as temporary:
        temporary.write_bytes(data)
    return path


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
        If it cannot be read, or holds something else.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as error:
        raise PlanError(f"{path}: cannot be read ({error.strerror}); {absent}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlanError(
            f"{path}: not {what} ({where or 'file'}: {first['msg']}); {again}"
        ) from error
