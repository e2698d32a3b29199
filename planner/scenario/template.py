"""Commented scenarios to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from planner.errors import Problem, ScenarioError
from planner.files import write_files
from planner.scenario.explain import listed, nearest

TEMPLATES = (
    "caspian",
    "fleet-study",
    "own-sea",
    "study-cases",
    "study-fleet",
    "study-services",
)

DEFAULT_TEMPLATE = "caspian"


def write_template(directory: Path, template: str = DEFAULT_TEMPLATE) -> list[Path]:
    """Write the files of a template into a folder.

    Parameters
    ----------
    directory
        Folder to write to; made if need be.
    template
        One of ``TEMPLATES``.

    Returns
    -------
    list of Path
        The files written, the one to plan or study first.

    Raises
    ------
    ScenarioError
        If there is no such template, or a file would be overwritten.
    """
    if template not in TEMPLATES:
        raise ScenarioError(
            [
                Problem(
                    "--template",
                    "",
                    f"there is no template '{template}'; there are {listed(TEMPLATES)}",
                    nearest(template, TEMPLATES, "choose one of them"),
                )
            ]
        )
    found = files("planner.scenario").joinpath("templates", template)
    texts = {entry.name: entry.read_text(encoding="utf-8") for entry in found.iterdir()}
    taken = [directory / name for name in texts if (directory / name).exists()]
    if taken:
        raise ScenarioError(
            [
                Problem(str(path), "", "is already there", "choose another folder, or move it away")
                for path in sorted(taken)
            ]
        )
    write_files({directory / name: text for name, text in texts.items()})
    first = "study.toml" if "study.toml" in texts else "scenario.toml"
    return [directory / name for name in sorted(texts, key=lambda name: (name != first, name))]
