"""The package: its public names, its version, and its wheel in an empty environment."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import tomllib
import venv
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

import planner


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command elsewhere and return what it prints; fail with all it said."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the locked hatchling, without asking the network."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "-w", "-n", "-o", out, repository, cwd=out)
    (built,) = out.glob("*.whl")
    return built


def test_public_names_are_sorted_and_there() -> None:
    """``__all__`` is sorted, without doubles, and every name can be imported."""
    assert planner.__all__ == sorted(set(planner.__all__))
    for name in planner.__all__:
        assert getattr(planner, name) is not None
    assert set(planner.__all__) <= set(dir(planner))


def test_names_are_the_same_after_their_modules_are_imported() -> None:
    """A subpackage that is imported first does not hide a public name."""
    for module in ("planner.verify", "planner.plan", "planner.scenario"):
        importlib.import_module(module)
    assert callable(planner.verify_plan)
    assert callable(planner.load)


def test_the_first_plan_is_short_and_uses_public_names(examples: Path) -> None:
    """The example of the Python API has under 20 lines and imports nothing private."""
    text = (examples / "first_plan.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 20
    (imported,) = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "planner"
    ]
    assert {alias.name for alias in imported.names} <= set(planner.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public is refused as Python does."""
    with pytest.raises(AttributeError, match="has no attribute 'sail'"):
        planner.sail  # noqa: B018


def test_the_locks_name_versions_and_nothing_else(repository: Path) -> None:
    """Every line of the lock files is ``name==version``; no host, path or option."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (repository / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if not line.startswith("#")]
        assert pins
        for line in pins:
            project, version = line.split("==")
            assert project.replace("-", "").replace("_", "").replace(".", "").isalnum()
            assert version[0].isdigit()
            assert not set("/:@ ;") & set(line)


def test_the_locks_hold_every_dependency(repository: Path) -> None:
    """What pyproject.toml asks for is locked: for running, and for tests and checks."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = locked(repository / "requirements.lock")
    everything = runtime | locked(repository / "requirements-dev.lock")
    extras = project["optional-dependencies"]
    assert {bare(line) for line in project["dependencies"]} <= runtime
    assert {bare(line) for line in extras["test"] + extras["lint"]} <= everything


def bare(requirement: str) -> str:
    """Name of a requirement without its versions."""
    name = requirement
    for mark in "<>=!~[; ":
        name = name.split(mark)[0]
    return name.lower().replace("_", "-")


def locked(path: Path) -> set[str]:
    """Names in a lock file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {bare(line) for line in lines if not line.startswith("#")}


def test_the_wheel_holds_the_layers_and_not_what_makes_them(wheel: Path, repository: Path) -> None:
    """Each layer lies in the wheel as in the checkout, with licences, without ``build``."""
    shipped = {
        path.relative_to(repository / "geodata").as_posix()
        for path in (repository / "geodata").rglob("*")
        if path.is_file() and "build" not in path.relative_to(repository / "geodata").parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith("METADATA"))
        headers = HeaderParser().parsestr(archive.read(metadata).decode("utf-8"))
    prefix = "planner/_geodata/"
    assert {name.removeprefix(prefix) for name in names if name.startswith(prefix)} == shipped
    assert {"planner/py.typed", "planner/scenario/templates/caspian/scenario.toml"} <= names
    assert not [name for name in names if name.startswith(("tests", "geodata", "examples"))]
    assert headers["Version"] == planner.__version__
    assert headers["License-Expression"] == "Apache-2.0"


def test_the_wheel_works_in_an_empty_environment(
    wheel: Path, repository: Path, tmp_path: Path
) -> None:
    """Installed from the lock where nothing else is, ``patrol`` finds its data and templates."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile")
    quiet = ("--disable-pip-version-check", "--no-deps")
    run(*install, *quiet, "-r", repository / "requirements.lock", wheel, cwd=tmp_path)
    patrol = home / "bin" / "patrol"
    assert "Plan who sails when" in run(patrol, "--help", cwd=tmp_path)
    assert planner.__version__ in run(patrol, "--version", cwd=tmp_path)
    listing = run(patrol, "data", cwd=tmp_path)
    assert "shoreline-present" in listing
    assert "ODbL" in listing
    assert str(home) in run(patrol, "data", "shoreline-present", cwd=tmp_path)
    run(patrol, "new", "mine", "--template", "own-sea", cwd=tmp_path)
    loading = "import planner; print(planner.load('mine/scenario.toml').title)"
    assert run(python, "-c", loading, cwd=tmp_path) == "A sea of one's own\n"
