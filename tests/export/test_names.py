"""Names of files: fit for every system, and never two alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.export.names import LONGEST, RESERVED, safe_name, safe_names

texts = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="aA.-_ /\\:2", max_size=80),
    st.sampled_from(["CON", "con.txt", "LPT1", "nul", "", ".", "..", "~", "a" * 300, "aux ", "é"]),
)


@given(st.lists(texts, max_size=30), st.lists(st.sampled_from(["sorties", "a-2", "A"]), max_size=3))
def test_any_texts_get_names_that_are_safe_and_different(
    wanted: list[str], taken: list[str]
) -> None:
    """ASCII without separators, dots or edges of dashes, not reserved, not long, no two alike."""
    names = safe_names(wanted, taken)
    assert len(names) == len(wanted)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9_])?", name)
        assert len(name) <= LONGEST
        assert name.lower() not in RESERVED
    lowered = [name.lower() for name in [*names, *set(map(str.lower, taken))]]
    assert len(set(lowered)) == len(lowered)
    assert names == safe_names(wanted, taken)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("S001_42-ft boats 1", "S001_42-ft-boats-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("Zürich", "Zurich"),
        ("Катер", "unnamed"),
        ("S001_Катер 1", "S001_1"),
        ("COM1", "COM1_"),
        ("a.b.", "a-b"),
        ("-rf", "rf"),
    ],
)
def test_names_stay_readable(text: str, name: str) -> None:
    """Accents go, other scripts go, what is left stays in order."""
    assert safe_name(text) == name
