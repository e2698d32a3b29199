"""The result: a plan with its legs, coverage and metrics."""
