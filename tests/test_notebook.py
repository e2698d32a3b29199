"""The example notebook: clean as it is shipped, and true when it is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

LONGEST_S = 600
"""On a machine that does much else; alone it takes well under a minute."""


@pytest.fixture(scope="module")
def shipped(examples: Path) -> Any:
    """Return the notebook as it is shipped."""
    return nbformat.read(examples / "first-look.ipynb", as_version=4)


@pytest.fixture(scope="module")
def executed(examples: Path) -> Any:
    """Run the notebook in its folder and return it with what its cells said."""
    notebook = nbformat.read(examples / "first-look.ipynb", as_version=4)
    where = {"metadata": {"path": str(examples)}}
    NotebookClient(notebook, timeout=LONGEST_S, kernel_name="python3", resources=where).execute()
    return notebook


def said(notebook: Any, kind: str) -> list[str]:
    """Outputs of one kind, ``stream`` for what was printed."""
    outputs = [each for cell in notebook.cells for each in cell.get("outputs", ())]
    if kind == "stream":
        return [each["text"] for each in outputs if each["output_type"] == "stream"]
    return [each["data"][kind] for each in outputs if kind in each.get("data", {})]


def test_no_output_is_stored(shipped: Any) -> None:
    """Cells are shipped unrun: nothing of a machine, and nothing to go stale."""
    for cell in shipped.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_every_cell_runs_and_says_what_the_text_promises(executed: Any) -> None:
    """Plans, tables, a picture, the framed map, and the verdict on the larger fleet."""
    printed = "".join(said(executed, "stream"))
    assert "2 × 42-ft boats, Aktau of the Border Service" in printed
    assert len(re.findall(r"<Plan '[^']+' from 2006-05-22", printed)) == 2
    assert "count 2 in A, 4 in B" in printed
    # in the seconds given a busy machine may get no further than the same first plan
    assert re.search(r"[AB] finds \d+\.\d points more than [AB]|A and B find the same", printed)
    assert said(executed, "image/png")
    pages = said(executed, "text/html")
    assert sum("<iframe" in page for page in pages) == 1
    assert any("underway_h" in page for page in pages)
