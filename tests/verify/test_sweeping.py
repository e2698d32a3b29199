"""The verifier's own figures of passes, beside those of the model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.problem import passing
from planner.verify.sweeping import mean_relative_kn, pass_exposure


@given(st.floats(0.0, 50.0))
def test_a_pass_gives_what_the_model_says(coverage: float) -> None:
    """Exposure of one pass, from the share missed, is the model's."""
    assert pass_exposure(coverage) == pytest.approx(
        float(passing.pass_exposure(coverage)), rel=1e-6, abs=1e-12
    )


@given(st.floats(0.5, 40.0), st.floats(0.0, 40.0))
def test_courses_averaged_one_by_one_give_the_closed_form(search: float, target: float) -> None:
    """The mean of relative speeds over thousands of angles is the elliptic integral's."""
    assert mean_relative_kn(search, target) == pytest.approx(
        float(passing.mean_relative_kn(search, target)), rel=1e-6
    )
